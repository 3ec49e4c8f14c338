//! From settings to a valid config: each section by itself, and the names by which they refer to one another. Every
//! section is read to its end, so that all of its mistakes are noted before it is given up.

mod access_log;
mod answers;
mod boundaries;
mod bounds;
mod callers;
mod canary;
mod catalog;
mod decision_log;
mod health;
mod known;
mod money;
mod places;
mod prices;
mod queues;
mod registries;
mod routes;
mod server;

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Table, Value, shortened};
use super::values::is_name;
use super::{Config, Name, Rate, defaults, shapes};
use known::{Names, reference, references};

/// How to say that the file holds no webhook of a name.
const NO_WEBHOOK: &str = "there is no webhook";

/// The whole config; `None` only where problems have been noted.
pub(super) fn read(root: &Table<'_>) -> Option<Config> {
    let names = Names::of(root);
    places::remember(root);
    let server = server::server(root);
    let admin = server::admin(root, server.listen);
    let (data_dir, keep_records, sync) = server::data(root);
    let upstream = server::upstream(root);
    let engine = server::engine(root);
    let health = health::rules(root);
    let answers = answers::limits(root);
    let decision_log = decision_log::rules(root);
    let access_log = access_log::rules(root);
    let providers = catalog::providers(root);
    let (prices, lists) = prices::prices(root);
    let charging = prices::charging(root, defaults::CHARGING);
    let targets = catalog::targets(root, &names, &providers, &lists);
    let queues = queues::queues(root, &names);
    let registries = registries::registries(root);
    let routes = routes::routes(root, &names, &targets, &queues);
    let classes = bounds::classes(root, &names);
    let tenants = callers::tenants(root, &names, charging);
    let keys = callers::keys(root, &names, &callers::Places { targets: &targets, routes: &routes, tenants: &tenants });
    let webhooks = money::webhooks(root);
    let budgets = money::budgets(root, &names, &money::Payers { tenants: &tenants, keys: &keys });
    if names.routes.are_certainly_none() {
        let hint = "add a section such as `[routes.support_draft]`; without any config file, `fingerpost serve` runs on \
                    defaults that it carries";
        root.place.problem("there is no route", hint);
    }
    Some(Config {
        server: server.checked()?,
        admin,
        data_dir,
        sync,
        upstream: upstream?,
        engine,
        health,
        answers,
        decision_log,
        access_log,
        providers,
        targets,
        routes,
        tenants,
        keys,
        classes,
        budgets,
        prices,
        charging,
        queues,
        registries,
        keep_records,
        webhooks,
        warnings: Vec::new(),
        places: root.place.reader.places(),
    })
}

/// Tier names; their order is their rank.
fn tiers(root: &Table<'_>) -> Vec<Name> {
    let example = r#"tiers = ["frontier", "balanced", "economy"]"#;
    let default = || defaults::TIERS.iter().map(|tier| Name::from(*tier)).collect();
    let tiers = root.optional("tiers", |value| {
        let items = value.items(example)?;
        // A rank is compared, stored and sent with every decision as one byte; more tiers than this mean nothing.
        if items.is_empty() || items.len() > 16 {
            value.place.problem("there must be 1 to 16 tiers", format!("write it like {example}"));
        }
        Some(distinct(&items, |item| item.name("\"frontier\"")))
    });
    tiers.filter(|tiers| !tiers.is_empty()).unwrap_or_else(default)
}

/// The entries of a table whose keys are names. An entry that is wrong is left out; it has been noted.
fn named<'a, T>(
    root: &Table<'a>,
    field: &'static str,
    example: &str,
    mut read: impl FnMut(Name, &Value<'a>) -> Option<T>,
) -> BTreeMap<Name, T> {
    let entries = root.optional(field, |value| value.entries(example)).unwrap_or_default();
    let valid = entries.into_iter().filter_map(|(name, value)| {
        if !is_name(name) {
            let hint = "a name is 1 to 128 of the letters A-Z and a-z, digits, and `_ . : / -`";
            value.place.problem(format!("{:?} cannot be a name", shortened(name)), hint);
        }
        let name = Name::from(name);
        Some((name.clone(), read(name, &value)?))
    });
    valid.collect()
}

/// The items that are right; each that stands there twice is noted.
fn distinct<'a, T: Ord + Clone>(items: &[Value<'a>], read: impl Fn(&Value<'a>) -> Option<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let once = items.iter().filter_map(|item| {
        let read = read(item)?;
        let new = seen.insert(read.clone());
        if !new {
            item.place.problem("this stands here twice", "remove one of the two");
        }
        new.then_some(read)
    });
    once.collect()
}

/// Attributes that a route or a key adds to its requests.
fn attributes(table: &Table<'_>) -> BTreeMap<Name, Name> {
    named(table, "attributes", r#"attributes = { feature = "support" }"#, |name, value| {
        if name.starts_with(crate::attributes::OWN) {
            let message = format!("names that begin with `{}` are the gateway's own", crate::attributes::OWN);
            value.key_place().problem(message, "choose another name");
        }
        value.attribute()
    })
}

/// The rate limits of a key, a tenant or a route.
fn rate(table: &Table<'_>) -> Rate {
    let Some(table) = table.optional("rate", |value| value.table(&shapes::RATE)) else { return Rate::default() };
    let a_minute = |value: &Value<'_>| value.count(1_000_000_000);
    Rate {
        requests: table.optional("requests", a_minute),
        tokens: table.optional("tokens", a_minute),
        concurrent: table.optional("concurrent", |value| value.count(1_000_000)),
    }
}
