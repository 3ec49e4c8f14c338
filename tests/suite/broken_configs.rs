//! Configs that are wrong in one place: `check` and `serve` say the same of each, and end alike. Those of `operators.rs` that need a
//! program of its own are laid here, too.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use support::gateway::share_compiled;

use crate::programs::{Process, program, shown};

/// A config that is right.
pub(crate) const RIGHT: &str = r#"
[server]
listen = "127.0.0.1:0"
drain = "0s"
[admin]
listen = "127.0.0.2:0"
[data]
dir = "data"
[providers.sim]
kind = "simulated"
region = "eu"
[targets.t]
provider = "sim"
tier = "balanced"
price = { input = "1.00", output = "1.00" }
[tenants.acme]
[tenants.other]
boundary = { regions = ["eu"] }
[keys.k]
tenant = "acme"
sha256 = "00000000000000000000000000000000000000000000000000000000000000aa"
[routes.r]
targets = ["t"]
policy = { source = "builtin", name = "single" }
"#;

/// What a start comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// The program ends with 1.
    Refused,
    /// It serves what it can, and is not ready.
    NotReady,
}
pub(crate) use End::{NotReady, Refused};

/// A config that is wrong in one place.
pub(crate) struct Case {
    /// What of the right one is replaced, by what. `DIR` stands for its folder.
    change: (&'static str, String),
    /// What else is there.
    files: fn(&Path),
    end: End,
    /// What both say of it.
    says: &'static str,
}

pub(crate) fn case(of: &'static str, by: impl Into<String>, end: End, says: &'static str) -> Case {
    Case { change: (of, by.into()), files: |_| (), end, says }
}

fn with(files: fn(&Path), case: Case) -> Case {
    Case { files, ..case }
}

/// In place of the route's policy.
fn policy(by: &str, end: End, says: &'static str) -> Case {
    case("policy = { source = \"builtin\", name = \"single\" }", format!("policy = {by}"), end, says)
}

/// At the end of the config, which is the route's own table.
fn more(by: &str, end: End, says: &'static str) -> Case {
    case("name = \"single\" }\n", format!("name = \"single\" }}\n{by}\n"), end, says)
}

/// In place of the provider.
pub(crate) fn provider(by: &str, says: &'static str) -> Case {
    let by = format!("kind = \"openai\"\nbase_url = \"https://a.test/v1\"\n{by}");
    case("kind = \"simulated\"", by, Refused, says)
}

fn tls(files: fn(&Path), says: &'static str) -> Case {
    let by = "drain = \"0s\"\ntls = { certificate = \"chain.pem\", key = \"key.pem\" }";
    with(files, case("drain = \"0s\"", by, Refused, says))
}

fn certificate(dir: &Path, certificate: &str, key: &str) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
    std::fs::write(dir.join(certificate), made.cert.pem()).expect("it can be written");
    std::fs::write(dir.join(key), made.signing_key.serialize_pem()).expect("it can be written");
}

pub(crate) fn write(dir: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
    std::fs::write(path, content).expect("it can be written");
}

/// Mistakes of the file itself.
fn of_the_file() -> Vec<Case> {
    vec![
        case("[providers.sim]", "[providers.sim", Refused, "not valid TOML: unclosed table"),
        case("region = \"eu\"", "region = \"eu", Refused, "not valid TOML"),
        case("[tenants.acme]", "[tenants.acme]\ncolour = 1", Refused, "tenants.acme.colour: there is no such setting"),
        case("[targets.t]", "[target.t]", Refused, "target: there is no such setting"),
        case("targets = [\"t\"]", "targets = [\"tt\"]", Refused, "there is no target \"tt\""),
        case("tenant = \"acme\"", "tenant = \"amce\"", Refused, "there is no tenant \"amce\""),
        case("input = \"1.00\"", "input = \"1,00\"", Refused, "is not an amount of US dollars"),
        case("[tenants.acme]", "[tenants.acme]\ntime_zone = \"Europe/Berln\"", Refused, "is no time zone"),
        case("[tenants.acme]", "[tenants.acme]\n[tenants.acme]", Refused, "this stands here twice"),
        more("class = \"bacth\"", Refused, "expected one of"),
        more("targets = [\"t\"]", Refused, "this stands here twice"),
        more(
            "[webhooks.ops]\nurl = \"ops.test\"\nsecret = { env = \"PATH\" }",
            Refused,
            "not an `http` or `https` URL",
        ),
        more(
            "[webhooks.ops]\nurl = \"https://ops.test\"\nsecret = { env = \"FP_UNSET\" }",
            Refused,
            "FP_UNSET is not set",
        ),
        more(
            "[[budgets]]\nid = \"b\"\nscope = { tenant = \"acme\" }\nperiod = \"day\"\nlimit = \"1\"\n[[budgets]]\nid = \"b\"\n\
             scope = { class = \"batch\" }\nperiod = \"day\"\nlimit = \"1\"",
            Refused,
            "there is another budget",
        ),
        provider("credential = { env = \"FP_UNSET\" }", "the environment variable FP_UNSET is not set"),
        provider("credential = { file = \"secret\" }", "failed to read the credential file"),
        with(
            |dir| std::fs::create_dir(dir.join("secret")).expect("a folder can be made"),
            provider("credential = { file = \"secret\" }", "the credential file is no file"),
        ),
        case("[data]", "[upstream]\nca = \"ca.pem\"\n[data]", Refused, "upstream.ca: there is no such file"),
        with(
            |dir| write(dir, "ca.pem", "no certificate"),
            case("[data]", "[upstream]\nca = \"ca.pem\"\n[data]", Refused, "no certificate of an authority"),
        ),
        policy("{ source = \"builtin\", name = \"teired\" }", Refused, "there is no built-in policy \"teired\""),
        policy("{ source = \"oci\", reference = \"oci://nowhere\" }", Refused, "no reference to a policy"),
        with(
            |dir| write(dir, "fingerpost.toml", b"# \xff\n"),
            case("\n[server]", "\n[server]", Refused, "this is not text in UTF-8"),
        ),
    ]
}

