//! Waits for changes of a policy crate: its sources, fixtures, scenarios and manifest.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context;
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::source::Source;

/// How long it must be quiet before anything is done: editors write in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// A watcher and what it has seen.
pub(super) struct Watching {
    changes: Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl Watching {
    /// Watches what belongs to this policy. Folders are watched, and of the crate's own only what is not built.
    pub(super) fn of(source: &Source) -> anyhow::Result<Self> {
        let (changed, changes) = channel();
        let krate = source.krate.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| matters(&krate, &event)) {
                // Nobody listens any more when the command ends.
                let _ = changed.send(());
            }
        })
        .context("failed to watch files")?;
        watcher.watch(&source.krate, RecursiveMode::NonRecursive).context("failed to watch the crate")?;
        let folders: [PathBuf; 3] = [source.krate.join("src"), source.fixtures_dir(), source.scenarios_dir()];
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            watcher
                .watch(folder, RecursiveMode::Recursive)
                .with_context(|| format!("failed to watch `{}`", folder.display()))?;
        }
        Ok(Self { changes, _watcher: watcher })
    }

    /// Waits for a change, and until it has been quiet for a moment after it.
    pub(super) fn wait(&self) -> anyhow::Result<()> {
        self.changes.recv().context("files are not watched any more")?;
        loop {
            match self.changes.recv_timeout(QUIET) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("files are not watched any more"),
            }
        }
    }
}

/// Whether something may have changed that the policy is made of. Directly in the crate's folder that is the manifest: cargo
/// writes the rest.
fn matters(krate: &Path, event: &notify::Event) -> bool {
    if matches!(event.kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write)) {
        return false;
    }
    let folder = krate.canonicalize().unwrap_or_else(|_| krate.to_owned());
    event.paths.iter().any(|path| {
        let is_direct = path.parent().is_some_and(|parent| parent == folder || parent == krate);
        !is_direct || path.file_name().is_some_and(|name| name == "Cargo.toml")
    })
}
