//! `fingerpost check`: says what is wrong with a config file, or that nothing is. What that could be is `config/`'s part.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crate::config::{Config, ConfigError};
use crate::lifecycle::unpinned;
use crate::policy::EngineOptions;

/// Reads the config file and says what it holds, or everything that is wrong with it.
///
/// Problems and warnings go to stderr, the summary to stdout; the exit code is 0 without problems, else 1.
pub(super) fn check(path: &Path, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let result = Config::load(path);
    eprint!("{}", remarks(&result));
    match &result {
        Ok(config) if is_pinned(config) => {
            writeln!(out, "{}{}", super::catalog::sources(config), summary(config))?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(ExitCode::FAILURE),
    }
}

/// Whether the config names all policies of registries by their digests; says which it does not.
fn is_pinned(config: &Config) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (Ok(runtime), Ok(options)) = (runtime, EngineOptions::new(std::path::PathBuf::new())) else { return true };
    let unpinned = runtime.block_on(unpinned(config, &options.admit_program));
    unpinned.iter().for_each(|one| eprintln!("routes.{}.policy.reference: {}", one.route, one.problem));
    unpinned.is_empty()
}

/// Everything that is to be said about a config: its warnings, then its problems and their count.
#[must_use]
fn remarks(result: &Result<Config, ConfigError>) -> String {
    let warnings = match result {
        Ok(config) => &config.warnings,
        Err(error) => &error.warnings,
    };
    let warnings: String = warnings.iter().map(|warning| format!("warning: {warning}\n")).collect();
    match result {
        Ok(_) => warnings,
        Err(error) => format!("{warnings}{error}\n"),
    }
}

/// What a valid config holds, in one line.
fn summary(config: &Config) -> String {
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
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
        assert_eq!(remarks(&Ok(config)), "");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let said = remarks(&Config::load(Path::new("/no/such/fingerpost.toml")));
        assert!(said.starts_with("/no/such/fingerpost.toml: failed to read the file"), "{said}");
    }
}
