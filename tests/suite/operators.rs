//! What operators type and what they are told: a name that the config does not have opens no door, and messages blame the
//! right one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use http::Method;
use support::client::Client;
use support::gateway::{ConfigText, Gateway, share_compiled};
use support::upstream::{Reply, Upstream};

use crate::broken_configs::{RIGHT, Refused, case, check, lay, provider, serve, write};
use crate::programs::{program, shown};

#[test]
fn check_leaves_nothing_behind_and_takes_its_file_from_the_environment() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = dir.path().join("named.toml");
    std::fs::write(&file, RIGHT).expect("the config can be written");
    let run = |words: &[&str], named: Option<&Path>| {
        let mut command = Command::new(program());
        command.arg("check").args(words).current_dir(&dir).env_remove("FINGERPOST_CONFIG");
        named.map(|file| command.env("FINGERPOST_CONFIG", file));
        command.output().expect("it runs")
    };
    assert!(run(&[], Some(&file)).status.success());
    assert_eq!(std::fs::read_dir(dir.path()).expect("it can be read").count(), 1);
    let missing = run(&[], None);
    assert!(!missing.status.success() && shown(&missing).contains("FINGERPOST_CONFIG"), "{}", shown(&missing));
    let missing = run(&["nosuch.toml"], Some(&file));
    assert!(shown(&missing).contains("error: nosuch.toml: there is no such file"), "{}", shown(&missing));
    assert!(!shown(&missing).contains("name the config"), "{}", shown(&missing));
    let missing = run(&[], Some(Path::new("gone.toml")));
    assert!(shown(&missing).contains("error: gone.toml: there is no such file"), "{}", shown(&missing));
}

#[test]
fn a_missing_credential_is_one_error_and_raises_no_doubts_about_regions() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = lay(dir.path(), &provider("credential = { env = \"FP_UNSET\" }", ""));
    let said = shown(&check(&file));
    assert!(said.contains("1 problem") && !said.contains("warning"), "{said}");
}

#[tokio::test]
async fn a_gateway_is_ready_when_every_route_has_its_policy() {
    let upstream = Upstream::start().await;
    let other =
        "[routes.good]\nclass = \"batch\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let config = ConfigText::new(&upstream).policy_file(Path::new("/no/such.wasm")).more(other);
    let gateway = Gateway::start(&config).await;
    let ready = async |query: &str| gateway.operator().get(&format!("/health/ready{query}")).await;
    assert_eq!(ready("").await.status, 503);
    assert_eq!(ready("").await.json()["routes_without_policy"], serde_json::json!(["r"]));
    assert_eq!(ready("?routes=any").await.status, 200);
    assert_eq!(ready("?routes=some").await.status, 400);
    assert_eq!(gateway.reload(&ConfigText::new(&upstream).more(other)).await.status, 200);
    assert_eq!(ready("").await.status, 200);
    upstream.finish().await;
}

#[tokio::test]
async fn a_key_whose_tenant_the_config_does_not_have_opens_nothing() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let secret = gateway.create_key_of("stray", "amce").await;
    let stray = Client::new(gateway.address(), &secret);
    gateway.until(|| async { stray.chat("r", "hi").await.status == 403 }).await;
    let refused = stray.chat("r", "hi").await;
    assert_eq!(refused.error_code().as_deref(), Some("key_without_tenant"));
    assert_eq!(stray.get("/v1/models").await.status, 403);
    // The very tenant comes with a reload, and the key opens what it may.
    let with_tenant = ConfigText::new(&upstream).more("[tenants.amce]");
    assert_eq!(gateway.reload(&with_tenant).await.status, 200);
    assert_eq!(stray.chat("r", "hi").await.status, 200);
    assert_eq!(gateway.reload(&ConfigText::new(&upstream)).await.status, 200);
    assert_eq!(stray.chat("r", "hi").await.status, 403);
    upstream.finish().await;
}

