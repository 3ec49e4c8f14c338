//! What happens to targets in a run: outages and other troubles, some at fixed times, some at times that are drawn.

use std::time::Duration;

use serde::Serialize;

use super::spread::Spread;
use crate::sim::draw::Draw;

/// Trouble of a target, as a simulation describes it.
#[derive(Debug, Clone)]
pub(super) struct Outage {
    /// What tells its draws from others': targets with an outage of the same name have it at the same times.
    pub name: String,
    /// What is wrong.
    pub trouble: Trouble,
    /// When it begins.
    pub when: When,
    /// How long it lasts, in milliseconds.
    pub lasts: Spread,
    /// The share of calls that meet it.
    pub share: f64,
}

/// When outages begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Once, at this time from the beginning.
    Once(Duration),
    /// From then on, again and again.
    Every(Duration, Duration),
    /// At random, so far apart on average.
    About(Duration),
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trouble {
    /// Every call gets this status.
    Down(u16),
    /// Calls get no answer, ever.
    Hang,
    /// Everything takes so many times as long.
    Slow(f64),
    /// Streams break off; what is no stream, too.
    Cut,
}

impl Trouble {
    /// What people call it.
    #[must_use]
    pub(super) fn name(self) -> String {
        match self {
            Self::Down(status) => format!("answers {status}"),
            Self::Hang => "hangs".to_owned(),
            Self::Slow(factor) => format!("{factor} times slower"),
            Self::Cut => "breaks off".to_owned(),
        }
    }
}

/// Trouble of a target from one instant to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spell {
    pub(super) from: Duration,
    pub(super) until: Duration,
    pub(super) trouble: Trouble,
    pub(super) share: f64,
    /// Whether every run has it.
    pub(super) is_fixed: bool,
}

impl Spell {
    /// What people call it.
    pub(super) fn told(&self) -> String {
        let name = self.trouble.name();
        if self.share < 1.0 { format!("{name} ({:.1} % of calls)", self.share * 100.0) } else { name }
    }

    /// The one that meets a call at this time; `hit` is drawn for the call. The spells are in the order of their beginning.
    pub(super) fn at(spells: &[Self], at: Duration, hit: f64) -> Option<&Self> {
        spells.iter().take_while(|spell| spell.from <= at).find(|spell| at < spell.until && hit < spell.share)
    }
}

/// What happens to a target in a run, until the end of its traffic.
pub(super) fn spells(outages: &[Outage], (seed, run): (u64, u32), end: Duration) -> Vec<Spell> {
    /// More in one run is a slip.
    const MOST: usize = 10_000;
    let mut all = Vec::new();
    for outage in outages {
        let is_fixed = !matches!(outage.when, When::About(_));
        let mut draw = Draw::new(seed, &["outage", &outage.name], run);
        let mut next = match outage.when {
            When::Once(from) | When::Every(from, _) => from,
            When::About(apart) => gap(apart, &mut draw),
        };
        while next <= end && all.len() < MOST {
            let until = next.saturating_add(outage.lasts.duration(&mut draw));
            all.push(Spell { from: next, until, trouble: outage.trouble, share: outage.share, is_fixed });
            next = match outage.when {
                When::Once(_) => break,
                When::Every(_, every) => next.saturating_add(every),
                // The gap lies between the end of one and the beginning of the next.
                When::About(apart) => until.saturating_add(gap(apart, &mut draw)),
            };
        }
    }
    all.sort_by_key(|spell| (spell.from, spell.until));
    all
}

/// A time between two outages that have nothing to do with each other.
fn gap(mean: Duration, draw: &mut Draw) -> Duration {
    mean.mul_f64(-draw.fraction().ln()).max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outage(name: &str, when: When) -> Outage {
        Outage { name: name.to_owned(), trouble: Trouble::Hang, when, lasts: Spread::always(60_000.0), share: 1.0 }
    }

    const HOUR: Duration = Duration::from_secs(3_600);
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn outages_come_once_or_again_and_again_until_the_traffic_ends() {
        let once = spells(&[outage("a", When::Once(MINUTE))], (1, 0), HOUR);
        assert_eq!((once.len(), once[0].from, once[0].until), (1, MINUTE, 2 * MINUTE));
        let again = spells(&[outage("a", When::Every(MINUTE, 10 * MINUTE))], (1, 0), HOUR);
        assert_eq!(again.iter().map(|spell| spell.from.as_secs() / 60).collect::<Vec<_>>(), [1, 11, 21, 31, 41, 51]);
        assert_eq!(Spell::at(&again, 11 * MINUTE, 0.0).map(|spell| spell.from), Some(11 * MINUTE));
        assert_eq!(Spell::at(&again, 12 * MINUTE, 0.0), None);
    }

    #[test]
    fn outages_at_random_differ_by_run_and_name_and_come_as_often_as_was_asked() {
        let of = |name, run| spells(&[outage(name, When::About(HOUR))], (1, run), 1_000 * HOUR);
        assert_eq!(of("a", 0), of("a", 0));
        assert!(of("a", 0) != of("a", 1) && of("a", 0) != of("b", 0));
        let count = (0..20).map(|run| of("a", run).len()).sum::<usize>();
        // 20,000 hours with a minute lost to each: about 19,670, and the standard error is 140.
        assert!((19_000..20_300).contains(&count), "{count}");
    }
}
