//! The command line: what was typed, and which part of the library it means. Each command is a file; none decides anything
//! that the library does not.
#![allow(clippy::print_stderr, reason = "a command says there what went wrong")]

mod amounts;
pub mod budget;
pub mod catalog;
mod check;
mod columns;
mod demo;
pub mod explain;
pub mod keys;
pub mod ledger;
mod lines;
mod operator;
mod output;
mod page;
mod plot;
mod policy;
pub mod reconcile;
mod replay;
pub mod review;
mod serve;
mod simulate;
pub mod usage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::output::Output;
use crate::config::{Config, ConfigError};
use crate::policy::ADMIT_COMMAND;
use crate::registry::REGISTRY_COMMAND;
use crate::serve::StartError;
use crate::sim::SimCommand;
use crate::testing::DocumentError;

/// An OpenAI-compatible AI gateway whose every routing and fallback decision is made by a sandboxed WebAssembly policy
#[derive(Debug, Parser)]
#[command(name = "fingerpost", version, propagate_version = true)]
struct Typed {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway
    Serve(serve::ServeArgs),
    /// Watch half a minute of outages, limits and swaps on simulated providers
    Demo(demo::DemoArgs),
    /// Tell the life of one request
    Explain {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: explain::ExplainArgs,
    },
    /// Make recorded decisions again: as they were, or as a candidate would
    Replay {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: replay::ReplayArgs,
    },
    /// Compare policies on simulated traffic and providers
    Simulate {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: simulate::SimulateArgs,
    },
    /// Sum up tokens, cost, requests, fallbacks and retry spend
    Usage {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: usage::UsageArgs,
    },
    /// Make, list and revoke API keys
    Keys {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: keys::KeysArgs,
    },
    /// Make and show budgets, and pay into prepaid ones
    Budget {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: budget::BudgetArgs,
    },
    /// Compare a provider's statement with the ledger
    Reconcile {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: reconcile::ReconcileArgs,
    },
    /// Take old records out of the ledger
    Ledger {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: ledger::LedgerArgs,
    },
    /// Decide about requests that wait for people
    Review {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: review::ReviewArgs,
    },
    /// Say what is wrong with a config file, or that nothing is
    Check(check::CheckArgs),
    /// Import and show prices of models
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Write, test, build, inspect, sign and deploy policies
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Run a simulated provider as a process of its own
    #[command(hide = true)]
    Sim(SimCommand),
    /// Admit a policy, told over standard input; the gateway itself calls this
    #[command(name = ADMIT_COMMAND, hide = true)]
    Admit,
    /// Speak to a registry, told over standard input; the gateway itself calls this
    #[command(name = REGISTRY_COMMAND, hide = true)]
    Registry,
}

/// Which gateway a command is about.
#[derive(Debug, Clone, clap::Args)]
struct Place {
    /// The config file; without one the embedded defaults hold
    #[arg(long, short, global = true, env = "FINGERPOST_CONFIG")]
    config: Option<PathBuf>,
    /// The data folder, whatever the config says
    #[arg(long, global = true, env = "FINGERPOST_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

impl Place {
    /// The data folder that was typed, else the config's.
    fn data_dir(&self) -> anyhow::Result<PathBuf> {
        match &self.data_dir {
            Some(dir) => Ok(dir.clone()),
            None => self.look().map(|config| config.data_dir),
        }
    }

    /// The config, with the data folder that was typed.
    fn load(&self) -> anyhow::Result<Config> {
        self.read(Config::load)
    }

    /// The same without secrets, for all but the gateway itself: whoever looks into its books need not have them.
    fn look(&self) -> anyhow::Result<Config> {
        self.read(Config::load_without_secrets)
    }

