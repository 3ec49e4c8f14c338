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

    /// The calls that are due, the oldest first, so many of each webhook at most.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn due(&self, now_ms: u64, of_each: usize) -> Result<Vec<Due>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT id, at, body, webhook, attempts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY webhook \
                 ORDER BY next_at, id) AS place FROM events WHERE next_at <= ? AND webhook IS NOT NULL) \
                 WHERE place <= ? ORDER BY next_at, id",
            )?;
            statement
                .query_map(params![int(now_ms), i64::try_from(of_each).unwrap_or(i64::MAX)], due)?
                .collect::<Result<Vec<_>, _>>()
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

    /// Deletes the events of that kind that happened before, and for which no call is due any more.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, kind: &str, before_ms: u64) -> Result<(), StoreError> {
        let question = "DELETE FROM events WHERE kind = ? AND at < ? AND next_at IS NULL";
        self.change(question, params![kind, int(before_ms)])
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

    fn event(id: &str, webhook: &str) -> Event {
        let (kind, body) = ("budget.threshold", "{}".into());
        Event { id: id.into(), kind, at: 10, body, webhook: Some(webhook.into()) }
    }

    #[test]
    fn a_webhook_with_many_calls_due_hides_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let events = Events::open(dir.path()).unwrap();
        for id in ["a", "b", "c"] {
            events.note(&event(id, "dead")).unwrap();
        }
        events.note(&event("d", "well")).unwrap();
        let due: Vec<String> = events.due(10, 2).unwrap().into_iter().map(|due| due.id).collect();
        assert_eq!(due, ["a", "b", "d"]);
    }

    #[test]
    fn an_event_is_forgotten_once_it_is_old_and_nothing_is_due() {
        let dir = tempfile::tempdir().unwrap();
        let events = Events::open(dir.path()).unwrap();
        let count =
            || events.connection.query_row("SELECT COUNT(*) FROM events", [], |row| row.get::<_, u32>(0)).unwrap();
        events.note(&event("a", "ops")).unwrap();
        events.forget("budget.threshold", 11).unwrap();
        assert_eq!(count(), 1, "its call is due");
        events.delivered("a").unwrap();
        events.forget("deferred.finished", 11).unwrap();
        events.forget("budget.threshold", 10).unwrap();
        assert_eq!(count(), 1);
        events.forget("budget.threshold", 11).unwrap();
        assert_eq!(count(), 0);
    }

    #[test]
    fn an_event_is_noted_once_and_due_until_it_is_delivered() {
        let dir = tempfile::tempdir().unwrap();
        let events = Events::open(dir.path()).unwrap();
        let event = event("evt_1", "ops");
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
