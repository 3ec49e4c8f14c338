//! The journal: an append-only file that is written before the first byte of a request goes upstream, and again when the
//! request is over. It closes the gap that the ledger's queue leaves: what was handed to the kernel outlives the process.
//! How a segment looks is `journal/segment.rs`; what a start makes of what it finds is `journal/recovery.rs`.

mod intent;
mod recovery;
mod segment;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::Serialize;
use tokio::sync::watch;

use super::StoreError;
use super::files::Kind as Database;
use crate::config::Sync;
use crate::ledger::Record;
use intent::Intended;
pub use intent::Intent;
pub(super) use recovery::recover;
use segment::{Kind, Segment};

/// How long what was appended may wait for its sync: what a power loss may take.
pub const SYNC_EVERY: Duration = Duration::from_millis(5);

/// How large a segment grows before the next one begins: some ten thousand requests.
const SEGMENT_BYTES: u64 = 16 << 20;

/// How often a journal that cannot be written is tried again.
const HEAL_EVERY: Duration = Duration::from_millis(100);

/// How often it is looked whether segments can go.
const TIDY_EVERY: Duration = Duration::from_secs(1);

thread_local! {
    /// Where a frame is put together, so that it is written at once and nothing is allocated for it.
    static FRAME: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The journal cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal cannot be written")]
pub struct Unwritable;

/// The journal with its thread.
#[derive(Debug)]
pub struct Journal {
    handle: JournalHandle,
    thread: JoinHandle<()>,
}

/// Appends to the journal. Cheap to clone.
#[derive(Debug, Clone)]
pub struct JournalHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    sync: Sync,
    /// The segment that is written; none while none can be.
    active: ArcSwapOption<Segment>,
    /// Frames that were written.
    appended: AtomicU64,
    /// Of them, those that are on the disk.
    synced: watch::Sender<u64>,
    /// Whether the thread waits for the next frame.
    is_asleep: AtomicBool,
    is_closing: AtomicBool,
    thread: OnceLock<Thread>,
}

/// What was appended: its segment stays until this is settled.
#[derive(Debug)]
#[must_use = "a segment stays until all that was written to it is settled"]
pub struct Mark {
    segment: Arc<Segment>,
    number: u64,
}

impl Mark {
    /// Notes that the ledger has what this stands for.
    pub fn settle(self) {
        self.segment.pending.fetch_sub(1, Ordering::Release);
    }
}

impl Journal {
    /// Opens a new segment in that folder, for the process that holds its lock and has recovered what was there before.
    /// One that cannot be written at first is tried again until it can.
    ///
    /// # Errors
    /// When the folder cannot be made, or no thread started.
    pub fn open(dir: &Path, sync: Sync) -> Result<(Self, JournalHandle), StoreError> {
        let failed = |source| StoreError::Open { path: segment::folder(dir), source };
        std::fs::create_dir_all(segment::folder(dir)).map_err(failed)?;
        let shared = Arc::new(Shared {
            dir: dir.to_owned(),
            sync,
            active: ArcSwapOption::empty(),
            appended: AtomicU64::new(0),
            synced: watch::Sender::new(0),
            is_asleep: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            thread: OnceLock::new(),
        });
        let handle = JournalHandle(Arc::clone(&shared));
        let next = segment::next_number(dir).map_err(failed)?;
        let mut keeper = Keeper { shared, kept: Vec::new(), next, may_complain: true };
        keeper.begin_segment();
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || keeper.run());
        let thread = thread.map_err(failed)?;
        let _ = handle.0.thread.set(thread.thread().clone());
        Ok((Self { handle: handle.clone(), thread }, handle))
    }

    /// Ends the thread. Blocks. What is settled by then leaves no file; call it when the ledger is closed.
    pub fn close(self) {
        self.handle.0.is_closing.store(true, Ordering::Release);
        self.handle.0.wake();
        if self.thread.join().is_err() {
            tracing::error!("the thread of the journal panicked");
        }
    }
}

impl JournalHandle {
    /// Appends what a request is about to do: on the caller's own thread, with one write and no sync.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may go upstream.
    pub fn intend(&self, intent: &Intent<'_>) -> Result<Mark, Unwritable> {
        self.0.append(Kind::Intent, intent)
    }

    /// Appends the record of a request that is over: on the ledger's thread, but where [`Self::syncs_each`].
    ///
    /// # Errors
    /// When it cannot be written; then the ledger's queue alone has it.
    pub fn record(&self, record: &Record) -> Result<Mark, Unwritable> {
        self.0.append(Kind::Record, record)
    }

    /// Whether every frame has to be on the disk before it counts (`data.sync`).
    #[must_use]
    pub fn syncs_each(&self) -> bool {
        self.0.sync == Sync::Full
    }

    /// Waits until that is on the disk, where the config says that every frame has to be (`data.sync`).
    ///
    /// # Errors
    /// When the disk did not take it.
    pub async fn synced(&self, mark: &Mark) -> Result<(), Unwritable> {
        if self.syncs_each() {
            // An error means that the thread has ended, and with it the gateway.
            let waited = self.0.synced.subscribe().wait_for(|synced| *synced >= mark.number).await.is_ok();
            if !waited || mark.segment.has_failed.load(Ordering::Acquire) {
                return Err(Unwritable);
            }
        }
        Ok(())
    }

