//! Reads the ledger beside the process that writes it. Every question is one read transaction on a connection of its
//! own, so it sees whole commits and holds up nobody. Calls block: on a runtime, wrap them in `spawn_blocking`.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row};

use super::StoreError;
use super::files::Kind;
use super::rows::{self, int, uint};
use super::usage::{self, By, Fold, Piece, Usage};
use crate::config::BudgetScope;
use crate::ledger::Record;
use crate::money::NanoUsd;

/// A reader of the ledger.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    path: PathBuf,
}

/// What a request id, or the beginning of one, leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The one record that it names.
    One(Box<Record>),
    /// Ids that begin so, some of them.
    Several(Vec<String>),
    /// Nothing begins so.
    Nothing,
}

/// How many ids are named when a beginning is not unique.
const NAMED: u32 = 5;

impl Reader {
    /// Opens the ledger of that folder for reading.
    ///
    /// # Errors
    /// When there is none, or it has another layout.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: Kind::Ledger.open_to_read(dir)?, path: Kind::Ledger.path(dir) })
    }

    /// The file that is read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The record of that id, or of the only id that begins so.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn record(&self, id: &str) -> Result<Found, StoreError> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, request_id FROM records WHERE request_id >= ? ORDER BY request_id LIMIT ?",
            )?;
            let candidates = statement.query_map((id, NAMED), |row| Ok((row.get(0)?, row.get(1)?)))?;
            let candidates = candidates.collect::<Result<Vec<(i64, String)>, _>>()?;
            let mut matching: Vec<_> = candidates.into_iter().filter(|(_, name)| name.starts_with(id)).collect();
            if matching.first().is_some_and(|(_, name)| name == id) {
                matching.truncate(1);
            }
            Ok(match matching[..] {
                [] => Found::Nothing,
                [(row, _)] => {
                    rows::load(connection, row)?.map_or(Found::Nothing, |record| Found::One(Box::new(record)))
                }
                _ => Found::Several(matching.into_iter().map(|(_, name)| name).collect()),
            })
        })
    }

    /// The latest records, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn recent(&self, limit: u32) -> Result<Vec<Record>, StoreError> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM records ORDER BY id DESC LIMIT ?")?;
            let ids = statement.query_map([limit], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            ids.into_iter().filter_map(|id| rows::load(connection, id).transpose()).collect()
        })
    }

    /// What was asked, served and spent by requests that reserved from `since_ms` until before `until_ms`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn usage(&self, by: By, since_ms: u64, until_ms: u64) -> Result<Usage, StoreError> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(&by.question())?;
            let mut pieces = statement.query([int(since_ms), int(until_ms)])?;
            let mut fold = Fold::new(by);
            while let Some(row) = pieces.next()? {
                fold.take(Piece::read(row)?);
            }
            let mut statement = connection
                .prepare_cached("SELECT day, amount FROM adjustments WHERE day >= ? AND day <= ? ORDER BY id")?;
            let days = (usage::day(int(since_ms)), usage::last_day(until_ms));
            let mut adjustments = statement.query(days)?;
            while let Some(row) = adjustments.next()? {
                fold.adjust(row.get(0)?, row.get(1)?);
            }
            Ok(fold.finish())
        })
    }

    /// What the requests of that scope that reserved since then were charged. One walk over the records since then: for
    /// the start of a process, not for every request.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn spent(&self, scope: &BudgetScope, since_ms: u64) -> Result<NanoUsd, StoreError> {
        let (column, name) = match scope {
            BudgetScope::Tenant(name) => ("tenant", &**name),
            BudgetScope::Key(name) => ("key", &**name),
            BudgetScope::Route(name) => ("route", &**name),
            BudgetScope::Class(class) => ("class", class.as_str()),
        };
        // The two halves are summed apart, because SQLite gives up on a sum past its greatest integer.
        let question = format!(
            "SELECT COALESCE(SUM(e.charge >> 32), 0), COALESCE(SUM(e.charge & 4294967295), 0) \
             FROM records r JOIN entries e ON e.record = r.id \
             WHERE r.reserved_at >= ? AND r.{column} = ?"
        );
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(&question)?;
            let halves = |row: &Row<'_>| Ok((row.get(0).map(uint)?, row.get(1).map(uint)?));
            let (high, low) = statement.query_row((int(since_ms), name), halves)?;
            let sum = (u128::from(high) << 32) + u128::from(low);
            Ok(NanoUsd(u64::try_from(sum).unwrap_or(u64::MAX)))
        })
    }

    /// Asks within one snapshot of the file.
    fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let answer = || {
            let snapshot = self.connection.unchecked_transaction()?;
            question(&snapshot)
        };
        answer().map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests;
