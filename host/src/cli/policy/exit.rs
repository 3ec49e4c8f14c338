//! How commands about policies end where success and failure are not all there is to say.

use std::process::ExitCode;

use crate::cli::told;

/// An end of its own. What there was to say has been said, unless a message is there.
#[derive(Debug, thiserror::Error)]
#[error("{}", message.as_deref().unwrap_or("the policy's tests failed"))]
pub(in crate::cli) struct Exit {
    code: u8,
    message: Option<String>,
}

impl Exit {
    /// Tests ran and failed.
    pub(super) const FAILED: Self = Self { code: 1, message: None };

    /// Tests could not be run.
    pub(super) fn could_not(error: anyhow::Error) -> anyhow::Error {
        Self { code: 2, message: Some(told(&error)) }.into()
    }

    /// A budget is exceeded.
    pub(super) fn over_budget(message: String) -> Self {
        Self { code: 1, message: Some(message) }
    }

    /// Says what is left to say, and gives the code.
    pub(in crate::cli) fn end(&self) -> ExitCode {
        if let Some(message) = &self.message {
            eprintln!("error: {message}");
        }
        ExitCode::from(self.code)
    }
}
