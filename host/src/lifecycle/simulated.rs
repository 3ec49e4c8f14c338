//! Simulated providers of the config: started with it, and running on from one config to the next.

use std::collections::BTreeMap;

use super::{ChangeError, Lifecycle};
use crate::config::{Config, Endpoint, Name};
use crate::sim::{self, SimControl, SimModel, SimProvider};

/// Starts the simulated providers that do not run yet.
pub(super) async fn start(config: &Config, running: &mut BTreeMap<Name, SimProvider>) -> Result<(), ChangeError> {
    for provider in config.providers.values() {
        let Endpoint::Simulated(simulation) = &provider.endpoint else { continue };
        if running.contains_key(&provider.name) {
            continue;
        }
        let models = config
            .targets
            .values()
            .filter(|target| target.provider == provider.name)
            .map(|target| SimModel::new(&target.model).with_context_window(target.context_window))
            .collect();
        let started = sim::start(&provider.name, simulation, models).await;
        let started = started.map_err(|error| ChangeError::Simulated(provider.name.clone(), error))?;
        running.insert(provider.name.clone(), started);
    }
    Ok(())
}

impl Lifecycle {
    /// The control of a simulated provider.
    pub async fn simulated(&self, provider: &str) -> Option<SimControl> {
        self.simulated.lock().await.get(provider).map(SimProvider::control)
    }
}
