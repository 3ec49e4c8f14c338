//! Reads `[traffic]` of a simulation file.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::file::ROUTE;
use super::spread::Spread;
use super::traffic::{Burst, Caller, Daily, MOST_REQUESTS, Model, Sessions, Source, Traffic};
use crate::config::TrafficClass;
use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value};
use crate::config::shapes::Shape;

/// What `[traffic]` may say.
pub(super) static TRAFFIC: Shape = Shape {
    places: &["traffic"],
    fields: &[
        "begins",
        "requests",
        "lasts",
        "rate",
        "daily",
        "bursts",
        "input_tokens",
        "output_tokens",
        "max_output_tokens",
        "streamed",
        "classes",
        "tenants",
        "sessions",
    ],
    example: "[traffic]",
};
static DAILY: Shape = Shape {
    places: &["traffic.daily"],
    fields: &["peak", "ratio"],
    example: r#"daily = { peak = "14h", ratio = "3" }"#,
};
static BURST: Shape = Shape {
    places: &["traffic.bursts"],
    fields: &["from", "lasts", "every", "factor"],
    example: r#"{ from = "10m", lasts = "1m", factor = "5" }"#,
};
static SESSIONS: Shape = Shape {
    places: &["traffic.sessions"],
    fields: &["share", "turns"],
    example: r#"sessions = { share = "0.5", turns = 4 }"#,
};
static SPREAD: Shape = Shape {
    places: &[
        "traffic.input_tokens",
        "traffic.output_tokens",
        "providers.NAME.first_token",
        "providers.NAME.per_token",
    ],
    fields: &["p50", "p95", "max"],
    example: "{ p50 = 400, p95 = 2_000 }",
};

/// Times of a simulation: a month is the longest budget's period.
pub(super) const TIMES: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(31 * 86_400);
/// Times that go by.
pub(super) const LASTING: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(31 * 86_400);
/// A day.
const DAY: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(86_400);
/// Tokens of an input or an output.
const TOKENS: RangeInclusive<u64> = 1..=1_000_000;

/// Reads it.
pub(super) fn traffic(table: &Table<'_>) -> Option<Traffic> {
    let tenants = weights(table, "tenants", "tenants = { acme = 3, globex = 1 }", |value, name| {
        if name.is_empty() {
            value.key_place().problem("a tenant has a name", "tenants = { acme = 1 }");
        }
        Some(crate::config::Name::from(name))
    });
    let tenants = if tenants.is_empty() { vec![("acme".into(), 1.0)] } else { tenants };
    let classes = weights(table, "classes", "classes = { interactive = 3, batch = 1 }", |value, name| {
        let class = TrafficClass::from_name(name);
        if class.is_none() {
            let names = TrafficClass::ALL.map(TrafficClass::as_str);
            value.key_place().problem(format!("there is no class {name:?}"), suggestion(name, names));
        }
        class.map(Some)
    });
    let classes = if classes.is_empty() { vec![(None, 1.0)] } else { classes };
    let (mut callers, mut shares) = (Vec::new(), Vec::new());
    for (tenant, of_tenant) in &tenants {
        for (class, of_class) in &classes {
            let class_name = class.map_or_else(String::new, |class: TrafficClass| format!("-{}", class.as_str()));
            callers.push(Caller { tenant: tenant.clone(), key: format!("{tenant}{class_name}").into(), class: *class });
            shares.push(of_tenant * of_class);
        }
    }
    let begins = table.or("begins", BEGINNING, instant);
    let model = model(table, shares)?;
    Some(Traffic { begins, callers, source: Source::Model(Box::new(model)) })
}

/// A Monday midnight, in milliseconds since the Unix epoch, where no beginning is named: 2026-03-02.
const BEGINNING: u64 = 1_772_409_600_000;

fn model(table: &Table<'_>, weights: Vec<f64>) -> Option<Model> {
    let requests = table.optional("requests", |value| value.integer(1..=MOST_REQUESTS as u64));
    let span = table.optional("lasts", |value| value.duration(LASTING));
    if table.get("requests").is_none() && table.get("lasts").is_none() {
        table.place.problem("nothing says when the traffic ends", "add `requests = 1_000` or `lasts = \"1h\"`");
    }
    let rate = table.required("rate", "60", |value| value.integer(1..=1_000_000));
    let bursts = table.optional("bursts", |value| value.items("[[traffic.bursts]]")).unwrap_or_default();
    Some(Model {
        route: ROUTE.into(),
        requests: requests.and_then(|requests| usize::try_from(requests).ok()),
        span,
        #[allow(clippy::cast_precision_loss, reason = "a million fits")]
        rate: rate? as f64,
        daily: table.optional("daily", daily),
        bursts: bursts.iter().filter_map(burst).collect(),
        input_tokens: table.or("input_tokens", Spread::new(600.0, 3_000.0), tokens),
        output_tokens: table.or("output_tokens", Spread::new(250.0, 900.0), tokens),
        max_output_tokens: table
            .optional("max_output_tokens", |value| value.integer(TOKENS))
            .and_then(|most| u32::try_from(most).ok()),
        streamed: table.or("streamed", 0.5, share),
        weights,
        sessions: table.optional("sessions", sessions),
    })
}

