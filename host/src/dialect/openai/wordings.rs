//! The words and names by which providers tell why they refuse a request, as data, each with who says it so; behind them a
//! net for what nobody has written down. `tests/suite/wordings` holds the whole answers that they are taken from, with
//! their sources, and tests both against them.

use crate::outcome::Kind;

/// Names of errors: codes, types, statuses, reasons. The first row that matches counts.
pub(super) const NAMES: [(Kind, &[&str]); 10] = [
    (
        Kind::ContextLength,
        &[
            // OpenAI, Groq, DeepSeek and most others.
            "context_length_exceeded",
            // llama.cpp's server; GitHub Copilot; GitHub Models; Mistral's and Glean's kin.
            "exceed_context_size_error",
            "model_max_prompt_tokens_exceeded",
            "tokens_limit_reached",
            "token_limit_exceeded",
            "context_window_exceeded",
            "contextwindowexceedederror",
            "context_exceeded",
            "max_context_length_exceeded",
            "prompt_too_long",
            "request_too_many_tokens",
            // Z.ai.
            "1261",
        ],
    ),
    (
        Kind::ContentPolicy,
        &[
            // OpenAI; Azure OpenAI; Moonshot.
            "content_filter",
            "content_policy_violation",
            "responsibleaipolicyviolation",
            "invalid_prompt",
            "moderation_blocked",
            // Alibaba's DashScope; Z.ai; Google.
            "data_inspection_failed",
            "datainspectionfailed",
            "1301",
            "prohibited_content",
        ],
    ),
    (
        Kind::QuotaExhausted,
        &[
            // OpenAI; Anthropic; Moonshot; DashScope; Z.ai; OpenRouter and others.
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_not_active",
            "billing_error",
            "exceeded_current_quota_error",
            "arrearage",
            "1113",
            "insufficient_balance",
            "insufficient_credits",
            "insufficient_funds",
            "payment_required",
            "credits_exhausted",
            "allocationquota.freetieronly",
        ],
    ),
    (
        Kind::InvalidKey,
        &[
            // OpenAI; Anthropic; Moonshot; Google's `ErrorInfo` and status; AWS; DashScope; Mistral and others.
            "invalid_api_key",
            "authentication_error",
            "invalid_authentication_error",
            "incorrect_api_key_error",
            "api_key_invalid",
            "access_token_expired",
            "unauthenticated",
            "unrecognizedclientexception",
            "invalidsignatureexception",
            "incompletesignatureexception",
            "expiredtokenexception",
            "missingauthenticationtokenexception",
            "invalidapikey",
            "invalid_iam_token",
            "unauthorized",
            "wrong_api_key",
            "invalid_key",
        ],
    ),
    (
        Kind::Overloaded,
        &[
            // Anthropic; Moonshot; Google's status; AWS; DeepSeek and others.
            "overloaded_error",
            "overloaded",
            "engine_overloaded_error",
            "engine_overloaded",
            "server_overloaded",
            "unavailable",
            "service_unavailable",
            "service_unavailable_error",
            "serviceunavailable",
            "serviceunavailableexception",
            "modelnotreadyexception",
        ],
    ),
    (
        Kind::RateLimited,
        &[
            // OpenAI and Groq; Anthropic; Moonshot; Google's status; AWS; DashScope; Cerebras; Z.ai; Mistral.
            "rate_limit_exceeded",
            "rate_limit_error",
            "rate_limit_reached_error",
            "resource_exhausted",
            "rate_limited",
            "ratelimitreached",
            "throttlingexception",
            "throttling",
            "throttling.ratequota",
            "throttling.allocationquota",
            "limit_requests",
            "limit_burst_rate",
            "too_many_requests",
            "too_many_requests_error",
            "token_quota_exceeded",
            "request_quota_exceeded",
            "queue_exceeded",
            "1302",
            "1303",
        ],
    ),
    (
        Kind::UnknownModel,
        &[
            // OpenAI; Azure OpenAI; Mistral; Groq; Z.ai; GitHub Models.
            "model_not_found",
            "deploymentnotfound",
            "invalid_model",
            "model_decommissioned",
            "model_not_available",
            "modelnotfound",
            "1211",
            "unknown_model",
        ],
    ),
    (
        Kind::Permission,
        &[
            // Anthropic; Google's status; AWS; OpenAI; Groq.
            "permission_error",
            "permission_denied",
            "permission_denied_error",
            "accessdeniedexception",
            "unsupported_country_region_territory",
            "model_terms_required",
        ],
    ),
    (Kind::TooLarge, &["request_too_large"]),
    (Kind::Unsupported, &["unsupported_parameter", "unsupported_value"]),
];

/// Words: all of the parts have to be there.
pub(super) struct Wording {
    /// Who says so.
    #[allow(dead_code, reason = "it is for the reader")]
    of: &'static str,
    parts: &'static [&'static str],
}

