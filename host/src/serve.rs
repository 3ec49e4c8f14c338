//! Starts and stops a whole gateway: store, engine, policies, listeners, and the tasks that watch for changes.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::accept::{Listener, Treatment};
use crate::account::Crossing;
use crate::admin::{self, AdminSide, Token};
use crate::catalog::Catalog;
use crate::config::{Config, Name, Problem};
use crate::decision_log::{self, DecisionLog};
use crate::deferral::{self, Deferrals};
use crate::downstream::Stalls;
use crate::gateway::{Gateway, State};
use crate::ledger::Books;
use crate::lifecycle::{self, ChangeError, Lifecycle};
use crate::policy::{Engine, EngineOptions};
use crate::store::{
    Answers, GlanceError, Journal, JournalHandle, Keys, Ledger, LedgerHandle, StoreError, StoredBudgets,
};
use crate::telemetry::access_log::AccessLog;
use crate::telemetry::metrics::Metrics;
use crate::threshold::Thresholds;
use crate::upstream::{Upstream, trusting};
use crate::webhook::{Webhooks, state_of};
use crate::{endpoints, preflight, retention, threshold, watch_files};

/// How often the store is asked whether keys have changed: a revoked key works for at most this long.
const KEYS_EVERY: Duration = Duration::from_secs(1);

/// How long requests without a caller may take to close their books at the end: they wait for nothing but the ledger.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Connections of operators at once: a handful of people, a scraper, a probe.
const ADMIN_CONNECTIONS: usize = 64;

/// What a gateway is started with besides its config.
#[derive(Debug, Default)]
pub struct Options {
    /// The file that the config came from; reloads read it again.
    pub config_file: Option<PathBuf>,
    /// The program that admits policies; none: this one.
    pub admit_program: Option<PathBuf>,
}

/// A gateway that runs.
#[derive(Debug)]
pub struct Running {
    /// Where callers reach it.
    pub public: SocketAddr,
    /// Where operators reach it.
    pub admin: SocketAddr,
    /// The admin token, if this start made it: it is shown once and kept as a hash.
    pub new_admin_token: Option<String>,
    /// What its requests share.
    pub gateway: Arc<Gateway>,
    /// What changes it.
    pub lifecycle: Arc<Lifecycle>,
    stop: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
    watchers: Vec<JoinHandle<()>>,
    ledger: Ledger,
    journal: Journal,
}

