//! Which jobs are held back: by queue, tenant, key, route or class, in any combination. They stay in their queues, and
//! go on where they were when the pause ends.

use rusqlite::params;
use serde::Serialize;

use super::super::StoreError;
use super::super::rows::{int, uint};
use super::Jobs;
use crate::config::{Budget, BudgetScope, Name};

/// Whether a pause `p` covers a job `j`.
pub(super) const COVERS: &str = "p.queue IN ('', j.queue) AND p.tenant IN ('', j.tenant) AND p.key IN ('', j.key) \
                                 AND p.route IN ('', j.route) AND p.class IN ('', j.class)";

/// What is held back: jobs for which all of this holds. What is empty holds for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// Those of this queue.
    pub queue: Name,
    /// Those of this tenant.
    pub tenant: Name,
    /// Those of this key.
    pub key: Name,
    /// Those of this route.
    pub route: Name,
    /// Those of this class.
    pub class: Name,
    /// Since when, in milliseconds since the Unix epoch.
    pub since: u64,
}

impl Pause {
    /// The same, only for what counts against this budget.
    #[must_use]
    pub fn within(mut self, budget: &Budget) -> Self {
        match &budget.scope {
            BudgetScope::Tenant(name) => self.tenant = name.clone(),
            BudgetScope::Key(name) => self.key = name.clone(),
            BudgetScope::Route(name) => self.route = name.clone(),
            BudgetScope::Class(class) => self.class = class.as_str().into(),
        }
        self
    }

    /// Whether it holds back a job of this queue, tenant, key, route and class.
    #[must_use]
    pub fn covers(&self, queue: &str, tenant: &str, key: &str, route: &str, class: &str) -> bool {
        let is = |mine: &str, other: &str| mine.is_empty() || mine == other;
        is(&self.queue, queue)
            && is(&self.tenant, tenant)
            && is(&self.key, key)
            && is(&self.route, route)
            && is(&self.class, class)
    }
}

impl Jobs {
    /// Holds jobs back until the same is resumed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn pause(&self, pause: &Pause) -> Result<(), StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached("INSERT INTO pauses VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")?
                .execute(params![
                    &*pause.queue,
                    &*pause.tenant,
                    &*pause.key,
                    &*pause.route,
                    &*pause.class,
                    int(pause.since)
                ])
                .map(drop)
        })
    }

    /// Ends a pause; `false` where there was none of exactly this extent.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn resume(&self, pause: &Pause) -> Result<bool, StoreError> {
        self.change(|connection| {
            let ended = connection
                .prepare_cached(
                    "DELETE FROM pauses WHERE queue = ? AND tenant = ? AND key = ? AND route = ? AND class = ?",
                )?
                .execute(params![&*pause.queue, &*pause.tenant, &*pause.key, &*pause.route, &*pause.class])?;
            Ok(ended > 0)
        })
    }

    /// All pauses.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached("SELECT * FROM pauses")?
                .query_map([], |row| {
                    Ok(Pause {
                        queue: row.get("queue")?,
                        tenant: row.get("tenant")?,
                        key: row.get("key")?,
                        route: row.get("route")?,
                        class: row.get("class")?,
                        since: row.get("since").map(uint)?,
                    })
                })?
                .collect()
        })
    }
}
