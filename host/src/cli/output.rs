//! Standard output, as commands write to it. Whoever reads it may leave early, as `head` does: then the command ends, and
//! says nothing of it.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody has stopped reading. There is one standard output, so there is one of these.
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Standard output, which remembers that it was closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output;

impl Output {
    /// Whether nobody reads any more. What failed since then need not be told.
    pub(super) fn is_closed() -> bool {
        IS_CLOSED.load(Ordering::Relaxed)
    }

    /// How a command ends then: as if SIGPIPE had ended it, since it has not said all that there was.
    pub(super) fn closed() -> ExitCode {
        ExitCode::from(128 + 13)
    }
}

/// How text stands out on a terminal that shows colours; elsewhere it is plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Bold,
    Green,
    Yellow,
    Red,
}

impl Colour {
    /// The text in this colour.
    pub(super) fn on(self, text: &str) -> String {
        if crate::telemetry::is_coloured(&io::stdout()) { self.painted(text) } else { text.to_owned() }
    }

    fn painted(self, text: &str) -> String {
        let code = match self {
            Self::Bold => 1,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Red => 31,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes).inspect_err(note)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush().inspect_err(note)
    }
}

fn note(error: &io::Error) {
    if error.kind() == ErrorKind::BrokenPipe {
        IS_CLOSED.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_coloured_for_terminals_only() {
        assert_eq!(Colour::Red.painted("no"), "\u{1b}[31mno\u{1b}[0m");
        // Tests have no terminal.
        assert_eq!(Colour::Red.on("no"), "no");
    }
}
