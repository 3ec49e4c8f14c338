//! What operators read: structured logs, and metrics.

pub mod access_log;
pub mod metrics;

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Whether colours are fit for this output: a terminal whose user has not asked for none with `NO_COLOR`.
#[must_use]
pub fn is_coloured(output: &impl IsTerminal) -> bool {
    output.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Sends logs to standard error. `filter` is in the syntax of `RUST_LOG`, such as `info` or `fingerpost=debug,policy=warn`.
pub fn log_to_stderr(format: LogFormat, filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(is_coloured(&std::io::stderr()));
    // A second call, as in tests that start many gateways, keeps the first one's choice.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
