//! The life of an exchange between its arrival and its record: ask the policy, carry out what it says, and ask again after
//! every failure, until something served or nothing is left. The host has no preference of its own: without a policy there
//! is `on_policy_failure` and nothing else.

use crate::answers::{give, unasked};
use crate::consult::{cause_of_refusal, consult};
use crate::decision::Plan;
use crate::deferral::put_off;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::ledger::Ending;
use crate::serving::{Step, serve};
use crate::{disclosure, headers, refusal};

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
    /// What answered in place of a model, as the ledger names it.
    pub answered: Option<&'static str>,
}

impl Ended {
    /// The caller went away before it had anything.
    pub const ABANDONED: Self =
        Self { ending: Ending::Abandoned, status: 0, serving: None, degraded: None, answered: None };
}

/// Carries an exchange to its end.
pub async fn carry_out(exchange: &mut Exchange, sink: &Sink) -> Ended {
    match unasked(exchange) {
        Ok(None) => {}
        Ok(Some(answer)) => return give(exchange, sink, answer).await,
        Err(error) => return refuse(exchange, sink, Ending::Rejected, &error).await,
    }
    loop {
        if let Some(deferrable) = &mut exchange.deferrable {
            deferrable.is_status_given = sink.is_head_given();
        }
        let plan = consult(exchange).await;
        let (ending, error) = match plan {
            Plan::Send(send) => match serve(exchange, &send, sink).await {
                Step::Ended(ended) => return ended,
                Step::Refused(error) => (Ending::Rejected, error),
                Step::Failed => continue,
            },
            Plan::Answer(answer) => return give(exchange, sink, answer).await,
            Plan::Defer(plan) => match put_off(exchange, &plan, sink).await {
                Ok(ended) => return ended,
                Err(error) => (Ending::Rejected, error),
            },
            Plan::Reject(reject) => {
                exchange.cause.get_or_insert_with(|| cause_of_refusal(&reject.code).into());
                (Ending::Rejected, refusal::rejected(exchange, &reject))
            }
            Plan::Fail(number) => (Ending::Failed, refusal::failed(exchange, number)),
        };
        return refuse(exchange, sink, ending, &error).await;
    }
}

/// Tells the caller that there is no answer: as an answer of its own, or where its status stands already, as the event that
/// ends the stream.
async fn refuse(exchange: &Exchange, sink: &Sink, ending: Ending, error: &ApiError) -> Ended {
    let ending = match ending {
        _ if exchange.is_committed() => Ending::Broken,
        ending if exchange.entries.is_empty() => ending,
        _ => Ending::Failed,
    };
    let status = if sink.is_head_given() {
        sink.fails();
        if sink.chunk(disclosure::event(exchange, error.event())).await.is_err() {
            return Ended { status: 200, ..Ended::ABANDONED };
        }
        200
    } else {
        disclosure::answer(exchange, sink, headers::of_error(exchange, error), error.body());
        error.status.as_u16()
    };
    Ended { ending, status, serving: None, degraded: None, answered: None }
}
