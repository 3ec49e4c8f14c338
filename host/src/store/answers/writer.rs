//! The one writer of the store of answers: takes what comes, keeps the limits, and deletes what has expired.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;

use super::{Purpose, StoredAnswer};
use crate::config::{AnswerLimits, Name};
use crate::gateway::now_ms;
use crate::store::rows::{int, uint};

/// Answers of one transaction, at most: a commit costs far more than what is in it.
const BATCH: usize = 64;

/// How often what has expired is deleted; it is not found meanwhile.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// Answers that one sweep deletes at most, so that it does not hold up those that come.
const SWEPT_AT_ONCE: u32 = 500;

pub(super) enum Message {
    /// An answer, and whom to tell when it is there.
    Keep(Box<StoredAnswer>, oneshot::Sender<()>),
    Close,
}

/// How much is kept of a tenant for a purpose.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    entries: u64,
    bytes: u64,
}

/// The writer with its connection.
pub(super) struct Writer {
    connection: Connection,
    limits: AnswerLimits,
    held: HashMap<(Name, i64), Held>,
    failures: Counter,
    is_failing: bool,
}

impl Writer {
    pub(super) fn new(connection: Connection, limits: AnswerLimits, failures: Counter) -> rusqlite::Result<Self> {
        let held = held(&connection)?;
        Ok(Self { connection, limits, held, failures, is_failing: false })
    }

    /// Until it is told to end, or nobody can hand anything over any more.
    pub(super) fn run(mut self, queue: &Receiver<Message>) {
        loop {
            let mut batch = Vec::new();
            let mut is_open = match queue.recv_timeout(SWEEP_EVERY) {
                Ok(message) => take(message, &mut batch),
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => false,
            };
            while is_open && batch.len() < BATCH {
                let Ok(message) = queue.try_recv() else { break };
                is_open = take(message, &mut batch);
            }
            self.write(batch);
            if !is_open {
                return;
            }
        }
    }

    /// Writes a batch and deletes what is too old or too much, all or nothing. What cannot be written is dropped.
    fn write(&mut self, batch: Vec<(Box<StoredAnswer>, oneshot::Sender<()>)>) {
        match self.commit(&batch) {
            Ok(()) => {
                if std::mem::take(&mut self.is_failing) {
                    tracing::info!("answers are kept again");
                }
                for (_, done) in batch {
                    // An error means that nobody waits for it.
                    let _ = done.send(());
                }
            }
            Err(error) => {
                self.failures.inc_by(batch.len().max(1) as u64);
                if !std::mem::replace(&mut self.is_failing, true) {
                    tracing::warn!(%error, "answers cannot be kept; they are dropped until the disk takes them again");
                }
                // What was counted within the transaction did not happen.
                if let Ok(held) = held(&self.connection) {
                    self.held = held;
                }
            }
        }
    }

    fn commit(&mut self, batch: &[(Box<StoredAnswer>, oneshot::Sender<()>)]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        for (answer, _) in batch {
            insert(&transaction, &mut self.held, self.limits, answer)?;
        }
        sweep(&transaction, &mut self.held, now_ms())?;
        transaction.commit()
    }
}

/// Whether there may be more messages after this one.
fn take(message: Message, batch: &mut Vec<(Box<StoredAnswer>, oneshot::Sender<()>)>) -> bool {
    match message {
        Message::Keep(answer, done) => {
            batch.push((answer, done));
            true
        }
        Message::Close => false,
    }
}

fn held(connection: &Connection) -> rusqlite::Result<HashMap<(Name, i64), Held>> {
    let mut statement =
        connection.prepare("SELECT tenant, purpose, COUNT(*), SUM(size) FROM answers GROUP BY tenant, purpose")?;
    let rows = statement.query_map([], |row| {
        let held = Held { entries: row.get(2).map(uint)?, bytes: row.get(3).map(uint)? };
        Ok(((row.get(0)?, row.get(1)?), held))
    })?;
    rows.collect()
}

/// Puts an answer in the place of the one with its key, and makes room for it: the oldest of its tenant go.
fn insert(
    connection: &Connection,
    held: &mut HashMap<(Name, i64), Held>,
    limits: AnswerLimits,
    answer: &StoredAnswer,
) -> rusqlite::Result<()> {
    let size = answer.body.len() as u64;
    if size > limits.max_bytes {
        return Ok(());
    }
    let purpose = answer.purpose.code();
    remove(connection, held, "purpose = ?1 AND key = ?2", params![purpose, answer.key])?;
    let group = (answer.tenant.clone(), purpose);
    loop {
        let now = held.get(&group).copied().unwrap_or_default();
        if now.entries < limits.max_entries && now.bytes + size <= limits.max_bytes {
            break;
        }
        let oldest = "id = (SELECT id FROM answers WHERE tenant = ?1 AND purpose = ?2 ORDER BY id LIMIT 1)";
        if !remove(connection, held, oldest, params![&*answer.tenant, purpose])? {
            break;
        }
    }
    let head =
        serde_json::to_string(&answer.head).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection
        .prepare_cached(
            "INSERT INTO answers (purpose, key, tenant, request, request_id, stored_at, expires_at, head, is_stream, \
             size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            purpose,
            answer.key,
            &*answer.tenant,
            answer.request,
            &*answer.request_id,
            int(answer.stored_at),
            int(answer.expires_at),
            head,
            answer.is_stream,
            int(size),
            &answer.body[..],
        ])?;
    let now = held.entry(group).or_default();
    now.entries += 1;
    now.bytes += size;
    Ok(())
}

/// Deletes the one answer of which this holds; whether there was one.
fn remove(
    connection: &Connection,
    held: &mut HashMap<(Name, i64), Held>,
    which: &str,
    parameters: impl rusqlite::Params,
) -> rusqlite::Result<bool> {
    let mut statement =
        connection.prepare_cached(&format!("DELETE FROM answers WHERE {which} RETURNING tenant, purpose, size"))?;
    let gone = statement.query_row(parameters, |row| Ok(((row.get(0)?, row.get(1)?), row.get(2).map(uint)?)));
    let Some((group, size)) = gone.optional()? else { return Ok(false) };
    let now = held.entry(group).or_default();
    now.entries = now.entries.saturating_sub(1);
    now.bytes = now.bytes.saturating_sub(size);
    Ok(true)
}

/// Deletes some of what has expired.
fn sweep(connection: &Connection, held: &mut HashMap<(Name, i64), Held>, now_ms: u64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("SELECT id FROM answers WHERE expires_at <= ? LIMIT ?")?;
    let expired: Vec<i64> =
        statement.query_map((int(now_ms), SWEPT_AT_ONCE), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in expired {
        remove(connection, held, "id = ?1", params![id])?;
    }
    Ok(())
}

impl Purpose {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 2] = [Self::Replay, Self::Cache];
}