    fn read(&self, read: impl FnOnce(&Path) -> Result<Config, ConfigError>) -> anyhow::Result<Config> {
        let mut config = match &self.config {
            Some(file) => read(file)?,
            None => Config::builtin(),
        };
        if let Some(dir) = &self.data_dir {
            config.data_dir.clone_from(dir);
        }
        Ok(config)
    }
}

/// Runs what was typed.
#[must_use]
pub fn main() -> ExitCode {
    match run(Typed::parse().command, &mut Output) {
        Ok(code) => code,
        Err(_) if Output::is_closed() => Output::closed(),
        Err(error) => match error.downcast_ref::<policy::Exit>() {
            Some(exit) => exit.end(),
            None => {
                eprintln!("error: {}", told(&error));
                ExitCode::FAILURE
            }
        },
    }
}

fn run(command: Command, out: &mut Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(&args, out)?,
        Command::Demo(args) => demo::run(&args)?,
        Command::Explain { place, args } => explain::run(args, &place.data_dir()?, out)?,
        Command::Replay { place, args } => return replay::run(args, &place, out),
        Command::Simulate { place, args } => simulate::run(&args, &place, out)?,
        Command::Usage { place, args } => usage::run(args, &place.data_dir()?, out)?,
        Command::Keys { place, args } if args.names_things() => keys::run(args, &place.look()?, out)?,
        Command::Keys { place, args } => {
            keys::run(args, &Config { data_dir: place.data_dir()?, ..Config::builtin() }, out)?;
        }
        Command::Budget { place, args } => budget::run(args, &place.look()?, out)?,
        Command::Reconcile { place, args } => reconcile::run(args, &place.look()?, out)?,
        Command::Ledger { place, args } => {
            let config = place.look()?;
            ledger::run(args, &config, &config.data_dir, out)?;
        }
        Command::Review { place, args } => {
            let config = place.look()?;
            review::run(args, &config, &config.data_dir, out)?;
        }
        Command::Check(args) => return check::check(&args, out),
        Command::Catalog(command) => catalog::run(command, out)?,
        Command::Policy(command) => policy::run(command, out)?,
        Command::Sim(command) => on_one_thread(command.run())?,
        Command::Admit => return Ok(crate::policy::child_main()),
        Command::Registry => return Ok(crate::registry::child_main()),
    }
    Ok(ExitCode::SUCCESS)
}

/// What an error says. A file with several mistakes has an error for each.
fn told(error: &anyhow::Error) -> String {
    let document = error.downcast_ref::<DocumentError>().map(|error| &error.problems);
    let config = || error.downcast_ref::<ConfigError>().map(|error| &error.problems);
    let start = || match error.downcast_ref::<StartError>()? {
        StartError::Settings(problems) => Some(problems),
        _ => None,
    };
    match document.or_else(config).or_else(start) {
        Some(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: "),
        None => format!("{error:#}"),
    }
}

fn on_one_thread<T>(future: impl Future<Output = std::io::Result<T>>) -> std::io::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

/// A path as people type it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn no_command_has_two_options_of_one_name() {
        Typed::command().debug_assert();
    }

    #[test]
    fn dev_takes_its_gateway_from_where_the_others_do_and_no_rounds_are_no_measurement() {
        let typed = |words: &[&str]| Typed::try_parse_from([&["fingerpost", "policy"], words].concat());
        for command in ["dev", "deploy x.wasm --token t"] {
            let words: Vec<_> =
                command.split(' ').chain(["--route", "r", "--config", "a.toml", "--admin", "b"]).collect();
            assert!(typed(&words).is_ok(), "{:?}", typed(&words));
        }
        assert_eq!(typed(&["bench", "--rounds", "0"]).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn every_mistake_of_a_file_is_an_error_of_its_own() {
        let error = crate::testing::Fixture::parse("a = 1\nb = 2\n", Path::new("x.toml")).unwrap_err();
        let said = told(&error.into());
        assert_eq!(said.matches("\nerror: x.toml:").count() + 1, said.matches("x.toml:").count(), "{said}");
        assert!(said.contains("\nerror: x.toml:2:1: b"), "{said}");
    }
}
