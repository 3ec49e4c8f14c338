//! Compiled policies on disk, by generation key and engine fingerprint: what makes a restart take seconds. Machine code
//! is loaded from here without a check that could find a lie, so the directory is private and trusted like the binary;
//! the digest beside each file finds torn and mixed-up ones.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::admission::Step;
use super::digest::Digest;

/// The most that the cache keeps, in bytes: some thousand policies. At a start the ones that were used longest ago go.
const MOST_BYTES: u64 = 4 << 30;

/// Tells the temporary files of one process apart, also those of caches that share a directory.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// A directory of compiled policies.
pub(super) struct Cache {
    dir: PathBuf,
    /// What the names of this engine's files end with.
    engine: String,
}

/// A compiled policy.
pub(super) struct Cached {
    pub(super) code: PathBuf,
    pub(super) steps: Vec<Step>,
    pub(super) warnings: Vec<String>,
}

/// What lies beside the code.
#[derive(Serialize, Deserialize)]
struct Papers {
    sha256: String,
    steps: Vec<Step>,
    warnings: Vec<String>,
}

impl Cache {
    /// Opens it, creating the directory where there is none and taking everyone else's rights to it where there is one.
    pub(super) fn open(dir: PathBuf, engine: &Digest) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
        let cache = Self { dir: fs::canonicalize(dir)?, engine: engine.short() };
        cache.prune(MOST_BYTES);
        Ok(cache)
    }

    /// The compiled policy with this key, if there is one and it is whole.
    pub(super) fn find(&self, key: &Digest) -> Option<Cached> {
        let code = self.path(key, "code");
        let papers: Papers = serde_json::from_slice(&fs::read(self.path(key, "json")).ok()?).ok()?;
        let whole = Digest::of(&fs::read(&code).ok()?).to_string() == papers.sha256;
        if !whole {
            tracing::warn!(file = %code.display(), "a compiled policy is damaged; compiling it anew");
            return None;
        }
        // The time of its last use, for pruning. That it cannot be written is no reason not to use it.
        let _ = File::options().write(true).open(&code).and_then(|file| file.set_modified(SystemTime::now()));
        Some(Cached { code, steps: papers.steps, warnings: papers.warnings })
    }

    /// Keeps a compiled policy.
    pub(super) fn store(&self, key: &Digest, code: &[u8], steps: &[Step], warnings: &[String]) -> io::Result<Cached> {
        let papers =
            Papers { sha256: Digest::of(code).to_string(), steps: steps.to_vec(), warnings: warnings.to_vec() };
        let path = self.path(key, "code");
        self.write(&path, code)?;
        self.write(&self.path(key, "json"), &serde_json::to_vec(&papers)?)?;
        Ok(Cached { code: path, steps: papers.steps, warnings: papers.warnings })
    }

    /// Writes beside the file and renames: readers see the whole file or none, and one that has it mapped keeps it.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let temporary = self.dir.join(format!("{}-{number}.new", std::process::id()));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        let written = file.write_all(bytes).and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn path(&self, key: &Digest, ending: &str) -> PathBuf {
        self.dir.join(format!("{key}-{}.{ending}", self.engine))
    }

    /// Deletes what was used longest ago until the rest fits, and what a crash left half written. A file that cannot be
    /// deleted stays: the cache works all the same.
    fn prune(&self, most: u64) {
        let Ok(entries) = fs::read_dir(&self.dir) else { return };
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(about) = entry.metadata() else { continue };
            let Ok(used) = about.modified() else { continue };
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("code") => files.push((used, about.len(), path)),
                // Another process may be writing it at this moment, but not for an hour.
                Some("new") if used.elapsed().is_ok_and(|age| age.as_secs() > 3600) => drop(fs::remove_file(path)),
                _ => {}
            }
        }
        files.sort_by(|a, b| b.cmp(a)); // Latest first.
        let mut kept = 0;
        for (_, bytes, path) in files {
            kept += bytes;
            if kept > most {
                let _ = fs::remove_file(path.with_extension("json"));
                let _ = fs::remove_file(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cache, Digest};

    fn cache() -> (tempfile::TempDir, Cache) {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path().join("cache"), &Digest::of(b"engine")).unwrap();
        (dir, cache)
    }

    #[test]
    fn what_was_stored_is_found() {
        let (_dir, cache) = cache();
        let key = Digest::of(b"key");
        assert!(cache.find(&key).is_none());
        cache.store(&key, b"code", &[], &["a warning".into()]).unwrap();
        assert_eq!(cache.find(&key).unwrap().warnings, ["a warning"]);
    }

    #[test]
    fn a_torn_file_is_not_found() {
        let (_dir, cache) = cache();
        let key = Digest::of(b"key");
        let cached = cache.store(&key, b"code", &[], &[]).unwrap();
        std::fs::write(&cached.code, b"co").unwrap();
        assert!(cache.find(&key).is_none());
    }

    #[test]
    fn caches_that_share_a_directory_do_not_write_into_each_others_files() {
        let (dir, one) = cache();
        let code = vec![7; 1 << 20];
        std::thread::scope(|scope| {
            for other in 0..8_u8 {
                let cache = Cache::open(dir.path().join("cache"), &Digest::of(b"engine")).unwrap();
                let code = &code;
                scope.spawn(move || drop(cache.store(&Digest::of(&[other]), code, &[], &[]).unwrap()));
            }
        });
        assert!((0..8_u8).all(|other| one.find(&Digest::of(&[other])).is_some()));
    }

    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let (_dir, cache) = cache();
        let cached = cache.store(&Digest::of(b"key"), b"code", &[], &[]).unwrap();
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(cache.dir.clone()), 0o700);
        assert_eq!(mode(cached.code), 0o600);
    }

    #[test]
    fn pruning_keeps_what_was_used_last() {
        let (_dir, cache) = cache();
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        for key in [&old, &new] {
            cache.store(key, b"four", &[], &[]).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        cache.prune(4);
        assert!(cache.find(&old).is_none());
        assert!(cache.find(&new).is_some());
    }
}
