//! What is the same for all decisions of a policy with a set-up: kept once, as JSON, under its own digest.

use serde::{Deserialize, Serialize};

use super::Decider;
use crate::config::{self, EngineLimits};
use crate::gateway::RouteState;
use crate::policy::wire::{INTERFACE, RouteSetup};
use crate::policy::{Digest, Settings};

/// What is the same for all decisions of a policy with a set-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Background {
    /// Who decided, and where.
    pub origin: Origin,
    /// What the policy was set up with.
    pub setup: RouteSetup,
    /// What the host's own check of an answer knows beside the facts.
    pub rules: Rules,
}

/// Who decided, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The policy's name; none: the route had no policy.
    pub policy: Option<String>,
    /// The digest of its component.
    pub component: Option<Digest>,
    /// The digest of component and set-up.
    pub key: Option<Digest>,
    /// The interface between host and policy.
    pub interface: String,
    /// The engine's fingerprint: fuel compares only between equal ones.
    pub engine: Digest,
    /// Limits on which a decision may depend.
    pub limits: Limits,
    /// The gateway's version.
    pub gateway: String,
}

/// The limits of a policy on which a decision may depend, being the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Fuel of one decision.
    pub fuel: u64,
    /// Linear memory in bytes.
    pub memory_bytes: usize,
    /// The largest answer in bytes.
    pub output_bytes: usize,
    /// Log lines of one decision.
    pub log_lines: u32,
}

impl From<&EngineLimits> for Limits {
    fn from(limits: &EngineLimits) -> Self {
        Self {
            fuel: limits.fuel,
            memory_bytes: limits.memory_bytes,
            output_bytes: limits.output_bytes,
            log_lines: limits.log_lines,
        }
    }
}

/// What the host's own check of an answer knows beside the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// No decision may limit output below this.
    pub min_output_tokens: u32,
    /// Of each target, whether it takes an answer that has begun.
    pub prefill: Vec<bool>,
    /// The route's queues.
    pub queues: Vec<QueueRule>,
}

/// What a deferral to a queue is checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRule {
    /// How long a request may wait, in milliseconds.
    pub ttl: u64,
    /// Whether people decide what becomes of its requests.
    pub review: bool,
}

impl Rules {
    /// Those of a route with these targets, in its order.
    pub fn new<'a>(route: &config::Route, targets: impl Iterator<Item = &'a config::Target>) -> Self {
        let queue = |queue: &config::DeferralQueue| QueueRule {
            ttl: u64::try_from(queue.ttl.as_millis()).unwrap_or(u64::MAX),
            review: queue.review,
        };
        Self {
            min_output_tokens: route.bounds.min_output_tokens,
            prefill: targets.map(|target| target.prefill.is_some()).collect(),
            queues: route.queues.iter().map(queue).collect(),
        }
    }
}

impl Background {
    /// The digest of the version that decided, its component and its settings; none: the route had no policy.
    #[must_use]
    pub fn version(&self) -> Option<Digest> {
        let settings = Settings::from_text(&self.setup.config);
        self.origin.component.map(|component| settings.version_of(&component))
    }

    /// That of a policy on a route.
    pub(super) fn new(route: &RouteState, decider: Option<&Decider>, engine: Digest, limits: Limits) -> Self {
        Self {
            origin: Origin {
                policy: decider.map(|decider| decider.name.to_string()),
                component: decider.map(|decider| decider.component),
                key: decider.map(|decider| decider.key),
                interface: INTERFACE.into(),
                engine,
                limits,
                gateway: env!("CARGO_PKG_VERSION").into(),
            },
            // A canary may have other settings than the active version.
            setup: decider.map_or_else(|| route.setup.clone(), |decider| route.setup_with(&decider.settings)),
            rules: Rules::new(&route.setting, route.targets.iter().map(|target| &target.setting)),
        }
    }
}
