//! Adds replayed decisions up to a report. Names that callers and policies choose are cut and limited in number, so that a
//! report stays readable whatever they are.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::compare::{self, Change};
use super::judge::Verdict;
use super::prepare::Prepared;
use super::report::{Bucket, Compared, Example, Report, Row, Transition};
use super::run::{Answer, Of, Unanswered, Wanted};
use crate::decision_log::{Background, Output, Stored};

/// Rows of one group; the others are one row.
const ROWS: usize = 200;
/// What is in no row of its own.
const OTHERS: &str = "(others)";
/// The longest name of a row, in bytes.
const NAME: usize = 128;
/// Pairs of answers that are counted by themselves.
const PAIRS: usize = 2_000;
/// Pairs that are reported.
const SHOWN_PAIRS: usize = 50;
/// Examples of one change.
const EXAMPLES: usize = 8;
/// Parts that the time is divided into, at most.
const BUCKETS: u64 = 60;
const MINUTE: u64 = 60_000;
/// Fuel is spread over so many powers of two, the first being below a thousand units.
const SPREAD: usize = 16;
/// Requests that are remembered at least, so that none is counted twice.
const REMEMBERED: usize = 50_000;

/// What has been added up so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    report: Report,
    minutes: BTreeMap<u64, (u64, u64)>,
    pairs: BTreeMap<(String, String), u64>,
    examples: BTreeMap<Change, Vec<Example>>,
    begun: Begun,
}

/// Tells whether a request has begun already, among the latest ones. Where a canary fails and the active version decides
/// instead, two decisions are the first of a request; the second is made at once.
#[derive(Debug, Default)]
pub(super) struct Begun {
    hasher: RandomState,
    latest: HashSet<u64>,
    before: HashSet<u64>,
}

impl Begun {
    /// Whether this request has not begun yet. From now on it has.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id);
        if self.latest.len() >= REMEMBERED {
            self.before = std::mem::take(&mut self.latest);
        }
        !self.before.contains(&hash) && self.latest.insert(hash)
    }
}

impl Tally {
    /// Takes in that a decision is asked for.
    pub(super) fn see(&mut self, stored: &Stored<'_>, input: &crate::decision_log::Input) {
        let report = &mut self.report;
        let (first, last) = report.window.unwrap_or((stored.at, stored.at));
        report.window = Some((first.min(stored.at), last.max(stored.at)));
        let request = &input.facts.request;
        report.requests += u64::from(request.decision_index == 0 && self.begun.is_new(&request.id));
        report.redacted += u64::from(stored.redacted);
    }

    /// A decision that cannot be compared.
    pub(super) fn unanswered(&mut self, of: &Of<'_>, background: Option<&Background>, why: Unanswered) {
        *self.report.unanswered.entry(why).or_default() += 1;
        self.rows(of, background, |row| row.unanswered += 1);
    }

    /// A decision that was made again.
    pub(super) fn answer(&mut self, of: &Of<'_>, prepared: &Prepared, answer: &Answer<'_>) {
        let change = answer.change;
        let has_effect = change.has_effect();
        let report = &mut self.report;
        report.compared += 1;
        *report.changes.entry(change).or_default() += 1;
        if let Some(why) = why_not(of.recorded, of.told.overruled.as_deref()) {
            count(&mut report.verdicts.recorded, why);
        }
        let refused = match &answer.verdict {
            Verdict::Overruled(bound) => Some(bound.as_ref()),
            _ => why_not(&answer.output, None),
        };
        if let Some(why) = refused {
            count(&mut report.verdicts.replayed, why);
            if change.is_refused() {
                count(&mut report.verdicts.refused, why);
            }
        }
        self.fuel(of.told.fuel, answer.fuel, prepared.same_engine);
        let cost = self.cost(of, answer);
        self.rows(of, Some(&prepared.background), |row| {
            row.compared += 1;
            row.changed += u64::from(has_effect);
            row.refused += u64::from(change.is_refused());
            if let Some((recorded, replayed)) = cost {
                row.recorded_cost = row.recorded_cost.saturating_add(recorded);
                row.replayed_cost = row.replayed_cost.saturating_add(replayed);
            }
        });
        let minute = self.minutes.entry(of.at / MINUTE).or_default();
        minute.0 += 1;
        minute.1 += u64::from(has_effect);
        if compare::sent(&answer.output).is_some() && matches!(answer.verdict, Verdict::CarriedOut) {
            let is_made = !matches!(change, Change::Target | Change::Action | Change::Mends);
            // The others are told apart at the end, when it is known what the request tried later.
            self.report.attempts.made += u64::from(is_made);
        }
        if change != Change::Equal {
            self.changed(of, prepared, answer, refused.map(str::to_owned));
        }
    }

