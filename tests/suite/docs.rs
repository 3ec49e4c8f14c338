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
fn the_readmes_policy_is_the_one_that_is_built_and_that_the_sdks_docs_compile() {
    let docs: String = read("guest-sdk/src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let compiled = docs.split("```").nth(1).expect("the SDK's docs hold a policy");
    let compiled = compiled.split_once('\n').expect("a fence has its own line").1;
    assert_eq!(blocks(&read("README.md"), "rust")[0], compiled);
    let built = read("examples/first-usable/src/lib.rs");
    let built = built.split_once("\n\n").expect("what it is comes first").1;
    assert_eq!(built, compiled, "the README has it built from there");
}

#[test]
fn the_docs_ask_for_the_rust_that_the_manifests_ask_for() {
    let wanted = |manifest: &str| {
        let text = read(manifest);
        let line = text.lines().find_map(|line| line.strip_prefix("rust-version = \"")).expect("it says so");
        format!("Rust {} or later", line.trim_end_matches('"'))
    };
    assert!(read("README.md").contains(&wanted("host/Cargo.toml")));
    assert!(read("docs/policies.md").contains(&wanted("Cargo.toml")));
}

#[test]
fn the_version_of_wasmtime_that_the_security_page_names_is_the_one_in_use() {
    let lock = read("Cargo.lock");
    let version = lock.split("name = \"wasmtime\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
    let named = format!("wasmtime {},", version.expect("wasmtime is locked"));
    assert!(read("SECURITY.md").contains(&named), "SECURITY.md does not say `{named}`");
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

/// The names in the first column of the table that follows a heading or a line, in their order.
fn names_of_table(text: &str, after: &str) -> Vec<String> {
    let rest = text.split_once(after).unwrap_or_else(|| panic!("the docs have no {after:?}")).1;
    let rows = rest.lines().skip_while(|line| !line.starts_with("| `")).take_while(|line| line.starts_with("| `"));
    rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect()
}

/// The names that `as_str` and its like give in a source, between two marks.
fn names_in_source(file: &str, from: &str) -> Vec<String> {
    let source = read(file);
    let of = source.split_once(from).unwrap_or_else(|| panic!("{file} has no {from:?}")).1;
    let body = of.split_once("\n    }\n").map_or(of, |(body, _)| body);
    body.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn tables_of_failures_have_every_name_of_the_code_once_and_no_other() {
    let text = read("docs/failures.md");
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let overruled = sorted(Overruled::ALL.map(|one| one.as_str().to_owned()).to_vec());
    let policy = sorted(names_in_source("host/src/policy/failure.rs", "pub const fn kind(&self)"));
    let kinds = sorted(Kind::ALL.map(|kind| kind.traits().name.to_owned()).to_vec());
    assert!(policy.len() >= 12, "{policy:?}");
    assert_eq!(sorted(names_of_table(&text, "## Kinds")), kinds);
    assert_eq!(sorted(names_of_table(&text, "## When the policy fails")), policy);
    assert_eq!(sorted(names_of_table(&text, "### Overruled answers")), overruled);
    for name in overruled {
        assert!(Overruled::from_name(&name).is_some(), "{name}");
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
