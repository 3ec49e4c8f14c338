//! How full the queues of deferred requests are. Unlike what is counted, this is looked up when somebody asks.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use crate::config::Name;
use crate::store::queue::{Depth, Standing};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct QueueLabels {
    queue: String,
    state: &'static str,
}

/// Gauges by queue and state.
#[derive(Debug, Default)]
pub struct QueueMetrics {
    pub(super) jobs: Family<QueueLabels, Gauge>,
    pub(super) oldest: Family<QueueLabels, Gauge>,
    /// The queues that have gauges.
    shown: Mutex<BTreeSet<Name>>,
}

impl QueueMetrics {
    /// Shows the depths as of now (milliseconds since the Unix epoch). Queues of the config have all four states, also
    /// when they are empty; one that the config has no more goes with its last job.
    pub fn show<'a>(&self, of_config: impl Iterator<Item = &'a Name>, depths: &'a [Depth], now: u64) {
        let queues: BTreeSet<Name> = of_config.chain(depths.iter().map(|depth| &depth.queue)).cloned().collect();
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        for (queue, standing) in pairs(shown.difference(&queues)) {
            let labels = labels(queue, standing);
            self.jobs.remove(&labels);
            self.oldest.remove(&labels);
        }
        for (queue, standing) in pairs(queues.iter()) {
            let depth = depths.iter().find(|depth| depth.queue == *queue && depth.standing == standing);
            let (jobs, age_ms) = depth.map_or((0, 0), |depth| (depth.jobs, now.saturating_sub(depth.oldest)));
            let labels = labels(queue, standing);
            self.jobs.get_or_create(&labels).set(i64::try_from(jobs).unwrap_or(i64::MAX));
            self.oldest.get_or_create(&labels).set(i64::try_from(age_ms / 1_000).unwrap_or(i64::MAX));
        }
        *shown = queues;
    }
}

fn pairs<'a>(queues: impl Iterator<Item = &'a Name>) -> impl Iterator<Item = (&'a Name, Standing)> {
    queues.flat_map(|queue| Standing::ALL.map(|standing| (queue, standing)))
}

fn labels(queue: &Name, standing: Standing) -> QueueLabels {
    QueueLabels { queue: queue.to_string(), state: standing.as_str() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_shows_all_its_states_and_goes_when_the_config_has_it_no_more() {
        let metrics = QueueMetrics::default();
        let depth = Depth { queue: "old".into(), standing: Standing::Waiting, jobs: 3, oldest: 1_000 };
        let later: Name = "later".into();
        metrics.show([&later].into_iter(), &[depth], 9_500);
        let shown = |queue: &str, standing| {
            let labels = labels(&queue.into(), standing);
            metrics.jobs.get(&labels).map(|gauge| gauge.get()).zip(metrics.oldest.get(&labels).map(|gauge| gauge.get()))
        };
        assert_eq!(shown("old", Standing::Waiting), Some((3, 8)));
        assert_eq!((shown("old", Standing::Paused), shown("later", Standing::Review)), (Some((0, 0)), Some((0, 0))));
        metrics.show([&later].into_iter(), &[], 9_500);
        assert_eq!((shown("old", Standing::Waiting), shown("later", Standing::Waiting)), (None, Some((0, 0))));
    }
}
