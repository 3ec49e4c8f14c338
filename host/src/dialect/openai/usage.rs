//! What a provider says that an answer used, in whichever words and shape. Reading it never fails: a count that makes no
//! sense is none, and is noted. Whether the whole is to be believed is for `usage_check.rs`.
//!
//! Sources: OpenAI's API reference, "The chat completion object" (`usage`, its details); Anthropic's API reference, "Create a
//! message" (`input_tokens` without what was cached, `cache_read_input_tokens`, `cache_creation_input_tokens`); DeepSeek's
//! "Context caching" (`prompt_cache_hit_tokens`); Moonshot's "Chat" (`cached_tokens` at the top; in streams `choices[].usage`);
//! Groq's streams (`x_groq.usage`); OpenRouter's "Usage accounting" (`cache_write_tokens`); Perplexity's and SGLang's
//! `reasoning_tokens` at the top.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::price::ServiceTier;

/// No model reads or writes a billion tokens for one request: a larger count is none.
const MOST_TOKENS: u64 = 1_000_000_000;

/// Token counts as the provider reports them. A count is none where it is missing or makes no sense.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the input.
    pub input: Option<u64>,
    /// Tokens of the output.
    pub output: Option<u64>,
    /// All of them, by the provider's own sum.
    pub total: Option<u64>,
    /// Of the input: what the provider had cached.
    pub cached_input: Option<u64>,
    /// Of the input: what it put into its cache.
    pub cache_write: Option<u64>,
    /// Whether the two before come on top of `input`, as Anthropic counts.
    pub is_cache_beside: bool,
    /// Of the input: sound.
    pub audio_input: Option<u64>,
    /// Of the output, or on top of it: reasoning.
    pub reasoning: Option<u64>,
    /// Of the output: sound.
    pub audio_output: Option<u64>,
    /// Whether there is something in it that should be a count and is none, such as `-35`.
    pub is_odd: bool,
    /// The tier at which it served, where it says so.
    pub tier: Option<ServiceTier>,
}

impl Usage {
    /// So many tokens in and out, and nothing else.
    #[must_use]
    pub fn plain(input: u64, output: u64) -> Self {
        Self { input: Some(input), output: Some(output), ..Self::default() }
    }

    /// Reads the value of a `usage` field. None where there is none: a `null`, an empty object.
    #[must_use]
    pub(super) fn read(value: &RawValue, tier: Option<ServiceTier>) -> Option<Self> {
        if matches!(value.get(), "null" | "{}") {
            return None;
        }
        let Ok(Fields(mut usage)) = serde_json::from_str(value.get()) else {
            return Some(Self { is_odd: true, tier, ..Self::default() });
        };
        usage.tier = tier;
        Some(usage)
    }

    /// Whether it counts anything.
    #[must_use]
    pub fn counts(&self) -> bool {
        [self.input, self.output, self.total].into_iter().flatten().any(|count| count > 0)
    }

    /// Takes in a later usage of the same answer, which replaces what it says anew. A placeholder of zeros says nothing.
    #[must_use]
    pub(super) fn followed_by(self, later: Self) -> Self {
        if !later.counts() {
            return Self { is_odd: self.is_odd || later.is_odd, tier: later.tier.or(self.tier), ..self };
        }
        let newer = |later: Option<u64>, earlier: Option<u64>| later.filter(|count| *count > 0).or(earlier).or(later);
        let is_whole = later.input.is_some() && later.output.is_some();
        Self {
            input: newer(later.input, self.input),
            output: newer(later.output, self.output),
            total: later.total,
            cached_input: later.cached_input.or(self.cached_input),
            cache_write: later.cache_write.or(self.cache_write),
            is_cache_beside: later.is_cache_beside || self.is_cache_beside && !is_whole,
            audio_input: later.audio_input.or(self.audio_input),
            reasoning: later.reasoning.or(self.reasoning),
            audio_output: later.audio_output.or(self.audio_output),
            is_odd: later.is_odd || self.is_odd && !is_whole,
            tier: later.tier.or(self.tier),
        }
    }
}

/// The fields of a usage. A field twice is the last one, and what nobody knows is passed over.
struct Fields(Usage);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reading { is_detail: false }).map(Self)
    }
}

/// The name of a field, borrowed where it can be.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads a usage, or the details of one half of it.
struct Reading {
    is_detail: bool,
}

