//! Whether a provider's usage is to be believed: it is held against its own sum, against what was sent and against what was
//! seen. What disagrees is settled at the plausible higher figure. Bounds are chosen so that no honest count breaks them,
//! whatever tokenizer it is from.

use crate::dialect::openai::Usage;
use crate::price::{Parts, Tokens};

/// What of a usage is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Something that should be a count is none.
    Unreadable,
    /// It lacks input or output.
    Incomplete,
    /// Input and output do not come to its own total.
    Total,
    /// A part is larger than what it is a part of.
    Parts,
    /// Fewer tokens of input than was sent has at least.
    Input,
    /// Fewer tokens of output than was seen has at least.
    Output,
}

impl Doubt {
    /// Its name in the ledger and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Incomplete => "incomplete",
            Self::Total => "total",
            Self::Parts => "parts",
            Self::Input => "input",
            Self::Output => "output",
        }
    }

    /// What a record means by this name, in a sentence's end; none: a later version of the gateway knows.
    #[must_use]
    pub fn meaning(name: &str) -> Option<&'static str> {
        Some(match name {
            "unreadable" => "a count cannot be read",
            "incomplete" => "input or output is missing",
            "total" => "input and output are not its total",
            "parts" => "a part is larger than its whole",
            "input" => "what was sent is more",
            "output" => "what was seen is more",
            _ => return None,
        })
    }
}

/// Tokens as the gateway knows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reckoned {
    /// By its estimate.
    pub likely: u64,
    /// The fewest that there can be.
    pub least: u64,
}

/// What a usage comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// The tokens to be paid for; the parts fit their totals.
    pub tokens: Tokens,
    /// Why they are not the provider's; none: they are.
    pub doubt: Option<Doubt>,
}

/// A usage as it stands, with nothing added.
#[must_use]
pub fn as_told(usage: &Usage) -> Tokens {
    let (input, output) = (usage.input.unwrap_or(0), usage.output.unwrap_or(0));
    Tokens { input, output, parts: parts(usage) }.clamped()
}

fn parts(usage: &Usage) -> Parts {
    Parts {
        cached_input: usage.cached_input.unwrap_or(0),
        cache_write: usage.cache_write.unwrap_or(0),
        audio_input: usage.audio_input.unwrap_or(0),
        reasoning: usage.reasoning.unwrap_or(0),
        audio_output: usage.audio_output.unwrap_or(0),
    }
}

/// Holds a usage against its own sum, what was sent and what was seen.
#[must_use]
pub fn check(usage: &Usage, sent: Reckoned, seen: Reckoned) -> Checked {
    let mut doubts = Doubts(usage.is_odd.then_some(Doubt::Unreadable));
    let parts = parts(usage);
    let cache = parts.cached_input.saturating_add(parts.cache_write);
    let said_input = usage.input.map(|input| if usage.is_cache_beside { input.saturating_add(cache) } else { input });
    let (mut input, mut output) = match (said_input, usage.output, usage.total) {
        (Some(input), Some(output), total) => {
            let sum = input.saturating_add(output);
            let missing = total.unwrap_or(sum).saturating_sub(sum);
            if total.is_some_and(|total| total != sum) {
                doubts.add(Doubt::Total);
            }
            with_missing((input, output), missing, (cache, parts.reasoning))
        }
        (input, output, total) => {
            doubts.add(Doubt::Incomplete);
            halves((input, output), total, (sent.likely, seen.likely))
        }
    };
    if cache > input || parts.audio_input > input {
        doubts.add(Doubt::Parts);
        input = input.saturating_add(if cache > input { cache } else { 0 }).max(parts.audio_input);
    }
    if parts.reasoning > output || parts.audio_output > output {
        doubts.add(Doubt::Parts);
        output =
            output.saturating_add(if parts.reasoning > output { parts.reasoning } else { 0 }).max(parts.audio_output);
    }
    if input < sent.least {
        doubts.add(Doubt::Input);
        input = input.max(sent.likely).max(sent.least);
    }
    if output < seen.least {
        doubts.add(Doubt::Output);
        output = output.max(seen.likely).max(seen.least);
    }
    Checked { tokens: Tokens { input, output, parts }.clamped(), doubt: doubts.0 }
}

/// Input and output with what only the total has: what was cached, reasoning, or both, where that is just as much; else it is
/// output, which is the dearer of the two.
fn with_missing((input, output): (u64, u64), missing: u64, (cache, reasoning): (u64, u64)) -> (u64, u64) {
    let cached =
        missing > 0 && missing != reasoning && (missing == cache || missing == cache.saturating_add(reasoning));
    let to_input = if cached { cache } else { 0 };
    (input.saturating_add(to_input), output.saturating_add(missing - to_input))
}

/// Input and output where one of them is missing or both are: from the total where there is one, else as reckoned.
fn halves((input, output): (Option<u64>, Option<u64>), total: Option<u64>, (sent, seen): (u64, u64)) -> (u64, u64) {
    let Some(total) = total else { return (input.unwrap_or(sent), output.unwrap_or(seen)) };
    let input = input.unwrap_or_else(|| output.map_or(sent.min(total), |output| total.saturating_sub(output)));
    (input, output.unwrap_or_else(|| total.saturating_sub(input)))
}

