//! Callers of a gateway that may be killed at any instant: what they ask, and what they saw of it.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use support::client::{Answer, Client, Ended};
use support::gateway::ConfigText;
use support::upstream::{Reply, Upstream};
use tokio::task::JoinSet;

/// What the fake provider bills for an answer of `model-a` and of `model-c`: 103 tokens, at $10 and at $1 a million.
pub(super) const BILLS: [(&str, u64); 2] = [("model-a", 1_030_000), ("model-c", 103_000)];

const BUDGET: &str = "[[budgets]]\nid = \"acme-month\"\nscope = { tenant = \"acme\" }\nperiod = \"month\"\n\
                      limit = \"1000.00\"\n";

/// A route whose requests are put off when they fail, and soon tried again.
const PUTS_OFF: &str = "[queues.later]\n[routes.puts_off]\nclass = \"batch\"\ntargets = [\"c\"]\nqueues = [\"later\"]\n\
                        policy = { source = \"builtin\", name = \"tiered\" }\n\
                        fallback = { queue_wait = 20, backoff = { base = 1, cap = 1 } }\n\
                        [health]\nfailures_in_a_row = 1000\nfailure_rate = \"1\"\nsamples = 64\n";

/// What the loop of kills runs on.
pub(super) fn config(upstream: &Upstream) -> ConfigText {
    let server = "max_connections = 512";
    ConfigText::new(upstream).server(server).targets("retry_budget = \"1\"").more(BUDGET).also(PUTS_OFF)
}

/// No two answers are the same, so that each can be told from one that is given again; of `model-c` two of three fail.
pub(super) fn script(upstream: &Upstream) {
    let answer = |number: u32| Reply::ok(&format!("the answer number {number}")).usage(3, 100);
    let slow = |number| answer(number).head_after(Duration::from_millis(5)).pause(Duration::from_millis(1));
    (0..20_000).fold(upstream.on("model-a"), |script, number| script.reply(slow(number)));
    let failing = |number| if is_billed("model-c", number as usize) { slow(number) } else { Reply::status(500) };
    (0..20_000).fold(upstream.on("model-c"), |script, number| script.reply(failing(number)));
}

/// Whether the provider answers, and bills, the request to this model that has this number.
pub(super) fn is_billed(model: &str, number: usize) -> bool {
    model == "model-a" || number % 3 == 2
}

/// How a caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// For a plain answer, once.
    Plain,
    /// With an idempotency key, for a plain answer or a stream.
    Keyed { stream: bool },
    /// For an answer that may come later.
    Later,
}

/// A request that can be repeated: always the same bytes.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) way: Way,
    key: String,
}

impl Question {
    fn body(&self) -> Value {
        let (route, stream) = match self.way {
            Way::Plain => ("r", false),
            Way::Keyed { stream } => ("r", stream),
            Way::Later => ("puts_off", false),
        };
        // As many tokens as are billed, so that exposure is little more than the bill.
        let messages = [json!({"role": "user", "content": self.key})];
        json!({"model": route, "stream": stream, "max_tokens": 100, "messages": messages})
    }

    /// Asks; none: the gateway died before the whole answer was there.
    pub(super) async fn ask(&self, client: &Client) -> Option<Answer> {
        let client = match self.way {
            Way::Plain => client.clone(),
            Way::Keyed { .. } => client.clone().with_header("idempotency-key", &self.key),
            Way::Later => client.clone().with_header("prefer", "respond-async"),
        };
        let body = self.body().to_string();
        // The client panics where the connection breaks before there is a head.
        let asked = tokio::spawn(async move { client.send(Method::POST, "/v1/chat/completions", body).await });
        asked.await.ok().filter(|answer| answer.ended == Ended::Clean)
    }
}

/// A question, and the whole answer to it where one came.
pub(super) type Seen = (Question, Option<Answer>);

/// Eight callers, each in its own way, until the gateway is gone.
pub(super) fn callers(client: &Client, round: u64) -> JoinSet<Vec<Seen>> {
    let keyed = |stream| Way::Keyed { stream };
    let ways = [Way::Plain, Way::Plain, Way::Later, Way::Later, keyed(false), keyed(false), keyed(true), keyed(true)];
    let mut callers = JoinSet::new();
    for (caller, way) in ways.into_iter().enumerate() {
        let client = client.clone();
        callers.spawn(async move {
            let mut seen: Vec<Seen> = Vec::new();
            while seen.last().is_none_or(|(_, answer)| answer.is_some()) {
                let question = Question { way, key: format!("round-{round}-caller-{caller}-{}", seen.len()) };
                let answer = question.ask(&client).await;
                seen.push((question, answer));
            }
            seen
        });
    }
    callers
}

/// The last questions with a key of each caller: those whose answers the kill may have come between.
pub(super) fn latest_keyed(seen: &[Vec<Seen>]) -> Vec<Question> {
    let keyed = seen.iter().filter(|seen| matches!(seen.first(), Some((Question { way: Way::Keyed { .. }, .. }, _))));
    keyed.flat_map(|seen| seen.iter().rev().take(4).map(|(question, _)| question.clone())).collect()
}

/// Asks them all again, twice: whatever the first repetition gets, the second gets the very same from the store.
pub(super) async fn repeat(client: &Client, questions: Vec<Question>) -> Vec<Seen> {
    let mut repeating = JoinSet::new();
    for question in questions {
        let client = client.clone();
        repeating.spawn(async move {
            let first = question.ask(&client).await.expect("the gateway is up");
            let second = question.ask(&client).await.expect("the gateway is up");
            assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{first:?}\n{second:?}");
            assert!(is_replay(&second) && second.body == first.body, "{first:?}\n{second:?}");
            [(question.clone(), Some(first)), (question, Some(second))]
        });
    }
    repeating.join_all().await.into_iter().flatten().collect()
}

/// Whether an answer is that of another request.
pub(super) fn is_replay(answer: &Answer) -> bool {
    answer.header("x-fingerpost-idempotent-replay") == Some("true")
}
