//! A load generator for chat completions, plain and streamed: as fast as the server answers, or at a fixed rate. It does
//! as little as it can, for it shares the machine with what it measures, and prints one JSON object. Servers on loopback
//! only, and every run ends by itself.

mod connection;
mod report;
mod run;

use std::io::Write;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};

use anyhow::{Context, ensure};
use clap::Parser;

/// More would only measure the machine's memory.
const MOST_CONNECTIONS: usize = 1024;

/// The longest run in seconds.
const LONGEST: u32 = 120;

/// Sends chat completion requests to a server on loopback and prints how that went, as JSON
#[derive(Debug, Clone, Parser)]
#[command(name = "load")]
struct Options {
    /// The server, such as 127.0.0.1:8080
    address: SocketAddr,
    /// Connections at once
    #[arg(long, default_value = "64")]
    connections: NonZeroUsize,
    /// How long, at most 120
    #[arg(long, default_value = "5")]
    seconds: NonZeroU32,
    /// The most requests
    #[arg(long, default_value_t = 5_000_000)]
    requests: u64,
    /// Requests a second over all connections; without it each connection sends when it has its answer
    #[arg(long)]
    rate: Option<NonZeroU32>,
    /// Ask for streams
    #[arg(long)]
    stream: bool,
    /// The fewest events that a stream must bring to be no error, `[DONE]` left out
    #[arg(long, default_value_t = 50)]
    events: usize,
    /// The `model` of the requests
    #[arg(long, default_value = "mock")]
    model: String,
    /// The bearer token of the requests
    #[arg(long, default_value = "no-key")]
    key: String,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    ensure!(options.address.ip().is_loopback(), "{} is not on loopback", options.address);
    ensure!(options.connections.get() <= MOST_CONNECTIONS, "at most {MOST_CONNECTIONS} connections");
    ensure!(options.seconds.get() <= LONGEST, "at most {LONGEST} seconds");
    // One thread leaves the other processors to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("failed to start")?;
    let report = runtime.block_on(run::run(&options));
    writeln!(std::io::stdout(), "{report}").context("failed to print the report")
}

#[cfg(test)]
mod tests;
