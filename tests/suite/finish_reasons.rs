//! What providers really write for the reason why an answer ended, each with where it is documented or was reported, and
//! what the gateway makes of it.

use fingerpost::dialect::openai::finish::Finish;

/// A provider, where its words stand, and what each of them means.
struct Words {
    provider: &'static str,
    source: &'static str,
    words: &'static [(&'static str, Finish)],
}

use Finish::{ContentFilter, Failure, FunctionCall, Length, Stop, ToolCalls, Unknown};

const TABLE: &[Words] = &[
    Words {
        provider: "OpenAI",
        source: "https://platform.openai.com/docs/api-reference/chat/object",
        words: &[
            ("stop", Stop),
            ("length", Length),
            ("tool_calls", ToolCalls),
            ("content_filter", ContentFilter),
            ("function_call", FunctionCall),
        ],
    },
    Words {
        provider: "Anthropic",
        source: "https://docs.anthropic.com/en/api/handling-stop-reasons",
        words: &[
            ("end_turn", Stop),
            ("stop_sequence", Stop),
            ("pause_turn", Stop),
            ("max_tokens", Length),
            ("model_context_window_exceeded", Length),
            ("tool_use", ToolCalls),
            ("refusal", ContentFilter),
        ],
    },
    Words {
        provider: "Google",
        source: "https://ai.google.dev/api/generate-content#FinishReason, https://github.com/mozilla-ai/any-llm/pull/1202",
        words: &[
            ("STOP", Stop),
            ("MAX_TOKENS", Length),
            ("SAFETY", ContentFilter),
            ("RECITATION", ContentFilter),
            ("BLOCKLIST", ContentFilter),
            ("PROHIBITED_CONTENT", ContentFilter),
            ("SPII", ContentFilter),
            ("IMAGE_SAFETY", ContentFilter),
            ("content_filter: PROHIBITED_CONTENT", ContentFilter),
            ("MALFORMED_FUNCTION_CALL", Failure),
            ("function_call_filter: MALFORMED_FUNCTION_CALL", Failure),
            ("UNEXPECTED_TOOL_CALL", Failure),
            ("OTHER", Unknown),
        ],
    },
    Words {
        provider: "Mistral",
        source: "https://docs.mistral.ai/api/#operation/createChatCompletion",
        words: &[
            ("stop", Stop),
            ("length", Length),
            ("model_length", Length),
            ("tool_calls", ToolCalls),
            ("error", Failure),
        ],
    },
    Words {
        provider: "Cohere",
        source: "https://docs.cohere.com/reference/chat, https://docs.cohere.com/v1/reference/chat",
        words: &[
            ("COMPLETE", Stop),
            ("STOP_SEQUENCE", Stop),
            ("MAX_TOKENS", Length),
            ("ERROR_LIMIT", Length),
            ("TOOL_CALL", ToolCalls),
            ("ERROR_TOXIC", ContentFilter),
            ("ERROR", Failure),
            ("TIMEOUT", Failure),
            ("USER_CANCEL", Failure),
        ],
    },
    Words {
        provider: "DeepSeek",
        source: "https://api-docs.deepseek.com/api/create-chat-completion",
        words: &[
            ("stop", Stop),
            ("length", Length),
            ("content_filter", ContentFilter),
            ("tool_calls", ToolCalls),
            ("insufficient_system_resource", Failure),
        ],
    },
    Words {
        provider: "Z.ai and Zhipu",
        source: "https://docs.z.ai/api-reference/llm/chat-completion, https://github.com/anomalyco/opencode/issues/18813",
        words: &[
            ("stop", Stop),
            ("length", Length),
            ("model_context_window_exceeded", Length),
            ("tool_calls", ToolCalls),
            ("sensitive", ContentFilter),
            ("network_error", Failure),
        ],
    },
    Words {
        provider: "Amazon Bedrock",
        source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html",
        words: &[
            ("end_turn", Stop),
            ("stop_sequence", Stop),
            ("max_tokens", Length),
            ("model_context_window_exceeded", Length),
            ("tool_use", ToolCalls),
            ("guardrail_intervened", ContentFilter),
            ("content_filtered", ContentFilter),
            ("malformed_model_output", Failure),
            ("malformed_tool_use", Failure),
        ],
    },
    Words {
        provider: "IBM watsonx",
        source: "https://ibm.github.io/watsonx-ai-node-sdk/enums/1_7_x.WatsonXAI.TextChatResultChoice.Constants.FinishReason.html",
        words: &[
            ("eos_token", Stop),
            ("stop_sequence", Stop),
            ("max_tokens", Length),
            ("token_limit", Length),
            ("time_limit", Length),
            ("cancelled", Failure),
            ("error", Failure),
        ],
    },
    Words {
        provider: "vLLM",
        source: "https://github.com/vllm-project/vllm/issues/57082, https://github.com/BerriAI/litellm/pull/27101",
        words: &[
            ("stop", Stop),
            ("length", Length),
            ("tool_calls", ToolCalls),
            ("repetition", Stop),
            ("abort", Failure),
            ("error", Failure),
        ],
    },
    Words {
        provider: "Hugging Face TGI",
        source: "https://huggingface.co/docs/text-generation-inference/basic_tutorials/consuming_tgi",
        words: &[("eos_token", Stop), ("stop_sequence", Stop), ("length", Length), ("stop", Stop)],
    },
    Words {
        provider: "Together",
        source: "https://docs.together.ai/reference/chat-completions, https://github.com/togethercomputer/together-python/pull/153",
        words: &[
            ("eos", Stop),
            ("stop", Stop),
            ("length", Length),
            ("tool_calls", ToolCalls),
            ("function_call", FunctionCall),
            ("error", Failure),
        ],
    },
    Words {
        provider: "OpenRouter",
        source: "https://openrouter.ai/docs/api-reference/overview#finish-reason",
        words: &[
            ("stop", Stop),
            ("length", Length),
            ("tool_calls", ToolCalls),
            ("content_filter", ContentFilter),
            ("error", Failure),
        ],
    },
];

#[test]
fn the_finish_reasons_of_every_provider_mean_what_their_documentation_says() {
    assert!(TABLE.len() >= 10);
    for Words { provider, source, words } in TABLE {
        assert!(words.len() >= 4 && source.starts_with("https://"), "{provider}");
        for (word, finish) in *words {
            assert_eq!(Finish::from_word(word), Some(*finish), "{provider}: {word}");
        }
    }
}

#[test]
fn what_stands_for_no_finish_reason_is_none() {
    // What servers send that write an absent value as a text; watsonx and Google for an answer that goes on.
    for word in ["", "null", "None", "NULL", "not_finished", "FINISH_REASON_UNSPECIFIED"] {
        assert_eq!(Finish::from_word(word), None, "{word}");
    }
}
