//! What the config says about prices and about who pays what.

use std::sync::Arc;

use crate::price::Price;

/// Prices beside those of the targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceSettings {
    /// What is reserved for a target whose price nobody knows.
    pub unknown: Arc<Price>,
}

/// What a tenant is charged for what its requests cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charging {
    /// Who pays for attempts that failed.
    pub failed_attempts: Payer,
    /// The charge in thousandths of the cost.
    pub markup_permille: u32,
}

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// The tenant whose request it was.
    Tenant,
    /// Whoever runs the gateway.
    Operator,
}

/// What a provider does with an answer that nobody waits for any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnCancel {
    /// It stops, and bills what it has produced.
    Stops,
    /// It goes on, and bills the whole answer.
    RunsOn,
    /// Nobody knows.
    #[default]
    Unknown,
}

impl OnCancel {
    /// Its word in the config.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::RunsOn => "runs-on",
            Self::Unknown => "unknown",
        }
    }
}

/// How a route limits output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputRules {
    /// Tokens that are reserved for each choice of a request without a limit of its own.
    pub default: u32,
    /// Whether they are sent as a limit too.
    pub clamp: bool,
}
