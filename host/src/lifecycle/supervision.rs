//! Looks at everything that is on trial, once a second, and rolls back by itself what is worse than the active version, and
//! what was set aside. Nobody has to watch.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use super::rehearsal::list;
use super::shelf::GATEWAY;
use super::{Back, ChangeError, Lifecycle};
use crate::gateway::{RouteState, now_ms};
use crate::policy::{Digest, Generation};
use crate::store::Event;
use crate::trial::Verdict;

/// How often trials are looked at: a candidate that does harm does it for this much longer.
const EVERY: Duration = Duration::from_secs(1);

/// Looks after all trials until told to stop.
pub async fn supervise(lifecycle: Arc<Lifecycle>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        lifecycle.look_after_trials().await;
        lifecycle.keep_trials().await;
    }
}

/// What is to be given up, and why.
struct Harm {
    version: Option<u64>,
    digest: Digest,
    reason: String,
}

impl Lifecycle {
    /// Looks at every route once, and rolls back what does harm.
    pub async fn look_after_trials(&self) {
        let state = self.gateway.state.load_full();
        for route in state.routes.values() {
            let Some(harm) = harm(route) else { continue };
            match self.give_up(route, &harm).await {
                Ok(true) => self.announce(route, &harm).await,
                // Somebody else has changed it meanwhile, or there is nothing to go back to.
                Ok(false) | Err(ChangeError::NothingEarlier(_)) => {}
                Err(error) => {
                    tracing::error!(route = &*route.setting.name, %error, "a policy that does harm could not be rolled back");
                }
            }
        }
    }

    async fn give_up(&self, route: &RouteState, harm: &Harm) -> Result<bool, ChangeError> {
        let _change = self.simulated.lock().await;
        let is_still_there = match (&route.trial.load_full(), harm.version) {
            (Some(trial), Some(version)) => trial.version() == version,
            (None, None) => route.policy.current().is_some_and(|generation| generation.is_set_aside()),
            _ => false,
        };
        if !is_still_there {
            return Ok(false);
        }
        let back = Back { by: GATEWAY, reason: &harm.reason, to: None, is_automatic: true };
        self.go_back(route, back).await.map(|_| true)
    }

    /// Tells operators in every way that there is.
    async fn announce(&self, route: &RouteState, harm: &Harm) {
        let (name, at) = (&*route.setting.name, now_ms());
        tracing::error!(route = name, digest = harm.digest.short(), reason = harm.reason, "a policy was rolled back");
        route.metrics.rolled_back("automatic");
        let named = format!("{name}\n{}\n{at}", harm.digest);
        let id = format!("evt_{}", &Digest::of(named.as_bytes()).to_string()[..32]);
        let body = json!({
            "id": id,
            "type": "policy.rolled-back",
            "created": at,
            "route": name,
            "was": if harm.version.is_some() { "candidate" } else { "active" },
            "version": harm.version,
            "digest": harm.digest,
            "reason": harm.reason,
        });
        let webhook = route.setting.canary.webhook.clone();
        let event = Event { id, kind: "policy.rolled-back", at, body: body.to_string(), webhook };
        if let Err(error) = self.webhooks.send(event).await {
            tracing::error!(route = name, %error, "the event of a rollback could not be kept");
        }
    }
}

/// What of a route is to be given up now.
fn harm(route: &RouteState) -> Option<Harm> {
    if let Some(trial) = route.trial.load_full() {
        let reason = if trial.generation().is_set_aside() {
            set_aside(trial.generation())
        } else if let Verdict::Worse { findings } = trial.comparison().judge(&route.setting.canary) {
            findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        } else {
            return None;
        };
        let digest = *trial.generation().digest();
        return Some(Harm { version: Some(trial.version()), digest, reason });
    }
    let generation = route.policy.current().filter(|generation| generation.is_set_aside())?;
    Some(Harm { version: None, digest: *generation.digest(), reason: set_aside(&generation) })
}

/// Why a generation was set aside, with all of its failures.
fn set_aside(generation: &Generation) -> String {
    format!("it failed too often in a row ({})", list(&generation.failures()))
}
