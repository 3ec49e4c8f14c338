//! Deployed policies: their components by digest, each route's numbered versions, which of them decides and which is on
//! trial, what is quarantined, and who did what. Every change is one transaction with its audit entry.

mod entries;
#[cfg(test)]
mod tests;

pub use entries::{Act, Audited, NewVersion, Quarantined, Stage, Standing, Version};

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use super::files::Kind;
use super::rows::{int, uint};
use crate::policy::Digest;

/// Components are kept of this many versions of a route, the latest ones, besides those that decide or are on trial: one can
/// go back that far.
const KEPT_VERSIONS: i64 = 10;

/// The store of deployments.
#[derive(Debug)]
pub struct Deployments {
    connection: Connection,
    path: PathBuf,
}

impl Deployments {
    /// Opens the deployments of that folder, and makes the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: Kind::Deployments.open_to_write(dir)?, path: Kind::Deployments.path(dir) })
    }

    /// What a route's versions are doing; none: it never had one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn standing(&self, route: &str) -> Result<Option<Standing>, StoreError> {
        let ask = || {
            let question = "SELECT active, candidate, stage, share_permille FROM standings WHERE route = ?";
            let row = |row: &Row<'_>| {
                let candidate: Option<i64> = row.get(1)?;
                let share: Option<u32> = row.get(3)?;
                let stage = match row.get::<_, Option<String>>(2)?.as_deref() {
                    Some("canary") => Stage::Canary(share.unwrap_or_default()),
                    _ => Stage::Shadow,
                };
                Ok((row.get::<_, i64>(0)?, candidate.map(|number| (number, stage))))
            };
            let Some((active, candidate)) = self.connection.query_row(question, [route], row).optional()? else {
                return Ok(None);
            };
            let of = |number: i64| {
                let question = "SELECT * FROM versions WHERE route = ? AND number = ?";
                self.connection.query_row(question, params![route, number], version)
            };
            let candidate = match candidate {
                Some((number, stage)) => Some((of(number)?, stage)),
                None => None,
            };
            Ok(Some(Standing { active: of(active)?, candidate }))
        };
        ask().map_err(|source| self.failed(source))
    }

    /// A component by its digest; none: it is not kept any more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn component(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        let question = "SELECT bytes FROM components WHERE digest = ?";
        let bytes = self.connection.query_row(question, [digest.to_string()], |row| row.get::<_, Vec<u8>>(0));
        bytes.optional().map(|found| found.map(Bytes::from)).map_err(|source| self.failed(source))
    }

    /// The version to go back to from the active one: the latest before it that was active, is still kept, has another digest
    /// and is not quarantined.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn before(&self, route: &str, active: &Version) -> Result<Option<Version>, StoreError> {
        let question = "SELECT * FROM versions v WHERE route = ?1 AND number < ?2 AND digest <> ?3 AND was_active \
             AND digest IN (SELECT digest FROM components) \
             AND NOT EXISTS (SELECT 1 FROM quarantined q WHERE q.route = v.route AND q.digest = v.digest) \
             ORDER BY number DESC LIMIT 1";
        let values = params![route, int(active.number), active.digest.to_string()];
        self.connection.query_row(question, values, version).optional().map_err(|source| self.failed(source))
    }

    /// Why a digest may not decide on this route; none: it may.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn quarantine_of(&self, route: &str, digest: &Digest) -> Result<Option<Quarantined>, StoreError> {
        Ok(self.quarantined(route)?.into_iter().find(|one| one.digest == *digest))
    }

    /// Every digest that may not decide on this route, the latest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn quarantined(&self, route: &str) -> Result<Vec<Quarantined>, StoreError> {
        let row = |row: &Row<'_>| {
            Ok(Quarantined {
                digest: digest(row, "digest")?,
                reason: row.get("reason")?,
                since: row.get("since").map(uint)?,
            })
        };
        self.rows(
            "SELECT * FROM quarantined WHERE route = ?1 ORDER BY since DESC, digest LIMIT ?2",
            route,
            u32::MAX,
            row,
        )
    }

    /// A route's latest versions, the latest first, so many at most.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn versions(&self, route: &str, at_most: u32) -> Result<Vec<Version>, StoreError> {
        self.rows("SELECT * FROM versions WHERE route = ?1 ORDER BY number DESC LIMIT ?2", route, at_most, version)
    }

    /// What was done to a route last, the latest first, so much at most.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn audited(&self, route: &str, at_most: u32) -> Result<Vec<Audited>, StoreError> {
        let row = |row: &Row<'_>| {
            Ok(Audited {
                at: row.get("at").map(uint)?,
                actor: row.get("actor")?,
                action: row.get("action")?,
                version: row.get::<_, Option<i64>>("version")?.map(uint),
                digest: row.get("digest")?,
                detail: row.get("detail")?,
            })
        };
        self.rows("SELECT * FROM audit WHERE route = ?1 ORDER BY id DESC LIMIT ?2", route, at_most, row)
    }

    /// Keeps a version, as the active one, or on trial where a stage is given; another candidate is given up.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn deploy(
        &mut self,
        act: Act<'_>,
        action: &str,
        new: &NewVersion,
        stage: Option<Stage>,
    ) -> Result<Version, StoreError> {
        let digest = new.digest.to_string();
        let deployed = self.change(|transaction| {
            let number: i64 = transaction.query_row(
                "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE route = ?",
                [act.route],
                |row| row.get(0),
            )?;
            transaction.execute(
                "INSERT INTO components (digest, bytes) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
                params![digest, &new.component[..]],
            )?;
            transaction.execute(
                "INSERT INTO versions (route, number, digest, name, config, signer, deployed_by, deployed_at, was_active) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    act.route,
                    number,
                    digest,
                    &*new.name,
                    new.config,
                    new.signer,
                    act.by,
                    int(act.at),
                    stage.is_none()
                ],
            )?;
            match stage {
                None => activate(transaction, act.route, number)?,
                Some(stage) => put_on_trial(transaction, act.route, number, stage)?,
            }
            prune(transaction)?;
            let how = told(stage);
            let detail = if new.remark.is_empty() { how } else { format!("{how}; {}", new.remark) };
            audit(transaction, act, action, Some(number), Some(&digest), &detail)?;
            Ok(number)
        });
        Ok(Version {
            number: uint(deployed?),
            digest: new.digest,
            name: new.name.clone(),
            config: new.config.clone(),
            signer: new.signer.clone(),
            deployed_by: act.by.to_owned(),
            deployed_at: act.at,
            was_active: stage.is_none(),
        })
    }

    /// Makes the candidate of this number the active version.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn promote(&mut self, act: Act<'_>, candidate: &Version) -> Result<(), StoreError> {
        self.change(|transaction| {
            activate(transaction, act.route, int(candidate.number))?;
            audit_of(transaction, act, "promote", candidate, "active")
        })
    }

    /// Tries the candidate in another way from now on.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn restage(&mut self, act: Act<'_>, candidate: &Version, stage: Stage) -> Result<(), StoreError> {
        self.change(|transaction| {
            put_on_trial(transaction, act.route, int(candidate.number), stage)?;
            audit_of(transaction, act, "stage", candidate, &told(Some(stage)))
        })
    }

    /// Gives the candidate up and quarantines it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn withdraw(&mut self, act: Act<'_>, candidate: &Version, reason: &str) -> Result<(), StoreError> {
        self.change(|transaction| {
            end_trial(transaction, act.route)?;
            quarantine(transaction, act, candidate, reason)?;
            audit_of(transaction, act, "withdraw", candidate, reason)
        })
    }

    /// Goes back from one version to an earlier one, and quarantines what it went back from.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn roll_back(&mut self, act: Act<'_>, from: &Version, to: &Version, reason: &str) -> Result<(), StoreError> {
        self.change(|transaction| {
            activate(transaction, act.route, int(to.number))?;
            quarantine(transaction, act, from, reason)?;
            audit_of(transaction, act, "roll-back", from, &format!("to version {}: {reason}", to.number))
        })
    }

    /// Lets a digest decide again, should it be deployed; `false`: it was not quarantined.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn release(&mut self, act: Act<'_>, digest: &Digest) -> Result<bool, StoreError> {
        let digest = digest.to_string();
        self.change(|transaction| {
            let gone = transaction
                .execute("DELETE FROM quarantined WHERE route = ? AND digest = ?", params![act.route, digest])?;
            if gone > 0 {
                audit(transaction, act, "release", None, Some(&digest), "may be deployed again")?;
            }
            Ok(gone > 0)
        })
    }

    fn change<T>(&mut self, what: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let change = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let done = what(&transaction)?;
            transaction.commit().map(|()| done)
        };
        change().map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    fn rows<T>(
        &self,
        question: &str,
        route: &str,
        at_most: u32,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached(question)?;
            statement.query_map(params![route, at_most], read)?.collect::<Result<Vec<_>, _>>()
        };
        ask().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

