//! The table at the end of the demo: who was served by what, why, and for how much, read from the ledger.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use comfy_table::{Cell, CellAlignment, Table};

use super::dollars;
use super::story::named;
use crate::cli::output::Output;
use crate::ledger::{Ending, Record};
use crate::money::NanoUsd;
use crate::store::Reader;

/// More than the story has requests.
const REQUESTS: u32 = 1_000;

/// Rows of the table, by route, meant target, serving target and reason.
type Rows = BTreeMap<[String; 5], (u32, usize, NanoUsd, NanoUsd)>;

/// Reads the ledger and prints the table.
pub(super) fn print(data_dir: &Path) -> anyhow::Result<()> {
    let reader = Reader::open(data_dir)?;
    let records = reader.recent(REQUESTS)?;
    writeln!(Output, "\n── What the ledger says\n")?;
    writeln!(Output, "{}", table(&records))?;
    let total: NanoUsd = records.iter().map(|record| record.cost).sum();
    let retries: NanoUsd = records.iter().map(|record| record.retry_cost).sum();
    writeln!(
        Output,
        "\n{} requests, {} attempts, {} in all, {} of it for attempts that did not serve.",
        records.len(),
        records.iter().map(|record| record.attempts.len()).sum::<usize>(),
        dollars(total),
        dollars(retries)
    )?;
    Ok(())
}

fn table(records: &[Record]) -> Table {
    let mut rows = Rows::new();
    for record in records {
        let served_by = match record.ending {
            Ending::Served => named(record.serving.as_ref()).to_string(),
            other => other.as_str().to_owned(),
        };
        let key = [
            record.route.to_string(),
            record.class.as_str().to_owned(),
            named(record.intended.as_ref()).to_string(),
            served_by,
            record.fallback_reason.as_deref().unwrap_or("").to_owned(),
        ];
        let row = rows.entry(key).or_default();
        row.0 += 1;
        row.1 += record.attempts.len();
        row.2 += record.cost;
        row.3 += record.retry_cost;
    }
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "route",
        "class",
        "meant for",
        "served by",
        "reason",
        "requests",
        "attempts",
        "cost",
        "retry spend",
    ]);
    for (key, (requests, attempts, cost, retries)) in rows {
        let numbers = [requests.to_string(), attempts.to_string(), dollars(cost), dollars(retries)];
        let numbers = numbers.into_iter().map(|text| Cell::new(text).set_alignment(CellAlignment::Right));
        table.add_row(key.into_iter().map(Cell::new).chain(numbers));
    }
    table
}