/// A gateway that does not start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum StartError {
    /// Settings that are right by themselves, and cannot be had here.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Settings(Vec<Problem>),
    #[error("failed to ask for the address of a socket: {0}")]
    Address(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<Problem> for StartError {
    fn from(problem: Problem) -> Self {
        Self::Settings(vec![problem])
    }
}

/// What a gateway keeps in its data folder, opened. Holding the ledger, it holds the folder's lock.
pub struct Opened {
    ledger: (Ledger, LedgerHandle),
    journal: (Journal, JournalHandle),
    keys: Keys,
    deferrals: Deferrals,
    budgets: StoredBudgets,
    webhooks: Webhooks,
}

impl Opened {
    /// Makes the folder where it is not there, and opens what is in it.
    ///
    /// # Errors
    /// When the folder cannot be had.
    pub fn open(config: &Config) -> Result<Self, StartError> {
        let dir = &config.data_dir;
        let failed = |source| GlanceError::Folder { path: dir.clone(), source };
        let opened = make_private(dir).map_err(failed).and_then(|()| Ok(Self::open_in(dir, config)?));
        opened.map_err(|error| preflight::data_dir(&config.places, &error).into())
    }

    fn open_in(dir: &Path, config: &Config) -> Result<Self, StoreError> {
        let ledger = Ledger::open(dir)?;
        // The lock is held by now, and what a journal of before says is in the ledger.
        let journal = Journal::open(dir, config.sync)?;
        ledger.1.write_ahead_to(journal.1.clone());
        let keys = Keys::open(dir)?;
        // The ledger's lock is held: nobody else runs what ran when the last process ended.
        let deferrals = Deferrals::open(dir)?;
        let budgets = StoredBudgets::open(dir)?;
        Ok(Self { ledger, journal, keys, deferrals, budgets, webhooks: Webhooks::open(dir)? })
    }
}

/// A gateway that can serve requests, before anybody can reach it and anything is watched.
pub struct Core {
    /// What its requests share.
    pub gateway: Arc<Gateway>,
    /// What changes it.
    pub lifecycle: Arc<Lifecycle>,
    /// The stored keys, and what was known of them before they were read.
    keys: (Keys, Option<u64>),
    /// The same of budgets.
    budgets: (StoredBudgets, Option<u64>),
    webhooks: Webhooks,
    crossings: tokio::sync::mpsc::UnboundedReceiver<Crossing>,
    ledger: Ledger,
    journal: Journal,
}

impl Core {
    /// Puts a gateway together and publishes its config.
    ///
    /// # Errors
    /// When the config cannot be published.
    pub async fn assemble(
        config: Config,
        config_file: Option<PathBuf>,
        opened: Opened,
        engine: Engine,
        upstream: Upstream,
        books: Books,
    ) -> Result<Self, StartError> {
        let Opened { ledger: (ledger, handle), journal: (journal, journal_handle), keys, deferrals, budgets, webhooks } =
            opened;
        let dir = config.data_dir.clone();
        let metrics = Arc::new(Metrics::default());
        let empty = State {
            config: Arc::new(config.clone()),
            catalog: Catalog::new(),
            routes: std::collections::HashMap::new(),
        };
        let answers = Answers::open(&dir, config.answers, metrics.answer_failures.clone());
        let access_log = AccessLog::open(&config.access_log, metrics.access_log_lost.clone());
        let access_log = access_log.map_err(|error| preflight::no_access_log(&config, &error))?;
        let (thresholds, crossings) = Thresholds::new();
        let (rules, fingerprint) = (&config.decision_log, *engine.fingerprint());
        let decision_log = DecisionLog::open(&dir, rules, &config.engine, fingerprint, metrics.decision_log.clone());
        let gateway = Arc::new(Gateway {
            state: ArcSwap::from_pointee(empty),
            keys: ArcSwap::default(),
            budgets: crate::account::Budgets::default(),
            deferrals,
            sessions: crate::session::Sessions::default(),
            metrics,
            access_log,
            upstream,
            ledger: handle,
            stalls: Arc::new(Stalls::new(config.server.write_timeout)),
            answers: Arc::new(answers),
            limits: crate::limits::Limits::default(),
            runs: crate::idempotency::Runs::default(),
            journal: journal_handle,
            books,
            events: thresholds,
            decision_log,
            draining: AtomicBool::new(false),
        });
        let lifecycle = Lifecycle::open(Arc::clone(&gateway), engine, dir, config_file, webhooks.clone())?;
        let lifecycle = Arc::new(lifecycle);
        // Asked before the keys are read, so that no change between the two is missed.
        let keys_known = keys.version().ok();
        let budgets_known = budgets.version().ok();
        lifecycle.publish(config, true).await?;
        let (keys, budgets) = ((keys, keys_known), (budgets, budgets_known));
        Ok(Self { gateway, lifecycle, keys, budgets, webhooks, crossings, ledger, journal })
    }

    /// Writes what the ledger still holds, and closes everything.
    ///
    /// # Errors
    /// When the ledger could not be written.
    pub fn close(self) -> Result<(), StoreError> {
        self.gateway.answers.close();
        let closed = self.ledger.close();
        self.journal.close();
        closed
    }
}

/// Starts a gateway.
///
/// # Errors
/// When its data folder, its engine or one of its addresses cannot be had.
pub async fn start(config: Config, options: Options) -> Result<Running, StartError> {
    start_with(config, options, Books::Kept).await
}

/// Starts a gateway that writes neither the journal nor the ledger, to measure what they cost. The program itself has no
/// way here: `benches/books` is a program of its own.
///
/// # Errors
/// As for [`start`].
#[doc(hidden)]
pub async fn start_without_books(config: Config, options: Options) -> Result<Running, StartError> {
    tracing::warn!("nothing is written to the journal or the ledger: this is for measuring only");
    start_with(config, options, Books::Left).await
}

async fn start_with(config: Config, options: Options, books: Books) -> Result<Running, StartError> {
    let dir = config.data_dir.clone();
    let opened = Opened::open(&config)?;
    let mut engine_options =
        EngineOptions::new(dir.join("compiled")).map_err(|error| preflight::no_engine(&config.places, &error))?;
    if let Some(program) = options.admit_program {
        engine_options.admit_program = program;
    }
    if config.decision_log.enabled {
        engine_options.components = Some(decision_log::components(&dir));
    }
    let engine =
        Engine::start(&config.engine, engine_options).map_err(|error| preflight::no_engine(&config.places, &error))?;
    let public = Listener::bind(config.server.listen, config.server.tls.as_ref()).await;
    let public = public.map_err(|error| preflight::no_listener(&config.places, "server.listen", &error))?;
    let admin = Listener::bind(config.admin.listen, None).await;
    let admin = admin.map_err(|error| preflight::no_listener(&config.places, "admin.listen", &error))?;
    let no_authorities = |error| preflight::authorities(&config.places, &error);
    let upstream = Upstream::new(&config.upstream.authorities).map_err(no_authorities)?;
    let tls = Arc::new(trusting(&config.upstream.authorities).map_err(no_authorities)?);
    let server = config.server.clone();
    let places = config.places.clone();
    let core = Core::assemble(config, options.config_file, opened, engine, upstream, books).await;
    let core = core.map_err(|error| match error {
        StartError::Change(ChangeError::Policies(problems)) => {
            StartError::Settings(problems.iter().map(|problem| preflight::of_route(&places, problem)).collect())
        }
        error => error,
    })?;
    let Core { gateway, lifecycle, keys, budgets, webhooks, crossings, ledger, journal } = core;
    let stalls = Arc::clone(&gateway.stalls);
    let treatment = Treatment {
        max_connections: server.max_connections,
        head_timeout: server.head_timeout,
        keep_alive: server.keep_alive,
        write_timeout: stalls.write_may_wait(),
        drain: server.drain,
        connections: gateway.metrics.connections.clone(),
    };
    // Last of all that can fail: a token that is made is shown, too.
    let (token, new_admin_token) = Token::load_or_make(&dir).map_err(|error| preflight::token(&places, &error))?;
    let (stop, stopped) = watch::channel(false);
    let side = AdminSide { gateway: Arc::clone(&gateway), lifecycle: Arc::clone(&lifecycle), token };
    let (public_address, admin_address) =
        (public.address().map_err(StartError::Address)?, admin.address().map_err(StartError::Address)?);
    let listeners = vec![
        tokio::spawn(serve_callers(public, Arc::clone(&gateway), treatment.clone(), stopped.clone())),
        tokio::spawn(serve_operators(admin, Arc::new(side), treatment, stopped.clone())),
    ];
    let watchers = vec![
        tokio::spawn({
            let stop = stopped.clone();
            async move { stalls.sweep_until(stop).await }
        }),
        tokio::spawn(deferral::work(Arc::clone(&gateway), webhooks.clone(), stopped.clone())),
        tokio::spawn(retention::tidy(Arc::clone(&gateway), stopped.clone())),
        tokio::spawn(watch_keys(keys.0, keys.1, Arc::clone(&lifecycle), stopped.clone())),
        tokio::spawn(watch_budgets(budgets.0, budgets.1, Arc::clone(&lifecycle), stopped.clone())),
        tokio::spawn(lifecycle::supervise(Arc::clone(&lifecycle), stopped.clone())),
        tokio::spawn(lifecycle::bring_missing(Arc::clone(&lifecycle), stopped.clone())),
        tokio::spawn(webhooks.clone().work(state_of(&gateway), tls, stopped.clone())),
        tokio::spawn(watch_files::watch(Arc::clone(&gateway), Arc::clone(&lifecycle), stopped)),
    ];
    // It ends with the gateway, whose end of the channel is the last one.
    tokio::spawn(threshold::work(crossings, webhooks, Arc::clone(&gateway.metrics)));
    let (public, admin) = (public_address, admin_address);
    Ok(Running { public, admin, new_admin_token, gateway, lifecycle, stop, listeners, watchers, ledger, journal })
}

impl Running {
    /// The routes that have no policy, in order: their requests have `on_policy_failure` at best.
    #[must_use]
    pub fn without_policy(&self) -> Vec<Name> {
        self.gateway.state.load().without_policy()
    }

    /// Takes no more connections, lets open requests end, writes what the ledger still holds.
    pub async fn stop(mut self) {
        self.gateway.draining.store(true, Ordering::Release);
        self.stop.send_replace(true);
        for task in self.listeners.drain(..).chain(self.watchers.drain(..)) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the gateway panicked");
            }
        }
        self.gateway.runs.close();
        self.last_requests().await;
        self.lifecycle.keep_trials().await;
        let (ledger, journal, gateway) = (self.ledger, self.journal, Arc::clone(&self.gateway));
        let answers = Arc::clone(&gateway.answers);
        // Writes what is queued and joins the writer's thread; a disk that fails is given a few seconds.
        match tokio::task::spawn_blocking(move || {
            answers.close();
            gateway.decision_log.close();
            gateway.access_log.close();
            let closed = ledger.close();
            journal.close();
            closed
        })
        .await
        {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the ledger did not end well"),
            Err(error) => tracing::error!(%error, "the ledger's writer panicked"),
        }
    }
}

