//! What operators see of targets and providers: how they have been doing, and what they take.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::catalog::{Catalog, Target};
use crate::health::Seen;

/// All targets and their providers.
pub(super) fn states(catalog: &Catalog) -> Value {
    let targets: Vec<Value> = catalog.values().map(|target| state(target)).collect();
    // Each provider once, by one of its targets.
    let providers: BTreeMap<_, _> = catalog.values().map(|target| (&target.setting.provider, target)).collect();
    let providers: Vec<Value> = providers
        .into_iter()
        .map(|(name, target)| {
            let mut provider = seen(target.health.seen_provider());
            provider["provider"] = json!(&**name);
            provider
        })
        .collect();
    json!({ "targets": targets, "providers": providers })
}

fn state(target: &Target) -> Value {
    let taken = target.health.takes(Instant::now());
    let mut state = seen(target.health.seen());
    state["target"] = json!(&*target.setting.id);
    state["provider"] = json!(&*target.setting.provider);
    state["model"] = json!(&*target.setting.model);
    state["price"] = price(target);
    state["on_cancel"] = json!(target.setting.on_cancel.as_str());
    state["slots_left"] = json!(taken.slots_left);
    state["queue_left"] = json!(taken.queue_left);
    state["retries_left"] = json!(taken.retries_left);
    state
}

/// What the target charges, and where that comes from; null: nobody knows.
fn price(target: &Target) -> Value {
    target.setting.price.as_ref().map_or(Value::Null, |priced| {
        let mut price = json!(priced.price);
        price["version"] = json!(&*priced.version);
        price["source"] = json!(&*priced.source);
        price
    })
}

fn seen(seen: Seen) -> Value {
    json!({
        "state": seen.state,
        "left_ms": seen.left_ms,
        "in_flight": seen.in_flight,
        "samples": seen.figures.samples,
        "success_permille": seen.figures.success_permille,
        "first_token_p50_ms": seen.figures.first_token_p50_ms,
        "latency_p95_ms": seen.figures.latency_p95_ms,
    })
}
