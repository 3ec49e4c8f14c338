//! What the cells of the matrix play on: a gateway with a route a class, and a way to tell a request's story as the provider,
//! the caller and the ledger saw it, all three at once.

use fingerpost::ledger::{Record, TierChange};
use http::Method;
use serde_json::{Value, json};
use support::client::{Answer, Client};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// Three tiers, each at two providers, of which the second is a tenth dearer.
///
/// | tier | provider `p1` | provider `p2` | price of a million tokens |
/// |---|---|---|---|
/// | `frontier` | `opus` | `gpt` | $10 |
/// | `balanced` | `sonnet` | `gpt-mini` | $3 |
/// | `economy` | `haiku` | `gpt-nano` | $1 |
pub(super) const MODELS: [(&str, &str, &str, &str); 6] = [
    ("opus", "p1", "frontier", "10.00"),
    ("gpt", "p2", "frontier", "11.00"),
    ("sonnet", "p1", "balanced", "3.00"),
    ("gpt-mini", "p2", "balanced", "3.30"),
    ("haiku", "p1", "economy", "1.00"),
    ("gpt-nano", "p2", "economy", "1.10"),
];

/// Every model.
pub(super) const ALL: [&str; 6] = ["opus", "gpt", "sonnet", "gpt-mini", "haiku", "gpt-nano"];

/// The low-cost models.
pub(super) const ECONOMY: [&str; 2] = ["haiku", "gpt-nano"];

/// A route a class, decided by `tiered` as it ships. The experiment has all that others fall back to, so that it can be seen
/// to use none of it.
const ROUTES: [(&str, &str, &str); 5] = [
    ("support_chat", "critical", ""),
    ("page_summary", "interactive", "cache = { ttl = \"1h\" }"),
    ("ticket_triage", "internal", "async = true\nqueues = [\"later\"]"),
    ("monthly_report", "batch", "async = true\nqueues = [\"later\", \"review\"]"),
    ("prompt_lab", "experiment", "async = true\nqueues = [\"later\", \"review\"]\ncache = { ttl = \"1h\" }"),
];

/// The gateway with its provider.
pub(super) struct Stage {
    pub(super) upstream: Upstream,
    pub(super) gateway: Gateway,
}

impl Stage {
    /// With everything up.
    pub(super) async fn start() -> Self {
        Self::with("").await
    }

    /// With these lines at the end of the config.
    pub(super) async fn with(more: &str) -> Self {
        Self::built("", |config| config.also(more)).await
    }

    /// With these lines in every target, on the config that this makes of it.
    pub(super) async fn built(target: &str, change: impl FnOnce(ConfigText) -> ConfigText) -> Self {
        let upstream = Upstream::start().await;
        let tiers = r#"["frontier", "balanced", "economy", "high", "low"]"#;
        let config = ConfigText::new(&upstream).tiers(tiers).more(&format!("{}{}", targets(target), routes()));
        let gateway = Gateway::start(&change(config)).await;
        Self { upstream, gateway }
    }

    /// These models fail from now on.
    pub(super) fn down(&self, models: &[&str]) {
        models.iter().for_each(|model| drop(self.upstream.on(model).reply(Reply::status(500))));
    }

    /// These models answer from now on.
    pub(super) fn up(&self, models: &[&str]) {
        models.iter().for_each(|model| drop(self.upstream.on(model).reply(Reply::ok("late").usage(10, 5))));
    }

    /// A caller.
    pub(super) fn client(&self) -> Client {
        self.gateway.client()
    }

    /// Asks, and tells the story.
    pub(super) async fn ask(&self, route: &str) -> String {
        self.tell(route).await.1
    }

    /// Asks, and gives the answer with its story.
    pub(super) async fn tell(&self, route: &str) -> (Answer, String) {
        let before = self.upstream.requests().len();
        let answer = self.client().post_chat(&body(route)).await;
        let id = answer.header("x-fingerpost-request-id").expect("every answer names its request");
        let record = self.gateway.record(id).await;
        agree(&answer, &record);
        let asked = self.asked_since(before);
        (answer, story(&asked, &record))
    }

    /// Who was asked since there were so many requests, in order.
    pub(super) fn asked_since(&self, before: usize) -> String {
        let requests = self.upstream.requests();
        let models: Vec<_> = requests.iter().skip(before).filter_map(|request| request.model()).collect();
        if models.is_empty() { "nobody".to_owned() } else { models.join(" ") }
    }