/// The first doubt, which is the one that is told.
struct Doubts(Option<Doubt>);

impl Doubts {
    fn add(&mut self, doubt: Doubt) {
        self.0 = self.0.or(Some(doubt));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SENT: Reckoned = Reckoned { likely: 12, least: 2 };
    const SEEN: Reckoned = Reckoned { likely: 6, least: 3 };

    fn checked(usage: Usage) -> (u64, u64, Option<Doubt>) {
        let Checked { tokens, doubt } = check(&usage, SENT, SEEN);
        (tokens.input, tokens.output, doubt)
    }

    #[test]
    fn what_only_the_total_has_is_reasoning_cache_or_output() {
        let of = |total, cached, reasoning| Usage {
            total: Some(total),
            cached_input: Some(cached),
            reasoning: Some(reasoning),
            ..Usage::plain(10_120, 1_499)
        };
        assert_eq!(checked(of(14_428, 128, 2_809)), (10_120, 1_499 + 2_809, Some(Doubt::Total)));
        assert_eq!(checked(of(11_747, 128, 0)), (10_120 + 128, 1_499, Some(Doubt::Total)));
        assert_eq!(checked(of(11_757, 128, 10)), (10_120 + 128, 1_499 + 10, Some(Doubt::Total)));
        assert_eq!(checked(of(12_000, 0, 0)), (10_120, 1_880, Some(Doubt::Total)));
        assert_eq!(checked(of(0, 0, 200)), (10_120, 1_499, Some(Doubt::Total)));
        assert_eq!(checked(of(11_619, 10_000, 1_400)), (10_120, 1_499, None));
    }

    #[test]
    fn a_part_that_exceeds_its_whole_stands_beside_it() {
        let usage = Usage { reasoning: Some(2_809), ..Usage::plain(10_120, 1_499) };
        assert_eq!(checked(usage), (10_120, 4_308, Some(Doubt::Parts)));
        let usage = Usage { cached_input: Some(900), cache_write: Some(50), ..Usage::plain(20, 30) };
        assert_eq!(checked(usage), (970, 30, Some(Doubt::Parts)));
        let native = Usage { is_cache_beside: true, ..usage };
        assert_eq!(checked(native), (970, 30, None));
    }

    #[test]
    fn zeros_and_placeholders_are_settled_by_what_was_sent_and_seen() {
        assert_eq!(checked(Usage::plain(0, 0)), (12, 6, Some(Doubt::Input)));
        assert_eq!(checked(Usage::plain(12, 1)), (12, 6, Some(Doubt::Output)));
        assert_eq!(
            checked(Usage { output: None, is_odd: true, ..Usage::plain(12, 0) }),
            (12, 6, Some(Doubt::Unreadable))
        );
        assert_eq!(
            checked(Usage { output: None, total: Some(40), ..Usage::plain(12, 0) }),
            (12, 28, Some(Doubt::Incomplete))
        );
        assert_eq!(checked(Usage { total: Some(40), ..Usage::default() }), (12, 28, Some(Doubt::Incomplete)));
        assert_eq!(checked(Usage { input: None, ..Usage::plain(0, 9) }), (12, 9, Some(Doubt::Incomplete)));
    }

    #[test]
    fn an_honest_count_is_believed_however_far_from_the_estimate() {
        // Hidden reasoning, a prompt of the provider's own, a tokenizer with long tokens.
        for (input, output) in [(12, 6), (2, 3), (5_000, 6), (12, 9_000), (3, 3)] {
            assert_eq!(checked(Usage::plain(input, output)), (input, output, None));
        }
    }

    prop_compose! {
        fn usage()(counts in prop::array::uniform8(prop::option::of(prop_oneof![0..50_u64, 0..=1_000_000_000_u64, any::<u64>()])),
            flags in any::<(bool, bool)>()) -> Usage {
            let [input, output, total, cached_input, cache_write, audio_input, reasoning, audio_output] = counts;
            Usage { input, output, total, cached_input, cache_write, audio_input, reasoning, audio_output,
                is_cache_beside: flags.0, is_odd: flags.1, tier: None }
        }
    }

    proptest! {
        #[test]
        fn nothing_is_settled_below_what_is_reported_sent_or_seen_and_only_what_agrees_is_believed(
            usage in usage(), sent in (0..1_000_u64, 0..1_000_u64), seen in (0..1_000_u64, 0..1_000_u64),
        ) {
            let reckoned = |(likely, least): (u64, u64)| Reckoned { likely: likely.max(least), least: likely.min(least) };
            let (sent, seen) = (reckoned(sent), reckoned(seen));
            let Checked { tokens, doubt } = check(&usage, sent, seen);
            prop_assert!(tokens.input >= usage.input.unwrap_or(0).max(sent.least));
            prop_assert!(tokens.output >= usage.output.unwrap_or(0).max(seen.least));
            prop_assert_eq!(tokens, tokens.clamped());
            let sum = tokens.input.saturating_add(tokens.output);
            prop_assert!(sum >= usage.total.unwrap_or(0));
            if doubt.is_none() {
                prop_assert_eq!(usage.output, Some(tokens.output));
                prop_assert!(usage.total.is_none_or(|total| total == sum) && !usage.is_odd);
            }
        }
    }
}
