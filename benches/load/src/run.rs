//! A run: connections that send side by side until time or count is up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::Options;
use crate::connection::{Connection, Expected};
use crate::report::Report;

/// Request bodies have about this many bytes: a system prompt and a question.
const REQUEST_BYTES: usize = 900;

/// An answer that takes longer is an error.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause after an error, so that a server that refuses is not flooded.
const AFTER_ERROR: Duration = Duration::from_millis(10);

/// What all connections share.
struct Plan {
    options: Options,
    request: Vec<u8>,
    expected: Expected,
    begin: Instant,
    end: Instant,
    /// Requests begun so far; at a fixed rate also the place of the next one in the timetable.
    begun: AtomicU64,
}

/// Runs to the end.
pub(crate) async fn run(options: &Options) -> Report {
    let begin = Instant::now();
    let plan = Arc::new(Plan {
        request: request(options),
        expected: if options.stream { Expected::Stream { events: options.events } } else { Expected::Plain },
        begin,
        end: begin + Duration::from_secs(options.seconds.get().into()),
        begun: AtomicU64::new(0),
        options: options.clone(),
    });
    let mut connections = JoinSet::new();
    for _ in 0..options.connections.get() {
        connections.spawn(send(Arc::clone(&plan)));
    }
    let mut report = Report::default();
    while let Some(of_one) = connections.join_next().await {
        match of_one {
            Ok(of_one) => report.add(of_one),
            Err(error) => report.failed(&error.into()),
        }
    }
    report.finish(begin.elapsed())
}

/// Sends over one connection, and over a new one after an error.
async fn send(plan: Arc<Plan>) -> Report {
    let mut report = Report::default();
    let mut connection = None;
    while let Some(due) = plan.next().await {
        match tokio::time::timeout(PATIENCE, exchange(&plan, &mut connection)).await {
            Ok(Ok(first_byte)) => report.answered(due.elapsed(), first_byte.duration_since(due)),
            Ok(Err(error)) => {
                report.failed(&error);
                connection = None;
                tokio::time::sleep(AFTER_ERROR).await;
            }
            Err(elapsed) => {
                report.failed(&elapsed.into());
                connection = None;
            }
        }
    }
    report
}

async fn exchange(plan: &Plan, connection: &mut Option<Connection>) -> anyhow::Result<Instant> {
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(Connection::open(plan.options.address).await?),
    };
    connection.exchange(&plan.request, plan.expected).await
}

impl Plan {
    /// Waits for the next request's turn; from when on its latency counts, and none when the run is over.
    ///
    /// At a fixed rate a request that comes late because answers are slow counts from when it was due; one that comes
    /// late because the timer is coarse does not.
    async fn next(&self) -> Option<Instant> {
        let place = self.begun.fetch_add(1, Ordering::Relaxed);
        if place >= self.options.requests || Instant::now() >= self.end {
            return None;
        }
        let Some(rate) = self.options.rate else { return Some(Instant::now()) };
        let due = self.begin + Duration::from_secs(1).mul_f64(place as f64 / f64::from(rate.get()));
        if due >= self.end {
            return None;
        }
        let now = Instant::now();
        if due <= now {
            return Some(due);
        }
        tokio::time::sleep_until(due.into()).await;
        Some(Instant::now())
    }
}

/// The bytes of the request that is sent over and over.
fn request(options: &Options) -> Vec<u8> {
    let system = "You answer questions about the harbour, its ships and its tides, briefly and without guessing. ";
    let mut body = json!({
        "model": options.model,
        "messages": [{"role": "system", "content": ""}, {"role": "user", "content": "When does the next ship sail?"}],
        "temperature": 0.2,
        "max_tokens": 200,
    });
    if options.stream {
        body["stream"] = json!(true);
    }
    let room = REQUEST_BYTES.saturating_sub(body.to_string().len());
    body["messages"][0]["content"] = system.chars().cycle().take(room).collect::<String>().into();
    let body = body.to_string();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         accept: */*\r\nuser-agent: fingerpost-load\r\ncontent-length: {}\r\n\r\n",
        options.address,
        options.key,
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}