impl<'de> Visitor<'de> for Reading {
    type Value = Usage;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a usage")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Usage, M::Error> {
        let mut usage = Usage::default();
        let (mut has_openais, mut has_anthropics) = (false, false);
        while let Some(Name(name)) = map.next_key()? {
            let is_input = name.starts_with("prompt") || name.starts_with("input");
            if name.ends_with("_details") && !self.is_detail {
                usage.take_details(map.next_value()?, is_input);
                continue;
            }
            let place = match (&*name, self.is_detail) {
                ("prompt_tokens" | "input_tokens", false) => {
                    has_openais |= name.starts_with("prompt");
                    &mut usage.input
                }
                ("completion_tokens" | "output_tokens", false) => &mut usage.output,
                ("total_tokens", false) => &mut usage.total,
                ("cached_tokens" | "cache_read_input_tokens" | "prompt_cache_hit_tokens" | "cache_read_tokens", _) => {
                    &mut usage.cached_input
                }
                (
                    "cache_creation_input_tokens"
                    | "cache_creation_tokens"
                    | "cache_write_tokens"
                    | "cache_write_input_tokens",
                    _,
                ) => &mut usage.cache_write,
                ("reasoning_tokens", _) => &mut usage.reasoning,
                ("audio_tokens", true) => &mut usage.audio_input,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            has_anthropics |= name.ends_with("_input_tokens");
            match count(map.next_value()?) {
                // Some name a kind twice, once with a zero.
                Count::Of(number) => *place = Some(place.map_or(number, |known| known.max(number))),
                Count::Missing => {}
                Count::Odd => usage.is_odd |= !self.is_detail,
            }
        }
        // In OpenAI's words the cached tokens are a part of the input, whoever says how many.
        usage.is_cache_beside = has_anthropics && !has_openais;
        Ok(usage)
    }
}

impl Usage {
    /// Takes in what is said of the tokens of one half. A detail of another shape than expected is none.
    fn take_details(&mut self, value: &RawValue, is_input: bool) {
        let mut deserializer = serde_json::Deserializer::from_str(value.get());
        let Ok(details) = deserializer.deserialize_map(Reading { is_detail: true }) else { return };
        let more = |known: Option<u64>, told: Option<u64>| known.max(told);
        if is_input {
            self.cached_input = more(self.cached_input, details.cached_input);
            self.cache_write = more(self.cache_write, details.cache_write);
            self.audio_input = details.audio_input;
        } else {
            self.reasoning = more(self.reasoning, details.reasoning);
            self.audio_output = details.audio_input;
        }
    }
}

/// What stands where a count is expected.
enum Count {
    Of(u64),
    Missing,
    Odd,
}

/// Reads a count, also from a text and with decimals, which count up.
fn count(value: &RawValue) -> Count {
    let text = value.get().trim_matches('"').trim();
    if matches!(text, "null" | "") {
        return Count::Missing;
    }
    if let Ok(number) = text.parse::<u64>() {
        return if number <= MOST_TOKENS { Count::Of(number) } else { Count::Odd };
    }
    match text.parse::<f64>() {
        #[allow(clippy::cast_precision_loss, reason = "the limit is exact in both")]
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within the limits")]
        Ok(number) if (0.0..=MOST_TOKENS as f64).contains(&number) => Count::Of(number.ceil() as u64),
        _ => Count::Odd,
    }
}

/// The tier that a `service_tier` field names. `auto` names none.
#[must_use]
pub fn service_tier(text: &str) -> Option<ServiceTier> {
    match text {
        "default" | "standard" | "on_demand" => Some(ServiceTier::Standard),
        "flex" | "batch" => Some(ServiceTier::Batch),
        "priority" => Some(ServiceTier::Priority),
        _ => None,
    }
}

