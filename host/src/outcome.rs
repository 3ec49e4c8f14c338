//! What became of an attempt that failed: its kind, whose fault it is, whether another try can help, what the caller is
//! told if nothing else serves (R12–R14). One table; `dialect/openai/failure.rs` finds the kind in a provider's answer.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use crate::error::ApiError;

/// What went wrong. The names are the interface's, and a policy may see new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it, and `docs/failures.md` explains each")]
pub enum Kind {
    Dns,
    ConnectRefused,
    ConnectTimeout,
    ConnectFailed,
    Tls,
    Reset,
    RefusedStream,
    GoneAway,
    FirstByteTimeout,
    FirstTokenTimeout,
    IdleTimeout,
    TotalTimeout,
    Cut,
    Garbled,
    WrongContentType,
    Empty,
    StreamError,
    RateLimited,
    QuotaExhausted,
    Overloaded,
    ServerError,
    ContextLength,
    ContentPolicy,
    InvalidRequest,
    InvalidKey,
    Permission,
    UnknownModel,
    Unsupported,
    NotFound,
    TooLarge,
    RetryBudget,
    PrefillRefused,
    ResumeMismatch,
    UnexpectedStatus,
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request cannot be served as it is.
    Caller,
    /// The gateway's account or config at the provider.
    Operator,
    /// The provider, or the network on the way.
    Provider,
}

/// Whether the provider may have done the work, and so may bill it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processed {
    /// It has not.
    No,
    /// Nobody knows.
    Maybe,
    /// It has begun to.
    Yes,
}

/// What follows from a kind.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    /// Its name in the interface, in metrics and in the ledger.
    pub name: &'static str,
    /// Whose fault it is.
    pub fault: Fault,
    /// Whether another try at the same target can help.
    pub same_target_ok: bool,
    /// Whether a try at another target can help.
    pub other_target_ok: bool,
    /// Whether the work may have been done.
    pub processed: Processed,
    /// Among several failures the caller is told of the one with the lowest rank.
    pub rank: u8,
}

impl Kind {
    /// Every kind, in the order of the table in the docs.
    pub const ALL: [Self; 34] = [
        Self::Dns,
        Self::ConnectRefused,
        Self::ConnectTimeout,
        Self::ConnectFailed,
        Self::Tls,
        Self::Reset,
        Self::RefusedStream,
        Self::GoneAway,
        Self::FirstByteTimeout,
        Self::FirstTokenTimeout,
        Self::IdleTimeout,
        Self::TotalTimeout,
        Self::Cut,
        Self::Garbled,
        Self::WrongContentType,
        Self::Empty,
        Self::StreamError,
        Self::RateLimited,
        Self::QuotaExhausted,
        Self::Overloaded,
        Self::ServerError,
        Self::ContextLength,
        Self::ContentPolicy,
        Self::InvalidRequest,
        Self::InvalidKey,
        Self::Permission,
        Self::UnknownModel,
        Self::Unsupported,
        Self::NotFound,
        Self::TooLarge,
        Self::RetryBudget,
        Self::PrefillRefused,
        Self::ResumeMismatch,
        Self::UnexpectedStatus,
    ];

