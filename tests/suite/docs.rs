//! The documentation says what the program does.

use std::path::Path;

use fingerpost::decision::Overruled;
use fingerpost::outcome::{Failure, Kind, Phase};

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fenced blocks of this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn the_readmes_policy_is_the_one_that_the_sdks_docs_compile() {
    let docs: String = read("guest-sdk/src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let compiled = docs.split("```").nth(1).expect("the SDK's docs hold a policy");
    let compiled = compiled.split_once('\n').expect("a fence has its own line").1;
    assert_eq!(blocks(&read("README.md"), "rust")[0], compiled);
}

#[test]
fn the_table_of_failures_is_that_of_the_code() {
    let text = read("docs/failures.md");
    let yes = |is: bool| if is { "yes" } else { "no" };
    for kind in Kind::ALL {
        let traits = kind.traits();
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", traits.name)))
            .unwrap_or_else(|| panic!("`{}` has no row", traits.name));
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let error = Failure::new(kind, Phase::Head, "").to_api_error();
        let expected = [
            traits.fault.as_str().to_owned(),
            yes(traits.same_target_ok).to_owned(),
            yes(traits.other_target_ok).to_owned(),
            traits.processed.as_str().to_owned(),
            format!("{} `{}`", error.status.as_u16(), error.code),
        ];
        assert_eq!(cells[2..], expected, "{row}");
    }
}

#[test]
fn every_reason_to_overrule_an_answer_is_in_the_table() {
    let text = read("docs/failures.md");
    let table = text.split_once("### Overruled answers").expect("the docs have the table").1;
    let source = read("host/src/decision/overruled.rs");
    let names: Vec<_> = source.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.contains(&"out-of-boundary") && names.len() >= 20, "{names:?}");
    for name in names {
        assert!(Overruled::from_name(name).is_some(), "`Overruled::ALL` lacks {name}");
        assert!(table.contains(&format!("\n| `{name}` | ")), "{name}");
    }
}

#[test]
fn every_metric_and_response_header_is_in_the_operators_docs() {
    let text = read("docs/admin.md");
    let names = |source: &str, start: &str| -> Vec<String> {
        read(source).split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
    };
    for metric in names("host/src/telemetry/metrics.rs", "registry.register(\"") {
        assert!(text.contains(&format!("`{metric}")), "{metric}");
    }
    for header in names("host/src/headers.rs", "from_static(\"x-") {
        assert!(text.contains(&format!("x-{header}")), "x-{header}");
    }
}