/// A table of names with whole numbers that say how often each comes.
fn weights<T>(
    table: &Table<'_>,
    field: &'static str,
    example: &str,
    read: impl Fn(&Value<'_>, &str) -> Option<T>,
) -> Vec<(T, f64)> {
    let entries = table.optional(field, |value| value.entries(example)).unwrap_or_default();
    let one = |(name, value): &(&str, Value<'_>)| {
        let weight = value.integer(1..=1_000_000);
        #[allow(clippy::cast_precision_loss, reason = "a million fits")]
        Some((read(value, name)?, weight? as f64))
    };
    entries.iter().filter_map(one).collect()
}

/// A share such as `"0.5"`.
pub(super) fn share(value: &Value<'_>) -> Option<f64> {
    value.share().map(|permille| f64::from(permille) / 1_000.0)
}

/// A multiple such as `"1.5"`.
pub(super) fn multiple(value: &Value<'_>) -> Option<f64> {
    value.multiple().map(|permille| f64::from(permille) / 1_000.0)
}

fn tokens(value: &Value<'_>) -> Option<Spread> {
    #[allow(clippy::cast_precision_loss, reason = "a million fits")]
    let spread = spread(value, "400", |value| value.integer(TOKENS).map(|tokens| tokens as f64));
    // The tail of a wide spread has no end, and bodies do.
    spread.map(|spread| spread.at_most(*TOKENS.end() as f64))
}

/// Times as a spread of milliseconds.
pub(super) fn times(value: &Value<'_>) -> Option<Spread> {
    spread(value, "\"400ms\"", |value| value.duration(TIMES).map(|time| time.as_secs_f64() * 1_000.0))
}

/// A value, or a median and a 95 % quantile.
fn spread(value: &Value<'_>, example: &str, read: impl Fn(&Value<'_>) -> Option<f64>) -> Option<Spread> {
    if !value.raw.is_table() {
        return read(value).map(Spread::always);
    }
    let table = value.table(&SPREAD)?;
    let median = table.required("p50", example, &read);
    let p95 = table.required("p95", example, &read);
    let (median, p95) = (median?, p95?);
    if p95 < median {
        table
            .place
            .problem("`p95` is less than `p50`", "95 % of the values are below `p95`, and half of them below `p50`");
        return None;
    }
    let spread = Spread::new(median, p95);
    Some(table.optional("max", &read).map_or(spread, |most| spread.at_most(most)))
}

fn daily(value: &Value<'_>) -> Option<Daily> {
    let table = value.table(&DAILY)?;
    let peak = table.required("peak", "\"14h\"", |value| value.duration(DAY));
    let ratio = table.required("ratio", "\"3\"", multiple);
    let ratio = ratio?;
    if ratio < 1.0 {
        table.place.problem("`ratio` is less than 1", "the busiest minute has at least as much as the quietest");
        return None;
    }
    Some(Daily { peak: peak?, ratio })
}

fn burst(value: &Value<'_>) -> Option<Burst> {
    let table = value.table(&BURST)?;
    let from = table.or("from", Duration::ZERO, |value| value.duration(TIMES));
    let lasts = table.required("lasts", "\"1m\"", |value| value.duration(LASTING));
    let every = table.optional("every", |value| value.duration(LASTING));
    let factor = table.required("factor", "\"5\"", multiple);
    let (lasts, factor) = (lasts?, factor?);
    if every.is_some_and(|every| every <= lasts) {
        table.place.problem("the burst lasts until it comes again", "make `every` longer than `lasts`");
    }
    Some(Burst { from, lasts, every, factor })
}

fn sessions(value: &Value<'_>) -> Option<Sessions> {
    let table = value.table(&SESSIONS)?;
    let share = table.or("share", 1.0, share);
    let turns = table.or("turns", 4, |value| value.integer(1..=1_000).and_then(|turns| u32::try_from(turns).ok()));
    Some(Sessions { share, turns })
}

/// An instant such as `"2026-03-02T08:00:00Z"`.
fn instant(value: &Value<'_>) -> Option<u64> {
    const EXAMPLE: &str = "\"2026-03-02T08:00:00Z\"";
    let text = value.string(EXAMPLE)?;
    let instant = text.parse::<jiff::Timestamp>().ok().and_then(|at| u64::try_from(at.as_millisecond()).ok());
    if instant.is_none() {
        value.place.problem("this is not an instant after 1970", format!("write it like {EXAMPLE}"));
    }
    instant
}
