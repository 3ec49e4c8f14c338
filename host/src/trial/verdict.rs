//! Whether a candidate is worse than the active version. Nothing but counts goes in, so the same counts always give the same
//! verdict. `docs/deploying.md` states the rules.

use serde::Serialize;

use super::counts::Counted;
use crate::config::CanaryRules;

/// A rate is worse only where the difference is also this many times its standard error: of two equal versions that are
/// compared again and again, hardly one in a thousand looks so.
const STANDARD_ERRORS: f64 = 3.0;

/// Fuel of a decision below which more of it is no harm: a twentieth of the usual limit.
const FUEL_FLOOR: u64 = 100_000;
/// The same for the time of a decision, in microseconds: far below what a caller could notice.
const MICROS_FLOOR: u64 = 1_000;
/// The same for the time of a request, in milliseconds.
const LATENCY_FLOOR: u64 = 100;

/// What a comparison says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// There are too few samples for one: hold.
    Inconclusive {
        /// What there is too little of.
        missing: Vec<String>,
    },
    /// The candidate is not worse.
    NotWorse,
    /// The candidate is worse.
    Worse {
        /// In what.
        findings: Vec<Finding>,
    },
}

/// Something in which a candidate is worse.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What is compared.
    pub measure: &'static str,
    /// The candidate's rate, in thousandths, or mean.
    pub candidate: u64,
    /// That of the active version.
    pub active: u64,
    /// What both are counted in.
    pub unit: &'static str,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { measure, candidate, active, unit } = self;
        write!(f, "{measure}: {candidate} {unit}, and {active} for the active version")
    }
}

/// What of a trial can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Decisions only, and not their time: a shadow decides on other threads, and its requests are not its own.
    Decisions,
    /// All.
    Requests,
}

/// Compares what both did.
#[must_use]
pub(super) fn judge(scope: Scope, rules: &CanaryRules, candidate: Counted, active: Counted) -> Verdict {
    let least = u64::from(rules.min_samples.get());
    let (mut missing, mut findings) = (Vec::new(), Vec::new());
    let mut enough = |name: &str, candidate: u64, active: u64| {
        for (whose, count) in [("the candidate", candidate), ("the active version", active)] {
            if count < least {
                missing.push(format!("{count} of {least} {name} of {whose}"));
            }
        }
        candidate >= least && active >= least
    };
    if enough("decisions", candidate.decisions, active.decisions) {
        let of = |count: u64, counted: Counted| (count, counted.decisions);
        let pair = |read: fn(&Counted) -> u64| (of(read(&candidate), candidate), of(read(&active), active));
        findings.extend(rate("failures of the policy", rules, pair(|counted| counted.policy_failures)));
        findings.extend(rate("overruled decisions", rules, pair(|counted| counted.overruled)));
        findings.extend(mean("fuel of a decision", "units", rules, FUEL_FLOOR, pair(|counted| counted.fuel)));
        if scope == Scope::Requests {
            let micros = pair(|counted| counted.decision_micros);
            findings.extend(mean("time of a decision", "µs", rules, MICROS_FLOOR, micros));
        }
    }
    if scope == Scope::Requests && enough("requests", candidate.requests, active.requests) {
        let of = |count: u64, counted: Counted| (count, counted.requests);
        let pair = |read: fn(&Counted) -> u64| (of(read(&candidate), candidate), of(read(&active), active));
        findings.extend(rate("rejected requests", rules, pair(|counted| counted.rejected)));
        findings.extend(rate("failed requests", rules, pair(|counted| counted.failed)));
        findings.extend(mean("time of a request", "ms", rules, LATENCY_FLOOR, pair(|counted| counted.latency_ms)));
        findings.extend(mean(
            "cost of a request",
            "billionths of a dollar",
            rules,
            0,
            pair(|counted| counted.cost_nano_usd),
        ));
    }
    match (findings.is_empty(), missing.is_empty()) {
        (false, _) => Verdict::Worse { findings },
        (true, true) => Verdict::NotWorse,
        (true, false) => Verdict::Inconclusive { missing },
    }
}

/// A count and of how many, for the candidate and for the active version.
type Pair = ((u64, u64), (u64, u64));

fn rate(measure: &'static str, rules: &CanaryRules, (candidate, active): Pair) -> Option<Finding> {
    #[allow(clippy::cast_precision_loss, reason = "a rate needs no more than 53 bits")]
    let share = |(count, of): (u64, u64)| count as f64 / of as f64;
    #[allow(clippy::cast_precision_loss, reason = "as above")]
    let inverse = 1.0 / candidate.1 as f64 + 1.0 / active.1 as f64;
    let pooled = share((candidate.0 + active.0, candidate.1 + active.1));
    let error = (pooled * (1.0 - pooled) * inverse).sqrt();
    let more = share(candidate) - share(active);
    let is_worse = more > f64::from(rules.rate_margin_permille) / 1000.0 && more > STANDARD_ERRORS * error;
    let permille = |(count, of): (u64, u64)| count.saturating_mul(1000) / of;
    is_worse.then(|| Finding { measure, candidate: permille(candidate), active: permille(active), unit: "‰" })
}

