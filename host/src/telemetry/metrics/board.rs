//! What a board of a whole gateway shows: how long requests and attempts take, what tenants ask and spend, how full budgets are,
//! how targets are doing. Durations are observed as requests end; budgets and targets are looked up when somebody asks.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::{RouteLabel, TargetLabel};
use crate::account::BudgetState;
use crate::config::Name;
use crate::health::Seen;
use crate::ledger::Record;

/// Tenants that have series of their own; the others share one. Keys of more tenants than that are rare, and a scraper that has to
/// take in a series for each of a hundred thousand tenants is not.
const TENANTS: usize = 200;

/// The tenant of those beyond [`TENANTS`]. No name has parentheses.
const OTHERS: &str = "(others)";

/// A billion: money is kept in billionths of a US dollar.
const NANO: f64 = 1e-9;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TenantLabel {
    tenant: Name,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BudgetLabel {
    budget: Name,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TargetStateLabels {
    target: Name,
    state: &'static str,
}

/// The states of a target, as operators see them.
const STATES: [&str; 4] = ["available", "cooling", "probing", "recovering"];

type Durations<L> = Family<L, Histogram, fn() -> Histogram>;
type Amount = Gauge<f64, AtomicU64>;

/// What a board shows.
#[derive(Debug)]
pub struct BoardMetrics {
    requests: Durations<RouteLabel>,
    first_tokens: Durations<RouteLabel>,
    attempts: Durations<TargetLabel>,
    attempts_first_tokens: Durations<TargetLabel>,
    tenant_requests: Family<TenantLabel, Counter>,
    tenant_tokens: Family<TenantLabel, Counter>,
    tenant_cost: Family<TenantLabel, Counter>,
    /// Tenants that have series of their own.
    tenants: RwLock<HashMap<Name, TenantCounters>>,
    budget_limit: Family<BudgetLabel, Amount>,
    budget_spent: Family<BudgetLabel, Amount>,
    budget_reserved: Family<BudgetLabel, Amount>,
    target_state: Family<TargetStateLabels, Gauge>,
    target_in_flight: Family<TargetLabel, Gauge>,
    target_success: Family<TargetLabel, Amount>,
}

/// The counters of one tenant, so that a request looks its tenant up once.
#[derive(Debug, Clone, Default)]
struct TenantCounters {
    requests: Counter,
    tokens: Counter,
    cost: Counter,
}

/// How long the requests of a route take, or the attempts at a target; found once.
#[derive(Debug, Clone)]
pub struct Latencies {
    /// Seconds from the beginning to the end.
    whole: Histogram,
    /// Seconds from the beginning to the first token, or to the head of a plain answer.
    first_token: Histogram,
}

impl Latencies {
    /// Takes in one that has ended.
    pub fn observe(&self, whole_ms: u64, first_token_ms: Option<u64>) {
        #[allow(clippy::cast_precision_loss, reason = "milliseconds of centuries fit")]
        let seconds = |ms: u64| ms as f64 / 1_000.0;
        self.whole.observe(seconds(whole_ms));
        if let Some(first) = first_token_ms {
            self.first_token.observe(seconds(first));
        }
    }
}

/// From 10 ms, less than any model takes, to five minutes.
fn seconds() -> Histogram {
    Histogram::new([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0])
}

impl Default for BoardMetrics {
    fn default() -> Self {
        let durations = seconds as fn() -> Histogram;
        Self {
            requests: Family::new_with_constructor(durations),
            first_tokens: Family::new_with_constructor(durations),
            attempts: Family::new_with_constructor(durations),
            attempts_first_tokens: Family::new_with_constructor(durations),
            tenant_requests: Family::default(),
            tenant_tokens: Family::default(),
            tenant_cost: Family::default(),
            tenants: RwLock::default(),
            budget_limit: Family::default(),
            budget_spent: Family::default(),
            budget_reserved: Family::default(),
            target_state: Family::default(),
            target_in_flight: Family::default(),
            target_success: Family::default(),
        }
    }
}

impl BoardMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        let mut seconds = |name: &str, about: &str, family: &Durations<RouteLabel>| {
            registry.register_with_unit(name, about, Unit::Seconds, family.clone());
        };
        seconds("request_duration", "Time from a request's arrival to its end", &self.requests);
        seconds("first_token", "Time from a request's arrival to its first token", &self.first_tokens);
        let mut seconds = |name: &str, about: &str, family: &Durations<TargetLabel>| {
            registry.register_with_unit(name, about, Unit::Seconds, family.clone());
        };
        seconds("attempt_duration", "Time that an attempt took", &self.attempts);
        seconds("attempt_first_token", "Time from an attempt's start to its first token", &self.attempts_first_tokens);
        registry.register("tenant_requests", "Requests by tenant", self.tenant_requests.clone());
        registry.register("tenant_tokens", "Tokens of all attempts by tenant", self.tenant_tokens.clone());
        registry.register("tenant_cost_nano_usd", "Cost by tenant", self.tenant_cost.clone());
        registry.register("budget_limit_usd", "The most that a budget allows", self.budget_limit.clone());
        registry.register("budget_spent_usd", "What is spent of a budget", self.budget_spent.clone());
        registry.register("budget_reserved_usd", "What requests under way hold", self.budget_reserved.clone());
        registry.register("target_state", "1 for the state that a target is in", self.target_state.clone());
        registry.register("target_in_flight", "Attempts under way by target", self.target_in_flight.clone());
        registry.register("target_success_ratio", "Share of recent attempts that served", self.target_success.clone());
    }

    /// The histograms of a route's requests.
    pub(super) fn of_route(&self, route: &Name) -> Latencies {
        let label = RouteLabel { route: route.to_string() };
        let whole = self.requests.get_or_create_owned(&label);
        Latencies { whole, first_token: self.first_tokens.get_or_create_owned(&label) }
    }

    /// The histograms of the attempts at a target.
    pub(super) fn of_target(&self, target: &Name) -> Latencies {
        let label = TargetLabel { target: target.to_string() };
        let whole = self.attempts.get_or_create_owned(&label);
        Latencies { whole, first_token: self.attempts_first_tokens.get_or_create_owned(&label) }
    }

    /// Counts what a request was for its tenant.
    pub fn count_for_tenant(&self, record: &Record) {
        let counters = self.tenant(&record.who.tenant);
        counters.requests.inc();
        let tokens = |entry: &crate::ledger::Entry| entry.input_tokens.saturating_add(entry.output_tokens);
        counters.tokens.inc_by(record.attempts.iter().map(tokens).sum());
        counters.cost.inc_by(record.cost.0);
    }

    fn tenant(&self, name: &Name) -> TenantCounters {
        if let Some(known) = self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return known.clone();
        }
        let mut known = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let has_room = known.len() < TENANTS;
        let label = TenantLabel { tenant: if has_room { Arc::clone(name) } else { OTHERS.into() } };
        let counters = TenantCounters {
            requests: self.tenant_requests.get_or_create_owned(&label),
            tokens: self.tenant_tokens.get_or_create_owned(&label),
            cost: self.tenant_cost.get_or_create_owned(&label),
        };
        if has_room {
            known.insert(Arc::clone(name), counters.clone());
        }
        counters
    }

    /// Shows the budgets as they are now. Those that are gone go.
    pub fn show_budgets<'a>(&self, budgets: impl Iterator<Item = &'a BudgetState>) {
        let families = [&self.budget_limit, &self.budget_spent, &self.budget_reserved];
        families.iter().for_each(|family| family.clear());
        #[allow(clippy::cast_precision_loss, reason = "what is shown needs no more than 53 bits")]
        for state in budgets {
            let label = BudgetLabel { budget: Arc::clone(&state.id) };
            for (family, amount) in families.iter().zip([state.limit, state.spent, state.reserved]) {
                family.get_or_create(&label).set(amount.0 as f64 * NANO);
            }
        }
    }

    /// Shows the targets as they are now. Those that are gone go.
    pub fn show_targets<'a>(&self, targets: impl Iterator<Item = (&'a Name, Seen)>) {
        self.target_state.clear();
        self.target_in_flight.clear();
        self.target_success.clear();
        for (target, seen) in targets {
            for state in STATES {
                let labels = TargetStateLabels { target: Arc::clone(target), state };
                self.target_state.get_or_create(&labels).set(i64::from(state == seen.state));
            }
            let label = TargetLabel { target: target.to_string() };
            self.target_in_flight.get_or_create(&label).set(seen.in_flight.into());
            if seen.figures.samples > 0 {
                let ratio = f64::from(seen.figures.success_permille) / 1_000.0;
                self.target_success.get_or_create(&label).set(ratio);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::arbitrary::plain;

    #[test]
    fn tenants_beyond_the_cap_share_one_series() {
        let board = BoardMetrics::default();
        for number in 0..TENANTS + 3 {
            let mut record = plain("req_1");
            record.who.tenant = format!("tenant-{number}").into();
            board.count_for_tenant(&record);
            board.count_for_tenant(&record);
        }
        let of = |tenant: &str| {
            let label = TenantLabel { tenant: tenant.into() };
            board.tenant_requests.get(&label).map(|counter| counter.get())
        };
        assert_eq!((of("tenant-0"), of("tenant-199"), of("tenant-200")), (Some(2), Some(2), None));
        assert_eq!(of(OTHERS), Some(6));
    }
}
