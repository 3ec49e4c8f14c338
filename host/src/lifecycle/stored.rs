//! What of keys and budgets lies in the store, taken over by requests.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Change, Lifecycle};
use crate::config::{Budget, Config, Key, Name};
use crate::gateway::{KeyRing, now_ms};
use crate::money::NanoUsd;
use crate::store::{Keys, Reader, StoreError, StoredBudgets};
use crate::strays::strays;

/// Says in the log what of the store leads nowhere beside this config.
pub(super) fn tell_of_strays(config: &Config, keys: &[Key], budgets: &[Budget]) {
    strays(config, keys, budgets).iter().for_each(|stray| tracing::warn!("{stray}"));
}

impl Lifecycle {
    /// Reads the keys of the store again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refresh_keys(&self, keys: &Keys, _change: &Change<'_>) -> Result<(), StoreError> {
        let config = Arc::clone(&self.gateway.state.load().config);
        let keys = keys.load()?;
        tell_of_strays(&config, &keys, &[]);
        self.gateway.keys.store(Arc::new(KeyRing::new(&config, keys, &self.gateway.limits)));
        Ok(())
    }

    /// Takes over budgets and payments of the store.
    ///
    /// # Errors
    /// When the store or the ledger cannot be read.
    pub async fn refresh_budgets(&self, _change: &Change<'_>) -> Result<(), StoreError> {
        let config = Arc::clone(&self.gateway.state.load().config);
        let budgets = StoredBudgets::open(&self.data_dir)?.in_force(&config)?;
        let spent = self.spent_before(&budgets).await?;
        let before = |budget: &Budget| spent.get(&budget.id).copied().unwrap_or_default();
        self.gateway.events.crossed(self.gateway.budgets.configure(&budgets, now_ms(), before));
        Ok(())
    }

    /// What the ledger knows of budgets that are new, in their present periods. It may have to read much, so it does not
    /// do so on a thread that serves requests.
    pub(super) async fn spent_before(&self, budgets: &[Budget]) -> Result<HashMap<Name, NanoUsd>, StoreError> {
        let unknown = self.gateway.budgets.unknown(budgets, now_ms());
        if unknown.is_empty() {
            return Ok(HashMap::new());
        }
        // What is settled already and not yet written counts as well.
        self.gateway.ledger.flush().await;
        let reader = Reader::open(&self.data_dir)?;
        let reading = tokio::task::spawn_blocking(move || {
            unknown.into_iter().map(|(budget, since)| Ok((budget.id, reader.spent(&budget.scope, since)?))).collect()
        });
        reading.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }
}
