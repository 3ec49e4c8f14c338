//! Writing and testing policies: the commands as people type them, on a crate that `fingerpost policy new` has made, outside
//! of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use fingerpost::testing::{Fixture, SECTION, Scenario, embedded};
use support::client;

use crate::programs::{Process, has_line, program, shown};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// Where the new crate lies. The path is always the same, so that what cargo has built for it before is used again.
pub(crate) fn lab() -> PathBuf {
    std::env::temp_dir().join("fingerpost-lab").canonicalize().expect("the lab is there")
}

fn docs() -> String {
    fs::read_to_string(workspace().join("docs/writing-policies.md")).expect("the guide")
}

/// Runs a shell script in the lab, with the program on its path.
fn sh(script: &str) -> Output {
    command(script).output().expect("bash runs")
}

/// A shell script that runs in the lab, with the program on its path.
pub(crate) fn command(script: &str) -> Command {
    let target = workspace().join("target");
    let folder = program().parent().expect("a folder").to_path_buf();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(lab())
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", target.join("lab"))
        .env("FINGERPOST_GUEST_TARGET_DIR", target.join("guests"))
        .env("XDG_CACHE_HOME", target.join("lab-cache"));
    command
}

/// Nobody else works in the crate's folder while this lives.
pub(crate) struct Turn {
    _lock: fs::File,
}

/// The crate's folder for one test alone, as `fingerpost policy new` makes it.
pub(crate) fn turn() -> Turn {
    made();
    let lock = fs::File::create(lab().join("turn")).expect("the lock can be made");
    lock.lock().expect("the lock can be taken");
    let _ = fs::remove_dir_all(lab().join("my-policy"));
    let output = sh("fingerpost policy new my-policy");
    assert!(output.status.success(), "{}", shown(&output));
    Turn { _lock: lock }
}

/// The commands of a guide that are run, each with what it shows of the output.
pub(crate) fn commands(guide: &str) -> Vec<(String, String)> {
    let blocks = guide.split("<!-- run -->\n```sh\n").skip(1);
    let pair = |block: &str| {
        let (script, rest) = block.split_once("```").expect("a fence ends");
        let said = rest.split("```text\n").nth(1).and_then(|text| text.split("```").next()).expect("an output");
        (script.to_owned(), said.to_owned())
    };
    blocks.map(pair).collect()
}

/// Fails unless every line that a guide shows is in the output; `…` stands for anything.
pub(crate) fn assert_shows(said: &str, output: &Output) {
    let text = shown(output);
    assert!(output.status.success(), "{text}");
    for line in said.lines() {
        assert!(has_line(&text, line), "`{line}` is missing in:\n{text}");
    }
}

/// The new crate, built once for all tests: the guide's own commands make it, in their order. Gives what each of them said.
fn made() -> &'static [(String, Output)] {
    static MADE: OnceLock<(fs::File, Vec<(String, Output)>)> = OnceLock::new();
    let (_lock, made) = MADE.get_or_init(|| {
        let lab = std::env::temp_dir().join("fingerpost-lab");
        fs::create_dir_all(&lab).expect("the lab can be made");
        let lock = fs::File::create(lab.join("lock")).expect("the lock can be made");
        // Another run of the suite builds the same crate at the same place.
        lock.lock().expect("the lock can be taken");
        let _ = fs::remove_dir_all(lab.join("my-policy"));
        // Of the first command the guide shows the output, too.
        let guide = docs().replacen("```sh\nfingerpost policy new", "<!-- run -->\n```sh\nfingerpost policy new", 1);
        let said = commands(&guide).into_iter().map(|(script, said)| (said, sh(&script))).collect();
        // For tests that leave the crate alone.
        let _ = fs::copy(lab.join("my-policy/my-policy.wasm"), lab.join("kept.wasm"));
        (lock, said)
    });
    made
}

/// The component that the guide's commands have built.
fn component() -> PathBuf {
    made();
    lab().join("kept.wasm")
}

fn test(arguments: &[&str]) -> Output {
    Command::new(program())
        .args(["policy", "test"])
        .args(arguments)
        .env("XDG_CACHE_HOME", workspace().join("target/lab-cache"))
        .output()
        .expect("the program runs")
}

