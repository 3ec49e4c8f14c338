//! What a replay has found, as it is shown and as JSON. Names and texts in it come from callers and policies: whoever shows
//! them escapes them. Money is in billionths of a US dollar, instants are milliseconds since the Unix epoch.

use std::collections::BTreeMap;

use serde::Serialize;

use super::compare::Change;
use super::run::Unanswered;
use crate::decision_log::{Seen, Selection};
use crate::policy::Digest;

/// What a replay has found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What the record was held against.
    pub mode: Mode,
    /// What was asked for.
    pub selection: Selection,
    /// What was read.
    pub read: Seen,
    /// Whether time was up before all of it was asked again.
    pub is_cut_short: bool,
    /// The first and the last decision; none: there was none.
    pub window: Option<(u64, u64)>,
    /// Requests whose first decision is among them.
    pub requests: u64,
    /// Decisions that were made again and compared.
    pub compared: u64,
    /// The compared ones by what has changed.
    pub changes: BTreeMap<Change, u64>,
    /// Those that could not be compared, by reason.
    pub unanswered: BTreeMap<Unanswered, u64>,
    /// What host and policies said to answers, in the record and in the replay.
    pub verdicts: Verdicts,
    /// The same by class, route, tenant, rule and policy.
    pub groups: Groups,
    /// From one answer to another, the most frequent first.
    pub transitions: Vec<Transition>,
    /// What the answers would cost, by the estimates of the record.
    pub cost: Cost,
    /// What history knows of the tries that are wanted.
    pub attempts: Attempts,
    /// Fuel of record and replay.
    pub fuel: Fuel,
    /// Compared and changed decisions over time.
    pub timeline: Vec<Bucket>,
    /// Some of what has changed, the gravest first.
    pub examples: Vec<Example>,
    /// Ids of targets of the candidate of which the record knows nothing.
    pub unknown_targets: Vec<String>,
    /// Decisions of which something was left out of the record.
    pub redacted: u64,
    /// How long the replay took, in microseconds, admission excluded.
    pub micros: u64,
}

impl Report {
    /// How many of the compared decisions have that change.
    #[must_use]
    pub fn count(&self, change: Change) -> u64 {
        self.changes.get(&change).copied().unwrap_or_default()
    }

    /// Compared decisions with a change that a caller could notice.
    #[must_use]
    pub fn with_effect(&self) -> u64 {
        self.changes.iter().filter(|(change, _)| change.has_effect()).map(|(_, count)| count).sum()
    }

    /// Whether every compared decision is the same, byte for byte.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.compared == self.count(Change::Equal)
    }

    /// Decisions that could not be compared.
    #[must_use]
    pub fn without_answer(&self) -> u64 {
        self.unanswered.values().sum()
    }

    /// Decisions made again in a second.
    #[must_use]
    pub fn per_second(&self) -> u64 {
        self.compared.saturating_mul(1_000_000) / self.micros.max(1)
    }
}

/// What a record was held against.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The policies that decided.
    #[default]
    Recorded,
    /// A candidate.
    Candidate {
        /// What it is called.
        name: String,
        /// The digest of its component; none: those of the record with another set-up.
        component: Option<Digest>,
    },
}

/// Why answers were not carried out, or not given, in record and replay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// Answers that were overruled or failed, by bound or kind.
    pub recorded: BTreeMap<String, u64>,
    /// The same of the replay.
    pub replayed: BTreeMap<String, u64>,
    /// Of those, where the record has an answer that was carried out.
    pub refused: BTreeMap<String, u64>,
}

/// Decisions of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Compared.
    pub compared: u64,
    /// With a change that a caller could notice.
    pub changed: u64,
    /// Of these, answers that would be overruled or are not given.
    pub refused: u64,
    /// Not compared.
    pub unanswered: u64,
    /// Estimates of what was recorded.
    pub recorded_cost: u64,
    /// Estimates of what was replayed.
    pub replayed_cost: u64,
}

/// Rows by name.
pub type Compared = BTreeMap<String, Row>;

/// Rows by what decisions have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Groups {
    /// By traffic class.
    pub class: Compared,
    /// By route.
    pub route: Compared,
    /// By tenant.
    pub tenant: Compared,
    /// By the recorded rule.
    pub rule: Compared,
    /// By recorded policy, with the beginning of its digest.
    pub policy: Compared,
}

impl Groups {
    /// All of them, with their names.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &Compared); 5] {
        [
            ("class", &self.class),
            ("route", &self.route),
            ("tenant", &self.tenant),
            ("rule", &self.rule),
            ("policy", &self.policy),
        ]
    }
}

/// How often one answer took the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// The recorded answer.
    pub recorded: String,
    /// The new one.
    pub replayed: String,
    /// How often.
    pub count: u64,
}

/// Estimates of the tries that are wanted: the same prices, and all output that a request allows, on both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Of the record.
    pub recorded: u64,
    /// Of the replay.
    pub replayed: u64,
    /// Decisions left out on both sides, since the price of one of the targets is unknown.
    pub unpriced: u64,
    /// Decisions left out on both sides, since one of the two answers was not carried out: what fails saves nothing.
    pub not_carried_out: u64,
}

/// What history knows of the tries that the replay wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Attempts {
    /// The try that was made: its outcome is known.
    pub made: u64,
    /// Another one, at a target that the same request tried later, where it failed.
    pub failed_later: u64,
    /// Another one, at a target that the same request tried later, where no failure is recorded.
    pub went_on_later: u64,
    /// One that the request never made: nobody knows how it would have ended.
    pub unknown: u64,
}

/// Fuel of compared decisions whose record is of an equal engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fuel {
    /// Such decisions.
    pub decisions: u64,
    /// Those of them that took another amount.
    pub differing: u64,
    /// The sum of the record.
    pub recorded: u64,
    /// The sum of the replay.
    pub replayed: u64,
    /// Of all compared decisions: how many took less than 1,000 units, 2,000, 4,000 and so on, in the record.
    pub recorded_spread: Vec<u64>,
    /// The same in the replay.
    pub replayed_spread: Vec<u64>,
}

/// A part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// When it begins.
    pub from: u64,
    /// Compared decisions.
    pub compared: u64,
    /// With a change that a caller could notice.
    pub changed: u64,
}

/// One decision that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The request.
    pub request: String,
    /// The number of the decision, from 0.
    pub decision: u32,
    /// When it was made.
    pub at: u64,
    /// The route.
    pub route: String,
    /// The tenant.
    pub tenant: String,
    /// How it has changed.
    pub change: Change,
    /// The recorded answer, in a few words.
    pub recorded: String,
    /// The new one.
    pub replayed: String,
    /// Why the new one would not be carried out.
    pub refused: Option<String>,
    /// Where the two differ.
    pub differences: Vec<Difference>,
}

/// A field in which two answers differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its path.
    pub field: String,
    /// What it was.
    pub recorded: String,
    /// What it would be.
    pub replayed: String,
}
