//! Sums of what was asked, served and spent. One walk over the raw entries gives every group and the total, so no two
//! sums can disagree; everything is added in whole numbers, held at the greatest rather than wrapped.

mod latency;

use std::collections::BTreeMap;

use rusqlite::Row;

use self::latency::Latency;
use super::rows::uint;
use crate::ledger::{CostState, Ending};
use crate::money::NanoUsd;

/// A day in milliseconds: days are days of UTC.
const DAY_MS: i64 = 86_400_000;

/// The row of adjustments, where they belong to no other. No name has parentheses.
const ADJUSTMENTS: &str = "(adjustments)";

/// What usage is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Who pays.
    Tenant,
    /// The route.
    Route,
    /// The traffic class.
    Class,
    /// The target that was tried.
    Target,
    /// The API key.
    Key,
    /// The feature that the caller names.
    Feature,
    /// The day of arrival, in UTC.
    Day,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Tenant, Self::Route, Self::Class, Self::Target, Self::Key, Self::Feature, Self::Day];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Route => "route",
            Self::Class => "class",
            Self::Target => "target",
            Self::Key => "key",
            Self::Feature => "feature",
            Self::Day => "day",
        }
    }

    /// The question whose rows are [`Piece`]s: the requests of a time with their attempts, each request's together.
    pub(super) fn question(self) -> String {
        let group = match self {
            Self::Tenant => "r.tenant",
            Self::Route => "r.route",
            Self::Class => "r.class",
            Self::Key => "r.key",
            Self::Feature => "r.feature",
            Self::Target => "e.target",
            Self::Day => "r.reserved_at",
        };
        format!(
            "SELECT r.id, {group}, r.ending, r.latency_ms, r.intended_target, r.serving_target, e.target, e.served, \
             e.duration_ms, e.input_tokens, e.output_tokens, e.cost, e.cost_state, e.exposure, \
             e.charge, r.latency_before_fallback_ms \
             FROM records r LEFT JOIN entries e ON e.record = r.id \
             WHERE r.reserved_at >= ? AND r.reserved_at < ? ORDER BY r.reserved_at, r.id, e.place_in_record"
        )
    }
}

/// Usage by group, and of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// A row a group, in the order of their names.
    pub rows: Vec<UsageRow>,
    /// All groups together. By target, a request counts once for each target that it tried, and once in here.
    pub total: UsageRow,
}

/// What one group asked and spent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsageRow {
    /// The group's name; `(none)` where there is none: no feature named, no target tried.
    pub name: String,
    /// Requests. They are `served`, `rejected`, `failed`, `abandoned` and
    /// `deferred` together.
    pub requests: u64,
    /// Requests that got a whole answer; by target: from this one.
    pub served: u64,
    /// Requests that were refused before any attempt.
    pub rejected: u64,
    /// Requests that got no answer, or a part of one; by target: none from this one.
    pub failed: u64,
    /// Requests whose caller went away.
    pub abandoned: u64,
    /// Requests that were put into a queue.
    pub deferred: u64,
    /// Requests that another target than the intended one served, or that tried more than one.
    pub fallbacks: u64,
    /// Attempts.
    pub attempts: u64,
    /// Input tokens of all attempts.
    pub input_tokens: u64,
    /// Output tokens of all attempts.
    pub output_tokens: u64,
    /// The cost of all attempts, as far as known.
    pub cost: NanoUsd,
    /// What tenants are charged for all attempts.
    pub charge: NanoUsd,
    /// What may have been billed besides, and probably was not.
    pub exposure: NanoUsd,
    /// The part of it that went to attempts that did not serve.
    pub retry_cost: NanoUsd,
    /// Attempts that may have cost something that nobody knows.
    pub unknown_cost: u64,
    /// What requests that fell back had cost before the attempt that served them; a part of `retry_cost`.
    pub cost_before_fallback: NanoUsd,
    /// What the attempts cost that served them.
    pub cost_after_fallback: NanoUsd,
    /// The mean time in milliseconds that requests with a failed attempt had spent when the first had failed.
    pub mean_before_fallback_ms: u64,
    /// The mean time in milliseconds from there to their end.
    pub mean_after_fallback_ms: u64,
    /// What was booked since to make the ledger agree with a provider's statement; may be negative. In no other sum.
    pub adjusted: i128,
    /// The mean latency in milliseconds: of requests; by target: of attempts there.
    pub mean_latency_ms: u64,
    /// The latency that 95 in 100 did not exceed, at most a sixteenth too high, and never higher than the greatest.
    pub p95_latency_ms: u64,
}

/// A request joined with one of its attempts, or with none.
pub(super) struct Piece {
    request: i64,
    group: Option<String>,
    ending: Option<Ending>,
    latency_ms: u64,
    before_fallback_ms: Option<u64>,
    intended: Option<String>,
    serving: Option<String>,
    attempt: Option<Attempt>,
}