#[tokio::test]
async fn names_that_an_operator_sends_are_held_against_the_config() {
    let upstream = Upstream::start().await;
    let more = "[queues.later]\n[webhooks.ops]\nurl = \"https://ops.test\"\nsecret = { env = \"PATH\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(more)).await;
    let operator = gateway.operator();
    let budget =
        |scope: &str, more: &str| format!("{{\"scope\": {scope}, \"period\": \"day\", \"limit\": \"1.00\"{more}}}");
    let put = |body: String| {
        let operator = &operator;
        async move { operator.send(Method::PUT, "/admin/v1/budgets/b", body).await }
    };
    for (scope, code, meant) in [
        (r#"{"tenant": "amce"}"#, "unknown_tenant", "acme"),
        (r#"{"key": "tset"}"#, "unknown_key", "test"),
        (r#"{"route": "rr"}"#, "unknown_route", "r"),
    ] {
        let answer = put(budget(scope, "")).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (404, Some(code)), "{scope}");
        let said = answer.body_text();
        assert!(said.contains(&format!("did you mean \\\"{meant}\\\"?")) && said.contains("allow_unknown"), "{said}");
    }
    assert_eq!(
        put(budget(r#"{"tenant": "acme"}"#, r#", "webhook": "opps""#)).await.error_code().as_deref(),
        Some("unknown_webhook")
    );
    assert_eq!(put(budget(r#"{"tenant": "amce"}"#, r#", "allow_unknown": true"#)).await.status, 200);
    for (method, path, code) in [
        (Method::POST, "/admin/v1/budgets/bb/top-ups", "unknown_budget"),
        (Method::POST, "/admin/v1/queues/latr/pause", "unknown_queue"),
        (Method::POST, "/admin/v1/queues/later/pause?tenant=amce", "unknown_tenant"),
        (Method::POST, "/admin/v1/queues/later/pause?key=tset", "unknown_key"),
        (Method::POST, "/admin/v1/queues/pause?route=rr", "unknown_route"),
        (Method::POST, "/admin/v1/queues/pause?class=bacth", "unknown_class"),
        (Method::POST, "/admin/v1/queues/pause?budget=bb", "unknown_budget"),
        (Method::POST, "/admin/v1/queues/resume?tenant=amce", "unknown_tenant"),
        (Method::GET, "/admin/v1/routes/rr/policy", "unknown_route"),
        (Method::POST, "/admin/v1/routes/rr/policy/promote", "unknown_route"),
        (Method::POST, "/admin/v1/routes/rr/release", "unknown_route"),
        (Method::PUT, "/admin/v1/simulated/p3", "unknown_provider"),
    ] {
        let answer = operator.send(method, path, r#"{"amount": "1.00", "reference": "x"}"#).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (404, Some(code)), "{path}");
    }
    assert_eq!(operator.send(Method::POST, "/admin/v1/queues/later/pause?tenant=acme&key=test", "").await.status, 200);
    upstream.finish().await;
}

/// What a command says that fails.
fn fails(dir: &Path, words: &[&str]) -> String {
    let mut command = Command::new(program());
    command.args(words).current_dir(dir).env("FINGERPOST_CONFIG", dir.join("fingerpost.toml"));
    let output = command.env_remove("FINGERPOST_ADMIN_TOKEN").output().expect("it runs");
    assert!(!output.status.success(), "{words:?}: {}", shown(&output));
    shown(&output)
}

#[test]
fn a_mistyped_name_on_the_command_line_changes_nothing_and_names_the_nearest() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = lay(dir.path(), &case("[admin]", "[admin]", Refused, ""));
    assert_eq!(serve(&file).1, Some(200));
    let statement = dir.path().join("s.csv");
    std::fs::write(&statement, "date,model,cost\n2026-10-01,t,1.00\n").expect("it can be written");
    let statement = statement.display().to_string();
    let adjust = ["reconcile", &statement, "--month", "2026-10", "--adjust", "--provider"];
    for (words, meant) in [
        (&["keys", "create", "new", "--tenant", "amce"][..], "\"acme\""),
        (&["keys", "create", "new", "--tenant", "acme", "--route", "rr"], "\"r\""),
        (&["keys", "create", "new", "--tenant", "acme", "--default-route", "rr"], "\"r\""),
        (&["budget", "set", "b", "--tenant", "amce", "--period", "day", "--limit", "1"], "\"acme\""),
        (&["budget", "set", "b", "--key", "kk", "--period", "day", "--limit", "1"], "\"k\""),
        (&["budget", "set", "b", "--route", "rr", "--period", "day", "--limit", "1"], "\"r\""),
        (&[&adjust[..], &["smi"]].concat(), "\"sim\""),
    ] {
        let said = fails(dir.path(), words);
        assert!(
            said.contains(&format!("did you mean {meant}?")) && said.contains("--allow-unknown"),
            "{words:?}: {said}"
        );
        assert!(said.contains("fingerpost.toml"), "{said}");
    }
    let data = dir.path().join("data");
    assert!(fingerpost::store::Keys::open(&data).expect("it opens").list().expect("it lists").is_empty());
    assert!(fingerpost::store::StoredBudgets::open(&data).expect("it opens").list().expect("it lists").is_empty());
    assert!(fingerpost::store::Statements::open(&data).expect("it opens").runs().expect("it lists").is_empty());
}

#[test]
fn commands_that_only_look_need_no_credentials_and_a_missing_token_names_its_variable() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = lay(dir.path(), &provider("credential = { env = \"FP_UNSET\" }", ""));
    let made =
        Command::new(program()).args(["keys", "create", "new", "--tenant", "acme", "--config"]).arg(&file).output();
    assert!(made.as_ref().is_ok_and(|made| made.status.success()), "{}", shown(&made.expect("it runs")));
    for command in ["status", "promote", "rollback", "history", "diff"] {
        let said = fails(dir.path(), &["policy", command, "--route", "r"]);
        assert!(said.contains("FINGERPOST_ADMIN_TOKEN") && said.contains("--token"), "{said}");
    }
}

#[test]
fn a_refused_connection_is_nothing_that_a_provider_said_and_a_revoked_credential_is_logged_with_its_words() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    write(dir.path(), "secret", "sk-proj-Zx81mQ0aVt5WrD2n");
    let replies = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let revoked = replies.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let body = "{\"error\":{\"message\":\"Incorrect API key provided: sk-proj-Zx81mQ0aVt5WrD2n. It was revoked.\",\
                    \"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}";
        while let Ok((mut stream, _)) = replies.accept() {
            let _ = stream.read(&mut [0; 65_536]);
            let head = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\n";
            let _ = stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes());
        }
    });
    let refused = {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        nobody.local_addr().expect("it has an address")
    };
    let digest = fingerpost::policy::Digest::of(b"fp-key").to_string();
    let config = RIGHT
        .replace(
            "kind = \"simulated\"",
            &format!("kind = \"openai\"\nbase_url = \"http://{revoked}/v1\"\ncredential = {{ file = \"secret\" }}"),
        )
        .replace("00000000000000000000000000000000000000000000000000000000000000aa", &digest)
        + &format!(
            "[providers.gone]\nkind = \"openai\"\nbase_url = \"http://{refused}/v1\"\n[targets.g]\nprovider = \"gone\"\n\
             tier = \"balanced\"\nprice = {{ input = \"1\", output = \"1\" }}\n[routes.gone]\ntargets = [\"g\"]\n\
             policy = {{ source = \"builtin\", name = \"single\" }}\n"
        );
    write(dir.path(), "fingerpost.toml", config);
    share_compiled(&dir.path().join("data"));
    let log = std::fs::File::create(dir.path().join("err")).expect("it can be made");
    let mut child = Command::new(program())
        .args(["serve", "--config"])
        .arg(dir.path().join("fingerpost.toml"))
        .stdout(Stdio::from(std::fs::File::create(dir.path().join("out")).expect("it can be made")))
        .stderr(Stdio::from(log))
        .spawn()
        .expect("it starts");
    let said = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap_or_default();
    let began = Instant::now();
    let public = loop {
        if let Some((_, rest)) = said("out").split_once("OpenAI base URL") {
            break rest.split_whitespace().next().expect("a URL").to_owned();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{}", said("err"));
        std::thread::sleep(Duration::from_millis(20));
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let address = public.trim_start_matches("http://").trim_end_matches("/v1").parse().expect("an address");
    let client = Client::new(address, "fp-key");
    let ask = |route: &str| runtime.block_on(client.chat(route, "hi"));
    let (account, gone) = (ask("r"), ask("gone"));
    assert_eq!((account.status.as_u16(), gone.status.as_u16()), (502, 502));
    assert!(gone.body_text().contains("No connection to the provider"), "{}", gone.body_text());
    let id = gone.header("x-fingerpost-request-id").expect("an id").to_owned();
    let explained = || {
        let words = ["explain", &id, "--data-dir"];
        shown(&Command::new(program()).args(words).arg(dir.path().join("data")).output().expect("it runs"))
    };
    while !explained().contains("attempt 1") && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
    let (explained, log) = (explained(), said("err"));
    assert!(explained.contains("what happened: ") && !explained.contains("the provider said"), "{explained}");
    let line = log.lines().find(|line| line.contains("only the operator can mend this")).expect("a line");
    for part in ["status=401", "code=\"invalid_api_key\"", "It was revoked"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(!log.contains("Zx81"), "{log}");
}
