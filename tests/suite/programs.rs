//! The program itself, as people start it: what the README says, the demo, and the official SDKs against it.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// The gateway's own program under its own name, alone in its folder.
pub(crate) fn program() -> PathBuf {
    static NAMED: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    NAMED.get_or_init(named).clone()
}

fn named() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bin");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    // Renamed into place, since another run of the tests may do the same at this moment.
    let new = folder.join(format!("{}", std::process::id()));
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_program"), &new).expect("a link can be made");
    let name = folder.join("fingerpost");
    std::fs::rename(new, &name).expect("a link can be renamed");
    name
}

/// A gateway in a process of its own, on free ports. It is killed with the test.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) public: String,
    pub(crate) admin: String,
    pub(crate) token: String,
    pub(crate) dir: tempfile::TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// On the embedded defaults, but for the ports and the data folder.
    fn start() -> Self {
        let config = fingerpost::config::BUILTIN_CONFIG
            .replace("127.0.0.1:8080", "127.0.0.1:0")
            .replace("127.0.0.1:8081", "127.0.0.2:0")
            .replace("./fingerpost-data", "data");
        Self::start_on(tempfile::tempdir().expect("a folder can be made"), &config, &[])
    }

    /// On this config, in this folder, with these variables.
    pub(crate) fn start_on(dir: tempfile::TempDir, config: &str, environment: &[(&str, &Path)]) -> Self {
        let file = dir.path().join("fingerpost.toml");
        std::fs::write(&file, config).expect("the config can be written");
        let had_no_token = !dir.path().join("data/admin-token.sha256").exists();
        let mut child = Command::new(program())
            .args(["serve", "--config"])
            .arg(&file)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the gateway starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut after = |label: &str| {
            let line = lines.by_ref().map_while(Result::ok).find(|line| line.contains(label)).expect(label);
            line.split(label).nth(1).expect("a value").split_whitespace().next().expect("a value").to_owned()
        };
        let public = after("OpenAI base URL").trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let admin = after("Admin side").trim_start_matches("http://").to_owned();
        // Only the first start in a folder makes one.
        let token = if had_no_token { after("Admin token") } else { String::new() };
        Self { child, public, admin, token, dir }
    }
}

/// Asks a process to end. A shell has its own `kill`; the program of that name is not on every machine.
pub(crate) fn terminate(child: &Child) -> bool {
    let script = format!("kill -TERM {}", child.id());
    Command::new("bash").args(["-c", &script]).status().expect("bash runs").success()
}

/// Whether a line of an output is this one of a guide, in which `…` stands for anything.
pub(crate) fn has_line(output: &str, line: &str) -> bool {
    let is_it = |found: &str| {
        let mut rest = found;
        line.split('…').all(|part| rest.find(part).map(|at| rest = &rest[at + part.len()..]).is_some())
    };
    output.lines().any(is_it)
}

