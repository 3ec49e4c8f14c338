//! One plan carried out: wait, reserve, try, and give the answer to the caller, from the beginning or from where another
//! attempt broke off.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Map;
use tokio::time::Instant;

use crate::attempt::{Asked, Got, attempt};
use crate::catalog::Target;
use crate::decision::SendPlan;
use crate::dialect::openai::continuation::{Beginning, Continuation, How};
use crate::dialect::openai::finale::with_facts;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::fallback::Ended;
use crate::ledger::Ending;
use crate::metering::{Slices, Watch, first_slice};
use crate::outcome::{Failure, Kind, Phase};
use crate::stream::{Interruption, Relayed, Tally, Uncommitted};
use crate::{disclosure, headers, refusal};

/// With less time than this no call is begun.
const LEAST_TIME: Duration = Duration::from_millis(2);

const LEFT: &str = "the caller went away";
const STALLED: &str = "the caller stopped reading";

/// What a plan led to.
pub enum Step {
    /// The exchange is over.
    Ended(Ended),
    /// There was no money for it; the caller has to be told.
    Refused(ApiError),
    /// The attempt failed.
    Failed,
}

/// Waits, reserves, tries, and gives the answer to the caller.
pub async fn serve(exchange: &mut Exchange, plan: &SendPlan, sink: &Sink) -> Step {
    exchange.intended.get_or_insert(plan.intended);
    if !plan.after.is_zero() {
        tokio::select! {
            biased;
            () = sink.caller_gone() => {
                exchange.return_probe();
                return Step::Ended(gone(sink));
            }
            () = tokio::time::sleep(plan.after) => {}
        }
    }
    let plan = &clamped(exchange, plan);
    let slices = first_slice(exchange, plan);
    if let Some(step) = reserved(exchange, plan.target, &slices, sink).await {
        return step;
    }
    let target = exchange.route.targets[plan.target].clone();
    let entered = tokio::select! {
        biased;
        () = sink.caller_gone() => {
            exchange.return_probe();
            return Step::Ended(gone(sink));
        }
        entered = target.health.enter(exchange.is_retry(plan.target), exchange.deadline()) => entered,
    };
    let started = Instant::now();
    if let Err(reason) = entered {
        exchange.book_turned_away(plan.target, started, reason.into());
        return Step::Failed;
    }
    exchange.under_way = Some((plan.clone(), started));
    if exchange.time_left() < LEAST_TIME {
        // It had waited for its turn; that is not the target's fault, and nothing was sent.
        target.health.leave_cancelled();
        let failure = Failure::new(Kind::TotalTimeout, Phase::Connect, "no time was left when its turn came");
        exchange.book_turned_away(plan.target, started, failure);
        return Step::Failed;
    }
    if exchange.journal(plan).await.is_err() {
        target.health.leave_cancelled();
        exchange.under_way = None;
        exchange.return_probe();
        return Step::Refused(unless_broken(exchange, refusal::no_journal()));
    }
    let shortened = shortened(exchange, plan);
    let asked = Asked {
        chat: &exchange.chat,
        body: &exchange.body,
        deadline: exchange.deadline(),
        patience: exchange.bounds.deadline,
        continuation: continuation(exchange, plan, &target),
        answer_bytes: exchange.gateway.state.load().config.server.max_answer_bytes,
    };
    let got = tokio::select! {
        biased;
        () = sink.caller_gone() => None,
        got = attempt(&exchange.gateway.upstream, &target, shortened.as_ref().unwrap_or(plan), asked) => Some(got),
    };
    match got {
        None => {
            exchange.book_cancelled(plan, started, &Tally::default(), LEFT);
            Step::Ended(gone(sink))
        }
        Some(Err(failed)) => {
            exchange.book_failed(plan.target, started, &failed.tally, failed.failure, 0);
            Step::Failed
        }
        Some(Ok(Got::Whole { body, tally })) => Step::Ended(give_whole(exchange, plan, started, sink, body, &tally)),
        Some(Ok(Got::Stream(stream))) => give_stream(exchange, plan, (started, slices), sink, stream).await,
    }
}

/// Holds what the first slices of an answer may be charged, and waits where others hold the money. Gives what follows
/// where there is none.
async fn reserved(exchange: &mut Exchange, target: usize, slices: &Slices, sink: &Sink) -> Option<Step> {
    let reserved = tokio::select! {
        biased;
        () = sink.caller_gone() => None,
        reserved = exchange.reserve(target, slices.covered()) => Some(reserved),
    };
    match reserved {
        None => {
            exchange.leave_line();
            exchange.return_probe();
            Some(Step::Ended(gone(sink)))
        }
        Some(Err(refused)) => {
            exchange.return_probe();
            exchange.cause = Some("budget".into());
            Some(Step::Refused(unless_broken(exchange, refusal::over_budget(exchange, &refused))))
        }
        Some(Ok(())) => None,
    }
}

/// This error, unless a part of the answer has reached the caller: nothing that was tried to continue a stream hides what
/// broke it.
fn unless_broken(exchange: &Exchange, error: ApiError) -> ApiError {
    if exchange.is_committed() { refusal::failed(exchange, None) } else { error }
}

