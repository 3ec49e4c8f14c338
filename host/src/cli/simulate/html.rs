//! A simulation's report as one page: figures with their intervals, differences, and what happened over time.

use std::fmt::Write as _;

use super::shown::{difference, estimate, moment, value, verdict};
use super::table::{GROUPS, Groups, OF_GROUPS, asides, grouped, headline, thresholds, worth_telling};
use crate::cli::explain::visible;
use crate::cli::lines::{Lines, Row, colour, intervals};
use crate::cli::page::{begun, ended, heading, legend, paragraph, safe, table, wide_table};
use crate::cli::plot::escaped;
use crate::simulate::{Figure, PolicyReport, Report, TimePart, Told, Unit};

/// The figures that are drawn.
const DRAWN: [Figure; 6] = [
    Figure::Served,
    Figure::CostPerRequest,
    Figure::FirstTokenP95,
    Figure::Downgraded,
    Figure::RefusedForMoney,
    Figure::RetryCost,
];

/// Marks along a scale.
const TICKS: u32 = 4;

/// The page.
pub(super) fn page(report: &Report) -> String {
    let mut page = begun(&visible(&report.name));
    for line in headline(report).lines() {
        paragraph(&mut page, &escaped(line));
    }
    at_a_glance(&mut page, report);
    figures(&mut page, report);
    for policy in report.policies.iter().skip(1) {
        differences(&mut page, report, policy);
    }
    over_time(&mut page, report);
    latency(&mut page, report);
    budgets(&mut page, report);
    served_by(&mut page, report);
    for (what, of) in GROUPS {
        groups(&mut page, report, what, of);
    }
    troubles(&mut page, report);
    meanings(&mut page, report);
    ended(page)
}

/// The colours of the policies.
fn key(page: &mut String, report: &Report) {
    let names: Vec<String> = report.policies.iter().map(|policy| visible(&policy.name)).collect();
    let entries: Vec<_> = names.iter().enumerate().map(|(number, name)| (colour(number), name.as_str())).collect();
    legend(page, &entries);
}

fn subheading(page: &mut String, text: &str) {
    // Writing to a string cannot fail, here and below.
    let _ = write!(page, "<h3>{}</h3>", escaped(text));
}

fn at_a_glance(page: &mut String, report: &Report) {
    heading(page, "At a glance");
    let told = worth_telling(report);
    for figure in DRAWN.into_iter().filter(|figure| told.contains(figure)) {
        let row = |(number, policy): (usize, &PolicyReport)| {
            let told = policy.figure(figure)?;
            Some(Row {
                class: colour(number),
                label: visible(&policy.name),
                mean: told.value.mean,
                interval: told.value.low.zip(told.value.high),
                note: estimate(told.unit, &told.value),
            })
        };
        let rows: Vec<Row> = report.policies.iter().enumerate().filter_map(row).collect();
        subheading(page, figure.name());
        page.push_str(&intervals(figure.name(), &rows));
    }
}

