//! `fingerpost demo`: half a minute of a gateway's life on simulated providers, told in the terminal. Everything in it goes
//! over real HTTP through the same code as in `serve`.

mod report;
mod story;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::output::Output;
use crate::config::{Config, DEMO_KEY};
use crate::serve::{Options, Running, start};
use crate::telemetry::{LogFormat, log_to_stderr};

/// What `fingerpost demo` was told.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct DemoArgs {
    /// Leave the gateway serving after the story
    #[arg(long)]
    keep: bool,
}

/// A folder that is gone with the demo.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Tells the story.
pub(super) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    // Refusals and outages are the point here and told in the story itself.
    log_to_stderr(LogFormat::Text, "off");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(demo(args.keep))
}

async fn demo(keep: bool) -> anyhow::Result<()> {
    let scratch = Scratch(std::env::temp_dir().join(format!("fingerpost-demo-{}", std::process::id())));
    writeln!(Output, "Starting a gateway with two simulated providers and a route for each traffic class …")?;
    let running = start(config(&scratch), Options::default()).await?;
    let story = story::Story::new(&running)?;
    story.tell().await?;
    running.gateway.ledger.flush().await;
    report::print(&scratch.0)?;
    if keep {
        stay(&running).await?;
    }
    running.stop().await;
    Ok(())
}

/// The embedded defaults on free ports, with a budget small enough to run out. A provider that recovers is there for all
/// at once: with so few requests a share of them would be a matter of chance.
fn config(scratch: &Scratch) -> Config {
    let mut config = Config::builtin();
    config.data_dir.clone_from(&scratch.0);
    config.server.listen.set_port(0);
    config.admin.listen.set_port(0);
    config.server.drain = Duration::from_secs(2);
    config.health.ramp = Duration::ZERO;
    for budget in config.budgets.iter_mut().filter(|budget| &*budget.id == "internal-day") {
        budget.limit = story::INTERNAL_BUDGET;
    }
    config
}

async fn stay(running: &Running) -> anyhow::Result<()> {
    writeln!(Output, "\nStill serving at http://{}/v1 with the key {DEMO_KEY}. Press Ctrl-C to stop.", running.public)?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
