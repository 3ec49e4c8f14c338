//! Guests of every interface version so far, compiled once and kept as text under `tests/corpus`: this build still takes them,
//! and they answer what they answered when they were made.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fingerpost::policy::Module;
use fingerpost::policy::wire::RouteSetup;
use fingerpost_guest_build::{INTERFACE_VERSION, inspect};
use support::corpus::{self, Expectation, Question, Reply};
use support::engine::TestEngine;

/// The guests of the present version: a plain one, and one that goes through all kinds of decisions.
const GUESTS: [(&str, &str); 2] = [("good", r#"{"name": "blue", "target": 1}"#), ("every-decision", "{}")];

/// The kinds that the second one knows. The first answers the same to all of them.
const ROUTED: [&str; 8] = [
    "answer-cached",
    "answer-default",
    "defer-until-a-budget-turns",
    "defer-until-an-instant",
    "defer-until-approval",
    "reject",
    "send",
    "send-with-everything",
];
const RECOVERED: [&str; 7] = [
    "answer",
    "defer",
    "fail-with-an-attempts-error",
    "fail-with-an-error-of-its-own",
    "fail-with-the-most-telling-error",
    "resume",
    "send",
];

/// A config that both refuse.
const REFUSED: &str = r#"{"refuse": true}"#;

fn engine() -> TestEngine {
    TestEngine::start(env!("CARGO_BIN_EXE_admit"))
}

/// What a guest answers in this build.
async fn answers(component: &[u8], config: &str, question: &Question) -> Expectation {
    let engine = engine();
    let with = |config: &str| RouteSetup { config: config.into(), ..question.setup.clone() };
    let module = engine.engine.admit(component.to_vec().into(), &with(config)).await.unwrap_or_else(|e| panic!("{e}"));
    let refusal = engine.engine.admit(component.to_vec().into(), &with(REFUSED)).await.expect_err("it refuses that");
    let routed = ROUTED.iter().map(|kind| ((*kind).into(), routed(&module, question, kind))).collect();
    let recovered: BTreeMap<_, _> =
        RECOVERED.iter().map(|kind| ((*kind).into(), recovered(&module, question, kind))).collect();
    Expectation { config: config.into(), refusal: refusal.to_string(), routed, recovered }
}

fn routed(module: &Module, question: &Question, kind: &str) -> Reply {
    let solo = module.try_route(&question.about(kind));
    let answer = solo.outcome.unwrap_or_else(|failure| panic!("{kind}: {failure}"));
    Reply { answer: serde_json::to_value(answer).expect("it is JSON"), log: solo.log }
}

fn recovered(module: &Module, question: &Question, kind: &str) -> Reply {
    let solo = module.try_fallback(&question.about(kind), &question.attempts);
    let answer = solo.outcome.unwrap_or_else(|failure| panic!("{kind}: {failure}"));
    Reply { answer: serde_json::to_value(answer).expect("it is JSON"), log: solo.log }
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> T {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[tokio::test]
async fn guests_of_every_interface_version_so_far_decide_as_they_did_when_they_were_made() {
    let mut met = Vec::new();
    for version in fs::read_dir(corpus::folder()).expect("the corpus is there").flatten().filter(|e| e.path().is_dir())
    {
        let question: Question = read(&version.path().join("question.json"));
        let texts = fs::read_dir(version.path()).expect("a folder").flatten().map(|entry| entry.path());
        for text in texts.filter(|path| path.extension().is_some_and(|extension| extension == "wat")) {
            let component = wat::parse_file(&text).unwrap_or_else(|error| panic!("{error}"));
            let versions = inspect(&component).expect("it is a component").interface_versions;
            assert_eq!(versions, [version.file_name().to_string_lossy()], "{}", text.display());
            let expected: Expectation = read(&text.with_extension("json"));
            let found = answers(&component, &expected.config, &question).await;
            assert_eq!(found, expected, "{}", text.display());
            met.push(text);
        }
    }
    let of_this = met.iter().filter(|path| path.parent().is_some_and(|folder| folder.ends_with(INTERFACE_VERSION)));
    assert_eq!(of_this.count(), GUESTS.len(), "run `make corpus` once for fingerpost:policy@{INTERFACE_VERSION}");
}

#[test]
fn the_corpus_stays_small() {
    let files = fs::read_dir(corpus::folder()).expect("the corpus is there").flatten();
    let files = files.filter_map(|version| fs::read_dir(version.path()).ok()).flat_map(Iterator::flatten);
    let bytes: u64 = files.map(|file| file.metadata().expect("a file").len()).sum();
    assert!(bytes < 2 << 20, "{bytes} bytes");
}

/// What `make corpus` runs: not a test of anything.
#[tokio::test]
#[ignore = "it makes the guests of a new interface version, once"]
async fn make_the_corpus_of_this_version() {
    let folder = corpus::begin(INTERFACE_VERSION).unwrap_or_else(|error| {
        panic!("tests/corpus/{INTERFACE_VERSION} is not made: {error}. Guests that were released are never made again")
    });
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("it can be written");
    let json = |value: serde_json::Value| format!("{value:#}\n");
    let question = corpus::question();
    for (name, config) in GUESTS {
        let text = corpus::text(name, INTERFACE_VERSION);
        let component = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let expected = answers(&component, config, &question).await;
        write(&format!("{name}.wat"), text);
        write(&format!("{name}.json"), json(serde_json::to_value(expected).expect("it is JSON")));
    }
    write("question.json", json(serde_json::to_value(question).expect("it is JSON")));
}
