//! What the host holds requests to: `[routes.*.bounds]`, `[classes.*.bounds]`, `[keys.*.bounds]`, `[routes.*.limits]`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Names, distinct};
use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value};
use crate::config::values::written;
use crate::config::{AttemptLimits, Bounds, BoundsPatch, TrafficClass, defaults, shapes};

/// More attempts than this are an attack on the providers.
const MOST_ATTEMPTS: u32 = 20;

/// From the least that can be kept to the longest that a connection is worth keeping.
const DEADLINE: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_secs(24 * 3_600);

/// The word of each class.
pub(super) const CLASSES: [(&str, TrafficClass); 5] = [
    (TrafficClass::Critical.as_str(), TrafficClass::Critical),
    (TrafficClass::Interactive.as_str(), TrafficClass::Interactive),
    (TrafficClass::Internal.as_str(), TrafficClass::Internal),
    (TrafficClass::Batch.as_str(), TrafficClass::Batch),
    (TrafficClass::Experiment.as_str(), TrafficClass::Experiment),
];

pub(super) fn classes(root: &Table<'_>, names: &Names<'_>) -> BTreeMap<TrafficClass, BoundsPatch> {
    let entries = root.optional("classes", |value| value.entries("[classes.critical]")).unwrap_or_default();
    let read = entries.into_iter().filter_map(|(name, value)| {
        let Some(class) = TrafficClass::from_name(name) else {
            let words = CLASSES.iter().map(|(word, _)| *word);
            value.place.problem("there is no such traffic class", suggestion(name, words));
            return None;
        };
        let table = value.table(&shapes::CLASS)?;
        Some((class, table.optional("bounds", |value| narrowed(value, names)).unwrap_or_default()))
    });
    read.collect()
}

/// Bounds that only narrow those of a route.
pub(super) fn narrowed(value: &Value<'_>, names: &Names<'_>) -> Option<BoundsPatch> {
    value.table(&shapes::NARROWED).map(|table| patch(&table, names))
}

/// A route's own bounds, on the defaults of its class. `worst_rank` is that of the worst of its so many targets.
pub(super) fn of_route(
    route: &Table<'_>,
    class: TrafficClass,
    (targets, worst_rank): (usize, u8),
    names: &Names<'_>,
) -> Bounds {
    let defaults = defaults::class_bounds(class);
    let table = route.optional("bounds", |value| value.table(&shapes::BOUNDS));
    let given = table.as_ref().map(|table| patch(table, names)).unwrap_or_default();
    let may_reclassify_to = table.as_ref().and_then(|table| table.optional("may_reclassify_to", reclassification));
    let tokens = |value: &Value<'_>| value.count(10_000_000).map(NonZeroU32::get);
    let least = table.as_ref().and_then(|table| table.optional("min_output_tokens", tokens));
    if let Some(floor) = given.worst_tier_rank.filter(|floor| *floor < worst_rank) {
        let place = table.as_ref().and_then(|table| table.get("worst_tier")).map(|value| &value.place);
        let tier = names.tiers.get(usize::from(worst_rank)).map_or("", |tier| &**tier);
        let floor = names.tiers.get(usize::from(floor)).map_or("", |tier| &**tier);
        if let Some(place) = place {
            place.warning(
                format!("the route's targets of tier {tier:?} can never serve: its quality floor is {floor:?}"),
                "remove them from `targets`, or lower the floor",
            );
        }
    }
    let max_attempts = given.max_attempts.unwrap_or(defaults.max_attempts);
    let max_same_target = given.max_same_target.unwrap_or(defaults.max_same_target.min(max_attempts));
    let fallback = route.get("fallback").filter(|value| is_word(value)).and_then(no_fallback).unwrap_or(true);
    let attempts = table.as_ref().and_then(|table| table.get("max_attempts"));
    if let Some(value) = attempts.filter(|_| fallback && targets > 1) {
        warn_of_unreachable(value, class, max_attempts, max_same_target);
    }
    Bounds {
        max_attempts,
        max_same_target,
        deadline: given.deadline.unwrap_or(defaults.deadline),
        worst_tier_rank: given.worst_tier_rank.unwrap_or(worst_rank),
        max_cost: given.max_cost,
        max_cost_permille: given.max_cost_permille.unwrap_or(defaults.max_cost_permille),
        downgrade: given.downgrade.unwrap_or(false),
        upgrade: given.upgrade.unwrap_or(false),
        may_reclassify_to: may_reclassify_to.unwrap_or_default(),
        min_output_tokens: least.unwrap_or(0),
        may_defer: given.may_defer.unwrap_or(defaults::MAY_DEFER),
        fallback,
    }
}

