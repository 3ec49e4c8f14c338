//! What a run amounts to.

use std::fmt;
use std::time::Duration;

use serde_json::json;

/// The answers of a run, or of one of its connections.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Microseconds to the end of each answer.
    pub(crate) latencies: Vec<u32>,
    /// Microseconds to the first byte of the body of each answer.
    pub(crate) first_bytes: Vec<u32>,
    /// Requests without a right answer.
    pub(crate) errors: u64,
    /// What was wrong with one of them.
    pub(crate) an_error: Option<String>,
    /// How long it took.
    pub(crate) elapsed: Duration,
}

impl Report {
    /// Notes an answer.
    pub(crate) fn answered(&mut self, latency: Duration, first_byte: Duration) {
        self.latencies.push(micros(latency));
        self.first_bytes.push(micros(first_byte));
    }

    /// Notes a failure.
    pub(crate) fn failed(&mut self, error: &anyhow::Error) {
        self.errors += 1;
        self.an_error.get_or_insert_with(|| format!("{error:#}"));
    }

    /// Adds what another connection saw in the same time.
    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.first_bytes.extend(other.first_bytes);
        self.errors += other.errors;
        self.an_error = self.an_error.take().or(other.an_error);
    }

    /// Sorts, so that quantiles can be read.
    pub(crate) fn finish(mut self, elapsed: Duration) -> Self {
        self.latencies.sort_unstable();
        self.first_bytes.sort_unstable();
        self.elapsed = elapsed;
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64();
        let report = json!({
            "requests": self.latencies.len(),
            "errors": self.errors,
            "an_error": self.an_error,
            "seconds": seconds,
            "per_second": self.latencies.len() as f64 / seconds,
            "p50_us": quantile(&self.latencies, 0.50),
            "p99_us": quantile(&self.latencies, 0.99),
            "first_byte_p50_us": quantile(&self.first_bytes, 0.50),
            "first_byte_p99_us": quantile(&self.first_bytes, 0.99),
        });
        write!(f, "{report}")
    }
}

fn micros(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}

/// The smallest value that so large a share does not exceed.
pub(crate) fn quantile(sorted: &[u32], share: f64) -> Option<u32> {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}
