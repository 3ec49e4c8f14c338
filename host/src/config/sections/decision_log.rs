//! `[decision_log]`: what is kept of decisions for replays.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::distinct;
use crate::config::reader::{Table, Value};
use crate::config::{DecisionLogRules, defaults, shapes};

/// Below the least, not even one segment fits; above the most, nobody reads it any more.
const SIZE: RangeInclusive<u64> = 1 << 20..=1 << 50;
const KEEP: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(3_660 * 24 * 3_600);

pub(super) fn rules(root: &Table<'_>) -> DecisionLogRules {
    let mut rules = defaults::decision_log();
    let Some(table) = root.optional("decision_log", |value| value.table(&shapes::DECISION_LOG)) else { return rules };
    rules.enabled = table.or("enabled", rules.enabled, Value::boolean);
    rules.max_bytes = table.or("max_size", rules.max_bytes, |value| value.size(SIZE));
    rules.keep = table.or("keep", rules.keep, |value| value.duration(KEEP));
    rules.redact = table.or("redact", rules.redact, |value| {
        let example = r#"["user", "email"]"#;
        Some(distinct(&value.items(example)?, |item| item.string(example).map(Into::into)))
    });
    rules
}