/// Makes a version the active one; the trial, if there is one, is over.
fn activate(transaction: &Transaction<'_>, route: &str, number: i64) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO standings (route, active) VALUES (?1, ?2) ON CONFLICT (route) DO UPDATE SET active = ?2",
        params![route, number],
    )?;
    transaction.execute("UPDATE versions SET was_active = 1 WHERE route = ? AND number = ?", params![route, number])?;
    end_trial(transaction, route)
}

fn put_on_trial(transaction: &Transaction<'_>, route: &str, number: i64, stage: Stage) -> rusqlite::Result<()> {
    let (name, share) = match stage {
        Stage::Shadow => ("shadow", None),
        Stage::Canary(share) => ("canary", Some(share)),
    };
    let question = "UPDATE standings SET candidate = ?, stage = ?, share_permille = ? WHERE route = ?";
    transaction.execute(question, params![number, name, share, route]).map(drop)
}

fn end_trial(transaction: &Transaction<'_>, route: &str) -> rusqlite::Result<()> {
    let question = "UPDATE standings SET candidate = NULL, stage = NULL, share_permille = NULL WHERE route = ?";
    transaction.execute(question, [route]).map(drop)
}

fn quarantine(transaction: &Transaction<'_>, act: Act<'_>, version: &Version, reason: &str) -> rusqlite::Result<()> {
    let question = "INSERT INTO quarantined (route, digest, reason, since) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (route, digest) DO UPDATE SET reason = ?3, since = ?4";
    transaction.execute(question, params![act.route, version.digest.to_string(), reason, int(act.at)]).map(drop)
}

