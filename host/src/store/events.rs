//! Events that happen once, and which of them a webhook still has to be told.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::files::Kind;
use super::rows::{int, uint};
use crate::config::Name;

/// The store of events.
#[derive(Debug)]
pub struct Events {
    connection: Connection,
    path: PathBuf,
}

/// Something that happened once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What tells it from every other one.
    pub id: String,
    /// What kind it is: `budget.threshold` and so on.
    pub kind: &'static str,
    /// When it happened, in milliseconds since the Unix epoch.
    pub at: u64,
    /// What is told of it: JSON.
    pub body: String,
    /// The webhook that hears of it.
    pub webhook: Option<Name>,
}

/// A call of a webhook that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The event's id.
    pub id: String,
    /// When it happened.
    pub at: u64,
    /// What is told.
    pub body: String,
    /// The webhook.
    pub webhook: Name,
    /// How often it was tried in vain.
    pub attempts: u32,
}

impl Events {
    /// Opens the events of that folder, and makes the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: Kind::Events.open_to_write(dir)?, path: Kind::Events.path(dir) })
    }

    /// Notes an event; `false`: it is known already, and nothing changes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&self, event: &Event) -> Result<bool, StoreError> {
        let at = int(event.at);
        let inserted = self.connection.execute(
            "INSERT INTO events (id, kind, at, body, webhook, attempts, next_at) VALUES (?, ?, ?, ?, ?, 0, ?) \
             ON CONFLICT (id) DO NOTHING",
            params![event.id, event.kind, at, event.body, event.webhook.as_deref(), event.webhook.as_ref().map(|_| at)],
        );
        inserted.map(|rows| rows > 0).map_err(|source| self.failed(source))
    }

    /// The calls that are due, the oldest first, so many at most.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn due(&self, now_ms: u64, at_most: u32) -> Result<Vec<Due>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT id, at, body, webhook, attempts FROM events WHERE next_at <= ? AND webhook IS NOT NULL \
                 ORDER BY next_at LIMIT ?",
            )?;
            statement.query_map(params![int(now_ms), at_most], due)?.collect::<Result<Vec<_>, _>>()
        };
        ask().map_err(|source| self.failed(source))
    }

    /// Notes that a call was tried in vain, and when it is tried again; none: never.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn failed_call(&self, id: &str, next_ms: Option<u64>, why: &str) -> Result<(), StoreError> {
        let question = "UPDATE events SET attempts = attempts + 1, next_at = ?, outcome = ? WHERE id = ?";
        self.change(question, params![next_ms.map(int), why, id])
    }

    /// Notes that a call was made.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delivered(&self, id: &str) -> Result<(), StoreError> {
        let question = "UPDATE events SET attempts = attempts + 1, next_at = NULL, outcome = 'delivered' WHERE id = ?";
        self.change(question, params![id])
    }

    fn change(&self, question: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
        self.connection.execute(question, values).map(drop).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

fn due(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        id: row.get(0)?,
        at: row.get(1).map(uint)?,
        body: row.get(2)?,
        webhook: row.get(3)?,
        attempts: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_noted_once_and_due_until_it_is_delivered() {
        let dir = tempfile::tempdir().unwrap();
        let events = Events::open(dir.path()).unwrap();
        let event = Event {
            id: "evt_1".into(),
            kind: "budget.threshold",
            at: 10,
            body: "{}".into(),
            webhook: Some("ops".into()),
        };
        assert_eq!([events.note(&event).unwrap(), events.note(&event).unwrap()], [true, false]);
        assert!(events.due(9, 9).unwrap().is_empty());
        events.failed_call("evt_1", Some(20), "503").unwrap();
        assert!(events.due(19, 9).unwrap().is_empty());
        let due = Events::open(dir.path()).unwrap().due(20, 9).unwrap();
        assert_eq!((due.len(), due[0].attempts), (1, 1));
        events.delivered("evt_1").unwrap();
        assert!(events.due(u64::MAX, 9).unwrap().is_empty());
    }
}
