//! `[routes.*.rehearsal]`, `[routes.*.canary]` and `trusted_keys`: what a policy must show before it decides, and while it is on trial.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Names, reference};
use crate::config::reader::{Table, Value, shortened};
use crate::config::{CanaryRules, RehearsalRules, defaults, shapes};
use crate::signature::PublicKey;

/// Shorter, and it holds too little; longer, and what was good last week hides what is bad now.
const WINDOW: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(24 * 3_600);

/// How a route's candidate is compared with its active version.
pub(super) fn rules(route: &Table<'_>, names: &Names<'_>) -> CanaryRules {
    let mut rules = defaults::CANARY;
    let Some(table) = route.optional("canary", |value| value.table(&shapes::CANARY)) else { return rules };
    rules.min_samples = table.or("min_samples", rules.min_samples, |value| value.count(1_000_000));
    rules.window = table.or("window", rules.window, |value| value.duration(WINDOW));
    rules.rate_margin_permille = table.or("rate_margin", rules.rate_margin_permille, Value::share);
    rules.mean_margin_permille = table.or("mean_margin", rules.mean_margin_permille, Value::multiple);
    rules.webhook = table.optional("webhook", |value| reference(value, "there is no webhook", &names.webhooks));
    rules
}

/// Shorter, and nothing is asked; longer, and whoever deploys, and every rollback meanwhile, waits for it.
const REHEARSAL: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(60);

/// How many recorded decisions a new policy is asked again before it decides.
pub(super) fn rehearsal(route: &Table<'_>) -> RehearsalRules {
    let mut rules = defaults::REHEARSAL;
    let Some(table) = route.optional("rehearsal", |value| value.table(&shapes::REHEARSAL)) else { return rules };
    rules.decisions =
        table.or("decisions", rules.decisions, |value| value.integer(0..=100_000).and_then(|n| n.try_into().ok()));
    rules.time = table.or("time", rules.time, |value| value.duration(REHEARSAL));
    rules
}

/// The keys of which one must have signed the route's policy.
pub(super) fn trusted_keys(policy: Option<&Table<'_>>) -> Vec<PublicKey> {
    const EXAMPLE: &str = "[\"3f2a…\"]";
    let Some(value) = policy.and_then(|policy| policy.get("trusted_keys")) else { return Vec::new() };
    let key = |item: &Value<'_>| {
        let text = item.string("\"3f2a…\"")?;
        let key = PublicKey::from_hex(text);
        if key.is_none() {
            let message = format!("{:?} is not a public key", shortened(text));
            item.place.problem(message, "write the 64 hexadecimal digits that `fingerpost policy keygen` printed");
        }
        key
    };
    let items = value.items(EXAMPLE).unwrap_or_default();
    if items.is_empty() {
        value
            .place
            .problem("this list is empty", "name a key, or leave `trusted_keys` out: then no signature is needed");
    }
    items.iter().filter_map(key).collect()
}