    /// The table.
    #[must_use]
    #[rustfmt::skip]
    pub const fn traits(self) -> Traits {
        use Fault::{Caller, Operator, Provider};
        use Processed::{Maybe, No, Yes};
        let (name, fault, same_target_ok, other_target_ok, processed, rank) = match self {
            Self::Dns               => ("dns",                 Provider, true,  true,  No,    7),
            Self::ConnectRefused    => ("connect-refused",     Provider, true,  true,  No,    7),
            Self::ConnectTimeout    => ("connect-timeout",     Provider, true,  true,  No,    6),
            Self::ConnectFailed     => ("connect-failed",      Provider, true,  true,  No,    7),
            Self::Tls               => ("tls",                 Provider, true,  true,  No,    7),
            Self::Reset             => ("reset",               Provider, true,  true,  Maybe, 7),
            Self::RefusedStream     => ("refused-stream",      Provider, true,  true,  No,    7),
            Self::GoneAway          => ("gone-away",           Provider, true,  true,  No,    7),
            Self::FirstByteTimeout  => ("first-byte-timeout",  Provider, true,  true,  Maybe, 6),
            Self::FirstTokenTimeout => ("first-token-timeout", Provider, true,  true,  Maybe, 6),
            Self::IdleTimeout       => ("idle-timeout",        Provider, true,  true,  Yes,   6),
            Self::TotalTimeout      => ("total-timeout",       Provider, true,  true,  Maybe, 6),
            Self::Cut               => ("cut",                 Provider, true,  true,  Yes,   7),
            Self::Garbled           => ("garbled",             Provider, true,  true,  Yes,   7),
            Self::WrongContentType  => ("wrong-content-type",  Provider, true,  true,  Maybe, 7),
            Self::Empty             => ("empty",               Provider, true,  true,  Yes,   7),
            Self::StreamError       => ("stream-error",        Provider, true,  true,  Yes,   7),
            Self::RateLimited       => ("rate-limited",        Provider, true,  true,  No,    4),
            Self::QuotaExhausted    => ("quota-exhausted",     Operator, false, true,  No,    8),
            Self::Overloaded        => ("overloaded",          Provider, true,  true,  No,    5),
            Self::ServerError       => ("server-error",        Provider, true,  true,  Maybe, 7),
            Self::ContextLength     => ("context-length",      Caller,   false, true,  No,    2),
            Self::ContentPolicy     => ("content-policy",      Caller,   false, false, Maybe, 3),
            Self::InvalidRequest    => ("invalid-request",     Caller,   false, false, No,    1),
            Self::InvalidKey        => ("invalid-key",         Operator, false, true,  No,    8),
            Self::Permission        => ("permission",          Operator, false, true,  No,    8),
            Self::UnknownModel      => ("unknown-model",       Operator, false, true,  No,    8),
            Self::Unsupported       => ("unsupported",         Caller,   false, false, No,    1),
            Self::NotFound          => ("not-found",           Operator, false, true,  No,    8),
            Self::TooLarge          => ("too-large",           Caller,   false, false, No,    1),
            Self::RetryBudget       => ("retry-budget",        Provider, false, true,  No,    9),
            Self::PrefillRefused    => ("prefill-refused",     Provider, true,  true,  No,    9),
            Self::ResumeMismatch    => ("resume-mismatch",     Provider, false, true,  Yes,   9),
            Self::UnexpectedStatus  => ("unexpected-status",   Provider, false, true,  Maybe, 7),
        };
        Traits { name, fault, same_target_ok, other_target_ok, processed, rank }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.traits().name
    }

    /// Whether what the request says can be why, at a target that serves others: what one caller provokes must not take the
    /// target from all of them. What the transport and the status tell is not among them, nor are the caller's own faults,
    /// which never count.
    #[must_use]
    pub const fn can_be_provoked(self) -> bool {
        matches!(
            self,
            Self::Garbled
                | Self::WrongContentType
                | Self::Empty
                | Self::StreamError
                | Self::PrefillRefused
                | Self::ResumeMismatch
        )
    }
}

impl Fault {
    /// Its name in the interface.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Operator => "operator",
            Self::Provider => "provider",
        }
    }
}

impl Processed {
    /// Its name in the interface.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Yes => "yes",
        }
    }
}

/// How far an attempt had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No connection stood yet.
    Connect,
    /// The request was on its way or sent, no head had come.
    Head,
    /// The head had come, no token of a stream.
    FirstToken,
    /// Within a stream.
    Stream,
    /// Within the body of a plain answer.
    Body,
}

impl Phase {
    /// Its name in the interface.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Head => "head",
            Self::FirstToken => "first-token",
            Self::Stream => "stream",
            Self::Body => "body",
        }
    }
}

/// An attempt that failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What went wrong.
    pub kind: Kind,
    /// How far it had come.
    pub phase: Phase,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The provider's own code, where it is a plain token.
    pub code: Option<Box<str>>,
    /// How long the provider asks to be left alone.
    pub retry_after: Option<Duration>,
    /// What happened, for the ledger: it never reaches a policy or a caller.
    pub detail: Box<str>,
    /// The provider's own error body, which the caller gets where the fault is its own.
    pub original: Option<Bytes>,
}

