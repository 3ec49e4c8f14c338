//! A job as a row, and a row as a job again.

use std::sync::Arc;

use bytes::Bytes;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::super::rows::{int, json, uint};
use super::Next;
use crate::config::Name;

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It runs when its time has come and the queue has a place.
    Waiting,
    /// It runs.
    Running,
    /// People decide what becomes of it.
    Review,
    /// It has its answer.
    Done,
    /// It has an error for an answer.
    Failed,
    /// Its caller took it back.
    Cancelled,
    /// It has waited too long.
    Expired,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Waiting, Self::Running, Self::Review, Self::Done, Self::Failed, Self::Cancelled, Self::Expired];

    /// Its name in the file, in answers and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Review => "review",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled | Self::Expired)
    }
}

/// What was asked, and by whom: it stays as it is while the job lives. It holds names, never a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRequest {
    /// The job's id.
    pub id: Arc<str>,
    /// Who pays.
    pub tenant: Name,
    /// The name of the key that it came with.
    pub key: Name,
    /// Its route.
    pub route: Name,
    /// The class that it was decided as when it was put off first.
    pub class: Name,
    /// The id of the request that became the job.
    pub request_id: Arc<str>,
    /// What its caller claimed in headers.
    pub headers: Vec<(String, String)>,
    /// Its attributes: name, value, source.
    pub attributes: Vec<(String, String, String)>,
    /// Its body, which asks for no stream; empty once the job is finished.
    pub body: Bytes,
    /// When it arrived, in milliseconds since the Unix epoch.
    pub since: u64,
    /// The webhook that hears of the job's end.
    pub webhook: Option<Name>,
}

/// Whose rate limits a job counts against.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Payer {
    /// The tenant.
    pub tenant: Name,
    /// The name of the key.
    pub key: Name,
    /// The route.
    pub route: Name,
}

impl JobRequest {
    /// Whose rate limits it counts against.
    #[must_use]
    pub fn payer(&self) -> Payer {
        Payer { tenant: self.tenant.clone(), key: self.key.clone(), route: self.route.clone() }
    }
}

/// A request that is put off for the first time.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What was asked.
    pub request: JobRequest,
    /// How many tries it may have.
    pub allowance: u32,
    /// How long what becomes of it is kept, in milliseconds.
    pub kept_for: u64,
    /// Where it waits, and for how long.
    pub next: Next,
}

/// What became of a job, as its caller would have seen it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that are the gateway's own.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What was asked.
    pub request: JobRequest,
    /// The queue that it is in, or was in last.
    pub queue: Name,
    /// Tries, the present one included.
    pub tries: u32,
    /// How many it may have.
    pub allowance: u32,
    /// When it may run.
    pub not_before: u64,
    /// When it is given up.
    pub expires_at: u64,
    /// How far it has come.
    pub state: JobState,
    /// The id of the target that a reviewer chose.
    pub review_target: Option<Name>,
    /// Who decided about it last.
    pub reviewed_by: Option<Box<str>>,
    /// When.
    pub reviewed_at: Option<u64>,
    /// What: `approve`, `retarget`, or `reject` with its reason.
    pub verdict: Option<Box<str>>,
    /// What became of it.
    pub response: Option<Response>,
    /// When it was finished.
    pub finished_at: Option<u64>,
}

pub(super) fn insert(connection: &Connection, job: &NewJob) -> rusqlite::Result<()> {
    let state = if job.next.review { JobState::Review } else { JobState::Waiting };
    let request = &job.request;
    connection
        .prepare_cached(
            "INSERT INTO jobs (id, queue, tenant, key, route, class, request_id, headers, attributes, body, since, \
             tries, allowance, not_before, expires_at, kept_for, state, webhook) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            &*request.id,
            &*job.next.queue,
            &*request.tenant,
            &*request.key,
            &*request.route,
            &*request.class,
            &*request.request_id,
            as_json(&request.headers)?,
            as_json(&request.attributes)?,
            &request.body[..],
            int(request.since),
            job.allowance,
            int(job.next.not_before),
            int(job.next.expires_at),
            int(job.kept_for),
            state.as_str(),
            request.webhook.as_deref(),
        ])
        .map(drop)
}

/// A job as it is.
pub(super) fn find(connection: &Connection, id: &str) -> rusqlite::Result<Option<Job>> {
    connection.prepare_cached("SELECT * FROM jobs WHERE id = ?")?.query_row([id], read).optional()
}

/// Ends the job if it is in one of those states; how many it was.
pub(super) fn finish(
    connection: &Connection,
    id: &str,
    from: &str,
    state: JobState,
    response: Option<&Response>,
    now: u64,
) -> rusqlite::Result<usize> {
    let headers = response.map(|response| as_json(&response.headers)).transpose()?;
    // What was asked is not needed any more, and may be what nobody should read.
    let statement = format!(
        "UPDATE jobs SET state = ?, status = ?, answer_headers = ?, answer = ?, finished_at = ?, body = x'' \
         WHERE id = ? AND {from}"
    );
    connection.prepare_cached(&statement)?.execute(params![
        state.as_str(),
        response.map(|response| response.status),
        headers,
        response.map(|response| &response.body[..]),
        int(now),
        id
    ])
}

pub(super) fn as_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    let state: String = row.get("state")?;
    let known = JobState::ALL.into_iter().find(|known| known.as_str() == state);
    Ok(Job {
        request: request(row)?,
        queue: row.get("queue")?,
        tries: row.get("tries")?,
        allowance: row.get("allowance")?,
        not_before: row.get("not_before").map(uint)?,
        expires_at: row.get("expires_at").map(uint)?,
        state: known.ok_or_else(|| FromSqlError::Other(format!("`{state}` is no state of a job").into()))?,
        review_target: row.get("review_target")?,
        reviewed_by: row.get("reviewed_by")?,
        reviewed_at: row.get::<_, Option<i64>>("reviewed_at")?.map(uint),
        verdict: row.get("verdict")?,
        response: response(row)?,
        finished_at: row.get::<_, Option<i64>>("finished_at")?.map(uint),
    })
}

fn request(row: &Row<'_>) -> rusqlite::Result<JobRequest> {
    Ok(JobRequest {
        id: row.get("id")?,
        tenant: row.get("tenant")?,
        key: row.get("key")?,
        route: row.get("route")?,
        class: row.get("class")?,
        request_id: row.get("request_id")?,
        headers: json(row, "headers")?,
        attributes: json(row, "attributes")?,
        body: row.get::<_, Vec<u8>>("body")?.into(),
        since: row.get("since").map(uint)?,
        webhook: row.get("webhook")?,
    })
}

fn response(row: &Row<'_>) -> rusqlite::Result<Option<Response>> {
    let Some(status) = row.get("status")? else { return Ok(None) };
    let body = row.get::<_, Option<Vec<u8>>>("answer")?.unwrap_or_default().into();
    Ok(Some(Response { status, headers: json(row, "answer_headers")?, body }))
}
