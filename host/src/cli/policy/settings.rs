//! The settings of a version, where a command names their file.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::shown;
use crate::config::read_settings;
use crate::policy::Settings;

/// Which settings.
#[derive(Debug, Clone, Default, clap::Args)]
pub(in crate::cli) struct SettingsArgs {
    /// The version's settings: a file, TOML or JSON, with what the route's sections would hold ([routing], [fallback],
    /// [policy.config])
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

impl SettingsArgs {
    /// The settings of the file; none: no file was named.
    pub(in crate::cli) fn read(&self) -> anyhow::Result<Option<Settings>> {
        self.settings.as_deref().map(read).transpose()
    }

    /// As they are typed.
    pub(super) fn typed(&self) -> String {
        self.settings.as_deref().map(|file| format!(" --settings {}", shown(file))).unwrap_or_default()
    }
}

/// Reads a file of settings.
pub(in crate::cli) fn read(file: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(file).with_context(|| format!("failed to read `{}`", shown(file)))?;
    Ok(read_settings(&text, file)?)
}
