//! A replay's report as tables in the terminal. Texts of policies and callers are shown so that they cannot steer it.

use std::fmt::Write as _;

use comfy_table::Table;

use crate::cli::columns::{plain, right};
use crate::cli::explain::{instant, visible};
use crate::money::NanoUsd;
use crate::replay::{Change, Compared, Example, Mode, Report, Row};

/// Rows of a group that are shown; JSON and the page have all of them.
const ROWS: usize = 12;
/// Examples that are shown.
const EXAMPLES: usize = 6;

/// The whole report. Of one request every difference is shown.
pub(super) fn text(report: &Report, is_one: bool) -> String {
    let mut text = headline(report);
    text.push('\n');
    section(&mut text, changes(report));
    if !report.unanswered.is_empty() {
        text.push_str("not compared\n");
        section(&mut text, unanswered(report));
    }
    if !report.is_equal() {
        for (name, group) in report.groups.all() {
            section(&mut text, grouped(name, group));
        }
        if !report.transitions.is_empty() {
            section(&mut text, transitions(report));
        }
    }
    if matches!(report.mode, Mode::Candidate { .. }) {
        text.push_str(&prospects(report));
    }
    text.push_str(&remarks(report));
    let shown = if is_one { report.examples.len() } else { EXAMPLES };
    for example in report.examples.iter().take(shown) {
        tell(&mut text, example);
    }
    text
}

fn section(text: &mut String, table: Table) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{table}\n");
}

/// A share with one decimal, such as `12.5 %`.
pub(super) fn share(part: u64, whole: u64) -> String {
    let permille = u128::from(part) * 1000 / u128::from(whole.max(1));
    match permille {
        0 if part > 0 => "< 0.1 %".to_owned(),
        permille => format!("{}.{} %", permille / 10, permille % 10),
    }
}

/// So many of something, such as `1 decision`.
pub(super) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// What was replayed and what came of it, in a sentence or two.
pub(super) fn headline(report: &Report) -> String {
    let (compared, effect) = (report.compared, report.with_effect());
    let of = format!("{} of {}", counted(report.read.decisions, "decision"), counted(report.requests, "request"));
    let verdict = match &report.mode {
        Mode::Recorded if compared == 0 => "none could be compared".to_owned(),
        Mode::Recorded if report.is_equal() => format!("{compared} compared, all equal, byte for byte"),
        Mode::Recorded => format!("{compared} compared, {} NOT EQUAL", compared - report.count(Change::Equal)),
        Mode::Candidate { name, component } => {
            let digest = component.as_ref().map_or_else(String::new, |digest| format!(" ({})", digest.short()));
            let name = visible(name);
            format!(
                "against {name}{digest}: {compared} compared, {effect} with another effect ({})",
                share(effect, compared)
            )
        }
    };
    let window = report
        .window
        .map_or_else(String::new, |(from, to)| format!(", made between {} and {}", instant(from), instant(to)));
    format!("{of}{window}\n{verdict}; {} a second\n", report.per_second())
}

fn changes(report: &Report) -> Table {
    let mut table = plain(&["change", "decisions", "share", "meaning"]);
    for change in Change::ALL.into_iter().filter(|change| report.count(*change) > 0) {
        let count = report.count(change);
        table.add_row([
            change.as_str().to_owned(),
            count.to_string(),
            share(count, report.compared),
            change.meaning().to_owned(),
        ]);
    }
    right(&mut table, 1..3);
    table
}

fn unanswered(report: &Report) -> Table {
    let mut table = plain(&["decisions", "why"]);
    for (why, count) in &report.unanswered {
        table.add_row([count.to_string(), why.meaning().to_owned()]);
    }
    right(&mut table, 0..1);
    table
}

/// The rows of a group, those with the most changes first.
pub(super) fn ranked(group: &Compared) -> Vec<(&String, &Row)> {
    let mut rows: Vec<_> = group.iter().collect();
    rows.sort_by_key(|(_, row)| (std::cmp::Reverse(row.changed), std::cmp::Reverse(row.compared)));
    rows
}