/// The plan with the limit that the route puts on requests without one; a limit that the caller did not set is noted.
fn clamped(exchange: &mut Exchange, plan: &SendPlan) -> SendPlan {
    let rules = exchange.route.setting.output;
    let is_free = exchange.chat.max_output_tokens.is_none() && plan.max_output_tokens.is_none();
    let limit = if is_free && rules.clamp { Some(rules.default) } else { plan.max_output_tokens };
    let plan = SendPlan { max_output_tokens: limit, ..plan.clone() };
    if let Some(limit) = exchange.clamp_of(&plan) {
        exchange.note("max-output-tokens", &limit.to_string());
    }
    plan
}

/// How an exchange ends whose caller is gone: it has seen a status only where a stream had begun.
fn gone(sink: &Sink) -> Ended {
    let status = if sink.is_head_given() { 200 } else { 0 };
    Ended { status, ..Ended::ABANDONED }
}

/// What continues the stream of which the caller has a part. One that has seen no more than a role goes on with whatever
/// comes, under the id that it knows.
fn continuation(exchange: &Exchange, plan: &SendPlan, target: &Target) -> Option<Continuation> {
    let begun = exchange.begun.as_ref()?;
    let beginning = Beginning {
        seen: begun.seen.clone()?,
        tokens: begun.tokens,
        input_tokens: exchange.chat.input_tokens,
        stops: &exchange.chat.stops,
        include_usage: exchange.chat.include_usage,
        target: &target.setting.id,
    };
    Some(Continuation::new(plan.resume.unwrap_or(How::Match), beginning))
}

/// The plan with the limit on output that is left: what was delivered counts, where only what follows comes back.
fn shortened(exchange: &Exchange, plan: &SendPlan) -> Option<SendPlan> {
    let begun = exchange.begun.as_ref().filter(|_| plan.resume == Some(How::Prefill))?;
    let limit = plan.max_output_tokens.into_iter().chain(exchange.chat.max_output_tokens).min()?;
    let delivered = u32::try_from(begun.tokens).unwrap_or(u32::MAX);
    Some(SendPlan { max_output_tokens: Some(limit.saturating_sub(delivered).max(1)), ..plan.clone() })
}

fn served(plan: &SendPlan) -> Ended {
    Ended {
        ending: Ending::Served,
        status: 200,
        serving: Some(plan.target),
        degraded: plan.degraded.clone(),
        answered: None,
    }
}

fn give_whole(
    exchange: &mut Exchange,
    plan: &SendPlan,
    started: Instant,
    sink: &Sink,
    body: Bytes,
    tally: &Tally,
) -> Ended {
    exchange.book_served(plan.target, started, tally);
    disclosure::answer(exchange, sink, headers::of_answer(exchange, plan), body);
    served(plan)
}

async fn give_stream(
    exchange: &mut Exchange,
    plan: &SendPlan,
    (started, slices): (Instant, Slices),
    sink: &Sink,
    stream: Uncommitted,
) -> Step {
    // Where the head is out already, its headers could not tell who serves; then the last chunk does.
    let tells_late = sink.is_head_given();
    if !tells_late {
        sink.head(disclosure::head(exchange, plan.target, headers::of_stream(exchange, plan)));
    }
    let keeps_tail = tells_late || disclosure::is_at_end(exchange);
    let mut watch = Watch::new(exchange, plan, started, slices);
    let relayed = stream.commit(keeps_tail).relay(sink, &mut watch).await;
    let tally = &relayed.tally;
    match &relayed.interruption {
        None => {
            exchange.book_served(plan.target, started, tally);
            let gone = keeps_tail && tell_facts(exchange, plan, tells_late, sink, &relayed.tail).await.is_err();
            let ending = if gone { Ending::Abandoned } else { Ending::Served };
            Step::Ended(Ended { ending, ..served(plan) })
        }
        Some(Interruption::CallerGone) => {
            let detail = if sink.is_stalled() { STALLED } else { LEFT };
            exchange.book_cancelled(plan, started, tally, detail);
            Step::Ended(Ended { ending: Ending::Abandoned, ..served(plan) })
        }
        Some(Interruption::Failed(_)) => {
            book_broken(exchange, plan, started, relayed);
            Step::Failed
        }
        Some(Interruption::Unpaid(refused)) => {
            let error = refusal::cut_short(refused);
            exchange.book_unpaid(plan, started, tally);
            if relayed.is_begun {
                exchange.note_begun(plan.target, None, relayed.tokens_passed.max(1));
            }
            exchange.cause = Some("budget".into());
            Step::Refused(error)
        }
    }
}

/// Gives the events that end the stream, with what its headers could not tell, and what the caller asked for.
async fn tell_facts(
    exchange: &Exchange,
    plan: &SendPlan,
    tells_late: bool,
    sink: &Sink,
    tail: &[Bytes],
) -> Result<(), crate::downstream::CallerGone> {
    let mut facts = if tells_late { headers::facts(exchange, plan) } else { Map::new() };
    disclosure::add(exchange, Some(plan.target), &mut facts);
    sink.chunk(if facts.is_empty() { tail.concat().into() } else { with_facts(tail, &facts) }).await
}

fn book_broken(exchange: &mut Exchange, plan: &SendPlan, started: Instant, relayed: Relayed) {
    let Some(Interruption::Failed(failure)) = relayed.interruption else { return };
    if relayed.is_begun {
        exchange.note_begun(plan.target, relayed.seen, relayed.tokens_passed);
    }
    exchange.book_failed(plan.target, started, &relayed.tally, failure, relayed.tokens_passed);
}
