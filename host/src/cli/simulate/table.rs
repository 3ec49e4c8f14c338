//! A simulation's report as tables in the terminal.

use std::fmt::Write as _;

use comfy_table::Table;

use super::shown::{difference, estimate, moment, value, verdict};
use crate::cli::columns::{plain, right};
use crate::cli::explain::{instant, visible};
use crate::simulate::{Figure, PolicyReport, Report, Told, Unit};

/// Troubles that are listed one by one.
const LISTED: usize = 8;

/// The figures that groups are told by.
pub(super) const OF_GROUPS: [Figure; 6] = [
    Figure::Served,
    Figure::RefusedForMoney,
    Figure::Downgraded,
    Figure::Fallbacks,
    Figure::CostPerRequest,
    Figure::LatencyP95,
];

/// The whole report.
pub(super) fn text(report: &Report) -> String {
    let mut text = headline(report);
    text.push('\n');
    section(&mut text, figures(report));
    for policy in report.policies.iter().skip(1) {
        if let Some(first) = report.policies.first() {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(text, "{} against {}, in the same runs", visible(&policy.name), visible(&first.name));
            section(&mut text, differences(policy));
        }
    }
    for (what, of) in GROUPS {
        if report.policies.iter().any(|policy| of(policy).len() > 1) {
            section(&mut text, groups(report, what, of));
        }
    }
    money(&mut text, report);
    text.push_str(&remarks(report));
    text
}

/// The groups of a policy's report, with what they are by.
pub(super) type Groups = fn(&PolicyReport) -> &std::collections::BTreeMap<String, Vec<Told>>;

/// What figures are told by.
pub(super) const GROUPS: [(&str, Groups); 2] =
    [("class", |policy| &policy.by_class), ("tenant", |policy| &policy.by_tenant)];

fn section(text: &mut String, table: Table) {
    let _ = writeln!(text, "{table}\n");
}

/// What was simulated, in some sentences.
pub(super) fn headline(report: &Report) -> String {
    let of_runs = match report.runs {
        1 => "one run, so without intervals".to_owned(),
        runs => format!("{runs} runs each; means with 95 % intervals (Student's t over the runs)"),
    };
    format!(
        "{}: {:.0} requests a run over {} from {}, seed {}\n{}\nevery policy met the same requests, outages and draws in \
         the same run\n",
        visible(&report.name),
        report.requests,
        moment(report.lasts_ms),
        instant(report.begins),
        report.seed,
        of_runs
    )
}

/// The figures that any policy has something to say of.
pub(super) fn worth_telling(report: &Report) -> Vec<Figure> {
    let says = |figure: &Figure| {
        let all = report.policies.iter().filter_map(|policy| policy.figure(*figure));
        matches!(figure, Figure::Served | Figure::Failed | Figure::Cost)
            || all.into_iter().any(|told| told.value.mean != 0.0)
    };
    Figure::ALL.into_iter().filter(says).collect()
}

fn figures(report: &Report) -> Table {
    let names: Vec<String> = report.policies.iter().map(|policy| visible(&policy.name)).collect();
    let header: Vec<&str> = [""].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut table = plain(&header);
    for figure in worth_telling(report) {
        let of = |policy: &PolicyReport| {
            policy.figure(figure).map_or_else(|| "-".to_owned(), |told| estimate(told.unit, &told.value))
        };
        table.add_row([figure.name().to_owned()].into_iter().chain(report.policies.iter().map(of)));
    }
    right(&mut table, 1..header.len());
    table
}

fn differences(policy: &PolicyReport) -> Table {
    let mut table = plain(&["", "difference", "95 % interval", "that is"]);
    for told in &policy.figures {
        let Some(paired) = told.difference else { continue };
        if told.value.mean == 0.0 && paired.mean == 0.0 {
            continue;
        }
        let (interval, says) = verdict(told);
        table.add_row([told.figure.name().to_owned(), difference(told.unit, paired.mean), interval, says.to_owned()]);
    }
    right(&mut table, 1..3);
    table
}

