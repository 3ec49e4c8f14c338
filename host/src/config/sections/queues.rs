//! `[queues.*]`: where requests wait that a policy puts off.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::{NO_WEBHOOK, Names, named, reference};
use crate::config::reader::{Table, Value};
use crate::config::{DeferralQueue, Name, defaults, shapes};

/// Shorter, and nothing is there any more when its caller asks; longer than a quarter, and nobody asks any more.
const TTL: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(92 * 24 * 3_600);

pub(super) fn queues(root: &Table<'_>, names: &Names<'_>) -> BTreeMap<Name, DeferralQueue> {
    named(root, "queues", "[queues.later]", |name, value| {
        let table = value.table(&shapes::DEFERRALS)?;
        let default = defaults::deferral_queue(name);
        Some(DeferralQueue {
            concurrency: table.or("concurrency", default.concurrency, |value| value.count(1_000)),
            tries: table.or("tries", default.tries, |value| value.count(1_000)),
            ttl: table.or("ttl", default.ttl, |value| value.duration(TTL)),
            per_tenant: table.or("per_tenant", default.per_tenant, |value| value.count(1_000_000)),
            review: table.or("review", default.review, Value::boolean),
            webhook: table.optional("webhook", |value| reference(value, NO_WEBHOOK, &names.webhooks)),
            ..default
        })
    })
}
