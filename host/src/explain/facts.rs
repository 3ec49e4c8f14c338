//! The facts of a decision in short: what most often explains it. The whole of them is in the decision log, and policies see
//! all of it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Serialize;

use crate::decision_log::{Background, Log, LogError, Selection};
use crate::policy::Digest;
use crate::policy::wire::{Availability, Facts, RouteSetup};

/// The facts of one decision, in short. Durations are milliseconds, money is billionths of a US dollar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactsInShort {
    /// The decision's number as the policy saw it.
    pub decision: u32,
    /// The name of the policy that was asked; none: the route had none.
    pub policy: Option<String>,
    /// The digest of the version that it was: of its component and its settings.
    pub digest: Option<Digest>,
    /// The class, as it was then.
    pub class: String,
    /// Tokens of the input.
    pub input_tokens: u32,
    /// Whether a tokenizer counted them.
    pub input_tokens_exact: bool,
    /// The caller's limit on output tokens.
    pub max_output_tokens: Option<u32>,
    /// The features that the request needs.
    pub needs: Vec<String>,
    /// The target that the caller named.
    pub requested_target: Option<String>,
    /// Until the deadline.
    pub time_left: u64,
    /// What the request is held to.
    pub bounds: BoundsInShort,
    /// The budgets that it counts against.
    pub budgets: Vec<BudgetInShort>,
    /// The route's targets, in its order.
    pub targets: Vec<TargetInShort>,
    /// The conversation that it belongs to.
    pub session: Option<SessionInShort>,
    /// The age of a stored answer to it.
    pub cached_answer_age: Option<u64>,
    /// The queue that it comes from.
    pub queue: Option<String>,
}

/// What the request is held to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoundsInShort {
    /// Attempts in all.
    pub max_attempts: u32,
    /// The duration from arrival until it must be over.
    pub deadline: u64,
    /// The worst tier that may serve, by its rank.
    pub worst_tier_rank: u8,
    /// The most that it may cost.
    pub max_cost: Option<u64>,
    /// The most that a target may cost of what the intended one would, in thousandths.
    pub max_cost_permille: u32,
    /// Whether a worse tier than the intended one may serve.
    pub downgrade: bool,
    /// Whether a better one may.
    pub upgrade: bool,
}

/// A budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BudgetInShort {
    /// Its name.
    pub id: String,
    /// What it covers.
    pub scope: String,
    /// What is left of it, what is held for requests under way taken off.
    pub remaining: i64,
    /// The most that may be spent.
    pub limit: u64,
}

/// A target's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetInShort {
    /// Its id.
    pub target: String,
    /// Whether the boundaries of the tenant and the key let the request go there.
    pub allowed: bool,
    /// `available`, `probing` or `cooling`.
    pub availability: &'static str,
    /// How long it is left alone still.
    pub cooling_for: Option<u64>,
    /// Recent attempts.
    pub samples: u32,
    /// The share of them that succeeded, in thousandths.
    pub success_permille: u16,
    /// The median until the first token.
    pub first_token_p50: u64,
    /// How many more attempts it may take at once.
    pub slots_left: u32,
    /// What the request is estimated to cost there; none: nobody knows.
    pub estimated_cost: Option<u64>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionInShort {
    /// The target that it belongs to.
    pub target: Option<String>,
    /// Turns that were served.
    pub turns: u32,
}

/// The facts of all logged decisions of this very request, in the order in which they were made.
pub(super) fn of(log: &Log, request_id: &str) -> Result<Vec<FactsInShort>, LogError> {
    let selection = Selection { request: Some(request_id.to_owned()), ..Selection::default() };
    let mut backgrounds: BTreeMap<Digest, Option<Background>> = BTreeMap::new();
    let mut found = Vec::new();
    log.visit(&selection, |digest, stored| {
        let facts = stored.input()?.facts;
        if facts.request.id == request_id {
            let background = backgrounds.entry(digest).or_insert_with(|| log.background(&digest));
            found.push(in_short(facts, background.as_ref()));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

fn in_short(facts: Facts, background: Option<&Background>) -> FactsInShort {
    let setup = background.map(|background| &background.setup);
    let Facts { request, bounds, budgets, targets, session, deferred, cached_answer_age, .. } = facts;
    let budget = |one: crate::policy::wire::Budget| BudgetInShort {
        id: one.id,
        scope: one.scope,
        remaining: one.remaining,
        limit: one.limit,
    };
    let target = |(index, state): (usize, crate::policy::wire::TargetState)| TargetInShort {
        target: name(setup, index),
        allowed: state.allowed,
        availability: match state.availability {
            Availability::Available => "available",
            Availability::Probing => "probing",
            Availability::Cooling => "cooling",
        },
        cooling_for: state.cooling_for,
        samples: state.samples,
        success_permille: state.success_permille,
        first_token_p50: state.first_token_p50,
        slots_left: state.slots_left,
        // Both ends stand for a price that nobody knows.
        estimated_cost: Some(state.estimated_cost).filter(|cost| *cost != 0 && *cost != u64::MAX),
    };
    FactsInShort {
        decision: request.decision_index,
        policy: background.and_then(|background| background.origin.policy.clone()),
        digest: background.and_then(Background::version),
        class: request.traffic_class,
        input_tokens: request.input_tokens,
        input_tokens_exact: request.input_tokens_exact,
        max_output_tokens: request.max_output_tokens,
        needs: request.needs,
        requested_target: request.requested_target.map(|index| name(setup, index.into())),
        time_left: request.time_left,
        bounds: BoundsInShort {
            max_attempts: bounds.max_attempts,
            deadline: bounds.deadline,
            worst_tier_rank: bounds.worst_tier_rank,
            max_cost: bounds.max_cost,
            max_cost_permille: bounds.max_cost_permille,
            downgrade: bounds.downgrade,
            upgrade: bounds.upgrade,
        },
        budgets: budgets.into_iter().map(budget).collect(),
        targets: targets.into_iter().enumerate().map(target).collect(),
        session: session.map(|session| SessionInShort {
            target: Some(session.target_id).filter(|id| !id.is_empty()),
            turns: session.turns,
        }),
        cached_answer_age,
        queue: deferred.map(|deferred| deferred.queue),
    }
}

/// A target's id; its number where the set-up is not kept any more.
fn name(setup: Option<&RouteSetup>, index: usize) -> String {
    setup.and_then(|setup| setup.targets.get(index)).map_or_else(|| format!("#{index}"), |target| target.id.clone())
}
