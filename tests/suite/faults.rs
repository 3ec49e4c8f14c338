//! Every fault of a provider, plain and streamed, with and without somewhere to go, before and after each commit: what the
//! caller gets byte for byte, whom the gateway asked and in which order, and what the ledger says.

mod expected;
mod table;

use std::net::SocketAddr;
use std::time::Duration;

use expected::{Row, cost_state, error_body, row};
use fingerpost::ledger::Record;
use serde_json::{Value, json};
use support::client::{StreamAnswer, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};
use table::{Cause, Fault, early, within_stream};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The limits of a route: short is only the one that the fault is to meet, so that nothing else runs out of time on a
/// machine that stands still for seconds.
fn limits(fault: &Fault) -> String {
    let one = |name: &str, kind: &str| format!("{name} = \"{}\"", if fault.kind == kind { "2s" } else { "30s" });
    let all = [
        one("first_byte", "first-byte-timeout"),
        one("first_token", "first-token-timeout"),
        one("idle", "idle-timeout"),
        one("total", "total-timeout"),
    ];
    format!("connect = \"30s\"\ncontent_idle = \"30s\"\n{}", all.join("\n"))
}

/// No case takes longer, whatever the machine does.
const AT_MOST: Duration = Duration::from_secs(90);

/// Gateways that run at once.
const AT_ONCE: usize = 6;

/// Two providers and a gateway.
struct Scene {
    first: Upstream,
    second: Upstream,
    gateway: Gateway,
}

impl Scene {
    /// The first provider has the fault; the second serves.
    async fn new(fault: &Fault, change: impl Fn(ConfigText) -> ConfigText) -> Self {
        let (first, second) = (Upstream::start().await, Upstream::start().await);
        let config = ConfigText::new(&first).second_provider(&second).limits(&limits(fault));
        let config = match &fault.cause {
            Cause::NoSuchHost => config.first_base_url("http://nowhere.invalid/v1"),
            Cause::NoTls => config.first_base_url(&format!("https://{}/v1", speaks_plainly().await)),
            Cause::Refused | Cause::Reply(_) => config,
        };
        let gateway = Gateway::start(&change(config)).await;
        match &fault.cause {
            Cause::Reply(reply) => drop(first.on("model-a").reply(Reply::clone(reply))),
            Cause::Refused => first.refuse_connections().await,
            Cause::NoSuchHost | Cause::NoTls => {}
        }
        drop(second.on("model-b").reply(saved()));
        Self { first, second, gateway }
    }

    async fn ask(&self, stream: bool) -> StreamAnswer {
        let mut body = chat_body("r", "hi");
        body["stream"] = json!(stream);
        self.gateway.client().post_stream(&body).await
    }

    async fn record(&self, answer: &StreamAnswer) -> Record {
        self.gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await
    }

    /// Whom the gateway asked, in the order of the ledger, is whom the providers saw, in the order of the clock.
    fn assert_asked(&self, fault: &Fault, fell_back: bool) {
        let seen = (self.first.hits("model-a"), self.second.hits("model-b"));
        let reached = usize::from(matches!(fault.cause, Cause::Reply(_)));
        assert_eq!(seen, (reached, usize::from(fell_back)), "{fault:?}");
        if let (Some(one), Some(other)) = (self.first.requests().first(), self.second.requests().first()) {
            let between = other.at.checked_duration_since(one.at).expect("the second comes after the first");
            assert!(between < Duration::from_secs(30), "{fault:?}: {between:?}");
        }
    }

    async fn finish(self) {
        self.first.finish().await;
        self.second.finish().await;
    }
}

/// Where a server listens that answers whatever it is told in plain HTTP.
async fn speaks_plainly() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // The client may have gone already.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    address
}

/// What the second provider says.
fn saved() -> Reply {
    Reply::stream(["sa", "ved"])
}

/// Runs a case for every fault, some at once; none may hang.
async fn for_each<F>(faults: Vec<Fault>, case: impl Fn(Fault) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut running = JoinSet::new();
    for fault in faults {
        if running.len() == AT_ONCE {
            running.join_next().await.expect("one runs").expect("the case passes");
        }
        let name = format!("{fault:?}");
        let case = case(fault);
        running.spawn(async move {
            tokio::time::timeout(AT_MOST, case).await.unwrap_or_else(|_| panic!("it hangs: {name}"));
        });
    }
    while let Some(case) = running.join_next().await {
        case.expect("the case passes");
    }
}

/// The record's ending, status, and target, outcome, fault and cost state of each attempt.
fn told(record: &Record) -> (String, u16, Vec<String>) {
    let attempts = record.attempts.iter().map(|entry| {
        let fault = entry.fault.as_deref().unwrap_or("-");
        format!("{} {} {fault} {}", entry.place.target, entry.outcome, entry.cost_state.as_str())
    });
    (record.ending.as_str().to_owned(), record.status, attempts.collect())
}

