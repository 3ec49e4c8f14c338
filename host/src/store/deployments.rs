//! Deployed policies: their components by digest, each route's numbered versions, which of them decides and which is on
//! trial, what is quarantined, and who did what. Every change is one transaction with its audit entry.

mod changes;
mod entries;
#[cfg(test)]
mod tests;

pub use changes::told;
pub use entries::{Act, Adopted, Audited, Line, NewVersion, Quarantined, Said, Stage, Standing, Version};

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::files::Kind;
use super::rows::uint;
use crate::policy::{Digest, Settings};

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

    /// What the versions of a route's line are doing; none: it never had one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn standing(&self, route: &str, line: Line) -> Result<Option<Standing>, StoreError> {
        let ask = || {
            let question = "SELECT active, candidate, stage, share_permille, said_settings, said_component FROM standings \
                 WHERE route = ? AND line = ?";
            let row = |row: &Row<'_>| {
                let candidate: Option<i64> = row.get(1)?;
                let share: Option<u32> = row.get(3)?;
                let stage = match row.get::<_, Option<String>>(2)?.as_deref() {
                    Some("canary") => Stage::Canary(share.unwrap_or_default()),
                    _ => Stage::Shadow,
                };
                let settings: Option<String> = row.get(4)?;
                let component: Option<String> = row.get(5)?;
                let component = component.as_deref().and_then(Digest::from_hex);
                let said = settings.map(|settings| Said { settings: Settings::from_text(&settings), component });
                Ok((row.get::<_, i64>(0)?, candidate.map(|number| (number, stage)), said))
            };
            let found = self.connection.query_row(question, [route, line.as_str()], row).optional()?;
            let Some((active, candidate, said)) = found else { return Ok(None) };
            let of = |number: i64| {
                let question = "SELECT * FROM versions WHERE route = ? AND number = ?";
                self.connection.query_row(question, params![route, number], version)
            };
            let candidate = match candidate {
                Some((number, stage)) => Some((of(number)?, stage)),
                None => None,
            };
            Ok(Some(Standing { active: of(active)?, candidate, said }))
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

    /// The versions of a line that one can go back to from the active one, the latest first: those that were active, are still
    /// kept, are others than it, and are not quarantined.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn returnable(&self, route: &str, line: Line, active: &Version) -> Result<Vec<Version>, StoreError> {
        let quarantined = self.quarantined(route)?;
        let ask = || {
            let question = "SELECT * FROM versions WHERE route = ? AND line = ? AND was_active \
                 AND component IN (SELECT digest FROM components) ORDER BY number DESC";
            let mut statement = self.connection.prepare_cached(question)?;
            statement.query_map([route, line.as_str()], version)?.collect::<Result<Vec<_>, _>>()
        };
        let mut versions = ask().map_err(|source| self.failed(source))?;
        let may_return = |one: &Version| !quarantined.iter().any(|two| two.covers(&one.component, &one.settings));
        versions.retain(|one| one.digest != active.digest && may_return(one));
        Ok(versions)
    }

    /// Why a component with these settings may not decide on this route; none: it may.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn quarantine_of(
        &self,
        route: &str,
        component: &Digest,
        settings: &Settings,
    ) -> Result<Option<Quarantined>, StoreError> {
        Ok(self.quarantined(route)?.into_iter().find(|one| one.covers(component, settings)))
    }

    /// Every digest that may not decide on this route, the latest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn quarantined(&self, route: &str) -> Result<Vec<Quarantined>, StoreError> {
        let row = |row: &Row<'_>| {
            Ok(Quarantined {
                digest: digest(row, "digest")?,
                any_settings: row.get("any_settings")?,
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

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    let component = digest(row, "component")?;
    let settings = Settings::from_text(&row.get::<_, String>("settings")?);
    Ok(Version {
        number: row.get("number").map(uint)?,
        digest: settings.version_of(&component),
        component,
        name: row.get("name")?,
        settings,
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