    fn fuel(&mut self, recorded: u64, replayed: u64, same_engine: bool) {
        let fuel = &mut self.report.fuel;
        for (spread, fuel) in [(&mut fuel.recorded_spread, recorded), (&mut fuel.replayed_spread, replayed)] {
            spread.resize(SPREAD, 0);
            // 0 below 1,000, 1 below 2,000, 2 below 4,000 and so on.
            let place = (fuel / 1_000).checked_ilog2().map_or(0, |log| log as usize + 1);
            spread[place.min(SPREAD - 1)] += 1;
        }
        if same_engine {
            fuel.decisions += 1;
            fuel.differing += u64::from(recorded != replayed);
            fuel.recorded = fuel.recorded.saturating_add(recorded);
            fuel.replayed = fuel.replayed.saturating_add(replayed);
        }
    }

    /// Estimates of both answers, where both have one. What needs no model costs nothing. What is not carried out is left out: a
    /// request that fails is no saving, and what the static order would have cost in its place nobody knows.
    fn cost(&mut self, of: &Of<'_>, answer: &Answer<'_>) -> Option<(u64, u64)> {
        let estimate = |output: &Output, input: &crate::decision_log::Input| match compare::sent(output) {
            None => Some(0),
            Some(send) => {
                let target = input.facts.targets.get(usize::from(send.target))?;
                Some(target.estimated_cost).filter(|cost| *cost != u64::MAX)
            }
        };
        let cost = &mut self.report.cost;
        if !of.was_carried_out() || answer.verdict != Verdict::CarriedOut {
            cost.not_carried_out += 1;
            return None;
        }
        let recorded = estimate(of.recorded, of.input);
        let (Some(recorded), Some(replayed)) = (recorded, estimate(&answer.output, &answer.input)) else {
            cost.unpriced += 1;
            return None;
        };
        cost.recorded = cost.recorded.saturating_add(recorded);
        cost.replayed = cost.replayed.saturating_add(replayed);
        Some((recorded, replayed))
    }

    fn rows(&mut self, of: &Of<'_>, background: Option<&Background>, mut add: impl FnMut(&mut Row)) {
        let facts = &of.input.facts;
        let route = background.map_or("(unknown)", |background| &*background.setup.name);
        let policy = background.and_then(|background| {
            Some(format!("{};{}", background.origin.policy.as_deref()?, background.version()?.short()))
        });
        let rule = compare::rule(of.recorded);
        let groups = &mut self.report.groups;
        for (group, name) in [
            (&mut groups.class, &*facts.request.traffic_class),
            (&mut groups.route, route),
            (&mut groups.tenant, &facts.caller.tenant),
            (&mut groups.rule, if rule.is_empty() { "(no answer)" } else { rule }),
            (&mut groups.policy, policy.as_deref().unwrap_or("(none)")),
        ] {
            add(row(group, name));
        }
    }

