//! The one writer of the ledger: a thread with a connection of its own, fed by a bounded queue and committing in
//! groups. It stays off the request path: handing a record over costs a push into the queue, and waits only when that
//! is full.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::mpsc::{Receiver, Sender, channel, error::TryRecvError};
use tokio::sync::oneshot;

use super::files::{Kind, lock};
use super::journal::{JournalHandle, Mark, recover};
use super::{StoreError, rows};
use crate::ledger::Record;

/// Records that may wait: more than a second of the fastest traffic, and a few megabytes.
pub const QUEUE: usize = 8192;

/// The most records of one transaction; past some hundred a larger one saves nothing.
const BATCH: usize = 512;

/// The least time between two commits that did not fill a batch. A commit costs some 200 microseconds of CPU however
/// little is in it, a record in it less than ten: fifty commits a second keep light traffic cheap. A record that finds
/// the writer at rest is committed at once.
const SPACING: Duration = Duration::from_millis(20);

/// How long a record may lie here before the journal has it.
const JOURNAL_EVERY: Duration = Duration::from_millis(5);

/// How long to wait before a failed batch is tried again, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How long a failing disk is given to recover once the ledger is being closed.
const LAST_CHANCE: Duration = Duration::from_secs(3);

enum Message {
    Record(Box<Record>, Marks),
    Flush(oneshot::Sender<()>),
    Close,
}

/// What the journal has of a request.
#[derive(Debug, Default)]
pub struct Marks {
    /// Of its intents.
    pub intents: Vec<Mark>,
    /// Of its record; none: it is the writer that brings the record to the journal.
    pub record: Option<Mark>,
}

#[derive(Debug)]
struct Shared {
    /// Where records go that have to wait for their commit.
    journal: OnceLock<JournalHandle>,
    healthy: AtomicBool,
    closing: AtomicBool,
    /// Records that left the queue and are not committed.
    in_hand: AtomicUsize,
}

/// The ledger's writer. Close it to be sure that everything is on disk; dropped, it writes on until the last handle is
/// gone, and nobody waits for it.
#[derive(Debug)]
pub struct Ledger {
    thread: JoinHandle<Result<(), StoreError>>,
    handle: LedgerHandle,
}

/// Hands records to the writer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LedgerHandle {
    queue: Sender<Message>,
    shared: Arc<Shared>,
}

impl Ledger {
    /// Opens the ledger of that folder for the one process that may serve from it, and settles into it what a journal says
    /// of requests that another process left open.
    ///
    /// # Errors
    /// When another process has it, or the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<(Self, LedgerHandle), StoreError> {
        Self::open_with_queue(dir, QUEUE)
    }

    /// The same with a queue of that length.
    ///
    /// # Errors
    /// As for [`Ledger::open`].
    pub fn open_with_queue(dir: &Path, length: usize) -> Result<(Self, LedgerHandle), StoreError> {
        let lock = lock(dir)?;
        let mut connection = Kind::Ledger.open_to_write(dir)?;
        recover(dir, &mut connection)?;
        let (queue, receiver) = channel(length);
        let shared = Arc::new(Shared {
            journal: OnceLock::new(),
            healthy: AtomicBool::new(true),
            closing: AtomicBool::new(false),
            in_hand: AtomicUsize::new(0),
        });
        let writer = Writer {
            connection,
            receiver,
            shared: shared.clone(),
            batch: Vec::new(),
            marks: Vec::new(),
            waiting: Vec::new(),
        };
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || writer.run(lock))
            .map_err(|source| StoreError::Open { path: dir.to_owned(), source })?;
        let handle = LedgerHandle { queue, shared };
        Ok((Self { thread, handle: handle.clone() }, handle))
    }

    /// Writes what is queued and ends the thread. Blocks: at most some seconds when the disk takes nothing.
    ///
    /// # Errors
    /// When records had to be given up, with their number.
    pub fn close(self) -> Result<(), StoreError> {
        self.handle.shared.closing.store(true, Ordering::Relaxed);
        let mut message = Message::Close;
        // Not `blocking_send`: that panics inside a runtime, and the thread empties the queue or ends in any case.
        while let Err(tokio::sync::mpsc::error::TrySendError::Full(back)) = self.handle.queue.try_send(message) {
            message = back;
            std::thread::sleep(SPACING);
        }
        self.thread.join().map_err(|_| StoreError::Panicked)?
    }
}

impl LedgerHandle {
    /// From now on, records that have to wait for their commit go to this journal first, within a few milliseconds and on
    /// the writer's thread. Only the first journal counts.
    pub fn write_ahead_to(&self, journal: JournalHandle) {
        let _ = self.shared.journal.set(journal);
    }

    /// Hands a record over; waits while the queue is full. After [`Ledger::close`] there is nobody to take it: that is
    /// logged as an error.
    pub async fn append(&self, record: Box<Record>) {
        self.append_with(record, Marks::default()).await;
    }

    /// The same; when it is committed, what the journal has of the request is settled.
    pub async fn append_with(&self, record: Box<Record>, marks: Marks) {
        if let Err(error) = self.queue.send(Message::Record(record, marks)).await {
            lost(&error.0);
        }
    }

    /// Hands a record over, or gives it back when the queue is full or closed.
    ///
    /// # Errors
    /// The record.
    pub fn try_append(&self, record: Box<Record>) -> Result<(), Box<Record>> {
        use tokio::sync::mpsc::error::TrySendError::{Closed, Full};
        match self.queue.try_send(Message::Record(record, Marks::default())) {
            Err(Full(Message::Record(record, _)) | Closed(Message::Record(record, _))) => Err(record),
            _ => Ok(()),
        }
    }

