//! Which settings there are: for each table of the file, where it may stand and the settings that it knows. The reader
//! refuses all others, and the tests hold `docs/config.md` against this list.

/// A table of settings.
pub(crate) struct Shape {
    /// Where it may stand, as the documentation heads it; capitals stand for a name.
    pub(crate) places: &'static [&'static str],
    /// The settings that it knows.
    pub(crate) fields: &'static [&'static str],
    /// How it is written, for a hint.
    pub(crate) example: &'static str,
}

/// Declares the shapes and the list of all of them, so that none is forgotten there.
macro_rules! shapes {
    ($($name:ident: [$($place:literal),+] [$($field:literal),+] $example:literal;)+) => {
        $(pub(super) static $name: Shape = Shape { places: &[$($place),+], fields: &[$($field),+], example: $example };)+
        /// Every shape.
        #[cfg(test)]
        pub(super) static ALL: &[&Shape] = &[$(&$name),+];
    };
}

shapes! {
    ROOT: ["fingerpost.toml"]
        ["tiers", "server", "admin", "data", "upstream", "engine", "health", "answers", "decision_log", "access_log", "providers", "targets", "routes",
         "classes", "tenants", "keys", "budgets", "webhooks", "queues", "prices", "charging", "registries"]
        "[server]";
    SERVER: ["server"]
        ["listen", "tls", "max_body", "max_answer", "max_connections", "head_timeout", "keep_alive", "write_timeout",
         "heartbeat", "drain", "budget_wait"]
        "[server]";
    TLS: ["server.tls"] ["certificate", "key"] r#"tls = { certificate = "chain.pem", key = "key.pem" }"#;
    ADMIN: ["admin"] ["listen", "open_metrics"] "[admin]";
    DATA: ["data"] ["dir", "keep", "sync"] "[data]";
    UPSTREAM: ["upstream"] ["ca"] "[upstream]";
    ENGINE: ["engine"]
        ["fuel", "wall_clock", "memory", "output", "log_lines", "log_lines_per_second", "component", "admission_time",
         "admission_memory", "decisions_in_flight", "failures_until_set_aside"]
        "[engine]";
    HEALTH: ["health"]
        ["failures_in_a_row", "failure_rate", "samples", "memory", "first_cool_down", "longest_cool_down",
         "refused_cool_down", "ramp"]
        "[health]";
    ANSWERS: ["answers"] ["max_entries", "max_bytes", "max_answer", "idempotency_ttl"] "[answers]";
    DECISION_LOG: ["decision_log"] ["enabled", "max_size", "keep", "redact"] "[decision_log]";
    ACCESS_LOG: ["access_log"] ["format", "file"] "[access_log]";
    PROVIDER: ["providers.NAME"]
        ["kind", "base_url", "credential", "region", "terms", "on_cancel", "first_token", "per_token", "seed"]
        "[providers.openai]";
    CREDENTIAL: ["providers.NAME.credential", "webhooks.NAME.secret", "registries.HOST.password"] ["env", "file"] r#"credential = { env = "OPENAI_API_KEY" }"#;
    TARGET: ["targets.ID"]
        ["provider", "model", "tier", "context_window", "max_output_tokens", "features", "price", "catalog", "tokenizer",
         "hidden_tokens", "slice", "max_in_flight", "queue", "retry_budget", "stream_usage", "output_limit", "prefill"]
        "[targets.gpt-large]";
    PRICES: ["prices"] ["file", "unknown"] "[prices]";
    UNKNOWN_PRICE: ["prices.unknown"] ["input", "output"] r#"unknown = { input = "15.00", output = "75.00" }"#;
    CHARGING: ["charging", "tenants.NAME.charging"] ["failed_attempts", "markup"] r#"charging = { markup = "1.10" }"#;
    PRICE: ["targets.ID.price"]
        ["input", "output", "cached_input", "cache_write", "reasoning", "audio_input", "audio_output",
         "image", "request", "long_context", "batch", "priority"]
        r#"price = { input = "2.50", output = "10.00" }"#;
    TARIFF: ["targets.ID.price.batch", "targets.ID.price.priority"]
        ["input", "output", "cached_input", "cache_write", "reasoning", "audio_input", "audio_output",
         "long_context"]
        r#"batch = { input = "1.25", output = "5.00" }"#;
    LONG_CONTEXT: ["targets.ID.price.long_context", "targets.ID.price.batch.long_context",
                   "targets.ID.price.priority.long_context"]
        ["above", "input", "output", "cached_input", "cache_write", "reasoning", "audio_input", "audio_output"]
        r#"long_context = { above = 200_000, input = "5.00", output = "15.00" }"#;
    QUEUE: ["targets.ID.queue"] ["length", "timeout"] r#"queue = { length = 100, timeout = "2s" }"#;
    ROUTE: ["routes.NAME"]
        ["class", "targets", "policy", "routing", "fallback", "bounds", "limits", "on_policy_failure", "session",
         "cache", "default_answers", "adopt_retries", "disconnect_grace", "rate", "attributes",
         "default_max_output_tokens", "clamp", "queues", "async", "webhook", "sample", "rehearsal", "canary"]
        "[routes.support_draft]";
    REHEARSAL: ["routes.NAME.rehearsal"] ["decisions", "time"] "rehearsal = { decisions = 1_000 }";
    CANARY: ["routes.NAME.canary"]
        ["min_samples", "window", "rate_margin", "mean_margin", "webhook"]
        r#"canary = { min_samples = 100 }"#;
    SESSION: ["routes.NAME.session"] ["from", "idle"] r#"session = { from = ["header"], idle = "1h" }"#;
    CACHE: ["routes.NAME.cache"] ["ttl", "scope"] r#"cache = { ttl = "1h" }"#;
    DEFAULT_ANSWER: ["routes.NAME.default_answers.NAME"] ["text", "finish_reason"] r#"sorry = { text = "Sorry." }"#;
    RATE: ["tenants.NAME.rate", "keys.NAME.rate", "routes.NAME.rate"]
        ["requests", "tokens", "concurrent"]
        "rate = { requests = 600 }";
    POLICY: ["routes.NAME.policy"]
        ["source", "name", "path", "reference", "bootstrap", "config", "trusted_keys"]
        r#"policy = { source = "builtin", name = "tiered" }"#;
    BOOTSTRAP: ["routes.NAME.policy.bootstrap"]
        ["source", "name", "path", "reference"]
        r#"bootstrap = { source = "builtin", name = "tiered" }"#;
    BOUNDS: ["routes.NAME.bounds"]
        ["max_attempts", "max_same_target", "deadline", "worst_tier", "max_cost", "max_cost_multiple", "downgrade",
         "upgrade", "may_reclassify_to", "min_output_tokens",
         "may_defer"]
        "[routes.support_draft.bounds]";
    LIMITS: ["routes.NAME.limits"]
        ["connect", "first_byte", "first_token", "idle", "content_idle", "total"]
        "[routes.support_draft.limits]";
    ON_POLICY_FAILURE: ["routes.NAME.on_policy_failure"]
        ["action", "targets"]
        r#"on_policy_failure = { action = "error" }"#;
    CLASS: ["classes.CLASS"] ["bounds"] "[classes.critical]";
    NARROWED: ["classes.CLASS.bounds", "keys.NAME.bounds"]
        ["max_attempts", "max_same_target", "deadline", "worst_tier", "max_cost", "max_cost_multiple", "downgrade",
         "upgrade", "may_defer"]
        "[classes.critical.bounds]";
    TENANT: ["tenants.NAME"] ["plan", "fallback", "boundary", "charging", "rate", "time_zone", "webhooks"] "[tenants.acme]";
    KEY: ["keys.NAME"]
        ["tenant", "sha256", "default_route", "routes", "may_name_targets", "class", "fallback", "bounds", "boundary",
         "rate", "attributes", "async", "webhook", "webhooks", "quota_status", "show_amounts",
         "may_explain"]
        "[keys.acme-web]";
    BOUNDARY: ["tenants.NAME.boundary", "keys.NAME.boundary"]
        ["providers", "regions", "terms"]
        r#"boundary = { regions = ["eu"] }"#;
    DEFERRALS: ["queues.NAME"]
        ["concurrency", "tries", "ttl", "per_tenant", "review", "webhook"]
        "[queues.later]";
    BUDGET: ["budgets"]
        ["id", "scope", "period", "limit", "time_zone", "thresholds", "webhook"]
        "[[budgets]]";
    SCOPE: ["budgets.scope"] ["tenant", "key", "route", "class"] r#"scope = { tenant = "acme" }"#;
    REGISTRY: ["registries.HOST"]
        ["username", "password", "plain_http", "ca", "timeout"]
        "[registries.\"registry.example.com\"]";
    WEBHOOK: ["webhooks.NAME"] ["url", "secret", "allow_private"] "[webhooks.ops]";
}
