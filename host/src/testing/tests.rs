//! How fixture and scenario files are read, and what is said of mistakes in them.

use std::path::Path;

use super::{Fixture, Scenario};
use crate::policy::wire::Availability;

const SETUP: &str = "[setup]\ntargets = [{ id = \"a\", provider = \"one\" }, { id = \"b\", provider = \"two\" }]\n";

fn fixtures(rest: &str) -> Vec<Fixture> {
    let text = format!("{SETUP}{rest}");
    Fixture::parse(&text, Path::new("x.toml")).unwrap_or_else(|error| panic!("{error}"))
}

fn fixture(rest: &str) -> Fixture {
    fixtures(rest).remove(0)
}

/// What is said of a file that is wrong.
fn problem(rest: &str) -> String {
    let text = format!("{SETUP}{rest}");
    Fixture::parse(&text, Path::new("x.toml")).expect_err("this is wrong").to_string()
}

fn scenario_problem(text: &str) -> String {
    Scenario::parse(text, Path::new("s.toml")).expect_err("this is wrong").to_string()
}

#[test]
fn an_unknown_field_is_named_with_its_place_and_the_nearest_name() {
    let text = problem("[facts.request]\ninput_tokns = 5\n");
    assert!(text.starts_with("x.toml:4:1: facts.request.input_tokns: there is no such field"), "{text}");
    assert!(text.contains("did you mean \"input_tokens\"?"), "{text}");
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let text = problem(
        "[[case]]\nname = \"x\"\nattempts = [{ target = \"c\", kind = \"server-error\" }, { target = \"a\", kind = \"sever-error\" }]\nexpect = { taget = \"a\" }\n",
    );
    assert!(text.contains("the set-up has no target \"c\""), "{text}");
    assert!(text.contains("did you mean \"server-error\"?"), "{text}");
    assert!(text.contains("did you mean \"target\"?"), "{text}");
}

#[test]
fn values_of_the_wrong_kind_say_what_belongs_there() {
    assert!(problem("[facts.request]\nstreaming = \"yes\"\n").contains("expected true or false"));
    assert!(problem("[facts.bounds]\ndeadline = \"soon\"\n").contains("expected a duration"));
    assert!(problem("[facts.request]\ninput_tokens = -1\n").contains("make no sense"));
    assert!(problem("[facts.targets.a]\navailability = \"gone\"\n").contains("\"cooling\""));
    assert!(problem("[expect]\nafter = \"soon\"\n").contains("expected a duration or an amount of money"));
}

#[test]
fn what_is_left_out_follows_from_what_is_said() {
    let one = fixture("[facts.targets.b]\navailability = \"cooling\"\nestimated_cost = \"0.02\"\n");
    let state = &one.facts.targets[1];
    assert_eq!((state.availability, state.cooling_for), (Availability::Cooling, Some(30_000)));
    assert_eq!((state.estimated_cost, state.reserved_at_once), (20_000_000, 20_000_000));
    assert_eq!(one.facts.targets[0].availability, Availability::Available);
}

#[test]
fn a_budgets_share_is_what_is_spent_of_it() {
    let one = fixture("[[facts.budgets]]\nlimit = \"10.00\"\nused = \"1.2\"\n");
    let budget = &one.facts.budgets[0];
    assert_eq!((budget.spent, budget.remaining), (12_000_000_000, -2_000_000_000));
}

#[test]
fn attempts_are_numbered_and_know_what_can_help() {
    let one = fixture(
        "[[attempts]]\ntarget = \"a\"\nkind = \"server-error\"\n[[attempts]]\ntarget = \"b\"\nkind = \"invalid-key\"\nstatus = 401\n",
    );
    let last = &one.attempts[1];
    assert_eq!((last.number, last.target, last.failure.status), (2, 1, Some(401)));
    assert!(!last.failure.same_target_ok && last.failure.other_target_ok);
    assert_eq!(one.facts.request.decision_index, 2);
}

#[test]
fn a_case_has_what_its_file_shares_and_what_it_says_itself() {
    let two = fixtures(
        "[facts.request]\nstreaming = false\n[[case]]\nname = \"one\"\n[[case]]\nname = \"two\"\nclass = \"batch\"\nfacts.request.streaming = true\n",
    );
    assert_eq!((two[0].line, two[1].line), (5, 7));
    assert!(!two[0].facts.request.streaming && two[1].facts.request.streaming);
    assert_eq!(two[1].facts.request.traffic_class, "batch");
}

#[test]
fn sessions_and_reviews_name_their_targets() {
    let one =
        fixture("[facts.session]\nturns = 5\ntarget = \"b\"\n[facts.deferred]\nqueue = \"q\"\nreview_target = \"a\"\n");
    let session = one.facts.session.expect("a session");
    assert_eq!((session.target, session.target_id.as_str(), session.turns), (Some(1), "b", 5));
    assert_eq!(one.facts.deferred.and_then(|deferred| deferred.review_target), Some(0));
}

#[test]
fn a_file_without_a_set_up_says_what_is_missing() {
    let error = Fixture::parse("[expect]\nrule = \"x\"\n", Path::new("x.toml")).expect_err("this is wrong");
    assert!(error.to_string().contains("add `[setup]`"), "{error}");
}

#[test]
fn a_scenario_is_checked_like_a_config_and_points_at_its_own_lines() {
    let text = scenario_problem("[targets.a]\nprise = 1\n");
    assert!(text.contains("s.toml:2:") && text.contains("targets.a.prise"), "{text}");
    assert!(text.contains("did you mean \"price\"?"), "{text}");
    let text = scenario_problem("[targets.a]\n[route.bounds]\nmax_atempts = 1\n");
    assert!(text.contains("s.toml:3:") && text.contains("max_attempts"), "{text}");
    let text = scenario_problem("[targets.a]\n[calls]\nb = []\n");
    assert!(text.contains("there is no target \"b\""), "{text}");
}

#[test]
fn hostile_text_in_a_fixture_is_told_and_nothing_panics() {
    for text in
        ["\u{0}", "[[case]]", "case = 1", "[setup]\ntargets = 5", "setup = []", "[[case]]\nname = \"\u{202e}\"\nx = 1"]
    {
        let said = Fixture::parse(text, Path::new("x.toml")).expect_err("this is wrong").to_string();
        assert!(!said.contains('\u{202e}'), "{said}");
    }
    let deep = format!("{SETUP}[facts.request]\nx = {}1{}\n", "[".repeat(60), "]".repeat(60));
    assert!(Fixture::parse(&deep, Path::new("x.toml")).is_err());
}
