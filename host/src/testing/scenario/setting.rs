//! The gateway that a scenario plays in: its few lines become a whole config, which is read and checked like any other.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::config::reader::{Table, Value};
use crate::policy::Digest;
use crate::testing::document::plain;
use crate::testing::facts::share;

/// The tenant and the key whose caller asks: as in fixtures.
pub(super) const TENANT_KEYS: (&str, &str) = ("acme", "acme-1");

/// The secret of the key.
pub(super) const SECRET: &str = "fp-scenario-key";

/// What files of scenarios and of simulations say of the gateway.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// The name of the only route.
    name: &'static str,
    /// Who asks, the payer of budgets that name none first.
    tenants: Vec<String>,
    class: Option<String>,
    tiers: Option<Json>,
    /// In their order, which is the route's.
    targets: Vec<(String, Json)>,
    route: Map<String, Json>,
    budgets: Vec<(String, Json)>,
    config: Map<String, Json>,
    /// The share of each budget that is used, in thousandths.
    pub(crate) used: BTreeMap<String, u32>,
}

/// Where each target's provider is, and what that calls its model.
pub(crate) type Addresses = BTreeMap<String, (String, String)>;

impl Default for Setting {
    /// That of a scenario.
    fn default() -> Self {
        Self::new(Self::ROUTE, vec![TENANT_KEYS.0.to_owned()])
    }
}

impl Setting {
    /// The name of a scenario's only route.
    pub(super) const ROUTE: &'static str = "scenario";

    /// One with a route of this name and with these tenants, of which there is one at least.
    pub(crate) fn new(name: &'static str, tenants: Vec<String>) -> Self {
        Self {
            name,
            tenants,
            class: None,
            tiers: None,
            targets: Vec::new(),
            route: Map::new(),
            budgets: Vec::new(),
            config: Map::new(),
            used: BTreeMap::new(),
        }
    }

    /// Gives the route a setting that it has unless it is told otherwise.
    pub(crate) fn route_has(&mut self, field: &str, value: Json) {
        self.route.insert(field.to_owned(), value);
    }

    /// Takes over what a table says; what it does not mention stays.
    pub(crate) fn take(&mut self, table: &Table<'_>) {
        if let Some(class) = table.optional("class", |value| value.string("\"critical\"")) {
            self.class = Some(class.to_owned());
        }
        if let Some(tiers) = table.get("tiers") {
            self.tiers = plain(tiers.raw);
        }
        for (into, field) in [(&mut self.route, "route"), (&mut self.config, "config")] {
            if let Some(Json::Object(given)) = table.get(field).and_then(object) {
                merge(into, given);
            }
        }
        for (into, field) in [(&mut self.targets, "targets"), (&mut self.budgets, "budgets")] {
            let entries = table.optional(field, |value| value.entries("a table by name"));
            for (name, entry) in entries.unwrap_or_default() {
                let Some(Json::Object(mut given)) = object(&entry) else { continue };
                if field == "budgets" {
                    given.remove("used");
                    let used =
                        entry.entries("a budget").unwrap_or_default().into_iter().find(|(key, _)| *key == "used");
                    self.used.extend(used.and_then(|(_, value)| share(&value)).map(|share| (name.to_owned(), share)));
                }
                match into.iter_mut().find(|(known, _)| known == name) {
                    Some((_, Json::Object(present))) => merge(present, given),
                    _ => into.push((name.to_owned(), Json::Object(given))),
                }
            }
        }
    }

    /// The config of the gateway, but for its policy, and where its targets are. Mistakes are noted where they stand.
    pub(crate) fn config(&self, table: &Table<'_>, outer: Option<&Table<'_>>) -> Option<(Config, Addresses)> {
        if self.targets.is_empty() {
            table.place.problem(format!("the {} has no targets", self.called()), "add `[targets.primary]`");
            return None;
        }
        let (document, addresses) = self.document();
        let text = toml::to_string(&document).unwrap_or_default();
        match Config::parse_with(&text, Path::new(self.called()), &|_| None) {
            Ok(config) => Some((config, addresses)),
            Err(error) => {
                for problem in error.problems {
                    let path = self.own_path(&problem.path);
                    let found = find(table, &path).or_else(|| find(outer?, &path));
                    let place = found.map_or_else(|| table.place.clone(), |value| value.place);
                    // Where the setting itself stands in the file, its place has the path.
                    let is_told = place.is_of(&path);
                    let message = if is_told { problem.message } else { format!("{path}: {}", problem.message) };
                    let hint = problem.hint.unwrap_or_else(|| "docs/config.md explains the setting".into());
                    place.problem(message, hint);
                }
                None
            }
        }
    }

