//! What is written of a request before it goes upstream: enough to tell afterwards who may have spent how much where.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::account::Hold;
use crate::config::{Name, TrafficClass};
use crate::ledger::{CostState, Ending, Entry, Place, Record, TierChange, Who};
use crate::money::NanoUsd;
use crate::price::{Parts, ServiceTier};

/// What a request is about to do.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Intent<'a> {
    /// Its id.
    pub request_id: &'a str,
    /// When it arrived, in milliseconds since the Unix epoch.
    pub received_at: u64,
    /// When it reserved.
    pub reserved_at: u64,
    /// When it goes upstream.
    pub at: u64,
    /// Who asks.
    pub who: &'a Who,
    /// The route.
    pub route: &'a str,
    /// The class that it is decided as.
    pub class: TrafficClass,
    /// Whether the caller asked for a stream.
    pub streaming: bool,
    /// The number of the attempt, from 1.
    pub number: usize,
    /// The target's id.
    pub target: &'a str,
    /// Its provider.
    pub provider: &'a str,
    /// The provider's name of its model.
    pub model: &'a str,
    /// What all of its attempts together may be charged: its reservation, or more where that grows in slices.
    pub amount: NanoUsd,
    /// The budgets and periods that it holds that of.
    pub holds: &'a [Hold],
}

/// The same, read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Intended {
    pub(super) request_id: Arc<str>,
    pub(super) received_at: u64,
    pub(super) reserved_at: u64,
    pub(super) at: u64,
    pub(super) who: Who,
    pub(super) route: Name,
    pub(super) class: TrafficClass,
    pub(super) streaming: bool,
    pub(super) number: u32,
    pub(super) target: Name,
    pub(super) provider: Name,
    pub(super) model: Name,
    pub(super) amount: NanoUsd,
    pub(super) holds: Vec<Hold>,
}

impl Intended {
    /// The record of a request of which nothing else is known: it may have been billed, up to that amount.
    #[must_use]
    pub(super) fn into_lost(self) -> Record {
        let place = Place { target: self.target, provider: self.provider, model: self.model };
        let started_ms = self.at.saturating_sub(self.received_at);
        let entry = Entry {
            number: self.number,
            place: place.clone(),
            started_ms,
            duration_ms: 0,
            first_token_ms: None,
            outcome: "lost".into(),
            status: None,
            code: None,
            detail: Some("the gateway's process ended while this was under way".into()),
            fault: Some("gateway".into()),
            input_tokens: 0,
            output_tokens: 0,
            parts: Parts::default(),
            images: 0,
            service_tier: ServiceTier::default(),
            price_version: None,
            cost: self.amount,
            cost_state: CostState::Exposure,
            exposure: NanoUsd::ZERO,
            charge: NanoUsd::ZERO,
            reported: None,
        };
        Record {
            request_id: self.request_id,
            received_at: self.received_at,
            reserved_at: self.reserved_at,
            who: self.who,
            route: self.route,
            class: self.class,
            streaming: self.streaming,
            requested_model: "".into(),
            intended: Some(place),
            serving: None,
            fallback_reason: None,
            degraded: None,
            tier_change: TierChange::None,
            session_moved_from: None,
            replayed_from: None,
            answered: None,
            job: None,
            ending: Ending::Lost,
            status: 0,
            latency_before_fallback_ms: None,
            first_token_ms: None,
            latency_ms: started_ms,
            input_tokens: 0,
            output_tokens: 0,
            cost: NanoUsd::ZERO,
            retry_cost: NanoUsd::ZERO,
            charge: NanoUsd::ZERO,
            cost_known: false,
            policy: None,
            attempts: vec![entry],
            decisions: Vec::new(),
        }
    }
}
