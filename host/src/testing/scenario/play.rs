//! Plays a scenario: a whole gateway within the process, its providers scripted, its clocks virtual. Nothing between the
//! caller and the provider is simulated: authentication, facts, policy, bounds, attempts, streams and books are the
//! gateway's own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::{Bytes, BytesMut};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::setting::{SECRET, Setting};
use super::tell::{self, Heard};
use super::{Ask, Played, Scenario};
use crate::clock::{Virtual, now_ms};
use crate::config::PolicySource;
use crate::downstream::respond;
use crate::gateway::Gateway;
use crate::ids::Id;
use crate::ledger::{Books, Record};
use crate::money::NanoUsd;
use crate::policy::Engine;
use crate::request::{Arrival, serve_as};
use crate::serve::{Core, Opened};
use crate::sim::indoors;
use crate::sim::scripted::Scripted;
use crate::store::{Found, Reader};
use crate::testing::facts::share_of;
use crate::upstream::{Indoors, Upstream};

/// When every scenario begins, in milliseconds since the Unix epoch: a Sunday in June 2025, as in fixtures.
const BEGINNING: u64 = 1_750_000_000_000;

/// The seed of the first request, as in fixtures; each further one has the next.
const SEED: u64 = 42;

/// Plays it, in this thread. Time is real while the gateway is put together, since other processes and threads have a part
/// in that, and virtual while requests run.
pub(super) fn play(engine: &Engine, component: &Bytes, scenario: &Scenario) -> anyhow::Result<Played> {
    let folder = tempfile::tempdir().context("failed to make a folder for the scenario")?;
    let scripted = Arc::new(script(scenario));
    let real = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let core = real.block_on(assemble(engine, component, scenario, folder.path(), &scripted))?;
    // Paused from its start, so that its timers, which count whole milliseconds, fall together with the clock.
    let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let played = paused.block_on(async {
        let _clock = Virtual::start(BEGINNING);
        use_up(&core.gateway, &scenario.used);
        let began = Instant::now();
        let (heard, ids) = ask_all(&core.gateway, scenario, began).await;
        settled(&core.gateway).await;
        (began, heard, ids, core.gateway.budgets.states(now_ms()))
    });
    // What is left of connections ends with their runtime.
    drop(paused);
    let (began, heard, ids, budgets) = played;
    real.block_on(core.gateway.ledger.flush());
    let records = records(&folder.path().join("data"), &ids)?;
    core.close()?;
    Ok(tell::tell(scenario, began, &scripted.calls(), &heard, &records, &budgets))
}

async fn assemble(
    engine: &Engine,
    component: &Bytes,
    scenario: &Scenario,
    folder: &Path,
    scripted: &Arc<Scripted>,
) -> anyhow::Result<Core> {
    let file = folder.join("policy.wasm");
    std::fs::write(&file, component).context("failed to write the component")?;
    let mut config = scenario.config.clone();
    config.data_dir = folder.join("data");
    for route in config.routes.values_mut() {
        route.policy = PolicySource::File(file.clone());
    }
    let providers = Arc::clone(scripted);
    let upstream = Upstream::indoors(Indoors::new(move |host| indoors::connect(&providers, host)))?;
    // Budgets have their periods from the virtual clock, and the ledger of the folder is empty.
    let _clock = Virtual::start(BEGINNING);
    let opened = Opened::open(&config)?;
    let core = Core::assemble(config, None, opened, engine.clone(), upstream, Books::Kept).await?;
    if core.gateway.state.load().routes.values().any(|route| route.policy.current().is_none()) {
        core.lifecycle.refresh_file(Setting::ROUTE).await?;
        bail!("the policy was not admitted");
    }
    Ok(core)
}

fn script(scenario: &Scenario) -> Scripted {
    let mut scripted = Scripted::default();
    for (target, (host, model)) in &scenario.addresses {
        scripted.add(host, model, scenario.calls.get(target).cloned().unwrap_or_default());
    }
    scripted
}

/// Spends of each budget this share, in thousandths, before anything is asked.
pub(crate) fn use_up(gateway: &Gateway, used: &BTreeMap<String, u32>) {
    let budgets: Vec<_> = gateway.budgets.states(now_ms()).into_iter().map(|(budget, _)| budget).collect();
    let spent = |budget: &crate::config::Budget| {
        NanoUsd(share_of(budget.limit.0, used.get(&*budget.id).copied().unwrap_or_default()))
    };
    // Only of a budget that is new is it asked what was spent before.
    let _ = gateway.budgets.configure(&[], now_ms(), |_| NanoUsd::ZERO);
    let _ = gateway.budgets.configure(&budgets, now_ms(), spent);
}

/// Asks all that is asked, each at its time. Gives what callers heard, and the ids of the requests.
async fn ask_all(gateway: &Arc<Gateway>, scenario: &Scenario, began: Instant) -> (Vec<Heard>, Vec<String>) {
    let (mut tasks, mut ids) = (Vec::new(), Vec::new());
    for (number, one) in (0_u64..).zip(&scenario.asks) {
        let seed = SEED + number;
        let at = BEGINNING.saturating_add(u64::try_from(one.at.as_millis()).unwrap_or(u64::MAX));
        let id = Id { text: format!("req_{at:012x}{seed:016x}").into(), seed };
        ids.push(id.text.to_string());
        tasks.push(tokio::spawn(ask(Arc::clone(gateway), one.clone(), id, began + one.at)));
    }
    let mut heard = Vec::new();
    for task in tasks {
        heard.push(task.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic())));
    }
    (heard, ids)
}

async fn ask(gateway: Arc<Gateway>, ask: Ask, id: Id, at: Instant) -> Heard {
    sleep_until(at).await;
    let arrival = Arrival { id, at: Instant::now(), ms: now_ms() };
    let mut request = Request::post("/v1/chat/completions")
        .header("authorization", format!("Bearer {SECRET}"))
        .header("content-type", "application/json");
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let Ok(request) = request.body(Full::new(ask.question.body())) else {
        return Heard::Nothing("the headers of the request are no headers".into());
    };
    let stalls = Arc::clone(&gateway.stalls);
    let answering = answer(respond(stalls, move |sink| serve_as(arrival, gateway, request, sink)));
    match ask.hang_up_after {
        None => answering.await,
        Some(patience) => match timeout(patience, answering).await {
            Ok(heard) => heard,
            Err(_) => Heard::Nothing(format!("the caller hung up after {patience:?}")),
        },
    }
}

async fn answer<B>(responding: impl Future<Output = Response<B>>) -> Heard
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    let (head, mut body) = responding.await.into_parts();
    let mut bytes = BytesMut::new();
    let mut broken = false;
    while let Some(frame) = body.frame().await {
        match frame.map(http_body::Frame::into_data) {
            Ok(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(Err(_)) => {}
            Err(_) => broken = true,
        }
    }
    let status: StatusCode = head.status;
    Heard::Answer { response: Response::from_parts(head, bytes.freeze()), status, broken }
}

/// Waits for requests whose callers are gone: they still keep their books.
pub(crate) async fn settled(gateway: &Gateway) {
    while gateway.metrics.in_flight.get() > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    gateway.draining.store(true, Ordering::Release);
}

fn records(dir: &Path, ids: &[String]) -> anyhow::Result<Vec<Option<Record>>> {
    let reader = Reader::open(dir)?;
    let record = |id: &String| {
        Ok(match reader.record(id)? {
            Found::One(record) => Some(*record),
            Found::Several(_) | Found::Nothing => None,
        })
    };
    ids.iter().map(record).collect()
}
