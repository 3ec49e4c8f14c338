//! A rate limit that is over is over: what asked to be left alone is waited for, comes back at its time and at once, and what
//! takes its load back after an outage is tried where no other can take it.

use std::collections::BTreeSet;
use std::time::Duration;

use fingerpost::decision_log::{Log, Selection};
use fingerpost::policy::wire::Facts;
use support::client::{Answer, Client};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// The route `one` with these targets, decided by this policy, and with these lines of its own.
fn route(upstream: &Upstream, targets: &str, policy: &str, more: &str) -> ConfigText {
    let policy = format!("policy = {{ source = \"builtin\", name = \"{policy}\" }}");
    ConfigText::new(upstream).more(&format!("[routes.one]\ntargets = [{targets}]\n{policy}\n{more}\n"))
}

/// What so many callers get that ask at once.
async fn at_once(gateway: &Gateway, count: usize) -> Vec<Answer> {
    let ask = |client: Client| tokio::spawn(async move { client.chat("one", "hi").await });
    let asked: Vec<_> = (0..count).map(|_| ask(gateway.client())).collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.expect("no panic"));
    }
    answers
}

/// What providers say when they are at a limit, each with the milliseconds that they ask for.
fn limits() -> Vec<(Reply, u64)> {
    vec![
        (Reply::status(429).retry_after(0), 0),
        (Reply::status(429).retry_after(1), 1_000),
        (Reply::status(429).header("retry-after-ms", "300"), 300),
        (Reply::status(429), 0),
        (Reply::status(503).retry_after(1), 1_000),
        (Reply::status(529).header("retry-after-ms", "700"), 700),
        (Reply::status(529), 0),
    ]
}

/// Asks so often, one after the other. Gives which targets served, and what was not served.
async fn served(client: &Client, count: usize) -> (BTreeSet<String>, Vec<String>) {
    let (mut targets, mut refused) = (BTreeSet::new(), Vec::new());
    for _ in 0..count {
        take(client.chat("one", "hi").await, &mut targets, &mut refused);
    }
    (targets, refused)
}

fn take(answer: Answer, targets: &mut BTreeSet<String>, refused: &mut Vec<String>) {
    match answer.status.as_u16() {
        200 => drop(targets.insert(answer.header("x-fingerpost-target").unwrap_or_default().to_owned())),
        status => refused.push(format!("{status} {}", answer.body_text())),
    }
}

/// One limit, then all is well: nobody is refused, nobody goes elsewhere, and nobody is sent twice but the one.
async fn one_limit_makes_no_outage(reply: Reply, asked: u64, targets: &str, policy: &str) {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(reply).then(Reply::ok("x"));
    let gateway = Gateway::start(&route(&upstream, targets, policy, "")).await;
    let began = std::time::Instant::now();
    let client = gateway.client();
    let (by, refused) = served(&client, 1).await;
    assert!(refused.is_empty() && by.contains("a"), "{policy} after {asked} ms: {refused:?} {by:?}");
    assert!(began.elapsed() >= Duration::from_millis(asked));
    let (by, refused) = served(&client, 40).await;
    assert_eq!((by, refused), (BTreeSet::from(["a".to_owned()]), Vec::new()), "{policy} after {asked} ms");
    assert_eq!(upstream.hits("model-a"), 42);
    upstream.finish().await;
}

#[tokio::test]
async fn one_rate_limit_of_the_only_target_refuses_nobody() {
    for policy in ["tiered", "single"] {
        for (reply, asked) in limits() {
            one_limit_makes_no_outage(reply, asked, "\"a\"", policy).await;
        }
    }
}

#[tokio::test]
async fn one_rate_limit_pushes_nobody_to_a_cheaper_target() {
    for (reply, asked) in limits().into_iter().take(3) {
        one_limit_makes_no_outage(reply, asked, "\"a\", \"c\"", "tiered").await;
    }
}

