//! How far trials have come: one row a route, written over as a trial goes on. Which version is on trial is kept with the
//! deployments; a row counts only for the very trial that it names.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::deployments::Stage;
use super::files::Kind;
use super::rows::{int, uint};
use crate::config::Name;
use crate::policy::Digest;
use crate::trial::{Identity, Progress};

/// The store of trials.
#[derive(Debug)]
pub struct Trials {
    connection: Connection,
    path: PathBuf,
}

/// A trial as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptTrial {
    /// The route.
    pub route: Name,
    /// Which trial it is.
    pub identity: Identity,
    /// How far it has come.
    pub progress: Progress,
}

impl Trials {
    /// Opens the trials of that folder, and makes the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: Kind::Trials.open_to_write(dir)?, path: Kind::Trials.path(dir) })
    }

    /// All that is kept, by route. What another version of the gateway has written, and this one cannot read, is left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self) -> Result<Vec<KeptTrial>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached("SELECT * FROM trials ORDER BY route")?;
            statement.query_map([], kept)?.collect::<Result<Vec<_>, _>>()
        };
        Ok(ask().map_err(|source| self.failed(source))?.into_iter().flatten().collect())
    }

    /// Keeps these trials, each in place of what is kept of its route, and forgets those of other routes; all or nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&mut self, trials: &[KeptTrial], forget: &[Name]) -> Result<(), StoreError> {
        let mut keep = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            for route in forget {
                transaction.execute("DELETE FROM trials WHERE route = ?", [&**route])?;
            }
            for KeptTrial { route, identity, progress } in trials {
                let json = |value: serde_json::Result<String>| {
                    value.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
                };
                let stage = json(serde_json::to_string(&identity.stage))?;
                let progress = json(serde_json::to_string(progress))?;
                transaction.execute(
                    "INSERT OR REPLACE INTO trials (route, version, stage, policy_key, progress) VALUES (?, ?, ?, ?, ?)",
                    params![&**route, int(identity.version), stage, identity.key.to_string(), progress],
                )?;
            }
            transaction.commit()
        };
        keep().map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Option<KeptTrial>> {
    let text = |column: &str| row.get::<_, String>(column);
    let (stage, key, progress) = (text("stage")?, text("policy_key")?, text("progress")?);
    let read = || {
        let stage: Stage = serde_json::from_str(&stage).ok()?;
        Some((stage, Digest::from_hex(&key)?, serde_json::from_str(&progress).ok()?))
    };
    let Some((stage, key, progress)) = read() else { return Ok(None) };
    let identity = Identity { version: row.get("version").map(uint)?, stage, key };
    Ok(Some(KeptTrial { route: row.get("route")?, identity, progress }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(route: &str, version: u64) -> KeptTrial {
        let mut progress = Progress::default();
        (progress.candidate.decisions, progress.window.age_ms) = (7, 1_500);
        let identity = Identity { version, stage: Stage::Canary(50), key: Digest::of(b"component and set-up") };
        KeptTrial { route: route.into(), identity, progress }
    }

    #[test]
    fn what_was_kept_last_of_each_route_is_there_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Trials::open(dir.path()).unwrap();
        store.keep(&[trial("a", 1), trial("b", 1)], &[]).unwrap();
        store.keep(&[trial("a", 2)], &["b".into(), "never".into()]).unwrap();
        drop(store);
        assert_eq!(Trials::open(dir.path()).unwrap().load().unwrap(), [trial("a", 2)]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_hides_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Trials::open(dir.path()).unwrap();
        store.keep(&[trial("a", 1), trial("b", 1), trial("c", 1), trial("d", 1)], &[]).unwrap();
        let spoilt = [("progress", "{", "a"), ("stage", "\"dress-rehearsal\"", "b"), ("policy_key", "xyz", "c")];
        for (column, value, route) in spoilt {
            let change = format!("UPDATE trials SET {column} = ? WHERE route = ?");
            store.connection.execute(&change, [value, route]).unwrap();
        }
        assert_eq!(store.load().unwrap(), [trial("d", 1)]);
    }
}
