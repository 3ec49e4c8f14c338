//! A record as rows, and rows as a record again. Both ways are in one file, so that a column cannot be written and not
//! read.

use std::sync::Arc;

use rusqlite::types::{FromSql, FromSqlError};
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use crate::config::TrafficClass;
use crate::ledger::{CostState, Ending, Entry, Place, PolicyMark, Record, Reported, TierChange, Who};
use crate::money::NanoUsd;
use crate::price::{Parts, ServiceTier};

/// A record that was written before is left alone, so that a batch whose commit may or may not have arrived can simply
/// be written again.
const INSERT_RECORD: &str = "INSERT INTO records (request_id, received_at, tenant, key, user, application, feature, \
    workflow, session, route, class, streaming, requested_model, intended_target, intended_provider, intended_model, \
    serving_target, serving_provider, serving_model, fallback_reason, degraded, tier_change, ending, status, \
    latency_before_fallback_ms, first_token_ms, latency_ms, input_tokens, output_tokens, cost, retry_cost, cost_known, \
    policy_name, policy_digest, decisions, session_moved_from, charge, replayed_from, answered, job, reserved_at) VALUES \
    (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (request_id) DO NOTHING";

const INSERT_ENTRY: &str = "INSERT INTO entries (record, place_in_record, number, target, provider, model, served, \
    started_ms, duration_ms, first_token_ms, outcome, status, code, detail, fault, input_tokens, output_tokens, cost, \
    cost_state, cached_input_tokens, cache_write_tokens, audio_input_tokens, reasoning_tokens, audio_output_tokens, \
    images, service_tier, price_version, exposure, charge, usage_doubt, reported_input_tokens, reported_output_tokens, \
    reported_cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// The prepared statements of a batch.
pub(super) struct Inserts<'a> {
    connection: &'a Connection,
    record: rusqlite::CachedStatement<'a>,
    entry: rusqlite::CachedStatement<'a>,
}

impl<'a> Inserts<'a> {
    /// Prepares them, or finds them prepared.
    pub(super) fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        let record = connection.prepare_cached(INSERT_RECORD)?;
        Ok(Self { connection, record, entry: connection.prepare_cached(INSERT_ENTRY)? })
    }

    /// Writes one record with its entries; `false` where the ledger has its id already.
    pub(super) fn insert(&mut self, record: &Record) -> rusqlite::Result<bool> {
        if insert_record(&mut self.record, record)? == 0 {
            return Ok(false);
        }
        let id = self.connection.last_insert_rowid();
        let served = record.serving_attempt();
        for (place, entry) in record.attempts.iter().enumerate() {
            insert_entry(&mut self.entry, id, place, served == Some(place), entry)?;
        }
        Ok(true)
    }
}

fn insert_record(statement: &mut Statement<'_>, r: &Record) -> rusqlite::Result<usize> {
    let decisions =
        serde_json::to_string(&r.decisions).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let intended = r.intended.as_ref();
    let serving = r.serving.as_ref();
    statement.execute(params![
        &*r.request_id,
        int(r.received_at),
        &*r.who.tenant,
        &*r.who.key,
        r.who.user.as_deref(),
        r.who.application.as_deref(),
        r.who.feature.as_deref(),
        r.who.workflow.as_deref(),
        r.who.session.as_deref(),
        &*r.route,
        r.class.as_str(),
        r.streaming,
        &*r.requested_model,
        intended.map(|place| &*place.target),
        intended.map(|place| &*place.provider),
        intended.map(|place| &*place.model),
        serving.map(|place| &*place.target),
        serving.map(|place| &*place.provider),
        serving.map(|place| &*place.model),
        r.fallback_reason.as_deref(),
        r.degraded.as_deref(),
        r.tier_change.as_str(),
        r.ending.as_str(),
        r.status,
        r.latency_before_fallback_ms.map(int),
        r.first_token_ms.map(int),
        int(r.latency_ms),
        int(r.input_tokens),
        int(r.output_tokens),
        int(r.cost.0),
        int(r.retry_cost.0),
        r.cost_known,
        r.policy.as_ref().map(|policy| &*policy.name),
        r.policy.as_ref().map(|policy| &*policy.digest),
        decisions,
        r.session_moved_from.as_deref(),
        int(r.charge.0),
        r.replayed_from.as_deref(),
        r.answered.as_deref(),
        r.job.as_deref(),
        int(r.reserved_at),
    ])
}

