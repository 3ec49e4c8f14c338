//! Plays one run of one policy: a whole gateway within the process, its clocks virtual, its providers simulated. What lies
//! between callers and providers is the gateway's own: authentication, facts, policy, bounds, attempts, streams, budgets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::Request;
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::provider::{Place, Playing};
use super::traffic::{Arrival, Caller};
use super::weather::spells;
use super::{Contestant, Simulation};
use crate::boundary::Boundary;
use crate::clock::{Virtual, now_ms};
use crate::config::{BoundsPatch, Config, Key, PolicySource, Rate};
use crate::downstream::respond;
use crate::gateway::Gateway;
use crate::ids::Id;
use crate::ledger::{Books, Record};
use crate::money::NanoUsd;
use crate::policy::{Digest, Engine};
use crate::request::{self, serve_as};
use crate::serve::{Core, Opened};
use crate::sim::draw::Draw;
use crate::sim::indoors;
use crate::sim::scripted::Question;
use crate::testing::scenario::play::{settled, use_up};
use crate::upstream::{Indoors, Upstream};

/// One run of one policy.
pub(super) struct Round<'a> {
    pub(super) simulation: &'a Simulation,
    pub(super) contestant: &'a Contestant,
    /// The policy's component; none: the route's own source.
    pub(super) component: Option<&'a Path>,
    pub(super) engine: &'a Engine,
    pub(super) run: u32,
    /// The latest arrival of all runs.
    pub(super) horizon: Duration,
    /// Parts of the horizon after each of which budgets are looked at.
    pub(super) parts: u32,
}

/// What came of it.
pub(super) struct Played {
    /// What was asked.
    pub(super) requests: Arc<Vec<Arrival>>,
    /// The record of each request.
    pub(super) records: Vec<Record>,
    /// What each budget has spent after each part of the horizon.
    pub(super) spent: BTreeMap<String, Vec<NanoUsd>>,
}

impl Round<'_> {
    /// Plays it, in this thread. Time is real while the gateway is put together, since other processes and threads have a
    /// part in that, and virtual while requests run.
    pub(super) fn play(&self) -> anyhow::Result<Played> {
        let simulation = self.simulation;
        let requests = Arc::new(simulation.traffic.requests(simulation.seed, self.run, simulation.at_most));
        let folder = tempfile::tempdir().context("failed to make a folder for the simulation")?;
        let real = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Paused from its start, so that its timers, which count whole milliseconds, fall together with the clock.
        let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        let began = paused.block_on(async { Instant::now() });
        let playing = Arc::new(Playing::new(self.places(), Arc::clone(&requests), (simulation.seed, self.run), began));
        let (sender, mut told) = mpsc::unbounded_channel();
        let core = real.block_on(self.assemble(folder.path(), playing, Books::Told(sender)))?;
        let spent = paused.block_on(async {
            let _clock = Virtual::start(simulation.traffic.begins);
            use_up(&core.gateway, &simulation.used);
            let looking = tokio::spawn(look(Arc::clone(&core.gateway), began, self.horizon, self.parts));
            let ids = self.ask_all(&core.gateway, &requests, began).await;
            settled(&core.gateway).await;
            let spent = looking.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
            (ids, spent)
        });
        // What is left of connections ends with their runtime.
        drop(paused);
        let (ids, spent) = spent;
        core.close()?;
        let mut records = BTreeMap::new();
        while let Ok(record) = told.try_recv() {
            records.insert(Arc::clone(&record.request_id), record);
        }
        let record = |id: &Arc<str>| {
            records.remove(id).map(|record| *record).with_context(|| format!("the request {id} left no record"))
        };
        let records = ids.iter().map(record).collect::<anyhow::Result<_>>()?;
        Ok(Played { requests, records, spent })
    }

    /// The targets with what happens to them in this run.
    fn places(&self) -> BTreeMap<(String, String), Place> {
        let simulation = self.simulation;
        let place = |(id, address): (&String, &(String, String))| {
            let target = simulation.targets.get(id)?;
            let context_window = simulation.config.targets.get(id.as_str())?.context_window;
            let spells = spells(&target.outages, (simulation.seed, self.run), self.horizon);
            Some((address.clone(), Place { id: id.clone(), model: target.model.clone(), context_window, spells }))
        };
        simulation.addresses.iter().filter_map(place).collect()
    }

    async fn assemble(&self, folder: &Path, playing: Arc<Playing>, books: Books) -> anyhow::Result<Core> {
        let config = self.config(folder);
        let upstream = Upstream::indoors(Indoors::new(move |host| indoors::connect(&playing, host)))?;
        // Budgets have their periods from the virtual clock, and the ledger of the folder is empty.
        let _clock = Virtual::start(self.simulation.traffic.begins);
        let opened = Opened::open(&config)?;
        let core = Core::assemble(config, None, opened, self.engine.clone(), upstream, books).await?;
        let state = core.gateway.state.load();
        let missing =
            state.routes.iter().filter(|(_, route)| route.policy.current().is_none()).map(|(name, _)| name).min();
        if let Some(name) = missing {
            core.lifecycle.refresh_file(name).await?;
            bail!("the policy was not admitted");
        }
        drop(state);
        Ok(core)
    }

    /// The config with the callers' keys, the policy in its place, and nothing that a simulation has no use for.
    fn config(&self, folder: &Path) -> Config {
        let mut config = self.simulation.config.clone();
        config.data_dir = folder.join("data");
        config.decision_log.enabled = false;
        // A machine that does something else beside must not make a decision fail: fuel holds the policy to its limits.
        config.engine.wall_clock = crate::testing::limits().wall_clock;
        for route in config.routes.values_mut() {
            if let Some(component) = self.component {
                route.policy = PolicySource::File(component.to_owned());
                route.trusted_keys.clear();
            }
            for (section, value) in &self.contestant.sections {
                if let Some(all) = route.policy_config.as_object_mut() {
                    all.insert(section.clone(), value.clone());
                }
            }
        }
        let callers = self.simulation.traffic.callers.iter().enumerate();
        let keys = callers.map(|(number, caller)| (caller.key.clone(), key(&config, caller, number)));
        config.keys = keys.collect();
        config
    }

    /// Asks all that is asked, each at its time. Gives the ids of the requests.
    async fn ask_all(&self, gateway: &Arc<Gateway>, requests: &Arc<Vec<Arrival>>, began: Instant) -> Vec<Arc<str>> {
        let (mut tasks, mut ids) = (JoinSet::new(), Vec::with_capacity(requests.len()));
        let mut seeds = Draw::new(self.simulation.seed, &["ids"], self.run);
        for (number, arrival) in (0_u64..).zip(requests.iter()) {
            sleep_until(began + arrival.at).await;
            let seed = seeds.next();
            let id = Id { text: format!("req_{:012x}{seed:016x}", now_ms()).into(), seed };
            ids.push(Arc::clone(&id.text));
            tasks.spawn(ask(Arc::clone(gateway), arrival.clone(), number, id));
            while let Some(ended) = tasks.try_join_next() {
                ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
            }
        }
        tasks.join_all().await;
        ids
    }
}