impl Failure {
    /// A failure without an answer from the provider.
    pub fn new(kind: Kind, phase: Phase, detail: impl Into<Box<str>>) -> Self {
        Self { kind, phase, status: None, code: None, retry_after: None, detail: detail.into(), original: None }
    }

    /// What the caller is told when nothing else served.
    #[must_use]
    pub fn to_api_error(&self) -> ApiError {
        let traits = self.kind.traits();
        match traits.fault {
            Fault::Caller => self.callers_own(),
            Fault::Operator => ApiError::new(StatusCode::BAD_GATEWAY, "api_error", "upstream_account")
                .saying(
                    "The gateway's own account or configuration at the provider does not allow this request. \
                 Its operator has to mend that; another try will not help.",
                )
                .pointless_to_retry(),
            Fault::Provider => self.providers(traits.name),
        }
    }

    fn callers_own(&self) -> ApiError {
        // An error object may come with a 200, and must not reach the caller as one.
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.filter(StatusCode::is_client_error).unwrap_or(StatusCode::BAD_REQUEST);
        let code = match self.kind {
            Kind::ContextLength => "context_length_exceeded",
            Kind::ContentPolicy => "content_policy_violation",
            Kind::TooLarge => "request_too_large",
            _ => "invalid_request",
        };
        let mut error = ApiError::new(status, "invalid_request_error", code)
            .saying("The provider refused the request as it stands.")
            .pointless_to_retry();
        error.original.clone_from(&self.original);
        error
    }

    fn providers(&self, name: &'static str) -> ApiError {
        let (status, kind, message) = match self.kind {
            Kind::RateLimited => (
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_error",
                "Every provider that may serve this is rate limited.",
            ),
            Kind::Overloaded => (
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded_error",
                "Every provider that may serve this is overloaded.",
            ),
            Kind::ConnectTimeout => {
                (StatusCode::GATEWAY_TIMEOUT, "timeout_error", "No connection to the provider came about in time.")
            }
            Kind::Dns | Kind::ConnectRefused | Kind::ConnectFailed | Kind::Tls => {
                (StatusCode::BAD_GATEWAY, "api_error", "No connection to the provider came about.")
            }
            Kind::RetryBudget => (
                StatusCode::BAD_GATEWAY,
                "api_error",
                "The provider has had as many retries lately as it may have; nothing was sent.",
            ),
            Kind::FirstByteTimeout | Kind::FirstTokenTimeout | Kind::IdleTimeout | Kind::TotalTimeout => {
                (StatusCode::GATEWAY_TIMEOUT, "timeout_error", "The provider took too long to answer.")
            }
            _ => (StatusCode::BAD_GATEWAY, "api_error", "The provider failed before the answer was whole."),
        };
        ApiError::new(status, kind, name.replace('-', "_")).saying(message).retry_after(self.retry_after)
    }
}

/// The failure that tells the caller most: the lowest rank, among equals the earliest.
#[must_use]
pub fn most_telling<'a>(failures: impl IntoIterator<Item = &'a Failure>) -> Option<&'a Failure> {
    failures.into_iter().min_by_key(|failure| failure.kind.traits().rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_did_wrong_outranks_what_a_provider_did() {
        let failures = [Kind::Reset, Kind::RateLimited, Kind::ContextLength, Kind::ContextLength]
            .map(|kind| Failure::new(kind, Phase::Head, kind.as_str()));
        let telling = most_telling(&failures).expect("one");
        assert!(std::ptr::eq(telling, &failures[2]));
    }

    #[test]
    fn a_failure_that_no_other_target_may_answer_is_always_the_callers() {
        for kind in Kind::ALL {
            let traits = kind.traits();
            assert!(traits.other_target_ok || traits.fault == Fault::Caller, "{}", traits.name);
            assert!(traits.fault == Fault::Provider || !traits.same_target_ok, "{}", traits.name);
        }
    }

    #[test]
    fn the_operators_fault_never_looks_like_the_callers_own_key() {
        let mut failure = Failure::new(Kind::InvalidKey, Phase::Head, "401");
        failure.original = Some(Bytes::from_static(b"your key sk-123 is wrong"));
        let error = failure.to_api_error();
        assert_eq!((error.status.as_u16(), &*error.code), (502, "upstream_account"));
        assert!(error.original.is_none());
    }
}
