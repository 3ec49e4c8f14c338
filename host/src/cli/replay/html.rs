//! A replay's report as one page: no script, nothing from elsewhere. Whatever callers and policies wrote is made visible and
//! escaped.

use std::fmt::Write as _;

use super::table::{counted, headline, ranked, share};
use crate::cli::amounts::dollars;
use crate::cli::explain::{instant, visible};
use crate::cli::page::{self, begun, ended, heading, legend, paragraph, safe, table};
use crate::cli::plot::{Bar, Column, Part, Stand, bars, columns, escaped};
use crate::money::NanoUsd;
use crate::replay::{Change, Compared, Example, Mode, Report};

/// Bars of a group.
const BARS: usize = 12;

/// The page.
pub(super) fn page(report: &Report) -> String {
    let title = match &report.mode {
        Mode::Recorded => "Replay of recorded decisions".to_owned(),
        Mode::Candidate { name, .. } => format!("Replay against {}", visible(name)),
    };
    let mut page = begun(&title);
    for line in headline(report).lines() {
        paragraph(&mut page, &escaped(line));
    }
    tiles(&mut page, report);
    what_changes(&mut page, report);
    if report.timeline.len() > 1 {
        over_time(&mut page, report);
    }
    if matches!(report.mode, Mode::Candidate { .. }) {
        cost(&mut page, report);
        attempts(&mut page, report);
    }
    groups(&mut page, report);
    transitions(&mut page, report);
    spread(&mut page, report);
    not_compared(&mut page, report);
    examples(&mut page, report);
    ended(page)
}

fn tiles(page: &mut String, report: &Report) {
    let effect = report.with_effect();
    let refused = report.count(Change::Overruled) + report.count(Change::Fails);
    let mut tiles = vec![
        ("compared", report.compared.to_string()),
        ("equal", report.count(Change::Equal).to_string()),
        ("with another effect", format!("{effect} ({})", share(effect, report.compared))),
        ("not compared", report.without_answer().to_string()),
    ];
    if matches!(report.mode, Mode::Candidate { .. }) {
        tiles.push(("refused or failing", refused.to_string()));
    }
    page::tiles(page, &tiles);
}

fn class_of(change: Change) -> &'static str {
    match change {
        Change::Equal => "same",
        Change::Words => "soft",
        Change::Details | Change::Target | Change::Action => "changed",
        Change::Mends => "good",
        Change::Overruled | Change::Fails => "bad",
    }
}

fn what_changes(page: &mut String, report: &Report) {
    heading(page, "What changes");
    let bar = |change: Change| Bar {
        label: change.as_str().to_owned(),
        parts: vec![Part { class: class_of(change), amount: report.count(change) }],
        note: format!("{} ({})", report.count(change), share(report.count(change), report.compared)),
    };
    let present: Vec<_> = Change::ALL.into_iter().filter(|change| report.count(*change) > 0).collect();
    page.push_str(&bars("Decisions by change", &present.iter().map(|change| bar(*change)).collect::<Vec<_>>()));
    let row = |change: &Change| [change.as_str().to_owned(), escaped(change.meaning())];
    table(page, ["change", "meaning"], present.iter().map(row));
}

fn over_time(page: &mut String, report: &Report) {
    heading(page, "Over time");
    let column = |bucket: &crate::replay::Bucket| Column {
        amounts: [bucket.compared, bucket.changed],
        // Minutes are enough.
        label: instant(bucket.from).get(..16).unwrap_or_default().replace('T', " "),
    };
    let all: Vec<_> = report.timeline.iter().map(column).collect();
    page.push_str(&columns("Compared and changed decisions over time", &all, ["same", "changed"], Stand::Within));
    legend(page, &[("same", "compared"), ("changed", "with another effect")]);
}

fn cost(page: &mut String, report: &Report) {
    heading(page, "Projected cost");
    let cost = &report.cost;
    let bar = |label: &str, class, amount| Bar {
        label: label.to_owned(),
        parts: vec![Part { class, amount }],
        note: dollars(NanoUsd(amount)),
    };
    let both = [bar("recorded", "same", cost.recorded), bar("replayed", "changed", cost.replayed)];
    page.push_str(&bars("Projected cost in US dollars", &both));
    let mut words =
        "Estimates on both sides: the prices of the time of each decision, and all output that each request \
                     allows. What was billed in the end is less."
            .to_owned();
    if cost.unpriced > 0 {
        let _ = write!(words, " Left out, since a price is unknown: {}.", counted(cost.unpriced, "decision"));
    }
    if cost.not_carried_out > 0 {
        let left_out = counted(cost.not_carried_out, "decision");
        let _ = write!(words, " Left out, since one of the two answers was or would not be carried out: {left_out}.");
    }
    paragraph(page, &escaped(&words));
}

fn attempts(page: &mut String, report: &Report) {
    heading(page, "What history can answer");
    let attempts = &report.attempts;
    let bar = |label: &str, class, amount: u64| Bar {
        label: label.to_owned(),
        parts: vec![Part { class, amount }],
        note: amount.to_string(),
    };
    let all = [
        bar("made: outcome known", "same", attempts.made),
        bar("made later, failed", "bad", attempts.failed_later),
        bar("made later, went on", "good", attempts.went_on_later),
        bar("never made: unknown", "soft", attempts.unknown),
    ];
    page.push_str(&bars("Tries that the candidate wants", &all));
    paragraph(
        page,
        "Tries that the candidate wants, by what the record knows of them. Of those that were never made nobody knows how \
         they would have ended, and what the policy would have been asked next.",
    );
}

