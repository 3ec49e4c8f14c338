//! What a caller is told that gets no answer: the policy's refusal, the budget's, or the failure that tells most.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;

use crate::account::Refused;
use crate::decision::RejectPlan;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::outcome::most_telling;

/// The code of a refusal because boundaries leave the caller no target of the route; the SDK has the same.
const NO_ALLOWED_TARGET: &str = "no_allowed_target";

/// The policy's own refusal.
#[must_use]
pub fn rejected(plan: &RejectPlan) -> ApiError {
    let kind = match plan.status {
        StatusCode::TOO_MANY_REQUESTS if &*plan.code == "insufficient_quota" => "insufficient_quota",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "api_error",
    };
    let error = ApiError::new(plan.status, kind, plan.code.to_string()).saying(plan.message.to_string());
    // A refusal for want of money stays one until somebody pays or the period turns; one for the caller's boundaries,
    // until somebody changes the config.
    let is_lasting = kind == "insufficient_quota" || *plan.code == *NO_ALLOWED_TARGET;
    if is_lasting { error.pointless_to_retry() } else { error }
}

/// The error of the attempt with this number; else that of the attempt which broke the stream; else the most telling one
/// of all. Nothing that was tried to continue a stream hides what broke it.
#[must_use]
pub fn failed(exchange: &Exchange, number: Option<u32>) -> ApiError {
    let chosen = number.and_then(|number| exchange.attempts.iter().position(|attempt| attempt.number == number));
    let broke = exchange.begun.as_ref().filter(|begun| begun.tokens > 0).map(|begun| begun.broke);
    let failure = match chosen.or(broke) {
        Some(index) => exchange.failures.get(index),
        None => most_telling(&exchange.failures),
    };
    match failure {
        Some(failure) => failure.to_api_error(),
        None if exchange.allowed.is_empty() => no_allowed_target(),
        None => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "policy_failed")
            .saying("The route's policy could not decide, and the route names no target for that case."),
    }
}

/// Nobody could have served this request on this route.
fn no_allowed_target() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "invalid_request_error", NO_ALLOWED_TARGET)
        .saying("The boundaries of the tenant or of the key allow none of this route's models.")
        .pointless_to_retry()
}

/// What ends a stream for whose rest there is no money.
#[must_use]
pub fn cut_short(refused: &Refused) -> ApiError {
    let (Refused::SpentOut { scope, .. } | Refused::Busy { scope, .. }) = refused;
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "insufficient_quota", "insufficient_quota")
        .saying(Cow::Owned(format!("The {scope} budget has not enough left for the rest of this answer.")))
        .pointless_to_retry()
}

/// A budget's refusal.
#[must_use]
pub fn over_budget(refused: &Refused) -> ApiError {
    match refused {
        Refused::SpentOut { scope, resets_in, .. } => {
            let until = match resets_in {
                Some(left) => format!("It resets in {} s.", left.as_secs()),
                None => "It has to be topped up.".into(),
            };
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, "insufficient_quota", "insufficient_quota")
                .saying(Cow::Owned(format!("The {scope} budget has not enough left for this request. {until}")))
                .pointless_to_retry()
        }
        Refused::Busy { scope, .. } => ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "budget_busy")
            .saying(Cow::Owned(format!("Requests under way hold what is left of the {scope} budget. Try again.")))
            .retry_after(Some(Duration::from_secs(1))),
    }
}
