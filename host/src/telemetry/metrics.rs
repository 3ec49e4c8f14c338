//! Counters, gauges and histograms, in Prometheus' text format on the admin side. Labels are names from the config, tokens
//! and enums: nothing that a caller or a provider can choose freely, so their number is bounded by the config.

mod board;
mod queues;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::ledger::Ending;
pub use board::{BoardMetrics, Latencies};
pub use queues::QueueMetrics;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndingLabels {
    route: String,
    ending: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DecisionLabels {
    route: String,
    generation: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    route: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AttemptLabels {
    target: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    target: String,
    direction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TargetLabel {
    target: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperatorFaultLabels {
    provider: String,
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabel {
    provider: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DoubtLabels {
    provider: String,
    doubt: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LossLabel {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ThresholdLabels {
    budget: String,
    percent: u64,
}

/// Series of decisions that a route keeps: each new generation begins some, and those of old ones go.
const DECISION_SERIES: usize = 64;

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<EndingLabels, Counter>,
    decisions: Family<DecisionLabels, Counter>,
    decision_seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
    decision_fuel: Family<RouteLabel, Histogram, fn() -> Histogram>,
    cost: Family<RouteLabel, Counter>,
    set_aside: Family<RouteLabel, Gauge>,
    shadowed: Family<OutcomeLabels, Counter>,
    rolled_back: Family<OutcomeLabels, Counter>,
    attempts: Family<AttemptLabels, Counter>,
    tokens: Family<TokenLabels, Counter>,
    resends: Family<TargetLabel, Counter>,
    operator_faults: Family<OperatorFaultLabels, Counter>,
    implausible_usage: Family<DoubtLabels, Counter>,
    unknown_finish_reasons: Family<ProviderLabel, Counter>,
    refused: Family<RefusalLabels, Counter>,
    thresholds: Family<ThresholdLabels, Counter>,
    /// Requests under way.
    pub in_flight: Gauge,
    /// Connections of callers.
    pub connections: Gauge,
    /// Records that wait to be written.
    pub ledger_lag: Gauge,
    /// Answers that the disk did not take or give.
    pub answer_failures: Counter,
    /// How full the queues of deferred requests are.
    pub queues: QueueMetrics,
    /// What a board of the whole gateway shows.
    pub board: BoardMetrics,
    /// Lines of the access log that could not be written.
    pub access_log_lost: Counter,
    decisions_lost: Family<LossLabel, Counter>,
    /// What became of decisions on their way to the log.
    pub decision_log: DecisionLogMetrics,
    log_dropped: Family<RouteLabel, Gauge>,
}

/// What became of decisions on their way to the log.
#[derive(Debug, Clone, Default)]
pub struct DecisionLogMetrics {
    /// They are in a file.
    pub kept: Counter,
    /// The queue was full.
    pub lost_to_overload: Counter,
    /// The disk did not take them.
    pub lost_to_disk: Counter,
}

/// The counters of a route, found once.
#[derive(Debug, Clone)]
pub struct RouteMetrics {
    route: Arc<str>,
    decisions: Family<DecisionLabels, Counter>,
    endings: [Counter; Ending::ALL.len()],
    /// How long requests take.
    pub latencies: Latencies,
    /// Wall time of decisions.
    pub decision_seconds: Histogram,
    /// Fuel of decisions.
    pub decision_fuel: Histogram,
    /// Billionths of a US dollar.
    pub cost: Counter,
    /// 1 while the policy's generation is set aside.
    pub set_aside: Gauge,
    /// Lines of the policy's log that limits dropped.
    pub log_dropped: Gauge,
    shadowed: Family<OutcomeLabels, Counter>,
    rolled_back: Family<OutcomeLabels, Counter>,
    /// What decisions were counted under, the oldest first.
    counted: Arc<Mutex<VecDeque<DecisionLabels>>>,
}

/// The counters of a target, found once.
#[derive(Debug, Clone)]
pub struct TargetMetrics {
    target: Arc<str>,
    provider: Arc<str>,
    attempts: Family<AttemptLabels, Counter>,
    operator_faults: Family<OperatorFaultLabels, Counter>,
    implausible_usage: Family<DoubtLabels, Counter>,
    unknown_finish_reasons: Family<ProviderLabel, Counter>,
    served: Counter,
    /// How long attempts take.
    pub latencies: Latencies,
    /// Tokens of inputs.
    pub input_tokens: Counter,
    /// Tokens of outputs.
    pub output_tokens: Counter,
    /// Requests that were sent once more within their attempt, since the provider had not taken them.
    pub resends: Counter,
}

impl RouteMetrics {
    /// Counts a request's end.
    pub fn ended(&self, ending: Ending) {
        self.endings[ending as usize].inc();
    }

    /// Counts a shadow decision: `same`, `different` or `dropped`.
    pub fn shadowed(&self, outcome: &'static str) {
        self.shadowed.get_or_create(&OutcomeLabels { route: self.route.to_string(), outcome }).inc();
    }

    /// Counts a version that was rolled back, `automatic` or by an `operator`.
    pub fn rolled_back(&self, outcome: &'static str) {
        self.rolled_back.get_or_create(&OutcomeLabels { route: self.route.to_string(), outcome }).inc();
    }

    /// Counts a decision of a generation. `outcome` is `carried-out`, or why it was not.
    pub fn decided(&self, generation: &str, outcome: &'static str) {
        let labels = DecisionLabels { route: self.route.to_string(), generation: generation.into(), outcome };
        if let Some(counter) = self.decisions.get(&labels) {
            counter.inc();
            return;
        }
        self.decisions.get_or_create(&labels).inc();
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.push_back(labels);
        if counted.len() > DECISION_SERIES
            && let Some(oldest) = counted.pop_front()
        {
            self.decisions.remove(&oldest);
        }
    }
}

impl TargetMetrics {
    /// Counts an attempt that served.
    pub fn served(&self) {
        self.served.inc();
    }

    /// Counts an attempt that did not.
    pub fn ended(&self, outcome: &'static str) {
        self.attempts.get_or_create(&AttemptLabels { target: self.target.to_string(), outcome }).inc();
    }

    /// Counts an attempt that failed by the operator's fault.
    pub fn operator_fault(&self, kind: &'static str) {
        let labels = OperatorFaultLabels { provider: self.provider.to_string(), kind };
        self.operator_faults.get_or_create(&labels).inc();
    }

    /// Counts an answer that ended for a reason that nobody here knows.
    pub fn unknown_finish(&self) {
        self.unknown_finish_reasons.get_or_create(&ProviderLabel { provider: self.provider.to_string() }).inc();
    }

    /// Counts an attempt whose provider's usage was not to be believed, and why.
    pub fn implausible_usage(&self, doubt: &'static str) {
        let labels = DoubtLabels { provider: self.provider.to_string(), doubt };
        self.implausible_usage.get_or_create(&labels).inc();
    }
}

fn seconds() -> Histogram {
    // From 5 µs, a third of a usual decision, to 40 ms, four times the usual wall-clock backstop.
    Histogram::new(exponential_buckets(0.000_005, 2.0, 14))
}

fn fuel() -> Histogram {
    // From a thousand to the usual limit of two million.
    Histogram::new(exponential_buckets(1_000.0, 2.0, 12))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("fingerpost"),
            requests: Family::default(),
            decisions: Family::default(),
            decision_seconds: Family::new_with_constructor(seconds as fn() -> Histogram),
            decision_fuel: Family::new_with_constructor(fuel as fn() -> Histogram),
            cost: Family::default(),
            set_aside: Family::default(),
            shadowed: Family::default(),
            rolled_back: Family::default(),
            attempts: Family::default(),
            tokens: Family::default(),
            resends: Family::default(),
            operator_faults: Family::default(),
            implausible_usage: Family::default(),
            unknown_finish_reasons: Family::default(),
            refused: Family::default(),
            thresholds: Family::default(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            ledger_lag: Gauge::default(),
            answer_failures: Counter::default(),
            queues: QueueMetrics::default(),
            board: BoardMetrics::default(),
            access_log_lost: Counter::default(),
            decisions_lost: Family::default(),
            decision_log: DecisionLogMetrics::default(),
            log_dropped: Family::default(),
        };
        let lost = |reason| metrics.decisions_lost.get_or_create_owned(&LossLabel { reason });
        metrics.decision_log = DecisionLogMetrics {
            kept: Counter::default(),
            lost_to_overload: lost("overload"),
            lost_to_disk: lost("disk"),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests by how they ended", self.requests.clone());
        registry.register("decisions", "Decisions by generation and outcome", self.decisions.clone());
        registry.register_with_unit("decision", "Wall time of decisions", Unit::Seconds, self.decision_seconds.clone());
        registry.register("decision_fuel", "Fuel of decisions", self.decision_fuel.clone());
        registry.register("cost_nano_usd", "Cost in billionths of a US dollar", self.cost.clone());
        registry.register("policy_set_aside", "1 while a route's policy is set aside", self.set_aside.clone());
        registry.register("shadow_decisions", "Decisions of shadows by what came of them", self.shadowed.clone());
        registry.register("policy_rollbacks", "Versions of policies that were rolled back", self.rolled_back.clone());
        registry.register("attempts", "Attempts by target and outcome", self.attempts.clone());
        registry.register("tokens", "Tokens by target and direction", self.tokens.clone());
        registry.register("resends", "Requests sent once more within their attempt", self.resends.clone());
        registry.register(
            "operator_faults",
            "Attempts that failed by the operator's fault",
            self.operator_faults.clone(),
        );
        registry.register(
            "implausible_usage",
            "Attempts whose provider's usage was not to be believed, by provider and doubt",
            self.implausible_usage.clone(),
        );
        registry.register(
            "unknown_finish_reasons",
            "Answers that ended for a reason that the gateway does not know, by provider",
            self.unknown_finish_reasons.clone(),
        );
        registry.register("refused", "Requests refused before they had a route", self.refused.clone());
        registry.register("budget_thresholds", "Thresholds that settled spend crossed", self.thresholds.clone());
        registry.register("in_flight", "Requests under way", self.in_flight.clone());
        registry.register("connections", "Connections of callers", self.connections.clone());
        registry.register("ledger_lag", "Records that wait to be written", self.ledger_lag.clone());
        registry.register("answer_failures", "Answers that could not be stored or read", self.answer_failures.clone());
        registry.register("queue_jobs", "Deferred requests by queue and state", self.queues.jobs.clone());
        let about = "Age of the oldest deferred request by queue and state";
        registry.register_with_unit("queue_oldest", about, Unit::Seconds, self.queues.oldest.clone());
        self.board.register(registry);
        registry.register("access_log_lost", "Lines of the access log that were lost", self.access_log_lost.clone());
        registry.register("decisions_logged", "Decisions that the log has", self.decision_log.kept.clone());
        registry.register("decisions_not_logged", "Decisions that the log has lost", self.decisions_lost.clone());
        registry.register("policy_log_dropped", "Guest log lines that limits dropped", self.log_dropped.clone());
    }

    /// The counters of a route.
    #[must_use]
    pub fn route(&self, route: &Arc<str>) -> RouteMetrics {
        let label = RouteLabel { route: route.to_string() };
        let ending = |ending| self.requests.get_or_create_owned(&EndingLabels { route: route.to_string(), ending });
        RouteMetrics {
            route: Arc::clone(route),
            decisions: self.decisions.clone(),
            // In the order of `Ending`.
            endings: Ending::ALL.map(|one| ending(one.as_str())),
            latencies: self.board.of_route(route),
            decision_seconds: self.decision_seconds.get_or_create_owned(&label),
            decision_fuel: self.decision_fuel.get_or_create_owned(&label),
            cost: self.cost.get_or_create_owned(&label),
            set_aside: self.set_aside.get_or_create_owned(&label),
            log_dropped: self.log_dropped.get_or_create_owned(&label),
            shadowed: self.shadowed.clone(),
            rolled_back: self.rolled_back.clone(),
            counted: Arc::default(),
        }
    }

    /// The counters of a target.
    #[must_use]
    pub fn target(&self, target: &Arc<str>, provider: &Arc<str>) -> TargetMetrics {
        let tokens =
            |direction| self.tokens.get_or_create_owned(&TokenLabels { target: target.to_string(), direction });
        TargetMetrics {
            target: Arc::clone(target),
            served: self.attempts.get_or_create_owned(&AttemptLabels { target: target.to_string(), outcome: "ok" }),
            attempts: self.attempts.clone(),
            provider: Arc::clone(provider),
            operator_faults: self.operator_faults.clone(),
            implausible_usage: self.implausible_usage.clone(),
            latencies: self.board.of_target(target),
            unknown_finish_reasons: self.unknown_finish_reasons.clone(),
            input_tokens: tokens("input"),
            output_tokens: tokens("output"),
            resends: self.resends.get_or_create_owned(&TargetLabel { target: target.to_string() }),
        }
    }

    /// Counts a request that was refused before it had a route.
    pub fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&RefusalLabels { reason }).inc();
    }

    /// Counts a threshold that a budget has crossed.
    pub fn crossed(&self, budget: &str, threshold: u8) {
        let labels = ThresholdLabels { budget: budget.to_owned(), percent: threshold.into() };
        self.thresholds.get_or_create(&labels).inc();
    }

    /// Everything, in Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string fails only when memory does.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}