fn insert_entry(
    statement: &mut Statement<'_>,
    record: i64,
    place: usize,
    served: bool,
    e: &Entry,
) -> rusqlite::Result<usize> {
    let reported = e.reported.as_ref();
    statement.execute(params![
        record,
        int(place as u64),
        e.number,
        &*e.place.target,
        &*e.place.provider,
        &*e.place.model,
        served,
        int(e.started_ms),
        int(e.duration_ms),
        e.first_token_ms.map(int),
        &*e.outcome,
        e.status,
        e.code.as_deref(),
        e.detail.as_deref(),
        e.fault.as_deref(),
        int(e.input_tokens),
        int(e.output_tokens),
        int(e.cost.0),
        e.cost_state.as_str(),
        int(e.parts.cached_input),
        int(e.parts.cache_write),
        int(e.parts.audio_input),
        int(e.parts.reasoning),
        int(e.parts.audio_output),
        e.images,
        e.service_tier.as_str(),
        e.price_version.as_deref(),
        int(e.exposure.0),
        int(e.charge.0),
        reported.map(|reported| &*reported.doubt),
        reported.and_then(|reported| reported.input_tokens).map(int),
        reported.and_then(|reported| reported.output_tokens).map(int),
        reported.and_then(|reported| reported.cost).map(|cost| int(cost.0)),
    ])
}