/// A folder with one file of fixtures for the new policy, and an empty one for scenarios.
fn fixtures(cases: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let setup = "[setup]\ntargets = [{ id = \"large\", provider = \"one\" }, { id = \"small\", provider = \"two\" }]\n";
    fs::write(folder.path().join("x.toml"), format!("{setup}{cases}")).expect("it can be written");
    fs::create_dir(folder.path().join("scenarios")).expect("it can be made");
    folder
}

/// Tests the component with that folder's fixtures and nothing else.
fn test_with(folder: &Path, more: &[&str]) -> Output {
    let (component, scenarios) = (component().display().to_string(), folder.join("scenarios").display().to_string());
    let folder = folder.display().to_string();
    test(&[&["--component", &component, "--fixtures", &folder, "--scenarios", &scenarios], more].concat())
}

#[test]
fn the_guides_commands_work_as_pasted_and_say_what_it_shows() {
    for (said, output) in made() {
        assert_shows(said, output);
    }
    assert!(made().len() >= 5);
}

#[test]
fn the_guides_examples_can_be_read() {
    let guide = docs();
    let blocks = guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let (mut fixtures, mut scenarios) = (0, 0);
    for block in blocks {
        if block.starts_with("[setup]") {
            fixtures += Fixture::parse(block, Path::new("guide")).unwrap_or_else(|error| panic!("{error}")).len();
        } else if block.starts_with("[targets") {
            scenarios += Scenario::parse(block, Path::new("guide")).unwrap_or_else(|error| panic!("{error}")).len();
        }
    }
    assert!(fixtures >= 2 && scenarios >= 1, "{fixtures} {scenarios}");
}

