//! What the ledger says that a provider has billed, by model and day, and what was booked since to agree with the
//! provider's own statement. Entries are never edited: an adjustment is a row of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::files::Kind;
use super::rows::{int, uint};
use super::usage::{day, last_day};
use crate::ledger::CostState;

/// What one model of a provider cost on a day, in billionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Billed {
    /// Attempts.
    pub attempts: u64,
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// What they cost, as far as known, with what was adjusted before.
    pub cost: i128,
    /// What may have been billed besides.
    pub exposure: i128,
    /// Attempts whose cost nobody knows.
    pub unknown: u64,
}

/// A difference that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The provider.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// The day, in UTC: `2026-10-31`.
    pub day: String,
    /// Billionths of a US dollar, of either sign.
    pub amount: i64,
    /// Why.
    pub reason: String,
}

/// Adjustments that were booked at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub number: u64,
    /// The provider.
    pub provider: String,
    /// Why.
    pub reason: String,
    /// When, in milliseconds since the Unix epoch.
    pub made_at: u64,
    /// The first and the last day that it adjusts, in UTC.
    pub days: (String, String),
    /// How many adjustments it has.
    pub count: u64,
    /// Their sum in billionths of a US dollar.
    pub amount: i128,
    /// The run that it takes back.
    pub undoes: Option<u64>,
    /// The run that takes it back.
    pub undone_by: Option<u64>,
}

/// A run of adjustments cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is none.
    #[error("there is no run {0} of adjustments: `fingerpost reconcile --list` shows those that there are")]
    Unknown(u64),
    /// It is taken back already.
    #[error("run {run} is taken back already, by run {by}")]
    Undone {
        /// The run.
        run: u64,
        /// The run that takes it back.
        by: u64,
    },
    /// It takes back another.
    #[error("run {run} itself takes back run {undoes}: book the statement again with --adjust")]
    IsUndoing {
        /// The run.
        run: u64,
        /// The run that it takes back.
        undoes: u64,
    },
    /// The ledger cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The ledger, opened to compare it with statements.
#[derive(Debug)]
pub struct Statements {
    connection: Connection,
    path: PathBuf,
}