impl Running {
    /// Waits for requests whose callers are gone or were cut off: they still keep their books.
    async fn last_requests(&self) {
        let until = Instant::now() + LAST_REQUESTS;
        while self.gateway.metrics.in_flight.get() > 0 && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn serve_callers(listener: Listener, gateway: Arc<Gateway>, treatment: Treatment, stop: watch::Receiver<bool>) {
    let handler = move |request| endpoints::answer(Arc::clone(&gateway), request);
    listener.serve(handler, treatment, stop).await;
}

async fn serve_operators(listener: Listener, side: Arc<AdminSide>, treatment: Treatment, stop: watch::Receiver<bool>) {
    let treatment = Treatment { max_connections: ADMIN_CONNECTIONS, connections: Gauge::default(), ..treatment };
    let handler = move |request| admin::answer(Arc::clone(&side), request);
    listener.serve(handler, treatment, stop).await;
}

/// Takes over keys that a command made or revoked in the store.
async fn watch_keys(keys: Keys, mut known: Option<u64>, lifecycle: Arc<Lifecycle>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(KEYS_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let version = keys.version().ok();
        if version == known {
            continue;
        }
        let change = lifecycle.change().await;
        match lifecycle.refresh_keys(&keys, &change) {
            Ok(()) => known = version,
            Err(error) => tracing::error!(%error, "the keys could not be read; those known so far stay"),
        }
    }
}

/// Takes over budgets and payments that a command put into the store.
async fn watch_budgets(
    budgets: StoredBudgets,
    mut known: Option<u64>,
    lifecycle: Arc<Lifecycle>,
    mut stop: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(KEYS_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let version = budgets.version().ok();
        if version == known {
            continue;
        }
        let change = lifecycle.change().await;
        match lifecycle.refresh_budgets(&change).await {
            Ok(()) => known = version,
            Err(error) => tracing::error!(%error, "the budgets could not be read; those known so far stay"),
        }
    }
}

/// A folder that nobody else can read: it holds what people asked and hashes of keys.
fn make_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}
