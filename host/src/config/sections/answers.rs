//! `[answers]`, `[routes.*.cache]`, `[routes.*.default_answers.*]`: what is kept of answers, and what is given without a
//! model.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::config::reader::{Table, Value, shortened};
use crate::config::values::is_name;
use crate::config::{AnswerLimits, CacheRule, CacheScope, DefaultAnswer, Name, defaults, shapes};

/// Shorter, and no retry comes in time; longer than a month, and the answer is about another world.
const TTL: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30 * 24 * 3_600);
/// Prepared answers are handed to every caller whole, and their names to the policy with its set-up.
const MOST_ANSWERS: usize = 64;
/// The longest prepared answer, in bytes.
const ANSWER_BYTES: usize = 64 << 10;

pub(super) fn limits(root: &Table<'_>) -> AnswerLimits {
    let defaults = defaults::ANSWERS;
    let Some(table) = root.optional("answers", |value| value.table(&shapes::ANSWERS)) else { return defaults };
    let size = |value: &Value<'_>| value.size(1 << 10..=1 << 30).and_then(|size| usize::try_from(size).ok());
    AnswerLimits {
        max_entries: table.or("max_entries", defaults.max_entries, |value| value.integer(1..=10_000_000)),
        max_bytes: table.or("max_bytes", defaults.max_bytes, |value| value.size(1 << 10..=1 << 40)),
        max_answer_bytes: table.or("max_answer", defaults.max_answer_bytes, size),
        idempotency_ttl: table.or("idempotency_ttl", defaults.idempotency_ttl, |value| value.duration(TTL)),
    }
}

/// A route's response cache; none: it has none.
pub(super) fn cache(route: &Table<'_>) -> Option<CacheRule> {
    let table = route.optional("cache", |value| value.table(&shapes::CACHE))?;
    let scopes = [("key", CacheScope::Key), ("tenant", CacheScope::Tenant)];
    let ttl = table.required("ttl", "\"1h\"", |value| value.duration(TTL));
    let scope = table.or("scope", defaults::CACHE_SCOPE, |value| value.choice(&scopes));
    Some(CacheRule { ttl: ttl?, scope })
}

/// A route's prepared answers, in the order of the file.
pub(super) fn prepared(route: &Table<'_>) -> Vec<DefaultAnswer> {
    let Some(value) = route.get("default_answers") else { return Vec::new() };
    let entries = value.entries("[routes.support_draft.default_answers.sorry]").unwrap_or_default();
    if entries.len() > MOST_ANSWERS {
        value.place.problem("these are too many", format!("a route has at most {MOST_ANSWERS} prepared answers"));
    }
    entries.iter().filter_map(|(name, value)| prepared_answer(name, value)).collect()
}

fn prepared_answer(name: &str, value: &Value<'_>) -> Option<DefaultAnswer> {
    if !is_name(name) {
        let hint = "a name is 1 to 128 of the letters A-Z and a-z, digits, and `_ . : / -`";
        value.place.problem(format!("{:?} cannot be a name", shortened(name)), hint);
    }
    let table = value.table(&shapes::DEFAULT_ANSWER)?;
    let text = table.required("text", "\"Sorry, please try again later.\"", |value| {
        let text = value.string("\"Sorry, please try again later.\"")?;
        if text.is_empty() || text.len() > ANSWER_BYTES {
            value.place.problem("this is empty or too long", format!("write 1 to {ANSWER_BYTES} bytes"));
        }
        Some(Name::from(text))
    });
    let reasons = [("stop", "stop"), ("length", "length"), ("content_filter", "content_filter")];
    let finish_reason = table.or("finish_reason", "stop", |value| value.choice(&reasons));
    Some(DefaultAnswer { name: name.into(), text: text?, finish_reason })
}