/// The tier of an answer, whatever else may stand in the field.
pub(super) fn told_tier(value: &RawValue) -> Option<ServiceTier> {
    serde_json::from_str::<Cow<'_, str>>(value.get()).ok().and_then(|text| service_tier(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Usage> {
        Usage::read(serde_json::from_str(json).expect("JSON"), None)
    }

    #[test]
    fn parts_are_read_in_every_vendors_words() {
        for (parts, cached, written, reasoning) in [
            (
                r#""prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":9}"#,
                40,
                0,
                9,
            ),
            (r#""cached_tokens":40"#, 40, 0, 0),
            (r#""cached_tokens":40,"prompt_tokens_details":{"cached_tokens":0}"#, 40, 0, 0),
            (r#""prompt_cache_hit_tokens":40,"prompt_cache_miss_tokens":60"#, 40, 0, 0),
            (r#""cache_read_input_tokens":40,"cache_creation_input_tokens":7"#, 40, 7, 0),
            (r#""prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":7}"#, 40, 7, 0),
            (r#""prompt_tokens_details":{"cached_tokens":40,"cache_creation_input_tokens":7}"#, 40, 7, 0),
            (r#""reasoning_tokens":9,"num_sources_used":3,"cost":{"total":1}"#, 0, 0, 9),
        ] {
            let usage = read(&format!(r#"{{"prompt_tokens":100,"completion_tokens":50,{parts}}}"#)).expect("a usage");
            let told = [usage.cached_input, usage.cache_write, usage.reasoning].map(Option::unwrap_or_default);
            assert_eq!(
                (told, usage.is_odd, usage.is_cache_beside),
                ([cached, written, reasoning], false, false),
                "{parts}"
            );
        }
    }

    #[test]
    fn anthropics_own_words_count_what_was_cached_beside_the_input() {
        let usage = read(r#"{"input_tokens":10,"cache_read_input_tokens":900,"output_tokens":5}"#).expect("a usage");
        assert_eq!((usage.input, usage.cached_input, usage.is_cache_beside), (Some(10), Some(900), true));
        let both = r#"{"prompt_tokens":10,"input_tokens":0,"cache_read_input_tokens":9,"completion_tokens":5}"#;
        assert!(read(both).is_some_and(|usage| !usage.is_cache_beside && usage.input == Some(10)));
        let responses = r#"{"input_tokens":10,"input_tokens_details":{"cached_tokens":9},"output_tokens":5}"#;
        assert!(read(responses).is_some_and(|usage| !usage.is_cache_beside && usage.cached_input == Some(9)));
    }

    #[test]
    fn a_count_that_makes_no_sense_is_none_and_the_rest_is_read() {
        for odd in ["-35", "1e400", "\"many\"", "[]", "{}", "true", "18446744073709551615", "-0.5", "1e300"] {
            let usage = read(&format!(r#"{{"prompt_tokens":3,"completion_tokens":{odd}}}"#)).expect("a usage");
            assert_eq!((usage.input, usage.output, usage.is_odd), (Some(3), None, true), "{odd}");
        }
        for (count, is) in [("7", 7), ("\"7\"", 7), ("6.2", 7), ("\" 7.0 \"", 7), ("7e0", 7)] {
            let usage = read(&format!(r#"{{"prompt_tokens":3,"completion_tokens":{count}}}"#)).expect("a usage");
            assert_eq!((usage.output, usage.is_odd), (Some(is), false), "{count}");
        }
        for whole in ["[]", "\"3 tokens\"", "7", "false", "[1,2]"] {
            assert!(read(whole).is_some_and(|usage| usage.is_odd && !usage.counts()), "{whole}");
        }
        assert_eq!((read("null"), read("{}")), (None, None));
        let details = r#"{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":[],
            "completion_tokens_details":{"reasoning_tokens":-1,"text_tokens":-35}}"#;
        assert_eq!(read(details), Some(Usage::plain(1, 2)));
    }

    #[test]
    fn a_later_usage_replaces_an_earlier_one_and_a_placeholder_none() {
        let of = |json: &str| read(json).expect("a usage");
        let first = of(r#"{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10,"cached_tokens":4}"#);
        let last = of(r#"{"prompt_tokens":9,"completion_tokens":300}"#);
        let then = first.followed_by(last);
        assert_eq!((then.output, then.total, then.cached_input), (Some(300), None, Some(4)));
        let zeros = of(r#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#);
        assert_eq!((last.followed_by(zeros), zeros.followed_by(last)), (last, last));
        let halves = of(r#"{"input_tokens":9,"output_tokens":1,"cache_read_input_tokens":4}"#);
        let halves = halves.followed_by(of(r#"{"output_tokens":30}"#));
        assert_eq!((halves.input, halves.output, halves.is_cache_beside), (Some(9), Some(30), true));
    }
}
