//! Sixteen faults of a provider over real HTTP, streamed and plain, for the two classes in which somebody waits: `tiered`, as it
//! comes, gets the whole answer to the caller wherever there is one, and waits for nothing that it need not wait for. The table
//! in the policy's README says the same; its scenarios have the default limits on a virtual clock.

use std::time::Duration;

use serde_json::{Value, json};
use support::client::{StreamAnswer, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Script, Upstream};
use tokio::task::JoinSet;

const STORY: [&str; 4] = ["Once upon a ", "time there ", "was a ", "king."];

/// Gateways that run at once.
const AT_ONCE: usize = 4;

/// A fault of the first choice, what it replies call by call (streamed or not), and how often each of the two is asked.
struct Fault {
    name: &'static str,
    replies: Vec<Reply>,
    asked: (usize, usize),
    /// Whether it is about time, so that the limits are made short for it.
    is_slow: bool,
}

fn fault(name: &'static str, asked: (usize, usize), replies: impl IntoIterator<Item = Reply>) -> Fault {
    Fault { name, replies: replies.into_iter().collect(), asked, is_slow: false }
}

fn slow(name: &'static str, asked: (usize, usize), reply: Reply) -> Fault {
    Fault { is_slow: true, ..fault(name, asked, [reply]) }
}

fn faults(stream: bool) -> Vec<Fault> {
    let story = || Reply::stream(STORY);
    let refusal = || Reply::error(400, "invalid_request_error", "the last message must be the user's");
    let refusals = if stream { vec![refusal()] } else { vec![] };
    let refuses = [story().cut_after(2)].into_iter().chain(refusals).chain([story()]);
    vec![
        fault("429 with Retry-After", (1, 1), [Reply::status(429).retry_after(2)]),
        fault("429 without", (1, 1), [Reply::status(429)]),
        fault("500", (2, 1), [Reply::status(500)]),
        fault("503", (2, 1), [Reply::status(503)]),
        fault("reset", (2, 1), [Reply::reset()]),
        slow("silence", (1, 1), Reply::silence()),
        slow("slow first token", (1, 1), story().first_token_after(Duration::MAX)),
        fault("cut", (2, 0), [story().cut_after(2), story()]),
        fault("cut again and again", (2, 1), [story().cut_after(2)]),
        slow("stall", (1, 1), story().stall_after(2)),
        fault("garbled event", (1, 1), [story().garbage_after(2)]),
        fault("missing [DONE]", (1, 0), [story().without_done()]),
        fault("context length", (1, 1), [Reply::error(400, "context_length_exceeded", "too long")]),
        fault("cut, and it refuses a prefill", (if stream { 3 } else { 2 }, 0), refuses),
        fault("outage with recovery", (2, 1), [Reply::status(503), Reply::status(503), story()]),
        fault("outage for good", (2, 1), [Reply::status(503)]),
    ]
}

