//! Where a stream ends: what may come behind a finish reason, what makes the answer whole, and what is never passed off as
//! such.

use std::time::Duration;

use serde_json::{Value, json};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// Longer than any linger, and shorter than the limits that hold for a stream by default.
const SOON: Duration = Duration::from_secs(7);

/// An event with a chunk of one choice.
fn chunk(delta: &Value, finish_reason: Option<&str>) -> String {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": finish_reason});
    format!("data: {}\n\n", json!({"id": "x", "created": 1, "model": "m", "choices": [choice]}))
}

fn word(text: &str) -> String {
    chunk(&json!({"content": text}), None)
}

/// A word with a finish reason beside it, as some servers write it into every chunk.
fn last_word(text: &str) -> String {
    chunk(&json!({"role": "assistant", "content": text}), Some("stop"))
}

fn end() -> String {
    chunk(&json!({}), Some("stop"))
}

const DONE: &str = "data: [DONE]\n\n";

fn usage() -> String {
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 12, "total_tokens": 22});
    format!("data: {}\n\n", json!({"id": "x", "choices": [], "usage": usage}))
}

/// Twelve words, with a finish reason beside each and beside the role that opens them.
fn finished_at_every_word() -> Vec<String> {
    let words = (0..12).map(|number| last_word(&format!("w{number} ")));
    [last_word("")].into_iter().chain(words).chain([usage(), DONE.into()]).collect()
}

fn twelve() -> String {
    (0..12).map(|number| format!("w{number} ")).collect()
}

/// What a caller of a stream and one of a plain answer called as a stream get: text, whether it is whole, the code of an
/// error, the outcome of the first attempt.
struct Got {
    text: String,
    is_whole: bool,
    error: Option<String>,
    outcome: String,
    arrivals: Vec<Duration>,
}

async fn streamed(reply: Reply, change: impl Fn(ConfigText) -> ConfigText) -> Got {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(reply);
    let gateway = Gateway::start(&change(ConfigText::new(&upstream).bounds("max_attempts = 1"))).await;
    let answer = gateway.client().stream("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
    let code = answer.error().and_then(|error| error["code"].as_str().map(str::to_owned));
    upstream.finish().await;
    Got {
        text: answer.text(),
        is_whole: answer.is_done(),
        error: code,
        outcome: record.attempts[0].outcome.to_string(),
        arrivals: answer.arrivals.clone(),
    }
}

fn tiered(config: ConfigText, lines: &str) -> ConfigText {
    let route = format!("fallback = {{ classes = {{ critical = {{ {lines} }} }} }}");
    config.policy(r#"{ source = "builtin", name = "tiered" }"#).route(&route)
}

#[tokio::test]
async fn a_finish_reason_in_every_chunk_cuts_nothing_off_and_words_arrive_as_they_come() {
    let reply = || Reply::raw_events(finished_at_every_word()).pause(Duration::from_millis(60));
    for server in ["", "heartbeat = \"20ms\""] {
        let got = streamed(reply(), |config| config.server(server)).await;
        assert_eq!((got.text.as_str(), got.is_whole, got.outcome.as_str()), (&*twelve(), true, "ok"), "{server}");
        let early = got.arrivals.iter().filter(|at| **at < Duration::from_millis(500)).count();
        assert!(early >= 3, "{server}: {:?}", got.arrivals);
    }
}

#[tokio::test]
async fn a_finish_reason_in_every_chunk_cuts_nothing_off_however_much_is_held() {
    for hold in ["\"none\"", "\"first-token\"", "{ tokens = 5 }", "\"all\""] {
        let reply = Reply::raw_events(finished_at_every_word());
        let got = streamed(reply, |config| tiered(config, &format!("hold = {hold}"))).await;
        assert_eq!((got.text.as_str(), got.is_whole), (&*twelve(), true), "{hold}");
    }
}

#[tokio::test]
async fn a_plain_request_called_as_a_stream_gets_all_that_came_behind_a_finish_reason() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::raw_events(finished_at_every_word()));
    let gateway = Gateway::start(&tiered(ConfigText::new(&upstream), "as_stream = true")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.text(), &answer.json()["choices"][0]["finish_reason"]), (twelve(), &json!("stop")));
    assert_eq!(answer.json()["usage"]["completion_tokens"], 12);
    upstream.finish().await;
}