struct Attempt {
    target: String,
    served: bool,
    duration_ms: u64,
    input_tokens: u64,
    output_tokens: u64,
    cost: NanoUsd,
    state: Option<CostState>,
    exposure: NanoUsd,
    charge: NanoUsd,
}

impl UsageRow {
    /// What the attempts cost that served: the spend that grows with use, where `retry_cost` grows with failures.
    #[must_use]
    pub fn growth_cost(&self) -> NanoUsd {
        self.cost.saturating_sub(self.retry_cost)
    }

    /// How many of a thousand requests fell back.
    #[must_use]
    pub fn fallback_permille(&self) -> u64 {
        self.fallbacks.saturating_mul(1_000) / self.requests.max(1)
    }
}

impl Piece {
    /// Reads a row of [`By::question`].
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let ending: String = row.get(2)?;
        Ok(Self {
            request: row.get(0)?,
            group: group_name(row)?,
            ending: Ending::ALL.into_iter().find(|known| known.as_str() == ending),
            latency_ms: row.get(3).map(uint)?,
            before_fallback_ms: row.get::<_, Option<i64>>(13)?.map(uint),
            intended: row.get(4)?,
            serving: row.get(5)?,
            attempt: attempt(row)?,
        })
    }
}

/// A group is a text, or an instant that stands for its day.
fn group_name(row: &Row<'_>) -> rusqlite::Result<Option<String>> {
    use rusqlite::types::Value;
    Ok(match row.get(1)? {
        Value::Text(text) => Some(text),
        Value::Integer(instant) => Some(day(instant)),
        _ => None,
    })
}

/// The last day of a time that ends before this instant, greater than every day where it never does.
pub(super) fn last_day(until_ms: u64) -> String {
    let last = i64::try_from(until_ms).ok().map(|until| until.saturating_sub(1));
    last.map(day).filter(|day| !day.starts_with('(')).unwrap_or_else(|| "9999-12-31".to_owned())
}

