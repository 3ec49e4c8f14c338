//! What is written of requests as they end.

use std::path::PathBuf;

/// What is written of requests as they end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessLogRules {
    /// How a line looks; none: nothing is written.
    pub format: Option<LineFormat>,
    /// The file that lines are appended to; none: standard output.
    pub file: Option<PathBuf>,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}
