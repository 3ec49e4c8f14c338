//! The table at the end of the demo: who was served by what, why, and for how much, read from the ledger.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use comfy_table::{Cell, CellAlignment, Table, TableComponent};

use super::story::named;
use crate::cli::amounts::dollars;
use crate::cli::output::{Colour, Output};
use crate::ledger::{Ending, Record};
use crate::money::NanoUsd;
use crate::store::Reader;
use crate::words::counted;

/// More than the story has requests.
const REQUESTS: u32 = 1_000;

/// Rows of the table, by route, serving target, the target that was meant where it is another, and reason.
type Rows = BTreeMap<[String; 4], (u32, usize, NanoUsd, NanoUsd)>;

/// Reads the ledger and prints the table.
pub(super) fn print(data_dir: &Path) -> anyhow::Result<()> {
    let reader = Reader::open(data_dir)?;
    let records = reader.recent(REQUESTS)?;
    writeln!(Output, "\n{}\n", Colour::Bold.on("── What the ledger says"))?;
    writeln!(Output, "{}", table(&records))?;
    let total: NanoUsd = records.iter().map(|record| record.cost).sum();
    let retries: NanoUsd = records.iter().map(|record| record.retry_cost).sum();
    writeln!(
        Output,
        "\n{}, {}, {} in all, {} of it for attempts that did not serve.",
        counted(records.len(), "request"),
        counted(records.iter().map(|record| record.attempts.len()).sum::<usize>(), "attempt"),
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
        let meant = record.intended.as_ref().filter(|meant| Some(*meant) != record.serving.as_ref());
        let key = [
            record.route.to_string(),
            served_by,
            meant.map_or_else(String::new, |meant| named(Some(meant)).to_string()),
            record.fallback_reason.as_deref().unwrap_or("").to_owned(),
        ];
        let row = rows.entry(key).or_default();
        row.0 += 1;
        row.1 += record.attempts.len();
        row.2 += record.cost;
        row.3 += record.retry_cost;
    }
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_style(TableComponent::HeaderLines, '─').set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_header(["route", "served by", "meant for", "reason", "requests", "attempts", "cost", "retry cost"]);
    for (key, (requests, attempts, cost, retries)) in rows {
        let numbers = [requests.to_string(), attempts.to_string(), dollars(cost), dollars(retries)];
        let numbers = numbers.into_iter().map(|text| Cell::new(text).set_alignment(CellAlignment::Right));
        table.add_row(key.into_iter().map(Cell::new).chain(numbers));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::arbitrary::plain;

    #[test]
    fn the_table_fits_a_hundred_columns_and_has_a_line_a_row() {
        let record = |id: &str, route: &str, reason: &str| Record {
            route: route.into(),
            fallback_reason: Some(reason.into()),
            intended: plain(id).serving.map(|place| crate::ledger::Place { target: "north-balanced".into(), ..place }),
            serving: plain(id).serving.map(|place| crate::ledger::Place { target: "south-frontier".into(), ..place }),
            cost: NanoUsd(12_345_678),
            retry_cost: NanoUsd(12_345_678),
            ..plain(id)
        };
        let table =
            table(&[record("a", "nightly_report", "latency"), record("b", "support_draft", "error")]).to_string();
        let lines: Vec<_> = table.lines().map(str::trim_end).collect();
        // The head, the rule below it, and two rows.
        assert_eq!(lines.len(), 4, "{table}");
        assert!(lines.iter().all(|line| line.chars().count() <= 100), "{table}");
    }
}
