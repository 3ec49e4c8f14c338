//! What a start would meet, tried without starting: data folder, token, certificates, addresses, policies with their
//! settings. No port is listened on, no lock is taken, and nothing is written that stays. `serve.rs` says the same of each,
//! in the same words.

use std::path::PathBuf;

use crate::accept::{ListenError, try_address, try_tls};
use crate::admin::Token;
use crate::catalog;
use crate::config::{Config, Endpoint, Places, Problem};
use crate::lifecycle::{RouteProblem, preview};
use crate::policy::{Engine, EngineError, EngineOptions};
use crate::store::{Glance, Keys, StoreError, StoredBudgets, served_by};
use crate::strays::strays;
use crate::telemetry::access_log::try_rules;
use crate::telemetry::metrics::Metrics;
use crate::upstream::trusting;

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    /// What keeps the gateway from starting, or from being ready.
    pub problems: Vec<Problem>,
    /// What leads nowhere, and opens nothing.
    pub warnings: Vec<String>,
    /// What could not be tried, and why.
    pub notes: Vec<String>,
}

/// Tries what a start with this config does. `admit_program` admits policies; none: this program.
pub async fn try_out(config: &Config, admit_program: Option<PathBuf>) -> Findings {
    let mut findings = Findings::default();
    let glance = match Glance::at(&config.data_dir) {
        Ok(glance) => Some(glance),
        Err(error) => {
            findings.problem(data_dir(&config.places, &error));
            None
        }
    };
    addresses(config, &mut findings);
    if let Some(tls) = &config.server.tls
        && let Err(error) = try_tls(tls)
    {
        findings.problem(no_listener(&config.places, "server.tls", &error));
    }
    if let Err(error) = trusting(&config.upstream.authorities).map(drop) {
        findings.problem(authorities(&config.places, &error));
    }
    if let Err(error) = try_rules(&config.access_log) {
        findings.problem(no_access_log(config, &error));
    }
    if let Err(error) = targets(config) {
        findings.problem(config.places.problem(&["targets"], error.to_string()));
    }
    // Without the copies nobody knows what was deployed or quarantined.
    if let Some(glance) = glance {
        if let Err(error) = Token::load(&config.data_dir).map(drop) {
            findings.problem(token(&config.places, &error));
        }
        findings.add_policies(config, &glance, admit_program).await;
        match of_store(config, &glance) {
            Ok(warnings) => findings.warnings = warnings,
            Err(error) => findings.problem(data_dir(&config.places, &error)),
        }
    }
    findings.problems.sort_by(|one, other| (one.position, &one.path).cmp(&(other.position, &other.path)));
    findings
}

/// A data folder that cannot be used.
#[must_use]
pub fn data_dir(places: &Places, error: &dyn std::fmt::Display) -> Problem {
    places.problem(&["data.dir"], error.to_string())
}

/// An admin token that cannot be read or made.
#[must_use]
pub fn token(places: &Places, error: &std::io::Error) -> Problem {
    data_dir(places, &format!("failed to read or make the admin token: {error}"))
}

/// Certificate authorities that are not to be had.
#[must_use]
pub fn authorities(places: &Places, error: &std::io::Error) -> Problem {
    places.problem(&["upstream.ca"], format!("failed to read the system's certificate authorities: {error}"))
}

/// A file for the access log that cannot be opened.
#[must_use]
pub fn no_access_log(config: &Config, error: &std::io::Error) -> Problem {
    let file = config.access_log.file.as_deref().unwrap_or(std::path::Path::new("standard output")).display();
    config.places.problem(&["access_log.file"], format!("failed to open `{file}` for the access log: {error}"))
}

/// A policy engine that this machine does not start.
#[must_use]
pub fn no_engine(places: &Places, error: &EngineError) -> Problem {
    places.problem(&["engine"], format!("failed to start the policy engine: {error}"))
}

/// An address that cannot be listened on, or files that TLS cannot be spoken with.
#[must_use]
pub fn no_listener(places: &Places, setting: &str, error: &ListenError) -> Problem {
    let setting = if matches!(error, ListenError::Tls { .. }) { "server.tls" } else { setting };
    places.problem(&[setting], error.to_string())
}

/// A policy that is not let in, at the section of its route that says so.
#[must_use]
pub fn of_route(places: &Places, problem: &RouteProblem) -> Problem {
    let route = places.within("routes", &problem.route);
    let section = |name: &str| format!("{route}.{name}");
    let (policy, routing, fallback) = (section("policy"), section("routing"), section("fallback"));
    let paths = match problem.section() {
        Some("routing") => [&*routing, &*policy, &*fallback, &*route],
        Some("fallback") => [&*fallback, &*policy, &*routing, &*route],
        _ => [&*policy, &*routing, &*fallback, &*route],
    };
    places.problem(&paths, problem.problem.to_string())
}

impl Findings {
    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    async fn add_policies(&mut self, config: &Config, glance: &Glance, admit_program: Option<PathBuf>) {
        // What is compiled already need not be again; where nothing is, nothing is left behind.
        let compiled = config.data_dir.join("compiled");
        let compiled = if compiled.is_dir() { compiled } else { glance.dir().join("compiled") };
        let engine = match engine(config, compiled, admit_program) {
            Ok(engine) => engine,
            Err(error) => return self.problem(no_engine(&config.places, &error)),
        };
        match preview(config, &engine, &config.data_dir, glance.dir()).await {
            Ok(problems) => self.problems.extend(problems.iter().map(|problem| of_route(&config.places, problem))),
            Err(error) => self.problem(data_dir(&config.places, &error)),
        }
    }
}

fn engine(config: &Config, compiled: PathBuf, admit_program: Option<PathBuf>) -> Result<Engine, EngineError> {
    let mut options = EngineOptions::new(compiled)?;
    if let Some(program) = admit_program {
        options.admit_program = program;
    }
    Engine::start(&config.engine, options)
}

/// Both addresses. Those of a gateway that serves from the same folder are in use by right.
fn addresses(config: &Config, findings: &mut Findings) {
    if let Some(process) = served_by(&config.data_dir) {
        let dir = config.data_dir.display();
        findings.notes.push(format!(
            "a gateway serves from {dir} at the moment (process {process}): whether the addresses are free was not tried"
        ));
        return;
    }
    for (setting, address) in [("server.listen", config.server.listen), ("admin.listen", config.admin.listen)] {
        if let Err(error) = try_address(address) {
            findings.problem(no_listener(&config.places, setting, &error));
        }
    }
}

/// Builds the targets, with simulated providers at an address that is not used.
fn targets(config: &Config) -> Result<(), catalog::CatalogError> {
    let is_simulated = |endpoint: &Endpoint| matches!(endpoint, Endpoint::Simulated(_));
    let simulated = config.providers.values().filter(|provider| is_simulated(&provider.endpoint));
    let simulated = simulated.map(|provider| (provider.name.clone(), http::Uri::from_static("http://127.0.0.1:1/v1")));
    catalog::build(config, &simulated.collect(), &catalog::Catalog::new(), &Metrics::default()).map(drop)
}

/// What of the store leads nowhere.
fn of_store(config: &Config, glance: &Glance) -> Result<Vec<String>, StoreError> {
    let keys = Keys::open(glance.dir())?.load()?;
    let budgets = StoredBudgets::open(glance.dir())?.in_force(config)?;
    Ok(strays(config, &keys, &budgets))
}
