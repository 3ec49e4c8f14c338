//! `[tenants.*]`, `[keys.*]`, `[[budgets]]`: who asks, and who pays.

use std::collections::{BTreeMap, BTreeSet};

use super::boundaries::{boundary, warn_of_stranded};
use super::{Names, attributes, bounds, named, prices, rate, reference, references};
use crate::config::reader::{Table, Value};
use crate::config::{
    Budget, BudgetPeriod, BudgetScope, Charging, Key, Name, Provider, Route, Target, Tenant, defaults, shapes,
};

/// What a key is read beside.
pub(super) struct Places<'a> {
    pub(super) providers: &'a BTreeMap<Name, Provider>,
    pub(super) targets: &'a BTreeMap<Name, Target>,
    pub(super) routes: &'a BTreeMap<Name, Route>,
    pub(super) tenants: &'a BTreeMap<Name, Tenant>,
}

pub(super) fn tenants(
    root: &Table<'_>,
    names: &Names<'_>,
    providers: &BTreeMap<Name, Provider>,
    charging: Charging,
) -> BTreeMap<Name, Tenant> {
    named(root, "tenants", "[tenants.acme]", |name, value| {
        let table = value.table(&shapes::TENANT)?;
        let plan = table.optional("plan", |value| value.name("\"pro\"")).unwrap_or_default();
        let boundary = table.optional("boundary", |value| boundary(value, names, providers)).unwrap_or_default();
        let charging = prices::charging(&table, charging);
        Some(Tenant { name, plan, boundary, charging, rate: rate(&table) })
    })
}

pub(super) fn keys(root: &Table<'_>, names: &Names<'_>, places: &Places<'_>) -> BTreeMap<Name, Key> {
    let mut digests = BTreeMap::new();
    named(root, "keys", "[keys.acme-web]", |name, value| {
        let table = value.table(&shapes::KEY)?;
        let key = key(name.clone(), &table, names, places.providers)?;
        if let Some(other) = digests.insert(key.sha256, name) {
            let message = format!("the key {other:?} has the same secret");
            table.place.problem(message, "give every key a secret of its own");
        }
        warn_of_stranded(&table.place, &key, places);
        Some(key)
    })
}

fn key(name: Name, table: &Table<'_>, names: &Names<'_>, providers: &BTreeMap<Name, Provider>) -> Option<Key> {
    let tenant = table.required("tenant", "\"acme\"", |value| reference(value, "there is no tenant", &names.tenants));
    let example = "\"<64 hex digits: printf %s the-secret | sha256sum>\"";
    let sha256 = table.required("sha256", example, sha256);
    let routes = table.optional("routes", |value| references(value, "there is no route", &names.routes));
    let default_route = table.optional("default_route", |value| reference(value, "there is no route", &names.routes));
    if let (Some(routes), Some(default), Some(value)) = (&routes, &default_route, table.get("default_route"))
        && !routes.contains(default)
    {
        value.place.problem("the key may not use its own default route", "add it to the key's `routes`");
    }
    Some(Key {
        name,
        default_route,
        routes,
        may_name_targets: table.or("may_name_targets", false, Value::boolean),
        bounds: table.optional("bounds", |value| bounds::narrowed(value, names)).unwrap_or_default(),
        boundary: table.optional("boundary", |value| boundary(value, names, providers)).unwrap_or_default(),
        class: table.optional("class", |value| value.choice(&bounds::CLASSES)),
        attributes: attributes(table),
        rate: rate(table),
        is_async: table.or("async", defaults::ASYNC, Value::boolean),
        tenant: tenant?,
        sha256: sha256?,
    })
}

/// A digest. What stands there is never shown: it could be the secret itself.
fn sha256(value: &Value<'_>) -> Option<[u8; 32]> {
    let text = value.string("64 hex digits in quotes")?;
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let bytes = digits.filter(|digits| digits.len() == 64);
    let digest = bytes
        .and_then(|digits| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<_>>().try_into().ok());
    if digest.is_none() {
        let hint = "never write the secret itself here, but what `printf %s the-secret | sha256sum` prints";
        value.place.problem("this is not a SHA-256 in 64 hex digits", hint);
    }
    digest
}

pub(super) fn budgets(root: &Table<'_>, names: &Names<'_>) -> Vec<Budget> {
    let mut ids = BTreeSet::new();
    let items = root.optional("budgets", |value| value.items("[[budgets]]")).unwrap_or_default();
    let read = items.iter().filter_map(|item| {
        let table = item.table(&shapes::BUDGET)?;
        let id = table.required("id", "\"acme-month\"", |value| {
            let id = value.name("\"acme-month\"")?;
            if !ids.insert(id.clone()) {
                value.place.problem(format!("there is another budget {id:?}"), "give every budget an id of its own");
            }
            Some(id)
        });
        budget(id, &table, names)
    });
    read.collect()
}

fn budget(id: Option<Name>, table: &Table<'_>, names: &Names<'_>) -> Option<Budget> {
    let periods = [("day", BudgetPeriod::Day), ("month", BudgetPeriod::Month), ("prepaid", BudgetPeriod::Prepaid)];
    let scope = table.required("scope", r#"{ tenant = "acme" }"#, |value| scope(value, names));
    let period = table.required("period", "\"month\"", |value| value.choice(&periods));
    let limit = table.required("limit", "\"100.00\"", Value::money);
    Some(Budget { id: id?, scope: scope?, period: period?, limit: limit? })
}

fn scope(value: &Value<'_>, names: &Names<'_>) -> Option<BudgetScope> {
    let table = value.table(&shapes::SCOPE)?;
    let tenant = table.get("tenant");
    let key = table.get("key");
    let route = table.get("route");
    let class = table.get("class");
    match (tenant, key, route, class) {
        (Some(value), None, None, None) => {
            reference(value, "there is no tenant", &names.tenants).map(BudgetScope::Tenant)
        }
        (None, Some(value), None, None) => key_name(value, names).map(BudgetScope::Key),
        (None, None, Some(value), None) => reference(value, "there is no route", &names.routes).map(BudgetScope::Route),
        (None, None, None, Some(value)) => value.choice(&bounds::CLASSES).map(BudgetScope::Class),
        _ => {
            let hint = r#"write { tenant = "acme" }, { key = "…" }, { route = "…" } or { class = "batch" }"#;
            table.place.problem("a budget covers one tenant, key, route or class", hint);
            None
        }
    }
}

/// A key may live in the store instead of the file, so its absence here is no mistake.
fn key_name(value: &Value<'_>, names: &Names<'_>) -> Option<Name> {
    let name = value.name("\"acme-web\"")?;
    if !names.keys.contains(&&*name) {
        let hint = "right if it was made by `fingerpost keys create`; otherwise mend the name";
        value.place.warning(format!("the file holds no key {name:?}"), hint);
    }
    Some(name)
}