/// Looks at the budgets after each part of the horizon.
async fn look(gateway: Arc<Gateway>, began: Instant, horizon: Duration, parts: u32) -> BTreeMap<String, Vec<NanoUsd>> {
    let mut spent: BTreeMap<String, Vec<NanoUsd>> = BTreeMap::new();
    for part in 1..=parts {
        sleep_until(began + horizon * part / parts).await;
        for (budget, state) in gateway.budgets.states(now_ms()) {
            spent.entry(budget.id.to_string()).or_default().push(state.spent);
        }
    }
    spent
}

/// The secret of a caller's key.
fn secret(caller: usize) -> String {
    format!("fp-simulated-{caller}")
}

/// The key of a caller: as the config has it, else one without any limits.
fn key(config: &Config, caller: &Caller, number: usize) -> Key {
    let plain = || Key {
        name: caller.key.clone(),
        tenant: caller.tenant.clone(),
        sha256: [0; 32],
        default_route: None,
        routes: None,
        may_name_targets: false,
        bounds: BoundsPatch::default(),
        boundary: Boundary::default(),
        quota_status: http::StatusCode::TOO_MANY_REQUESTS,
        show_amounts: false,
        may_explain: false,
        class: caller.class,
        attributes: BTreeMap::new(),
        rate: Rate::default(),
        is_async: false,
        webhook: None,
        webhooks: Vec::new(),
    };
    let key = config.keys.get(&caller.key).filter(|key| key.tenant == caller.tenant).cloned().unwrap_or_else(plain);
    Key { sha256: *Digest::of(secret(number).as_bytes()).as_bytes(), class: caller.class.or(key.class), ..key }
}

/// Makes one request and reads its answer to the end.
async fn ask(gateway: Arc<Gateway>, arrival: Arrival, number: u64, id: Id) {
    let question = Question {
        model: arrival.route.to_string(),
        text: text(arrival.input_tokens),
        stream: arrival.streams,
        max_output_tokens: arrival.max_output_tokens.map(Into::into),
        seed: Some(number),
    };
    let mut request = Request::post("/v1/chat/completions")
        .header("authorization", format!("Bearer {}", secret(arrival.caller)))
        .header("content-type", "application/json");
    if let Some(session) = &arrival.session {
        request = request.header("x-fingerpost-session", session.as_str());
    }
    // A recorded name of a session may be no header; such a request is made without one.
    let body = Full::new(question.body());
    let plain =
        || Request::post("/v1/chat/completions").header("authorization", format!("Bearer {}", secret(arrival.caller)));
    let Ok(request) = request.body(body.clone()).or_else(|_| plain().body(body)) else { return };
    let arrived = request::Arrival { id, at: Instant::now(), ms: now_ms() };
    let stalls = Arc::clone(&gateway.stalls);
    let response = respond(stalls, move |sink| serve_as(arrived, gateway, request, sink)).await;
    read_all(response.into_body()).await;
}

async fn read_all(mut body: impl Body<Data = Bytes> + Unpin) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// A text that has about so many tokens, also by the gateway's own estimate.
fn text(tokens: u32) -> String {
    "word".repeat(tokens as usize)
}
