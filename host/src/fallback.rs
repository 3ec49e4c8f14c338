//! The life of an exchange between its arrival and its record: ask the policy, carry out what it says, and ask again after
//! every failure, until something served or nothing is left. The host has no preference of its own: without a policy there
//! is `on_policy_failure` and nothing else.

use std::borrow::Cow;

use http::StatusCode;
use tokio::time::Instant;

use crate::account::Refused;
use crate::attempt::{Asked, Got, attempt};
use crate::consult::consult;
use crate::decision::{Plan, RejectPlan, SendPlan};
use crate::dialect::openai::Usage;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::headers;
use crate::ledger::Ending;
use crate::outcome::most_telling;
use crate::stream::{Interruption, Tally, Uncommitted};

/// How an exchange ended, for its record.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub ending: Ending,
    /// The status that the caller saw; 0: none.
    pub status: u16,
    /// The index of the target that served.
    pub serving: Option<usize>,
    /// The token that marked the answer as lesser.
    pub degraded: Option<Box<str>>,
}

impl Ended {
    const ABANDONED: Self = Self { ending: Ending::Abandoned, status: 0, serving: None, degraded: None };
}

/// What one step of an exchange led to.
enum Step {
    Ended(Ended),
    /// The attempt failed; `true`: after a part of it had reached the caller.
    Failed {
        committed: bool,
    },
}

/// Carries an exchange to its end.
pub async fn carry_out(exchange: &mut Exchange, sink: &Sink) -> Ended {
    let mut committed = false;
    loop {
        let plan = consult(exchange, committed).await;
        let (ending, error) = match plan {
            Plan::Send(send) => match serve(exchange, &send, sink).await {
                Step::Ended(ended) => return ended,
                Step::Failed { committed: now } => {
                    committed = now;
                    continue;
                }
            },
            Plan::Reject(reject) => {
                let cause = if &*reject.code == "insufficient_quota" { "budget" } else { "policy" };
                exchange.cause.get_or_insert_with(|| cause.into());
                (Ending::Rejected, rejected(&reject))
            }
            Plan::Fail(number) => (Ending::Failed, failed(exchange, number)),
        };
        return refuse(exchange, sink, committed, ending, &error).await;
    }
}

/// Tells the caller that there is no answer: as an answer of its own, or as the event that ends a stream.
async fn refuse(exchange: &Exchange, sink: &Sink, committed: bool, ending: Ending, error: &ApiError) -> Ended {
    let degraded = None;
    if committed {
        return match sink.chunk(error.event()).await {
            Ok(()) => Ended { ending: Ending::Broken, status: 200, serving: None, degraded },
            Err(_) => Ended::ABANDONED,
        };
    }
    sink.answer(headers::of_error(exchange, error), error.body());
    let ending = if exchange.entries.is_empty() { ending } else { Ending::Failed };
    Ended { ending, status: error.status.as_u16(), serving: None, degraded }
}