pub(super) fn day(instant: i64) -> String {
    let start = instant - instant.rem_euclid(DAY_MS);
    jiff::Timestamp::from_millisecond(start)
        .map_or_else(|_| "(beyond the calendar)".to_owned(), |start| start.strftime("%Y-%m-%d").to_string())
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Option<Attempt>> {
    let Some(target) = row.get(6)? else { return Ok(None) };
    let state: String = row.get(12)?;
    Ok(Some(Attempt {
        target,
        served: row.get(7)?,
        duration_ms: row.get(8).map(uint)?,
        input_tokens: row.get(9).map(uint)?,
        output_tokens: row.get(10).map(uint)?,
        cost: NanoUsd(row.get(11).map(uint)?),
        state: CostState::ALL.into_iter().find(|known| known.as_str() == state),
        exposure: NanoUsd(row.get(13).map(uint)?),
        charge: NanoUsd(row.get(14).map(uint)?),
    }))
}

/// Adds the pieces up. A request's pieces come one after another, so one request at a time is kept.
pub(super) struct Fold {
    by: By,
    request: Vec<Piece>,
    groups: BTreeMap<Option<String>, Sums>,
    total: Sums,
}

impl Fold {
    pub(super) fn new(by: By) -> Self {
        Self { by, request: Vec::new(), groups: BTreeMap::new(), total: Sums::default() }
    }

    pub(super) fn take(&mut self, piece: Piece) {
        if self.request.first().is_some_and(|first| first.request != piece.request) {
            self.close_request();
        }
        self.request.push(piece);
    }

    /// Adds the request that is complete now to its groups and to the total.
    fn close_request(&mut self) {
        let pieces = std::mem::take(&mut self.request);
        let Some(first) = pieces.first() else { return };
        let fell_back = fell_back(&pieces);
        self.total.request(first.ending, fell_back);
        self.total.latency.add(first.latency_ms);
        self.total.around_fallback(&pieces, fell_back, |_| true);
        pieces.iter().filter_map(|piece| piece.attempt.as_ref()).for_each(|attempt| self.total.attempt(attempt));
        if self.by == By::Target {
            self.add_by_target(&pieces, fell_back);
            return;
        }
        let group = self.groups.entry(first.group.clone()).or_default();
        group.request(first.ending, fell_back);
        group.latency.add(first.latency_ms);
        group.around_fallback(&pieces, fell_back, |_| true);
        pieces.iter().filter_map(|piece| piece.attempt.as_ref()).for_each(|attempt| group.attempt(attempt));
    }

    /// By target, a request counts once at each target that it tried; where it tried none, under no name.
    fn add_by_target(&mut self, pieces: &[Piece], fell_back: bool) {
        for (place, piece) in pieces.iter().enumerate() {
            let group = self.groups.entry(piece.group.clone()).or_default();
            if !pieces[..place].iter().any(|earlier| earlier.group == piece.group) {
                let elsewhere =
                    piece.attempt.is_some() && piece.ending == Some(Ending::Served) && piece.group != piece.serving;
                group.request(if elsewhere { Some(Ending::Failed) } else { piece.ending }, fell_back);
                group.around_fallback(pieces, fell_back, |one| one.group == piece.group);
            }
            match &piece.attempt {
                Some(attempt) => {
                    group.attempt(attempt);
                    group.latency.add(attempt.duration_ms);
                }
                None => group.latency.add(piece.latency_ms),
            }
        }
    }

    /// Adds what was booked for a day since: by day it is that day's, and otherwise a row of its own, for a statement
    /// knows no route and no tenant.
    pub(super) fn adjust(&mut self, day: String, amount: i64) {
        self.close_request();
        let name = if self.by == By::Day { day } else { ADJUSTMENTS.to_owned() };
        self.groups.entry(Some(name)).or_default().row.adjusted += i128::from(amount);
        self.total.row.adjusted += i128::from(amount);
    }

    pub(super) fn finish(mut self) -> Usage {
        self.close_request();
        let none = || "(none)".to_owned();
        Usage {
            rows: self.groups.into_iter().map(|(name, sums)| sums.row(name.unwrap_or_else(none))).collect(),
            total: self.total.row("total".to_owned()),
        }
    }
}

/// Whether another target than the intended one served, or more than one was tried.
fn fell_back(pieces: &[Piece]) -> bool {
    let Some(first) = pieces.first() else { return false };
    let moved = first.serving.is_some() && first.intended.is_some() && first.serving != first.intended;
    let mut targets = pieces.iter().filter_map(|piece| piece.attempt.as_ref()).map(|attempt| &attempt.target);
    let tried = targets.next();
    moved || targets.any(|target| Some(target) != tried)
}

/// The sums of one group.
#[derive(Default)]
struct Sums {
    row: UsageRow,
    latency: Latency,
    before_fallback: Latency,
    after_fallback: Latency,
}

impl Sums {
    /// What a request spent before and after it fell back, as far as it is this group's.
    fn around_fallback(&mut self, pieces: &[Piece], fell_back: bool, is_mine: impl Fn(&Piece) -> bool) {
        let Some(first) = pieces.first() else { return };
        if let Some(before) = first.before_fallback_ms {
            self.before_fallback.add(before);
            self.after_fallback.add(first.latency_ms.saturating_sub(before));
        }
        if !fell_back {
            return;
        }
        for attempt in pieces.iter().filter(|piece| is_mine(piece)).filter_map(|piece| piece.attempt.as_ref()) {
            let sum =
                if attempt.served { &mut self.row.cost_after_fallback } else { &mut self.row.cost_before_fallback };
            *sum += if attempt.state == Some(CostState::Exposure) { NanoUsd::ZERO } else { attempt.cost };
        }
    }

    fn request(&mut self, ending: Option<Ending>, fell_back: bool) {
        self.row.requests += 1;
        self.row.fallbacks += u64::from(fell_back);
        *match ending {
            Some(Ending::Served) => &mut self.row.served,
            Some(Ending::Rejected) => &mut self.row.rejected,
            Some(Ending::Abandoned) => &mut self.row.abandoned,
            Some(Ending::Deferred) => &mut self.row.deferred,
            Some(Ending::Failed | Ending::Broken | Ending::Lost) | None => &mut self.row.failed,
        } += 1;
    }

    fn attempt(&mut self, attempt: &Attempt) {
        let row = &mut self.row;
        row.attempts += 1;
        row.input_tokens = row.input_tokens.saturating_add(attempt.input_tokens);
        row.output_tokens = row.output_tokens.saturating_add(attempt.output_tokens);
        let exposed = attempt.state == Some(CostState::Exposure);
        if exposed {
            row.exposure += attempt.cost;
        } else {
            row.cost += attempt.cost;
            row.retry_cost += if attempt.served { NanoUsd::ZERO } else { attempt.cost };
        }
        row.exposure += attempt.exposure;
        row.charge += attempt.charge;
        row.unknown_cost +=
            u64::from(exposed || attempt.exposure > NanoUsd::ZERO || attempt.state == Some(CostState::Unknown));
    }

    fn row(self, name: String) -> UsageRow {
        UsageRow {
            name,
            mean_latency_ms: self.latency.mean(),
            p95_latency_ms: self.latency.p95(),
            mean_before_fallback_ms: self.before_fallback.mean(),
            mean_after_fallback_ms: self.after_fallback.mean(),
            ..self.row
        }
    }
}
