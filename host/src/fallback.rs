//! The life of an exchange between its arrival and its record: ask the policy, carry out what it says, and ask again after
//! every failure, until something served or nothing is left. The host has no preference of its own: without a policy there
//! is `on_policy_failure` and nothing else.

use crate::consult::consult;
use crate::decision::Plan;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::ledger::Ending;
use crate::serving::{Step, serve};
use crate::{headers, refusal};

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
    /// The caller went away before it had anything.
    pub const ABANDONED: Self = Self { ending: Ending::Abandoned, status: 0, serving: None, degraded: None };
}

/// Carries an exchange to its end.
pub async fn carry_out(exchange: &mut Exchange, sink: &Sink) -> Ended {
    loop {
        let plan = consult(exchange).await;
        let (ending, error) = match plan {
            Plan::Send(send) => match serve(exchange, &send, sink).await {
                Step::Ended(ended) => return ended,
                Step::Refused(error) => (Ending::Rejected, error),
                Step::Failed => continue,
            },
            Plan::Reject(reject) => {
                let is_for_money = matches!(&*reject.code, "insufficient_quota" | "request_exceeds_budget");
                let cause = if is_for_money { "budget" } else { "policy" };
                exchange.cause.get_or_insert_with(|| cause.into());
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
        if sink.chunk(error.event()).await.is_err() {
            return Ended::ABANDONED;
        }
        200
    } else {
        sink.answer(headers::of_error(exchange, error), error.body());
        error.status.as_u16()
    };
    Ended { ending, status, serving: None, degraded: None }
}