    /// Waits until everything that was handed over before is committed, however long the disk takes.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            // An error means that the thread has ended, and with it everything that it could write is written.
            let _ = wait.await;
        }
    }

    /// How many records were handed over and are not committed.
    #[must_use]
    pub fn lag(&self) -> usize {
        let queued = self.queue.max_capacity() - self.queue.capacity();
        queued + self.shared.in_hand.load(Ordering::Relaxed)
    }

    /// Whether the last commit succeeded.
    #[must_use]
    pub fn healthy(&self) -> bool {
        self.shared.healthy.load(Ordering::Relaxed)
    }
}

fn lost(message: &Message) {
    if let Message::Record(record, _) = message {
        tracing::error!(request_id = &*record.request_id, "a record came after the ledger was closed and is lost");
    }
}

struct Writer {
    connection: Connection,
    receiver: Receiver<Message>,
    shared: Arc<Shared>,
    #[allow(clippy::vec_box, reason = "records come boxed, and are too large to be moved about")]
    batch: Vec<Box<Record>>,
    /// What the journal has of the requests of the batch.
    marks: Vec<Mark>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Writer {
    /// Until it is told to end, or the last handle is gone: wait for a record, keep the spacing, write all that came.
    fn run(mut self, lock: File) -> Result<(), StoreError> {
        let mut next_commit = Instant::now();
        let mut open = true;
        while open {
            open = match self.receiver.blocking_recv() {
                Some(message) => self.take(message),
                None => false,
            };
            // Nobody wakes a thread that sleeps here, so handing a record over costs no system call either.
            while open && !self.shared.closing.load(Ordering::Relaxed) && self.waiting.is_empty() {
                let wait = next_commit.saturating_duration_since(Instant::now());
                if wait.is_zero() {
                    break;
                }
                std::thread::sleep(wait.min(JOURNAL_EVERY));
                open = self.take_all(open).1;
            }
            open = self.drain(open)?;
            next_commit = Instant::now() + SPACING;
        }
        drop(lock);
        Ok(())
    }

    /// Writes batch after batch until the queue is empty; whether there may be more later.
    fn drain(&mut self, mut open: bool) -> Result<bool, StoreError> {
        loop {
            let empty;
            (empty, open) = self.take_all(open);
            self.commit()?;
            for done in self.waiting.drain(..) {
                let _ = done.send(());
            }
            if empty {
                return Ok(open);
            }
        }
    }

    /// Takes what came, up to a full batch; whether nothing is left, and whether there may be more later.
    fn take_all(&mut self, mut open: bool) -> (bool, bool) {
        while self.batch.len() < BATCH {
            match self.receiver.try_recv() {
                Ok(message) => open &= self.take(message),
                Err(TryRecvError::Empty) => return (true, open),
                Err(TryRecvError::Disconnected) => return (true, false),
            }
        }
        (false, open)
    }

    /// Whether there may be more messages after this one.
    fn take(&mut self, message: Message) -> bool {
        match message {
            Message::Record(record, marks) => {
                let ahead = || self.shared.journal.get().and_then(|journal| journal.record(&record).ok());
                self.marks.extend(marks.record.or_else(ahead));
                self.marks.extend(marks.intents);
                self.batch.push(record);
                self.shared.in_hand.store(self.batch.len(), Ordering::Relaxed);
            }
            Message::Flush(done) => self.waiting.push(done),
            Message::Close => {
                // What was in the queue before is taken still; what comes later is refused.
                self.receiver.close();
                return false;
            }
        }
        true
    }

    /// Writes the batch, again and again until the disk takes it. Meanwhile the queue fills and callers wait.
    fn commit(&mut self) -> Result<(), StoreError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (mut wait, longest) = BACKOFF;
        let mut give_up = None;
        while let Err(source) = write(&mut self.connection, &self.batch) {
            if self.shared.healthy.swap(false, Ordering::Relaxed) {
                tracing::error!(%source, records = self.batch.len(), "the ledger cannot be written; trying again");
            }
            if self.shared.closing.load(Ordering::Relaxed) {
                if Instant::now() >= *give_up.get_or_insert_with(|| Instant::now() + LAST_CHANCE) {
                    // What else is in the queue is nothing to lose: that it is to be closed, above all.
                    let queued = std::iter::from_fn(|| self.receiver.try_recv().ok());
                    let records = queued.filter(|message| matches!(message, Message::Record(..))).count();
                    let count = self.batch.len() + records;
                    return Err(StoreError::Unwritten { count, source });
                }
                wait = BACKOFF.0;
            }
            std::thread::sleep(wait);
            wait = (wait * 2).min(longest);
        }
        if !self.shared.healthy.swap(true, Ordering::Relaxed) {
            tracing::info!("the ledger is written again; nothing was lost");
        }
        self.batch.clear();
        self.marks.drain(..).for_each(Mark::settle);
        self.shared.in_hand.store(0, Ordering::Relaxed);
        Ok(())
    }
}

/// One transaction: all of the batch or nothing of it.
fn write(connection: &mut Connection, batch: &[Box<Record>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let mut inserts = rows::Inserts::new(&transaction)?;
    for record in batch {
        if !inserts.insert(record)? {
            tracing::warn!(
                request_id = &*record.request_id,
                "the ledger has a record of this id already; it stays as it is"
            );
        }
    }
    drop(inserts);
    transaction.commit()
}

#[cfg(test)]
mod tests;