fn mean(measure: &'static str, unit: &'static str, rules: &CanaryRules, floor: u64, pair: Pair) -> Option<Finding> {
    let ((candidate, candidates), (active, actives)) = pair;
    let (candidate, active) = (candidate / candidates, active / actives);
    let most = u128::from(active) * u128::from(rules.mean_margin_permille) / 1000;
    let is_worse = u128::from(candidate) > most && candidate - active > floor;
    is_worse.then_some(Finding { measure, candidate, active, unit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn well(requests: u64) -> Counted {
        Counted {
            decisions: requests,
            fuel: requests * 18_000,
            decision_micros: requests * 15,
            requests,
            cost_nano_usd: requests * 1_000,
            latency_ms: requests * 800,
            ..Counted::default()
        }
    }

    fn measures(candidate: Counted, active: Counted) -> Vec<&'static str> {
        match judge(Scope::Requests, &CanaryRules::default(), candidate, active) {
            Verdict::Worse { findings } => findings.into_iter().map(|finding| finding.measure).collect(),
            Verdict::NotWorse | Verdict::Inconclusive { .. } => Vec::new(),
        }
    }

    #[test]
    fn each_harm_is_found_by_its_name() {
        let active = well(2_000);
        let worse = |change: fn(&mut Counted)| {
            let mut candidate = well(200);
            change(&mut candidate);
            measures(candidate, active)
        };
        assert_eq!(worse(|counted| counted.policy_failures = 9), ["failures of the policy"]);
        assert_eq!(worse(|counted| counted.overruled = 9), ["overruled decisions"]);
        assert_eq!(worse(|counted| counted.fuel *= 10), ["fuel of a decision"]);
        assert_eq!(worse(|counted| counted.decision_micros *= 100), ["time of a decision"]);
        assert_eq!(worse(|counted| counted.rejected = 9), ["rejected requests"]);
        assert_eq!(worse(|counted| counted.failed = 9), ["failed requests"]);
        assert_eq!(worse(|counted| counted.latency_ms *= 2), ["time of a request"]);
        assert_eq!(worse(|counted| counted.cost_nano_usd *= 2), ["cost of a request"]);
        assert!(worse(|_| {}).is_empty());
    }

    #[test]
    fn too_few_samples_are_no_verdict_whatever_they_say() {
        let broken = Counted { policy_failures: 99, failed: 99, rejected: 99, ..well(99) };
        for (candidate, active) in [(broken, well(5_000)), (broken, well(99)), (well(5_000), well(0))] {
            let verdict = judge(Scope::Requests, &CanaryRules::default(), candidate, active);
            assert!(matches!(verdict, Verdict::Inconclusive { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn a_shadow_is_judged_by_its_decisions_alone() {
        let slow = Counted { decision_micros: 10_000_000, requests: 0, ..well(200) };
        assert_eq!(judge(Scope::Decisions, &CanaryRules::default(), slow, well(200)), Verdict::NotWorse);
        let traps = Counted { policy_failures: 200, ..slow };
        assert!(matches!(judge(Scope::Decisions, &CanaryRules::default(), traps, well(200)), Verdict::Worse { .. }));
    }

    proptest! {
        #[test]
        fn equal_versions_are_never_found_worse(requests in 100_u64..10_000, failed in 0_u64..100, rejected in 0_u64..100) {
            let counted = Counted { failed, rejected, policy_failures: failed, overruled: rejected, ..well(requests) };
            prop_assert_eq!(judge(Scope::Requests, &CanaryRules::default(), counted, counted), Verdict::NotWorse);
        }

        #[test]
        fn no_counts_make_it_panic(numbers in proptest::collection::vec(any::<u32>(), 20)) {
            let of = |n: &[u32]| {
                let n: Vec<u64> = n.iter().map(|number| u64::from(*number)).collect();
                Counted { decisions: n[0], policy_failures: n[1], overruled: n[2], fuel: n[3], decision_micros: n[4],
                    requests: n[5], rejected: n[6], failed: n[7], cost_nano_usd: n[8], latency_ms: n[9] }
            };
            let verdict = judge(Scope::Requests, &CanaryRules::default(), of(&numbers[..10]), of(&numbers[10..]));
            prop_assert!(serde_json::to_string(&verdict).is_ok());
        }
    }
}