fn failed_attempt(fault: &Fault) -> String {
    format!("a {} {} {}", fault.kind, row(fault.kind).fault, cost_state(fault.kind, fault.came))
}

/// The provider's own error, where the caller gets that instead of ours.
fn own_error(fault: &Fault, row: &Row) -> Option<(u16, String)> {
    let Cause::Reply(reply) = &fault.cause else { return None };
    let (status, body) = reply.as_error()?;
    // An error never comes with a 200.
    let status = if status == 200 { row.status } else { status };
    (row.fault == "caller").then_some((status, body))
}

/// Asserts what a caller gets for whom nothing else serves.
fn assert_error(fault: &Fault, answer: &StreamAnswer) {
    let row = row(fault.kind);
    let (status, body) = own_error(fault, &row).unwrap_or((row.status, error_body(fault.kind)));
    assert_eq!(
        (answer.status.as_u16(), String::from_utf8_lossy(&answer.raw).as_ref()),
        (status, body.as_str()),
        "{fault:?}"
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-fingerpost-attempts"), Some("1"));
    let pointless = row.fault != "provider";
    assert_eq!(answer.header("x-should-retry"), pointless.then_some("false"), "{fault:?}");
}

async fn alone(fault: Fault, stream: bool) {
    let scene = Scene::new(&fault, |config| config.bounds("max_attempts = 1")).await;
    let answer = scene.ask(stream).await;
    assert_error(&fault, &answer);
    scene.assert_asked(&fault, false);
    let expected = ("failed".into(), answer.status.as_u16(), vec![failed_attempt(&fault)]);
    assert_eq!(told(&scene.record(&answer).await), expected, "{fault:?}");
    scene.finish().await;
}

async fn with_fallback(fault: Fault, stream: bool) {
    let scene = Scene::new(&fault, |config| config.bounds("max_attempts = 2")).await;
    let answer = scene.ask(stream).await;
    let falls_back = row(fault.kind).other_target;
    scene.assert_asked(&fault, falls_back);
    if falls_back {
        let body = if stream { saved().events("model-b").concat() } else { saved().completion("model-b") };
        assert_eq!((answer.status.as_u16(), String::from_utf8_lossy(&answer.raw)), (200, body.into()), "{fault:?}");
        assert_eq!(
            (answer.header("x-fingerpost-attempts"), answer.header("x-fingerpost-target")),
            (Some("2"), Some("b"))
        );
        assert!(answer.header("x-fingerpost-fallback-reason").is_some());
        let expected = ("served".into(), 200, vec![failed_attempt(&fault), "b ok - confirmed".into()]);
        assert_eq!(told(&scene.record(&answer).await), expected, "{fault:?}");
    } else {
        assert_error(&fault, &answer);
    }
    scene.finish().await;
}

#[tokio::test]
async fn a_plain_request_with_nowhere_to_go_ends_in_the_right_error() {
    for_each(early(false), |fault| alone(fault, false)).await;
}

#[tokio::test]
async fn a_stream_with_nowhere_to_go_ends_in_the_right_error() {
    for_each(early(true), |fault| alone(fault, true)).await;
}

#[tokio::test]
async fn a_plain_request_is_served_elsewhere_where_that_may_be() {
    for_each(early(false), |fault| with_fallback(fault, false)).await;
}

#[tokio::test]
async fn a_stream_is_served_elsewhere_where_that_may_be() {
    for_each(early(true), |fault| with_fallback(fault, true)).await;
}

/// The faults that take their time, so that the first sign of life comes before them.
fn slow(faults: Vec<Fault>) -> Vec<Fault> {
    let delay = Duration::from_millis(200);
    let slowed = faults.into_iter().filter_map(|fault| match fault.cause {
        Cause::Reply(reply) if fault.kind != "first-byte-timeout" => {
            Some(Fault { cause: Cause::Reply(Box::new(reply.head_after(delay))), ..fault })
        }
        Cause::Reply(_) => Some(fault),
        Cause::Refused | Cause::NoSuchHost | Cause::NoTls => None,
    });
    // The provider that says 408 does so at once.
    slowed.filter(|fault| !format!("{fault:?}").contains("status: 408")).collect()
}

/// What came besides signs of life, of which there was one at least, and first.
fn without_beats(answer: &StreamAnswer) -> String {
    let raw = String::from_utf8_lossy(&answer.raw);
    assert!(raw.starts_with(": waiting\n\n"), "{raw}");
    raw.replace(": waiting\n\n", "")
}

#[tokio::test]
async fn after_the_status_stands_a_failure_is_an_error_event() {
    for_each(slow(early(true)), |fault| async move {
        let change = |config: ConfigText| config.server("heartbeat = \"50ms\"").bounds("max_attempts = 1");
        let scene = Scene::new(&fault, change).await;
        let answer = scene.ask(true).await;
        let body = own_error(&fault, &row(fault.kind)).map_or_else(|| error_body(fault.kind), |(_, body)| body);
        assert_eq!((answer.status.as_u16(), without_beats(&answer)), (200, format!("data: {body}\n\n")), "{fault:?}");
        let expected = ("failed".into(), 200, vec![failed_attempt(&fault)]);
        assert_eq!(told(&scene.record(&answer).await), expected);
        scene.finish().await;
    })
    .await;
}

/// Splits the last chunk with the gateway's facts from a stream: all before it, the chunk without them, the facts.
fn split_facts(body: &str) -> (String, Value, Value) {
    let body = body.strip_suffix("data: [DONE]\n\n").expect("it is whole");
    let (before, last) = body.rsplit_once("data: ").expect("it has a chunk");
    let mut last: Value = serde_json::from_str(last).expect("JSON");
    let facts = last.as_object_mut().and_then(|chunk| chunk.remove("fingerpost")).expect("the facts");
    (before.to_owned(), last, facts)
}

#[tokio::test]
async fn after_the_status_stands_another_target_may_still_serve_and_the_last_chunk_says_so() {
    for_each(slow(early(true)), |fault| async move {
        if !row(fault.kind).other_target {
            return;
        }
        let change = |config: ConfigText| config.server("heartbeat = \"50ms\"").bounds("max_attempts = 2");
        let scene = Scene::new(&fault, change).await;
        let answer = scene.ask(true).await;
        let events = saved().events("model-b");
        let (before, last, facts) = split_facts(&without_beats(&answer));
        assert_eq!(before, events[..events.len() - 2].concat(), "{fault:?}");
        assert_eq!(format!("data: {last}\n\n"), events[events.len() - 2]);
        assert_eq!((&facts["target"], &facts["attempts"]), (&json!("b"), &json!(2)));
        scene.assert_asked(&fault, true);
        scene.finish().await;
    })
    .await;
}

/// What the caller gets of a stream before its fault: the opening and the first part.
fn begun() -> String {
    Reply::stream(["a", "b", "c"]).events("model-a")[..2].concat()
}

#[tokio::test]
async fn a_stream_that_breaks_after_its_first_token_ends_in_an_error_event_and_asks_nobody_else() {
    for_each(within_stream(), |fault| async move {
        let scene = Scene::new(&fault, |config| config).await;
        let answer = scene.ask(true).await;
        let expected = format!("{}data: {}\n\n", begun(), error_body(fault.kind));
        assert_eq!((answer.status.as_u16(), String::from_utf8_lossy(&answer.raw)), (200, expected.into()), "{fault:?}");
        scene.assert_asked(&fault, false);
        assert_eq!(told(&scene.record(&answer).await), ("broken".into(), 200, vec![failed_attempt(&fault)]));
        scene.finish().await;
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_breaks_goes_on_at_another_provider_where_the_policy_says_so() {
    for_each(within_stream(), |fault| async move {
        let change = |config: ConfigText| {
            let config = config.policy(r#"{ source = "builtin", name = "tiered" }"#).bounds("max_same_target = 1");
            let config = config.models(["model-a", "model-a", "model-c", "model-d"]);
            let idle = if fault.kind == "idle-timeout" { 2_000 } else { 30_000 };
            config
                .route(&format!("fallback = {{ classes = {{ critical = {{ resume = \"match\", idle = {idle} }} }} }}"))
        };
        let scene = Scene::new(&fault, change).await;
        drop(scene.second.on("model-a").reply(Reply::stream(["ab", "c"])));
        let answer = scene.ask(true).await;
        let raw = String::from_utf8_lossy(&answer.raw).into_owned();
        let rest = raw.strip_prefix(&begun()).unwrap_or_else(|| panic!("{fault:?}: {raw}"));
        let (before, last, facts) = split_facts(rest);
        let part = |text: &str| {
            let chunk = &Reply::stream([text]).events("model-a")[1]["data: ".len()..];
            let mut chunk: Value = serde_json::from_str(chunk).expect("JSON");
            chunk["fingerpost"] = json!({"target": "b"});
            chunk
        };
        let got: Vec<Value> =
            before.split("data: ").skip(1).map(|chunk| serde_json::from_str(chunk).expect("JSON")).collect();
        assert_eq!(got, [part("b"), part("c")], "{fault:?}");
        assert_eq!((&last["choices"][0]["finish_reason"], &facts["target"]), (&json!("stop"), &json!("b")));
        let expected = ("served".into(), 200, vec![failed_attempt(&fault), "b ok - confirmed".into()]);
        assert_eq!(told(&scene.record(&answer).await), expected, "{fault:?}");
        scene.finish().await;
    })
    .await;
}