/// What only the machine shows.
fn of_the_machine() -> Vec<Case> {
    let digest = "0".repeat(64);
    let pinned = format!("{{ source = \"oci\", reference = \"oci://127.0.0.1:1/p@sha256:{digest}\" }}");
    let own = "{ source = \"file\", path = \"mine.wasm\" }";
    let signed = format!("{{ source = \"file\", path = \"mine.wasm\", trusted_keys = [\"{}\"] }}", trusted());
    let to_single = |config: &str| format!("{{ source = \"builtin\", name = \"weighted\", config = {config} }}");
    vec![
        policy(own, NotReady, "failed to read `DIR/mine.wasm`: No such file"),
        with(|dir| write(dir, "mine.wasm", "(module)"), policy(own, NotReady, "this is not WebAssembly")),
        with(|dir| write(dir, "mine.wasm", b"\0asm\x01\0\0\0"), policy(own, NotReady, "it is a core module")),
        with(|dir| write(dir, "mine.wasm", b"\0asm\x0d\0\x01\0"), policy(own, NotReady, "interface")),
        with(
            |dir| write(dir, "mine.wasm", support::guests::component("configure-panics")),
            policy(own, NotReady, "`configure` failed"),
        ),
        with(
            |dir| write(dir, "mine.wasm", support::guests::component("good")),
            policy(&signed, NotReady, "it has no signature"),
        ),
        policy(&to_single("{ routing = { weights = { nowhere = 1 } } }"), NotReady, "`configure` refuses"),
        more("[routes.r.fallback]\nretires = 2", NotReady, "`configure` refuses"),
        policy(&pinned, NotReady, "failed to reach the registry"),
        policy("{ source = \"oci\", reference = \"oci://127.0.0.1:1/p:latest\" }", Refused, "names a tag"),
        tls(|_| (), "No such file"),
        tls(|dir| certificate(dir, "chain.pem", "other.pem"), "`DIR/key.pem`: No such file"),
        tls(
            |dir| {
                certificate(dir, "chain.pem", "key.pem");
                write(dir, "chain.pem", "no certificate");
            },
            "`DIR/chain.pem`: it holds none",
        ),
        tls(
            |dir| {
                certificate(dir, "chain.pem", "other.pem");
                certificate(dir, "other.pem", "key.pem");
            },
            "the two do not go together",
        ),
        with(
            |dir| write(dir, "file", ""),
            case("dir = \"data\"", "dir = \"file\"", Refused, "failed to prepare the data folder"),
        ),
        with(|dir| write(dir, "file", ""), case("dir = \"data\"", "dir = \"file/data\"", Refused, "Not a directory")),
        with(
            |dir| std::fs::create_dir_all(dir.join("data/keys.sqlite")).expect("a folder can be made"),
            case("[admin]", "[admin]", Refused, "failed to open DIR/data/keys.sqlite: Is a directory"),
        ),
        with(
            |dir| write(dir, "data/budgets.sqlite", "no database, ".repeat(100)),
            case("[admin]", "[admin]", Refused, "failed to use DIR/data/budgets.sqlite"),
        ),
        with(
            |dir| write(dir, "data/admin-token.sha256", "no hash"),
            case("[admin]", "[admin]", Refused, "holds no hash"),
        ),
        case(
            "[data]",
            "[access_log]\nformat = \"json\"\nfile = \"no/such/folder/log\"\n[data]",
            Refused,
            "for the access log: No such",
        ),
        case("127.0.0.1:0", "203.0.113.1:0", Refused, "no network interface of this machine has the address"),
        case("127.0.0.2:0", "203.0.113.2:0", Refused, "no network interface of this machine has the address"),
    ]
}

/// A public key that has signed nothing.
fn trusted() -> String {
    fingerpost::signature::SigningKey::generate().expect("there is randomness").0.public().to_string()
}