    /// Stops, or lets the queues be worked off again.
    pub(super) async fn queues(&self, word: &str) {
        let answer = self.gateway.operator().send(Method::POST, &format!("/admin/v1/queues/{word}"), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body_text());
    }

    /// A job that was put off, as its caller sees it as soon as it has that status.
    pub(super) async fn job(&self, deferred: &Answer, status: &str) -> Value {
        let path = format!("/v1/deferred/{}", deferred.header("x-fingerpost-deferred").expect("it was put off"));
        let seen = || async { self.client().get(&path).await.json() };
        self.gateway.until(|| async { seen().await["status"] == status }).await;
        seen().await
    }

    pub(super) async fn finish(self) {
        self.upstream.finish().await;
    }
}

/// A short question: at most ten tokens of an answer.
pub(super) fn body(route: &str) -> Value {
    json!({"model": route, "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]})
}

fn targets(lines: &str) -> String {
    let target = |(id, provider, tier, price): (&str, &str, &str, &str)| {
        format!(
            "[targets.{id}]\nprovider = \"{provider}\"\nmodel = \"{id}\"\ntier = \"{tier}\"\ncontext_window = 100000\n\
             price = {{ input = \"{price}\", output = \"{price}\" }}\n{lines}\n"
        )
    };
    MODELS.map(target).concat()
}

fn routes() -> String {
    let names = ALL.map(|model| format!("\"{model}\"")).join(", ");
    let route = |(name, class, lines): (&str, &str, &str)| {
        let sorry = format!("[routes.{name}.default_answers.sorry]\ntext = \"Please try later.\"\n");
        let sorry = if matches!(class, "interactive" | "experiment") { &*sorry } else { "" };
        format!(
            "[routes.{name}]\nclass = \"{class}\"\ntargets = [{names}]\npolicy = {{ source = \"builtin\", name = \"tiered\" }}\n\
             fallback = {{ queue_wait = 1, backoff = {{ base = 1, cap = 1 }} }}\n{lines}\n\
             [routes.{name}.bounds]\ndowngrade = true\n{sorry}"
        )
    };
    let quiet = "[health]\nfailures_in_a_row = 1000\nfailure_rate = \"1\"\nsamples = 64\n";
    format!("[queues.later]\nttl = \"1000h\"\n[queues.review]\nreview = true\n{quiet}{}", ROUTES.map(route).concat())
}

/// What the caller was told is what the ledger says.
fn agree(answer: &Answer, record: &Record) {
    let header = |name: &str| answer.header(&format!("x-fingerpost-{name}"));
    let target = |place: &Option<fingerpost::ledger::Place>| place.as_ref().map(|place| place.target.to_string());
    assert_eq!(header("target"), target(&record.serving).as_deref(), "{record:#?}");
    assert_eq!(header("intended-target"), target(&record.intended).as_deref(), "{record:#?}");
    assert_eq!(header("attempts"), Some(&*record.attempts.len().to_string()));
    assert_eq!(header("fallback-reason"), record.fallback_reason.as_deref(), "{record:#?}");
    assert_eq!(header("degraded"), record.degraded.as_deref());
    assert_eq!((header("route"), answer.status.as_u16()), (Some(&*record.route), record.status));
    assert_eq!(header("cost-usd").is_some(), record.status != 202);
    assert_eq!(answer.error_code().is_some(), answer.status.as_u16() >= 400);
    let told = header("cache").map(|_| "cached").or(header("answer").map(|_| "default"));
    assert_eq!(told, record.answered.as_deref());
    let overruled = record.decisions.iter().find(|decision| decision.overruled.is_some());
    assert!(record.policy.is_some() && overruled.is_none(), "{overruled:#?}");
}

/// `who was asked: status; who served for whom; why; what changed; how the answer is marked; ending (the last rule)`.
pub(super) fn story(asked: &str, record: &Record) -> String {
    let meant = record.intended.as_ref().map_or("nobody", |place| &*place.target);
    let served = record.serving.as_ref().map(|place| {
        if *place.target == *meant { place.target.to_string() } else { format!("{} for {meant}", place.target) }
    });
    let change = Some(record.tier_change).filter(|change| *change != TierChange::None).map(|change| change.as_str());
    let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let rule = record.decisions.last().map_or("none", |decision| &*decision.rule);
    let parts = [
        Some(record.status.to_string()),
        served,
        owned(&record.answered),
        owned(&record.fallback_reason),
        change.map(str::to_owned),
        owned(&record.degraded),
        Some(format!("{} ({rule})", record.ending.as_str())),
    ];
    format!("{asked}: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
