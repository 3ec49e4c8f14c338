//! The requests that wait: a durable queue in a file of its own. Each change of a job's state is one transaction that
//! names the state it expects, so that no job is lost and none runs twice at once, whoever else looks at the file. What
//! a job means, and who runs it, is `deferral/`.

mod depth;
mod job;
mod pause;
mod review;

pub use depth::{Depth, Standing};
pub use job::{Job, JobRequest, JobState, NewJob, Payer, Response};
pub use pause::Pause;
pub use review::Verdict;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use super::files::Kind;
use super::rows::{int, uint};
use crate::config::Name;

/// The queue's file. Calls block, and wait for one another.
#[derive(Debug)]
pub struct Jobs {
    connection: Mutex<Connection>,
    path: PathBuf,
}

/// What a new job met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is on disk.
    Queued,
    /// Its tenant has as many waiting as it may.
    Full,
}

/// Where a job goes on that was put off again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The queue.
    pub queue: Name,
    /// Whether people decide first.
    pub review: bool,
    /// The instant before which it does not run, in milliseconds since the Unix epoch.
    pub not_before: u64,
    /// The instant at which it is given up.
    pub expires_at: u64,
    /// How many tries it may have in all; none: as many as it had.
    pub allowance: Option<u32>,
}

impl Jobs {
    /// Opens the queue of that folder, and makes the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let connection = Mutex::new(Kind::Queue.open_to_write(dir)?);
        Ok(Self { connection, path: Kind::Queue.path(dir) })
    }

    /// Puts a job into its queue, unless its tenant has `per_tenant` waiting there. It is on disk when this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put(&self, job: &NewJob, per_tenant: u32) -> Result<Put, StoreError> {
        self.change(|connection| {
            let waiting: u32 = connection
                .prepare_cached(
                    "SELECT COUNT(*) FROM jobs WHERE tenant = ? AND queue = ? AND state IN ('waiting', 'running', 'review')",
                )?
                .query_row((&*job.request.tenant, &*job.next.queue), |row| row.get(0))?;
            if waiting >= per_tenant {
                return Ok(Put::Full);
            }
            job::insert(connection, job)?;
            Ok(Put::Queued)
        })
    }

    /// Takes the job of a queue that has waited longest and may run now; it is `running` from then on, one try more.
    /// Those of `left` stay where they are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn claim(&self, queue: &str, now: u64, left: &[Payer]) -> Result<Option<Job>, StoreError> {
        self.change(|connection| {
            let left = job::as_json(&left)?;
            let question = format!(
                "UPDATE jobs SET state = 'running', tries = tries + 1 WHERE number = (SELECT number FROM jobs j \
                 WHERE j.state = 'waiting' AND j.queue = ?1 AND j.not_before <= ?2 AND j.expires_at > ?2 \
                 AND NOT EXISTS (SELECT 1 FROM json_each(?3) l WHERE l.value ->> 'tenant' = j.tenant \
                 AND l.value ->> 'key' = j.key AND l.value ->> 'route' = j.route) \
                 AND NOT EXISTS (SELECT 1 FROM pauses p WHERE {}) ORDER BY j.number LIMIT 1) RETURNING *",
                pause::COVERS
            );
            connection.prepare_cached(&question)?.query_row(params![queue, int(now), left], job::read).optional()
        })
    }

    /// Ends a job that runs with what became of it; `false` where it does not run any more, being cancelled.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(&self, id: &str, state: JobState, response: &Response, now: u64) -> Result<bool, StoreError> {
        self.change(|connection| {
            job::finish(connection, id, "state = 'running'", state, Some(response), now).map(|changed| changed > 0)
        })
    }

    /// Lets a job that runs wait again; `false` where it does not run any more.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn again(&self, id: &str, next: &Next) -> Result<bool, StoreError> {
        self.change(|connection| {
            let state = if next.review { JobState::Review } else { JobState::Waiting };
            let changed = connection
                .prepare_cached(
                    "UPDATE jobs SET state = ?, queue = ?, not_before = ?, expires_at = ?, review_target = NULL, \
                     allowance = COALESCE(?, allowance) WHERE id = ? AND state = 'running'",
                )?
                .execute(params![
                    state.as_str(),
                    &*next.queue,
                    int(next.not_before),
                    int(next.expires_at),
                    next.allowance,
                    id
                ])?;
            Ok(changed > 0)
        })
    }

    /// Gives a job back that was taken and not run to its end, as if it had not been taken; it does not run before that
    /// instant.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn give_back(&self, id: &str, not_before: u64) -> Result<(), StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached(
                    "UPDATE jobs SET state = 'waiting', tries = MAX(tries - 1, 0), not_before = MAX(not_before, ?) \
                     WHERE id = ? AND state = 'running'",
                )?
                .execute(params![int(not_before), id])
                .map(drop)
        })
    }

    /// After a start: what ran when the process ended waits again. Gives how many there were. Only for the one process
    /// that serves.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn recover(&self) -> Result<usize, StoreError> {
        self.change(|connection| connection.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'running'", []))
    }

    /// Cancels a tenant's job that is not finished. Gives it as it is then; none where the tenant has none of that id.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn cancel(&self, id: &str, tenant: &str, now: u64) -> Result<Option<Job>, StoreError> {
        self.change(|connection| {
            let Some(job) = job::find(connection, id)?.filter(|job| &*job.request.tenant == tenant) else {
                return Ok(None);
            };
            let open = "state IN ('waiting', 'running', 'review')";
            let changed = job::finish(connection, id, open, JobState::Cancelled, None, now)?;
            if changed == 0 { Ok(Some(job)) } else { job::find(connection, id) }
        })
    }

    /// A job.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn job(&self, id: &str) -> Result<Option<Job>, StoreError> {
        self.change(|connection| job::find(connection, id))
    }

    /// Ends what has waited too long, with this answer for its caller. Gives how many there were.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn expire(&self, response: &Response, now: u64) -> Result<usize, StoreError> {
        self.change(|connection| {
            let due = connection
                .prepare_cached(
                    "SELECT id FROM jobs WHERE state IN ('waiting', 'review') AND expires_at <= ? ORDER BY number LIMIT 500",
                )?
                .query_map([int(now)], |row| row.get(0))?
                .collect::<Result<Vec<String>, _>>()?;
            let open = "state IN ('waiting', 'review')";
            for id in &due {
                job::finish(connection, id, open, JobState::Expired, Some(response), now)?;
            }
            Ok(due.len())
        })
    }

    /// Finished jobs that nobody was told of yet, the oldest first, some of them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unannounced(&self) -> Result<Vec<Job>, StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached(
                    "SELECT * FROM jobs WHERE finished_at IS NOT NULL AND announced = 0 ORDER BY finished_at LIMIT 100",
                )?
                .query_map([], job::read)?
                .collect()
        })
    }

    /// Notes that whoever wants to know of a finished job has been told.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn announced(&self, id: &str) -> Result<(), StoreError> {
        self.change(|connection| {
            connection.prepare_cached("UPDATE jobs SET announced = 1 WHERE id = ?")?.execute([id]).map(drop)
        })
    }

    /// Deletes what was finished, has been announced and was kept for its time. Gives how many there were.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, now: u64) -> Result<usize, StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached(
                    "DELETE FROM jobs WHERE finished_at IS NOT NULL AND announced = 1 AND finished_at + kept_for <= ?",
                )?
                .execute([int(now)])
        })
    }

    /// How many jobs wait, run or are under review, by queue.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn depths(&self) -> Result<BTreeMap<Name, u32>, StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached(
                    "SELECT queue, COUNT(*) FROM jobs WHERE state IN ('waiting', 'running', 'review') GROUP BY queue",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// How many jobs are in each state, by queue.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn counts(&self) -> Result<Vec<(Name, String, u64)>, StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached("SELECT queue, state, COUNT(*) FROM jobs GROUP BY queue, state ORDER BY queue, state")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2).map(uint)?)))?
                .collect()
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction, which no other process interleaves with.
    fn change<T>(&self, change: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let done = || {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let changed = change(&transaction)?;
            transaction.commit().map(|()| changed)
        };
        done().map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests;
