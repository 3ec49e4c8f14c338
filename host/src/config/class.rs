//! The traffic classes.

use serde::{Deserialize, Serialize};

/// The five kinds of traffic (R5–R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrafficClass {
    /// Support chat, checkout, live agents.
    Critical,
    /// Summaries, titles, recommendations.
    Interactive,
    /// Triage, labelling, clean-up.
    Internal,
    /// Long summarisation, reports.
    Batch,
    /// Tests, prompt tuning, staging.
    Experiment,
}

impl TrafficClass {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Critical, Self::Interactive, Self::Internal, Self::Batch, Self::Experiment];

    /// Its name in config, facts and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Interactive => "interactive",
            Self::Internal => "internal",
            Self::Batch => "batch",
            Self::Experiment => "experiment",
        }
    }

    /// The class of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }
}
