//! How long records stay: what is older than the config keeps is deleted in the background, and nothing that the present
//! period of a budget is counted from.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::account::Budgets;
use crate::config::{Budget, Config, Name};
use crate::gateway::{Gateway, now_ms};
use crate::store::{Archive, StoreError, StoredBudgets};

/// How often old records are looked for.
const EVERY: Duration = Duration::from_secs(3_600);

/// The instant from which on the present period of one of these budgets needs records, and that budget; none: nothing is needed. Spend is
/// read from the ledger when a process starts, so what it is read from must stay.
#[must_use]
pub fn needed_from(budgets: &[Budget], now: u64) -> Option<(Name, u64)> {
    let starts = Budgets::default().unknown(budgets, now);
    starts.into_iter().map(|(budget, start)| (budget.id, start)).min_by_key(|(_, start)| *start)
}

/// Deletes what the config does not keep, again and again until told to stop.
pub async fn tidy(gateway: Arc<Gateway>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let config = Arc::clone(&gateway.state.load().config);
        if config.keep_records.is_none() {
            continue;
        }
        let stopped = stop.clone();
        let deleted =
            tokio::task::spawn_blocking(move || delete_old(&config, &config.data_dir, now_ms(), || *stopped.borrow()));
        match deleted.await {
            Ok(Ok(0)) => {}
            Ok(Ok(deleted)) => tracing::info!(deleted, "records older than `data.keep` were deleted"),
            Ok(Err(error)) => tracing::error!(%error, "old records could not be deleted"),
            Err(error) => tracing::error!(%error, "the deletion of old records panicked"),
        }
    }
}

/// Deletes what is older than the config keeps. Gives how many records that were.
///
/// # Errors
/// When the budgets cannot be read or the ledger cannot be written.
pub fn delete_old(config: &Config, dir: &Path, now: u64, is_stopped: impl Fn() -> bool) -> Result<usize, StoreError> {
    let Some(keep) = config.keep_records else { return Ok(0) };
    let kept_from = now.saturating_sub(u64::try_from(keep.as_millis()).unwrap_or(u64::MAX));
    let budgets = StoredBudgets::open(dir)?.in_force(config)?;
    let before = needed_from(&budgets, now).map_or(kept_from, |(_, needed)| kept_from.min(needed));
    let mut archive = Archive::open(dir)?;
    let mut deleted = 0;
    while !is_stopped() {
        match archive.delete(i64::MAX, before)? {
            0 => break,
            count => deleted += count,
        }
    }
    Ok(deleted)
}