fn figures(page: &mut String, report: &Report) {
    heading(page, "All figures");
    let names: Vec<String> = report.policies.iter().map(|policy| visible(&policy.name)).collect();
    let header: Vec<&str> = ["figure"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let row = |figure: Figure| {
        let of = |policy: &PolicyReport| {
            policy.figure(figure).map_or_else(|| "–".to_owned(), |told| estimate(told.unit, &told.value))
        };
        [escaped(figure.name())].into_iter().chain(report.policies.iter().map(of)).collect()
    };
    wide_table(page, &header, &worth_telling(report).into_iter().map(row).collect::<Vec<_>>());
}

fn differences(page: &mut String, report: &Report, policy: &PolicyReport) {
    let Some(first) = report.policies.first() else { return };
    heading(page, &format!("{} against {}", visible(&policy.name), visible(&first.name)));
    paragraph(
        page,
        "Differences in the same run, on average over the runs. Where the interval holds zero, nothing is shown.",
    );
    let row = |told: &Told| {
        let paired = told.difference.filter(|paired| told.value.mean != 0.0 || paired.mean != 0.0)?;
        let (interval, says) = verdict(told);
        let says = if told.differs == Some(true) { format!("<strong>{says}</strong>") } else { says.to_owned() };
        Some([escaped(told.figure.name()), difference(told.unit, paired.mean), interval, says])
    };
    table(page, ["figure", "difference", "95 % interval", "that is"], policy.figures.iter().filter_map(row));
}

fn over_time(page: &mut String, report: &Report) {
    heading(page, "Over time");
    subheading(page, "Share of requests that were served, by when they arrived");
    let series = |of: &dyn Fn(&TimePart) -> Option<f64>| {
        let line = |(number, policy): (usize, &PolicyReport)| (colour(number), steps(report, policy, of));
        report.policies.iter().enumerate().map(line).collect::<Vec<_>>()
    };
    let plot = |series, top: f64, unit| Lines {
        series,
        shades: shades(report),
        x_ticks: times(report),
        y_ticks: scale(top, unit),
        level: None,
    };
    page.push_str(&plot(series(&|part| part.served), 1.0, Unit::Share).svg("Served over time"));
    key(page, report);
    if !report.outages.is_empty() {
        paragraph(page, "Shaded: trouble at a target, as listed below.");
    }
    subheading(page, "Share that a fallback served");
    page.push_str(&plot(series(&|part| part.fallbacks), 1.0, Unit::Share).svg("Fallbacks over time"));
    key(page, report);
    subheading(page, "Cost so far, by when requests arrived");
    let sums: Vec<Vec<(u64, f64)>> = report.policies.iter().map(|policy| sums(report, policy)).collect();
    let most = sums.iter().flatten().map(|(_, sum)| *sum).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let lines = sums.iter().enumerate().map(|(number, sums)| {
        (colour(number), sums.iter().map(|(from, sum)| (across(report, *from), sum / most)).collect())
    });
    page.push_str(&plot(lines.collect(), most, Unit::Usd).svg("Cost so far"));
    key(page, report);
}

/// A share that holds for each part of the time, from its beginning to that of the next: so that a dip lies where its cause does.
fn steps(report: &Report, policy: &PolicyReport, of: &dyn Fn(&TimePart) -> Option<f64>) -> Vec<(f64, f64)> {
    let both = |(part, end): (&TimePart, u64)| {
        let share = of(part)?;
        Some([(across(report, part.from_ms), share), (across(report, end), share)])
    };
    policy.timeline.iter().zip(ends(report, policy)).filter_map(both).flatten().collect()
}

/// What was spent by the end of each part.
fn sums(report: &Report, policy: &PolicyReport) -> Vec<(u64, f64)> {
    let mut sum = 0.0;
    let mut sums = vec![(0, 0.0)];
    for (part, end) in policy.timeline.iter().zip(ends(report, policy)) {
        sum += part.cost;
        sums.push((end, sum));
    }
    sums
}

/// When each part of the time ends, in milliseconds from the beginning.
fn ends(report: &Report, policy: &PolicyReport) -> impl Iterator<Item = u64> {
    policy.timeline.iter().skip(1).map(|next| next.from_ms).chain([report.lasts_ms])
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a month fit")]
fn across(report: &Report, millis: u64) -> f64 {
    millis as f64 / report.lasts_ms.max(1) as f64
}

/// What happens to targets, as stretches. One that holds several targets is one stretch.
fn shades(report: &Report) -> Vec<(f64, f64, String)> {
    let mut shades: Vec<(u64, u64, String)> = Vec::new();
    for trouble in &report.outages {
        let what = visible(&format!("{} {}", trouble.target, trouble.what));
        match shades.iter_mut().find(|(from, until, _)| (*from, *until) == (trouble.from_ms, trouble.until_ms)) {
            Some((_, _, all)) => {
                let _ = write!(all, ", {what}");
            }
            None => shades.push((trouble.from_ms, trouble.until_ms, what)),
        }
    }
    shades.into_iter().map(|(from, until, what)| (across(report, from), across(report, until), what)).collect()
}

fn times(report: &Report) -> Vec<(f64, String)> {
    let tick = |number: u32| {
        (f64::from(number) / f64::from(TICKS), moment(report.lasts_ms * u64::from(number) / u64::from(TICKS)))
    };
    (0..=TICKS).map(tick).collect()
}

fn scale(top: f64, unit: Unit) -> Vec<(f64, String)> {
    let tick = |number: u32| {
        let share = f64::from(number) / f64::from(TICKS);
        let label = match unit {
            Unit::Share => format!("{:.0} %", share * top * 100.0),
            Unit::Usd if top * share >= 0.1 || share == 0.0 => format!("${:.2}", top * share),
            unit => value(unit, top * share),
        };
        (share, label)
    };
    (0..=TICKS).map(tick).collect()
}

fn latency(page: &mut String, report: &Report) {
    heading(page, "How long whole answers took");
    // From the last time in which nothing is done to the first in which all is.
    let all = || report.policies.iter().map(|policy| &policy.latency);
    let first = all()
        .filter_map(|spread| spread.iter().position(|(_, share)| *share > 0.0))
        .min()
        .unwrap_or(0)
        .saturating_sub(1);
    let last =
        all().filter_map(|spread| spread.iter().position(|(_, share)| *share >= 1.0)).max().unwrap_or(usize::MAX);
    let shown = |spread: &[(u64, f64)]| {
        spread.get(first..=last.min(spread.len().saturating_sub(1))).unwrap_or_default().to_vec()
    };
    let bounds: Vec<u64> =
        all().next().map(|spread| shown(spread).iter().map(|(bound, _)| *bound).collect()).unwrap_or_default();
    let steps = bounds.len().saturating_sub(1).max(1);
    #[allow(clippy::cast_precision_loss, reason = "some dozens")]
    let place = |number: usize| number as f64 / steps as f64;
    let line = |(number, policy): (usize, &PolicyReport)| {
        let points = shown(&policy.latency).into_iter().enumerate().map(|(step, (_, share))| (place(step), share));
        (colour(number), points.collect())
    };
    let every = (bounds.len() / 5).max(1);
    #[allow(clippy::cast_precision_loss, reason = "minutes in milliseconds")]
    let tick = |(number, bound): (usize, &u64)| (place(number), value(Unit::Ms, *bound as f64));
    let lines = Lines {
        series: report.policies.iter().enumerate().map(line).collect(),
        x_ticks: bounds.iter().enumerate().step_by(every).map(tick).collect(),
        y_ticks: scale(1.0, Unit::Share),
        ..Lines::default()
    };
    page.push_str(&lines.svg("Share of served requests that took no longer"));
    key(page, report);
    paragraph(
        page,
        "The share of served requests whose answer took no longer than that. The scale doubles in equal steps.",
    );
}

fn budgets(page: &mut String, report: &Report) {
    let Some(first) = report.policies.first().filter(|policy| !policy.budgets.is_empty()) else { return };
    heading(page, "Budgets");
    for (place, budget) in first.budgets.iter().enumerate() {
        subheading(page, &format!("{}: spent of {}", visible(&budget.id), value(Unit::Usd, budget.limit)));
        let of =
            |policy: &PolicyReport| policy.budgets.get(place).map(|budget| budget.spent.clone()).unwrap_or_default();
        let most = report.policies.iter().flat_map(of).fold(budget.limit, f64::max).max(f64::MIN_POSITIVE) * 1.05;
        let line = |(number, policy): (usize, &PolicyReport)| {
            let spent = of(policy);
            #[allow(clippy::cast_precision_loss, reason = "some dozens")]
            let at = |part: usize| part as f64 / spent.len().max(1) as f64;
            let points = spent.iter().enumerate().map(|(part, amount)| (at(part + 1), amount / most));
            (colour(number), points.collect())
        };
        let lines = Lines {
            series: report.policies.iter().enumerate().map(line).collect(),
            shades: shades(report),
            x_ticks: times(report),
            y_ticks: scale(most, Unit::Usd),
            level: Some(budget.limit / most),
        };
        page.push_str(&lines.svg("Spend of a budget over time"));
        key(page, report);
    }
    let rows = report.policies.iter().flat_map(|policy| {
        let out = policy.money_out.map_or_else(
            || "never".to_owned(),
            |out| format!("after {} ({} of {} runs)", moment(out.first_ms), out.runs, report.runs),
        );
        policy.budgets.iter().map(move |budget| {
            let spent = budget.spent.last().copied().unwrap_or_default();
            let share = value(Unit::Share, spent / budget.limit.max(f64::MIN_POSITIVE));
            [
                safe(&budget.id),
                safe(&policy.name),
                value(Unit::Usd, spent),
                share,
                thresholds(report, budget),
                out.clone(),
            ]
        })
    });
    table(page, ["budget", "policy", "spent", "of the limit", "thresholds", "first refusal for money"], rows);
}

fn served_by(page: &mut String, report: &Report) {
    heading(page, "Who served");
    let names: Vec<String> = report.policies.iter().map(|policy| visible(&policy.name)).collect();
    let header: Vec<&str> = ["target"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let Some(first) = report.policies.first() else { return };
    let row = |target: &String| {
        let of = |policy: &PolicyReport| value(Unit::Share, policy.served_by.get(target).copied().unwrap_or_default());
        [safe(target)].into_iter().chain(report.policies.iter().map(of)).collect()
    };
    wide_table(page, &header, &first.served_by.keys().map(row).collect::<Vec<_>>());
}

fn groups(page: &mut String, report: &Report, what: &str, of: Groups) {
    if report.policies.iter().all(|policy| of(policy).len() < 2) {
        return;
    }
    heading(page, &format!("By {what}"));
    let header: Vec<&str> = [what, "policy"].into_iter().chain(OF_GROUPS.map(Figure::name)).collect();
    let row = |(name, policy, told): (&str, &str, &[Told])| {
        let figure = |figure: Figure| {
            let found = told.iter().find(|told| told.figure == figure);
            found.map_or_else(|| "–".to_owned(), |told| estimate(told.unit, &told.value))
        };
        [safe(name), safe(policy)].into_iter().chain(OF_GROUPS.map(figure)).collect()
    };
    wide_table(page, &header, &grouped(report, of).into_iter().map(row).collect::<Vec<_>>());
}

fn troubles(page: &mut String, report: &Report) {
    /// More than that nobody reads.
    const LISTED: usize = 40;
    if !report.outages.is_empty() {
        heading(page, "What happened to targets");
        let rows = report.outages.iter().take(LISTED);
        let row = |trouble: &crate::simulate::Trouble| {
            [safe(&trouble.target), safe(&trouble.what), moment(trouble.from_ms), moment(trouble.until_ms)]
        };
        table(page, ["target", "what", "from", "until"], rows.map(row));
    }
    let lines = asides(report);
    if !lines.is_empty() {
        heading(page, "What else to know");
        for line in lines {
            paragraph(page, &escaped(&line));
        }
    }
}

fn meanings(page: &mut String, report: &Report) {
    heading(page, "What the figures mean");
    let row = |figure: Figure| [escaped(figure.name()), escaped(figure.meaning())];
    table(page, ["figure", "meaning"], worth_telling(report).into_iter().map(row));
}