impl Wording {
    /// Whether a message in lower case has it.
    pub(super) fn is_in(&self, message: &str) -> bool {
        self.parts.iter().all(|part| message.contains(part))
    }
}

const fn by(of: &'static str, parts: &'static [&'static str]) -> Wording {
    Wording { of, parts }
}

pub(super) const QUOTA: &[Wording] = &[
    by("Anthropic", &["credit balance is too low"]),
    by("xAI", &["used all available credits"]),
    by("xAI", &["run out of credits"]),
    by("xAI, OpenAI", &["spending limit"]),
    by("OpenRouter", &["insufficient credits"]),
    by("OpenRouter", &["requires more credits"]),
    by("DeepSeek, Moonshot, Z.ai", &["insufficient balance"]),
    by("Together, Fireworks", &["credit limit exceeded"]),
    by("Google", &["credits are depleted"]),
    by("Google", &["enable billing"]),
    by("Google", &["billing to be enabled"]),
    by("Google", &["billing", "disabled"]),
    by("Hugging Face", &["exceeded your monthly included credits"]),
    by("Hugging Face", &["depleted your monthly"]),
    by("DashScope", &["make sure your account is in good standing"]),
    by("OpenAI", &["account is not active", "billing"]),
    by("Moonshot", &["account", "suspended", "balance"]),
    by("Z.ai", &["余额不足"]),
    by("DashScope, Volcengine", &["欠费"]),
    by("MiniMax", &["insufficient_balance"]),
    by("Perplexity", &["insufficient", "api credits"]),
];

pub(super) const KEY: &[Wording] = &[
    by("OpenAI, xAI", &["incorrect api key"]),
    by("Google", &["api key not valid"]),
    by("Google", &["api key not found"]),
    by("Google", &["api key expired"]),
    by("Google", &["api key", "leaked"]),
    by("Google", &["missing or invalid authorization header"]),
    by("Groq, Perplexity, Together, Cohere", &["invalid api key"]),
    by("DashScope, Fireworks", &["invalid api-key"]),
    by("Cohere", &["invalid api token"]),
    by("Cerebras", &["wrong api key"]),
    by("Azure OpenAI", &["invalid subscription key"]),
    by("Anthropic", &["invalid x-api-key"]),
    by("Moonshot, OpenAI", &["invalid authentication"]),
    by("DeepSeek", &["authentication fails"]),
    by("OpenRouter", &["no auth credentials found"]),
    by("AWS", &["security token included in the request"]),
    by("xAI, NVIDIA", &["api key", "is invalid"]),
    by("Hugging Face", &["invalid username or password"]),
    by("MiniMax", &["login fail"]),
    by("LiteLLM", &["authenticationerror"]),
];

pub(super) const POLICY: &[Wording] = &[
    by("OpenAI, OpenRouter", &["moderation"]),
    by("OpenRouter, OpenAI", &["flagged"]),
    by("OpenAI", &["content policy"]),
    by("OpenAI", &["rejected", "safety system"]),
    by("Azure OpenAI", &["content management policy"]),
    by("Anthropic", &["content filtering policy"]),
    by("DashScope", &["inappropriate content"]),
    by("DeepSeek", &["content exists risk"]),
    by("Moonshot", &["considered high risk"]),
    by("xAI", &["violates usage guidelines"]),
    by("Z.ai", &["敏感内容"]),
    by("MiniMax", &["new_sensitive"]),
    by("Google", &["prohibited content"]),
];

pub(super) const CONTEXT: &[Wording] = &[
    by("OpenAI, vLLM, DeepSeek, OpenRouter, SGLang", &["maximum context length"]),
    by("OpenAI", &["context window"]),
    by("Anthropic, Bedrock, Fireworks", &["prompt is too long"]),
    by("Anthropic", &["exceed context limit"]),
    by("Google", &["input token count"]),
    by("Google", &["input context is too long"]),
    by("xAI", &["maximum prompt length"]),
    by("SGLang", &["longer than the model's context length"]),
    by("SGLang", &["exceeds the maximum allowed length"]),
    by("SGLang, TensorRT-LLM", &["prompt length", "max_num_tokens"]),
    by("Bedrock", &["input is too long"]),
    by("Bedrock", &["too many input tokens"]),
    by("Bedrock", &["expected maxlength"]),
    by("Bedrock", &["exceeds the maximum number of input tokens"]),
    by("Groq, Cerebras, OpenAI", &["reduce the length of the messages"]),
    by("OpenAI", &["string too long", "].content'"]),
    by("Cohere", &["too many tokens", "prompt"]),
    by("Cohere", &["tokens in the prompt cannot exceed"]),
    by("Together, TGI", &["inputs` tokens + `max_new_tokens`"]),
    by("TGI", &["`inputs` must have less than"]),
    by("llama.cpp", &["exceeds the available context size"]),
    by("llama.cpp", &["input is too large to process"]),
    by("LM Studio", &["context the overflows"]),
    by("LM Studio", &["greater than the context length"]),
    by("LM Studio", &["provide a shorter input"]),
    by("Ollama", &["exceeds the context length"]),
    by("Ollama", &["exceeded max context length"]),
    by("Moonshot", &["exceeded model token limit"]),
    by("Z.ai", &["prompt exceeds max length"]),
    by("DashScope", &["range of input length should be"]),
    by("DashScope", &["input length", "exceed"]),
    by("MiniMax", &["context window exceeds limit"]),
    by("GitHub Copilot", &["prompt token count", "exceeds the limit"]),
    by("GitHub Models", &["request body too large for", "max size", "tokens"]),
    by("LiteLLM", &["contextwindowexceedederror"]),
    by("SGLang", &["requested token count exceeds"]),
    by("Chinese vendors", &["上下文长度"]),
    by("Chinese vendors", &["输入长度超"]),
];

pub(super) const PERMISSION: &[Wording] = &[
    by("Google", &["user location is not supported"]),
    by("OpenAI", &["country, region, or territory not supported"]),
    by("several", &["not available in your region"]),
    by("several", &["not available in your country"]),
];

pub(super) const MODEL: &[Wording] = &[
    by("OpenAI, vLLM, xAI", &["the model", "does not exist"]),
    by("DeepSeek", &["model not exist"]),
    by("Google", &["is not found for api version"]),
    by("Bedrock", &["model identifier is invalid"]),
    by("OpenRouter", &["not a valid model id"]),
    by("Ollama", &["model", "try pulling it first"]),
    by("Groq", &["model", "has been decommissioned"]),
    by("Mistral", &["invalid model"]),
    by("Together", &["unable to access", "model"]),
    by("several", &["model not found"]),
    by("several", &["no such model"]),
    by("several", &["unknown model"]),
    by("Z.ai", &["模型不存在"]),
];

/// The same, said with a 404.
pub(super) const MODEL_404: &[Wording] = &[
    by("several", &["model", "not exist"]),
    by("Cohere, Hugging Face", &["model", "not found"]),
    by("Anthropic", &["model: "]),
];

pub(super) const RATE: &[Wording] = &[
    by("OpenAI, Groq", &["tokens per min"]),
    by("OpenAI, Groq", &["requests per min"]),
    by("several", &["rate limit"]),
    by("several", &["rate-limit"]),
    by("Azure API management", &["out of call volume quota"]),
    by("AWS", &["please wait before trying again"]),
    by("several", &["too many requests"]),
];

pub(super) const OVERLOADED: &[Wording] =
    &[by("OpenAI, Moonshot, Google", &["overloaded"]), by("several", &["at capacity"])];

/// The net for a prompt that is too long, in words that nobody has written down.
pub(super) mod net {
    /// What needs nothing else.
    pub(in super::super) const PLAIN: [&str; 5] =
        ["prompt too long", "input too long", "prompt is too large", "messages too long", "messages are too long"];
    /// A length in tokens, or of the context.
    pub(in super::super) const LENGTHS: [&str; 17] = [
        "context length",
        "context size",
        "context limit",
        "context_length",
        "maximum context",
        "context exceed",
        "sequence length",
        "prompt length",
        "input length",
        "message length",
        "prompt token",
        "input token",
        "token limit",
        "token count",
        "number of tokens",
        "many tokens",
        "total tokens",
    ];
    /// That it is too much.
    pub(in super::super) const EXCESS: [&str; 16] = [
        "exceed",
        "too long",
        "longer than",
        "larger than",
        "greater than",
        "more than",
        "less than",
        "too large",
        "too many",
        "maximum",
        "at most",
        "reduce",
        "shorten",
        "over the",
        "overflow",
        "does not fit",
    ];
    /// What is about the answer, unless one of the next is there too.
    pub(in super::super) const OUTPUT: [&str; 7] = [
        "max_tokens",
        "max_completion_tokens",
        "max_new_tokens",
        "max_output_tokens",
        "maxoutputtokens",
        "output token",
        "completion token",
    ];
    /// What is about the prompt.
    pub(in super::super) const INPUT: [&str; 5] = ["prompt", "input", "messages", "context", "conversation"];
    /// What else of a request can be too large or too many.
    pub(in super::super) const OTHER: [&str; 13] = [
        "image",
        "audio",
        "video",
        "picture",
        "file",
        "attachment",
        "pdf",
        "number of messages",
        "too many messages",
        "tool",
        "function",
        "stop sequence",
        "schema",
    ];
}
