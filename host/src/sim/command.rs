//! The hidden subcommand `sim`: a simulated provider as a process of its own, for the benches and the checks with the
//! official SDKs. It runs until it is told to stop.

use std::io::{self, Write};
use std::time::Duration;

use super::{Condition, SimModel, start_mock, start_on};
use crate::config::Simulation;

/// What can be said on its command line.
#[derive(Debug, Clone, clap::Args)]
pub struct SimCommand {
    /// The loopback port to listen on; 0: any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Answer everybody the same canned text, as fast as possible
    #[arg(long)]
    mock: bool,
    /// Answer every request with this status, such as 500
    #[arg(long)]
    status: Option<u16>,
    /// A model to serve; may be repeated
    #[arg(long = "model", default_values_t = [String::from("simulated")])]
    models: Vec<String>,
    /// Milliseconds until the first token
    #[arg(long, default_value_t = 0)]
    first_token_ms: u64,
    /// Milliseconds between two tokens
    #[arg(long, default_value_t = 0)]
    per_token_ms: u64,
    /// Seed of the answers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Refuse requests without this key
    #[arg(long)]
    key: Option<String>,
}

impl SimCommand {
    /// Starts the provider, prints its base URL as a line of its own and runs until SIGINT or SIGTERM.
    ///
    /// # Errors
    /// When the port cannot be had or nobody reads what is printed.
    pub async fn run(self) -> io::Result<()> {
        if self.mock {
            let provider = start_mock(self.port, self.status).await?;
            announce(&provider.base_url())?;
            return until_told_to_stop().await;
        }
        let behaviour = Simulation {
            first_token: Duration::from_millis(self.first_token_ms),
            per_token: Duration::from_millis(self.per_token_ms),
            seed: self.seed,
        };
        let models = self.models.iter().map(|name| SimModel::new(name)).collect();
        let provider = start_on(self.port, "sim", &behaviour, models).await?;
        provider.control().require_key(self.key.as_deref());
        if let Some(status) = self.status {
            provider.control().set(Condition::Failing { status });
        }
        announce(&provider.base_url())?;
        until_told_to_stop().await?;
        provider.stop().await;
        Ok(())
    }
}

fn announce(base_url: &http::Uri) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{base_url}")?;
    out.flush()
}

async fn until_told_to_stop() -> io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped,
        _ = terminate.recv() => Ok(()),
    }
}
