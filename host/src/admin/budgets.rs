//! The operators' side of budgets: what they hold, budgets made at run time, payments.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AdminSide, BODY_BYTES, ENDPOINT, Reply, read, unknown_name};
use crate::account::BudgetState;
use crate::config::{Budget, BudgetPeriod, BudgetScope, Config, Named, UnknownName, Zone};
use crate::gateway::now_ms;
use crate::money::NanoUsd;
use crate::store::{BudgetsError, StoredBudgets, TopUp};

/// A budget as an operator sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    scope: std::collections::BTreeMap<String, String>,
    period: String,
    limit: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    thresholds: Vec<u8>,
    #[serde(default)]
    webhook: Option<String>,
    /// Whether it may cover, or tell, what there is none of yet.
    #[serde(default)]
    allow_unknown: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    amount: String,
    reference: String,
}

impl AdminSide {
    /// Every budget in force, with what is spent and held.
    pub(super) fn budgets(&self) -> Reply {
        let state = self.gateway.state.load();
        let states = self.gateway.budgets.states(now_ms());
        let budgets: Vec<Value> = states.iter().map(|(budget, spent)| shown(budget, spent, &state.config)).collect();
        Reply::ok(&json!({ "budgets": budgets }))
    }

    /// Makes or changes a budget of the store.
    pub(super) async fn set_budget(&self, id: &str, request: http::Request<crate::accept::RequestBody>) -> Reply {
        let config = std::sync::Arc::clone(&self.gateway.state.load().config);
        let sent = sent::<Sent>(request).await;
        let (budget, allows_unknown) = match sent.and_then(|sent| Ok((budget(id, &sent, &config)?, sent.allow_unknown)))
        {
            Ok(sent) => sent,
            Err(reply) => return reply,
        };
        if !allows_unknown && let Err(unknown) = self.check_covered(&budget, &config) {
            return unknown_name(&unknown, Some("send `\"allow_unknown\": true` to set the budget all the same"));
        }
        let set = self.in_store(move |store, config| store.set(&budget, config)).await;
        match set {
            Ok(()) => self.one_budget(id),
            Err(error) => refused(&error),
        }
    }

    /// Pays into a prepaid budget.
    pub(super) async fn top_up(&self, id: &str, request: http::Request<crate::accept::RequestBody>) -> Reply {
        let payment = match sent::<Payment>(request).await {
            Ok(payment) => payment,
            Err(reply) => return reply,
        };
        let Ok(amount) = NanoUsd::from_usd(&payment.amount) else {
            return invalid("`amount` is no amount: write \"5.00\"");
        };
        let budget = id.to_owned();
        let paid = self.in_store(move |store, config| store.top_up(&budget, amount, &payment.reference, config)).await;
        match paid {
            Ok(TopUp { budget, reference, amount, at }) => Reply::ok(&json!({
                "budget": &*budget, "reference": reference, "amount_usd": amount.to_string(), "at": at,
            })),
            Err(error) => refused(&error),
        }
    }

    /// Refuses what is not there to be covered, or to be told.
    fn check_covered(&self, budget: &Budget, config: &Config) -> Result<(), UnknownName> {
        match &budget.scope {
            BudgetScope::Tenant(name) => config.require(Named::Tenant, name)?,
            BudgetScope::Route(name) => config.require(Named::Route, name)?,
            BudgetScope::Key(name) => {
                let ring = self.gateway.keys.load();
                let keys = ring.callers.values().map(|caller| &caller.key).chain(ring.shut.values());
                config.require_or(Named::Key, name, keys.map(|key| &*key.name))?;
            }
            BudgetScope::Class(_) => {}
        }
        budget.webhook.as_ref().map_or(Ok(()), |name| config.require(Named::Webhook, name))
    }

    fn one_budget(&self, id: &str) -> Reply {
        let state = self.gateway.state.load();
        let states = self.gateway.budgets.states(now_ms());
        match states.iter().find(|(budget, _)| *budget.id == *id) {
            Some((budget, spent)) => Reply::ok(&shown(budget, spent, &state.config)),
            None => Reply::error(StatusCode::NOT_FOUND, "unknown_budget", "There is no budget of this id."),
        }
    }

