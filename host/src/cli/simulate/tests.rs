//! What people see of a simulation, also of one in which strangers chose every text.

use std::collections::BTreeMap;

use super::shown::{difference, estimate, moment, value, verdict};
use super::*;
use crate::simulate::{BudgetReport, Crossed, Estimate, Figure, MoneyOut, PolicyReport, TimePart, Told, Trouble, Unit};

const EVIL: &str = "<script>alert('1')</script>\u{1b}[31m\u{202e}\"&";

fn told(difference: Option<Estimate>) -> Told {
    let value = Estimate { mean: 0.991, low: Some(0.985), high: Some(0.997) };
    let differs = difference.map(|difference| difference.excludes_zero());
    Told { figure: Figure::Served, unit: Unit::Share, value, difference, differs }
}

fn policy(difference: Option<Estimate>) -> PolicyReport {
    let groups = BTreeMap::from([(EVIL.to_owned(), vec![told(difference)]), ("b".to_owned(), vec![told(difference)])]);
    PolicyReport {
        name: EVIL.to_owned(),
        figures: vec![told(difference)],
        by_class: groups.clone(),
        by_tenant: groups,
        served_by: BTreeMap::from([(EVIL.to_owned(), 1.0)]),
        budgets: vec![BudgetReport {
            id: EVIL.to_owned(),
            limit: 1.0,
            spent: vec![0.2, 0.6],
            thresholds: vec![Crossed { percent: 50, runs: 1, by_ms: Some(60_000) }],
        }],
        money_out: Some(MoneyOut { runs: 1, first_ms: 50_000 }),
        timeline: vec![TimePart { from_ms: 0, requests: 10.0, served: Some(1.0), fallbacks: None, cost: 0.1 }; 2],
        latency: vec![(100, 0.0), (200, 0.5), (400, 1.0)],
        undecided: BTreeMap::from([(EVIL.to_owned(), 3)]),
    }
}

fn evil() -> Report {
    let trouble = Trouble { target: EVIL.to_owned(), what: EVIL.to_owned(), from_ms: 0, until_ms: 10_000 };
    Report {
        name: EVIL.to_owned(),
        seed: 1,
        runs: 2,
        requests: 10.0,
        begins: 1_772_409_600_000,
        lasts_ms: 60_000,
        policies: vec![policy(None), policy(Some(Estimate { mean: 0.01, low: Some(-0.01), high: Some(0.03) }))],
        outages: vec![trouble],
        random_outages: BTreeMap::from([(EVIL.to_owned(), 0.5)]),
        remarks: vec![EVIL.to_owned()],
    }
}

#[test]
fn texts_of_strangers_are_escaped_on_the_page_and_visible_in_the_terminal() {
    let page = html::page(&evil());
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    for text in [page, table::text(&evil())] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
}

#[test]
fn the_page_has_its_plots_and_needs_nothing_else() {
    let page = html::page(&evil());
    for part in ["<svg", "class=\"shade\"", "class=\"whisker\"", "class=\"level\"", "<polyline"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("src=") && !page.contains("href="), "{page}");
}

#[test]
fn an_interval_that_holds_zero_shows_no_difference() {
    let paired = |low, high| verdict(&told(Some(Estimate { mean: 0.01, low: Some(low), high: Some(high) }))).1;
    assert_eq!((paired(-0.01, 0.03), paired(0.005, 0.015)), ("no difference shown", "more"));
    let one_run = told(Some(Estimate { mean: 0.01, low: None, high: None }));
    assert_eq!(verdict(&one_run).1, "one run shows nothing");
}

#[test]
fn figures_are_written_with_their_units() {
    assert_eq!(
        [value(Unit::Usd, 0.001_234_5), value(Unit::Usd, 0.8), value(Unit::Usd, 0.0)],
        ["$0.00123", "$0.80", "$0.00"]
    );
    assert_eq!([value(Unit::Ms, 730.4), value(Unit::Ms, 1_234.0)], ["730 ms", "1.23 s"]);
    assert_eq!(estimate(Unit::Share, &told(None).value), "99.10 % ± 0.60 %");
    assert_eq!([difference(Unit::Share, -0.012), difference(Unit::Share, -1e-12)], ["-1.20 pp", "0.00 pp"]);
    assert_eq!([moment(61_000), moment(7_260_000), moment(90_000_000)], ["1:01 min", "2:01 h", "1 d 1:00 h"]);
}

#[test]
fn a_policy_is_found_by_its_name_in_the_file_among_the_programs_or_as_a_file() {
    let of_file = [Contestant { name: "mine".to_owned(), ..Contestant::of_builtin("tiered") }];
    let names = |named: &[&str]| {
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        let chosen = chosen(&named, &of_file)?;
        Ok::<_, anyhow::Error>(chosen.into_iter().map(|contestant| contestant.name).collect::<Vec<_>>())
    };
    assert_eq!(names(&["builtin:single", "mine", "single"]).unwrap(), ["single", "mine"]);
    let error = names(&["min"]).unwrap_err().to_string();
    assert!(error.contains("did you mean \"mine\"?"), "{error}");
}
