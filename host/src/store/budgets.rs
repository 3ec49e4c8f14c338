//! Budgets that were made while a gateway ran, and payments into prepaid ones. A payment carries a reference, so that
//! whoever is not sure can make it again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::StoreError;
use super::files::Kind;
use super::rows::{int, json, uint};
use crate::config::{Budget, BudgetPeriod, BudgetScope, Config, Name, Named, UnknownName, Zone};
use crate::gateway::now_ms;
use crate::money::NanoUsd;

/// The longest reference of a payment, in bytes.
const REFERENCE_BYTES: usize = 128;

/// The store of budgets.
#[derive(Debug)]
pub struct StoredBudgets {
    connection: Connection,
    path: PathBuf,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUp {
    /// Its budget.
    pub budget: Name,
    /// What tells it from every other payment into that budget.
    pub reference: Box<str>,
    /// The amount.
    pub amount: NanoUsd,
    /// When it was made, in milliseconds since the Unix epoch.
    pub at: u64,
}

/// A budget could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum BudgetsError {
    /// The config has it.
    #[error("the budget `{0}` stands in the config: change it there (payments into a prepaid one are possible here)")]
    OfConfig(Name),
    /// There is none, or there is nothing of that name to be covered.
    #[error(transparent)]
    UnknownName(#[from] UnknownName),
    /// Its scope or period would be another.
    #[error(
        "the budget `{0}` has another scope or period: what it has counted so far would mean nothing; choose another id"
    )]
    Other(Name),
    /// Only prepaid budgets are paid into.
    #[error("the budget `{0}` is not prepaid: raise its limit instead")]
    NotPrepaid(Name),
    /// The reference is taken by a payment of another amount.
    #[error("there is a payment of ${amount} with the reference {reference:?} already: a reference names one payment")]
    OtherAmount {
        /// The reference.
        reference: Box<str>,
        /// The amount of that payment.
        amount: NanoUsd,
    },
    /// It is empty, too long, or holds control characters.
    #[error("a reference has 1 to 128 bytes and no control characters")]
    BadReference,
    /// A payment of nothing.
    #[error("the amount of a payment is more than nothing")]
    Nothing,
    /// It is no name.
    #[error("{0:?} cannot be a name: a name is 1 to 128 of the letters A-Z and a-z, digits, and `_ . : / -`")]
    BadName(String),
    /// The file cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoredBudgets {
    /// Opens the budgets of that folder, and makes the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: Kind::Budgets.open_to_write(dir)?, path: Kind::Budgets.path(dir) })
    }

    /// The budgets in force beside this config: its own, then those of the store, all with what was paid into them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn in_force(&self, config: &Config) -> Result<Vec<Budget>, StoreError> {
        let paid = self.paid()?;
        let mut budgets = config.budgets.clone();
        for stored in self.list()? {
            if budgets.iter().any(|budget| budget.id == stored.id) {
                tracing::warn!(
                    budget = &*stored.id,
                    "the config has a budget of this id: that of the store is not in force"
                );
            } else {
                budgets.push(stored);
            }
        }
        for budget in budgets.iter_mut().filter(|budget| budget.period == BudgetPeriod::Prepaid) {
            budget.limit += paid.get(&budget.id).copied().unwrap_or_default();
        }
        Ok(budgets)
    }

    /// The budgets of the store alone, without payments.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list(&self) -> Result<Vec<Budget>, StoreError> {
        let ask = || {
            let mut statement = self.connection.prepare_cached("SELECT * FROM budgets ORDER BY id")?;
            statement.query_map([], budget)?.collect::<Result<Vec<_>, _>>()
        };
        ask().map_err(|source| self.failed(source))
    }

    /// What was paid into each budget.
    fn paid(&self) -> Result<HashMap<Name, NanoUsd>, StoreError> {
        let ask = || {
            let mut paid: HashMap<Name, NanoUsd> = HashMap::new();
            let mut statement = self.connection.prepare_cached("SELECT budget, amount FROM top_ups")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                *paid.entry(row.get(0)?).or_default() += NanoUsd(row.get(1).map(uint)?);
            }
            Ok(paid)
        };
        ask().map_err(|source| self.failed(source))
    }

    /// Makes a budget, or changes the limit, time zone, thresholds and webhook of one that the store has.
    ///
    /// # Errors
    /// When the config has it, or its scope or period would be another.
    pub fn set(&mut self, new: &Budget, config: &Config) -> Result<(), BudgetsError> {
        if !super::is_name(&new.id) || !super::is_name(new.scope.name()) {
            return Err(BudgetsError::BadName(new.id.to_string()));
        }
        if config.budgets.iter().any(|budget| budget.id == new.id) {
            return Err(BudgetsError::OfConfig(new.id.clone()));
        }
        let known = self.list()?.into_iter().find(|budget| budget.id == new.id);
        if known.is_some_and(|known| known.scope != new.scope || known.period != new.period) {
            return Err(BudgetsError::Other(new.id.clone()));
        }
        let thresholds = serde_json::json!(&*new.thresholds).to_string();
        self.change(|transaction| {
            transaction.execute(
                "INSERT INTO budgets (id, scope, name, period, time_zone, max, thresholds, webhook, created_at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone, \
                 max = excluded.max, thresholds = excluded.thresholds, webhook = excluded.webhook",
                params![
                    &*new.id,
                    new.scope.kind(),
                    new.scope.name(),
                    new.period.as_str(),
                    new.zone.name(),
                    int(new.limit.0),
                    thresholds,
                    new.webhook.as_deref(),
                    int(now_ms()),
                ],
            )
        })?;
        Ok(())
    }

    /// Pays into a prepaid budget. The same reference with the same amount again changes nothing and gives the payment that
    /// was made.
    ///
    /// # Errors
    /// When there is no such prepaid budget, or the reference names a payment of another amount.
    pub fn top_up(
        &mut self,
        budget: &str,
        amount: NanoUsd,
        reference: &str,
        config: &Config,
    ) -> Result<TopUp, BudgetsError> {
        let fits = (1..=REFERENCE_BYTES).contains(&reference.len()) && !reference.chars().any(char::is_control);
        if !fits {
            return Err(BudgetsError::BadReference);
        }
        if amount == NanoUsd::ZERO {
            return Err(BudgetsError::Nothing);
        }
        let unknown = |all: &[Budget]| UnknownName::among(Named::Budget, budget, all.iter().map(|known| &*known.id));
        let all = self.in_force(config)?;
        let known = all.iter().find(|known| *known.id == *budget).ok_or_else(|| unknown(&all))?.clone();
        if known.period != BudgetPeriod::Prepaid {
            return Err(BudgetsError::NotPrepaid(known.id));
        }
        self.change(|transaction| {
            transaction.execute(
                "INSERT INTO top_ups (budget, reference, amount, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                params![budget, reference, int(amount.0), int(now_ms())],
            )
        })?;
        let made = self.payment(budget, reference)?.ok_or_else(|| unknown(&all))?;
        if made.amount != amount {
            return Err(BudgetsError::OtherAmount { reference: made.reference, amount: made.amount });
        }
        Ok(made)
    }

    fn payment(&self, budget: &str, reference: &str) -> Result<Option<TopUp>, StoreError> {
        let ask = || {
            let question = "SELECT * FROM top_ups WHERE budget = ? AND reference = ?";
            let read = |row: &Row<'_>| {
                Ok(TopUp {
                    budget: row.get("budget")?,
                    reference: row.get("reference")?,
                    amount: NanoUsd(row.get("amount").map(uint)?),
                    at: row.get("at").map(uint)?,
                })
            };
            self.connection.prepare_cached(question)?.query_row([budget, reference], read).optional()
        };
        ask().map_err(|source| self.failed(source))
    }

    /// A number that grows with every change: cheap to ask for once a second.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn version(&self) -> Result<u64, StoreError> {
        let ask = || self.connection.prepare_cached("SELECT number FROM changes")?.query_row([], |row| row.get(0));
        ask().map(uint).map_err(|source| self.failed(source))
    }

    fn change(
        &mut self,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<usize>,
    ) -> Result<(), StoreError> {
        let run = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if change(&transaction)? > 0 {
                transaction.execute("UPDATE changes SET number = number + 1", [])?;
            }
            transaction.commit()
        };
        run().map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

