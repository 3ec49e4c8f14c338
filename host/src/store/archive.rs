//! Takes old records out of the ledger, in small steps beside the writer.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;
use super::files::Kind;
use super::rows::{self, int};
use crate::ledger::Record;

/// Records of one step: some milliseconds, so that the writer hardly waits.
const STEP: u32 = 500;

/// The ledger, opened to take old records out of it.
#[derive(Debug)]
pub struct Archive {
    connection: Connection,
    path: PathBuf,
}

impl Archive {
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

    /// The next records, in the order in which they were written, that reserved before this instant and come after this
    /// place; with the place of each. Empty: there are no more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next(&self, after: i64, before_ms: u64) -> Result<Vec<(i64, Record)>, StoreError> {
        let ask = || {
            let mut statement = self
                .connection
                .prepare_cached("SELECT id FROM records WHERE id > ? AND reserved_at < ? ORDER BY id LIMIT ?")?;
            let ids = statement.query_map((after, int(before_ms), STEP), |row| row.get(0))?;
            let ids = ids.collect::<Result<Vec<i64>, _>>()?;
            let load = |id: i64| Ok(rows::load(&self.connection, id)?.map(|record| (id, record)));
            ids.into_iter().filter_map(|id| load(id).transpose()).collect::<rusqlite::Result<Vec<_>>>()
        };
        ask().map_err(|source| self.failed(source))
    }

    /// Deletes some of the records that reserved before this instant and stand at this place or before it. Gives how many;
    /// 0: there are no more.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete(&mut self, up_to: i64, before_ms: u64) -> Result<usize, StoreError> {
        let path = self.path.clone();
        let mut delete = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let ids = transaction
                .prepare_cached("SELECT id FROM records WHERE id <= ? AND reserved_at < ? ORDER BY id LIMIT ?")?
                .query_map((up_to, int(before_ms), STEP), |row| row.get(0))?
                .collect::<Result<Vec<i64>, _>>()?;
            for id in &ids {
                transaction.prepare_cached("DELETE FROM entries WHERE record = ?")?.execute([id])?;
                transaction.prepare_cached("DELETE FROM records WHERE id = ?")?.execute([id])?;
            }
            transaction.commit().map(|()| ids.len())
        };
        delete().map_err(|source| StoreError::Sqlite { path, source })
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::arbitrary::plain;
    use crate::store::{By, Ledger, Reader};

    #[test]
    fn what_is_old_goes_with_its_attempts_and_the_rest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, handle) = Ledger::open(dir.path()).unwrap();
        for at in 0..10 {
            let record = Record { received_at: at, reserved_at: at, ..plain(&format!("req_{at}")) };
            handle.try_append(Box::new(record)).unwrap();
        }
        ledger.close().unwrap();
        let mut archive = Archive::open(dir.path()).unwrap();
        let old = archive.next(0, 4).unwrap();
        assert_eq!(old.iter().map(|(_, record)| record.received_at).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!((archive.delete(old[3].0, 4).unwrap(), archive.delete(old[3].0, 4).unwrap()), (4, 0));
        let usage = Reader::open(dir.path()).unwrap().usage(By::Day, 0, u64::MAX).unwrap();
        assert_eq!((usage.total.requests, usage.total.attempts), (6, 6));
    }
}
