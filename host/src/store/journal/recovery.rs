//! What a start makes of the journal that it finds: every request gets its record, by what is written of its end, else as
//! exposure. Doing it twice changes nothing, for the ledger takes an id once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::segment::{self, Kind};
use super::{Intended, sync_ledger};
use crate::ledger::Record;
use crate::store::files::Kind as Database;
use crate::store::{StoreError, rows};

/// Settles what the journal of that folder holds into the ledger, and deletes it. The caller has the folder's lock.
pub(in crate::store) fn recover(dir: &Path, connection: &mut Connection) -> Result<(), StoreError> {
    let unreadable = |source| StoreError::Open { path: segment::folder(dir), source };
    let segments = segment::list(dir).map_err(unreadable)?;
    if segments.is_empty() {
        return Ok(());
    }
    let mut open: BTreeMap<Arc<str>, Intended> = BTreeMap::new();
    let mut records: Vec<Record> = Vec::new();
    for (_, path) in &segments {
        // What cannot be read is no segment that was ever written: a device, say, that took its place.
        if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
            continue;
        }
        let bytes = std::fs::read(path).map_err(|source| StoreError::Open { path: path.clone(), source })?;
        for (kind, payload) in segment::frames(&bytes) {
            take(kind, payload, &mut open, &mut records);
        }
    }
    for record in &records {
        open.remove(&record.request_id);
    }
    let lost: Vec<Record> = open.into_values().map(Intended::into_lost).collect();
    let failed = |source| StoreError::Sqlite { path: Database::Ledger.path(dir), source };
    let (settled, exposed) = write(connection, &records, &lost).map_err(failed)?;
    if settled + exposed > 0 {
        tracing::warn!(settled, exposed, "the process before ended early: its open requests were settled");
    }
    sync_ledger(dir).map_err(unreadable)?;
    for (_, path) in segments {
        std::fs::remove_file(&path).map_err(|source| StoreError::Open { path, source })?;
    }
    Ok(())
}

fn take(kind: Kind, payload: &[u8], open: &mut BTreeMap<Arc<str>, Intended>, records: &mut Vec<Record>) {
    let read = match kind {
        Kind::Record => serde_json::from_slice(payload).map(|record| records.push(record)),
        // A later attempt of the same request holds what the earlier ones cost as well.
        Kind::Intent => serde_json::from_slice(payload).map(|intended: Intended| {
            let id = Arc::clone(&intended.request_id);
            match open.get(&id) {
                Some(later) if (later.number, later.amount) >= (intended.number, intended.amount) => {}
                _ => drop(open.insert(id, intended)),
            }
        }),
    };
    if let Err(error) = read {
        tracing::error!(%error, "a frame of the journal is whole and cannot be read: was it written by a later version?");
    }
}

/// How many records of each kind the ledger did not have.
fn write(connection: &mut Connection, records: &[Record], lost: &[Record]) -> rusqlite::Result<(usize, usize)> {
    let transaction = connection.transaction()?;
    let mut inserts = rows::Inserts::new(&transaction)?;
    let (mut settled, mut exposed) = (0, 0);
    for record in records {
        settled += usize::from(inserts.insert(record)?);
    }
    for record in lost {
        if inserts.insert(record)? {
            exposed += 1;
            let (request_id, tenant) = (&*record.request_id, &*record.who.tenant);
            let at_most = record.attempts.iter().map(|entry| entry.cost).sum::<crate::money::NanoUsd>();
            tracing::warn!(request_id, tenant, %at_most, "a request was under way when the process ended: exposure");
        }
    }
    drop(inserts);
    transaction.commit()?;
    Ok((settled, exposed))
}
