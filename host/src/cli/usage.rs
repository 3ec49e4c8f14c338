//! `fingerpost usage`: what was asked, served and spent, as a table or as JSON.

use std::io::{self, Write};
use std::path::Path;

use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};

use super::explain::{instant, plain_json, visible};
use crate::money::NanoUsd;
use crate::store::{By, Reader, StoreError, Usage, UsageRow};

/// What `fingerpost usage` was told.
#[derive(Debug, Args)]
pub struct UsageArgs {
    /// What to group by
    #[arg(long, value_enum, default_value = "tenant")]
    by: Group,
    /// Since when: `24h`, `7d`, a day such as `2026-11-01` (in UTC), or an instant such as `2026-11-01T08:00:00Z`
    #[arg(long, default_value = "24h", value_parser = since)]
    since: Since,
    /// How it looks; `csv` and `json` have more columns, and amounts in whole nano-dollars
    #[arg(long, value_enum, default_value = "table", conflicts_with = "json")]
    format: Format,
    /// The same as `--format json`
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Group {
    Tenant,
    Route,
    Class,
    Target,
    Key,
    Feature,
    Day,
}

impl From<Group> for By {
    fn from(group: Group) -> Self {
        match group {
            Group::Tenant => Self::Tenant,
            Group::Route => Self::Route,
            Group::Class => Self::Class,
            Group::Target => Self::Target,
            Group::Key => Self::Key,
            Group::Feature => Self::Feature,
            Group::Day => Self::Day,
        }
    }
}

/// The beginning of the time that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    Instant(Timestamp),
    Ago(jiff::SignedDuration),
}

impl Since {
    /// That instant, in milliseconds since the Unix epoch.
    pub(super) fn millis(self) -> u64 {
        let since = match self {
            Self::Instant(instant) => instant,
            Self::Ago(length) => Timestamp::now().checked_sub(length).unwrap_or(Timestamp::UNIX_EPOCH),
        };
        u64::try_from(since.as_millisecond()).unwrap_or(0)
    }
}

/// The text is no such time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a time span such as 24h or 7d, a day such as 2026-11-01, or an instant such as 2026-11-01T08:00:00Z")]
pub(super) struct SinceError;

/// A day is 24 hours long here, and begins at midnight UTC.
pub(super) fn since(text: &str) -> Result<Since, SinceError> {
    if let Ok(instant) = text.parse() {
        return Ok(Since::Instant(instant));
    }
    if let Ok(midnight) = text.parse().and_then(|day: Date| day.to_zoned(TimeZone::UTC)) {
        return Ok(Since::Instant(midnight.timestamp()));
    }
    let span: Span = text.parse().map_err(|_| SinceError)?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| SinceError)?;
    if length.is_negative() { Err(SinceError) } else { Ok(Since::Ago(length)) }
}

/// `fingerpost usage` failed.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

/// Sums up the ledger in that folder.
///
/// # Errors
/// When the ledger cannot be read or the output not be written.
pub fn run(args: UsageArgs, data_dir: &Path, out: &mut dyn Write) -> Result<(), UsageError> {
    let since = args.since.millis();
    let by = By::from(args.by);
    let usage = Reader::open(data_dir)?.usage(by, since, u64::MAX)?;
    if args.format == Format::Csv {
        return Ok(out.write_all(as_csv(&usage, by).as_bytes())?);
    }
    if args.json || args.format == Format::Json {
        return Ok(writeln!(out, "{}", plain_json(&as_json(&usage, by, since)))?);
    }
    writeln!(out, "{}\n\nsince {}, in US dollars", table(&usage, by), instant(since))?;
    if usage.total.adjusted != 0 {
        writeln!(out, "{} booked since to agree with statements of providers", signed(usage.total.adjusted))?;
    }
    if usage.total.exposure > NanoUsd::ZERO {
        writeln!(out, "{} more may have been billed for attempts that broke off", usage.total.exposure)?;
    }
    Ok(())
}