/// Writes the config of a case; gives its file.
pub(crate) fn lay(dir: &Path, case: &Case) -> PathBuf {
    let file = dir.join("fingerpost.toml");
    let (of, by) = &case.change;
    assert!(RIGHT.contains(of), "{of}");
    std::fs::write(&file, RIGHT.replacen(of, by, 1)).expect("the config can be written");
    if !by.contains("dir = \"file") {
        share_compiled(&dir.join("data"));
    }
    (case.files)(dir);
    file
}

pub(crate) fn check(file: &Path) -> Output {
    Command::new(program()).arg("check").arg(file).env_remove("FP_UNSET").output().expect("it runs")
}

/// Starts a gateway until it ends or serves. Gives its exit code, or the status of its readiness; and what it said.
pub(crate) fn serve(file: &Path) -> (Option<i32>, Option<u16>, String) {
    let dir = file.parent().expect("it has a folder");
    let log = |name: &str| std::fs::File::create(dir.join(name)).expect("it can be made");
    let mut child = Command::new(program())
        .args(["serve", "--config"])
        .arg(file)
        .env_remove("FP_UNSET")
        .stdout(Stdio::from(log("out")))
        .stderr(Stdio::from(log("err")))
        .spawn()
        .expect("it starts");
    let said = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap_or_default();
    let began = Instant::now();
    let (code, ready) = loop {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            break (status.code(), None);
        }
        if let Some(admin) = said("out").split_once("Admin side").and_then(|(_, rest)| rest.split_once('\n')) {
            break (None, Some(readiness(admin.0.trim().trim_start_matches("http://"))));
        }
        assert!(began.elapsed() < Duration::from_secs(60), "neither serves nor ends:\n{}", said("err"));
        std::thread::sleep(Duration::from_millis(20));
    };
    let _ = child.kill();
    let _ = child.wait();
    (code, ready, said("err"))
}

fn readiness(admin: &str) -> u16 {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(admin).expect("the admin side listens");
    stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("it can be written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

/// The errors that `check` tells, each in its first line, without where it stands.
fn errors(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("error: ")).collect()
}

/// Whether both say the same of a case, once, and end as they should; if not, what they said.
fn agree(case: &Case) -> Result<(), String> {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = lay(dir.path(), case);
    let says = case.says.replace("DIR", &dir.path().display().to_string());
    let checked = check(&file);
    let (code, ready, served) = serve(&file);
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    let errors = errors(&said);
    let first = *errors.first().unwrap_or(&"");
    let is_checked = checked.status.code() == Some(1)
        && errors.len() == 1
        && first.contains(&says)
        && first.contains("fingerpost.toml")
        && served.contains(&says);
    let is_served = match case.end {
        Refused => (code, ready) == (Some(1), None) && served.contains(&format!("error: {first}")),
        NotReady => {
            // The log of a gateway says where in fields of its own.
            let message = first.split_once("routes.r").and_then(|(_, rest)| Some(rest.split_once(": ")?.1));
            (code, ready) == (None, Some(503))
                && message.is_some_and(|message| served.contains(message))
                && served.contains("not ready: no policy for 1 route: r")
        }
    };
    if is_checked && is_served {
        return Ok(());
    }
    Err(format!(
        "{:?} should say {says:?}\ncheck: {}\nserve: {code:?} {ready:?}\n{served}",
        case.change,
        shown(&checked)
    ))
}

#[test]
fn check_and_serve_agree_on_broken_configs() {
    let cases: Vec<_> = of_the_file().into_iter().chain(of_the_machine()).collect();
    assert!(cases.len() >= 40, "{}", cases.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| cases.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.filter_map(|case| agree(case).err()).collect::<Vec<_>>()
    };
    let differ: Vec<_> = std::thread::scope(|scope| {
        let workers = [(); 3].map(|()| scope.spawn(work));
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn check_and_serve_agree_that_a_config_is_right() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = lay(dir.path(), &case("[admin]", "[admin]", Refused, ""));
    let checked = check(&file);
    assert!(shown(&checked).contains("ok: 1 route, 1 target") && checked.status.success(), "{}", shown(&checked));
    let (code, ready, said) = serve(&file);
    assert_eq!((code, ready), (None, Some(200)), "{said}");
    assert!(said.contains("policies of 1 route;"), "{said}");
}

#[test]
fn an_address_in_use_is_told_with_who_uses_it_unless_that_is_the_gateway_of_this_very_folder() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address").to_string();
    agree(&case("127.0.0.1:0", address, Refused, "listens there already")).expect("they agree");
    let process = Process::start_on(tempfile::tempdir().expect("a folder can be made"), RIGHT, &[]);
    let file = process.dir.path().join("fingerpost.toml");
    std::fs::write(&file, RIGHT.replacen("127.0.0.1:0", &process.public, 1)).expect("the config can be written");
    let checked = check(&file);
    assert!(checked.status.success() && shown(&checked).contains("note: a gateway serves from"), "{}", shown(&checked));
}