fn grouped(name: &str, group: &Compared) -> Table {
    let mut table =
        plain(&[name, "compared", "changed", "share", "refused", "not compared", "recorded $", "replayed $"]);
    let rows = ranked(group);
    for (name, row) in rows.iter().take(ROWS) {
        table.add_row([
            visible(name),
            row.compared.to_string(),
            row.changed.to_string(),
            share(row.changed, row.compared),
            row.refused.to_string(),
            row.unanswered.to_string(),
            NanoUsd(row.recorded_cost).to_string(),
            NanoUsd(row.replayed_cost).to_string(),
        ]);
    }
    if rows.len() > ROWS {
        table.add_row([format!("… and {} more", rows.len() - ROWS)]);
    }
    right(&mut table, 1..8);
    table
}

fn transitions(report: &Report) -> Table {
    let mut table = plain(&["recorded", "replayed", "decisions"]);
    for one in report.transitions.iter().take(ROWS) {
        table.add_row([visible(&one.recorded), visible(&one.replayed), one.count.to_string()]);
    }
    right(&mut table, 2..3);
    table
}

/// What a candidate would cost, and how much of that history can vouch for.
fn prospects(report: &Report) -> String {
    let (cost, attempts) = (&report.cost, &report.attempts);
    let mut text =
        format!("projected cost  {} US dollars, recorded {}", NanoUsd(cost.replayed), NanoUsd(cost.recorded));
    let (sign, difference) = if cost.replayed >= cost.recorded {
        ("+", cost.replayed - cost.recorded)
    } else {
        ("-", cost.recorded - cost.replayed)
    };
    // Writing to a string cannot fail.
    let _ = writeln!(text, " ({sign}{}, {sign}{})", NanoUsd(difference), share(difference, cost.recorded));
    text.push_str("                estimates of both sides, with all output that each request allows\n");
    if cost.unpriced > 0 {
        let unpriced = counted(cost.unpriced, "decision");
        let _ = writeln!(text, "                left out, since a price is unknown: {unpriced}");
    }
    if cost.not_carried_out > 0 {
        let left_out = counted(cost.not_carried_out, "decision");
        let _ = writeln!(text, "                left out, since an answer was or would not be carried out: {left_out}");
    }
    let _ = writeln!(
        text,
        "tries           {} as they were made; of the others history knows {} that failed and {} that went on, and nothing \
         of {}\n",
        attempts.made, attempts.failed_later, attempts.went_on_later, attempts.unknown
    );
    text
}

/// What else a reader should know.
fn remarks(report: &Report) -> String {
    let mut text = String::new();
    let mut say = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    if report.fuel.differing > 0 && report.mode == Mode::Recorded {
        say(format!("{} took another amount of fuel on an equal engine", counted(report.fuel.differing, "decision")));
    }
    for (what, counts) in [("in the record", &report.verdicts.recorded), ("in the replay", &report.verdicts.replayed)] {
        if !counts.is_empty() {
            let counts: Vec<_> = counts.iter().map(|(why, count)| format!("{} {count}", visible(why))).collect();
            say(format!("not carried out {what}: {}", counts.join(", ")));
        }
    }
    if !report.unknown_targets.is_empty() {
        let ids: Vec<_> = report.unknown_targets.iter().map(|id| visible(id)).collect();
        say(format!("the record knows nothing of {}: the candidate saw them closed", ids.join(", ")));
    }
    if report.redacted > 0 {
        let redacted = counted(report.redacted, "decision");
        say(format!("recorded without redacted values, and replayed without them: {redacted}"));
    }
    if report.read.damaged_blocks > 0 {
        say(format!("damaged and left out: {} of the log", counted(report.read.damaged_blocks, "block")));
    }
    if report.read.other_formats > 0 {
        let segments = counted(report.read.other_formats, "segment");
        say(format!("left out, since they are of another version of the gateway: {segments}"));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn tell(text: &mut String, example: &Example) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} decision {} at {}, route {}, tenant {}: {}",
        visible(&example.request),
        example.decision,
        instant(example.at),
        visible(&example.route),
        visible(&example.tenant),
        example.change.as_str()
    );
    let _ = writeln!(text, "    {} -> {}", visible(&example.recorded), visible(&example.replayed));
    if let Some(why) = &example.refused {
        let _ = writeln!(text, "    would not be carried out: {}", visible(why));
    }
    for difference in &example.differences {
        let (recorded, replayed) = (visible(&difference.recorded), visible(&difference.replayed));
        let _ = writeln!(text, "    {}: {recorded} -> {replayed}", visible(&difference.field));
    }
}