fn table(usage: &Usage, by: By) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header([
        by.as_str(),
        "requests",
        "served",
        "rejected",
        "failed",
        "abandoned",
        "put off",
        "fallbacks",
        "attempts",
        "tokens in",
        "tokens out",
        "cost",
        "retry cost",
        "charge",
        "cost unknown",
        "mean",
        "p95",
    ]);
    for row in usage.rows.iter().chain([&usage.total]) {
        table.add_row(cells(row));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn cells(row: &UsageRow) -> [String; 17] {
    let UsageRow { requests, served, rejected, failed, abandoned, deferred, fallbacks, attempts, unknown_cost, .. } =
        row;
    let count = |count: &u64| count.to_string();
    [
        visible(&row.name),
        count(requests),
        count(served),
        count(rejected),
        count(failed),
        count(abandoned),
        count(deferred),
        count(fallbacks),
        count(attempts),
        count(&row.input_tokens),
        count(&row.output_tokens),
        row.cost.to_string(),
        row.retry_cost.to_string(),
        row.charge.to_string(),
        count(unknown_cost),
        format!("{} ms", row.mean_latency_ms),
        format!("{} ms", row.p95_latency_ms),
    ]
}

fn as_json(usage: &Usage, by: By, since: u64) -> serde_json::Value {
    let rows: Vec<_> = usage.rows.iter().map(row_as_json).collect();
    serde_json::json!({ "by": by.as_str(), "since": since, "rows": rows, "total": row_as_json(&usage.total) })
}

fn row_as_json(row: &UsageRow) -> serde_json::Value {
    serde_json::json!({
        "name": row.name,
        "requests": row.requests,
        "served": row.served,
        "rejected": row.rejected,
        "failed": row.failed,
        "abandoned": row.abandoned,
        "deferred": row.deferred,
        "fallbacks": row.fallbacks,
        "attempts": row.attempts,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cost_nano_usd": row.cost,
        "retry_cost_nano_usd": row.retry_cost,
        "charge_nano_usd": row.charge,
        "growth_cost_nano_usd": row.growth_cost(),
        "exposure_nano_usd": row.exposure,
        "adjusted_nano_usd": i64::try_from(row.adjusted).unwrap_or(i64::MAX),
        "fallback_permille": row.fallback_permille(),
        "cost_before_fallback_nano_usd": row.cost_before_fallback,
        "cost_after_fallback_nano_usd": row.cost_after_fallback,
        "mean_before_fallback_ms": row.mean_before_fallback_ms,
        "mean_after_fallback_ms": row.mean_after_fallback_ms,
        "unknown_cost_attempts": row.unknown_cost,
        "mean_latency_ms": row.mean_latency_ms,
        "p95_latency_ms": row.p95_latency_ms,
    })
}

/// The columns of the JSON, one row a group and the total as the last.
fn as_csv(usage: &Usage, by: By) -> String {
    let mut text = String::new();
    for (index, row) in usage.rows.iter().chain([&usage.total]).enumerate() {
        let serde_json::Value::Object(fields) = row_as_json(row) else { continue };
        if index == 0 {
            let names = fields.keys().map(|name| if name == "name" { by.as_str() } else { name });
            text.push_str(&line(names.map(str::to_owned)));
        }
        text.push_str(&line(fields.values().map(|value| value.as_str().map_or_else(|| value.to_string(), visible))));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.map(|cell| quoted(&cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell as RFC 4180 has it. One that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let is_number = cell.parse::<i64>().is_ok();
    let guarded =
        if cell.starts_with(['=', '+', '-', '@']) && !is_number { format!("'{cell}") } else { cell.to_owned() };
    if guarded.contains([',', '"', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// An amount of either sign, in dollars.
pub(super) fn signed(nanos: i128) -> String {
    let amount = NanoUsd(u64::try_from(nanos.unsigned_abs()).unwrap_or(u64::MAX));
    if nanos < 0 { format!("-{amount}") } else { amount.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Record;
    use crate::store::Ledger;
    use crate::store::arbitrary::plain;
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: UsageArgs,
    }

    fn typed(dir: &Path, words: &[&str]) -> String {
        let args = Typed::try_parse_from(["usage"].iter().chain(words)).unwrap().args;
        let mut out = Vec::new();
        run(args, dir, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn two_routes() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, handle) = Ledger::open(dir.path()).unwrap();
        handle.try_append(Box::new(plain("req_1"))).unwrap();
        handle.try_append(Box::new(Record { route: "tri\u{1b}age".into(), ..plain("req_2") })).unwrap();
        ledger.close().unwrap();
        dir
    }

    #[test]
    fn a_table_has_a_row_a_group_and_the_sums_in_the_last() {
        let dir = two_routes();
        let table = typed(dir.path(), &["--by", "route", "--since", "2000-01-01"]);
        let lines: Vec<Vec<_>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!((lines[1][0], lines[1][11]), ("support", "0.00006"));
        assert_eq!((lines[2][0], lines[2][11]), ("tri\\u{1b}age", "0.00006"));
        assert_eq!((lines[3][0], lines[3][1], lines[3][11]), ("total", "2", "0.00012"));
    }

    #[test]
    fn json_has_whole_nano_dollars() {
        let dir = two_routes();
        let json = typed(dir.path(), &["--by", "tenant", "--since", "2000-01-01", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["rows"][0]["name"], "acme");
        assert_eq!(json["total"]["cost_nano_usd"], 120_000);
    }

    #[test]
    fn csv_has_a_line_of_names_a_line_a_group_and_the_total() {
        let dir = two_routes();
        let csv = typed(dir.path(), &["--by", "route", "--since", "2000-01-01", "--format", "csv"]);
        let lines: Vec<Vec<_>> = csv.lines().map(|line| line.split(',').collect()).collect();
        let at = |name: &str| lines[0].iter().position(|one| *one == name).unwrap();
        assert_eq!((lines.len(), lines[3][at("route")], lines[3][at("growth_cost_nano_usd")]), (4, "total", "120000"));
        assert_eq!(
            (quoted("a,\"b\""), quoted("=1+1"), quoted("-7")),
            ("\"a,\"\"b\"\"\"".into(), "'=1+1".into(), "-7".into())
        );
    }

    #[test]
    fn what_came_before_is_left_out() {
        let dir = two_routes();
        let json = typed(dir.path(), &["--since", "2100-01-01", "--json"]);
        assert!(json.contains("\"rows\": []"), "{json}");
    }

    #[test]
    fn times_are_spans_days_or_instants() {
        let hours = |hours| Ok(Since::Ago(jiff::SignedDuration::from_hours(hours)));
        assert_eq!((since("24h"), since("7d"), since("2w")), (hours(24), hours(168), hours(336)));
        assert_eq!(since("2026-11-01"), since("2026-11-01T00:00:00Z"));
        for text in ["", "yesterday", "-7d", "3mo", "2026-13-01", "7"] {
            assert_eq!(since(text), Err(SinceError), "{text}");
        }
    }
}
