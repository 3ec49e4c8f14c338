//! Policies that came from registries, kept in the data folder: a folder for each, named by the digest of its manifest, with
//! manifest and component. All of it follows from that name, so nothing there is believed that does not agree with it.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::{Artifact, Reference};
use crate::policy::Digest;

const MANIFEST: &str = "manifest.json";
const COMPONENT: &str = "component.wasm";

/// How many stay beside those that the config names: the latest, for going back to a config of before while the registry is
/// away.
const OTHERS: usize = 16;

/// Tells the unfinished folders of one process apart.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// The folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Kept(Arc<PathBuf>);

impl Kept {
    /// In this data folder.
    #[must_use]
    pub fn of(data_dir: &std::path::Path) -> Self {
        Self(Arc::new(data_dir.join("registry")))
    }

    /// What is pinned so, if it is there and whole.
    #[must_use]
    pub fn find(&self, reference: &Reference) -> Option<Artifact> {
        let folder = self.folder(&reference.digest()?);
        let manifest = fs::read(folder.join(MANIFEST)).ok()?;
        let component = fs::read(folder.join(COMPONENT)).ok()?;
        let (manifest, component): (Bytes, Bytes) = (manifest.into(), component.into());
        Artifact::checked(reference, manifest, component, usize::MAX).ok()
    }

    /// Keeps one, in place of what is broken there.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, artifact: &Artifact) -> io::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let partial = self.0.join(format!("{}-{number}.partial", std::process::id()));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&partial)?;
        let folder = self.folder(&artifact.digest());
        let write = |name: &str, content: &[u8]| {
            use io::Write;
            let mut file = fs::File::create(partial.join(name))?;
            file.write_all(content)?;
            file.sync_all()
        };
        let written = write(MANIFEST, &artifact.manifest).and_then(|()| write(COMPONENT, &artifact.component));
        let kept = written.and_then(|()| {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::rename(&partial, &folder)
        });
        if kept.is_err() {
            let _ = fs::remove_dir_all(&partial);
        }
        kept
    }

    /// Deletes all but those that are named, and the latest of the others. What cannot be deleted stays, and does no harm.
    pub fn tidy(&self, named: &[Digest]) {
        let Ok(entries) = fs::read_dir(&*self.0) else { return };
        let is_named = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).and_then(Digest::from_hex);
            name.is_some_and(|digest| named.contains(&digest))
        };
        let others = entries.flatten().map(|entry| entry.path()).filter(|path| !is_named(path));
        let mut others: Vec<_> =
            others.map(|path| (fs::metadata(&path).and_then(|found| found.modified()).ok(), path)).collect();
        others.sort();
        for (_, path) in others.iter().rev().skip(OTHERS) {
            let _ = fs::remove_dir_all(path);
        }
    }

    fn folder(&self, digest: &Digest) -> PathBuf {
        self.0.join(digest.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest component, with a custom section that makes it another one.
    fn artifact(number: u8) -> Artifact {
        let component = [b"\0asm\x0d\0\x01\0\0\x03\x01n", &[number][..]].concat();
        Artifact::of_component(component.into(), None).unwrap()
    }

    fn pinned(artifact: &Artifact) -> Reference {
        "oci://h.example/a:1".parse::<Reference>().unwrap().pinned(artifact.digest())
    }

    #[test]
    fn what_is_kept_is_found_while_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let (kept, one, other) = (Kept::of(dir.path()), artifact(1), artifact(2));
        kept.keep(&one).unwrap();
        kept.keep(&one).unwrap();
        assert_eq!(kept.find(&pinned(&one)).unwrap().component(), one.component());
        assert!(kept.find(&pinned(&other)).is_none());
        fs::write(kept.folder(&one.digest()).join(COMPONENT), other.component()).unwrap();
        assert!(kept.find(&pinned(&one)).is_none(), "another component lies there");
        kept.keep(&one).unwrap();
        assert!(kept.find(&pinned(&one)).is_some(), "it was mended");
    }

    #[test]
    fn what_nobody_names_goes_one_day() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::of(dir.path());
        let all: Vec<_> = (0..20).map(artifact).collect();
        all.iter().for_each(|one| kept.keep(one).unwrap());
        kept.tidy(&[all[0].digest(), all[1].digest()]);
        assert!(all[..2].iter().all(|one| kept.find(&pinned(one)).is_some()));
        assert_eq!(all.iter().filter(|one| kept.find(&pinned(one)).is_some()).count(), 2 + OTHERS);
    }
}
