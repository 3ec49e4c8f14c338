//! Watches the policy files of routes. Folders are watched rather than files, and contents compared rather than times, so
//! that renames, swapped symbolic links and partial writes all end in the right state.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecursiveMode, Watcher};
use tokio::sync::{mpsc, watch};

use crate::config::{Name, PolicySource};
use crate::gateway::Gateway;
use crate::lifecycle::Lifecycle;

/// How long it must be quiet before a file is read: compilers and editors write in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// A folder in which something happens all the time is not waited for any longer.
const AT_MOST: Duration = Duration::from_secs(2);

/// Files are also looked at this often, for file systems that report nothing.
const AT_LEAST_EVERY: Duration = Duration::from_secs(10);

/// Refreshes routes whose files change, until told to stop.
pub async fn watch(gateway: Arc<Gateway>, lifecycle: Arc<Lifecycle>, mut stop: watch::Receiver<bool>) {
    let (changed, mut changes) = mpsc::channel(1);
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Our own reading of a file is an event too, and none that matters.
        if event.is_ok_and(|event| !matters(event.kind)) {
            return;
        }
        // One waiting notice is as good as many.
        let _ = changed.try_send(());
    });
    let mut watcher = match watcher {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "files cannot be watched; they are looked at every ten seconds");
            None
        }
    };
    let mut folders = BTreeSet::new();
    loop {
        let files = files(&gateway);
        if let Some(watcher) = &mut watcher {
            follow(watcher, &mut folders, &files);
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = changes.recv(), if watcher.is_some() => {}
            () = tokio::time::sleep(AT_LEAST_EVERY) => {}
        }
        let patience = tokio::time::Instant::now() + AT_MOST;
        while let Ok(Some(())) = tokio::time::timeout(QUIET, changes.recv()).await
            && tokio::time::Instant::now() < patience
        {}
        for (route, path) in files {
            match lifecycle.refresh_file(&route).await {
                Ok(None) => {}
                Ok(Some(generation)) => {
                    tracing::info!(route = &*route, file = %path.display(), generation = generation.number(), "policy replaced");
                }
                Err(error) => {
                    tracing::error!(route = &*route, file = %path.display(), %error, "the changed policy was not admitted; the one before it stays");
                }
            }
        }
    }
}

/// Whether something may have changed: everything but reading.
fn matters(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

fn files(gateway: &Gateway) -> Vec<(Name, PathBuf)> {
    let state = gateway.state.load();
    let file = |route: &crate::config::Route| match &route.policy {
        PolicySource::File(path) => Some((route.name.clone(), path.clone())),
        PolicySource::Builtin(_) | PolicySource::Oci(_) | PolicySource::Deployed(_) => None,
    };
    state.config.routes.values().filter_map(file).collect()
}

/// Watches the folders of these files, and of what they are symbolic links to.
fn follow(watcher: &mut impl Watcher, folders: &mut BTreeSet<PathBuf>, files: &[(Name, PathBuf)]) {
    let real = |path: &PathBuf| path.canonicalize().ok();
    let wanted: BTreeSet<PathBuf> = files
        .iter()
        .flat_map(|(_, path)| [Some(path.clone()), real(path)])
        .flatten()
        .filter_map(|path| Some(path.parent()?.to_path_buf()))
        .collect();
    for gone in folders.difference(&wanted) {
        let _ = watcher.unwatch(gone);
    }
    for new in wanted.difference(folders) {
        if let Err(error) = watcher.watch(new, RecursiveMode::NonRecursive) {
            tracing::warn!(folder = %new.display(), %error, "a folder cannot be watched");
        }
    }
    *folders = wanted;
}
