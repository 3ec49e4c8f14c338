//! The scenes of the demo: what is done to the gateway, and what a caller sees of it.

use std::io::{self, Write};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use tokio::time::Instant;

use crate::cli::output::{Colour, Output};
use crate::config::DEMO_KEY;
use crate::lifecycle::{Deploy, Lifecycle};
use crate::money::NanoUsd;
use crate::serve::Running;
use crate::sim::Condition;
use crate::upstream::{Deadlines, Upstream};
use crate::{builtin, config};

/// Runs out within a few requests of the class `internal`.
pub(super) const INTERNAL_BUDGET: NanoUsd = NanoUsd(220_000);

/// What callers ask on each route.
const QUESTIONS: [(&str, &str); 5] = [
    ("support_draft", "Where is my parcel?"),
    ("page_summary", "Summarise this page in a sentence."),
    ("ticket_triage", "Label this ticket."),
    ("nightly_report", "Write the report of the day."),
    ("prompt_lab", "Try this prompt."),
];

/// Longer than any request of the demo takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The story, with what it is told on.
pub(super) struct Story<'a> {
    lifecycle: &'a Lifecycle,
    base: String,
    client: Upstream,
}

/// What a caller saw.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(format!("x-fingerpost-{name}"))?.to_str().ok()
    }

    /// One line about it.
    fn told(&self, route: &str, took: Duration) -> String {
        let served = self.header("target").map_or_else(|| format!("refused: {}", self.code()), str::to_owned);
        let mut notes = Vec::new();
        if let Some(attempts) = self.header("attempts").filter(|attempts| *attempts != "1" && *attempts != "0") {
            notes.push(format!("{attempts} attempts"));
        }
        if let Some(intended) =
            self.header("intended-target").filter(|intended| Some(*intended) != self.header("target"))
        {
            notes.push(format!("meant for {intended}"));
        }
        if let Some(reason) = self.header("fallback-reason") {
            notes.push(format!("because of {reason}"));
        }
        if let Some(mark) = self.header("degraded") {
            notes.push(format!("marked {mark}"));
        }
        let line =
            format!("  {route:<15} {}  {served:<34} {:>5} ms  {}", self.status, took.as_millis(), notes.join(", "));
        self.colour(notes.is_empty()).on(line.trim_end())
    }

    /// Green: served as meant. Yellow: served otherwise. Red: refused.
    fn colour(&self, as_meant: bool) -> Colour {
        match self.status {
            200 if as_meant => Colour::Green,
            200 => Colour::Yellow,
            _ => Colour::Red,
        }
    }

    fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["error"]["code"].as_str().unwrap_or("no code").to_owned()
    }
}

impl<'a> Story<'a> {
    pub(super) fn new(running: &'a Running) -> anyhow::Result<Self> {
        let base = format!("http://{}/v1/chat/completions", running.public);
        Ok(Self { lifecycle: &running.lifecycle, base, client: Upstream::new(&[])? })
    }

    /// All scenes in order.
    pub(super) async fn tell(&self) -> anyhow::Result<()> {
        scene("All is well: each route is served by what its policy means for it")?;
        self.all_routes(1).await?;
        scene("Provider sim-north goes down: each route falls back as far as its policy and its targets let it")?;
        self.condition("sim-north", Condition::Down).await;
        self.all_routes(2).await?;
        scene("sim-north is back, and sim-south limits its rate: an experiment has no fallback and fails at once")?;
        self.condition("sim-north", Condition::Healthy).await;
        self.condition("sim-south", Condition::RateLimited { retry_after_s: 2 }).await;
        tokio::time::sleep(Duration::from_secs(6)).await;
        self.all_routes(1).await?;
        self.condition("sim-south", Condition::Healthy).await;
        scene(
            "The day's budget of the class internal runs out: then a clear answer at once, and no provider is asked",
        )?;
        for _ in 0..6 {
            self.ask("ticket_triage", "Label this ticket.").await?;
        }
        scene("The policy of prompt_lab is replaced while its requests run")?;
        self.swap().await
    }

    async fn all_routes(&self, rounds: usize) -> anyhow::Result<()> {
        for _ in 0..rounds {
            for (route, question) in QUESTIONS {
                self.ask(route, question).await?;
            }
        }
        Ok(())
    }

    async fn condition(&self, provider: &str, condition: Condition) {
        if let Some(control) = self.lifecycle.simulated(provider).await {
            control.set(condition);
        }
        // A moment for sockets to open or close.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    async fn swap(&self) -> anyhow::Result<()> {
        tokio::time::sleep(Duration::from_secs(2)).await;
        self.ask("prompt_lab", "Before the swap.").await?;
        let (during, deployed) = tokio::join!(self.ask("prompt_lab", "During the swap."), self.deploy("single"));
        during?;
        writeln!(Output, "  deployed `single` as generation {}", deployed?)?;
        self.ask("prompt_lab", "After the swap.").await
    }

    async fn deploy(&self, name: &str) -> anyhow::Result<u64> {
        let component =
            builtin::component(name).ok_or_else(|| anyhow::anyhow!("the binary carries no policy `{name}`"))?;
        let (took, by) = (Duration::ZERO, "demo".into());
        let deploy = Deploy {
            component: Some(component),
            settings: None,
            took,
            signature: None,
            skip_rehearsal: false,
            stage: None,
            by,
        };
        Ok(self.lifecycle.deploy("prompt_lab", deploy).await?.generation.number())
    }

    async fn ask(&self, route: &str, question: &str) -> anyhow::Result<()> {
        let started = Instant::now();
        let seen = self.send(route, question).await?;
        writeln!(Output, "{}", seen.told(route, started.elapsed()))?;
        Ok(())
    }

    async fn send(&self, route: &str, question: &str) -> anyhow::Result<Seen> {
        let body = json!({ "model": route, "messages": [{ "role": "user", "content": question }], "max_tokens": 96 });
        let request = Request::post(&self.base)
            .header(AUTHORIZATION, format!("Bearer {DEMO_KEY}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body.to_string())))?;
        let until = Instant::now() + PATIENCE;
        let deadlines = Deadlines { connect: until, head: until, total: until };
        let answer =
            self.client.send(request, deadlines).await.map_err(|failure| anyhow::anyhow!("{}", failure.detail))?;
        let (head, body) = answer.into_parts();
        Ok(Seen { status: head.status.as_u16(), headers: head.headers, body: body.collect().await?.to_bytes() })
    }
}

fn scene(title: &str) -> io::Result<()> {
    writeln!(Output, "\n{}", Colour::Bold.on(&format!("── {title}")))
}

/// The name of a place for the report; a dash where there is none.
pub(super) fn named(place: Option<&crate::ledger::Place>) -> config::Name {
    place.map_or_else(|| "–".into(), |place| place.target.clone())
}
