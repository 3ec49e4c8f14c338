//! `fingerpost reconcile`: a provider's statement against the ledger.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{CellAlignment, Table};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::explain::{instant, visible};
use super::usage::signed;
use crate::config::{Config, Named, UnknownName};
use crate::gateway::now_ms;
use crate::reconcile::{Columns, Compared, StatementError, compare, read};
use crate::store::{Adjustment, Run, Statements, StoreError, UndoError};
use crate::words::counted;

/// What `fingerpost reconcile` was told.
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    /// The provider's statement, CSV with a line of names
    #[arg(required_unless_present_any = ["list", "undo"])]
    statement: Option<PathBuf>,
    /// The provider, as the config names it
    #[arg(long, required_unless_present_any = ["list", "undo"])]
    provider: Option<String>,
    /// The month, in UTC: `2026-10`
    #[arg(long, value_parser = month, required_unless_present_any = ["list", "undo"])]
    month: Option<Month>,
    /// Which columns hold what: `date=usage_date,model=model,input=in,output=out,cost=amount_usd`
    #[arg(long, value_parser = columns)]
    columns: Option<Columns>,
    /// Book the differences as adjustments, which `fingerpost usage` counts; no entry is ever edited
    #[arg(long)]
    adjust: bool,
    /// Take a provider that neither the config nor the ledger has
    #[arg(long)]
    allow_unknown: bool,
    /// List the adjustments that were booked, by the run that booked them
    #[arg(long, conflicts_with_all = ["statement", "provider", "month", "columns", "adjust", "allow_unknown"])]
    list: bool,
    /// Take back what a run booked, by counter-entries; --list shows the runs
    #[arg(long, value_name = "RUN",
          conflicts_with_all = ["statement", "provider", "month", "columns", "adjust", "allow_unknown", "list"])]
    undo: Option<u64>,
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
    /// Neither the config nor the ledger has the provider.
    #[error("{0}; --allow-unknown compares all the same")]
    UnknownName(#[from] UnknownName),
    /// A run cannot be taken back.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

/// Compares a statement with the ledger in the data folder of that config, or lists and takes back what was booked.
///
/// # Errors
/// When the statement or the ledger cannot be read, a name is unknown, or an adjustment cannot be written.
pub fn run(args: ReconcileArgs, config: &Config, out: &mut dyn Write) -> Result<(), ReconcileError> {
    let mut ledger = Statements::open(&config.data_dir)?;
    if let Some(number) = args.undo {
        let run = ledger.undo(number, now_ms())?;
        let (count, sum) = (counted(run.count, "counter-entry"), signed(run.amount));
        return Ok(writeln!(
            out,
            "Run {number} is taken back: run {} booked {count} of {sum} US dollars.",
            run.number
        )?);
    }
    let (Some(path), Some(provider), Some(month)) = (&args.statement, &args.provider, args.month) else {
        return Ok(writeln!(out, "{}", runs(&ledger.runs()?))?);
    };
    if !args.allow_unknown && config.require(Named::Provider, provider).is_err() {
        // One that is gone from the config still sends its last statement.
        let before = ledger.providers()?;
        config.require_or(Named::Provider, provider, before.iter().map(String::as_str))?;
    }
    let text = std::fs::read_to_string(path).map_err(|source| ReconcileError::File { path: path.clone(), source })?;
    let mut statement = read(&text, &args.columns.unwrap_or_default())?;
    let in_month = month.0.strftime("%Y-%m-").to_string();
    let all = statement.len();
    statement.retain(|(_, day), _| day.starts_with(&in_month));
    let outside = all - statement.len();
    let next = month.0.last_of_month().tomorrow().unwrap_or(Date::MAX);
    let billed = ledger.billed(provider, midnight(month.0), midnight(next))?;
    let compared = compare(&statement, &billed);
    writeln!(out, "{}\n", table(&compared))?;
    let difference: i128 = compared.iter().map(Compared::difference).sum();
    writeln!(out, "The statement exceeds the ledger by {} US dollars.", signed(difference))?;
    if outside > 0 {
        writeln!(out, "Left out {} of other months.", counted(outside, "line"))?;
    }
    if args.adjust {
        let adjustments = adjustments(&compared, provider, path);
        let count = counted(adjustments.len(), "adjustment");
        match ledger.adjust(&adjustments, now_ms())? {
            Some(run) => {
                writeln!(out, "Booked {count} as run {run}: `fingerpost reconcile --undo {run}` takes them back.")?
            }
            None => writeln!(out, "Booked {count}: the two agree.")?,
        }
    }
    Ok(())
}

fn runs(runs: &[Run]) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["run", "booked", "provider", "days", "adjustments", "sum", "why", "taken back"]);
    for run in runs {
        table.add_row([
            run.number.to_string(),
            instant(run.made_at),
            visible(&run.provider),
            format!("{} to {}", visible(&run.days.0), visible(&run.days.1)),
            run.count.to_string(),
            signed(run.amount),
            visible(&run.reason),
            run.undone_by.map_or_else(|| "-".to_owned(), |by| format!("by run {by}")),
        ]);
    }
    for column in table.column_iter_mut().skip(4).take(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
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
        amount: i64::try_from(one.difference()).unwrap_or(if one.difference() < 0 { -i64::MAX } else { i64::MAX }),
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

    fn run_in(dir: &Path, words: &[&str]) -> Result<String, ReconcileError> {
        let args = Typed::try_parse_from(["reconcile"].iter().chain(words)).unwrap().args;
        let config = Config { data_dir: dir.to_owned(), ..Config::builtin() };
        let mut out = Vec::new();
        run(args, &config, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    fn typed(dir: &Path, provider: &str, more: &[&str]) -> Result<String, ReconcileError> {
        let statement = dir.join("october.csv");
        let text =
            "usage_date,model,in,out,amount_usd\n1970-01-01,sim-small,200,50,0.00007\n1970-02-01,sim-small,1,1,9\n";
        std::fs::write(&statement, text).unwrap();
        let words = [statement.to_str().unwrap(), "--provider", provider, "--month", "1970-01"];
        let columns = ["--columns", "date=usage_date,input=in,output=out,cost=amount_usd"];
        run_in(dir, &[&words[..], &columns, more].concat())
    }

    /// A ledger with one attempt, at a provider `sim` that the config does not have.
    fn with_one_attempt() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, handle) = Ledger::open(dir.path()).unwrap();
        handle.try_append(Box::new(Record { received_at: 5, ..plain("req_1") })).unwrap();
        ledger.close().unwrap();
        dir
    }

    #[test]
    fn a_difference_is_shown_and_booked_once() {
        let dir = with_one_attempt();
        let shown = typed(dir.path(), "sim", &[]).unwrap();
        assert!(
            shown.contains("exceeds the ledger by 0.00001 US dollars") && shown.contains("Left out 1 line of other"),
            "{shown}"
        );
        assert!(typed(dir.path(), "sim", &["--adjust"]).unwrap().contains("Booked 1 adjustment as run 1"));
        assert!(typed(dir.path(), "sim", &["--adjust"]).unwrap().contains("Booked 0 adjustments"));
    }

    #[test]
    fn what_was_booked_is_taken_back_once_by_entries_of_its_own() {
        let dir = with_one_attempt();
        typed(dir.path(), "sim", &["--adjust"]).unwrap();
        let undone = run_in(dir.path(), &["--undo", "1"]).unwrap();
        assert!(undone.contains("run 2 booked 1 counter-entry of -0.00001"), "{undone}");
        assert!(matches!(
            run_in(dir.path(), &["--undo", "1"]),
            Err(ReconcileError::Undo(UndoError::Undone { by: 2, .. }))
        ));
        assert!(matches!(run_in(dir.path(), &["--undo", "2"]), Err(ReconcileError::Undo(UndoError::IsUndoing { .. }))));
        assert!(matches!(run_in(dir.path(), &["--undo", "9"]), Err(ReconcileError::Undo(UndoError::Unknown(9)))));
        let listed = run_in(dir.path(), &["--list"]).unwrap();
        assert!(listed.contains("takes back run 1: statement october.csv") && listed.contains("by run 2"), "{listed}");
        assert!(typed(dir.path(), "sim", &["--adjust"]).unwrap().contains("as run 3"));
        let reader = crate::store::Reader::open(dir.path()).unwrap();
        assert_eq!(reader.usage(crate::store::By::Day, 0, u64::MAX).unwrap().total.adjusted, 10_000);
    }

    #[test]
    fn a_mistyped_provider_is_neither_compared_nor_booked() {
        let dir = with_one_attempt();
        for wrong in ["smi", "sim-nroth"] {
            let said = typed(dir.path(), wrong, &["--adjust"]).unwrap_err().to_string();
            assert!(said.contains("did you mean \"sim") && said.contains("--allow-unknown"), "{said}");
        }
        assert!(!run_in(dir.path(), &["--list"]).unwrap().contains("statement"));
        assert!(typed(dir.path(), "elsewhere", &["--adjust", "--allow-unknown"]).unwrap().contains("Booked 1"));
    }
}
