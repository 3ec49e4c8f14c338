//! How fields of fixtures and scenarios are written: durations as `"2s"`, money as `"0.25"`, and where a field is expected,
//! ranges of them. It goes by the field's name, since the names are the interface's own.

use serde_json::Value as Json;

use crate::config::values::{duration, written};
use crate::money::NanoUsd;

/// What a field's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Milliseconds.
    Millis,
    /// Billionths of a US dollar.
    Money,
    /// Itself.
    Plain,
}

/// The durations of the interface, of an expected decision and of a scenario.
const MILLIS: &[&str] = &[
    "deadline",
    "elapsed",
    "time_left",
    "cooling_for",
    "first_token_p50",
    "latency_p95",
    "resets_in",
    "first_free_in",
    "cached_answer_age",
    "retry_after",
    "started",
    "duration",
    "first_token",
    "after",
    "connect",
    "first_byte",
    "idle",
    "content_idle",
    "total",
    "max_age",
    "took",
];

/// The amounts of money of the same.
const MONEY: &[&str] = &[
    "limit",
    "spent",
    "reserved",
    "own_reserved",
    "remaining",
    "estimated_cost",
    "reserved_at_once",
    "max_cost",
    "cost",
    "retry_cost",
    "charge",
];

/// What the field of this path counts: its last part decides.
pub(super) fn unit(path: &str) -> Unit {
    let name = path.rsplit('.').next().unwrap_or(path);
    // `spent.BUDGET` of a scenario: the name of the budget is anything.
    let parent = path.rsplit('.').nth(1).unwrap_or_default();
    if MILLIS.contains(&name) {
        Unit::Millis
    } else if MONEY.contains(&name) || parent == "spent" {
        Unit::Money
    } else {
        Unit::Plain
    }
}

/// One bound of a number, as it is written for such a unit.
fn number(unit: Unit, text: &str) -> Option<i128> {
    match unit {
        Unit::Millis => duration(text.trim()).map(|duration| duration.as_millis().cast_signed()),
        Unit::Money => NanoUsd::from_usd(text.trim()).ok().map(|money| i128::from(money.0)),
        Unit::Plain => text.trim().parse().ok(),
    }
}

/// A number that is given in words of its unit.
pub(super) fn parse(unit: Unit, text: &str) -> Option<u64> {
    number(unit, text).filter(|_| unit != Unit::Plain).and_then(|number| u64::try_from(number).ok())
}

/// The least and the most that an expectation allows: `"250ms"`, `"200ms..400ms"`, `"<= 2s"`, `">= 2s"`.
pub(super) fn range(unit: Unit, text: &str) -> Option<(i128, i128)> {
    if let Some(most) = text.strip_prefix("<=") {
        return Some((i128::MIN, number(unit, most)?));
    }
    if let Some(least) = text.strip_prefix(">=") {
        return Some((number(unit, least)?, i128::MAX));
    }
    match text.split_once("..") {
        Some((least, most)) => Some((number(unit, least)?, number(unit, most)?)),
        None => number(unit, text).map(|exact| (exact, exact)),
    }
}

/// A value as a person would write it in TOML.
pub(super) fn shown(path: &str, value: &Json) -> String {
    match (value, unit(path)) {
        (Json::Number(number), Unit::Millis) => match number.as_u64() {
            Some(millis) => format!("{:?}", written(std::time::Duration::from_millis(millis))),
            None => number.to_string(),
        },
        (Json::Number(number), Unit::Money) => match number.as_u64() {
            Some(nano) => format!("\"{}\"", NanoUsd(nano)),
            None => number.to_string(),
        },
        (Json::String(text), _) => toml::Value::String(text.clone()).to_string(),
        (Json::Array(items), _) => {
            format!("[{}]", items.iter().map(|item| shown(path, item)).collect::<Vec<_>>().join(", "))
        }
        (other, _) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ranges_are_exact_or_between_or_open() {
        assert_eq!(range(Unit::Millis, "2s"), Some((2_000, 2_000)));
        assert_eq!(range(Unit::Millis, "200ms..1s"), Some((200, 1_000)));
        assert_eq!(range(Unit::Money, "<= 0.01"), Some((i128::MIN, 10_000_000)));
        assert_eq!(range(Unit::Plain, ">= 3"), Some((3, i128::MAX)));
        assert_eq!(range(Unit::Millis, "soon"), None);
    }

    #[test]
    fn values_are_shown_as_they_are_written() {
        assert_eq!(shown("limits.first_token", &json!(1_500)), "\"1500ms\"");
        assert_eq!(shown("spent.acme", &json!(1_500_000)), "\"0.0015\"");
        assert_eq!(shown("rule", &json!("a\"b")), "'a\"b'");
    }
}
