//! Who asks and who pays: tenants and their API keys.

use std::collections::BTreeMap;

use http::StatusCode;

use super::{BoundsPatch, Charging, Name, Rate, TrafficClass, Zone};
use crate::boundary::Boundary;

/// Who pays.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its name.
    pub name: Name,
    /// Its plan; empty where it has none.
    pub plan: Name,
    /// Whether its requests may be served by anything but the intended target.
    pub fallback: bool,
    /// Where its requests may go.
    pub boundary: Boundary,
    /// What it is charged.
    pub charging: Charging,
    /// Its rate limits.
    pub rate: Rate,
    /// Where its days begin.
    pub zone: Zone,
    /// The webhooks that callers of all of its keys may name.
    pub webhooks: Vec<Name>,
}

/// An API key. The secret itself is nowhere.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name.
    pub name: Name,
    /// Its tenant.
    pub tenant: Name,
    /// SHA-256 of the secret.
    pub sha256: [u8; 32],
    /// Where requests go whose `model` names no route.
    pub default_route: Option<Name>,
    /// The routes it may use; none: all.
    pub routes: Option<Vec<Name>>,
    /// Whether it may name a target in place of a route.
    pub may_name_targets: bool,
    /// Tighter bounds for it.
    pub bounds: BoundsPatch,
    /// Where its requests may go, beside what its tenant's boundary says.
    pub boundary: Boundary,
    /// The status of an answer for want of money: 429 or 402.
    pub quota_status: StatusCode,
    /// Whether it may know amounts of its budgets.
    pub show_amounts: bool,
    /// Whether it may ask how its requests were decided.
    pub may_explain: bool,
    /// The class of its requests, where it decides that.
    pub class: Option<TrafficClass>,
    /// Attributes that its requests carry (`source = "key"`).
    pub attributes: BTreeMap<Name, Name>,
    /// Its rate limits.
    pub rate: Rate,
    /// Whether its callers understand a `202` that stands for an answer to come.
    pub is_async: bool,
    /// The webhook that hears of the end of its deferred requests, where they name none themselves.
    pub webhook: Option<Name>,
    /// The webhooks that its callers may name, beside those of its tenant.
    pub webhooks: Vec<Name>,
}
