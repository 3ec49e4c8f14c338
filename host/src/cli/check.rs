//! `fingerpost check`: says what is wrong with a config, or that nothing is: what its file says, and what a start with it would
//! meet. What that could be is the part of `config/` and of `preflight.rs`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::Place;
use crate::config::{Config, ConfigError, Problem};
use crate::preflight::{Findings, try_out};
use crate::words::counted;

/// What is looked for where no file is named.
const FILE: &str = "fingerpost.toml";

/// What `fingerpost check` was told.
#[derive(Debug, Clone, Args)]
pub(super) struct CheckArgs {
    /// The config file [default: what --config or FINGERPOST_CONFIG names, else fingerpost.toml]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Reads the config file, tries what a start would do, and says what it holds, or everything that is wrong.
///
/// Problems and warnings go to stderr, the summary to stdout; the exit code is 0 without problems, else 1.
pub(super) fn check(args: &CheckArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let named = args.file.as_deref().or(args.place.config.as_deref());
    let path = named.unwrap_or(Path::new(FILE));
    anyhow::ensure!(
        named.is_some() || path.exists(),
        "there is no {FILE} here: name the config, as in `fingerpost check FILE` or with FINGERPOST_CONFIG (without one, \
         `fingerpost serve` runs on defaults that it carries)"
    );
    let read = Config::load(path).map(|mut config| {
        if let Some(dir) = &args.place.data_dir {
            config.data_dir.clone_from(dir);
        }
        config
    });
    let findings = match &read {
        Ok(config) => {
            // Each policy that is compiled holds its file open.
            let _ = rlimit::increase_nofile_limit(u64::MAX);
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(try_out(config, None))
        }
        Err(_) => Findings::default(),
    };
    eprint!("{}", remarks(&read, &findings));
    match &read {
        Ok(config) if findings.problems.is_empty() => {
            writeln!(out, "{}{}", super::catalog::sources(config), summary(config))?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(ExitCode::FAILURE),
    }
}

/// Everything that is to be said: warnings, then problems and their count.
#[must_use]
fn remarks(read: &Result<Config, ConfigError>, findings: &Findings) -> String {
    let (warnings, problems): (&[Problem], &[Problem]) = match read {
        Ok(config) => (&config.warnings, &findings.problems),
        Err(error) => (&error.warnings, &error.problems),
    };
    let mut said: String = findings.notes.iter().map(|note| format!("note: {note}\n")).collect();
    said.extend(warnings.iter().map(|warning| format!("warning: {warning}\n")));
    said.extend(findings.warnings.iter().map(|warning| format!("warning: {warning}\n")));
    said.extend(problems.iter().map(|problem| format!("error: {problem}\n")));
    if !problems.is_empty() {
        said.push_str(&format!("{}\n", counted(problems.len(), "problem")));
    }
    said
}

/// What a valid config holds, in one line.
fn summary(config: &Config) -> String {
    let parts = [
        counted(config.routes.len(), "route"),
        counted(config.targets.len(), "target"),
        counted(config.providers.len(), "provider"),
        counted(config.tenants.len(), "tenant"),
        counted(config.keys.len(), "key"),
        counted(config.budgets.len(), "budget"),
    ];
    format!("ok: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_config_is_summed_up() {
        let config = Config::builtin();
        assert_eq!(summary(&config), "ok: 5 routes, 6 targets, 2 providers, 1 tenant, 1 key, 2 budgets");
        assert_eq!(remarks(&Ok(config), &Findings::default()), "");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let said = remarks(&Config::load(Path::new("/no/such/fingerpost.toml")), &Findings::default());
        assert!(said.starts_with("error: /no/such/fingerpost.toml: there is no such file"), "{said}");
    }
}