fn groups(report: &Report, what: &str, of: Groups) -> Table {
    let header: Vec<&str> = [what, "policy"].into_iter().chain(OF_GROUPS.map(Figure::name)).collect();
    let mut table = plain(&header);
    for (name, policy, told) in grouped(report, of) {
        let figure = |figure: Figure| {
            let found = told.iter().find(|told| told.figure == figure);
            found.map_or_else(|| "-".to_owned(), |told| value(told.unit, told.value.mean))
        };
        table.add_row([visible(name), visible(policy)].into_iter().chain(OF_GROUPS.map(figure)));
    }
    right(&mut table, 2..header.len());
    table
}

/// The figures of each group under each policy, group by group.
pub(super) fn grouped(report: &Report, of: Groups) -> Vec<(&str, &str, &[Told])> {
    let mut rows: Vec<(&str, usize, &str, &[Told])> = Vec::new();
    for (number, policy) in report.policies.iter().enumerate() {
        rows.extend(
            of(policy).iter().map(|(name, told)| (name.as_str(), number, policy.name.as_str(), told.as_slice())),
        );
    }
    rows.sort_by_key(|(name, number, ..)| (*name, *number));
    rows.into_iter().map(|(name, _, policy, told)| (name, policy, told)).collect()
}

/// What budgets did.
fn money(text: &mut String, report: &Report) {
    if report.policies.iter().all(|policy| policy.budgets.is_empty()) {
        return;
    }
    let mut table = plain(&["budget", "policy", "spent of limit", "at the end", "thresholds"]);
    for policy in &report.policies {
        for budget in &policy.budgets {
            let spent = budget.spent.last().copied().unwrap_or_default();
            let [spent, share] =
                [value(Unit::Usd, spent), value(Unit::Share, spent / budget.limit.max(f64::MIN_POSITIVE))];
            let of_limit = format!("{spent} of {}", value(Unit::Usd, budget.limit));
            table.add_row([visible(&budget.id), visible(&policy.name), of_limit, share, thresholds(report, budget)]);
        }
    }
    section(text, table);
    for policy in &report.policies {
        if let Some(out) = policy.money_out {
            let _ = writeln!(
                text,
                "{}: requests were refused for money in {} of {} runs, first after {} on average",
                visible(&policy.name),
                out.runs,
                report.runs,
                moment(out.first_ms)
            );
        }
    }
    text.push('\n');
}

/// When the thresholds of a budget were crossed.
pub(super) fn thresholds(report: &Report, budget: &crate::simulate::BudgetReport) -> String {
    let crossed = budget.thresholds.iter().filter_map(|crossed| {
        let by = moment(crossed.by_ms?);
        let runs = if crossed.runs < report.runs {
            format!(" ({} of {} runs)", crossed.runs, report.runs)
        } else {
            String::new()
        };
        Some(format!("{} % by {by}{runs}", crossed.percent))
    });
    let all: Vec<_> = crossed.collect();
    if all.is_empty() { "none crossed".to_owned() } else { all.join(", ") }
}

/// What else a reader should know, a line each.
fn remarks(report: &Report) -> String {
    let mut text = String::new();
    for trouble in report.outages.iter().take(LISTED) {
        let (target, what) = (visible(&trouble.target), visible(&trouble.what));
        let _ = writeln!(text, "{target} {what} from {} to {}", moment(trouble.from_ms), moment(trouble.until_ms));
    }
    if report.outages.len() > LISTED {
        let _ = writeln!(text, "and {} more of the kind", report.outages.len() - LISTED);
    }
    for line in asides(report) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// What is said in sentences, in the terminal and on the page.
pub(super) fn asides(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for (target, count) in &report.random_outages {
        lines.push(format!("{} had {count:.1} outages at random in a run, on average", visible(target)));
    }
    for policy in report.policies.iter().filter(|policy| !policy.undecided.is_empty()) {
        let why = policy.undecided.iter().map(|(why, count)| format!("{} {count}", visible(why)));
        let why = why.collect::<Vec<_>>().join(", ");
        lines.push(format!("{}: decisions not made or not carried out, in all runs: {why}", visible(&policy.name)));
    }
    lines.extend(report.remarks.iter().map(|remark| visible(remark)));
    lines
}