fn budget(row: &Row<'_>) -> rusqlite::Result<Budget> {
    let text = |column: &str| row.get::<_, Arc<str>>(column);
    let unknown = |what: &str| rusqlite::types::FromSqlError::Other(format!("`{what}` is not known").into());
    let (scope, name, period, zone) = (text("scope")?, text("name")?, text("period")?, text("time_zone")?);
    let thresholds: Vec<u8> = json(row, "thresholds")?;
    Ok(Budget {
        id: text("id")?,
        scope: BudgetScope::from_names(&scope, &name).ok_or_else(|| unknown(&scope))?,
        period: BudgetPeriod::from_name(&period).ok_or_else(|| unknown(&period))?,
        zone: Zone::named(&zone).ok_or_else(|| unknown(&zone))?,
        limit: NanoUsd(row.get("max").map(uint)?),
        // Only what comes after a prepaid budget was made is paid out of it.
        since: if *period == *"prepaid" { row.get("created_at").map(uint)? } else { 0 },
        thresholds: thresholds.into(),
        webhook: row.get("webhook")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepaid(limit: u64) -> Budget {
        Budget {
            id: "credit".into(),
            scope: BudgetScope::Tenant("acme".into()),
            period: BudgetPeriod::Prepaid,
            zone: Zone::named("Europe/Berlin").unwrap(),
            limit: NanoUsd(limit),
            since: 0,
            thresholds: [80, 95].into(),
            webhook: None,
        }
    }

    #[test]
    fn a_payment_is_made_once_however_often_its_reference_comes() {
        let (dir, config) = (tempfile::tempdir().unwrap(), Config::builtin());
        let mut budgets = StoredBudgets::open(dir.path()).unwrap();
        budgets.set(&prepaid(5), &config).unwrap();
        let first = budgets.top_up("credit", NanoUsd(10), "invoice 1", &config).unwrap();
        assert_eq!(budgets.top_up("credit", NanoUsd(10), "invoice 1", &config).unwrap(), first);
        assert!(matches!(
            budgets.top_up("credit", NanoUsd(11), "invoice 1", &config),
            Err(BudgetsError::OtherAmount { amount: NanoUsd(10), .. })
        ));
        assert_eq!(budgets.in_force(&config).unwrap().last().unwrap().limit, NanoUsd(15));
        assert_eq!(budgets.version().unwrap(), 2);
    }

    #[test]
    fn a_budget_comes_back_as_it_was_set_and_keeps_its_beginning() {
        let (dir, config) = (tempfile::tempdir().unwrap(), Config::builtin());
        let mut budgets = StoredBudgets::open(dir.path()).unwrap();
        budgets.set(&prepaid(5), &config).unwrap();
        let since = budgets.list().unwrap()[0].since;
        budgets.set(&prepaid(7), &config).unwrap();
        let again = &budgets.list().unwrap()[0];
        assert_eq!((again.limit, again.since, &*again.thresholds), (NanoUsd(7), since, &[80, 95][..]));
        assert_eq!((&again.scope, again.zone.name()), (&prepaid(0).scope, "Europe/Berlin"));
        let other = Budget { period: BudgetPeriod::Day, ..prepaid(7) };
        assert!(matches!(budgets.set(&other, &config), Err(BudgetsError::Other(_))));
        assert!(matches!(budgets.top_up("none", NanoUsd(1), "x", &config), Err(BudgetsError::UnknownName(_))));
        assert!(matches!(budgets.top_up("credit", NanoUsd(1), "a\n", &config), Err(BudgetsError::BadReference)));
    }
}