    /// Whether it can be written.
    #[must_use]
    pub fn healthy(&self) -> bool {
        self.0.active.load().is_some()
    }
}

impl Shared {
    fn append(&self, kind: Kind, what: &impl Serialize) -> Result<Mark, Unwritable> {
        // A count of its own, so that the segment cannot go between here and the end of the write.
        let segment = self.active.load_full().ok_or(Unwritable)?;
        let written = FRAME.with_borrow_mut(|frame| segment.append(kind, what, frame));
        if let Err(error) = written {
            // What reached the file of it is torn, and nothing is written behind it any more.
            self.give_up(&segment, &error);
            return Err(Unwritable);
        }
        let number = self.appended.fetch_add(1, Ordering::AcqRel) + 1;
        if self.is_asleep.load(Ordering::Acquire) {
            self.wake();
        }
        Ok(Mark { segment, number })
    }

    fn give_up(&self, segment: &Arc<Segment>, error: &std::io::Error) {
        let present = self.active.load_full();
        if present.is_some_and(|present| Arc::ptr_eq(&present, segment)) {
            self.active.store(None);
            tracing::error!(%error, "the journal cannot be written: nothing new goes upstream until it can");
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }
}

/// The thread beside the requests: syncs, begins segments, and deletes those of which the ledger has everything.
struct Keeper {
    shared: Arc<Shared>,
    /// All segments that are there, the active one too.
    kept: Vec<Arc<Segment>>,
    next: u64,
    may_complain: bool,
}

impl Keeper {
    fn run(mut self) {
        let mut tidied = std::time::Instant::now();
        while !self.shared.is_closing.load(Ordering::Acquire) {
            self.wait();
            self.sync();
            match self.shared.active.load_full() {
                None => self.begin_segment(),
                Some(active) if active.len() >= SEGMENT_BYTES => self.begin_segment(),
                Some(_) => {}
            }
            if self.kept.len() > 1 && tidied.elapsed() >= TIDY_EVERY {
                self.tidy();
                tidied = std::time::Instant::now();
            }
        }
        self.sync();
        self.shared.active.store(None);
        self.tidy();
    }

    /// Until there is something to sync; not longer than [`SYNC_EVERY`] where the next sync is due anyway.
    fn wait(&self) {
        let shared = &self.shared;
        if shared.active.load().is_none() {
            std::thread::park_timeout(HEAL_EVERY);
        } else if shared.sync == Sync::Grouped {
            std::thread::sleep(SYNC_EVERY);
        }
        shared.is_asleep.store(true, Ordering::Release);
        // A frame that came before the store is seen here, and one that comes after it wakes this thread.
        if shared.appended.load(Ordering::Acquire) == *shared.synced.borrow() {
            std::thread::park_timeout(TIDY_EVERY);
        }
        shared.is_asleep.store(false, Ordering::Release);
    }

    /// Brings to the disk what was appended before.
    fn sync(&mut self) {
        let appended = self.shared.appended.load(Ordering::Acquire);
        for segment in &self.kept {
            if let Err(error) = segment.sync() {
                segment.has_failed.store(true, Ordering::Release);
                self.shared.give_up(segment, &error);
            }
        }
        self.shared.synced.send_if_modified(|synced| std::mem::replace(synced, appended) != appended);
    }

    fn begin_segment(&mut self) {
        match Segment::create(&self.shared.dir, self.next) {
            Ok(segment) => {
                let segment = Arc::new(segment);
                self.kept.push(Arc::clone(&segment));
                self.next += 1;
                self.shared.active.store(Some(segment));
                if !self.may_complain {
                    tracing::info!("the journal is written again");
                }
                self.may_complain = true;
            }
            Err(error) if self.may_complain => {
                tracing::error!(%error, "no segment of the journal can be begun");
                self.may_complain = false;
            }
            Err(_) => {}
        }
    }

    /// Deletes the segments of which the ledger has everything, once what the ledger has is on the disk.
    fn tidy(&mut self) {
        let active = self.shared.active.load_full();
        let is_over = |segment: &Arc<Segment>| {
            let is_active = active.as_ref().is_some_and(|active| Arc::ptr_eq(active, segment));
            !is_active && Arc::strong_count(segment) == 1 && segment.pending.load(Ordering::Acquire) == 0
        };
        if !self.kept.iter().any(is_over) {
            return;
        }
        if let Err(error) = sync_ledger(&self.shared.dir) {
            tracing::warn!(%error, "the ledger could not be synced; the journal keeps its segments");
            return;
        }
        let (over, kept) = std::mem::take(&mut self.kept).into_iter().partition(is_over);
        self.kept = kept;
        for segment in over {
            segment.delete();
        }
    }
}

/// The ledger itself is not synced with each commit, so this is done before anything goes that it could be mended from.
fn sync_ledger(dir: &Path) -> std::io::Result<()> {
    let ledger = Database::Ledger.path(dir);
    let mut log = ledger.clone().into_os_string();
    log.push("-wal");
    for path in [PathBuf::from(log), ledger] {
        match std::fs::File::open(&path) {
            Ok(file) => file.sync_data()?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
