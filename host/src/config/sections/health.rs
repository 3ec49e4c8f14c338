//! `[health]` and `[targets.*.queue]`: when a target is left alone, and who waits for it.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::config::reader::{Table, Value};
use crate::config::{HealthRules, Queue, defaults, shapes};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);
const COOL_DOWN: RangeInclusive<Duration> = Duration::from_millis(10)..=HOUR;

/// More places than this would hold more requests than a gateway has connections.
const MOST_PLACES: u32 = 100_000;

pub(super) fn rules(root: &Table<'_>) -> HealthRules {
    let mut rules = defaults::HEALTH;
    let Some(table) = root.optional("health", |value| value.table(&shapes::HEALTH)) else { return rules };
    rules.failures_in_a_row = table.or("failures_in_a_row", rules.failures_in_a_row, |value| value.count(1_000_000));
    rules.failure_permille = table.or("failure_rate", rules.failure_permille, Value::share);
    // More outcomes than are kept would never be there.
    rules.samples = table.or("samples", rules.samples, |value| value.count(crate::health::KEPT_OUTCOMES));
    rules.memory = table.or("memory", rules.memory, |value| value.duration(1_000 * MS..=HOUR));
    rules.first_cool_down = table.or("first_cool_down", rules.first_cool_down, |value| value.duration(COOL_DOWN));
    rules.longest_cool_down = table.or("longest_cool_down", rules.longest_cool_down, |value| value.duration(COOL_DOWN));
    rules.refused_cool_down = table.or("refused_cool_down", rules.refused_cool_down, |value| value.duration(COOL_DOWN));
    rules.ramp = table.or("ramp", rules.ramp, |value| value.duration(Duration::ZERO..=HOUR));
    if let Some(value) = table.get("first_cool_down").or_else(|| table.get("longest_cool_down"))
        && rules.first_cool_down > rules.longest_cool_down
    {
        let hint = "lower `first_cool_down`, or raise `longest_cool_down`";
        value.place.problem("the first cool-down is longer than the longest", hint);
    }
    rules
}

pub(super) fn queue(value: &Value<'_>) -> Option<Queue> {
    let table = value.table(&shapes::QUEUE)?;
    let length = table.required("length", "100", |value| value.count(MOST_PLACES));
    let timeout = table.required("timeout", "\"2s\"", |value| value.duration(10 * MS..=HOUR));
    Some(Queue { length: length?, timeout: timeout? })
}
