//! The config: its two sections, what is wrong with one, and what the documents say about it.

use fingerpost_sdk::names::class::CRITICAL;
use fingerpost_sdk::prelude::Problem;
use fingerpost_sdk::record::Setup;

use super::*;
use crate::Config;

fn problems(config: &str) -> Vec<Problem> {
    let setup = Setup { config: config.into(), ..scene(CRITICAL).setup };
    Configured::<Tiered>::new(setup).expect_err("problems")
}

#[test]
fn an_empty_section_says_nothing() {
    for config in ["{}", r#"{"routing": {}}"#, r#"{"fallback": {}}"#, r#"{"fallback": {}, "routing": {}}"#] {
        assert_eq!(scene(CRITICAL).routed_with(config).told(), ("primary", to(OPUS)), "{config}");
    }
}

#[test]
fn every_problem_of_a_config_is_reported_at_once() {
    let config = r#"{
        "routing": {"budget": {"downgrade_from": 990}},
        "fallback": {
            "restrain_from": 995, "queue": "nowhere", "retries_by_kind": {"bad-luck": 1},
            "backoff": {"base": 5000}, "classes": {"batch": {"attempts": 0}}
        }
    }"#;
    let problems = problems(config);
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    let expected = [
        "routing.budget",
        "fallback.restrain_from",
        "fallback.backoff.base",
        "fallback.retries_by_kind.bad-luck",
        "fallback.classes.batch.attempts",
        "fallback.queue",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn a_misspelt_field_is_reported_with_its_path() {
    let problems = problems(r#"{"fallback": {"classes": {"batch": {"retrys": 1}}}}"#);
    assert_eq!(problems[0].path, "fallback.classes.batch.retrys");
    assert!(problems[0].message.contains("unknown field `retrys`"), "{problems:?}");
}

#[test]
fn a_setting_of_one_section_is_refused_in_the_other() {
    assert_eq!(problems(r#"{"routing": {"backoff": {}}}"#)[0].path, "routing.backoff");
    assert_eq!(problems(r#"{"fallback": {"tiers": {}}}"#)[0].path, "fallback.tiers");
    assert_eq!(problems(r#"{"sensitive": []}"#)[0].path, "sensitive");
}

#[test]
fn nobody_else_can_be_made_to_pay() {
    let config = r#"{"routing": {"upgrade": {"cost_permille": 2000, "payer": "somebody"}}}"#;
    assert_eq!(problems(config)[0].path, "routing.upgrade.payer");
}

/// The settings of `route` in a document's TOML.
fn documented(toml: &str, route: &str) -> Config {
    let table: toml::Table = toml::from_str(toml).expect("TOML");
    let mut settings = table["routes"][route].as_table().expect("a route").clone();
    settings.retain(|field, _| field == "routing" || field == "fallback");
    assert_eq!(settings.len(), 2, "{route}");
    settings.try_into().unwrap_or_else(|error| panic!("{route}: {error}"))
}

fn example<'a>(document: &'a str, with: &str) -> &'a str {
    let examples = document.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    examples.into_iter().find(|example| example.contains(with)).expect("an example")
}

#[test]
fn what_the_documents_show_is_accepted() {
    let readme = example(include_str!("../../README.md"), ".fallback]");
    let reference = example(include_str!("../../../../docs/config.md"), ".fallback]");
    let file = include_str!("../../../../fingerpost.example.toml");
    for (toml, route) in [(readme, "page_summary"), (reference, "support_draft"), (file, "support_draft")] {
        assert!(documented(toml, route).problems(&scene(CRITICAL).setup).is_empty(), "{route}");
    }
}