    /// The path of a setting as the scenario has it.
    fn own_path(&self, path: &str) -> String {
        if let Some(rest) = path.strip_prefix("routes.").and_then(|rest| rest.strip_prefix(self.name)) {
            return format!("route{rest}");
        }
        let numbered = path.strip_prefix("budgets[").and_then(|rest| rest.split_once(']'));
        let named = numbered.and_then(|(number, rest)| {
            let (name, _) = self.budgets.get(number.parse::<usize>().ok()?)?;
            Some(format!("budgets.{name}{rest}"))
        });
        named.unwrap_or_else(|| path.to_owned())
    }

    /// What people call what it is the setting of.
    fn called(&self) -> &'static str {
        if self.name == Self::ROUTE { "scenario" } else { "simulation" }
    }

    fn document(&self) -> (Json, Addresses) {
        let mut providers: Vec<String> = Vec::new();
        let (mut targets, mut addresses) = (Map::new(), Addresses::new());
        for (id, given) in &self.targets {
            let mut target = json!({
                "provider": id, "model": id, "tier": "balanced", "context_window": 128_000,
                "price": { "input": "1.00", "output": "3.00" },
            });
            if let (Some(target), Some(given)) = (target.as_object_mut(), given.as_object()) {
                merge(target, given.clone());
            }
            let provider = target["provider"].as_str().unwrap_or(id).to_owned();
            let number = providers.iter().position(|known| *known == provider).unwrap_or_else(|| {
                providers.push(provider);
                providers.len() - 1
            });
            let model = target["model"].as_str().unwrap_or(id).to_owned();
            addresses.insert(id.clone(), (host(number), model));
            targets.insert(id.clone(), target);
        }
        let providers: Map<String, Json> = providers
            .into_iter()
            .enumerate()
            .map(|(number, name)| {
                (name, json!({ "kind": "openai", "base_url": format!("http://{}/v1", host(number)) }))
            })
            .collect();
        let payer = self.tenants.first().map_or(TENANT_KEYS.0, String::as_str);
        let tenants: Map<String, Json> = self.tenants.iter().map(|name| (name.clone(), json!({}))).collect();
        let mut document = json!({
            "tiers": self.tiers.clone().unwrap_or_else(|| json!(["frontier", "balanced", "economy"])),
            "engine": { "wall_clock": "2s" },
            "providers": providers,
            "targets": targets,
            "tenants": tenants,
            "keys": { TENANT_KEYS.1: { "tenant": payer, "sha256": Digest::of(SECRET.as_bytes()).to_string() } },
            "routes": { self.name: self.route() },
            "budgets": self.budgets.iter().map(|given| budget(given, payer)).collect::<Vec<_>>(),
        });
        if let Some(document) = document.as_object_mut() {
            merge(document, self.config.clone());
        }
        (document, addresses)
    }

    fn route(&self) -> Map<String, Json> {
        let ids: Vec<&str> = self.targets.iter().map(|(id, _)| id.as_str()).collect();
        let class = self.class.as_deref().unwrap_or("interactive");
        let mut route = Map::new();
        route.insert("class".into(), class.into());
        route.insert("targets".into(), ids.into());
        // The policy under test takes its place when it is played.
        route.insert("policy".into(), json!({ "source": "builtin", "name": "single" }));
        merge(&mut route, self.route.clone());
        route
    }
}

/// The host of a provider: a name that leads nowhere.
pub(crate) fn host(number: usize) -> String {
    format!("provider-{number}.invalid")
}

fn budget((name, given): &(String, Json), payer: &str) -> Json {
    let mut budget = json!({ "id": name, "scope": { "tenant": payer }, "period": "month" });
    if let (Some(budget), Some(given)) = (budget.as_object_mut(), given.as_object()) {
        merge(budget, given.clone());
    }
    budget
}

fn object(value: &Value<'_>) -> Option<Json> {
    let object = plain(value.raw).filter(Json::is_object);
    if object.is_none() {
        value.expected("a table", "[targets.primary]");
    }
    object
}

/// Puts one object over another, table by table. What has a scope of a budget replaces the scope.
fn merge(into: &mut Map<String, Json>, given: Map<String, Json>) {
    for (key, value) in given {
        match (into.get_mut(&key), value) {
            (Some(Json::Object(present)), Json::Object(value)) if key != "scope" && key != "price" => {
                merge(present, value)
            }
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// The setting of this path in a scenario's own text, or the table nearest to it.
fn find<'a>(table: &Table<'a>, path: &str) -> Option<Value<'a>> {
    let mut names = path.split('.');
    let first = names.next()?;
    let first =
        ["class", "tiers", "targets", "route", "budgets", "config"].into_iter().find(|known| *known == first)?;
    let mut found = table.get(first)?.clone();
    for name in names {
        let inner = match found.raw {
            toml::de::DeValue::Table(_) => found.entries("a table").unwrap_or_default(),
            _ => Vec::new(),
        };
        match inner.into_iter().find(|(known, _)| *known == name) {
            Some((_, value)) => found = value,
            None => break,
        }
    }
    Some(found)
}
