//! Where a shadow decided otherwise than the active version: counted by what both said, with the latest of them in full.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Kinds of differences that are counted apart: more than a person reads.
const KINDS: usize = 200;

/// Differences that are kept in full.
const EXAMPLES: usize = 50;

/// What a policy said, in short: `send gpt-large`, `reject`, `overruled: max-attempts`, `failed: trap`.
pub(super) type Said = Box<str>;

/// One decision of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The request.
    pub request_id: Box<str>,
    /// The number of the decision, from 0.
    pub decision_index: u32,
    /// What the active version said.
    pub active: Said,
    /// By which of its rules.
    pub active_rule: Box<str>,
    /// What the candidate said.
    pub candidate: Said,
    /// By which of its rules.
    pub candidate_rule: Box<str>,
    /// The candidate's reason.
    pub candidate_reason: Box<str>,
}

/// What was seen of a shadow.
#[derive(Debug, Default)]
pub(super) struct Differences {
    same: u64,
    different: u64,
    kinds: BTreeMap<(Said, Said), u64>,
    latest: VecDeque<Difference>,
}

/// What was seen, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Single decisions are compared: each is given what the active version was given, so what follows from an earlier
    /// difference is not seen.
    #[serde(skip_deserializing, default = "compared")]
    pub compared: &'static str,
    /// Decisions on which both agreed.
    pub same: u64,
    /// Decisions on which they did not.
    pub different: u64,
    /// Decisions that the shadow was too slow for.
    pub dropped: u64,
    /// The differences by what both said, the most frequent first.
    pub kinds: Vec<Kind>,
    /// The latest of them, the latest first.
    pub latest: Vec<Difference>,
}

/// Differences of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// What the active version said.
    pub active: Said,
    /// What the candidate said.
    pub candidate: Said,
    /// How often.
    pub count: u64,
}

/// What of both versions is compared.
const fn compared() -> &'static str {
    "single decisions"
}

impl Differences {
    /// Goes on from what was seen before, of which no more is taken in than would be kept.
    pub(super) fn resuming(seen: Seen) -> Self {
        let Seen { same, different, kinds, latest, .. } = seen;
        let kinds = kinds.into_iter().take(KINDS).map(|kind| ((kind.active, kind.candidate), kind.count)).collect();
        Self { same, different, kinds, latest: latest.into_iter().take(EXAMPLES).collect() }
    }

    /// Takes a decision of both in; `true`: they differ.
    pub(super) fn note(&mut self, pair: Difference) -> bool {
        if pair.active == pair.candidate {
            self.same += 1;
            return false;
        }
        self.different += 1;
        let kind = (pair.active.clone(), pair.candidate.clone());
        if self.kinds.contains_key(&kind) || self.kinds.len() < KINDS {
            *self.kinds.entry(kind).or_default() += 1;
        }
        if self.latest.len() == EXAMPLES {
            self.latest.pop_back();
        }
        self.latest.push_front(pair);
        true
    }

    /// What was seen so far.
    #[must_use]
    pub(super) fn seen(&self, dropped: u64) -> Seen {
        let kind = |((active, candidate), count): (&(Said, Said), &u64)| Kind {
            active: active.clone(),
            candidate: candidate.clone(),
            count: *count,
        };
        let mut kinds: Vec<_> = self.kinds.iter().map(kind).collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
        Seen {
            compared: compared(),
            same: self.same,
            different: self.different,
            dropped,
            kinds,
            latest: self.latest.iter().cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(active: &str, candidate: &str) -> Difference {
        Difference {
            request_id: "req_1".into(),
            decision_index: 0,
            active: active.into(),
            active_rule: "first".into(),
            candidate: candidate.into(),
            candidate_rule: "cheap".into(),
            candidate_reason: "".into(),
        }
    }

    #[test]
    fn differences_are_counted_by_kind_and_agreement_is_none() {
        let mut differences = Differences::default();
        for (active, candidate) in
            [("send a", "send a"), ("send a", "reject"), ("send a", "send b"), ("send a", "send b")]
        {
            differences.note(pair(active, candidate));
        }
        let seen = differences.seen(3);
        assert_eq!((seen.same, seen.different, seen.dropped), (1, 3, 3));
        assert_eq!((&*seen.kinds[0].candidate, seen.kinds[0].count), ("send b", 2));
    }

    #[test]
    fn what_was_seen_goes_on_where_it_was() {
        let mut differences = Differences::default();
        for number in 0..300 {
            differences.note(pair("send a", &format!("send {number}")));
        }
        let json = serde_json::to_string(&differences.seen(2)).unwrap();
        let mut resumed = Differences::resuming(serde_json::from_str(&json).unwrap());
        assert_eq!(resumed.seen(2), differences.seen(2));
        for one in [&mut resumed, &mut differences] {
            one.note(pair("send a", "send 7"));
        }
        assert_eq!(resumed.seen(2), differences.seen(2));
    }

    #[test]
    fn however_many_differences_there_are_memory_stays_bounded() {
        let mut differences = Differences::default();
        for number in 0..10_000 {
            differences.note(pair("send a", &format!("send {number}")));
        }
        let seen = differences.seen(0);
        assert_eq!((seen.different, seen.kinds.len(), seen.latest.len()), (10_000, KINDS, EXAMPLES));
        assert_eq!(&*seen.latest[0].candidate, "send 9999");
    }
}
