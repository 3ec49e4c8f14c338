//! From a threshold that settled spend has crossed to an event: once a period, however often it is seen, also across
//! restarts. It is logged, counted, kept, and told to the budget's webhook.

use serde_json::json;
use tokio::sync::mpsc;

use crate::account::Crossing;
use crate::config::BudgetPeriod;
use crate::gateway::now_ms;
use crate::policy::Digest;
use crate::store::Event;
use crate::telemetry::metrics::Metrics;
use crate::webhook::Webhooks;

/// Takes crossings from requests, which do not wait for what becomes of them.
#[derive(Debug, Clone)]
pub struct Thresholds(mpsc::UnboundedSender<Crossing>);

impl Thresholds {
    /// The two ends: where requests put crossings, and where [`work`] takes them.
    #[must_use]
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Crossing>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Hands crossings over. There are few: a budget has at most eight thresholds.
    pub fn crossed(&self, crossings: Vec<Crossing>) {
        for crossing in crossings {
            // Where nobody takes it the gateway ends, and the next start sees it again.
            let _ = self.0.send(crossing);
        }
    }
}

/// Makes events of crossings until the last sender is gone.
pub async fn work(
    mut crossings: mpsc::UnboundedReceiver<Crossing>,
    webhooks: Webhooks,
    metrics: std::sync::Arc<Metrics>,
) {
    while let Some(crossing) = crossings.recv().await {
        let event = event(&crossing);
        match webhooks.send(event.clone()).await {
            Ok(true) => {
                let (budget, threshold) = (&*crossing.budget.id, crossing.threshold);
                metrics.crossed(budget, threshold);
                tracing::warn!(budget, threshold, event = event.id, "a budget has reached a threshold");
            }
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "an event could not be kept; the next start makes it again"),
        }
    }
}

/// The event of a crossing. Its id follows from the budget, the period and the threshold; of a prepaid budget, whose period
/// never ends, from what was paid in.
fn event(crossing: &Crossing) -> Event {
    let Crossing { budget, threshold, period_start, spent } = crossing;
    let begins = match budget.period {
        BudgetPeriod::Prepaid => budget.limit.0,
        BudgetPeriod::Day | BudgetPeriod::Month => *period_start,
    };
    let named = format!("{}\n{}\n{begins}\n{threshold}", budget.id, budget.period.as_str());
    let id = format!("evt_{}", &Digest::of(named.as_bytes()).to_string()[..32]);
    let at = now_ms();
    let body = json!({
        "id": id,
        "type": "budget.threshold",
        "created": at,
        "budget": &*budget.id,
        "scope": { budget.scope.kind(): budget.scope.name() },
        "period": budget.period.as_str(),
        "period_start": period_start,
        "threshold_percent": threshold,
        "spent_usd": spent.to_string(),
        "limit_usd": budget.limit.to_string(),
    });
    Event { id, kind: "budget.threshold", at, body: body.to_string(), webhook: budget.webhook.clone() }
}
