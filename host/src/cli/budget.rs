//! `fingerpost budget`: makes and shows budgets, and pays into prepaid ones. A running gateway notices within a second or
//! so.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use comfy_table::Table;

use super::explain::visible;
use crate::account::period::Period;
use crate::config::{Budget, BudgetPeriod, BudgetScope, Config, Named, UnknownName};
use crate::gateway::now_ms;
use crate::money::{MoneyError, NanoUsd};
use crate::store::{BudgetsError, Keys, Reader, StoreError, StoredBudgets};

/// What `fingerpost budget` was told.
#[derive(Debug, Args)]
pub struct BudgetArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a budget, or change the limit of one that was made so
    Set(SetArgs),
    /// Show all budgets, those of the config too
    Show {
        /// Only this one
        id: Option<String>,
        /// As JSON, an array
        #[arg(long)]
        json: bool,
    },
    /// Pay into a prepaid budget
    TopUp {
        /// The budget
        id: String,
        /// US dollars, such as 25.00
        amount: String,
        /// What tells this payment from every other one; the same again changes nothing
        #[arg(long)]
        reference: String,
    },
}

#[derive(Debug, Args)]
struct SetArgs {
    /// Its name
    id: String,
    #[command(flatten)]
    scope: ScopeArgs,
    /// When it starts anew: day, month or prepaid
    #[arg(long)]
    period: String,
    /// US dollars, such as 100.00
    #[arg(long)]
    limit: String,
    /// Where midnight is, such as Europe/Berlin; by default the tenant's
    #[arg(long)]
    time_zone: Option<String>,
    /// A share of the limit in percent that makes an event; may be given several times, rising
    #[arg(long = "threshold", value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    thresholds: Vec<u8>,
    /// The webhook of the config that hears of them
    #[arg(long)]
    webhook: Option<String>,
    /// Take a tenant, key, route or webhook that there is none of yet
    #[arg(long)]
    allow_unknown: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct ScopeArgs {
    /// It covers this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// It covers this key
    #[arg(long)]
    key: Option<String>,
    /// It covers this route
    #[arg(long)]
    route: Option<String>,
    /// It covers this traffic class
    #[arg(long)]
    class: Option<String>,
}

/// `fingerpost budget` failed.
#[derive(Debug, thiserror::Error)]
pub enum BudgetCommandError {
    /// The store refused.
    #[error(transparent)]
    Budgets(#[from] BudgetsError),
    /// An amount is none.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A word is none of those that there are.
    #[error("there is no {what} {word:?}; {hint}")]
    Word {
        /// What it should be.
        what: &'static str,
        /// The word.
        word: String,
        /// What there is.
        hint: &'static str,
    },
    /// What it should cover, or tell, is not there.
    #[error("{0}; --allow-unknown sets the budget all the same")]
    UnknownName(#[from] UnknownName),
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

impl From<StoreError> for BudgetCommandError {
    fn from(error: StoreError) -> Self {
        Self::Budgets(error.into())
    }
}

/// Does what was asked to the budgets of that config and its data folder.
///
/// # Errors
/// When a budget is unknown or the config's, or a file cannot be used.
pub fn run(args: BudgetArgs, config: &Config, out: &mut dyn Write) -> Result<(), BudgetCommandError> {
    let mut store = StoredBudgets::open(&config.data_dir)?;
    match args.command {
        Command::Set(args) => {
            let budget = budget(args, config)?;
            store.set(&budget, config)?;
            Ok(writeln!(
                out,
                "The budget {} of {} {} is set to ${}.",
                budget.id,
                budget.scope.kind(),
                visible(budget.scope.name()),
                budget.limit
            )?)
        }
        Command::Show { id, json } => show(&store, config, id.as_deref(), json, out),
        Command::TopUp { id, amount, reference } => {
            let paid = store.top_up(&id, NanoUsd::from_usd(&amount)?, &reference, config)?;
            Ok(writeln!(out, "${} are paid into {} under {}.", paid.amount, paid.budget, visible(&paid.reference))?)
        }
    }
}

fn budget(args: SetArgs, config: &Config) -> Result<Budget, BudgetCommandError> {
    let word = |what, word: &str, hint| BudgetCommandError::Word { what, word: word.to_owned(), hint };
    let ScopeArgs { tenant, key, route, class } = args.scope;
    let named = [("tenant", tenant), ("key", key), ("route", route), ("class", class)];
    let (kind, name) = named.into_iter().find_map(|(kind, name)| Some((kind, name?))).unwrap_or_default();
    let Some(scope) = BudgetScope::from_names(kind, &name) else {
        return Err(
            BudgetsError::UnknownName(UnknownName::among(Named::Class, &name, config.names(Named::Class))).into()
        );
    };
    if !args.allow_unknown {
        check_covered(&scope, config)?;
        args.webhook.as_ref().map_or(Ok(()), |webhook| config.require(Named::Webhook, webhook))?;
    }
    let period = BudgetPeriod::from_name(&args.period);
    let period = period.ok_or_else(|| word("period", &args.period, "there are day, month and prepaid"))?;
    let zone = Budget::zone_of(&scope, args.time_zone.as_deref(), config).ok_or_else(|| {
        word("time zone", args.time_zone.as_deref().unwrap_or_default(), "write a name such as Europe/Berlin")
    })?;
    let mut thresholds = args.thresholds;
    thresholds.sort_unstable();
    thresholds.dedup();
    thresholds.truncate(8);
    let limit = NanoUsd::from_usd(&args.limit)?;
    let webhook = args.webhook.map(Into::into);
    Ok(Budget { id: args.id.into(), scope, period, zone, limit, since: 0, thresholds: thresholds.into(), webhook })
}

/// Refuses what is not there to be covered. A key may be the config's or the store's.
fn check_covered(scope: &BudgetScope, config: &Config) -> Result<(), BudgetCommandError> {
    match scope {
        BudgetScope::Tenant(name) => config.require(Named::Tenant, name)?,
        BudgetScope::Route(name) => config.require(Named::Route, name)?,
        BudgetScope::Key(name) => {
            let stored = Keys::open(&config.data_dir)?.load()?;
            config.require_or(Named::Key, name, stored.iter().map(|key| &*key.name))?;
        }
        BudgetScope::Class(_) => {}
    }
    Ok(())
}

/// A budget with what the ledger says of its present period.
struct Shown {
    budget: Budget,
    spent: NanoUsd,
    of_config: bool,
}

fn show(
    store: &StoredBudgets,
    config: &Config,
    id: Option<&str>,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<(), BudgetCommandError> {
    let mut all = Vec::new();
    for budget in store.in_force(config)? {
        let start = Period::holding(budget.period, &budget.zone, now_ms()).start.max(budget.since);
        // Before the first start there is no ledger, and nothing is spent.
        let spent = match Reader::open(&config.data_dir) {
            Ok(reader) => reader.spent(&budget.scope, start)?,
            Err(StoreError::Missing { .. }) => NanoUsd::ZERO,
            Err(error) => return Err(error.into()),
        };
        let of_config = config.budgets.iter().any(|known| known.id == budget.id);
        all.push(Shown { budget, spent, of_config });
    }
    if let Some(id) = id {
        if !all.iter().any(|shown| *shown.budget.id == *id) {
            let known = all.iter().map(|shown| &*shown.budget.id);
            return Err(BudgetsError::UnknownName(UnknownName::among(Named::Budget, id, known)).into());
        }
        all.retain(|shown| *shown.budget.id == *id);
    }
    if as_json {
        let all: Vec<_> = all.iter().map(json_of).collect();
        return Ok(writeln!(out, "{:#}", serde_json::Value::from(all))?);
    }
    Ok(writeln!(out, "{}", table(&all))?)
}

fn table(all: &[Shown]) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["budget", "covers", "period", "time zone", "limit", "spent", "from"]);
    for Shown { budget, spent, of_config } in all {
        table.add_row([
            visible(&budget.id),
            format!("{} {}", budget.scope.kind(), visible(budget.scope.name())),
            budget.period.as_str().to_owned(),
            budget.zone.name().to_owned(),
            budget.limit.to_string(),
            spent.to_string(),
            if *of_config { "config" } else { "store" }.to_owned(),
        ]);
    }
    table
}

fn json_of(shown: &Shown) -> serde_json::Value {
    let Shown { budget, spent, of_config } = shown;
    serde_json::json!({
        "id": &*budget.id,
        "scope": { budget.scope.kind(): budget.scope.name() },
        "period": budget.period.as_str(),
        "time_zone": budget.zone.name(),
        "limit_usd": budget.limit.to_string(),
        "spent_usd": spent.to_string(),
        "thresholds": &*budget.thresholds,
        "webhook": budget.webhook.as_deref(),
        "source": if *of_config { "config" } else { "store" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: BudgetArgs,
    }

    fn typed(dir: &std::path::Path, words: &[&str]) -> Result<String, BudgetCommandError> {
        let args = Typed::try_parse_from(["budget"].iter().chain(words)).unwrap().args;
        let config = Config { data_dir: dir.to_owned(), ..Config::builtin() };
        let mut out = Vec::new();
        run(args, &config, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_prepaid_budget_is_set_topped_up_and_shown() {
        let dir = tempfile::tempdir().unwrap();
        let set = ["set", "credit", "--tenant", "demo", "--period", "prepaid", "--limit", "5.00", "--threshold", "80"];
        typed(dir.path(), &set).unwrap();
        let pay = ["top-up", "credit", "20.00", "--reference", "invoice 7"];
        assert_eq!(typed(dir.path(), &pay).unwrap(), typed(dir.path(), &pay).unwrap());
        let shown = typed(dir.path(), &["show", "credit", "--json"]).unwrap();
        assert!(shown.contains("\"limit_usd\": \"25.00\""), "{shown}");
        assert!(typed(dir.path(), &["show"]).unwrap().contains("tenant demo"));
    }

    #[test]
    fn mistakes_say_how_to_mend_them() {
        let dir = tempfile::tempdir().unwrap();
        let said = |words: &[&str]| typed(dir.path(), words).unwrap_err().to_string();
        assert!(said(&["set", "x", "--tenant", "demo", "--period", "week", "--limit", "1"]).contains("day, month"));
        assert!(said(&["set", "x", "--class", "c", "--period", "day", "--limit", "1"]).contains("critical"));
        assert!(said(&["top-up", "demo-mnth", "1", "--reference", "r"]).contains("there is no budget \"demo-mnth\""));
        assert!(said(&["show", "x"]).contains("there is no budget \"x\""));
    }

    #[test]
    fn what_is_not_there_is_covered_only_where_that_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let set = |scope: [&str; 2], more: &[&str]| {
            typed(dir.path(), &[&["set", "x", scope[0], scope[1], "--period", "day", "--limit", "1"], more].concat())
        };
        for (scope, meant) in
            [(["--tenant", "demoo"], "demo"), (["--key", "demoo"], "demo"), (["--route", "prompt_lap"], "prompt_lab")]
        {
            let said = set(scope, &[]).unwrap_err().to_string();
            assert!(said.contains(&format!("did you mean {meant:?}?")) && said.contains("--allow-unknown"), "{said}");
        }
        assert!(set(["--tenant", "demo"], &["--webhook", "nobody"]).unwrap_err().to_string().contains("webhook"));
        assert!(set(["--tenant", "later"], &["--allow-unknown"]).is_ok());
    }
}
