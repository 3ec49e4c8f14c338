//! Opens the files: their permissions, their settings, their layout, and the lock that keeps a second server out.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::glance::served_by;
use super::{StoreError, schema};

/// How long a statement waits for another process before it counts as failed. Writers of one file are one server, or
/// people who create keys, so waiting is rare.
const BUSY: Duration = Duration::from_millis(500);

/// The file whose lock the serving process holds.
pub(super) const LOCK: &str = "serving.lock";

/// One of the files.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The ledger.
    Ledger,
    /// The keys.
    Keys,
    /// Answers that are given again.
    Answers,
    /// The requests that were put off.
    Queue,
    /// The budgets that were made while a gateway ran, and payments.
    Budgets,
    /// Events, and which of them still have to be sent.
    Events,
    /// Policies that were deployed, and which of them decides.
    Deployments,
    /// How far trials have come.
    Trials,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 8] = [
        Self::Ledger,
        Self::Keys,
        Self::Answers,
        Self::Queue,
        Self::Budgets,
        Self::Events,
        Self::Deployments,
        Self::Trials,
    ];

    /// Whether it holds what operators do, and so stays small.
    pub(super) const fn is_small(self) -> bool {
        matches!(self, Self::Keys | Self::Budgets | Self::Deployments | Self::Trials)
    }

    /// The layout of an open file, and the one that this program knows.
    pub(super) fn layouts(self, connection: &Connection) -> rusqlite::Result<(i64, i64)> {
        Ok((version(connection)?, known(self.steps())))
    }

    /// Where the file is.
    pub(super) fn path(self, dir: &Path) -> PathBuf {
        dir.join(match self {
            Self::Ledger => "ledger.sqlite",
            Self::Keys => "keys.sqlite",
            Self::Answers => "answers.sqlite",
            Self::Queue => "queue.sqlite",
            Self::Budgets => "budgets.sqlite",
            Self::Events => "events.sqlite",
            Self::Deployments => "deployments.sqlite",
            Self::Trials => "trials.sqlite",
        })
    }

    const fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Ledger => schema::LEDGER,
            Self::Keys => schema::KEYS,
            Self::Answers => schema::ANSWERS,
            Self::Queue => schema::QUEUE,
            Self::Budgets => schema::BUDGETS,
            Self::Events => schema::EVENTS,
            Self::Deployments => schema::DEPLOYMENTS,
            Self::Trials => schema::TRIALS,
        }
    }

    /// A power loss may take the last commits of the ledger, which the journal has too, of answers, and of trials, never those of the keys, of
    /// budgets, events and deployments, or of the queue, whose callers were told that their request is kept. The log is folded back after some
    /// 16 MiB: seldom enough to write a hot page once, soon enough to keep the log small.
    const fn settings(self) -> &'static str {
        match self {
            Self::Ledger => "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;",
            Self::Answers | Self::Trials => "PRAGMA synchronous = NORMAL;",
            Self::Keys | Self::Queue | Self::Budgets | Self::Events | Self::Deployments => "PRAGMA synchronous = FULL;",
        }
    }

    /// Opens the file for writing, makes it where there is none, and brings its layout up to date.
    pub(super) fn open_to_write(self, dir: &Path) -> Result<Connection, StoreError> {
        make_folder(dir)?;
        let path = self.path(dir);
        private_file(&path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let failed = |source| StoreError::Sqlite { path: path.clone(), source };
        let mut connection = Connection::open_with_flags(&path, flags).map_err(failed)?;
        connection.busy_timeout(BUSY).map_err(failed)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        connection.execute_batch(self.settings()).map_err(failed)?;
        migrate(&mut connection, &path, self.steps())?;
        Ok(connection)
    }

    /// Opens the file for reading only, beside whoever writes it.
    pub(super) fn open_to_read(self, dir: &Path) -> Result<Connection, StoreError> {
        let path = self.path(dir);
        if !path.exists() {
            return Err(StoreError::Missing { path });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let failed = |source| StoreError::Sqlite { path: path.clone(), source };
        let connection = Connection::open_with_flags(&path, flags).map_err(failed)?;
        connection.busy_timeout(BUSY).map_err(failed)?;
        let (found, known) = (version(&connection).map_err(failed)?, known(self.steps()));
        if found == 0 {
            return Err(StoreError::Missing { path });
        }
        if found != known {
            return Err(StoreError::Version { path, found, known });
        }
        Ok(connection)
    }
}

/// Takes the lock of the serving process. It is held until the file is dropped or the process ends, however it ends.
pub(super) fn lock(dir: &Path) -> Result<File, StoreError> {
    make_folder(dir)?;
    let path = dir.join(LOCK);
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path, by: served_by(dir) }),
        Err(TryLockError::Error(source)) => Err(StoreError::Open { path, source }),
    }
}

fn make_folder(dir: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(dir).map_err(|source| StoreError::Open { path: dir.to_owned(), source })
}

/// Makes sure that the file exists, for its owner only where it is new: it tells who asked what. SQLite gives the files
/// beside it the same permissions.
fn private_file(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| StoreError::Open { path: path.to_owned(), source })
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn known(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}

/// Takes the steps that the file has not seen, all or none. Two processes that do so at once wait for each other.
fn migrate(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    let failed = |source| StoreError::Sqlite { path: path.to_owned(), source };
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    let (found, known) = (version(&transaction).map_err(failed)?, known(steps));
    let seen = usize::try_from(found).ok().filter(|seen| *seen <= steps.len());
    let Some(seen) = seen else { return Err(StoreError::Version { path: path.to_owned(), found, known }) };
    for step in &steps[seen..] {
        transaction.execute_batch(step).map_err(failed)?;
    }
    transaction.pragma_update(None, "user_version", known).map_err(failed)?;
    transaction.commit().map_err(failed)
}