pub(crate) fn shown(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_readmes_commands_work_as_pasted_in_their_order_and_print_what_it_shows() {
    let gateway = Process::start();
    let readme = std::fs::read_to_string(workspace().join("README.md")).expect("the README");
    let scratch = tempfile::tempdir().expect("a folder can be made");
    let blocks: Vec<_> = readme.split("<!-- run -->\n```sh\n").skip(1).collect();
    assert!(blocks.len() >= 4, "{}", blocks.len());
    // One shell for all of them, as a reader has: what one block defines is there in the next.
    let script: String = blocks
        .iter()
        .map(|block| format!("{}\n", block.split("```").next().expect("a fence ends")))
        .fold("exec 2>&1\n".to_owned(), |script, block| format!("{script}{block}echo '== the next block'\n"));
    let script = script
        .replace("127.0.0.1:8080", &gateway.public)
        .replace("127.0.0.1:8081", &gateway.admin)
        .replace("target/release/fingerpost", &program().display().to_string())
        .replace("examples/", &format!("{}/examples/", workspace().display()));
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", &script]).current_dir(scratch.path());
    command.env("FINGERPOST_ADMIN_TOKEN", &gateway.token).env("FINGERPOST_ADMIN", &gateway.admin);
    let output = command.env("FINGERPOST_DATA_DIR", gateway.dir.path().join("data")).output().expect("bash runs");
    let said = shown(&output).replace('\r', "");
    assert!(output.status.success() && !said.contains("\"error\""), "{said}");
    for (block, said) in blocks.iter().zip(said.split("== the next block")) {
        let texts = block.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
        for line in texts.flat_map(str::lines) {
            assert!(has_line(said, line), "`{line}` is missing in:\n{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_minimal_config_has_ten_lines_and_serves_with_a_key_that_is_made_as_the_readme_says() {
    let upstream = Upstream::start().await;
    // Interactive work begins with a balanced model.
    upstream.on("gpt-4.1-mini").reply(Reply::ok("from ten lines"));
    let minimal = std::fs::read_to_string(workspace().join("fingerpost.minimal.toml")).expect("it is there");
    assert!(minimal.lines().count() <= 10);
    let dir = tempfile::tempdir().expect("a folder can be made");
    // Elsewhere than where a gateway of whoever runs this may listen: `check` tries the addresses.
    let here = "[server]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.2:0\"\n";
    let minimal = minimal + here;
    std::fs::write(dir.path().join("my.toml"), &minimal).expect("it can be written");
    let run = |words: &[&str]| {
        let mut command = Command::new(program());
        command.args(words).current_dir(dir.path()).env("OPENAI_API_KEY", support::gateway::KEY);
        let output = command.output().expect("the program runs");
        assert!(output.status.success(), "{}", shown(&output));
        shown(&output)
    };
    let said = run(&["check", "my.toml"]);
    assert!(said.contains("ok: ") && !said.contains("warning"), "{said}");
    let said = run(&["keys", "create", "web", "--tenant", "acme", "--config", "my.toml"]);
    let key = said.split_whitespace().find(|word| word.starts_with("fp-")).expect("a key").to_owned();
    let config = minimal.replace("https://api.openai.com/v1", &upstream.base_url());
    let environment = [("OPENAI_API_KEY", Path::new(support::gateway::KEY))];
    let process =
        tokio::task::spawn_blocking(move || Process::start_on(dir, &config, &environment)).await.expect("no panic");
    let address = process.public.parse().expect("an address");
    let answer = support::client::Client::new(address, &key).chat("chat", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "from ten lines"), "{}", answer.body_text());
    upstream.finish().await;
}

#[test]
fn a_signal_to_stop_ends_the_program_with_success() {
    let mut gateway = Process::start();
    assert!(terminate(&gateway.child));
    assert_eq!(gateway.child.wait().expect("it ends").code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_spoken_to_callers_and_to_providers() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
    let (certificate, key) = (dir.path().join("certificate.pem"), dir.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).expect("it can be written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("it can be written");
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("over two hops"));
    let tls = format!("tls = {{ certificate = \"{}\", key = \"{}\" }}", certificate.display(), key.display());
    let inner = Gateway::start(&ConfigText::new(&upstream).server(&tls)).await;
    let base_url = format!("https://localhost:{}/v1", inner.address().port());
    let outer = ConfigText::new(&upstream)
        .first_base_url(&base_url)
        .second_base_url(&base_url)
        .credential(&dir, support::gateway::KEY)
        .text(&dir.path().join("data"));
    let process =
        tokio::task::spawn_blocking(move || Process::start_on(dir, &outer, &[("SSL_CERT_FILE", &certificate)]));
    let process = process.await.expect("no panic");
    let address = process.public.parse().expect("an address");
    let answer = support::client::Client::new(address, support::gateway::KEY).chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "over two hops"), "{}", answer.body_text());
    upstream.finish().await;
}

#[test]
fn the_demo_ends_by_itself_and_shows_every_kind_of_fallback() {
    let output = Command::new(program()).arg("demo").output().expect("the demo runs");
    let text = shown(&output);
    assert!(output.status.success(), "{text}");
    for part in
        ["south-frontier", "marked cheaper", "rate_limited", "request_exceeds_budget", "as generation 2", "in all"]
    {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

/// A route, and what its only target replies, over and over.
type Scripted = (&'static str, Vec<Reply>);

fn text() -> Reply {
    Reply::stream(["one ", "two ", "three"])
}

/// Streams that begin and never come to their end.
fn breaking_streams() -> Vec<Scripted> {
    let late = Duration::from_millis(400);
    vec![
        ("cut", vec![text().cut_after(2)]),
        ("reset", vec![text().reset_after(2)]),
        ("ended", vec![text().end_after(2)]),
        ("stalled", vec![text().stall_after(2)]),
        ("garbled", vec![text().garbage_after(2)]),
        ("error-event", vec![text().error_event_after(2, "server_error", "x")]),
        ("unknown-finish", vec![text().finish_reason("error")]),
        ("disagrees", vec![text().cut_after(2), Reply::stream(["one ", "or ", "two"])]),
        ("late-failure", vec![Reply::status(500).head_after(late)]),
    ]
}

/// Streams that are whole in the end.
fn whole_streams() -> Vec<Scripted> {
    let late = Duration::from_millis(400);
    vec![
        ("waits", vec![text().head_after(late)]),
        ("no-done", vec![text().without_done()]),
        ("retried", vec![Reply::status(500), text()]),
        ("by-match", vec![text().cut_after(1), text()]),
        ("by-prefill", vec![text().cut_after(2), Reply::stream(["three"])]),
    ]
}

/// Both SDKs ask twice, and then some: more rounds than that.
fn script(upstream: &Upstream, name: &str, replies: &[Reply]) {
    let rounds = (0..8).flat_map(|_| replies.iter().cloned());
    rounds.fold(upstream.on(name), |script, reply| script.reply(reply));
}

/// A route with one target, whose model has the same name.
fn route(name: &str, limits: &str) -> String {
    let resume = if name == "by-prefill" { "prefill" } else { "match" };
    let (retries, attempts) = match name {
        "retried" => (1, 2),
        "late-failure" => (0, 1),
        _ => (0, 2),
    };
    format!(
        "[targets.t-{name}]\nprovider = \"p1\"\nmodel = \"{name}\"\ntier = \"high\"\nprefill = \"assistant\"\n\
         retry_budget = \"1\"\nprice = {{ input = \"1.00\", output = \"1.00\" }}\n\
         [routes.{name}]\nclass = \"critical\"\ntargets = [\"t-{name}\"]\n\
         policy = {{ source = \"builtin\", name = \"tiered\" }}\n[routes.{name}.limits]\n{limits}\n\
         [routes.{name}.fallback.classes.critical]\nresume = \"{resume}\"\nretries = {retries}\nattempts = {attempts}\n\
         idle = 1000\n"
    )
}

fn names(routes: &[Scripted]) -> String {
    routes.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_python_and_node_sdks_work_unmodified() {
    let failing = Upstream::start().await;
    failing.on("model-a").reply(Reply::status(503));
    let sim = fingerpost::sim::start(
        "sim",
        &fingerpost::config::Simulation { first_token: Duration::ZERO, per_token: Duration::ZERO, seed: 1 },
        vec![fingerpost::sim::SimModel::new("model-b")],
    )
    .await
    .expect("the simulated provider starts");
    let more = format!(
        "[keys.sdk]\ntenant = \"acme\"\nsha256 = \"{}\"\n[routes.fails]\nclass = \"critical\"\ntargets = [\"a\"]\n\
         policy = {{ source = \"builtin\", name = \"single\" }}\n[routes.sdk]\nclass = \"critical\"\ntargets = [\"b\"]\n\
         policy = {{ source = \"builtin\", name = \"single\" }}",
        fingerpost::policy::Digest::of(b"fp-sdk-key")
    );
    let (breaking, whole) = (breaking_streams(), whole_streams());
    let limits = "first_byte = \"2s\"\nfirst_token = \"2s\"\nidle = \"1s\"";
    let routes = [breaking.as_slice(), &whole].concat();
    routes.iter().for_each(|(name, replies)| script(&failing, name, replies));
    let config = ConfigText::new(&failing)
        .second_base_url(&sim.base_url().to_string())
        .features("\"tools\", \"json-schema\", \"json-object\"")
        .server("heartbeat = \"100ms\"")
        .more(&more)
        .also(&routes.iter().map(|(name, _)| route(name, limits)).collect::<String>());
    let gateway = Gateway::start(&config).await;
    let mut command = Command::new(workspace().join("tests/sdk-clients/check.sh"));
    command
        .env("FINGERPOST_BASE_URL", format!("http://{}/v1", gateway.address()))
        .env("FINGERPOST_KEY", "fp-sdk-key")
        .env("FINGERPOST_ROUTE", "sdk")
        .env("FINGERPOST_FAILING_ROUTE", "fails")
        .env("FINGERPOST_BREAKING_ROUTES", names(&breaking))
        .env("FINGERPOST_WHOLE_ROUTES", names(&whole));
    let output = tokio::task::spawn_blocking(move || command.output().expect("bash runs")).await.expect("no panic");
    // Whoever changes the gateway has them; whoever tries it out need not.
    if output.status.code() == Some(3) && std::env::var_os("CI").is_none() {
        let _ = writeln!(std::io::stderr(), "OpenAI's SDKs are not tried here: {}", shown(&output).trim());
        return;
    }
    assert!(output.status.success(), "{}", shown(&output));
    for case in
        ["breaks cut", "breaks disagrees", "breaks late-failure", "whole waits", "whole by-match", "whole by-prefill"]
    {
        assert_eq!(shown(&output).matches(&format!("ok      {case}\n")).count(), 2, "{case}: {}", shown(&output));
    }
}
