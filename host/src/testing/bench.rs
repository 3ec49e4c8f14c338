//! How long decisions take, and what fuel and memory they need: each fixture asked many times in the engine that serves
//! requests, on this machine.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use super::fixture::Fixture;
use super::run::{admit_all, key};
use crate::policy::{Engine, Module};

/// What decisions of one fixture need.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The fixture's name.
    pub name: String,
    /// The median time of a decision, the sandbox included, in nanoseconds.
    pub p50_ns: u64,
    /// The 99th percentile, in nanoseconds.
    pub p99_ns: u64,
    /// The fuel of a decision, the same on every machine.
    pub fuel: u64,
    /// The most memory that the guest had, in bytes.
    pub memory: usize,
}

/// What decisions may need at most; none: anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Limits {
    /// The 99th percentile of a decision's time, in microseconds. It depends on the machine; `max-fuel` does not.
    pub max_p99_us: Option<u64>,
    /// Fuel.
    pub max_fuel: Option<u64>,
    /// Memory in bytes.
    pub max_memory: Option<usize>,
}

impl Limits {
    /// What exceeds them, a sentence each.
    #[must_use]
    pub fn exceeded(&self, figures: &[Figures]) -> Vec<String> {
        let mut said = Vec::new();
        for one in figures {
            let mut check = |what: &str, found: u64, most: Option<u64>, unit: &str| {
                if let Some(most) = most.filter(|most| found > *most) {
                    said.push(format!("{}: {what} is {found}{unit}, more than the budget of {most}{unit}", one.name));
                }
            };
            check("p99", one.p99_ns.div_ceil(1_000), self.max_p99_us, " µs");
            check("fuel", one.fuel, self.max_fuel, "");
            check("memory", one.memory as u64, self.max_memory.map(|most| most as u64), " bytes");
        }
        said
    }
}

/// Measures a component on fixtures, each so many times.
///
/// # Errors
/// When it is admitted for no fixture's set-up, or a decision fails.
pub async fn bench(
    engine: &Engine,
    component: &Bytes,
    fixtures: &[Fixture],
    rounds: usize,
) -> anyhow::Result<Vec<Figures>> {
    let modules = admit_all(engine, component, fixtures).await;
    let mut figures = Vec::new();
    for fixture in fixtures {
        // Where it is not admitted there is no decision to measure, and a case may expect just that.
        if let Some(Ok(module)) = modules.get(&key(&fixture.setup)) {
            figures.push(measure(module, fixture, rounds.max(1))?);
        }
    }
    if figures.is_empty() {
        let reason = modules.into_values().find_map(Result::err).map(|error| error.to_string());
        anyhow::bail!("nothing can be measured: {}", reason.as_deref().unwrap_or("there is no fixture"));
    }
    Ok(figures)
}

fn measure(module: &Module, fixture: &Fixture, rounds: usize) -> anyhow::Result<Figures> {
    /// Decisions that are not counted: the first ones find cold caches.
    const WARM_UP: usize = 20;
    let mut times = Vec::with_capacity(rounds);
    let (mut fuel, mut memory) = (0, 0);
    for round in 0..rounds + WARM_UP {
        let (took, used, had, failure) = if fixture.attempts.is_empty() {
            let solo = module.try_route(&fixture.facts);
            (solo.took, solo.fuel, solo.memory, solo.outcome.err())
        } else {
            let solo = module.try_fallback(&fixture.facts, &fixture.attempts);
            (solo.took, solo.fuel, solo.memory, solo.outcome.err())
        };
        if let Some(failure) = failure {
            anyhow::bail!("`{}`: {failure}", fixture.name);
        }
        (fuel, memory) = (fuel.max(used), memory.max(had));
        if round >= WARM_UP {
            times.push(took);
        }
    }
    times.sort_unstable();
    let at = |permille: usize| nanos(times[(times.len() * permille / 1_000).min(times.len() - 1)]);
    Ok(Figures { name: fixture.name.clone(), p50_ns: at(500), p99_ns: at(990), fuel, memory })
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A table for people; beside each figure, in percent, how it differs from another version's.
#[must_use]
pub fn table(figures: &[Figures], other: Option<&[Figures]>) -> String {
    let mut out = String::from("p50 µs            p99 µs            fuel              memory KiB        fixture\n");
    for (index, one) in figures.iter().enumerate() {
        let other = other.and_then(|other| other.get(index));
        let column = |shown: String, now: u64, before: Option<u64>| {
            let change = before
                .filter(|before| *before > 0)
                .map(|before| format!(" ({:+}%)", (i128::from(now) - i128::from(before)) * 100 / i128::from(before)));
            format!("{:<18}", shown + &change.unwrap_or_default())
        };
        let micros = |ns: u64| format!("{}.{}", ns / 1_000, ns % 1_000 / 100);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}{}{}{}{}",
            column(micros(one.p50_ns), one.p50_ns, other.map(|other| other.p50_ns)),
            column(micros(one.p99_ns), one.p99_ns, other.map(|other| other.p99_ns)),
            column(one.fuel.to_string(), one.fuel, other.map(|other| other.fuel)),
            column((one.memory >> 10).to_string(), one.memory as u64, other.map(|other| other.memory as u64)),
            one.name
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(fuel: u64) -> Figures {
        Figures { name: "a case".into(), p50_ns: 10_000, p99_ns: 20_500, fuel, memory: 128 << 10 }
    }

    #[test]
    fn a_budget_names_what_exceeds_it() {
        let limits = Limits { max_fuel: Some(99), max_p99_us: Some(21), max_memory: None };
        assert_eq!(limits.exceeded(&[figures(99)]), Vec::<String>::new());
        assert_eq!(limits.exceeded(&[figures(100)]), ["a case: fuel is 100, more than the budget of 99"]);
    }

    #[test]
    fn the_table_says_how_another_version_differs() {
        let text = table(&[figures(150)], Some(&[figures(100)]));
        assert!(text.contains("10.0 (+0%)") && text.contains("150 (+50%)"), "{text}");
    }
}