/// As SQLite keeps it: held at the greatest integer that it has.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// As it was: nothing that this program wrote is negative.
pub(super) fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Finds the record of that row, with its entries.
pub(super) fn load(connection: &Connection, id: i64) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached("SELECT * FROM records WHERE id = ?")?;
    let Some(mut record) = statement.query_row([id], record).optional()? else { return Ok(None) };
    let mut statement = connection.prepare_cached("SELECT * FROM entries WHERE record = ? ORDER BY place_in_record")?;
    record.attempts = statement.query_map([id], entry)?.collect::<Result<_, _>>()?;
    Ok(Some(record))
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        request_id: row.get("request_id")?,
        received_at: unsigned(row, "received_at")?,
        reserved_at: unsigned(row, "reserved_at")?,
        who: Who {
            tenant: row.get("tenant")?,
            key: row.get("key")?,
            user: row.get("user")?,
            application: row.get("application")?,
            feature: row.get("feature")?,
            workflow: row.get("workflow")?,
            session: row.get("session")?,
        },
        route: row.get("route")?,
        class: named(row, "class", &TrafficClass::ALL, TrafficClass::as_str)?,
        streaming: row.get("streaming")?,
        requested_model: row.get("requested_model")?,
        intended: place(row, ["intended_target", "intended_provider", "intended_model"])?,
        serving: place(row, ["serving_target", "serving_provider", "serving_model"])?,
        fallback_reason: row.get("fallback_reason")?,
        degraded: row.get("degraded")?,
        tier_change: named(row, "tier_change", &TierChange::ALL, TierChange::as_str)?,
        session_moved_from: row.get("session_moved_from")?,
        replayed_from: row.get("replayed_from")?,
        answered: row.get("answered")?,
        job: row.get("job")?,
        ending: named(row, "ending", &Ending::ALL, Ending::as_str)?,
        status: row.get("status")?,
        latency_before_fallback_ms: row.get::<_, Option<i64>>("latency_before_fallback_ms")?.map(uint),
        first_token_ms: row.get::<_, Option<i64>>("first_token_ms")?.map(uint),
        latency_ms: unsigned(row, "latency_ms")?,
        input_tokens: unsigned(row, "input_tokens")?,
        output_tokens: unsigned(row, "output_tokens")?,
        cost: NanoUsd(unsigned(row, "cost")?),
        retry_cost: NanoUsd(unsigned(row, "retry_cost")?),
        charge: NanoUsd(unsigned(row, "charge")?),
        cost_known: row.get("cost_known")?,
        policy: policy(row)?,
        attempts: Vec::new(),
        decisions: json(row, "decisions")?,
    })
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        number: row.get("number")?,
        place: place(row, ["target", "provider", "model"])?.ok_or(FromSqlError::InvalidType)?,
        started_ms: unsigned(row, "started_ms")?,
        duration_ms: unsigned(row, "duration_ms")?,
        first_token_ms: row.get::<_, Option<i64>>("first_token_ms")?.map(uint),
        outcome: row.get("outcome")?,
        status: row.get("status")?,
        code: row.get("code")?,
        detail: row.get("detail")?,
        fault: row.get("fault")?,
        input_tokens: unsigned(row, "input_tokens")?,
        output_tokens: unsigned(row, "output_tokens")?,
        cost: NanoUsd(unsigned(row, "cost")?),
        cost_state: named(row, "cost_state", &CostState::ALL, CostState::as_str)?,
        parts: Parts {
            cached_input: unsigned(row, "cached_input_tokens")?,
            cache_write: unsigned(row, "cache_write_tokens")?,
            audio_input: unsigned(row, "audio_input_tokens")?,
            reasoning: unsigned(row, "reasoning_tokens")?,
            audio_output: unsigned(row, "audio_output_tokens")?,
        },
        images: row.get("images")?,
        service_tier: named(row, "service_tier", &ServiceTier::ALL, ServiceTier::as_str)?,
        price_version: row.get("price_version")?,
        exposure: NanoUsd(unsigned(row, "exposure")?),
        charge: NanoUsd(unsigned(row, "charge")?),
        reported: reported(row)?,
    })
}

fn reported(row: &Row<'_>) -> rusqlite::Result<Option<Reported>> {
    let Some(doubt) = row.get("usage_doubt")? else { return Ok(None) };
    let count = |column| row.get::<_, Option<i64>>(column).map(|count| count.map(uint));
    Ok(Some(Reported {
        input_tokens: count("reported_input_tokens")?,
        output_tokens: count("reported_output_tokens")?,
        cost: count("reported_cost")?.map(NanoUsd),
        doubt,
    }))
}

fn unsigned(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    row.get(column).map(uint)
}

/// One of a closed set, by its name.
fn named<T: Copy>(row: &Row<'_>, column: &str, all: &[T], name: impl Fn(T) -> &'static str) -> rusqlite::Result<T> {
    let text: Arc<str> = row.get(column)?;
    let found = all.iter().copied().find(|value| name(*value) == &*text);
    found.ok_or_else(|| FromSqlError::Other(format!("`{text}` is no {column}").into()).into())
}

fn place(row: &Row<'_>, [target, provider, model]: [&str; 3]) -> rusqlite::Result<Option<Place>> {
    let Some(target) = row.get(target)? else { return Ok(None) };
    Ok(Some(Place { target, provider: row.get(provider)?, model: row.get(model)? }))
}

fn policy(row: &Row<'_>) -> rusqlite::Result<Option<PolicyMark>> {
    let Some(name) = row.get("policy_name")? else { return Ok(None) };
    Ok(Some(PolicyMark { name, digest: row.get("policy_digest")? }))
}

/// A column that holds JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text = String::column_result(row.get_ref(column)?)?;
    serde_json::from_str(&text).map_err(|error| FromSqlError::Other(error.into()).into())
}
