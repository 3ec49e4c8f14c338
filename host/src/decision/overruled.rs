//! Why an answer of a policy is not carried out. `docs/failures.md` has the same list.

/// Why an answer is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Overruled {
    #[error("the policy named a target that the route does not have")]
    UnknownTarget,
    #[error("the boundaries of the tenant and the key exclude the target")]
    OutOfBoundary,
    #[error("the route, the key or the tenant is kept from any fallback")]
    FallbackNotAllowed,
    #[error("the target is below the quality floor")]
    BelowQualityFloor,
    #[error("the target is of a worse tier than the intended one, and downgrades are not allowed")]
    DowngradeNotAllowed,
    #[error("the target is of a better tier than the intended one, and upgrades are not allowed")]
    UpgradeNotAllowed,
    #[error("the target's estimated cost exceeds the allowed multiple of the intended one's")]
    CostMultiple,
    #[error("the request would exceed its maximum cost")]
    CostCeiling,
    #[error("the limit on output is below the route's minimum")]
    BelowMinimumOutput,
    #[error("the maximum of attempts is reached")]
    AttemptsExhausted,
    #[error("the maximum of attempts at this target is reached")]
    SameTargetExhausted,
    #[error("this target cannot serve the request, however often it is tried")]
    NotRetryable,
    #[error("no other target may answer what was refused")]
    NoOtherTarget,
    #[error("the request has not that much time left")]
    WaitTooLong,
    #[error("a part of the answer has reached the caller, so no other may take its place")]
    AfterCommit,
    #[error("the status of a rejection must lie between 400 and 599")]
    BadStatus,
    #[error("a rule, cause, code or mark is no token")]
    BadToken,
    #[error("the request may not be moved to that class")]
    ClassNotAllowed,
    #[error("nobody but the caller's tenant may pay")]
    PayerNotAllowed,
    #[error("there is no such attempt")]
    UnknownAttempt,
    #[error("there is no such queue, or the route may not defer")]
    CannotDefer,
    #[error("the request could not go on before it is given up")]
    DeferredTooLong,
    #[error("there is no such stored or prepared answer")]
    NoAnswer,
    #[error("the stream cannot be resumed in this way, or not there")]
    CannotResume,
    #[error("another model than the one that began may only go on where the policy says so")]
    OtherModel,
}

impl Overruled {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::UnknownTarget,
        Self::OutOfBoundary,
        Self::FallbackNotAllowed,
        Self::BelowQualityFloor,
        Self::DowngradeNotAllowed,
        Self::UpgradeNotAllowed,
        Self::CostMultiple,
        Self::CostCeiling,
        Self::BelowMinimumOutput,
        Self::AttemptsExhausted,
        Self::SameTargetExhausted,
        Self::NotRetryable,
        Self::NoOtherTarget,
        Self::WaitTooLong,
        Self::AfterCommit,
        Self::BadStatus,
        Self::BadToken,
        Self::ClassNotAllowed,
        Self::PayerNotAllowed,
        Self::UnknownAttempt,
        Self::CannotDefer,
        Self::DeferredTooLong,
        Self::NoAnswer,
        Self::CannotResume,
        Self::OtherModel,
    ];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|overruled| overruled.as_str() == name)
    }

    /// Its name in the ledger and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownTarget => "unknown-target",
            Self::OutOfBoundary => "out-of-boundary",
            Self::FallbackNotAllowed => "fallback-not-allowed",
            Self::BelowQualityFloor => "below-quality-floor",
            Self::DowngradeNotAllowed => "downgrade-not-allowed",
            Self::UpgradeNotAllowed => "upgrade-not-allowed",
            Self::CostMultiple => "cost-multiple",
            Self::CostCeiling => "cost-ceiling",
            Self::BelowMinimumOutput => "below-minimum-output",
            Self::AttemptsExhausted => "attempts-exhausted",
            Self::SameTargetExhausted => "same-target-exhausted",
            Self::NotRetryable => "not-retryable",
            Self::NoOtherTarget => "no-other-target",
            Self::WaitTooLong => "wait-too-long",
            Self::AfterCommit => "after-commit",
            Self::BadStatus => "bad-status",
            Self::BadToken => "bad-token",
            Self::ClassNotAllowed => "class-not-allowed",
            Self::PayerNotAllowed => "payer-not-allowed",
            Self::UnknownAttempt => "unknown-attempt",
            Self::CannotDefer => "cannot-defer",
            Self::DeferredTooLong => "deferred-too-long",
            Self::NoAnswer => "no-answer",
            Self::CannotResume => "cannot-resume",
            Self::OtherModel => "other-model",
        }
    }
}