/// Tries that the first target may use up alone never reach a second one. Batch work waits for its own target, and
/// experiments are meant to fail at once.
fn warn_of_unreachable(given: &Value<'_>, class: TrafficClass, most: NonZeroU32, at_one: NonZeroU32) {
    if most > at_one || matches!(class, TrafficClass::Batch | TrafficClass::Experiment) {
        return;
    }
    let message = match most.get() {
        1 => "a single attempt never reaches another target than the first".to_owned(),
        most => format!("{most} attempts may all be made at the first target, and then no other is ever reached"),
    };
    let hint = "allow more, or fewer at one target with `max_same_target`, or say `fallback = \"none\"` on the route";
    given.place.warning(message, hint);
}

/// Whether a setting is a word rather than a section.
pub(super) fn is_word(value: &Value<'_>) -> bool {
    matches!(value.raw, toml::de::DeValue::String(_))
}

/// `fallback = "none"`, which keeps a route, a key or a tenant from any fallback.
pub(super) fn no_fallback(value: &Value<'_>) -> Option<bool> {
    value.choice(&[("none", false)])
}

fn patch(table: &Table<'_>, names: &Names<'_>) -> BoundsPatch {
    BoundsPatch {
        max_attempts: table.optional("max_attempts", |value| value.count(MOST_ATTEMPTS)),
        max_same_target: table.optional("max_same_target", |value| value.count(MOST_ATTEMPTS)),
        deadline: table.optional("deadline", |value| value.duration(DEADLINE)),
        worst_tier_rank: table.optional("worst_tier", |value| names.tier(value)).map(|(_, rank)| rank),
        max_cost: table.optional("max_cost", Value::money),
        max_cost_permille: table.optional("max_cost_multiple", Value::multiple),
        downgrade: table.optional("downgrade", Value::boolean),
        upgrade: table.optional("upgrade", Value::boolean),
        may_defer: table.optional("may_defer", Value::boolean),
        // It stands beside the bounds.
        fallback: None,
    }
}

fn reclassification(value: &Value<'_>) -> Option<Vec<TrafficClass>> {
    let items = value.items(r#"["interactive", "batch"]"#)?;
    Some(distinct(&items, |item| item.choice(&CLASSES)))
}

/// Limits of an attempt, where the policy names none.
pub(super) fn attempt_limits(route: &Table<'_>, deadline: Duration) -> AttemptLimits {
    let mut limits = defaults::attempt_limits(deadline);
    let Some(table) = route.optional("limits", |value| value.table(&shapes::LIMITS)) else { return limits };
    let read = |field, default| table.or(field, default, |value: &Value<'_>| value.duration(DEADLINE));
    limits.connect = read("connect", limits.connect);
    limits.first_byte = read("first_byte", limits.first_byte);
    limits.first_token = read("first_token", limits.first_token);
    limits.idle = read("idle", limits.idle);
    limits.content_idle = read("content_idle", limits.content_idle);
    limits.total = read("total", limits.total);
    if let Some(value) = table.get("total").filter(|_| limits.total > deadline) {
        let message = format!("an attempt never gets this long: the route's deadline is {}", written(deadline));
        value.place.warning(message, "lower `limits.total`, or raise `bounds.deadline`");
    }
    limits
}
