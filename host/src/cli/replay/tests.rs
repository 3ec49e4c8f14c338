//! What people see of a replay, also of one in which strangers chose every text.

use std::collections::BTreeMap;

use clap::Parser;

use super::*;
use crate::replay::{Change, Difference, Example, Row, Transition};

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    args: ReplayArgs,
}

const EVIL: &str = "<script>alert('1')</script>\u{1b}[31m\u{202e}\"&";

fn evil() -> Report {
    let name = || EVIL.to_owned();
    let mut report = Report {
        mode: Mode::Candidate { name: name(), component: None },
        compared: 10,
        requests: 10,
        changes: BTreeMap::from([(Change::Equal, 4), (Change::Target, 5), (Change::Overruled, 1)]),
        window: Some((1_790_000_000_000, 1_790_000_100_000)),
        transitions: vec![Transition { recorded: name(), replayed: name(), count: 6 }],
        unknown_targets: vec![name()],
        ..Report::default()
    };
    report.read.decisions = 10;
    let row = Row { compared: 10, changed: 6, refused: 1, recorded_cost: 5_000_000_000, ..Row::default() };
    report.groups.rule.insert(name(), row);
    report.groups.route.insert(name(), row);
    report.verdicts.replayed.insert(name(), 1);
    report.fuel.recorded_spread = vec![0, 3, 7];
    report.fuel.replayed_spread = vec![0, 2, 8];
    report.examples.push(Example {
        request: name(),
        decision: 0,
        at: 1_790_000_000_000,
        route: name(),
        tenant: name(),
        change: Change::Overruled,
        recorded: name(),
        replayed: name(),
        refused: Some(name()),
        differences: vec![Difference { field: name(), recorded: name(), replayed: name() }],
    });
    report
}

#[test]
fn no_text_of_a_stranger_steers_the_terminal() {
    let text = table::text(&evil(), false);
    assert!(text.contains("\\u{1b}[31m") && !text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    assert!(text.contains("10 compared, 6 with another effect (60.0 %)"), "{text}");
    assert!(text.contains("would not be carried out"), "{text}");
}

#[test]
fn no_text_of_a_stranger_is_markup_on_the_page() {
    let page = html::page(&evil());
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    for elsewhere in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    // Every element that is opened is closed.
    for element in ["svg", "table", "details", "main", "tr", "text"] {
        let opened = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
}

#[test]
fn the_exit_code_says_what_a_replay_came_to() {
    let of = |mode, changes: &[(Change, u64)], refused| {
        let mut report = Report { mode, changes: changes.iter().copied().collect(), ..Report::default() };
        report.compared = report.changes.values().sum();
        report.groups.route.insert("r".into(), Row { refused, ..Row::default() });
        format!("{:?}", code(&report))
    };
    let candidate = || Mode::Candidate { name: "c".into(), component: None };
    let is = |code: u8| format!("{:?}", ExitCode::from(code));
    assert_eq!(of(Mode::Recorded, &[(Change::Equal, 3)], 0), is(0));
    assert_eq!(of(Mode::Recorded, &[(Change::Equal, 3), (Change::Words, 1)], 0), is(DIFFERS));
    assert_eq!(of(Mode::Recorded, &[], 0), is(1), "nothing was compared");
    assert_eq!(of(candidate(), &[], 0), is(1));
    assert_eq!(of(candidate(), &[(Change::Target, 3)], 0), is(0));
    assert_eq!(of(candidate(), &[(Change::Fails, 1)], 1), is(REFUSED));
}

#[test]
fn a_candidates_config_needs_the_name_of_a_route() {
    assert!(Typed::try_parse_from(["replay", "--candidate-config", "f.toml"]).is_err());
    let typed = Typed::try_parse_from(["replay", "--candidate", "tiered", "--since", "7d", "--limit", "5"]).unwrap();
    assert!(matches!(against(&typed.args), Ok(Against::Candidate(Candidate { setting: None, .. }))));
}
