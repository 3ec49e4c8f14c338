//! Every change of deployments: each is one transaction with its audit entry.

use rusqlite::{Transaction, params};

use super::super::StoreError;
use super::super::rows::{int, uint};
use super::Deployments;
use super::entries::{Act, Adopted, NewVersion, Stage, Version};
use crate::policy::Digest;

/// Components are kept of this many versions of a route, the latest ones, besides those that decide or are on trial: one can
/// go back that far.
const KEPT_VERSIONS: i64 = 10;

impl Deployments {
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
        self.change(|transaction| {
            let version = insert(transaction, act, new, stage.is_none())?;
            match stage {
                None => activate(transaction, act, version.number)?,
                Some(stage) => put_on_trial(transaction, act, version.number, stage)?,
            }
            prune(transaction)?;
            let how = told(stage);
            let detail = if new.remark.is_empty() { how } else { format!("{how}; {}", new.remark) };
            audit_of(transaction, act, action, &version, &detail)?;
            Ok(version)
        })
    }

    /// Notes what a config's file says of its routes, and makes the versions active that it brings. All or nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn adopt(&mut self, adopted: &[Adopted], by: &str, at: u64) -> Result<(), StoreError> {
        self.change(|transaction| {
            for Adopted { route, line, said, new, ends_trial } in adopted {
                let act = Act { route, line: *line, by, at };
                if let Some((action, new)) = new {
                    let version = insert(transaction, act, new, true)?;
                    make_active(transaction, act, version.number)?;
                    let detail =
                        if new.remark.is_empty() { "active".into() } else { format!("active; {}", new.remark) };
                    audit_of(transaction, act, action, &version, &detail)?;
                }
                if *ends_trial {
                    end_trial(transaction, act)?;
                }
                let question =
                    "UPDATE standings SET said_settings = ?, said_component = ? WHERE route = ? AND line = ?";
                let component = said.component.map(|component| component.to_string());
                transaction.execute(question, params![said.settings.as_str(), component, &**route, line.as_str()])?;
            }
            prune(transaction)
        })
    }

    /// Makes the candidate of this number the active version.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn promote(&mut self, act: Act<'_>, candidate: &Version) -> Result<(), StoreError> {
        self.change(|transaction| {
            activate(transaction, act, candidate.number)?;
            audit_of(transaction, act, "promote", candidate, "active")
        })
    }

    /// Tries the candidate in another way from now on.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn restage(&mut self, act: Act<'_>, candidate: &Version, stage: Stage) -> Result<(), StoreError> {
        self.change(|transaction| {
            put_on_trial(transaction, act, candidate.number, stage)?;
            audit_of(transaction, act, "stage", candidate, &told(Some(stage)))
        })
    }

    /// Gives the candidate up and quarantines it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn withdraw(&mut self, act: Act<'_>, candidate: &Version, reason: &str) -> Result<(), StoreError> {
        self.change(|transaction| {
            end_trial(transaction, act)?;
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
            activate(transaction, act, to.number)?;
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
}

/// Adds a version, and its component where that is new.
fn insert(transaction: &Transaction<'_>, act: Act<'_>, new: &NewVersion, is_active: bool) -> rusqlite::Result<Version> {
    let question = "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE route = ?";
    let number: i64 = transaction.query_row(question, [act.route], |row| row.get(0))?;
    let component = new.digest.to_string();
    transaction.execute(
        "INSERT INTO components (digest, bytes) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
        params![component, &new.component[..]],
    )?;
    transaction.execute(
        "INSERT INTO versions (route, line, number, component, name, settings, signer, deployed_by, deployed_at, was_active) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            act.route,
            act.line.as_str(),
            number,
            component,
            &*new.name,
            new.settings.as_str(),
            new.signer,
            act.by,
            int(act.at),
            is_active
        ],
    )?;
    Ok(Version {
        number: uint(number),
        digest: new.settings.version_of(&new.digest),
        component: new.digest,
        name: new.name.clone(),
        settings: new.settings.clone(),
        signer: new.signer.clone(),
        deployed_by: act.by.to_owned(),
        deployed_at: act.at,
        was_active: is_active,
    })
}

/// Makes a version the active one; the trial, if there is one, is over.
fn activate(transaction: &Transaction<'_>, act: Act<'_>, number: u64) -> rusqlite::Result<()> {
    make_active(transaction, act, number)?;
    end_trial(transaction, act)
}

/// Makes a version the active one.
fn make_active(transaction: &Transaction<'_>, act: Act<'_>, number: u64) -> rusqlite::Result<()> {
    let number = int(number);
    transaction.execute(
        "INSERT INTO standings (route, line, active) VALUES (?1, ?2, ?3) ON CONFLICT (route, line) DO UPDATE SET active = ?3",
        params![act.route, act.line.as_str(), number],
    )?;
    let question = "UPDATE versions SET was_active = 1 WHERE route = ? AND number = ?";
    transaction.execute(question, params![act.route, number]).map(drop)
}

fn put_on_trial(transaction: &Transaction<'_>, act: Act<'_>, number: u64, stage: Stage) -> rusqlite::Result<()> {
    let (name, share) = match stage {
        Stage::Shadow => ("shadow", None),
        Stage::Canary(share) => ("canary", Some(share)),
    };
    let question = "UPDATE standings SET candidate = ?, stage = ?, share_permille = ? WHERE route = ? AND line = ?";
    transaction.execute(question, params![int(number), name, share, act.route, act.line.as_str()]).map(drop)
}

fn end_trial(transaction: &Transaction<'_>, act: Act<'_>) -> rusqlite::Result<()> {
    let question =
        "UPDATE standings SET candidate = NULL, stage = NULL, share_permille = NULL WHERE route = ? AND line = ?";
    transaction.execute(question, [act.route, act.line.as_str()]).map(drop)
}

fn quarantine(transaction: &Transaction<'_>, act: Act<'_>, version: &Version, reason: &str) -> rusqlite::Result<()> {
    let question = "INSERT INTO quarantined (route, digest, reason, since) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (route, digest) DO UPDATE SET reason = ?3, since = ?4, any_settings = 0";
    transaction.execute(question, params![act.route, version.digest.to_string(), reason, int(act.at)]).map(drop)
}

/// Deletes the components that nobody can go back to.
fn prune(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let question = "DELETE FROM components WHERE digest NOT IN (SELECT v.component FROM versions v \
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
