//! What outlives the process: the ledger of requests, the API keys, answers that are given again, and the requests that
//! wait, in SQLite files of
//! one folder. SQL is here and nowhere else. Who may use a key is `authenticate.rs`; what a record says is `ledger.rs`.
//!
//! # What a crash can cost
//!
//! A record reaches the disk after its request has ended. Records are committed in groups: at once when the writer is
//! at rest, at the latest some twenty milliseconds later when it is not. When the *process* dies, what was handed over
//! and not yet committed is gone, and nothing else. When the *machine* loses power, all commits since the last
//! checkpoint of the write-ahead log may go as well, for the ledger is written with `synchronous = NORMAL`; the file is
//! whole either way. Keys and requests that were put off are written with `synchronous = FULL`: a key that was created or revoked stays so.

mod answers;
mod archive;
mod files;
mod keys;
pub mod queue;
mod reader;
mod rows;
mod schema;
mod statement;
mod usage;
mod writer;

#[cfg(test)]
pub(crate) mod arbitrary;

use std::path::PathBuf;

pub use answers::{AnswerKey, Answers, Purpose, StoredAnswer};
pub use archive::Archive;
pub use keys::{KeyRecord, Keys, KeysError, NewKey};
pub use reader::{Found, Reader};
pub use statement::{Adjustment, Billed, Statements};
pub use usage::{By, Usage, UsageRow};
pub use writer::{Ledger, LedgerHandle, QUEUE};

/// The store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file in it cannot be made or opened.
    #[error("failed to open {}: {source}", path.display())]
    Open {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process serves from this folder.
    #[error("{} is locked: another fingerpost serves from this folder; stop it, or set another `data_dir`", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// There is nothing to read yet.
    #[error("there is no {}: is this the `data_dir` of the gateway, and has the gateway run once?", path.display())]
    Missing {
        /// The file that is not there.
        path: PathBuf,
    },
    /// The file was written by another version.
    #[error("{} has layout {found}, and this program knows {known}: {}", path.display(), mend(*found, *known))]
    Version {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The layout of this program.
        known: i64,
    },
    /// SQLite refused.
    #[error("failed to use {}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The disk took no more until the end.
    #[error("failed to write {count} records of the ledger before the end: {source}")]
    Unwritten {
        /// How many are lost.
        count: usize,
        /// What the disk said last.
        source: rusqlite::Error,
    },
    /// The writing thread is gone, which is a bug.
    #[error("failed to end the ledger: its thread panicked")]
    Panicked,
}

/// What to do about a file of another version.
fn mend(found: i64, known: i64) -> &'static str {
    if found > known {
        "use the version that wrote it, or a later one"
    } else {
        "start the gateway once to bring it up to date"
    }
}