    /// Changes the store off the threads that serve requests, and takes the change over.
    async fn in_store<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut StoredBudgets, &Config) -> Result<T, BudgetsError> + Send + 'static,
    ) -> Result<T, BudgetsError> {
        let config = std::sync::Arc::clone(&self.gateway.state.load().config);
        let changing = tokio::task::spawn_blocking(move || {
            let mut store = StoredBudgets::open(&config.data_dir)?;
            change(&mut store, &config)
        });
        let changed = changing.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        let held = self.lifecycle.change().await;
        self.lifecycle.refresh_budgets(&held).await?;
        Ok(changed)
    }
}

async fn sent<T: serde::de::DeserializeOwned>(request: http::Request<crate::accept::RequestBody>) -> Result<T, Reply> {
    let body = read(request, BODY_BYTES, (BODY_BYTES, ENDPOINT)).await?;
    serde_json::from_slice(&body).map_err(|error| invalid(&format!("{error}; docs/admin.md shows what to send.")))
}

fn invalid(message: &str) -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, "invalid_budget", message)
}

/// The budget that was sent, if all of it is right.
fn budget(id: &str, sent: &Sent, config: &Config) -> Result<Budget, Reply> {
    let mut scopes = sent.scope.iter();
    let scope = match (scopes.next(), scopes.next()) {
        (Some((kind, name)), None) => BudgetScope::from_names(kind, name),
        _ => None,
    };
    let scope = scope
        .ok_or_else(|| invalid("`scope` is one of tenant, key, route and class, such as {\"tenant\": \"acme\"}"))?;
    let period = BudgetPeriod::from_name(&sent.period).ok_or_else(|| invalid("`period` is day, month or prepaid"))?;
    let limit = NanoUsd::from_usd(&sent.limit).map_err(|error| invalid(&error.to_string()))?;
    let zone = Budget::zone_of(&scope, sent.time_zone.as_deref(), config);
    let zone: Zone = zone.ok_or_else(|| invalid("`time_zone` is a name of the IANA database: \"Europe/Berlin\""))?;
    let is_rising = sent.thresholds.is_sorted_by(|one, next| one < next);
    if !is_rising || sent.thresholds.len() > 8 || sent.thresholds.iter().any(|percent| !(1..=100).contains(percent)) {
        return Err(invalid("`thresholds` are at most eight percentages, each larger than the one before"));
    }
    let webhook = sent.webhook.as_deref().map(Into::into);
    Ok(Budget { id: id.into(), scope, period, zone, limit, since: 0, thresholds: (*sent.thresholds).into(), webhook })
}

fn shown(budget: &Budget, state: &BudgetState, config: &Config) -> Value {
    let of_config = config.budgets.iter().any(|known| known.id == budget.id);
    let left = i128::from(budget.limit.0) - i128::from(state.spent.0);
    json!({
        "id": &*budget.id,
        "scope": { budget.scope.kind(): budget.scope.name() },
        "period": budget.period.as_str(),
        "time_zone": budget.zone.name(),
        "limit_usd": budget.limit.to_string(),
        "spent_usd": state.spent.to_string(),
        "reserved_usd": state.reserved.to_string(),
        "left_nano_usd": i64::try_from(left).unwrap_or(i64::MIN),
        "resets_in_s": state.resets_in.map(|left| left.as_secs()),
        "thresholds": &*budget.thresholds,
        "webhook": budget.webhook.as_deref(),
        "source": if of_config { "config" } else { "store" },
    })
}

fn refused(error: &BudgetsError) -> Reply {
    let (status, code) = match error {
        BudgetsError::OfConfig(_) => (StatusCode::CONFLICT, "of_config"),
        BudgetsError::Other(_) => (StatusCode::CONFLICT, "other_budget"),
        BudgetsError::NotPrepaid(_) => (StatusCode::CONFLICT, "not_prepaid"),
        BudgetsError::OtherAmount { .. } => (StatusCode::CONFLICT, "other_amount"),
        BudgetsError::UnknownName(unknown) => return unknown_name(unknown, None),
        BudgetsError::BadReference | BudgetsError::Nothing | BudgetsError::BadName(_) => {
            (StatusCode::BAD_REQUEST, "invalid_budget")
        }
        BudgetsError::Store(_) => (StatusCode::INTERNAL_SERVER_ERROR, "store"),
    };
    Reply::error(status, code, &error.to_string())
}
