//! Why a policy is not let in, in words for its author: what is wrong, where, and how to mend it. Serializable, because
//! it crosses from the admitting process and goes on to the admin API.

use serde::{Deserialize, Serialize};

use super::StepName;
use crate::policy::text::clean;
use crate::policy::wire::Problem;

/// The most of a guest's words that an error keeps, in bytes.
const WORDS: usize = 2048;
/// The most problems that are shown.
const PROBLEMS: usize = 20;

/// Why a policy is not let in; the words finish "the policy was not admitted: ".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AdmissionError {
    /// It is larger than the limit.
    #[error(
        "it is {bytes} bytes large, and {limit} is the limit (`component` under `[engine]`): strip it, or build it for size"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// It is no WebAssembly, or torn.
    #[error("{message}")]
    NotWasm {
        /// What it is instead.
        message: String,
    },
    /// It is a core module.
    #[error("it is a core module, not a component: `fingerpost policy build` makes components")]
    CoreModule,
    /// It imports something else than `log`, lacks an export, or speaks another version.
    #[error("it does not fit the interface of policies: {}", .problems.join("; "))]
    Interface {
        /// Everything that does not fit.
        problems: Vec<String>,
    },
    /// It is made of more parts than a sandbox has room for.
    #[error("it has {count} {parts}, and {limit} is the most that a policy may have")]
    TooManyParts {
        /// Of what.
        parts: String,
        /// How many.
        count: u64,
        /// The most.
        limit: u64,
    },
    /// It starts with more memory than it may have.
    #[error("it starts with {bytes} bytes of memory, and {limit} is the limit (`memory` under `[engine]`)")]
    MemoryTooLarge {
        /// How much it starts with.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It is not valid, or uses what the sandbox does not allow.
    #[error("it is not WebAssembly that the sandbox runs: {message}")]
    Invalid {
        /// What and where.
        message: String,
    },
    /// It cannot be kept in the state that `configure` leaves.
    #[error("the state after `configure` cannot be kept: {message}")]
    CannotSnapshot {
        /// Why, and what to do.
        message: String,
    },
    /// `configure` found mistakes in the policy's config.
    #[error("`configure` refuses the policy's config: {}", show(.problems))]
    Config {
        /// All of them.
        problems: Vec<Problem>,
    },
    /// `configure` failed.
    #[error("`configure` failed: {message}")]
    Configure {
        /// Why: a token as in [`crate::policy::PolicyFailure::kind`].
        reason: String,
        /// In words.
        message: String,
        /// What it logged.
        log: Vec<String>,
    },
    /// It took too long.
    #[error(
        "the step `{step}` was not done {seconds} s after the start, which is the limit (`admission_time` under `[engine]`)"
    )]
    TimedOut {
        /// During which step.
        step: StepName,
        /// The limit.
        seconds: f64,
    },
    /// The process that admits it ended by force.
    #[error("the process that admits it was ended during the step `{step}`: {reason}")]
    Killed {
        /// During which step.
        step: StepName,
        /// Why.
        reason: String,
    },
    /// The gateway itself failed; the policy may be sound.
    #[error("the gateway could not admit it, whatever it is: {message}")]
    Machinery {
        /// Why.
        message: String,
    },
}

impl AdmissionError {
    /// A failure of the gateway's own.
    pub(in crate::policy) fn machinery(error: impl std::fmt::Display) -> Self {
        Self::Machinery { message: clean(&format!("{error:#}"), WORDS) }
    }

    /// Not valid, in wasmtime's or wasmparser's words.
    pub(super) fn invalid(error: impl std::fmt::Display) -> Self {
        Self::Invalid { message: clean(&format!("{error:#}"), WORDS) }
    }

    /// Not to be snapshotted, in wizer's words.
    pub(super) fn cannot_snapshot(error: impl std::fmt::Display) -> Self {
        Self::CannotSnapshot { message: clean(&format!("{error:#}"), WORDS) }
    }

    /// The guest's own complaints about its config, made fit to be shown.
    pub(super) fn config(problems: Vec<Problem>) -> Self {
        let clean =
            |problem: Problem| Problem { path: clean(&problem.path, 256), message: clean(&problem.message, 512) };
        Self::Config { problems: problems.into_iter().take(PROBLEMS).map(clean).collect() }
    }

    /// The step at which it was refused.
    #[must_use]
    pub const fn step(&self) -> StepName {
        match self {
            Self::TooLarge { .. } | Self::Machinery { .. } => StepName::Start,
            Self::NotWasm { .. }
            | Self::CoreModule
            | Self::Interface { .. }
            | Self::TooManyParts { .. }
            | Self::MemoryTooLarge { .. } => StepName::Check,
            Self::Invalid { .. } => StepName::Validate,
            Self::CannotSnapshot { .. } => StepName::Snapshot,
            Self::Config { .. } | Self::Configure { .. } => StepName::Configure,
            Self::TimedOut { step, .. } | Self::Killed { step, .. } => *step,
        }
    }

    /// Whether the policy is to blame, and not the gateway or the machine.
    #[must_use]
    pub const fn blames_policy(&self) -> bool {
        !matches!(self, Self::Machinery { .. })
    }
}

fn show(problems: &[Problem]) -> String {
    if problems.is_empty() {
        return "it does not say why".into();
    }
    let one = |problem: &Problem| match problem.path.as_str() {
        "" => problem.message.clone(),
        path => format!("{path}: {}", problem.message),
    };
    problems.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::{AdmissionError, Problem};

    #[test]
    fn problems_are_shown_with_their_place_and_without_control_characters() {
        let problem = |path: &str, message: &str| Problem { path: path.into(), message: message.into() };
        let error = AdmissionError::config(vec![problem("tiers[2]", "unknown\r\ntier"), problem("", "empty")]);
        assert_eq!(
            error.to_string(),
            "`configure` refuses the policy's config: tiers[2]: unknown\\u{d}\\u{a}tier; empty"
        );
    }

    #[test]
    fn an_error_crosses_as_json() {
        let error = AdmissionError::TooLarge { bytes: 2, limit: 1 };
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(json, r#"{"kind":"too-large","bytes":2,"limit":1}"#);
        assert_eq!(serde_json::from_str::<AdmissionError>(&json).unwrap(), error);
    }
}
