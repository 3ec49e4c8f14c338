//! What outlives the process: the ledger of requests, the keys, budgets, events, deployed policies and their trials, answers that
//! are given again, and the requests that wait, in SQLite files of one folder, and the journal beside them. SQL is here and nowhere
//! else. Who may use a key is `authenticate.rs`; what a record says is `ledger.rs`.
//!
//! # What a crash can cost
//!
//! Records are committed to the ledger in groups, some twenty milliseconds after their request has ended, and the ledger is
//! written with `synchronous = NORMAL`: by itself it would lose the last of them with the process, and more with the
//! power. So the journal has them first: what a request is about to do before it does it, and its record within a few
//! milliseconds of its end. When the *process* dies, the next start settles all of it into the ledger, and nothing is lost;
//! what ended in those last milliseconds is exposure. When the *machine* loses power, what was appended in the last [`SYNC_EVERY`] may be gone, or nothing
//! with `data.sync = "full"`; older records are in the ledger or in the journal, which is deleted only when the ledger is
//! synced. Keys, budgets, deployments and requests that were put off are written with `synchronous = FULL`: what was changed stays so.

mod answers;
mod archive;
mod budgets;
pub mod deployments;
mod events;
mod files;
mod glance;
mod journal;
mod keys;
pub mod queue;
mod reader;
mod rows;
mod schema;
mod statement;
mod trials;
mod usage;
mod writer;

#[cfg(test)]
pub(crate) mod arbitrary;

use std::path::PathBuf;

pub use answers::{AnswerKey, Answers, Purpose, StoredAnswer};
pub use archive::Archive;
pub use budgets::{BudgetsError, StoredBudgets, TopUp};
pub use events::{Due, Event, Events};
pub use glance::{Glance, GlanceError, served_by};
pub use journal::{Intent, Journal, JournalHandle, Mark, SYNC_EVERY, Unwritable};
pub use keys::{KeyRecord, Keys, KeysError, NewKey};
pub use reader::{Found, Reader};
pub use statement::{Adjustment, Billed, Run, Statements, UndoError};
pub use trials::{KeptTrial, Trials};
pub use usage::{By, Usage, UsageRow};
pub use writer::{Ledger, LedgerHandle, Marks, QUEUE};

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
    #[error("{} is locked: another fingerpost serves from this folder{}; stop it, or name another folder with `dir` under `[data]` or with --data-dir", path.display(), by.map_or_else(String::new, |by| format!(" (process {by})")))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, where the system says so.
        by: Option<u32>,
    },
    /// There is nothing to read yet.
    #[error("there is no {}: is this the data folder of the gateway (`dir` under `[data]`, or --data-dir), and has the gateway run once?", path.display())]
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
    #[error("failed to write {} of the ledger before the end: {source}", crate::words::counted(*count, "record"))]
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

/// Whether this can be a name, by the rule that the config file has too.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/-".contains(&byte);
    (1..=128).contains(&name.len()) && name.bytes().all(fits)
}

/// What to do about a file of another version.
fn mend(found: i64, known: i64) -> &'static str {
    if found > known {
        "use the version that wrote it, or a later one"
    } else {
        "start the gateway once to bring it up to date"
    }
}
