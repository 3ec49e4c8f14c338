//! What names a route's sessions, and how long one lasts. Who keeps them is `session.rs`.

use std::time::Duration;

/// How a route's sessions are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionNaming {
    /// Where the name may stand; the first place that holds one counts. Empty: the route has no sessions.
    pub from: Vec<SessionSource>,
    /// How long a session lasts after its last request.
    pub idle: Duration,
}

/// Where the name of a session may stand in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SessionSource {
    /// The header `x-fingerpost-session`.
    Header,
    /// `metadata.session` of the body.
    Metadata,
    /// `prompt_cache_key` of the body.
    PromptCacheKey,
    /// `conversation` of the body: a string, or an object with an `id`.
    Conversation,
}
