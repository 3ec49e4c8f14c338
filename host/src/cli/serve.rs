//! `fingerpost serve`: runs the gateway until a signal stops it, and says at the start how to talk to it.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::Place;
use crate::config::{Config, DEMO_KEY, Name};
use crate::lifecycle::Lifecycle;
use crate::serve::{Options, Running, start};
use crate::telemetry::{LogFormat, is_coloured, log_to_stderr};
use crate::words::counted;

/// Sent to a process that writes past its limit on the size of files.
const SIGXFSZ: i32 = 25;

#[derive(Debug, Clone, clap::Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    place: Place,
    /// How log lines look
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
    /// What is logged, in the syntax of RUST_LOG
    #[arg(long, default_value = "info", env = "FINGERPOST_LOG")]
    log: String,
}

/// Runs the gateway.
pub(super) fn run(args: &ServeArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    log_to_stderr(args.log_format, &args.log);
    let config = args.place.load()?;
    // Every connection and every compiled policy holds a file open, and the usual soft limit is 1,024.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit on open files stays as it is");
    }
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(args, config, out))
}

async fn serve(args: &ServeArgs, config: Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    // A limit on the size of files ends a process that has no handler for it; the journal and the ledger rather wait.
    let _too_large = signal(SignalKind::from_raw(SIGXFSZ))?;
    let is_demo = args.place.config.is_none();
    let began = std::time::Instant::now();
    let routes = counted(config.routes.len(), "route");
    eprintln!("Admitting the policies of {routes}; the first time compiles them …");
    let running = start(config, Options { config_file: args.place.config.clone(), admit_program: None }).await?;
    eprintln!("{}", after(began.elapsed(), &running.without_policy()));
    // Callers are served whether or not anybody reads this.
    let _ = greet(&running, is_demo, out);
    loop {
        tokio::select! {
            _ = terminated.recv() => break,
            _ = interrupted.recv() => break,
            _ = hung_up.recv() => reload(&running.lifecycle).await,
        }
    }
    tracing::info!("stopping: open requests may end, no new ones are taken");
    running.stop().await;
    Ok(())
}

/// Whether it is ready, and if not, for which routes.
fn after(took: Duration, without_policy: &[Name]) -> String {
    let took = took.as_secs_f64();
    if without_policy.is_empty() {
        return format!("Ready after {took:.1} s.");
    }
    let (count, names) = (counted(without_policy.len(), "route"), without_policy.join(", "));
    format!(
        "Serving after {took:.1} s, but not ready: no policy for {count}: {names}. The errors above say why; `fingerpost check` \
         says it with lines, and /health/ready is 503 until it is mended."
    )
}

async fn reload(lifecycle: &Arc<Lifecycle>) {
    match lifecycle.reload().await {
        Ok(()) => tracing::info!("the config was read again and is in force"),
        Err(error) => tracing::error!("the config was not taken over, and the one before stays:\n{error}"),
    }
}

/// Says where it listens, and gives a line that works as pasted.
fn greet(running: &Running, is_demo: bool, out: &mut dyn Write) -> io::Result<()> {
    let bold = |text: &str| if is_coloured(&io::stdout()) { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() };
    writeln!(out, "\n{}", bold("Fingerpost is serving."))?;
    writeln!(out, "  OpenAI base URL  http://{}/v1", running.public)?;
    writeln!(out, "  Admin side       http://{}", running.admin)?;
    if let Some(token) = &running.new_admin_token {
        writeln!(out, "  Admin token      {token}  (shown this once)")?;
    }
    if is_demo {
        writeln!(out, "  API key          {DEMO_KEY}")?;
        writeln!(out, "\nTry it:\n")?;
        writeln!(out, "{}\n", curl_line(&running.public.to_string()))?;
    }
    Ok(())
}

/// A request that works as pasted.
fn curl_line(address: &str) -> String {
    format!(
        "curl -i http://{address}/v1/chat/completions -H 'Authorization: Bearer {DEMO_KEY}' \
         -H 'Content-Type: application/json' \
         -d '{{\"model\": \"support_draft\", \"messages\": [{{\"role\": \"user\", \"content\": \"Where is my parcel?\"}}]}}'"
    )
}
