//! `[[budgets]]`, `[webhooks.*]`: who pays, and who hears of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{NO_WEBHOOK, Names, bounds, catalog, named, reference};
use crate::config::nearest::nearest;
use crate::config::reader::{Table, Value, shortened};
use crate::config::{Budget, BudgetPeriod, BudgetScope, Key, Name, Tenant, Webhook, Zone, shapes};

/// The most thresholds of a budget; they are kept as bits of one byte.
const THRESHOLDS: usize = 8;

/// Whom budgets are read beside.
pub(super) struct Payers<'a> {
    pub(super) tenants: &'a BTreeMap<Name, Tenant>,
    pub(super) keys: &'a BTreeMap<Name, Key>,
}

pub(super) fn budgets(root: &Table<'_>, names: &Names<'_>, payers: &Payers<'_>) -> Vec<Budget> {
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
        budget(id, &table, names, payers)
    });
    read.collect()
}

fn budget(id: Option<Name>, table: &Table<'_>, names: &Names<'_>, payers: &Payers<'_>) -> Option<Budget> {
    let periods = BudgetPeriod::ALL.map(|period| (period.as_str(), period));
    let scope = table.required("scope", r#"{ tenant = "acme" }"#, |value| scope(value, names));
    let period = table.required("period", "\"month\"", |value| value.choice(&periods));
    let limit = table.required("limit", "\"100.00\"", Value::money);
    let thresholds = table.optional("thresholds", thresholds).unwrap_or_default();
    let webhook = table.optional("webhook", |value| reference(value, NO_WEBHOOK, &names.webhooks));
    let own_zone = table.optional("time_zone", zone);
    let scope = scope?;
    // The budgets of a tenant and of its keys keep its time; what several tenants share has none of its own.
    let tenant = match &scope {
        BudgetScope::Tenant(name) => Some(name),
        BudgetScope::Key(name) => payers.keys.get(name).map(|key| &key.tenant),
        BudgetScope::Route(_) | BudgetScope::Class(_) => None,
    };
    let tenants_zone = tenant.and_then(|name| payers.tenants.get(name)).map(|tenant| tenant.zone.clone());
    let zone = own_zone.or(tenants_zone).unwrap_or_default();
    Some(Budget { id: id?, scope, period: period?, zone, limit: limit?, since: 0, thresholds, webhook })
}

/// Percentages, rising.
fn thresholds(value: &Value<'_>) -> Option<Arc<[u8]>> {
    let items = value.items("[70, 80, 95]")?;
    let read: Vec<u8> = items.iter().filter_map(|item| item.integer(1..=100)?.try_into().ok()).collect();
    if read.len() > THRESHOLDS || !read.is_sorted_by(|one, next| one < next) {
        let message = format!("thresholds are at most {THRESHOLDS} percentages, each larger than the one before");
        value.place.problem(message, "write them like [70, 80, 95]");
        return None;
    }
    Some(read.into())
}

/// A time zone by its name.
pub(super) fn zone(value: &Value<'_>) -> Option<Zone> {
    let text = value.string("\"Europe/Berlin\"")?;
    let zone = Zone::named(text);
    if zone.is_none() {
        let message = format!("{:?} is no time zone", shortened(text));
        value
            .place
            .problem(message, "write a name of the IANA database: \"Europe/Berlin\", \"America/New_York\", \"UTC\"");
    }
    zone
}

/// Where events are sent.
pub(super) fn webhooks(root: &Table<'_>) -> BTreeMap<Name, Webhook> {
    named(root, "webhooks", "[webhooks.ops]", |name, value| {
        let table = value.table(&shapes::WEBHOOK)?;
        let url = table.required("url", "\"https://example.com/hooks/fingerpost\"", url);
        let secret = table.required("secret", "{ env = \"HOOK_SECRET\" }", catalog::credential);
        Some(Webhook {
            name,
            url: url?,
            secret: secret?,
            allow_private: table.or("allow_private", false, Value::boolean),
        })
    })
}

/// The address of a webhook. The text is never shown: it could hold a token.
fn url(value: &Value<'_>) -> Option<http::Uri> {
    let text = value.string("\"https://example.com/hooks/fingerpost\"")?;
    let url = text.parse::<http::Uri>().ok().filter(|url| {
        let is_plain = url.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        matches!(url.scheme_str(), Some("http" | "https")) && is_plain
    });
    if url.is_none() {
        let hint = "write scheme, host and path, without a name or a password: \"https://example.com/hooks\"";
        value.place.problem("this is not an `http` or `https` URL", hint);
    }
    url
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
    if names.keys.is_all && !names.keys.contains(&&*name) {
        let meant =
            nearest(&name, names.keys.iter().copied()).map(|meant| format!("did you mean {meant:?}? Else it is "));
        let hint = format!(
            "{}right if it was made by `fingerpost keys create`; otherwise mend the name",
            meant.unwrap_or_default()
        );
        value.place.warning(format!("the file holds no key {name:?}"), hint);
    }
    Some(name)
}
