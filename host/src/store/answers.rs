//! The store of answers: those that an idempotency key gets again, and those of the response cache. A file and a writing
//! thread of its own, beside the ledger's, for nothing here may ever hold up a request or the books: what the disk does
//! not take is dropped, counted and warned of, and the request is served as if there were no store.

mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use prometheus_client::metrics::counter::Counter;
use rusqlite::{Connection, OptionalExtension};
use tokio::sync::oneshot;

use super::StoreError;
use super::files::Kind;
use super::rows::{int, uint};
use crate::config::{AnswerLimits, Name};
use writer::{Message, Writer};

/// Answers that may wait to be written. Some megabytes at most times; more, and the disk is too slow for them anyway.
const QUEUE: usize = 256;

/// What an answer is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To be given again for the same idempotency key.
    Replay,
    /// To be given to the same question.
    Cache,
}

impl Purpose {
    const fn code(self) -> i64 {
        match self {
            Self::Replay => 0,
            Self::Cache => 1,
        }
    }
}

/// What an answer is found by: a SHA-256 of all that it belongs to, tenant included.
pub type AnswerKey = [u8; 32];

/// A whole answer as a caller got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// What it is kept for.
    pub purpose: Purpose,
    /// What it is found by.
    pub key: AnswerKey,
    /// Whose it is: limits count by tenant.
    pub tenant: Name,
    /// The SHA-256 of the request's body.
    pub request: [u8; 32],
    /// The id of the request that it was the answer to.
    pub request_id: Arc<str>,
    /// When it was given, in milliseconds since the Unix epoch.
    pub stored_at: u64,
    /// Until when it may be given again.
    pub expires_at: u64,
    /// The headers that are given with it.
    pub head: Vec<(String, String)>,
    /// Whether it is a stream.
    pub is_stream: bool,
    /// Its bytes; those of a stream with all of its events.
    pub body: Bytes,
}

/// What a query finds, all in one go.
const FIND: &str = "SELECT tenant, request, request_id, stored_at, expires_at, head, is_stream, body FROM answers \
    WHERE purpose = ? AND key = ? AND expires_at > ?";

/// The store. Where it could not be opened it is empty and takes nothing.
#[derive(Debug)]
pub struct Answers {
    dir: PathBuf,
    writer: Option<Handle>,
    /// Connections that nobody reads on just now.
    readers: Mutex<Vec<Connection>>,
    /// Whether the last try to read failed.
    is_unreadable: AtomicBool,
    limits: AnswerLimits,
    failures: Counter,
}

/// The queue of the writing thread, and the thread until it was waited for.
#[derive(Debug)]
struct Handle {
    queue: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Answers {
    /// Opens the store of that folder, or goes without one: `failures` counts what the disk did not take or give.
    #[must_use]
    pub fn open(dir: &Path, limits: AnswerLimits, failures: Counter) -> Self {
        let writer = match start(dir, limits, &failures) {
            Ok((queue, thread)) => Some(Handle { queue, thread: Mutex::new(Some(thread)) }),
            Err(error) => {
                failures.inc();
                tracing::warn!(%error, "no answers are kept: neither the cache nor idempotency keys find any");
                None
            }
        };
        let (readers, is_unreadable) = (Mutex::default(), AtomicBool::new(false));
        Self { dir: dir.to_owned(), writer, readers, is_unreadable, limits, failures }
    }

    /// What it keeps.
    #[must_use]
    pub const fn limits(&self) -> AnswerLimits {
        self.limits
    }

    /// The answer of that key, unless it has expired. A disk that fails has none.
    pub async fn find(self: &Arc<Self>, purpose: Purpose, key: AnswerKey, now_ms: u64) -> Option<StoredAnswer> {
        self.writer.as_ref()?;
        let store = Arc::clone(self);
        // Nothing of a lookup may block a thread that serves requests.
        let found = tokio::task::spawn_blocking(move || store.look_up(purpose, key, now_ms)).await;
        match found {
            Ok(Ok(found)) => {
                self.is_unreadable.store(false, Ordering::Relaxed);
                found
            }
            Ok(Err(error)) => {
                self.failures.inc();
                if !self.is_unreadable.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "stored answers cannot be read; requests are served without them");
                }
                None
            }
            Err(_) => None,
        }
    }

    fn look_up(&self, purpose: Purpose, key: AnswerKey, now_ms: u64) -> Result<Option<StoredAnswer>, StoreError> {
        let spare = self.readers().pop();
        let connection = match spare {
            Some(connection) => connection,
            None => Kind::Answers.open_to_read(&self.dir)?,
        };
        let found = find(&connection, purpose, key, now_ms)
            .map_err(|source| StoreError::Sqlite { path: Kind::Answers.path(&self.dir), source })?;
        self.readers().push(connection);
        Ok(found)
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands an answer over to be kept, in place of what is there. The receiver learns when it can be found; it gets an
    /// error where the answer is not kept, which nobody else need know.
    pub fn keep(&self, answer: StoredAnswer) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        let Some(Handle { queue, .. }) = &self.writer else { return wait };
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            queue.try_send(Message::Keep(Box::new(answer), done))
        {
            self.failures.inc();
        }
        wait
    }

    /// Writes what was handed over and ends the thread. Blocks for as long as the disk takes.
    pub fn close(&self) {
        let Some(Handle { queue, thread }) = &self.writer else { return };
        let thread = thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && queue.send(Message::Close).is_ok()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the store of answers panicked");
        }
    }
}

fn start(
    dir: &Path,
    limits: AnswerLimits,
    failures: &Counter,
) -> Result<(SyncSender<Message>, JoinHandle<()>), StoreError> {
    let connection = Kind::Answers.open_to_write(dir)?;
    let failed = |source| StoreError::Sqlite { path: Kind::Answers.path(dir), source };
    let writer = Writer::new(connection, limits, failures.clone()).map_err(failed)?;
    let (queue, receiver) = sync_channel(QUEUE);
    let thread = std::thread::Builder::new()
        .name("answers".to_owned())
        .spawn(move || writer.run(&receiver))
        .map_err(|source| StoreError::Open { path: dir.to_owned(), source })?;
    Ok((queue, thread))
}

fn find(
    connection: &Connection,
    purpose: Purpose,
    key: AnswerKey,
    now_ms: u64,
) -> rusqlite::Result<Option<StoredAnswer>> {
    let mut statement = connection.prepare_cached(FIND)?;
    statement
        .query_row((purpose.code(), key, int(now_ms)), |row| {
            Ok(StoredAnswer {
                purpose,
                key,
                tenant: row.get("tenant")?,
                request: row.get("request")?,
                request_id: row.get("request_id")?,
                stored_at: row.get("stored_at").map(uint)?,
                expires_at: row.get("expires_at").map(uint)?,
                head: super::rows::json(row, "head")?,
                is_stream: row.get("is_stream")?,
                body: row.get::<_, Vec<u8>>("body")?.into(),
            })
        })
        .optional()
}

#[cfg(test)]
mod tests;
