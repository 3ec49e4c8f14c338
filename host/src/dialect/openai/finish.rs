//! Why a choice has ended: OpenAI's words, and those that vendors put in their place. A word that nobody knows ends a choice
//! like any other; only what says failure is one.
//!
//! Sources, each the vendor's reference of its chat completions unless said otherwise: OpenAI (`stop`, `length`, `tool_calls`,
//! `content_filter`, `function_call`); Anthropic, "Handling stop reasons"; Google, `Candidate.FinishReason`, and what its
//! OpenAI endpoint makes of it (`content_filter: RECITATION`); Cohere, v1 and v2 chat; Mistral, `FinishReason`; Z.ai and
//! Zhipu (`sensitive`, `network_error`, `model_context_window_exceeded`); DeepSeek (`insufficient_system_resource`); Amazon
//! Bedrock, Converse, `stopReason`; IBM watsonx, text generation and chat, `stop_reason`; Hugging Face TGI (`eos_token`,
//! `stop_sequence`); Together (`eos`); vLLM (`abort`, `repetition`: vllm-project/vllm#57082, BerriAI/litellm#27101); Baidu Qianfan (`normal`).

use serde_json::value::RawValue;

/// What a finish reason says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The answer is over.
    Stop,
    /// A limit on its length ended it.
    Length,
    /// It goes on with what tools say.
    ToolCalls,
    /// The same in OpenAI's older form.
    FunctionCall,
    /// A filter ended it.
    ContentFilter,
    /// It failed.
    Failure,
    /// It is over for a reason that nobody here knows.
    Unknown,
}

/// What vendors say, in lower case, by what it means.
const WORDS: &[(Finish, &[&str])] = &[
    (
        Finish::Stop,
        &[
            "stop",
            "end_turn",
            "stop_sequence",
            "eos",
            "eos_token",
            "complete",
            "completed",
            "normal",
            "pause_turn",
            "repetition",
        ],
    ),
    (
        Finish::Length,
        &[
            "length",
            "max_tokens",
            "max_output_tokens",
            "model_length",
            "max_length",
            "model_context_window_exceeded",
            "token_limit",
            "time_limit",
            // Cohere: the answer reached the model's limit.
            "error_limit",
        ],
    ),
    (Finish::ToolCalls, &["tool_calls", "tool_call", "tool_use"]),
    (Finish::FunctionCall, &["function_call"]),
    (
        Finish::ContentFilter,
        &[
            "content_filter",
            "content_filtered",
            "guardrail_intervened",
            "refusal",
            "sensitive",
            "safety",
            "recitation",
            "language",
            "blocklist",
            "prohibited_content",
            "spii",
            "model_armor",
            "image_safety",
            "image_prohibited_content",
            "image_recitation",
            // Cohere: what was written was found toxic.
            "error_toxic",
        ],
    ),
    (
        Finish::Failure,
        &[
            "insufficient_system_resource",
            "malformed_function_call",
            "malformed_response",
            "malformed_model_output",
            "malformed_tool_use",
            "unexpected_tool_call",
            "user_cancel",
        ],
    ),
];

/// A word of a finish reason that says failure, whatever stands beside it: `internal_error`, `network_error`.
const FAILURES: &[&str] =
    &["error", "errors", "abort", "aborted", "failed", "failure", "cancelled", "canceled", "timeout", "exception"];

/// What stands for none: texts that some servers send in place of a null.
const NONE: &[&str] = &["", "null", "none", "nil", "undefined", "not_finished", "finish_reason_unspecified"];

impl Finish {
    /// Reads a `finish_reason` as it stands in JSON. None: the choice has not ended.
    #[must_use]
    pub(super) fn read(value: &RawValue) -> Option<Self> {
        match value.get() {
            // What nearly all chunks and answers say.
            "null" | "false" | "[]" | "{}" => None,
            "\"stop\"" => Some(Self::Stop),
            "\"tool_calls\"" => Some(Self::ToolCalls),
            json => match serde_json::from_str::<&str>(json) {
                Ok(word) => Self::from_word(word),
                Err(_) => {
                    serde_json::from_str::<String>(json).map_or(Some(Self::Unknown), |word| Self::from_word(&word))
                }
            },
        }
    }

