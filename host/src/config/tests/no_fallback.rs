//! `fallback = "none"`: a word beside the policy's section of that name.

use super::{SMALL, read, said};

const KEY: &str =
    "[keys.k]\ntenant = \"acme\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";

#[test]
fn a_route_a_key_and_a_tenant_can_be_kept_from_any_fallback() {
    let route = |line: &str| read(&format!("{SMALL}[routes.r]\ntargets = [\"small\"]\n{line}\n")).expect("it is valid");
    let kept = route("fallback = \"none\"");
    assert!(!kept.routes["r"].bounds.fallback && kept.routes["draft"].bounds.fallback);
    assert_eq!(kept.routes["r"].policy_config, serde_json::json!({}), "the policy gets no section of that name");
    assert!(route("fallback = { restrain_from = 700 }").routes["r"].bounds.fallback);
    let key = read(&format!("{SMALL}{KEY}fallback = \"none\"\n")).expect("it is valid");
    assert_eq!(key.keys["k"].bounds.fallback, Some(false));
    let tenant = read(&format!("{SMALL}fallback = \"none\"\n")).expect("it is valid");
    assert!(!tenant.tenants["acme"].fallback);
}

#[test]
fn attempts_that_never_reach_a_second_target_are_named() {
    let route = |bounds: &str| {
        said(&format!("{SMALL}[routes.r]\nclass = \"critical\"\ntargets = [\"large\", \"small\"]\n{bounds}\n"))
    };
    assert!(route("bounds = { max_attempts = 1 }").contains("a single attempt never reaches another target"));
    let said = route("bounds = { max_attempts = 2 }");
    assert!(said.contains("routes.r.bounds.max_attempts") && said.contains("no other is ever reached"), "{said}");
    for fine in [
        "",
        "bounds = { max_attempts = 3 }",
        "bounds = { max_attempts = 2, max_same_target = 1 }",
        "bounds = { max_attempts = 1 }\nfallback = \"none\"",
    ] {
        assert_eq!(route(fine), "", "{fine}");
    }
}

#[test]
fn another_word_is_told_what_is_possible() {
    for text in [
        format!("{SMALL}[routes.r]\ntargets = [\"small\"]\nfallback = \"non\"\n"),
        format!("{SMALL}{KEY}fallback = \"off\"\n"),
        format!("{SMALL}fallback = false\n"),
    ] {
        let said = said(&text);
        assert!(said.contains("fallback") && said.contains("none"), "{said}");
    }
}
