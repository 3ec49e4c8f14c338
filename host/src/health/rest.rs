//! The time for which something asked to be left alone: since it limits its rate, or has too much to do. It ends with its own
//! time: what is over is over, with nothing to find out and nothing to take back bit by bit.

use std::sync::atomic::{AtomicU64, Ordering};

/// Instants are milliseconds as [`crate::clock::ticks`] counts them.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// It rests until then.
    until: AtomicU64,
}

impl Rest {
    /// For how many milliseconds it rests still; none: it does not.
    pub(super) fn left(&self, now: u64) -> Option<u64> {
        self.until.load(Ordering::Acquire).checked_sub(now).filter(|left| *left > 0)
    }

    /// The end of the last rest; 0: there was none.
    pub(super) fn until(&self) -> u64 {
        self.until.load(Ordering::Acquire)
    }

    /// It rests until then, or until later if that was asked for before.
    pub(super) fn ask(&self, until: u64) {
        self.until.fetch_max(until, Ordering::AcqRel);
    }
}