#[tokio::test]
async fn whoever_comes_while_the_only_target_rests_waits_and_is_served() {
    for policy in ["tiered", "single", "weighted", "cheapest-healthy"] {
        let more = if policy == "weighted" { "[routes.one.routing]\nweights = { a = 1 }" } else { "" };
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::status(429).retry_after(1)).then(Reply::ok("x"));
        let gateway = Gateway::start(&route(&upstream, "\"a\"", policy, more)).await;
        let first = tokio::spawn({
            let client = gateway.client();
            async move { client.chat("one", "hi").await }
        });
        upstream.until_hits("model-a", 1).await;
        let rests = || async {
            let states = gateway.operator().get("/admin/v1/targets").await.json();
            states["targets"][0]["state"] == "cooling"
        };
        gateway.until(rests).await;
        let answers = at_once(&gateway, 10).await;
        let (mut by, mut refused) = (BTreeSet::new(), Vec::new());
        answers.into_iter().for_each(|answer| take(answer, &mut by, &mut refused));
        assert!(refused.is_empty(), "{policy}: {refused:?}");
        // Of the four only these two try again at all.
        let retries = matches!(policy, "tiered" | "single");
        assert_eq!(first.await.expect("no panic").status.as_u16(), if retries { 200 } else { 429 }, "{policy}");
        upstream.finish().await;
    }
}

#[tokio::test]
async fn of_two_targets_at_their_limits_the_first_that_is_back_serves() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(429).retry_after(5)).then(Reply::ok("x"));
    upstream.on("model-b").reply(Reply::status(429).retry_after(1)).then(Reply::ok("x"));
    let gateway = Gateway::start(&route(&upstream, "\"a\", \"b\"", "tiered", "")).await;
    let (by, refused) = served(&gateway.client(), 20).await;
    assert_eq!((by, refused), (BTreeSet::from(["b".to_owned()]), Vec::new()));
    upstream.finish().await;
}

#[tokio::test]
async fn a_burst_that_meets_one_limit_is_served_when_that_is_over() {
    let upstream = Upstream::start().await;
    let limit = || Reply::status(429).retry_after(1).head_after(Duration::from_millis(200));
    let script = (1..8).fold(upstream.on("model-a").reply(limit()), |script, _| script.then(limit()));
    script.then(Reply::ok("x"));
    let gateway = Gateway::start(&route(&upstream, "\"a\"", "tiered", "")).await;
    let answers = at_once(&gateway, 8).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let (_, refused) = served(&gateway.client(), 20).await;
    assert!(refused.is_empty(), "{refused:?}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_provider_that_asks_for_more_than_is_waited_for_is_told_to_the_caller() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(429).retry_after(30));
    let gateway = Gateway::start(&route(&upstream, "\"a\"", "tiered", "")).await;
    let answer = gateway.client().chat("one", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("30")));
    assert_eq!(gateway.client().chat("one", "hi").await.status, 503);
    upstream.finish().await;
}

/// After two failures an outage of a moment, and after it a ramp of hours.
const SLOWLY: &str =
    "[health]\nfailures_in_a_row = 2\nfirst_cool_down = \"100ms\"\nlongest_cool_down = \"100ms\"\nramp = \"1h\"";

/// Which targets serve a hundred requests while `a` takes its load back and `c` answers so.
async fn after_an_outage(targets: &str, more: &str, cheaper: Reply) -> BTreeSet<String> {
    let upstream = Upstream::start().await;
    upstream.on("model-c").reply(cheaper);
    upstream.on("model-a").reply(Reply::status(500)).then(Reply::status(500)).then(Reply::ok("back"));
    let config = route(&upstream, targets, "single", more);
    let gateway = Gateway::start(&config.also(SLOWLY)).await;
    let client = gateway.client();
    for _ in 0..2 {
        client.chat("one", "hi").await;
    }
    let state = |state: &'static str| {
        let gateway = &gateway;
        move || async move {
            gateway.client().chat("one", "hi").await;
            gateway.operator().get("/admin/v1/targets").await.json()["targets"][0]["state"] == state
        }
    };
    gateway.until(state("recovering")).await;
    let (by, refused) = served(&client, 100).await;
    assert!(refused.is_empty(), "{targets}: {refused:?}");
    upstream.finish().await;
    by
}

