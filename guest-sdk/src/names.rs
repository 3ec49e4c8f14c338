//! Names that the interface carries as strings, since their sets will grow: compare with these constants rather than
//! with literals.

macro_rules! names {
    ($($(#[$about:meta])* $module:ident { $($(#[$doc:meta])* $name:ident = $value:literal),+ $(,)? })+) => {$(
        $(#[$about])*
        pub mod $module {
            $($(#[$doc])* pub const $name: &str = $value;)+
            /// All of them.
            pub const ALL: &[&str] = &[$($value),+];
        }
    )+};
}

names! {
    /// What went wrong with an attempt: `Failure::kind`.
    failure_kind {
        /// The provider's name did not resolve.
        DNS = "dns",
        /// The provider refused the connection.
        CONNECT_REFUSED = "connect-refused",
        /// The connection did not stand in time.
        CONNECT_TIMEOUT = "connect-timeout",
        /// The connection failed in another way.
        CONNECT_FAILED = "connect-failed",
        /// The TLS handshake failed.
        TLS = "tls",
        /// The connection was reset.
        RESET = "reset",
        /// The provider refused the HTTP/2 stream, and so did nothing.
        REFUSED_STREAM = "refused-stream",
        /// The provider closed the HTTP/2 connection before it took the request, and so did nothing.
        GONE_AWAY = "gone-away",
        /// No response's head in time.
        FIRST_BYTE_TIMEOUT = "first-byte-timeout",
        /// No first token in time.
        FIRST_TOKEN_TIMEOUT = "first-token-timeout",
        /// The stream fell silent.
        IDLE_TIMEOUT = "idle-timeout",
        /// The whole attempt took too long.
        TOTAL_TIMEOUT = "total-timeout",
        /// The answer ended before its end.
        CUT = "cut",
        /// The answer is not what the dialect says.
        GARBLED = "garbled",
        /// The answer has another content type than was asked for.
        WRONG_CONTENT_TYPE = "wrong-content-type",
        /// The answer holds nothing.
        EMPTY = "empty",
        /// The provider reported an error inside the stream.
        STREAM_ERROR = "stream-error",
        /// Too many requests.
        RATE_LIMITED = "rate-limited",
        /// The account at the provider has no money or quota left.
        QUOTA_EXHAUSTED = "quota-exhausted",
        /// The provider has too much to do.
        OVERLOADED = "overloaded",
        /// The provider is broken: a 5xx.
        SERVER_ERROR = "server-error",
        /// The input and the output do not fit the model's context window.
        CONTEXT_LENGTH = "context-length",
        /// The provider refuses the content.
        CONTENT_POLICY = "content-policy",
        /// The request is malformed.
        INVALID_REQUEST = "invalid-request",
        /// The provider does not accept the credential.
        INVALID_KEY = "invalid-key",
        /// The credential may not do this.
        PERMISSION = "permission",
        /// The provider does not have the model.
        UNKNOWN_MODEL = "unknown-model",
        /// The model or the provider cannot do what the request needs.
        UNSUPPORTED = "unsupported",
        /// The provider's address leads nowhere.
        NOT_FOUND = "not-found",
        /// The request has too many bytes.
        TOO_LARGE = "too-large",
        /// The target's retry budget allowed no retry: nothing was sent.
        RETRY_BUDGET = "retry-budget",
        /// The target does not continue an answer that has begun.
        PREFILL_REFUSED = "prefill-refused",
        /// What came to continue a stream disagrees with what the caller has seen.
        RESUME_MISMATCH = "resume-mismatch",
        /// A status that means none of the above.
        UNEXPECTED_STATUS = "unexpected-status",
    }

    /// How far an attempt had come when it failed: `Failure::phase`.
    phase {
        /// Connecting.
        CONNECT = "connect",
        /// Waiting for the response's head.
        HEAD = "head",
        /// Waiting for the first token.
        FIRST_TOKEN = "first-token",
        /// Within the stream.
        STREAM = "stream",
        /// Reading an unstreamed answer.
        BODY = "body",
    }

    /// Whose fault a failure is: `Failure::fault`.
    fault {
        /// The caller's: the request is wrong.
        CALLER = "caller",
        /// The operator's: the gateway's config or credential is wrong.
        OPERATOR = "operator",
        /// The provider's.
        PROVIDER = "provider",
    }

    /// Whether the provider may have done, and billed, the work: `Failure::processed`.
    processed {
        /// Certainly not.
        NO = "no",
        /// Perhaps.
        MAYBE = "maybe",
        /// Certainly.
        YES = "yes",
    }

    /// What the delivered part of an attempt holds: `Attempt::content`.
    content {
        /// Nothing.
        EMPTY = "empty",
        /// Text.
        TEXT = "text",
        /// Tool calls.
        TOOLS = "tools",
        /// Both.
        MIXED = "mixed",
    }

    /// What a target can do and a request may need.
    feature {
        /// Calling tools.
        TOOLS = "tools",
        /// Images as input.
        VISION = "vision",
        /// Answers that follow a JSON schema.
        JSON_SCHEMA = "json-schema",
        /// Sound as input.
        AUDIO = "audio",
        /// Continuing an answer that has begun.
        PREFILL = "prefill",
    }

    /// What a budget is for: `Budget::scope`.
    scope {
        /// A tenant.
        TENANT = "tenant",
        /// An API key.
        KEY = "key",
        /// A route.
        ROUTE = "route",
        /// A traffic class.
        CLASS = "class",
    }

    /// When a budget begins anew: `Budget::period`.
    period {
        /// Daily.
        DAY = "day",
        /// Monthly.
        MONTH = "month",
        /// Never: it is a balance that is topped up.
        PREPAID = "prepaid",
    }

    /// Traffic classes.
    class {
        /// Somebody or something important waits: support chat, checkout, live agents.
        CRITICAL = "critical",
        /// Somebody waits: summaries, titles, recommendations.
        INTERACTIVE = "interactive",
        /// Nobody waits: triage, labelling, clean-up.
        INTERNAL = "internal",
        /// Long work that may wait itself.
        BATCH = "batch",
        /// Tests, prompt tuning, staging: a failure is a result.
        EXPERIMENT = "experiment",
    }

    /// Who says that an attribute is so: `Attribute::source`. All but the caller can be trusted.
    source {
        /// The caller, who may claim anything.
        CALLER = "caller",
        /// The config of the API key.
        KEY = "key",
        /// The config of the route.
        ROUTE = "route",
        /// The gateway itself.
        HOST = "host",
    }

    /// Names of attributes. Those that begin with `fingerpost.` are the gateway's own: only it sets them.
    attribute {
        /// The id of the target that the request means to use, as its first decision said. See [`crate::Facts::intended`].
        INTENDED = "fingerpost.intended",
        /// The id of a target that is left alone since it asked for it; once for each. See [`crate::Facts::why_cooling`].
        RESTING = "fingerpost.resting",
        /// The id of a target that works again and takes its load back bit by bit; once for each. See
        /// [`crate::Facts::why_cooling`].
        RECOVERING = "fingerpost.recovering",
        /// `none`: the route, the key or the tenant is kept from any fallback. See [`crate::Facts::is_kept_from_fallback`].
        FALLBACK = "fingerpost.fallback",
        /// The product feature that asks.
        FEATURE = "feature",
        /// The application that asks.
        APPLICATION = "application",
        /// The workflow or assistant that asks.
        WORKFLOW = "workflow",
        /// The language of the conversation.
        LANGUAGE = "language",
        /// `production`, `staging` or `batch`.
        ENVIRONMENT = "environment",
        /// The conversation that the request belongs to.
        SESSION = "session",
        /// What the caller will pay for the request, in nano-USD.
        MAX_COST = "max-cost",
        /// How soon the caller wants the first token, in milliseconds.
        LATENCY_TARGET = "latency-target",
        /// The quota tier of the key.
        QUOTA_TIER = "quota-tier",
        /// Why the request must not be served by a lesser model: `legal`, `medical`, `financial`, and so on.
        SENSITIVITY = "sensitivity",
    }

    /// Why the first choice did not serve: the cause of a fallback.
    cause {
        /// It was too slow.
        LATENCY = "latency",
        /// It failed.
        ERROR = "error",
        /// A budget of the gateway is short.
        BUDGET = "budget",
        /// The provider limits us.
        QUOTA = "quota",
        /// The policy wanted it so.
        POLICY = "policy",
    }

    /// Notes of an explanation that the gateway reads.
    note {
        /// Why a routing decision does not send to the intended target.
        CAUSE = "cause",
    }

    /// How a broken stream is continued.
    resume_how {
        /// The model continues the text that the caller has seen.
        PREFILL = "prefill",
        /// The model answers anew, and what matches the part that the caller has seen is dropped.
        MATCH = "match",
    }

    /// Codes of rejections.
    code {
        /// A budget is out.
        INSUFFICIENT_QUOTA = "insufficient_quota",
        /// A budget has less left than the request may cost.
        REQUEST_EXCEEDS_BUDGET = "request_exceeds_budget",
        /// No target can take the request now.
        NO_TARGET_AVAILABLE = "no_target_available",
        /// The boundaries of the tenant or the key allow no target of the route.
        NO_ALLOWED_TARGET = "no_allowed_target",
    }
}