#[test]
fn the_binarys_own_policies_pass_their_fixtures_and_scenarios() {
    for name in fingerpost::builtin::names() {
        let krate = workspace().join("policies").join(name).display().to_string();
        let output = test(&[&krate, "--builtin", name]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", shown(&output));
    }
}

#[test]
fn a_wrong_expectation_is_shown_as_a_difference_and_ends_with_1() {
    let folder = fixtures("[[case]]\nname = \"wrong\"\nexpect = { target = \"small\", rule = \"first-usable\" }\n");
    let output = test_with(folder.path(), &[]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("-   \"small\"\n        +   \"large\""), "{text}");
    assert!(!text.contains("-   \"first-usable\""), "{text}");
}

#[test]
fn goldens_are_updated_in_place_and_pass_then() {
    let folder =
        fixtures("# Stays.\n[[case]]\nname = \"wrong\"\nexpect = { target = \"small\" }\n[[case]]\nname = \"new\"\n");
    assert_eq!(test_with(folder.path(), &["--update"]).status.code(), Some(0));
    let output = test_with(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let text = fs::read_to_string(folder.path().join("x.toml")).expect("it is there");
    assert!(text.contains("# Stays.\n") && text.contains("expect = { target = \"large\" }"), "{text}");
}

#[test]
fn what_an_update_cannot_mend_is_told_and_ends_with_1() {
    let folder = fixtures(
        "[[case]]\nname = \"mended\"\nexpect = { target = \"small\" }\n\
         [[case]]\nname = \"not mended\"\nexpect = { reason_contains = \"nonsense\" }\n",
    );
    let output = test_with(folder.path(), &["--update"]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("wrote 1 fields") && text.contains("  not mended\n") && !text.contains("  mended\n"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_run_is_told_once_and_ends_with_2() {
    let folder = fixtures("[[case]]\nname = \"one\"\nexpect = { target = \"large\" }\n");
    let file = folder.path().join("x.toml").display().to_string();
    let is_refused = |output: Output, why: &str| {
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        assert!(shown(&output).contains(why) && !shown(&output).contains("FAILED"), "{}", shown(&output));
    };
    is_refused(test_with(folder.path(), &["--only", "zzz"]), "has \"zzz\" in its name");
    is_refused(test(&["nocrate"]), "there is no folder `nocrate`");
    is_refused(test(&["--builtin", "single", "--fixtures", "nonex"]), "there is no folder `nonex`");
    is_refused(test(&["--component", &file, "--fixtures", &folder.path().display().to_string()]), "is no policy");
}

#[test]
fn a_command_whose_reader_has_left_ends_quietly() {
    let _turn = turn();
    for command in ["policy inspect kept.wasm", "policy bench --component kept.wasm my-policy --rounds 1 --json"] {
        // The reader is gone before the first word.
        let output = sh(&format!("{{ sleep 0.2; fingerpost {command} || echo \"code $?\" >&2; }} | true"));
        let text = shown(&output);
        assert!(text.contains("code 141") && !text.contains("panicked") && !text.contains("error"), "{text}");
    }
}

#[test]
fn a_slip_in_a_fixture_is_placed_and_ends_with_2() {
    let folder = fixtures("[[case]]\nname = \"slip\"\nexpect = { taget = \"x\" }\n");
    let output = test_with(folder.path(), &[]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("x.toml:5:12: ") && text.contains("did you mean \"target\"?"), "{text}");
}

#[test]
fn programs_and_build_servers_get_results_that_they_can_read() {
    let folder = fixtures(
        "[[case]]\nname = \"wrong\"\nexpect = { target = \"small\" }\n[[case]]\nname = \"right\"\nexpect = { target = \"large\" }\n",
    );
    let json: serde_json::Value =
        serde_json::from_slice(&test_with(folder.path(), &["--format", "json"]).stdout).expect("JSON");
    assert_eq!((json["passed"].as_u64(), json["failed"].as_u64()), (Some(1), Some(1)), "{json}");
    assert_eq!(json["cases"][0]["mismatches"][0]["field"], "target", "{json}");
    let file = folder.path().join("result.xml");
    let output = test_with(folder.path(), &["--format", "junit", "--output", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let xml = fs::read_to_string(file).expect("it is there");
    assert!(xml.contains("tests=\"2\" failures=\"1\"") && xml.contains("<failure message="), "{xml}");
}

#[test]
fn the_same_scenario_takes_the_same_milliseconds_every_time() {
    let folder = || tempfile::tempdir().expect("a folder can be made");
    let (chosen, empty) = (folder(), folder());
    for file in ["outage.toml", "limits.toml"] {
        let from = workspace().join("policies/tiered/scenarios").join(file);
        fs::copy(from, chosen.path().join(file)).expect("it can be copied");
    }
    let (scenarios, fixtures) = (chosen.path().display().to_string(), empty.path().display().to_string());
    let run = || {
        let output =
            test(&["--builtin", "tiered", "--fixtures", &fixtures, "--scenarios", &scenarios, "--format", "json"]);
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON")
    };
    let (one, two) = (run(), run());
    assert_eq!(one["cases"], two["cases"]);
    // Some of them wait for seconds; on a clock that runs by itself they would differ by milliseconds.
    let took: u64 =
        one["cases"].as_array().expect("a list").iter().filter_map(|case| case["actual"]["took"].as_u64()).sum();
    assert!(took > 10_000, "{took}");
}

#[test]
fn a_budget_that_is_exceeded_fails_the_bench() {
    let folder = fixtures("[[case]]\nname = \"any\"\n");
    let bench = |fuel: &str| {
        let mut command = Command::new(program());
        command.args(["policy", "bench", "--builtin", "single", "--rounds", "20", "--max-fuel", fuel, "--fixtures"]);
        command.arg(folder.path()).env("XDG_CACHE_HOME", workspace().join("target/lab-cache"));
        command.args(["--against", "builtin:tiered"]).output().expect("the program runs")
    };
    assert_eq!(bench("2000000").status.code(), Some(0), "{}", shown(&bench("2000000")));
    let over = bench("10");
    assert_eq!(over.status.code(), Some(1));
    assert!(shown(&over).contains("more than the budget of 10"), "{}", shown(&over));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_decisions_are_measured_in_groups_of_what_is_alike_and_the_budget_holds() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let mut recorder = support::decisions::Recorder::start(dir.path(), 5, "").await;
    recorder.decide(60).await;
    recorder.log.close();
    let bench = |words: &[&str]| {
        let mut command = Command::new(program());
        command.args(["policy", "bench", "--builtin", "tiered", "--rounds", "30", "--recorded"]).args(words);
        command.arg("--data-dir").arg(dir.path()).env("XDG_CACHE_HOME", workspace().join("target/lab-cache"));
        command.output().expect("the program runs")
    };
    let json = |words: &[&str]| -> serde_json::Value {
        let output = bench(&[words, &["--json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", shown(&output)))
    };
    let measured = json(&["--route", "tiered", "--against", "builtin:tiered"]);
    let figures = measured["figures"].as_array().expect("a list");
    let count = figures.iter().filter_map(|one| one["decisions"].as_u64()).sum::<u64>();
    let named =
        |start: &str| figures.iter().any(|one| one["name"].as_str().is_some_and(|name| name.starts_with(start)));
    assert_eq!(count, 60, "{measured:#}");
    assert!(named("route of tiered, ") && named("fallback of tiered, ") && figures.len() > 4, "{measured:#}");
    for (one, other) in figures.iter().zip(measured["against"].as_array().expect("a list")) {
        assert!(one["p99_ns"].as_u64() >= one["p50_ns"].as_u64() && one["memory"].as_u64() > Some(0), "{one:#}");
        assert_eq!(
            (&one["name"], &one["fuel"]),
            (&other["name"], &other["fuel"]),
            "the same version needs the same fuel"
        );
    }
    let latest = json(&["--route", "tiered", "--limit", "7"]);
    let latest = latest["figures"].as_array().expect("a list").iter().filter_map(|one| one["decisions"].as_u64());
    assert_eq!(latest.sum::<u64>(), 7);
    let over = bench(&["--route", "tiered", "--max-fuel", "10"]);
    assert_eq!(over.status.code(), Some(1), "{}", shown(&over));
    assert!(shown(&over).contains("of tiered, ") && shown(&over).contains("more than the budget of 10"));
    let none = bench(&["--since", "2100-01-01"]);
    assert!(none.status.code() == Some(2) && shown(&none).contains("no recorded decision"), "{}", shown(&none));
}

#[test]
fn a_choice_of_recorded_decisions_wants_recorded_ones() {
    let output = Command::new(program()).args(["policy", "bench", "--route", "r"]).output().expect("the program runs");
    assert!(output.status.code() == Some(2) && shown(&output).contains("--recorded"), "{}", shown(&output));
}

#[test]
fn a_name_that_is_taken_or_no_name_is_refused() {
    let _turn = turn();
    for (name, said) in
        [("my-policy", "there already"), ("My_Policy", "cannot be a policy's name"), ("../x", "cannot be")]
    {
        let output = sh(&format!("fingerpost policy new {name}"));
        assert!(!output.status.success() && shown(&output).contains(said), "{}", shown(&output));
    }
}

#[test]
fn fixtures_and_native_tests_leave_out_the_same() {
    use fingerpost_sdk::testing::{Scene, failed, target};

    let text = "[setup]\nqueues = [\"later\"]\ntargets = [{ id = \"a\", provider = \"one\" }, { id = \"b\", provider = \"two\", \
                availability = \"cooling\", estimated_cost = 5 }]\n[facts]\nbudgets = [{ used = \"0.82\" }]\n\
                session = { target = \"b\" }\nattributes = { feature = \"x\" }\n\
                [[attempts]]\ntarget = \"a\"\nkind = \"invalid-key\"\n";
    let fixture = Fixture::parse(text, Path::new("x.toml")).unwrap_or_else(|error| panic!("{error}")).remove(0);
    let scene = Scene::of([target("a", "one"), target("b", "two").cooling().cost(5)]);
    let scene = scene.queue("later").budget_used(820).session(Some(1)).attribute("feature", "x");
    let scene = scene.after_attempts(&[failed(0, "invalid-key")]);
    assert_eq!(format!("{:#?}", fixture.facts), format!("{:#?}", scene.facts));
    assert_eq!(format!("{:#?}", fixture.setup), format!("{:#?}", scene.setup));
    let mut attempt = failed(0, "invalid-key");
    // Whose fault it is a native test says itself; the gateway knows it of every kind.
    attempt.failure.fault = "operator".into();
    assert_eq!(format!("{:#?}", fixture.attempts), format!("{:#?}", vec![attempt]));
}

#[test]
fn fixtures_and_native_tests_leave_alone_what_a_gateway_would() {
    use fingerpost_sdk::testing::{Scene, failed, target};

    let text = "[setup]\ntargets = [{ id = \"a\", provider = \"one\" }, { id = \"b\", provider = \"two\" }]\n\
                [[attempts]]\ntarget = \"a\"\nkind = \"KIND\"\nretry_after = \"2s\"\n";
    for kind in ["rate-limited", "overloaded", "server-error", "unknown-model", "not-found", "quota-exhausted"] {
        let fixture = Fixture::parse(&text.replace("KIND", kind), Path::new("x.toml"));
        let fixture = fixture.unwrap_or_else(|error| panic!("{error}")).remove(0);
        let mut attempt = failed(0, kind);
        attempt.failure.retry_after = Some(2_000);
        let scene = Scene::of([target("a", "one"), target("b", "two")]).after_attempts(&[attempt]);
        assert_eq!(format!("{:#?}", fixture.facts), format!("{:#?}", scene.facts), "{kind}");
    }
}

#[test]
fn a_component_carries_its_fixtures() {
    let _turn = turn();
    let bytes = fs::read(component()).expect("it is there");
    let carried = embedded(&bytes).expect("they can be read");
    let names = |fixtures: &[Fixture]| fixtures.iter().map(|fixture| fixture.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&carried), names(&Fixture::load(&lab().join("my-policy/fixtures")).expect("they can be read")));
}

/// A gateway in a process of its own whose route `r` takes deployed policies.
pub(crate) fn gateway() -> Process {
    let config = fingerpost::config::BUILTIN_CONFIG
        .replace("127.0.0.1:8080", "127.0.0.1:0")
        .replace("127.0.0.1:8081", "127.0.0.2:0")
        .replace("./fingerpost-data", "data");
    let route = "[routes.r]\ntargets = [\"north-balanced\", \"south-economy\"]\n\
                 policy = { source = \"deployed\", bootstrap = { source = \"builtin\", name = \"single\" } }\n";
    Process::start_on(tempfile::tempdir().expect("a folder can be made"), &format!("{config}\n{route}"), &[])
}

#[test]
fn dev_builds_tests_and_deploys_to_a_local_gateway() {
    let _turn = turn();
    let gateway = gateway();
    let script = format!(
        "FINGERPOST_ADMIN_TOKEN={} fingerpost policy dev my-policy --once --route r --admin http://{}",
        gateway.token, gateway.admin
    );
    let output = sh(&script);
    let text = shown(&output);
    assert!(output.status.success(), "{text}");
    for part in ["built     my-policy", "13 passed, 0 failed", "cargo test passed", "deployed  route r, version 2"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

async fn put(admin: &client::Client, path: &str, component: Vec<u8>) -> client::Answer {
    admin.send(http::Method::PUT, path, component).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_fails_its_own_tests_is_not_deployed() {
    let component =
        tokio::task::spawn_blocking(|| fs::read(component()).expect("it is there")).await.expect("no panic");
    let gateway = tokio::task::spawn_blocking(gateway).await.expect("no panic");
    let folder = fixtures("[[case]]\nname = \"never true\"\nexpect = { rule = \"another\" }\n");
    let failing = fingerpost::testing::embed(component.clone(), folder.path()).expect("they can be embedded");
    let admin = client::Client::new(gateway.admin.parse().expect("an address"), &gateway.token);
    let refused = put(&admin, "/admin/v1/routes/r/policy", failing).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.body_text());
    assert!(refused.body_text().contains("never true"), "{}", refused.body_text());
    let broken = fingerpost_guest_build::with_custom_section(&component, SECTION, b"nonsense");
    assert_eq!(put(&admin, "/admin/v1/routes/r/policy", broken).await.status.as_u16(), 422);
    assert_eq!(put(&admin, "/admin/v1/routes/r/policy", component).await.status.as_u16(), 200);
}
