//! What a caller is told that gets no answer: the policy's refusal, the budget's, or the failure that tells most.

mod impossible;

use std::time::Duration;

use http::StatusCode;

use crate::account::{Refused, Shortage};
use crate::config::Key;
use crate::decision::RejectPlan;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::gateway::now_ms;
use crate::outcome::most_telling;

/// The code of a refusal because boundaries leave the caller no target of the route; the SDK has the same.
const NO_ALLOWED_TARGET: &str = "no_allowed_target";

/// The code of a policy's refusal because no target can take the request now; the SDK has the same.
const NO_TARGET_AVAILABLE: &str = "no_target_available";

/// When to try again what is over in a moment.
const BUSY_AGAIN: Duration = Duration::from_secs(1);

/// The policy's own refusal.
#[must_use]
pub fn rejected(exchange: &Exchange, plan: &RejectPlan) -> ApiError {
    let is_for_money = matches!(&*plan.code, "insufficient_quota" | "request_exceeds_budget");
    // Where the host would refuse for the same reason it says more: which budget, and when it resets.
    if is_for_money && let Some(refused) = exchange.gateway.budgets.spent_out(&exchange.covered(), now_ms()) {
        return over_budget(exchange, &refused);
    }
    if *plan.code == *NO_TARGET_AVAILABLE
        && exchange.failures.is_empty()
        && let Some(error) = impossible::refusal(exchange)
    {
        return error;
    }
    let status = if is_for_money { exchange.caller.key.quota_status } else { plan.status };
    let kind = match plan.status {
        StatusCode::TOO_MANY_REQUESTS if &*plan.code == "insufficient_quota" => "insufficient_quota",
        _ if &*plan.code == "request_exceeds_budget" => "invalid_request_error",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "api_error",
    };
    let error = ApiError::new(status, kind, plan.code.to_string()).saying(plan.message.to_string());
    // A refusal for want of money stays one until somebody pays or the period turns; one for the caller's boundaries,
    // until somebody changes the config.
    let is_lasting = is_for_money || *plan.code == *NO_ALLOWED_TARGET;
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
        None => impossible::refusal(exchange).unwrap_or_else(|| {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "policy_failed")
                .saying("The route's policy could not decide, and the route names no target for that case.")
        }),
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
    let scope = refused.scope;
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "insufficient_quota", "insufficient_quota")
        .saying(format!("The {scope} budget has not enough left for the rest of this answer."))
        .pointless_to_retry()
}

/// A budget's refusal. Of a request that has failed attempts behind it, the most telling of them goes before a budget that
/// is not spent out: what it may still cost elsewhere is not why it failed.
#[must_use]
pub fn over_budget(exchange: &Exchange, refused: &Refused) -> ApiError {
    if refused.shortage != Shortage::SpentOut && !exchange.failures.is_empty() {
        return failed(exchange, None);
    }
    let key = &exchange.caller.key;
    let scope = refused.scope;
    match refused.shortage {
        Shortage::SpentOut => ApiError::new(key.quota_status, "insufficient_quota", "insufficient_quota")
            .saying(format!("The {scope} budget is spent out. {}{}", until(refused), amounts(key, refused)))
            .pointless_to_retry(),
        Shortage::TooLarge => ApiError::new(key.quota_status, "invalid_request_error", "request_exceeds_budget")
            .saying(format!(
                "The {scope} budget has less left than this request may cost: ask for fewer output tokens. {}{}",
                until(refused),
                amounts(key, refused)
            ))
            .pointless_to_retry(),
        Shortage::Busy => ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "budget_busy")
            .saying(format!("Requests under way hold what is left of the {scope} budget. Try again."))
            .retry_after(Some(BUSY_AGAIN)),
    }
}

/// When there is money again.
fn until(refused: &Refused) -> String {
    let Some(left) = refused.resets_in else { return "It has to be topped up.".to_owned() };
    let at = jiff::Timestamp::now().checked_add(left).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    format!("It resets in {} s{}.", left.as_secs(), at.map(|at| format!(", at {at}")).unwrap_or_default())
}

/// How much there was, for a key that may know.
fn amounts(key: &Key, refused: &Refused) -> String {
    if key.show_amounts { format!(" ${} of ${} are spent.", refused.spent, refused.limit) } else { String::new() }
}

/// Nothing goes upstream that could not be accounted for after a crash.
#[must_use]
pub fn no_journal() -> ApiError {
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "ledger_unavailable")
        .saying("The gateway cannot write its journal, so nothing goes upstream until it can. Try again.")
        .retry_after(Some(BUSY_AGAIN))
}