fn config(first: &Upstream, second: &Upstream, class: &'static str, is_slow: bool) -> ConfigText {
    let config = ConfigText::new(first)
        .second_provider(second)
        .policy(r#"{ source = "builtin", name = "tiered" }"#)
        .class(class)
        .targets("prefill = \"assistant\"");
    let limits = format!("fallback = {{ classes = {{ {class} = {{ first_token = 1500, idle = 1500 }} }} }}");
    if is_slow { config.route(&limits) } else { config }
}

async fn ask(gateway: &Gateway, stream: bool) -> StreamAnswer {
    let mut body = chat_body("r", "hi");
    body["stream"] = json!(stream);
    gateway.client().post_stream(&body).await
}

/// What the caller can read, and whether it is whole.
fn told(answer: &StreamAnswer, stream: bool) -> (String, bool) {
    if stream {
        return (answer.text(), answer.is_done());
    }
    let body: Value = serde_json::from_slice(&answer.raw).unwrap_or_default();
    let choice = &body["choices"][0];
    (choice["message"]["content"].as_str().unwrap_or_default().to_owned(), choice["finish_reason"] == "stop")
}

async fn the_caller_gets_the_whole_answer(class: &'static str, stream: bool, fault: Fault) {
    let (first, second) = (Upstream::start().await, Upstream::start().await);
    let gateway = Gateway::start(&config(&first, &second, class, fault.is_slow)).await;
    drop(fault.replies.into_iter().fold(first.on("model-a"), Script::reply));
    drop(second.on("model-b").reply(Reply::stream(STORY)));
    let answer = ask(&gateway, stream).await;
    let raw = String::from_utf8_lossy(&answer.raw);
    let name = format!("{class}, stream: {stream}, {}", fault.name);
    assert_eq!((answer.status.as_u16(), told(&answer, stream)), (200, (STORY.concat(), true)), "{name}: {raw}");
    assert_eq!((first.hits("model-a"), second.hits("model-b")), fault.asked, "{name}");
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
    assert_eq!(format!("{:?}", record.ending), "Served", "{name}");
    first.finish().await;
    second.finish().await;
}

async fn all_of_them(class: &'static str, stream: bool) {
    let mut waiting = faults(stream).into_iter();
    let mut running = JoinSet::new();
    for fault in waiting.by_ref().take(AT_ONCE) {
        running.spawn(the_caller_gets_the_whole_answer(class, stream, fault));
    }
    while let Some(done) = running.join_next().await {
        if let Err(error) = done {
            std::panic::resume_unwind(error.into_panic());
        }
        if let Some(fault) = waiting.next() {
            running.spawn(the_caller_gets_the_whole_answer(class, stream, fault));
        }
    }
}

#[tokio::test]
async fn a_critical_stream_survives_every_fault_that_can_be_survived() {
    all_of_them("critical", true).await;
}

#[tokio::test]
async fn a_critical_plain_answer_survives_every_fault_that_can_be_survived() {
    all_of_them("critical", false).await;
}

#[tokio::test]
async fn an_interactive_stream_survives_every_fault_that_can_be_survived() {
    all_of_them("interactive", true).await;
}

#[tokio::test]
async fn an_interactive_plain_answer_survives_every_fault_that_can_be_survived() {
    all_of_them("interactive", false).await;
}

#[tokio::test]
async fn a_refusal_of_the_content_ends_at_once_with_the_providers_words() {
    for (class, stream) in [("critical", true), ("critical", false), ("interactive", true), ("interactive", false)] {
        let (first, second) = (Upstream::start().await, Upstream::start().await);
        let gateway = Gateway::start(&config(&first, &second, class, false)).await;
        first.on("model-a").reply(Reply::error(400, "content_policy_violation", "Not this, please."));
        second.on("model-b").reply(Reply::forbidden());
        let answer = ask(&gateway, stream).await;
        let raw = String::from_utf8_lossy(&answer.raw);
        assert_eq!(answer.status, 400, "{raw}");
        assert!(raw.contains("Not this, please.") && first.hits("model-a") == 1, "{raw}");
        second.finish().await;
    }
}

#[tokio::test]
async fn an_outage_for_good_with_nobody_else_is_the_providers_own_error() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(503));
    let alone =
        "[routes.alone]\nclass = \"critical\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"tiered\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(alone)).await;
    let answer = gateway.client().chat("alone", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (503, Some("overloaded")));
    assert_eq!(upstream.hits("model-a"), 2);
    upstream.finish().await;
}

#[tokio::test]
async fn a_model_that_does_not_stream_still_answers_plain_requests() {
    let upstream = Upstream::start().await;
    let refusal = "Your organization must be verified to stream this model.";
    upstream.on("model-a").reply(Reply::error(400, "unsupported_value", refusal)).then(Reply::ok("plain"));
    let gateway = Gateway::start(&config(&upstream, &upstream, "critical", false)).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "plain"));
    assert_eq!(answer.header("x-fingerpost-attempts"), Some("1"), "nobody had asked for a stream");
    let streamed: Vec<_> = upstream.requests().iter().map(|request| request.json()["stream"] == true).collect();
    assert_eq!(streamed, [true, false]);
    upstream.finish().await;
}
