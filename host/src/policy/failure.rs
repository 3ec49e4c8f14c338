//! What can go wrong with one decision, told apart by what it means: the policy's fault or not, the same again with the
//! same facts or not.

use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::sandbox::Guest;
use super::text::clean;

/// The most of a guest's words that a failure keeps, in bytes: as much as any free text of a decision.
const MESSAGE_BYTES: usize = 512;

/// What wasmtime says when a guest hands over more than its hostcall fuel allows. The error's type is private; a test
/// pins the words.
const HOSTCALL_FUEL_WORDS: &str = "fuel allocated for hostcalls has been exhausted";

/// Why there is no decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFailure {
    /// The route has no policy.
    #[error("the route has no policy")]
    Missing,
    /// It failed too often in a row and is not asked any more.
    #[error("the policy failed too often in a row and was set aside")]
    SetAside,
    /// Too many decisions of the route, or of the gateway, are under way.
    #[error("too many decisions are under way")]
    Busy,
    /// It panicked, or did something that WebAssembly forbids.
    #[error("the policy trapped: {message}")]
    Trap {
        /// What happened: the guest's own last error line, where it wrote one, and the trap.
        message: String,
    },
    /// It computed for too long, counted in instructions.
    #[error("the policy used more than its {limit} units of fuel")]
    OutOfFuel {
        /// How much it was given.
        limit: u64,
    },
    /// It asked for more memory than it may have, and gave up.
    #[error("the policy used more than its {limit} bytes of memory")]
    OutOfMemory {
        /// How much it may have.
        limit: usize,
    },
    /// It took too long by the clock.
    #[error("the policy took longer than {limit:?}")]
    WallClock {
        /// How long it may take.
        limit: Duration,
    },
    /// Its answer, or a line that it logged, is too large.
    #[error("the policy handed over more than {limit} bytes at once")]
    OutputTooLarge {
        /// How large it may be.
        limit: usize,
    },
    /// It recursed too deeply.
    #[error("the policy used more than its call stack")]
    StackOverflow,
    /// Its answer breaks the rules of the binary interface.
    #[error("the policy's answer cannot be read: {message}")]
    BadAnswer {
        /// In which way.
        message: String,
    },
    /// The pool of sandboxes has no free place.
    #[error("no sandbox is free")]
    PoolRefused,
    /// The sandbox could not be set up; the policy did not run.
    #[error("the sandbox failed: {message}")]
    Sandbox {
        /// Why.
        message: String,
    },
}

impl PolicyFailure {
    /// A token for records, headers and metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::SetAside => "set-aside",
            Self::Busy => "busy",
            Self::Trap { .. } => "trap",
            Self::OutOfFuel { .. } => "out-of-fuel",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::WallClock { .. } => "wall-clock",
            Self::OutputTooLarge { .. } => "output-too-large",
            Self::StackOverflow => "stack-overflow",
            Self::BadAnswer { .. } => "bad-answer",
            Self::PoolRefused => "pool-refused",
            Self::Sandbox { .. } => "sandbox",
        }
    }

    /// What a failure means of which only the [`PolicyFailure::kind`] is known.
    #[must_use]
    pub fn meaning(kind: &str) -> Option<&'static str> {
        Some(match kind {
            "missing" => "the route has no policy",
            "set-aside" => "the policy failed too often in a row and was set aside",
            "busy" => "too many decisions were under way",
            "trap" => "the policy panicked, or did what WebAssembly forbids",
            "out-of-fuel" => "the policy used more fuel than it may",
            "out-of-memory" => "the policy used more memory than it may",
            "wall-clock" => "the policy took too long by the clock",
            "output-too-large" => "the policy handed over more than it may at once",
            "stack-overflow" => "the policy used more than its call stack",
            "bad-answer" => "the policy's answer cannot be read",
            "pool-refused" => "no sandbox was free",
            "sandbox" => "the sandbox could not be set up",
            _ => return None,
        })
    }

    /// Whether the same facts bring the same failure on any machine. Time-outs, the depth of the native stack and the
    /// state of the gateway do not, and are left out of replay.
    #[must_use]
    pub const fn deterministic(&self) -> bool {
        matches!(
            self,
            Self::Trap { .. }
                | Self::OutOfFuel { .. }
                | Self::OutOfMemory { .. }
                | Self::OutputTooLarge { .. }
                | Self::BadAnswer { .. }
        )
    }

    /// The same for a failure of which only the [`PolicyFailure::kind`] is known.
    #[must_use]
    pub fn is_deterministic(kind: &str) -> bool {
        ["trap", "out-of-fuel", "out-of-memory", "output-too-large", "bad-answer"].contains(&kind)
    }

    /// Whether it is the policy's doing, and so counts towards setting it aside.
    #[must_use]
    pub const fn blames_policy(&self) -> bool {
        self.deterministic() || matches!(self, Self::WallClock { .. } | Self::StackOverflow)
    }

    /// What an error of a call into the guest means.
    pub(super) fn of_call(error: &wasmtime::Error, guest: &Guest) -> Self {
        let limits = guest.limits();
        // A guest that was refused memory traps in its own way, mostly by a panic; the refusal is what explains it.
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Self::OutOfFuel { limit: limits.fuel },
            Some(Trap::Interrupt) => Self::WallClock { limit: limits.wall_clock },
            Some(Trap::StackOverflow) => Self::StackOverflow,
            Some(trap) if is_bad_answer(*trap) => Self::BadAnswer { message: trap.to_string() },
            Some(trap) => match guest.refused_memory() {
                Some(limit) => Self::OutOfMemory { limit },
                None => Self::Trap { message: explain(*trap, guest) },
            },
            None if is_too_large(error) => Self::OutputTooLarge { limit: limits.output_bytes },
            None => Self::BadAnswer { message: clean(&error.root_cause().to_string(), MESSAGE_BYTES) },
        }
    }

    /// What an error of setting up a sandbox means.
    pub(super) fn of_set_up(error: &wasmtime::Error, guest: &Guest) -> Self {
        if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
            Self::PoolRefused
        } else if error.downcast_ref::<Trap>().is_some() {
            // A start function ran and trapped: that is the guest's code.
            Self::of_call(error, guest)
        } else {
            Self::Sandbox { message: clean(&format!("{error:#}"), MESSAGE_BYTES) }
        }
    }
}

/// Whether the guest trapped while the host read its answer.
fn is_bad_answer(trap: Trap) -> bool {
    matches!(
        trap,
        Trap::StringOutOfBounds
            | Trap::ListOutOfBounds
            | Trap::InvalidDiscriminant
            | Trap::UnalignedPointer
            | Trap::InvalidChar
    )
}

fn is_too_large(error: &wasmtime::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains(HOSTCALL_FUEL_WORDS))
}

fn explain(trap: Trap, guest: &Guest) -> String {
    let trap = trap.to_string();
    let trap = trap.strip_prefix("wasm trap: ").unwrap_or(&trap);
    match guest.last_error() {
        Some(words) => clean(&format!("{words} ({trap})"), MESSAGE_BYTES),
        None => trap.to_owned(),
    }
}