/// Deletes the components that nobody can go back to.
fn prune(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let question = "DELETE FROM components WHERE digest NOT IN (SELECT v.digest FROM versions v \
         LEFT JOIN standings s ON s.route = v.route WHERE v.number IN (s.active, s.candidate) \
         OR v.number > (SELECT max(w.number) FROM versions w WHERE w.route = v.route) - ?)";
    transaction.execute(question, [KEPT_VERSIONS]).map(drop)
}

fn audit_of(
    transaction: &Transaction<'_>,
    act: Act<'_>,
    action: &str,
    version: &Version,
    detail: &str,
) -> rusqlite::Result<()> {
    audit(transaction, act, action, Some(int(version.number)), Some(&version.digest.to_string()), detail)
}

fn audit(
    transaction: &Transaction<'_>,
    act: Act<'_>,
    action: &str,
    version: Option<i64>,
    digest: Option<&str>,
    detail: &str,
) -> rusqlite::Result<()> {
    let question = "INSERT INTO audit (at, route, actor, action, version, digest, detail) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = params![int(act.at), act.route, act.by, action, version, digest, detail];
    transaction.execute(question, values).map(drop)
}

/// What the audit and the log say of how a version was deployed.
#[must_use]
pub fn told(stage: Option<Stage>) -> String {
    match stage {
        None => "active".into(),
        Some(Stage::Shadow) => "shadow".into(),
        Some(Stage::Canary(permille)) => format!("canary of {}.{} %", permille / 10, permille % 10),
    }
}

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        number: row.get("number").map(uint)?,
        digest: digest(row, "digest")?,
        name: row.get("name")?,
        config: row.get("config")?,
        signer: row.get("signer")?,
        deployed_by: row.get("deployed_by")?,
        deployed_at: row.get("deployed_at").map(uint)?,
        was_active: row.get("was_active")?,
    })
}

fn digest(row: &Row<'_>, column: &str) -> rusqlite::Result<Digest> {
    let text: String = row.get(column)?;
    Digest::from_hex(&text).ok_or_else(|| rusqlite::Error::InvalidColumnType(0, text, rusqlite::types::Type::Text))
}
