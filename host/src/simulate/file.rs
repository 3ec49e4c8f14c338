//! Reads simulation files: the gateway as scenarios describe it, and what is special to simulations. Traffic and targets have
//! readers of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::{Contestant, Origin, Simulation, provider_file, traffic_file};
use crate::builtin;
use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value};
use crate::config::shapes::Shape;
use crate::testing::DocumentError;
use crate::testing::document::read;
use crate::testing::scenario::setting::Setting;

/// The name of the route that simulated traffic asks.
pub(super) const ROUTE: &str = "simulated";

/// The runs where a file names no number of them.
pub(super) const RUNS: u32 = 5;
/// More runs than that tell nothing more.
pub const MOST_RUNS: u32 = 1_000;

/// What a simulation file may hold.
static FILE: Shape = Shape {
    places: &["simulation.toml"],
    fields: &[
        "name",
        "seed",
        "runs",
        "class",
        "tiers",
        "targets",
        "route",
        "budgets",
        "config",
        "traffic",
        "providers",
        "policies",
    ],
    example: "[targets.primary]",
};
/// What a policy of a simulation may say.
static POLICY: Shape =
    Shape { places: &["policies.NAME"], fields: &["policy", "routing", "fallback"], example: "[policies.mine]" };

impl Simulation {
    /// Reads a simulation. `file` is what mistakes call it, and its folder is where relative paths count from.
    ///
    /// # Errors
    /// With every mistake in it.
    pub fn parse(text: &str, file: &Path) -> Result<Self, DocumentError> {
        read(text, file, &FILE, |root| simulation(root, file))
    }

    /// Reads a simulation file.
    ///
    /// # Errors
    /// With every mistake in it, or with why it cannot be read.
    pub fn load(file: &Path) -> anyhow::Result<Self> {
        use anyhow::Context;
        let text = std::fs::read_to_string(file).with_context(|| {
            format!("failed to read `{}`: name a simulation file, or none for the example", file.display())
        })?;
        Ok(Self::parse(&text, file)?)
    }
}

fn simulation(root: &Table<'_>, file: &Path) -> Option<Simulation> {
    let stem = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = root.optional("name", |value| value.string("\"an outage at noon\"")).map_or_else(stem, str::to_owned);
    let traffic = match root.get("traffic") {
        Some(value) => value.table(&traffic_file::TRAFFIC).and_then(|table| traffic_file::traffic(&table)),
        None => {
            root.place.problem("`traffic` is missing", "add `[traffic]` with `rate = 60` and `requests = 1_000`");
            None
        }
    };
    let tenants = match &traffic {
        Some(traffic) => {
            let mut names: Vec<String> = Vec::new();
            for caller in &traffic.callers {
                if !names.iter().any(|name| **name == *caller.tenant) {
                    names.push(caller.tenant.to_string());
                }
            }
            names
        }
        None => vec!["acme".to_owned()],
    };
    let mut setting = Setting::new(ROUTE, tenants);
    if traffic.as_ref().is_some_and(super::Traffic::has_sessions) {
        setting.route_has("session", json!({ "from": ["header"] }));
    }
    setting.take(root);
    // A policy stands in `[policies]`, where several can be compared.
    if let Some(value) = root.get("route").filter(|route| route.keys().contains(&"policy")) {
        value
            .place
            .problem("a simulation's route has no `policy`", "name the policies to compare in `[policies.NAME]`");
    }
    // All is read before anything is given up, so that all mistakes are told at once.
    let seed = root.or("seed", 1, |value| value.integer(0..=u64::MAX >> 1));
    let runs =
        root.or("runs", RUNS, |value| value.integer(1..=MOST_RUNS.into()).and_then(|runs| u32::try_from(runs).ok()));
    let policies = policies(root);
    let (config, addresses) = setting.config(root, None)?;
    let targets = provider_file::targets(root.get("providers"), &config);
    Some(Simulation {
        name,
        seed,
        runs,
        at_most: None,
        config,
        addresses,
        used: setting.used,
        targets: targets?,
        traffic: traffic?,
        policies: policies?,
        remarks: Vec::new(),
    })
}

fn policies(root: &Table<'_>) -> Option<Vec<Contestant>> {
    let Some(value) = root.get("policies") else { return Some(vec![Contestant::of_builtin("tiered")]) };
    let entries = value.entries("[policies.tiered]")?;
    if entries.is_empty() {
        value
            .place
            .problem("there is no policy to simulate", "add `[policies.tiered]` with `policy = \"builtin:tiered\"`");
    }
    let one = |(name, value): &(&str, Value<'_>)| {
        let table = value.table(&POLICY)?;
        let origin = match table.get("policy") {
            Some(value) => origin(value)?,
            None if builtin::component(name).is_some() => Origin::Builtin((*name).to_owned()),
            None => {
                table
                    .place
                    .problem("`policy` is missing", "add `policy = \"builtin:tiered\"`, or the path of a component");
                return None;
            }
        };
        let section =
            |field| table.optional(field, Value::json_object).map(|section| (field.to_owned(), Json::Object(section)));
        let sections: Map<String, Json> = ["routing", "fallback"].into_iter().filter_map(section).collect();
        Some(Contestant { name: (*name).to_owned(), origin, sections })
    };
    entries.iter().map(one).collect()
}

/// Where a policy comes from: `builtin:NAME` or a path.
fn origin(value: &Value<'_>) -> Option<Origin> {
    let text = value.string("\"builtin:tiered\"")?;
    let Some(name) = text.strip_prefix("builtin:") else {
        let path = value.place.reader.resolve(text);
        if !path.is_file() {
            value.place.problem(
                format!("there is no file `{}`", path.display()),
                "name a component that is built, or `builtin:NAME`",
            );
            return None;
        }
        return Some(Origin::File(path));
    };
    if builtin::component(name).is_none() {
        let names: Vec<&str> = builtin::names().collect();
        value.place.problem(format!("the program carries no policy {name:?}"), suggestion(name, names));
        return None;
    }
    Some(Origin::Builtin(name.to_owned()))
}

impl Contestant {
    /// A policy that the program carries, with its defaults.
    #[must_use]
    pub fn of_builtin(name: &str) -> Self {
        Self { name: name.to_owned(), origin: Origin::Builtin(name.to_owned()), sections: Map::new() }
    }

    /// A component file, called by the file's name, with its defaults.
    #[must_use]
    pub fn of_file(path: PathBuf) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, origin: Origin::File(path), sections: Map::new() }
    }
}

/// The models of targets, by the id of each.
pub(super) type Targets = BTreeMap<String, super::Target>;

#[cfg(test)]
mod tests;