    /// Keeps what one answer became, and some examples.
    fn changed(&mut self, of: &Of<'_>, prepared: &Prepared, answer: &Answer<'_>, refused: Option<String>) {
        let (before, now) = (&prepared.background.setup, &prepared.setting.setup);
        let bound = match &answer.verdict {
            Verdict::Overruled(bound) => Some(bound.as_ref()),
            _ => None,
        };
        let recorded = compare::label(of.recorded, before, of.told.overruled.as_deref());
        let replayed = compare::label(&answer.output, now, bound);
        if recorded != replayed {
            let pair = (recorded.clone(), replayed.clone());
            let is_full = self.pairs.len() >= PAIRS;
            match self.pairs.entry(pair) {
                Entry::Occupied(mut known) => *known.get_mut() += 1,
                Entry::Vacant(_) if is_full => {
                    *self.pairs.entry((OTHERS.into(), OTHERS.into())).or_default() += 1;
                }
                Entry::Vacant(new) => drop(new.insert(1)),
            }
        }
        let examples = self.examples.entry(answer.change).or_default();
        if examples.len() < EXAMPLES {
            let request = &of.input.facts.request;
            examples.push(Example {
                request: request.id.clone(),
                decision: request.decision_index,
                at: of.at,
                route: before.name.clone(),
                tenant: of.input.facts.caller.tenant.clone(),
                change: answer.change,
                recorded,
                replayed,
                refused,
                differences: compare::differences((of.recorded, before), (&answer.output, now)),
            });
        }
    }

    /// A try of which nothing more will be heard.
    pub(super) fn wanted(&mut self, wanted: &Wanted) {
        let attempts = &mut self.report.attempts;
        match wanted.later {
            _ if wanted.target.is_none() => {}
            Some(true) => attempts.failed_later += 1,
            Some(false) => attempts.went_on_later += 1,
            None => attempts.unknown += 1,
        }
    }

    /// The report, with what is known of the whole.
    pub(super) fn finish(mut self, whole: Report, wanted: impl Iterator<Item = Wanted>) -> Report {
        wanted.for_each(|wanted| self.wanted(&wanted));
        let mut transitions: Vec<_> = self
            .pairs
            .into_iter()
            .map(|((recorded, replayed), count)| Transition { recorded, replayed, count })
            .collect();
        // Equal counts stay in the order of their names.
        transitions.sort_by_key(|transition| std::cmp::Reverse(transition.count));
        transitions.truncate(SHOWN_PAIRS);
        let Report { mode, selection, read, is_cut_short, unknown_targets, micros, .. } = whole;
        Report {
            mode,
            selection,
            read,
            is_cut_short,
            unknown_targets,
            micros,
            transitions,
            timeline: timeline(&self.minutes),
            examples: self.examples.into_values().rev().flatten().collect(),
            ..self.report
        }
    }
}

/// Why there is nothing to carry out.
fn why_not<'a>(output: &'a Output, overruled: Option<&'a str>) -> Option<&'a str> {
    match output {
        Output::Failed(kind) => Some(kind),
        _ => overruled,
    }
}

fn count(counts: &mut BTreeMap<String, u64>, what: &str) {
    match counts.get_mut(what) {
        Some(count) => *count += 1,
        None => drop(counts.insert(what.to_owned(), 1)),
    }
}

/// The row of that name, or that of all others where there are too many.
fn row<'a>(group: &'a mut Compared, name: &str) -> &'a mut Row {
    let name = &name[..name.floor_char_boundary(NAME)];
    let name = if group.len() >= ROWS && !group.contains_key(name) { OTHERS } else { name };
    if !group.contains_key(name) {
        group.insert(name.to_owned(), Row::default());
    }
    group.entry(name.to_owned()).or_default()
}

/// Minutes, or as many of them at a time as make few enough parts. Parts in which nothing was decided are there too.
fn timeline(minutes: &BTreeMap<u64, (u64, u64)>) -> Vec<Bucket> {
    let (Some((first, _)), Some((last, _))) = (minutes.first_key_value(), minutes.last_key_value()) else {
        return Vec::new();
    };
    let width = (last - first) / BUCKETS + 1;
    let mut buckets: Vec<_> = (0..=(last - first) / width)
        .map(|number| Bucket { from: (first + number * width) * MINUTE, ..Bucket::default() })
        .collect();
    for (minute, (compared, changed)) in minutes {
        let place = usize::try_from((minute - first) / width).unwrap_or(usize::MAX);
        if let Some(bucket) = buckets.get_mut(place) {
            bucket.compared += compared;
            bucket.changed += changed;
        }
    }
    buckets
}
