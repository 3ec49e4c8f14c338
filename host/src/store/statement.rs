//! What the ledger says that a provider has billed, by model and day, and what was booked since to agree with the
//! provider's own statement. Entries are never edited: an adjustment is a row of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

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

    /// Books differences, all or none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn adjust(&mut self, adjustments: &[Adjustment], now_ms: u64) -> Result<(), StoreError> {
        let path = self.path.clone();
        let mut write = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            for one in adjustments {
                transaction
                    .prepare_cached(
                        "INSERT INTO adjustments (provider, model, day, amount, reason, made_at) VALUES (?, ?, ?, ?, ?, ?)",
                    )?
                    .execute(params![one.provider, one.model, one.day, one.amount, one.reason, int(now_ms)])?;
            }
            transaction.commit()
        };
        write().map_err(|source| StoreError::Sqlite { path, source })
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}
