//! Simulations from what a gateway has recorded: requests out of its decision log, and what became of them and of targets out
//! of its ledger. What neither can tell is said.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, bail};

use super::file::{self, Targets};
use super::observed::Observed;
use super::traffic::{Arrival, Caller, Source, Traffic};
use super::{Contestant, Origin, Simulation};
use crate::config::{Config, Endpoint, Name, PolicySource, TrafficClass};
use crate::decision_log::{Log, Selection};
use crate::policy::Digest;
use crate::store::{Found, Keys, Reader, StoredBudgets};
use crate::testing::scenario::setting::host;

/// Tokens of an answer where nothing recorded says how long answers are.
const USUAL_OUTPUT: u32 = 250;

/// What was recorded.
#[derive(Debug)]
pub struct Recording {
    traffic: Traffic,
    observed: Observed,
    remarks: Vec<String>,
}

/// A request as its first decision saw it.
struct Asked {
    id: String,
    route: String,
    at: u64,
    caller: Caller,
    input_tokens: u32,
    streams: bool,
    max_output_tokens: Option<u32>,
}

impl Recording {
    /// Reads it from a data folder. With `resampled`, each run draws anew which of the requests arrives at each of their
    /// instants; else every run has them as they were.
    ///
    /// # Errors
    /// When there is no log, or nothing of the selection in it.
    pub fn read(data_dir: &Path, selection: &Selection, resampled: bool) -> anyhow::Result<Self> {
        let log = Log::open(data_dir)?;
        let mut asked = requests(&log, selection)?;
        if asked.is_empty() {
            bail!("no recorded decision is the first of a request that was asked for: look at `--route` and `--since`");
        }
        asked.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let mut remarks = Vec::new();
        let ledger = Reader::open(data_dir);
        if let Err(error) = &ledger {
            remarks.push(format!(
                "the ledger cannot be read ({error}): lengths of answers and times of targets are unknown"
            ));
        }
        let mut observed = Observed::default();
        let mut callers: Vec<Caller> = Vec::new();
        let (mut requests, mut outputs) = (Vec::with_capacity(asked.len()), Vec::new());
        let begins = asked.first().map_or(0, |first| first.at);
        for one in asked {
            let record = match ledger.as_ref().ok().map(|ledger| ledger.record(&one.id)).transpose()? {
                Some(Found::One(record)) => Some(record),
                _ => None,
            };
            let place = callers.iter().position(|known| *known == one.caller).unwrap_or_else(|| {
                callers.push(one.caller.clone());
                callers.len() - 1
            });
            let known = record.as_ref().filter(|record| record.serving.is_some() && record.output_tokens > 0);
            outputs.push(known.map(|record| u32::try_from(record.output_tokens).unwrap_or(u32::MAX)));
            requests.push(Arrival {
                at: std::time::Duration::from_millis(one.at - begins),
                caller: place,
                route: one.route.into(),
                // What a provider counted goes before what was estimated.
                input_tokens: known
                    .filter(|record| record.input_tokens > 0)
                    .map_or(one.input_tokens, |record| u32::try_from(record.input_tokens).unwrap_or(u32::MAX))
                    .max(1),
                output_tokens: 0,
                streams: one.streams,
                max_output_tokens: one.max_output_tokens,
                session: record.as_ref().and_then(|record| record.who.session.as_deref().map(str::to_owned)),
            });
            if let Some(record) = record {
                observed.add(&record);
            }
        }
        fill_outputs(&mut requests, &outputs, &mut remarks);
        let traffic = Traffic { begins, callers, source: Source::Recorded { requests, resampled } };
        Ok(Self { traffic, observed, remarks })
    }
}

