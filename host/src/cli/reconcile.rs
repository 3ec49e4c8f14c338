//! `fingerpost reconcile`: a provider's statement against the ledger.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{CellAlignment, Table};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::explain::visible;
use super::usage::signed;
use crate::gateway::now_ms;
use crate::reconcile::{Columns, Compared, StatementError, compare, read};
use crate::store::{Adjustment, Statements, StoreError};

/// What `fingerpost reconcile` was told.
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    /// The provider's statement, CSV with a line of names
    statement: PathBuf,
    /// The provider, as the config names it
    #[arg(long)]
    provider: String,
    /// The month, in UTC: `2026-10`
    #[arg(long, value_parser = month)]
    month: Month,
    /// Which columns hold what: `date=usage_date,model=model,input=in,output=out,cost=amount_usd`
    #[arg(long, value_parser = columns)]
    columns: Option<Columns>,
    /// Book the differences as adjustments, which `fingerpost usage` counts; no entry is ever edited
    #[arg(long)]
    adjust: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Month(Date);

fn month(text: &str) -> Result<Month, &'static str> {
    format!("{text}-01").parse().map(Month).map_err(|_| "write a month such as 2026-10")
}

fn columns(text: &str) -> Result<Columns, String> {
    let mut columns = Columns::default();
    for pair in text.split(',') {
        let (what, name) = pair.split_once('=').ok_or("write `what=column`, separated by commas")?;
        let place = match what.trim() {
            "date" => &mut columns.date,
            "model" => &mut columns.model,
            "input" => &mut columns.input,
            "output" => &mut columns.output,
            "cost" => &mut columns.cost,
            other => return Err(format!("`{other}` is none of date, model, input, output, cost")),
        };
        name.trim().clone_into(place);
    }
    Ok(columns)
}

/// `fingerpost reconcile` failed.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What it says cannot be read.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

/// Compares a statement with the ledger in that folder.
///
/// # Errors
/// When the statement or the ledger cannot be read, or an adjustment not be written.
pub fn run(args: ReconcileArgs, data_dir: &Path, out: &mut dyn Write) -> Result<(), ReconcileError> {
    let path = &args.statement;
    let text = std::fs::read_to_string(path).map_err(|source| ReconcileError::File { path: path.clone(), source })?;
    let mut statement = read(&text, &args.columns.unwrap_or_default())?;
    let in_month = args.month.0.strftime("%Y-%m-").to_string();
    let all = statement.len();
    statement.retain(|(_, day), _| day.starts_with(&in_month));
    let outside = all - statement.len();
    let next = args.month.0.last_of_month().tomorrow().unwrap_or(Date::MAX);
    let mut ledger = Statements::open(data_dir)?;
    let billed = ledger.billed(&args.provider, midnight(args.month.0), midnight(next))?;
    let compared = compare(&statement, &billed);
    writeln!(out, "{}\n", table(&compared))?;
    let difference: i128 = compared.iter().map(Compared::difference).sum();
    writeln!(out, "The statement exceeds the ledger by {} US dollars.", signed(difference))?;
    if outside > 0 {
        writeln!(out, "{outside} lines of other months were left out.")?;
    }
    if args.adjust {
        let adjustments = adjustments(&compared, &args.provider, path);
        ledger.adjust(&adjustments, now_ms())?;
        writeln!(out, "{} adjustments were booked.", adjustments.len())?;
    }
    Ok(())
}

fn midnight(day: Date) -> u64 {
    let instant = day.to_zoned(TimeZone::UTC).map(|day| day.timestamp().as_millisecond());
    instant.ok().and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0)
}

fn adjustments(compared: &[Compared], provider: &str, statement: &Path) -> Vec<Adjustment> {
    let file = statement.file_name().unwrap_or_default().to_string_lossy();
    let differing = compared.iter().filter(|one| one.difference() != 0);
    let adjustment = |one: &Compared| Adjustment {
        provider: provider.to_owned(),
        model: one.model.clone(),
        day: one.day.clone(),
        amount: i64::try_from(one.difference()).unwrap_or(if one.difference() < 0 { i64::MIN } else { i64::MAX }),
        reason: format!("statement {file}"),
    };
    differing.map(adjustment).collect()
}

fn table(compared: &[Compared]) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header([
        "day",
        "model",
        "stated tokens",
        "ledger tokens",
        "stated",
        "ledger",
        "difference",
        "exposure",
        "",
    ]);
    for one in compared {
        table.add_row([
            visible(&one.day),
            visible(&one.model),
            format!("{} + {}", one.stated.input_tokens, one.stated.output_tokens),
            format!("{} + {}", one.billed.input_tokens, one.billed.output_tokens),
            signed(one.stated.cost),
            signed(one.billed.cost),
            signed(one.difference()),
            signed(one.billed.exposure),
            one.exposure().as_str().to_owned(),
        ]);
    }
    for column in table.column_iter_mut().skip(2).take(6) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
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
        args: ReconcileArgs,
    }

    fn typed(dir: &Path, more: &[&str]) -> String {
        let statement = dir.join("october.csv");
        let text =
            "usage_date,model,in,out,amount_usd\n1970-01-01,sim-small,200,50,0.00007\n1970-02-01,sim-small,1,1,9\n";
        std::fs::write(&statement, text).unwrap();
        let words = ["reconcile", statement.to_str().unwrap(), "--provider", "sim", "--month", "1970-01"];
        let columns = ["--columns", "date=usage_date,input=in,output=out,cost=amount_usd"];
        let args = Typed::try_parse_from(words.iter().chain(&columns).chain(more)).unwrap().args;
        let mut out = Vec::new();
        run(args, dir, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_difference_is_shown_and_booked_once() {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, handle) = Ledger::open(dir.path()).unwrap();
        handle.try_append(Box::new(Record { received_at: 5, ..plain("req_1") })).unwrap();
        ledger.close().unwrap();
        let shown = typed(dir.path(), &[]);
        assert!(
            shown.contains("exceeds the ledger by 0.00001 US dollars") && shown.contains("1 lines of other"),
            "{shown}"
        );
        assert!(typed(dir.path(), &["--adjust"]).contains("1 adjustments"));
        assert!(typed(dir.path(), &["--adjust"]).contains("0 adjustments"));
    }
}
