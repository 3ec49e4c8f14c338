//! How long decisions take, and what fuel and memory they need: each fixture asked many times in the engine that serves
//! requests, on this machine.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use super::fixture::Fixture;
use super::run::{admit_all, key};
use crate::policy::wire::{Attempt, Facts};
use crate::policy::{Engine, Module, Solo};

/// What decisions of one fixture, or of one group of recorded decisions, need.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The fixture's name, or the group's.
    pub name: String,
    /// How many decisions were asked for, each again and again.
    pub decisions: usize,
    /// How many of them the policy fails to give, for which there are no figures.
    pub failed: usize,
    /// The median time of a decision, the sandbox included, in nanoseconds.
    pub p50_ns: u64,
    /// The 99th percentile, in nanoseconds.
    pub p99_ns: u64,
    /// The most fuel of a decision, the same on every machine.
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
            let asked = [(&fixture.facts, fixture.attempts.as_slice())];
            let measured = measure(module, &fixture.name, &asked, rounds);
            figures.push(measured.map_err(|why| anyhow::anyhow!("`{}`: {why}", fixture.name))?);
        }
    }
    if figures.is_empty() {
        let reason = modules.into_values().find_map(Result::err).map(|error| error.to_string());
        anyhow::bail!("nothing can be measured: {}", reason.as_deref().unwrap_or("there is no fixture"));
    }
    Ok(figures)
}

/// A decision to be asked for: of `fallback` where something was tried.
pub(super) type Asked<'a> = (&'a Facts, &'a [Attempt]);

/// Measures decisions that are alike: all in turn, until they were asked as often as `rounds` together, and each once at
/// least. Those that the policy fails to give are counted and not measured.
///
/// # Errors
/// With the first failure, where the policy gives none of them.
pub(super) fn measure(module: &Module, name: &str, asked: &[Asked<'_>], rounds: usize) -> Result<Figures, String> {
    /// Decisions that are not counted: the first ones find cold caches.
    const WARM_UP: usize = 20;
    let mut first_failure = None;
    let mut good = Vec::with_capacity(asked.len());
    for one in asked {
        match ask(module, *one) {
            Ok(_) => good.push(*one),
            Err(failure) => first_failure = first_failure.or(Some(failure)),
        }
    }
    if good.is_empty() {
        return Err(first_failure.unwrap_or_else(|| "there is no decision".to_owned()));
    }
    let count = good.len().max(rounds);
    let mut times = Vec::with_capacity(count);
    let (mut fuel, mut memory) = (0, 0);
    for (number, one) in good.iter().cycle().take(WARM_UP + count).enumerate() {
        let cost = ask(module, *one)?;
        (fuel, memory) = (fuel.max(cost.fuel), memory.max(cost.memory));
        if number >= WARM_UP {
            times.push(cost.took);
        }
    }
    times.sort_unstable();
    let at = |permille: usize| nanos(times[(times.len() * permille / 1_000).min(times.len() - 1)]);
    let (decisions, failed) = (asked.len(), asked.len() - good.len());
    Ok(Figures { name: name.to_owned(), decisions, failed, p50_ns: at(500), p99_ns: at(990), fuel, memory })
}

/// What one decision needed.
struct Cost {
    took: Duration,
    fuel: u64,
    memory: usize,
}

fn ask(module: &Module, (facts, attempts): Asked<'_>) -> Result<Cost, String> {
    fn cost<T>(solo: Solo<T>) -> Result<Cost, String> {
        let Solo { outcome, fuel, memory, took, .. } = solo;
        outcome.map(|_| Cost { took, fuel, memory }).map_err(|failure| failure.to_string())
    }
    if attempts.is_empty() { cost(module.try_route(facts)) } else { cost(module.try_fallback(facts, attempts)) }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A table for people, of what `subject` says: `fixture` and so on; beside each figure, in percent, how it differs from another version's.
#[must_use]
pub fn table(figures: &[Figures], other: Option<&[Figures]>, subject: &str) -> String {
    let mut out = format!("p50 µs            p99 µs            fuel              memory KiB        {subject}\n");
    for one in figures {
        let other = other.and_then(|other| other.iter().find(|other| other.name == one.name));
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
            one.name.clone() + &count(one)
        );
    }
    out
}

/// How many decisions the figures are of, where that is worth saying.
fn count(figures: &Figures) -> String {
    match (figures.decisions, figures.failed) {
        (1, _) => String::new(),
        (decisions, 0) => format!(" ({decisions} decisions)"),
        (decisions, failed) => format!(" ({decisions} decisions, {failed} of them FAILED and not measured)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(fuel: u64) -> Figures {
        Figures {
            name: "a case".into(),
            decisions: 1,
            failed: 0,
            p50_ns: 10_000,
            p99_ns: 20_500,
            fuel,
            memory: 128 << 10,
        }
    }

    #[test]
    fn a_budget_names_what_exceeds_it() {
        let limits = Limits { max_fuel: Some(99), max_p99_us: Some(21), max_memory: None };
        assert_eq!(limits.exceeded(&[figures(99)]), Vec::<String>::new());
        assert_eq!(limits.exceeded(&[figures(100)]), ["a case: fuel is 100, more than the budget of 99"]);
    }

    #[test]
    fn the_table_says_how_many_decisions_a_group_has_and_how_many_failed() {
        let group = |failed| Figures { decisions: 12, failed, ..figures(1) };
        assert!(table(&[group(0)], None, "decisions").ends_with("a case (12 decisions)\n"));
        assert!(table(&[group(2)], None, "decisions").contains("12 decisions, 2 of them FAILED"));
    }

    #[test]
    fn the_table_says_how_another_version_differs() {
        let text = table(&[figures(150)], Some(&[figures(100)]), "fixture");
        assert!(text.contains("10.0 (+0%)") && text.contains("150 (+50%)"), "{text}");
    }
}