impl Statements {
    /// Opens the ledger of that folder.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = Kind::Ledger.path(dir);
        if !path.exists() {
            return Err(StoreError::Missing { path });
        }
        Ok(Self { connection: Kind::Ledger.open_to_write(dir)?, path })
    }

    /// What attempts at a provider that started from `since_ms` until before `until_ms` cost, by model and day.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn billed(
        &self,
        provider: &str,
        since_ms: u64,
        until_ms: u64,
    ) -> Result<BTreeMap<(String, String), Billed>, StoreError> {
        let ask = || {
            let mut sums: BTreeMap<(String, String), Billed> = BTreeMap::new();
            let mut statement = self.connection.prepare_cached(
                "SELECT e.model, r.received_at + e.started_ms, e.input_tokens, e.output_tokens, e.cost, e.cost_state \
                 FROM records r JOIN entries e ON e.record = r.id WHERE e.provider = ? \
                 AND r.received_at + e.started_ms >= ? AND r.received_at + e.started_ms < ?",
            )?;
            let mut rows = statement.query(params![provider, int(since_ms), int(until_ms)])?;
            while let Some(row) = rows.next()? {
                let sum = sums.entry((row.get(0)?, day(row.get(1)?))).or_default();
                let (cost, state): (i64, String) = (row.get(4)?, row.get(5)?);
                let is = |known: CostState| state == known.as_str();
                sum.attempts += 1;
                sum.input_tokens = sum.input_tokens.saturating_add(row.get(2).map(uint)?);
                sum.output_tokens = sum.output_tokens.saturating_add(row.get(3).map(uint)?);
                sum.unknown += u64::from(is(CostState::Unknown));
                *(if is(CostState::Exposure) { &mut sum.exposure } else { &mut sum.cost }) += i128::from(cost);
            }
            let mut statement = self.connection.prepare_cached(
                "SELECT model, day, amount FROM adjustments WHERE provider = ? AND day >= ? AND day <= ?",
            )?;
            let days = (day(int(since_ms)), last_day(until_ms));
            let mut rows = statement.query(params![provider, days.0, days.1])?;
            while let Some(row) = rows.next()? {
                let amount: i64 = row.get(2)?;
                sums.entry((row.get(0)?, row.get(1)?)).or_default().cost += i128::from(amount);
            }
            Ok(sums)
        };
        ask().map_err(|source| self.failed(source))
    }

    /// The providers that the ledger has attempts at.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn providers(&self) -> Result<BTreeSet<String>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached("SELECT DISTINCT provider FROM entries")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<BTreeSet<String>>>()
        };
        ask().map_err(|source| self.failed(source))
    }

    /// Books differences as one run, all or none, and gives its number; none where there is nothing to book.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn adjust(&mut self, adjustments: &[Adjustment], now_ms: u64) -> Result<Option<u64>, StoreError> {
        if adjustments.is_empty() {
            return Ok(None);
        }
        let path = self.path.clone();
        let mut write = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let run = next_run(&transaction)?;
            for one in adjustments {
                transaction
                    .prepare_cached(
                        "INSERT INTO adjustments (provider, model, day, amount, reason, made_at, run) \
                         VALUES (?, ?, ?, ?, ?, ?, ?)",
                    )?
                    .execute(params![one.provider, one.model, one.day, one.amount, one.reason, int(now_ms), run])?;
            }
            transaction.commit().map(|()| Some(uint(run)))
        };
        write().map_err(|source| StoreError::Sqlite { path, source })
    }

    /// All runs of adjustments, in their order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT run, MIN(provider), MIN(reason), MIN(made_at), MIN(day), MAX(day), COUNT(*), MIN(undoes), \
                 (SELECT MIN(other.run) FROM adjustments AS other WHERE other.undoes = adjustments.run) \
                 FROM adjustments GROUP BY run ORDER BY run",
            )?;
            let run = |row: &Row<'_>| {
                Ok(Run {
                    number: row.get(0).map(uint)?,
                    provider: row.get(1)?,
                    reason: row.get(2)?,
                    made_at: row.get(3).map(uint)?,
                    days: (row.get(4)?, row.get(5)?),
                    count: row.get(6).map(uint)?,
                    undoes: row.get::<_, Option<i64>>(7)?.map(uint),
                    undone_by: row.get::<_, Option<i64>>(8)?.map(uint),
                    amount: 0,
                })
            };
            let mut runs: Vec<Run> = statement.query_map([], run)?.collect::<Result<_, _>>()?;
            let mut amounts = self.connection.prepare_cached("SELECT amount FROM adjustments WHERE run = ?")?;
            for run in &mut runs {
                let mut rows = amounts.query([int(run.number)])?;
                while let Some(row) = rows.next()? {
                    run.amount += i128::from(row.get::<_, i64>(0)?);
                }
            }
            Ok(runs)
        };
        ask().map_err(|source| self.failed(source))
    }

    /// Takes a run back by a run of counter-entries, and gives that. Nothing is edited or deleted.
    ///
    /// # Errors
    /// When there is no such run, it is taken back already or takes another one back, or the file cannot be written.
    pub fn undo(&mut self, number: u64, now_ms: u64) -> Result<Run, UndoError> {
        let known = self.runs()?;
        let find = |number: u64, runs: Vec<Run>| runs.into_iter().find(|run| run.number == number);
        let undone = find(number, known).ok_or(UndoError::Unknown(number))?;
        if let Some(undoes) = undone.undoes {
            return Err(UndoError::IsUndoing { run: number, undoes });
        }
        let path = self.path.clone();
        let mut write = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let run = next_run(&transaction)?;
            let written = transaction.execute(
                "INSERT INTO adjustments (provider, model, day, amount, reason, made_at, run, undoes) \
                 SELECT provider, model, day, -amount, 'takes back run ' || run || ': ' || reason, ?1, ?2, run \
                 FROM adjustments AS undone WHERE run = ?3 \
                 AND NOT EXISTS (SELECT 1 FROM adjustments AS other WHERE other.undoes = undone.run)",
                params![int(now_ms), run, int(number)],
            )?;
            transaction.commit().map(|()| (written > 0).then_some(uint(run)))
        };
        let counter = write().map_err(|source| StoreError::Sqlite { path, source })?;
        let all = self.runs()?;
        let Some(counter) = counter else {
            let by = find(number, all).and_then(|run| run.undone_by).unwrap_or(number);
            return Err(UndoError::Undone { run: number, by });
        };
        find(counter, all).ok_or(UndoError::Unknown(counter))
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

/// The number of the next run: the id that its first row will have.
fn next_run(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT COALESCE(MAX(id), 0) + 1 FROM adjustments", [], |row| row.get(0))
}
