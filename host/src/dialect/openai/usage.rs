//! What a provider says that an answer used.

use std::borrow::Cow;

use serde::Deserialize;

use crate::price::{Parts, ServiceTier, Tokens};

/// Token counts as the provider reports them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens by kind; the parts fit their totals.
    pub tokens: Tokens,
    /// The tier at which it served, where it says so.
    pub tier: Option<ServiceTier>,
}

/// The `usage` field as it comes: some servers leave counts out or send nulls.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct ReportedUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    prompt_tokens_details: Option<InputDetails>,
    #[serde(default, deserialize_with = "lenient")]
    completion_tokens_details: Option<OutputDetails>,
    /// Anthropic's words, which servers in front of its models send beside OpenAI's.
    #[serde(default, deserialize_with = "lenient")]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    cache_read_input_tokens: Option<u64>,
    /// DeepSeek's word.
    #[serde(default, deserialize_with = "lenient")]
    prompt_cache_hit_tokens: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct InputDetails {
    cached_tokens: Option<u64>,
    audio_tokens: Option<u64>,
    cache_creation_tokens: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct OutputDetails {
    reasoning_tokens: Option<u64>,
    audio_tokens: Option<u64>,
}

/// A detail of another shape than expected is no reason to refuse an answer: it is none.
fn lenient<'de, D: serde::Deserializer<'de>, T: serde::de::DeserializeOwned>(value: D) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(value)?;
    Ok(serde_json::from_value(value).ok())
}

impl ReportedUsage {
    /// Both totals with their parts, or none: half of a report is no basis for a bill.
    pub(super) fn whole(self, tier: Option<ServiceTier>) -> Option<Usage> {
        let input = self.prompt_tokens_details;
        let output = self.completion_tokens_details;
        let cached = input.and_then(|input| input.cached_tokens).or(self.cache_read_input_tokens);
        let written = input.and_then(|input| input.cache_creation_tokens).or(self.cache_creation_input_tokens);
        let parts = Parts {
            cached_input: cached.or(self.prompt_cache_hit_tokens).unwrap_or(0),
            cache_write: written.unwrap_or(0),
            audio_input: input.and_then(|input| input.audio_tokens).unwrap_or(0),
            reasoning: output.and_then(|output| output.reasoning_tokens).unwrap_or(0),
            audio_output: output.and_then(|output| output.audio_tokens).unwrap_or(0),
        };
        let tokens = Tokens { input: self.prompt_tokens?, output: self.completion_tokens?, parts };
        Some(Usage { tokens: tokens.clamped(), tier })
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
pub(super) fn told_tier<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<ServiceTier>, D::Error> {
    let text = Option::<&serde_json::value::RawValue>::deserialize(value)?;
    let text = text.and_then(|text| serde_json::from_str::<Cow<'_, str>>(text.get()).ok());
    Ok(text.and_then(|text| service_tier(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Usage> {
        serde_json::from_str::<ReportedUsage>(json).expect("JSON").whole(None)
    }

    #[test]
    fn details_are_read_in_openais_and_in_anthropics_words() {
        let tokens = read(
            r#"{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":40,"audio_tokens":7},
                "completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":2}}"#,
        );
        let parts = Parts { cached_input: 40, cache_write: 0, audio_input: 7, reasoning: 30, audio_output: 2 };
        assert_eq!(tokens.map(|usage| usage.tokens), Some(Tokens { input: 100, output: 50, parts }));
        let anthropic = read(
            r#"{"prompt_tokens":100,"completion_tokens":5,"cache_creation_input_tokens":60,"cache_read_input_tokens":30}"#,
        );
        let parts = anthropic.expect("whole").tokens.parts;
        assert_eq!((parts.cached_input, parts.cache_write), (30, 60));
    }

    #[test]
    fn details_that_exceed_their_totals_are_cut() {
        let usage = read(
            r#"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":18446744073709551615},
                "cache_creation_input_tokens":7,"completion_tokens_details":{"reasoning_tokens":9,"audio_tokens":9}}"#,
        );
        let parts = Parts { cached_input: 10, cache_write: 0, audio_input: 0, reasoning: 5, audio_output: 0 };
        assert_eq!(usage.map(|usage| usage.tokens.parts), Some(parts));
    }

    #[test]
    fn half_a_report_is_none_and_strange_details_are_no_details() {
        assert_eq!(read(r#"{"prompt_tokens":10}"#), None);
        let strange = r#"{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":[],
            "completion_tokens_details":{"reasoning_tokens":-1},"cache_read_input_tokens":"3"}"#;
        assert_eq!(read(strange).map(|usage| usage.tokens), Some(Tokens::plain(1, 2)));
    }
}
