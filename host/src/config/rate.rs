//! How much may be asked for in a minute. Who counts is `limits.rs`.

use std::num::NonZeroU32;

/// The rate limits of a key, a tenant or a route; each is none where it is not limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a minute.
    pub requests: Option<NonZeroU32>,
    /// Tokens in a minute, input and output together.
    pub tokens: Option<NonZeroU32>,
    /// Requests at once.
    pub concurrent: Option<NonZeroU32>,
}
