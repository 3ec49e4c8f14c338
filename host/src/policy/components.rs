//! Components as they were handed in, each in a file under its digest: what a replay admits anew. Content-addressed, so a
//! file is written once and never changes.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::digest::Digest;

/// Tells the temporary files of one process apart.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// A folder of components. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Components(Arc<Path>);

impl Components {
    /// In this folder, which is made when there is something to keep.
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self(dir.into())
    }

    /// Keeps a component under its digest, unless it is there already.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, digest: &Digest, component: &[u8]) -> io::Result<()> {
        let path = self.path(digest);
        if path.exists() {
            return Ok(());
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let partial = self.0.join(format!("{}-{number}.partial", std::process::id()));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
        let written =
            file.write_all(component).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            let _ = fs::remove_file(&partial);
        }
        written
    }

    /// The component with this digest, if it is there and whole.
    #[must_use]
    pub fn find(&self, digest: &Digest) -> Option<Bytes> {
        let component = fs::read(self.path(digest)).ok()?;
        (Digest::of(&component) == *digest).then(|| component.into())
    }

    /// Deletes all components but those that are wanted.
    pub fn retain(&self, is_wanted: impl Fn(&Digest) -> bool) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if !Digest::from_hex(name).is_some_and(|digest| is_wanted(&digest)) {
                // What cannot be deleted stays, and does no harm.
                let _ = fs::remove_file(path);
            }
        }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.0.join(format!("{digest}.wasm"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_found_by_its_digest_and_only_while_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let components = Components::new(dir.path().join("components"));
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        components.keep(&one, b"one").unwrap();
        components.keep(&one, b"one").unwrap();
        components.keep(&other, b"other").unwrap();
        assert_eq!(components.find(&one).as_deref(), Some(&b"one"[..]));
        components.retain(|digest| *digest == one);
        assert!(components.find(&one).is_some() && components.find(&other).is_none());
        fs::write(components.path(&one), b"on").unwrap();
        assert!(components.find(&one).is_none());
    }
}