/// Waits, reserves, tries, and gives the answer to the caller.
async fn serve(exchange: &mut Exchange, plan: &SendPlan, sink: &Sink) -> Step {
    exchange.intended.get_or_insert(plan.intended);
    if !plan.after.is_zero() {
        tokio::select! {
            biased;
            () = sink.caller_gone() => {
                exchange.return_probe();
                return Step::Ended(Ended::ABANDONED);
            }
            () = tokio::time::sleep(plan.after) => {}
        }
    }
    if let Err(refused) = exchange.reserve(plan.target) {
        exchange.return_probe();
        exchange.cause = Some("budget".into());
        let error = over_budget(&refused);
        return Step::Ended(refuse(exchange, sink, false, Ending::Rejected, &error).await);
    }
    let target = exchange.route.targets[plan.target].clone();
    let entered = tokio::select! {
        biased;
        () = sink.caller_gone() => {
            exchange.return_probe();
            return Step::Ended(Ended::ABANDONED);
        }
        entered = target.health.enter(exchange.is_retry(plan.target), exchange.deadline()) => entered,
    };
    let started = Instant::now();
    if let Err(reason) = entered {
        exchange.book_turned_away(plan.target, started, reason.into());
        return Step::Failed { committed: false };
    }
    let asked = Asked {
        chat: &exchange.chat,
        body: &exchange.body,
        deadline: exchange.deadline(),
        answer_bytes: exchange.gateway.state.load().config.server.max_answer_bytes,
    };
    let got = tokio::select! {
        biased;
        () = sink.caller_gone() => None,
        got = attempt(&exchange.gateway.upstream, &target, plan, asked) => Some(got),
    };
    match got {
        None => {
            exchange.book_cancelled(plan.target, started, &Tally::default());
            Step::Ended(Ended::ABANDONED)
        }
        Some(Err(failed)) => {
            exchange.book_failed(plan.target, started, &failed.tally, failed.failure, 0);
            Step::Failed { committed: false }
        }
        Some(Ok(Got::Whole { body, usage })) => Step::Ended(give_whole(exchange, plan, started, sink, body, usage)),
        Some(Ok(Got::Stream(stream))) => give_stream(exchange, plan, started, sink, stream).await,
    }
}

fn served(plan: &SendPlan) -> Ended {
    Ended { ending: Ending::Served, status: 200, serving: Some(plan.target), degraded: plan.degraded.clone() }
}

fn give_whole(
    exchange: &mut Exchange,
    plan: &SendPlan,
    started: Instant,
    sink: &Sink,
    body: bytes::Bytes,
    usage: Option<Usage>,
) -> Ended {
    let output_tokens_seen = body.len() as u64 / 4;
    exchange.book_served(plan.target, started, &Tally { usage, output_tokens_seen, first_token: None });
    sink.answer(headers::of_answer(exchange, plan), body);
    served(plan)
}

async fn give_stream(
    exchange: &mut Exchange,
    plan: &SendPlan,
    started: Instant,
    sink: &Sink,
    stream: Uncommitted,
) -> Step {
    if stream.tally().first_token.is_some() {
        exchange.note_first_token(plan.target, started);
    }
    sink.head(headers::of_stream(exchange, plan));
    let (tally, result) = stream.commit().relay(sink).await;
    match result {
        Ok(()) => {
            exchange.book_served(plan.target, started, &tally);
            Step::Ended(served(plan))
        }
        Err(Interruption::CallerGone) => {
            exchange.book_cancelled(plan.target, started, &tally);
            let serving = Some(plan.target);
            Step::Ended(Ended { status: 200, serving, degraded: plan.degraded.clone(), ..Ended::ABANDONED })
        }
        Err(Interruption::Failed(failure)) => {
            exchange.book_failed(plan.target, started, &tally, failure, tally.output_tokens_seen.max(1));
            Step::Failed { committed: true }
        }
    }
}

fn rejected(plan: &RejectPlan) -> ApiError {
    let kind = match plan.status {
        StatusCode::TOO_MANY_REQUESTS if &*plan.code == "insufficient_quota" => "insufficient_quota",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "api_error",
    };
    let error = ApiError::new(plan.status, kind, plan.code.to_string()).saying(plan.message.to_string());
    // A refusal for want of money stays one until somebody pays or the period turns.
    if kind == "insufficient_quota" { error.pointless_to_retry() } else { error }
}

/// The error of that attempt, or the most telling one of all.
fn failed(exchange: &Exchange, number: Option<u32>) -> ApiError {
    let chosen = number.and_then(|number| exchange.attempts.iter().position(|attempt| attempt.number == number));
    let failure = match chosen {
        Some(index) => exchange.failures.get(index),
        None => most_telling(&exchange.failures),
    };
    match failure {
        Some(failure) => failure.to_api_error(),
        None => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "policy_failed")
            .saying("The route's policy could not decide, and the route names no target for that case."),
    }
}

fn over_budget(refused: &Refused) -> ApiError {
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
            .retry_after(Some(std::time::Duration::from_secs(1))),
    }
}
