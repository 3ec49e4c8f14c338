//! `fingerpost ledger`: takes old records out of the ledger, into a file.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::explain::instant;
use crate::config::Config;
use crate::gateway::now_ms;
use crate::retention::needed_from;
use crate::store::{Archive, StoreError, StoredBudgets};
use crate::words::counted;

/// What `fingerpost ledger` was told.
#[derive(Debug, Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Write old records into a file, one JSON a line, and then delete them from the ledger
    Archive {
        /// Requests of days before this one, in UTC
        #[arg(long)]
        before: Date,
        /// The file, such as `2026-10.jsonl.gz`; it must not exist
        #[arg(long)]
        output: PathBuf,
    },
}

/// `fingerpost ledger` failed. Nothing was deleted unless the file is whole.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A budget needs those records.
    #[error("the budget `{budget}` counts records from {needed} on: choose that day or an earlier one")]
    Needed {
        /// The budget.
        budget: String,
        /// Since when.
        needed: String,
    },
    /// The file cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

/// Does what was typed with the ledger in that folder.
///
/// # Errors
/// When the ledger or the file cannot be used, or a budget needs the records still.
pub fn run(args: LedgerArgs, config: &Config, data_dir: &Path, out: &mut dyn Write) -> Result<(), LedgerError> {
    let LedgerCommand::Archive { before, output } = args.command;
    let midnight = before.to_zoned(TimeZone::UTC).map(|day| day.timestamp().as_millisecond());
    let before = midnight.ok().and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
    let budgets = StoredBudgets::open(data_dir)?.in_force(config)?;
    if let Some((budget, needed)) = needed_from(&budgets, now_ms()).filter(|(_, needed)| before > *needed) {
        let needed = if needed == 0 { "the first".to_owned() } else { instant(needed) };
        return Err(LedgerError::Needed { budget: budget.to_string(), needed });
    }
    let mut archive = Archive::open(data_dir)?;
    let (last, written) = match write(&archive, before, &output) {
        Ok(done) => done,
        Err(error) => {
            // A part of an archive is worse than none.
            let _ = std::fs::remove_file(partial(&output));
            return Err(error);
        }
    };
    let mut deleted = 0;
    loop {
        match archive.delete(last, before)? {
            0 => break,
            count => deleted += count,
        }
    }
    let written = counted(written, "record");
    Ok(writeln!(out, "wrote {written} to {}; deleted {deleted} from the ledger", output.display())?)
}

fn partial(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Writes the file, and syncs it before it gets its name. Gives the place of the last record, and how many there are.
fn write(archive: &Archive, before: u64, output: &Path) -> Result<(i64, u64), LedgerError> {
    let failed = |source| LedgerError::File { path: output.to_owned(), source };
    if output.exists() {
        return Err(failed(io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    let file = std::fs::File::create(partial(output)).map_err(failed)?;
    let mut gzip = GzEncoder::new(BufWriter::new(file), Compression::default());
    let (mut last, mut written) = (0, 0);
    loop {
        let records = archive.next(last, before)?;
        let Some((place, _)) = records.last() else { break };
        last = *place;
        for (_, record) in &records {
            serde_json::to_writer(&mut gzip, record).map_err(|error| failed(error.into()))?;
            gzip.write_all(b"\n").map_err(failed)?;
            written += 1;
        }
    }
    let file = gzip.finish().and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all()).map_err(failed)?;
    std::fs::rename(partial(output), output).map_err(failed)?;
    Ok((last, written))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Record;
    use crate::store::arbitrary::plain;
    use crate::store::{By, Ledger, Reader};
    use clap::Parser;
    use std::io::Read;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: LedgerArgs,
    }

    const DAY: u64 = 86_400_000;

    fn archived(config: &Config, dir: &Path) -> Result<String, LedgerError> {
        let (ledger, handle) = Ledger::open(dir).unwrap();
        for day in 0..4 {
            let at = day * DAY;
            let record = Record { received_at: at, reserved_at: at, ..plain(&format!("req_{day}")) };
            handle.try_append(Box::new(record)).unwrap();
        }
        ledger.close().unwrap();
        let output = dir.join("old.jsonl.gz");
        let words = ["ledger", "archive", "--before", "1970-01-03", "--output", output.to_str().unwrap()];
        let mut out = Vec::new();
        run(Typed::try_parse_from(words).unwrap().args, config, dir, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_is_archived_is_in_the_file_as_it_was_and_in_the_ledger_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let config = Config { budgets: Vec::new(), ..Config::builtin() };
        assert!(archived(&config, dir.path()).unwrap().contains("wrote 2 records"));
        let mut text = String::new();
        let file = std::fs::File::open(dir.path().join("old.jsonl.gz")).unwrap();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
        let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records[1], Record { received_at: DAY, reserved_at: DAY, ..plain("req_1") });
        assert_eq!(Reader::open(dir.path()).unwrap().usage(By::Day, 0, u64::MAX).unwrap().rows.len(), 2);
    }

    #[test]
    fn a_prepaid_budget_keeps_every_record() {
        let dir = tempfile::tempdir().unwrap();
        let budget = crate::config::Budget {
            id: "paid".into(),
            scope: crate::config::BudgetScope::Tenant("acme".into()),
            period: crate::config::BudgetPeriod::Prepaid,
            zone: crate::config::Zone::UTC,
            limit: crate::money::NanoUsd(1),
            since: 0,
            thresholds: [].into(),
            webhook: None,
        };
        let config = Config { budgets: vec![budget], ..Config::builtin() };
        assert!(matches!(archived(&config, dir.path()), Err(LedgerError::Needed { .. })));
        assert_eq!(Reader::open(dir.path()).unwrap().usage(By::Day, 0, u64::MAX).unwrap().rows.len(), 4);
    }
}