fn groups(page: &mut String, report: &Report) {
    for (name, group) in report.groups.all() {
        heading(page, &format!("By {name}"));
        if !report.is_equal() {
            page.push_str(&group_bars(name, group));
        }
        let row = |(name, row): (&String, &crate::replay::Row)| {
            [
                safe(name),
                row.compared.to_string(),
                row.changed.to_string(),
                escaped(&share(row.changed, row.compared)),
                row.refused.to_string(),
                row.unanswered.to_string(),
                dollars(NanoUsd(row.recorded_cost)),
                dollars(NanoUsd(row.replayed_cost)),
            ]
        };
        let header = [name, "compared", "changed", "share", "refused", "not compared", "recorded", "replayed"];
        table(page, header, ranked(group).into_iter().map(row));
    }
}

fn group_bars(name: &str, group: &Compared) -> String {
    let bar = |(name, row): (&String, &crate::replay::Row)| Bar {
        label: visible(name),
        parts: vec![
            Part { class: "changed", amount: row.changed.saturating_sub(row.refused) },
            Part { class: "bad", amount: row.refused },
            Part { class: "same", amount: row.compared.saturating_sub(row.changed) },
        ],
        note: format!("{} of {}", row.changed, row.compared),
    };
    let all: Vec<_> = ranked(group).into_iter().take(BARS).map(bar).collect();
    bars(&format!("Changed decisions by {name}"), &all)
}

fn transitions(page: &mut String, report: &Report) {
    if report.transitions.is_empty() {
        return;
    }
    heading(page, "From one answer to another");
    let rows = report.transitions.iter().map(|one| [safe(&one.recorded), safe(&one.replayed), one.count.to_string()]);
    table(page, ["recorded", "replayed", "decisions"], rows);
}

fn spread(page: &mut String, report: &Report) {
    heading(page, "Fuel");
    let fuel = &report.fuel;
    let both = fuel.recorded_spread.iter().zip(&fuel.replayed_spread);
    let last =
        both.clone().enumerate().filter(|(_, (a, b))| **a + **b > 0).map(|(place, _)| place).next_back().unwrap_or(0);
    let column = |(place, (recorded, replayed)): (usize, (&u64, &u64))| Column {
        amounts: [*recorded, *replayed],
        label: format!("< {}k", 1_u64 << place),
    };
    let all: Vec<_> = both.enumerate().take(last + 1).map(column).collect();
    page.push_str(&columns("Decisions by fuel", &all, ["same", "changed"], Stand::Beside));
    legend(page, &[("same", "recorded"), ("changed", "replayed")]);
    let words = if fuel.decisions == 0 {
        "The record is of another engine: amounts of fuel do not compare.".to_owned()
    } else {
        format!(
            "On an equal engine {} took {} units in the record and {} in the replay; {} took another amount.",
            counted(fuel.decisions, "decision"),
            fuel.recorded,
            fuel.replayed,
            fuel.differing
        )
    };
    paragraph(page, &escaped(&words));
}

fn not_compared(page: &mut String, report: &Report) {
    let mut rows: Vec<[String; 2]> =
        report.unanswered.iter().map(|(why, count)| [count.to_string(), escaped(why.meaning())]).collect();
    let mut more = |count: u64, what: &str| {
        if count > 0 {
            rows.push([count.to_string(), escaped(what)]);
        }
    };
    more(report.read.damaged_blocks, "blocks of the log are damaged");
    more(report.read.other_formats, "segments of the log were written by another version of the gateway");
    more(report.redacted, "decisions were recorded and replayed without redacted values");
    for id in &report.unknown_targets {
        rows.push([
            "-".to_owned(),
            format!("{}: the record knows nothing of this target, and it was closed", safe(id)),
        ]);
    }
    if !rows.is_empty() {
        heading(page, "What the record cannot answer");
        table(page, ["count", "why"], rows.into_iter());
    }
}

fn examples(page: &mut String, report: &Report) {
    if report.examples.is_empty() {
        return;
    }
    heading(page, "Examples");
    for example in &report.examples {
        tell(page, example);
    }
}

fn tell(page: &mut String, example: &Example) {
    let change = example.change;
    let _ = write!(
        page,
        "<details><summary><i class=\"{}\"></i>{}: {} → {}</summary>",
        class_of(change),
        change.as_str(),
        safe(&example.recorded),
        safe(&example.replayed)
    );
    let refused = example
        .refused
        .as_ref()
        .map_or_else(String::new, |why| format!("; would not be carried out: <code>{}</code>", safe(why)));
    paragraph(
        page,
        &format!(
            "<code>{}</code>, decision {}, {}, route {}, tenant {}{refused}",
            safe(&example.request),
            example.decision,
            escaped(&instant(example.at)),
            safe(&example.route),
            safe(&example.tenant)
        ),
    );
    let row = |one: &crate::replay::Difference| [safe(&one.field), safe(&one.recorded), safe(&one.replayed)];
    table(page, ["field", "recorded", "replayed"], example.differences.iter().map(row));
    page.push_str("</details>");
}