#[tokio::test]
async fn a_ramp_moves_load_to_others_and_only_within_what_the_request_is_held_to() {
    let [a, both] = [BTreeSet::from(["a".into()]), BTreeSet::from(["a".into(), "c".into()])];
    let may = "[routes.one.bounds]\ndowngrade = true";
    assert_eq!(after_an_outage("\"a\"", "", Reply::ok("x")).await, a, "nobody else is there");
    assert_eq!(after_an_outage("\"a\", \"c\"", may, Reply::ok("x")).await, both);
    let may_not = "[routes.one.bounds]\ndowngrade = false";
    assert_eq!(after_an_outage("\"a\", \"c\"", may_not, Reply::ok("x")).await, a, "a worse one may not");
    let wrong = Reply::error(404, "model_not_found", "no");
    assert_eq!(after_an_outage("\"a\", \"c\"", may, wrong).await, a, "the other has failed the request");
}

/// The facts of all decisions of a gateway that has stopped.
fn facts(data: &std::path::Path) -> Vec<Facts> {
    let log = Log::open(&data.join("data")).expect("there is a log");
    let mut all = Vec::new();
    log.visit(&Selection::default(), |_, stored| {
        all.push(stored.input()?.facts);
        Ok(std::ops::ControlFlow::Continue(()))
    })
    .expect("it can be read");
    all
}

#[tokio::test]
async fn later_decisions_are_told_what_the_first_one_meant_and_nobody_else_can_say_it() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(429).retry_after(1));
    let gateway = Gateway::start(&route(&upstream, "\"c\", \"a\"", "tiered", "class = \"critical\"")).await;
    let mut body = support::client::chat_body("one", "hi");
    body["metadata"] = serde_json::json!({ "fingerpost.intended": "c", "fingerpost.resting": "c", "mine": "x" });
    gateway.client().post_chat(&body).await;
    let dir = gateway.stop().await;
    let mut facts = facts(dir.path());
    facts.sort_by_key(|facts| facts.request.decision_index);
    let said = |facts: &Facts| {
        let own = facts.request.attributes.iter().filter(|one| one.name.starts_with("fingerpost."));
        own.map(|one| format!("{} {} {}", one.name, one.value, one.source)).collect::<Vec<_>>()
    };
    assert_eq!(said(&facts[0]), [""; 0]);
    assert_eq!(said(&facts[1]), ["fingerpost.intended a host", "fingerpost.resting a host"]);
    upstream.finish().await;
}

#[tokio::test]
async fn odd_requests_of_one_caller_take_a_target_from_nobody_and_those_of_several_do() {
    for reply in [Reply::body("no json"), Reply::body("{\"choices\": []}"), Reply::ok("x").content_type("text/html")] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(reply);
        let for_long = "[health]\nfirst_cool_down = \"1h\"\nlongest_cool_down = \"1h\"";
        let gateway = Gateway::start(&ConfigText::new(&upstream).more(for_long)).await;
        let state = || async {
            let states = gateway.operator().get("/admin/v1/targets").await.json();
            let target = &states["targets"][0];
            (target["state"].as_str().unwrap_or_default().to_owned(), target["samples"].as_u64())
        };
        for number in 0..20 {
            gateway.client().chat("r", &format!("odd {number}")).await;
        }
        assert_eq!((state().await, upstream.hits("model-a")), (("available".into(), Some(0)), 20));
        let mut clients = vec![gateway.client()];
        for name in ["second", "third"] {
            let secret = gateway.create_key(name).await;
            let client = Client::new(gateway.address(), &secret);
            gateway.until(|| async { client.get("/v1/models").await.status == 200 }).await;
            clients.push(client);
        }
        for number in 0..7 {
            let answer = clients[number % 3].chat("r", &format!("odd {}", number % 3)).await;
            assert_eq!(answer.status, 200, "the other target serves: {}", answer.body_text());
        }
        assert_eq!(state().await.0, "cooling", "{}", gateway.operator().get("/admin/v1/targets").await.body_text());
        upstream.finish().await;
    }
}
