//! Files that no one means well by: they are refused with a sentence, quickly, and nothing of them reaches a terminal
//! as it is.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{SMALL, read, said};
use crate::config::{Config, shapes};

/// Refused, and saying so in `words`.
#[track_caller]
fn assert_refused(text: &str, words: &str) {
    let error = read(text).expect_err("this is valid");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn an_empty_file_is_told_what_a_gateway_needs() {
    assert_refused("", "there is no route");
    assert_refused("\u{feff}", "there is no route");
}

#[test]
fn what_is_not_text_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("fingerpost.toml");
    std::fs::write(&file, b"tiers = []\n# \xff\xfe\0").unwrap();
    let error = Config::load(&file).unwrap_err().to_string();
    assert!(error.contains("fingerpost.toml:2:3: this is not text in UTF-8"), "{error}");
    assert!(Config::load(dir.path()).is_err());
    assert!(Config::load(Path::new("")).is_err());
}

#[test]
fn numbers_beyond_their_range_are_refused() {
    let huge = "9".repeat(10_000);
    for number in ["0", "-1", "20.0", "999999999999999999", "0xffff_ffff_ffff_ffff_ff", huge.as_str()] {
        let error = read(&format!("{SMALL}[routes.draft.bounds]\nmax_attempts = {number}\n")).unwrap_err();
        assert_eq!(error.problems.len(), 1);
        assert_eq!(error.problems[0].path, "routes.draft.bounds.max_attempts");
    }
}

#[test]
fn durations_are_neither_negative_nor_endless() {
    for text in ["-1s", "0s", "25h", "99999999999999999999h", "1", "forever", "𝟏s"] {
        assert_refused(&format!("{SMALL}[routes.draft.bounds]\ndeadline = \"{text}\"\n"), "bounds.deadline");
    }
}

#[test]
fn a_name_that_stands_there_twice_is_reported_with_the_other_mistakes() {
    let error = read(&format!("{SMALL}[routes.draft]\nclas = \"batch\"\n[tenants.acme]\nplam = 1\n")).unwrap_err();
    let said = error.to_string();
    assert_eq!(said.matches("stands here twice").count(), 2, "{said}");
    assert!(said.contains("did you mean \"class\"?") && said.contains("did you mean \"plan\"?"), "{said}");
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let arrays = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let tables = format!("a = {}1{}", "{ a = ".repeat(100_000), "}".repeat(100_000));
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    let header = format!("[{}a]", "a.".repeat(100_000));
    for text in [arrays, tables, dotted, header] {
        assert!(read(&text).is_err());
    }
    let within = format!("{SMALL}[routes.draft.routing]\na = {}{}\n", "[".repeat(40), "]".repeat(40));
    assert_refused(&within, "nested deeper than");
}

#[test]
fn the_deepest_document_that_the_parser_takes_is_refused_too() {
    let key = "a.".repeat(75) + "a";
    let mut value = "1".to_owned();
    for _ in 0..75 {
        value = format!("{{ {key} = {value} }}");
    }
    let text = format!("{SMALL}[routes.draft.routing.{key}]\n{key} = {value}\n");
    assert!(read(&text).is_err());
}

#[test]
fn names_that_could_not_stand_in_a_header_are_refused() {
    let long = "n".repeat(129);
    for name in ["straße", "a b", "", "a\\nb", "\\u001b[31m", "\\u202e", long.as_str()] {
        for section in ["routes", "targets", "tenants", "keys", "providers"] {
            let said = said(&format!("{SMALL}[{section}.\"{name}\"]\n"));
            assert!(said.contains("cannot be a name"), "{said}");
            assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
        }
    }
}

#[test]
fn a_target_and_a_route_cannot_share_a_name() {
    assert_refused(&SMALL.replace("routes.draft", "routes.large"), "a route has the same name");
}

#[test]
fn two_keys_cannot_share_a_secret() {
    let digest = "ab".repeat(32);
    let key = |name: &str| format!("[keys.{name}]\ntenant = \"acme\"\nsha256 = \"{digest}\"\n");
    assert_refused(&format!("{SMALL}{}{}", key("a"), key("b")), "has the same secret");
}

#[test]
fn a_section_of_the_wrong_kind_is_refused() {
    for field in shapes::ROOT.fields {
        assert_refused(&format!("{field} = 7\n"), &format!("{field}: expected"));
    }
}

#[test]
fn a_file_with_a_hundred_thousand_mistakes_is_read_in_time() {
    let text: String = (0..100_000).map(|n| format!("setting-number-{n} = \"{n}\"\n")).collect();
    let started = Instant::now();
    assert!(read(&text).is_err());
    assert!(started.elapsed() < Duration::from_secs(20));
}
