//! `[tenants.*]`, `[keys.*]`: who asks.

use std::collections::BTreeMap;

use http::StatusCode;

use super::boundaries::{Terrain, boundary, warn_of_stranded};
use super::{NO_WEBHOOK, Names, attributes, bounds, money, named, prices, rate, reference, references};
use crate::config::reader::{Table, Value};
use crate::config::{BoundsPatch, Charging, Key, Name, Route, Target, Tenant, defaults, shapes};

/// What a key is read beside.
pub(super) struct Places<'a> {
    pub(super) targets: &'a BTreeMap<Name, Target>,
    pub(super) routes: &'a BTreeMap<Name, Route>,
    pub(super) tenants: &'a BTreeMap<Name, Tenant>,
}

pub(super) fn tenants(root: &Table<'_>, names: &Names<'_>, charging: Charging) -> BTreeMap<Name, Tenant> {
    let terrain = Terrain::of(root);
    named(root, "tenants", "[tenants.acme]", |name, value| {
        let table = value.table(&shapes::TENANT)?;
        let plan = table.optional("plan", |value| value.name("\"pro\"")).unwrap_or_default();
        let boundary = table.optional("boundary", |value| boundary(value, names, &terrain)).unwrap_or_default();
        let charging = prices::charging(&table, charging);
        let zone = table.optional("time_zone", money::zone).unwrap_or_default();
        let fallback = table.optional("fallback", bounds::no_fallback).unwrap_or(true);
        let webhooks = webhooks(&table, names);
        Some(Tenant { name, plan, fallback, boundary, charging, rate: rate(&table), zone, webhooks })
    })
}

pub(super) fn keys(root: &Table<'_>, names: &Names<'_>, places: &Places<'_>) -> BTreeMap<Name, Key> {
    let (mut digests, terrain) = (BTreeMap::new(), Terrain::of(root));
    named(root, "keys", "[keys.acme-web]", |name, value| {
        let table = value.table(&shapes::KEY)?;
        let key = key(name.clone(), &table, names, &terrain)?;
        if let Some(other) = digests.insert(key.sha256, name) {
            let message = format!("the key {other:?} has the same secret");
            table.place.problem(message, "give every key a secret of its own");
        }
        warn_of_stranded(&table.place, &key, places);
        Some(key)
    })
}

fn key(name: Name, table: &Table<'_>, names: &Names<'_>, terrain: &Terrain<'_>) -> Option<Key> {
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
        bounds: BoundsPatch {
            fallback: table.optional("fallback", bounds::no_fallback),
            ..table.optional("bounds", |value| bounds::narrowed(value, names)).unwrap_or_default()
        },
        boundary: table.optional("boundary", |value| boundary(value, names, terrain)).unwrap_or_default(),
        class: table.optional("class", |value| value.choice(&bounds::CLASSES)),
        attributes: attributes(table),
        rate: rate(table),
        is_async: table.or("async", defaults::ASYNC, Value::boolean),
        webhook: table.optional("webhook", |value| reference(value, NO_WEBHOOK, &names.webhooks)),
        webhooks: webhooks(table, names),
        quota_status: table.or("quota_status", defaults::QUOTA_STATUS, quota_status),
        show_amounts: table.or("show_amounts", false, Value::boolean),
        may_explain: table.or("may_explain", false, Value::boolean),
        tenant: tenant?,
        sha256: sha256?,
    })
}

/// The webhooks that callers may name.
fn webhooks(table: &Table<'_>, names: &Names<'_>) -> Vec<Name> {
    table.optional("webhooks", |value| references(value, NO_WEBHOOK, &names.webhooks)).unwrap_or_default()
}

/// The status for want of money.
fn quota_status(value: &Value<'_>) -> Option<StatusCode> {
    match value.integer(400..=499)? {
        402 => Some(StatusCode::PAYMENT_REQUIRED),
        429 => Some(StatusCode::TOO_MANY_REQUESTS),
        _ => {
            value.place.problem("the status for want of money is 429 or 402", "429 is what OpenAI answers");
            None
        }
    }
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