#[tokio::test]
async fn each_of_several_choices_may_go_on_behind_its_finish_reason() {
    let choice = |index: u32, text: &str| {
        let choice = json!({"index": index, "delta": {"content": text}, "finish_reason": "stop"});
        format!("data: {}\n\n", json!({"choices": [choice]}))
    };
    let body = json!({"model": "r", "stream": true, "n": 2, "messages": [{"role": "user", "content": "hi"}]});
    for (last, whole) in [(choice(1, "b2"), true), (word("a3"), false)] {
        let upstream = Upstream::start().await;
        let events = [choice(0, "a1"), choice(1, "b1"), choice(0, "a2"), last];
        upstream.on("model-a").reply(Reply::raw_events(events));
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        let answer = gateway.client().post_stream(&body).await;
        assert_eq!((answer.is_done(), answer.error().is_none(), answer.chunks().len() >= 4), (whole, whole, true));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_tool_call_long_behind_a_finish_reason_still_arrives() {
    let call = json!({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]});
    let events = [last_word("I look it up."), chunk(&call, Some("tool_calls")), DONE.into()];
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::raw_events(events).first_token_after(Duration::from_secs(3)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!(answer.chunks()[1]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"], "f");
    assert!(answer.is_done());
    upstream.finish().await;
}

#[tokio::test]
async fn a_whole_answer_that_nobody_ends_is_ended_within_seconds_whatever_follows_but_content() {
    let flood = |event: &str| vec![event.to_owned(); 200];
    let open = |events: Vec<String>| {
        let count = events.len();
        Reply::raw_events(events).pause(Duration::from_millis(100)).stall_after(count)
    };
    let begun = vec![word("hello"), end()];
    let mut running = tokio::task::JoinSet::new();
    for more in [
        vec![],
        vec![usage()],
        flood(": ping\n\n"),
        flood(&usage()),
        flood(&chunk(&json!({}), None)),
        flood(&end()),
        flood("data: {\"type\":\"ping\"}\n\n"),
    ] {
        let reply = open([begun.clone(), more].concat());
        running.spawn(async move { streamed(reply, |config| config).await });
    }
    while let Some(got) = running.join_next().await {
        let got = got.expect("the case passes");
        let last = got.arrivals.last().expect("something came");
        assert_eq!((got.text.as_str(), got.is_whole, got.error), ("hello", true, None));
        assert!((Duration::from_secs(1)..SOON).contains(last), "{last:?}");
    }
}

#[tokio::test]
async fn an_answer_whose_last_word_has_the_finish_reason_is_ended_soon_too() {
    for events in [vec![last_word("hello")], vec![word("hel"), last_word("lo")], vec![last_word("hello"), usage()]] {
        let count = events.len();
        let got = streamed(Reply::raw_events(events).stall_after(count), |config| config).await;
        assert_eq!((got.text.as_str(), got.is_whole, got.outcome.as_str()), ("hello", true, "ok"));
        assert!(got.arrivals.last().expect("something came") < &SOON);
    }
}

#[tokio::test]
async fn an_answer_that_went_on_behind_its_finish_reason_and_broke_is_no_whole_one() {
    let told = vec![word("a"), end(), word("b"), word("c")];
    let always = vec![last_word("a"), last_word("b"), last_word("c")];
    for (name, reply) in [
        ("cut", Reply::raw_events(told.clone()).cut_after(3)),
        ("reset", Reply::raw_events(told.clone()).reset_after(3)),
        ("ended", Reply::raw_events(told.clone()).end_after(3)),
        ("every chunk, cut", Reply::raw_events(always.clone()).cut_after(2)),
        ("every chunk, reset", Reply::raw_events(always.clone()).reset_after(2)),
        ("the first chunk, cut", Reply::raw_events(always).cut_after(1)),
    ] {
        let got = streamed(reply, |config| config).await;
        assert_eq!((got.is_whole, got.error.as_deref(), got.outcome.as_str()), (false, Some("cut"), "cut"), "{name}");
    }
    let stalls = Reply::raw_events(told).stall_after(3);
    let got = streamed(stalls, |config| config.limits("idle = \"1s\"\ntotal = \"30s\"")).await;
    assert_eq!((got.is_whole, got.error.as_deref()), (false, Some("idle_timeout")));
}

#[tokio::test]
async fn a_connection_that_breaks_behind_a_whole_answer_takes_nothing_from_it() {
    for reply in [
        Reply::raw_events([word("hello"), end()]).cut_after(2),
        Reply::raw_events([word("hello"), end()]).reset_after(2),
        Reply::raw_events([last_word("hello"), usage()]).cut_after(2),
        Reply::raw_events([last_word("hello")]),
        Reply::raw_events([word("hello"), end(), word("!"), DONE.to_owned()]),
    ] {
        let got = streamed(reply.clone(), |config| config).await;
        assert_eq!((got.is_whole, got.error.as_deref(), got.outcome.as_str()), (true, None, "ok"), "{reply:?}");
    }
}

#[tokio::test]
async fn an_error_behind_a_finish_reason_is_an_error() {
    let error = "data: {\"error\":{\"message\":\"x\",\"code\":\"server_error\"}}\n\n";
    let failed = chunk(&json!({}), Some("error"));
    for behind in [error.to_owned(), failed, format!("{}{error}", usage()), format!(": ping\n\n{error}")] {
        for server in ["", "heartbeat = \"20ms\""] {
            let reply = Reply::raw_events([word("hello"), end(), behind.clone(), DONE.to_owned()]);
            let got = streamed(reply.pause(Duration::from_millis(30)), |config| config.server(server)).await;
            assert_eq!((got.text.as_str(), got.is_whole, got.error.as_deref()), ("hello", false, Some("stream_error")));
            assert_eq!(got.outcome, "stream-error");
        }
    }
}

#[tokio::test]
async fn an_error_behind_a_finish_reason_that_was_held_back_is_not_seen_where_another_target_serves() {
    let upstream = Upstream::start().await;
    let error = "data: {\"error\":{\"message\":\"x\"}}\n\n";
    upstream.on("model-a").reply(Reply::raw_events([last_word("hello"), error.to_owned()]));
    upstream.on("model-b").reply(Reply::stream(["saved"]));
    let config = tiered(ConfigText::new(&upstream), "hold = \"all\", as_stream = true, retries = 0");
    let gateway = Gateway::start(&config).await;
    assert_eq!(gateway.client().stream("r", "hi").await.text(), "saved");
    assert_eq!(gateway.client().chat("r", "hi").await.text(), "saved");
    upstream.finish().await;
}

#[tokio::test]
async fn an_answer_without_a_token_is_none_however_it_ends_and_its_end_is_not_shown() {
    for events in [
        vec![end(), DONE.to_owned()],
        vec![last_word(""), end()],
        vec![chunk(&json!({"role": "assistant", "content": ""}), Some("who knows")), DONE.to_owned()],
    ] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::raw_events(events));
        upstream.on("model-b").reply(Reply::stream(["x"]));
        let config = tiered(ConfigText::new(&upstream), "hold = \"none\"").bounds("max_same_target = 1");
        let gateway = Gateway::start(&config).await;
        let answer = gateway.client().stream("r", "hi").await;
        let ends = answer.chunks().iter().filter(|chunk| chunk["choices"][0]["finish_reason"].is_string()).count();
        assert_eq!((answer.text().as_str(), answer.is_done(), ends), ("x", true, 1));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn the_last_event_may_lack_its_blank_line() {
    for last in ["data: [DONE]", "data: [DONE]\n", "data: [DONE]\r", "data:[DONE]  \n\n"] {
        let got = streamed(Reply::raw_events([word("hello"), end(), last.to_owned()]), |config| config).await;
        assert_eq!((got.text.as_str(), got.is_whole), ("hello", true), "{last:?}");
    }
    let unended = end().trim_end().to_owned();
    let got = streamed(Reply::raw_events([word("hello"), unended.clone()]), |config| config).await;
    assert_eq!((got.text.as_str(), got.is_whole), ("hello", true));
    let cut = unended[..unended.len() - 3].to_owned();
    let got = streamed(Reply::raw_events([word("hello"), cut]), |config| config).await;
    assert_eq!((got.is_whole, got.error.as_deref()), (false, Some("cut")));
}

#[tokio::test]
async fn a_stream_that_broke_behind_a_finish_reason_goes_on_elsewhere() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::raw_events(finished_at_every_word()).cut_after(4));
    let second = Upstream::start().await;
    second.on("model-a").reply(Reply::raw_events(finished_at_every_word()));
    let config =
        ConfigText::new(&upstream).second_provider(&second).models(["model-a", "model-a", "model-c", "model-d"]);
    let config = tiered(config, "resume = \"match\"").bounds("max_same_target = 1");
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text(), answer.is_done(), answer.error()), (twelve(), true, None));
    upstream.finish().await;
    second.finish().await;
}
