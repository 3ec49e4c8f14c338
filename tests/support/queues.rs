//! What tests of deferred requests begin with: a route that puts off at once, queues that stand still, targets that are
//! down and come up again.

use crate::client::{Answer, Client};
use crate::gateway::{ConfigText, Gateway};
use crate::upstream::{Reply, Upstream};

const MODELS: [&str; 4] = ["model-a", "model-b", "model-c", "model-d"];

/// The matrix on a route with one low tier, whose queue is tried again at once. `more` are lines of the route.
pub fn config(upstream: &Upstream, class: &'static str, more: &str) -> ConfigText {
    let route = format!(
        "{more}\nqueues = [\"later\", \"review\"]\n\
         routing = {{ tiers = {{ frontier = \"high\", balanced = \"low\", economy = \"low\" }} }}\n\
         fallback = {{ queue_wait = 1, backoff = {{ base = 1, cap = 1 }} }}"
    );
    ConfigText::new(upstream)
        .class(class)
        .policy(r#"{ source = "builtin", name = "tiered" }"#)
        .bounds("deadline = \"20s\"\nmax_attempts = 4\ndowngrade = true")
        .route(&route)
        .more(&queues(""))
}

/// The two queues, the first with these lines, and targets that are never left alone.
pub fn queues(later: &str) -> String {
    format!(
        "[queues.later]\n{later}\n[queues.review]\nreview = true\n\
         [health]\nfailures_in_a_row = 1000\nfailure_rate = \"1\"\nsamples = 64"
    )
}

/// Nothing comes out of the queues from now on.
pub async fn pause(gateway: &Gateway) {
    assert_eq!(gateway.operator().send(http::Method::POST, "/admin/v1/queues/pause", "").await.status, 200);
}

/// The queues go on.
pub async fn resume(gateway: &Gateway) {
    assert_eq!(gateway.operator().send(http::Method::POST, "/admin/v1/queues/resume", "").await.status, 200);
}

/// Every target fails, each with its own breaker far away.
pub fn down(upstream: &Upstream) {
    MODELS.iter().for_each(|model| drop(upstream.on(model).reply(Reply::status(500))));
}

/// Every target answers.
pub fn up(upstream: &Upstream) {
    MODELS.iter().for_each(|model| drop(upstream.on(model).reply(Reply::ok("late").usage(10, 5))));
}

/// A caller with the key `test` that understands a 202.
pub fn prepared(gateway: &Gateway) -> Client {
    gateway.client().with_header("prefer", "respond-async")
}

/// The id of the job that this answer stands for.
pub fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.body_text());
    answer.json()["id"].as_str().expect("a job has an id").to_owned()
}
