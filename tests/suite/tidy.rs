//! Rules about the source itself: what stands where, and what is absent.

use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// All Rust files below these folders, with their text.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<_> = folders.iter().map(|folder| workspace().join(folder)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(workspace()).expect("inside").display().to_string();
            found.push((name, fs::read_to_string(&path).expect("text")));
        }
    }
    found
}

/// The files that say a word although they are not among those that may.
fn elsewhere(word: &str, allowed: &[&str]) -> Vec<String> {
    sources(&["host/src"])
        .into_iter()
        .filter(|(name, text)| {
            !allowed.iter().any(|start| name.starts_with(start))
                && text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word))
        })
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn wasmtime_appears_only_in_the_policy_engine() {
    assert_eq!(elsewhere("wasmtime", &["host/src/policy"]), Vec::<String>::new());
}

#[test]
fn the_http_client_appears_only_in_upstream() {
    assert_eq!(elsewhere("client::legacy", &["host/src/upstream"]), Vec::<String>::new());
}

#[test]
fn registries_are_spoken_to_only_in_the_process_that_is_made_for_it() {
    assert_eq!(elsewhere("oci_client", &["host/src/registry/child.rs"]), Vec::<String>::new());
}

#[test]
fn sql_appears_only_in_the_store() {
    assert_eq!(elsewhere("rusqlite", &["host/src/store"]), Vec::<String>::new());
}

#[test]
fn vendor_json_appears_only_in_the_dialect_and_the_simulated_providers() {
    // A setting of prepared answers is named like the field that it fills.
    let settings = ["host/src/config/shapes.rs", "host/src/config/sections/answers.rs"];
    let allowed = [&["host/src/dialect", "host/src/sim"][..], &settings].concat();
    for field in ["prompt_tokens", "finish_reason\"", "tool_calls", "stream_options\""] {
        assert_eq!(elsewhere(field, &allowed), Vec::<String>::new(), "{field}");
    }
}

#[test]
fn every_file_says_first_what_it_owns() {
    let folders = [
        "host",
        "guest-sdk/src",
        "guest-build/src",
        "policies",
        "tests/support",
        "tests/suite",
        "tests/guests",
        "benches",
        "fuzz/src",
    ];
    let silent: Vec<_> =
        sources(&folders).into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(name, _)| name).collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_file_has_grown_past_one_concept() {
    let long: Vec<_> = sources(&["host/src", "guest-sdk/src", "guest-build/src"])
        .into_iter()
        .filter(|(_, text)| text.lines().count() > 450)
        .map(|(name, text)| (name, text.lines().count()))
        .collect();
    assert_eq!(long, Vec::<(String, usize)>::new());
}