    /// What a finish reason says. None: it stands for none.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        let known = |word: &str| WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(finish, _)| *finish);
        if NONE.contains(&&*word) {
            return None;
        }
        // Google's names in full, and its OpenAI endpoint, which puts its own reason behind OpenAI's.
        let short = word.strip_prefix("finish_reason_").unwrap_or(&word);
        let first = short.split(':').next().unwrap_or_default();
        let last = short.rsplit(":_").next().unwrap_or_default();
        let says_failure =
            || short.split(|byte: char| !byte.is_ascii_alphanumeric()).any(|part| FAILURES.contains(&part));
        let found = known(short).or_else(|| known(last)).or_else(|| known(first));
        Some(found.unwrap_or_else(|| if says_failure() { Self::Failure } else { Self::Unknown }))
    }

    /// OpenAI's word for it, as JSON; none for a failure and for what is unknown.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Stop => Some("\"stop\""),
            Self::Length => Some("\"length\""),
            Self::ToolCalls => Some("\"tool_calls\""),
            Self::FunctionCall => Some("\"function_call\""),
            Self::ContentFilter => Some("\"content_filter\""),
            Self::Failure | Self::Unknown => None,
        }
    }

    /// OpenAI's word, as JSON, where a vendor's like one stands.
    pub(super) fn in_place_of(self, vendors: &RawValue) -> Option<&'static str> {
        self.word().filter(|word| *word != vendors.get())
    }
}

/// Whether what stands for no finish reason would be one to clients, which go by what is true in their language.
pub(super) fn misleads(none: &RawValue) -> bool {
    !matches!(none.get(), "null" | "false" | "\"\"")
}

/// A finish reason as a text, at most 40 characters of it.
pub(super) fn shown(value: &RawValue) -> Box<str> {
    let text = serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned());
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_words_mean_what_openais_do() {
        for (word, finish) in [
            ("STOP", Finish::Stop),
            ("end_turn", Finish::Stop),
            ("COMPLETE", Finish::Stop),
            ("MAX_TOKENS", Finish::Length),
            ("model_length", Finish::Length),
            ("TOOL_CALL", Finish::ToolCalls),
            ("sensitive", Finish::ContentFilter),
            ("FINISH_REASON_SAFETY", Finish::ContentFilter),
            ("content_filter: RECITATION", Finish::ContentFilter),
            ("function_call_filter: MALFORMED_FUNCTION_CALL", Finish::Failure),
            ("insufficient_system_resource", Finish::Failure),
        ] {
            assert_eq!(Finish::from_word(word), Some(finish), "{word}");
        }
    }

    #[test]
    fn failures_are_known_by_what_they_say_and_the_rest_is_unknown() {
        for word in ["error", "abort", "network_error", "ERROR", "upstream-error", "error: connection lost", "TIMEOUT"]
        {
            assert_eq!(Finish::from_word(word), Some(Finish::Failure), "{word}");
        }
        for word in ["who knows", "terror", "errorless", "OTHER", "7"] {
            assert_eq!(Finish::from_word(word), Some(Finish::Unknown), "{word}");
        }
    }

    #[test]
    fn what_stands_for_none_is_none_and_what_is_no_text_is_unknown() {
        let read = |json: &str| Finish::read(serde_json::from_str(json).expect("JSON"));
        for none in ["null", "\"\"", "\"null\"", "\"None\"", "\" \"", "false", "\"\\u006eull\""] {
            assert_eq!(read(none), None, "{none}");
        }
        for odd in ["7", "true", "{\"type\":\"stop\"}"] {
            assert_eq!(read(odd), Some(Finish::Unknown), "{odd}");
        }
    }
}
