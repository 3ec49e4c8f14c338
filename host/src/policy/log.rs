//! What policies log: kept with the decision while it runs, then written to `tracing` with the route, the generation and
//! the request, so many lines a second and no more. Dropped lines are counted and the count is written.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tracing::{Level as Severity, event};

use super::text::{clean, head};
use super::wire::Level;

/// The longest line that is kept, in bytes. A panic message with its place fits; a dump of the facts does not.
const LINE_BYTES: usize = 1024;

/// The part of a line that is kept.
pub(super) fn cut(line: &str) -> &str {
    head(line, LINE_BYTES)
}

/// The lines of one decision.
#[derive(Debug, Default)]
pub(super) struct LogBuffer {
    lines: Vec<(Level, String)>,
    last_error: Option<String>,
    most: usize,
    dropped: u64,
}

impl LogBuffer {
    pub(super) fn new(most: u32) -> Self {
        Self { most: most as usize, ..Self::default() }
    }

    /// Keeps a line while there is room. The last line at level `error` is kept in any case, since it is what a panicking
    /// guest says about itself.
    pub(super) fn push(&mut self, level: Level, line: String) {
        if level == Level::Error {
            self.last_error = Some(line.clone());
        }
        if self.lines.len() < self.most {
            self.lines.push((level, line));
        } else {
            self.dropped += 1;
        }
    }

    pub(super) fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }

    /// The lines, cleaned, for a report.
    pub(super) fn report(&self) -> Vec<String> {
        self.lines.iter().map(|(level, line)| format!("{}: {}", name(*level), clean(line, LINE_BYTES))).collect()
    }
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

/// Whose lines they are.
pub(super) struct Speaker<'a> {
    pub(super) policy: &'a str,
    pub(super) route: &'a str,
    pub(super) generation: u64,
    pub(super) request_id: &'a str,
}

/// How many lines a route may still write in this second.
pub(super) struct LogGate {
    most: u32,
    window: Mutex<Window>,
    dropped: AtomicU64,
}

struct Window {
    since: Instant,
    written: u32,
    dropped: u64,
}

impl LogGate {
    pub(super) fn new(lines_per_second: u32) -> Self {
        let window = Window { since: Instant::now(), written: 0, dropped: 0 };
        Self { most: lines_per_second, window: Mutex::new(window), dropped: AtomicU64::new(0) }
    }

    /// Lines dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Writes what there is room for.
    pub(super) fn write(&self, speaker: &Speaker<'_>, log: &LogBuffer) {
        if log.lines.is_empty() && log.dropped == 0 {
            return;
        }
        let wanted = log.lines.len();
        let room = self.claim(speaker, u32::try_from(wanted).unwrap_or(u32::MAX), log.dropped);
        for (level, line) in log.lines.iter().take(room as usize) {
            write_line(speaker, *level, line);
        }
    }

    /// Whether one line about the policy may be written.
    pub(super) fn admits_one(&self, speaker: &Speaker<'_>) -> bool {
        self.claim(speaker, 1, 0) == 1
    }

    /// How many of the wanted lines may be written. Says how many were dropped in the second that has ended, if one has.
    fn claim(&self, speaker: &Speaker<'_>, wanted: u32, dropped: u64) -> u32 {
        let (room, owed) = self.turn(wanted, dropped);
        self.dropped.fetch_add(u64::from(wanted - room) + dropped, Ordering::Relaxed);
        if owed > 0 {
            tracing::warn!(target: "policy", policy = speaker.policy, route = speaker.route, dropped = owed,
                "lines of the policy's log were dropped");
        }
        room
    }

    fn turn(&self, wanted: u32, dropped: u64) -> (u32, u64) {
        // Nothing in here can panic, so a poisoned lock holds a sound window.
        let mut window = self.window.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut owed = 0;
        if window.since.elapsed() >= Duration::from_secs(1) {
            owed = window.dropped;
            *window = Window { since: Instant::now(), written: 0, dropped: 0 };
        }
        let room = wanted.min(self.most.saturating_sub(window.written));
        window.written += room;
        window.dropped += u64::from(wanted - room) + dropped;
        (room, owed)
    }
}

fn write_line(speaker: &Speaker<'_>, level: Level, line: &str) {
    let line = clean(line, LINE_BYTES);
    let Speaker { policy, route, generation, request_id } = *speaker;
    // `tracing` wants the level as a constant.
    macro_rules! write {
        ($severity:expr) => {
            event!(target: "policy", $severity, policy, route, generation, request_id, "{line}")
        };
    }
    match level {
        Level::Debug => write!(Severity::DEBUG),
        Level::Info => write!(Severity::INFO),
        Level::Warn => write!(Severity::WARN),
        Level::Error => write!(Severity::ERROR),
    }
}

#[cfg(test)]
mod tests {
    use super::{LogBuffer, LogGate};
    use crate::policy::wire::Level;

    #[test]
    fn a_full_buffer_counts_what_it_drops_and_keeps_the_last_error() {
        let mut log = LogBuffer::new(1);
        log.push(Level::Info, "one".into());
        log.push(Level::Error, "two".into());
        assert_eq!(log.report(), ["info: one"]);
        assert_eq!((log.dropped, log.last_error()), (1, Some("two")));
    }

    #[test]
    fn a_gate_lets_so_many_lines_through_a_second() {
        let gate = LogGate::new(3);
        assert_eq!(gate.turn(2, 0), (2, 0));
        assert_eq!(gate.turn(2, 5), (1, 0));
        assert_eq!(gate.turn(2, 0), (0, 0));
    }
}