/// The first decisions of all requests that are asked for.
fn requests(log: &Log, selection: &Selection) -> anyhow::Result<Vec<Asked>> {
    let mut routes: BTreeMap<Digest, Option<String>> = BTreeMap::new();
    let mut asked = Vec::new();
    log.visit(selection, |digest, stored| {
        let route =
            routes.entry(digest).or_insert_with(|| log.background(&digest).map(|background| background.setup.name));
        let facts = stored.input()?.facts;
        // A try out of a queue is no arrival.
        if let (Some(route), 0, None) = (route, facts.request.decision_index, &facts.deferred) {
            let request = facts.request;
            // An estimate is on the high side by a third, as the gateway's is of English.
            let careful = if request.input_tokens_exact { request.input_tokens } else { request.input_tokens / 4 * 3 };
            asked.push(Asked {
                id: request.id,
                route: route.clone(),
                at: request.received_at,
                caller: Caller {
                    tenant: facts.caller.tenant.into(),
                    key: facts.caller.key.into(),
                    class: TrafficClass::from_name(&request.traffic_class),
                },
                input_tokens: careful,
                streams: request.streaming,
                max_output_tokens: request.max_output_tokens,
            });
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(asked)
}

/// Gives the requests whose answers' lengths nobody knows those of others, one after the other.
fn fill_outputs(requests: &mut [Arrival], outputs: &[Option<u32>], remarks: &mut Vec<String>) {
    let known: Vec<u32> = outputs.iter().copied().flatten().collect();
    let unknown = outputs.len() - known.len();
    for (number, (request, output)) in requests.iter_mut().zip(outputs).enumerate() {
        let other = || known.get(number % known.len().max(1)).copied().unwrap_or(USUAL_OUTPUT);
        request.output_tokens = output.unwrap_or_else(other).max(1);
    }
    match (unknown, known.len()) {
        (0, _) => {}
        (_, 0) => {
            remarks.push(format!("no recorded answer tells its length: all are taken to have {USUAL_OUTPUT} tokens"))
        }
        (unknown, _) => {
            remarks.push(format!(
                "{unknown} of {} recorded requests have no answer whose length is known: they get others' lengths",
                outputs.len()
            ));
        }
    }
}

impl Simulation {
    /// Puts recorded traffic in the place of the file's; all of it asks the file's route. The file says how targets behave.
    pub fn take_traffic(&mut self, recording: Recording) {
        let Recording { mut traffic, remarks, .. } = recording;
        if let Source::Recorded { requests, .. } = &mut traffic.source {
            for request in requests {
                request.route = file::ROUTE.into();
            }
        }
        self.traffic = traffic;
        self.remarks.extend(remarks);
    }

    /// The simulation of a gateway as its config has it, with recorded traffic and with targets that behave as they were
    /// seen to.
    ///
    /// # Errors
    /// When the config has none of the recorded routes, or the data folder's keys and budgets cannot be read.
    pub fn of_gateway(mut config: Config, recording: Recording) -> anyhow::Result<Self> {
        let Recording { mut traffic, observed, mut remarks } = recording;
        let asked = match &mut traffic.source {
            Source::Recorded { requests, .. } => keep_known(&config, requests, &mut remarks)?,
            Source::Model(_) => BTreeSet::new(),
        };
        for key in Keys::open(&config.data_dir)?.load()? {
            config.keys.entry(key.name.clone()).or_insert(key);
        }
        config.budgets = StoredBudgets::open(&config.data_dir)?.in_force(&config)?;
        if !config.budgets.is_empty() {
            remarks.push("every budget begins unspent: the log does not say what was spent before".to_owned());
        }
        config.routes.retain(|name, _| asked.contains(name));
        let addresses = addresses(&mut config)?;
        let mut targets = Targets::new();
        for id in config.routes.values().flat_map(|route| &route.targets) {
            let (model, remark) = observed.model(id);
            remarks.extend(remark);
            targets.insert(id.to_string(), super::Target { model, outages: Vec::new() });
        }
        remarks.push(
            "recorded failures are spread evenly over the time: when a target was down, and for how long, is not modelled"
                .to_owned(),
        );
        if config.routes.values().any(|route| matches!(route.policy, PolicySource::Deployed(_))) {
            remarks.push(
                "`route` stands for the policy that the config names; of a deployed one that is its bootstrap: name the \
                 component with `--policy` to simulate another"
                    .to_owned(),
            );
        }
        Ok(Self {
            name: "recorded traffic".to_owned(),
            seed: 1,
            runs: file::RUNS,
            at_most: None,
            config,
            addresses,
            used: BTreeMap::new(),
            targets,
            traffic,
            policies: vec![Contestant {
                name: "route".to_owned(),
                origin: Origin::Route,
                sections: serde_json::Map::new(),
            }],
            remarks,
        })
    }
}

/// Leaves out what asked a route that the config does not have any more; gives the routes that are left.
fn keep_known(
    config: &Config,
    requests: &mut Vec<Arrival>,
    remarks: &mut Vec<String>,
) -> anyhow::Result<BTreeSet<Name>> {
    let recorded = requests.len();
    requests.retain(|request| config.routes.contains_key(&request.route));
    if requests.is_empty() {
        bail!("the config has none of the recorded routes: name the gateway's own with `--config`");
    }
    if requests.len() < recorded {
        let missing = recorded - requests.len();
        remarks.push(format!("{missing} recorded requests are left out: the config has no such route any more"));
    }
    Ok(requests.iter().map(|request| request.route.clone()).collect())
}

/// Moves every provider to an address within the process, and takes its credential away.
fn addresses(config: &mut Config) -> anyhow::Result<BTreeMap<String, (String, String)>> {
    let mut hosts = BTreeMap::new();
    for (number, (name, provider)) in config.providers.iter_mut().enumerate() {
        let host = host(number);
        let base = format!("http://{host}/v1").parse().context("failed to make an address")?;
        provider.endpoint = Endpoint::OpenAi(base);
        provider.credential = None;
        hosts.insert(name.clone(), host);
    }
    // Tokenizers load beside the requests: until then estimates would depend on the machine.
    let address = |(id, target): (&Name, &mut crate::config::Target)| {
        target.tokenizer = None;
        Some((id.to_string(), (hosts.get(&target.provider)?.clone(), target.model.to_string())))
    };
    Ok(config.targets.iter_mut().filter_map(address).collect())
}
