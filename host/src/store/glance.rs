//! A look at a data folder without serving from it: whether a start could use it, and copies of the small files, which can be
//! brought up to date and read without touching the folder.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::files::{Kind, LOCK};

/// The small files, copied.
#[derive(Debug)]
pub struct Glance {
    copies: tempfile::TempDir,
}

impl Glance {
    /// Looks at a data folder, which need not be there.
    ///
    /// # Errors
    /// With what a start would say: the folder or a file of it cannot be written, or is of a later version.
    pub fn at(dir: &Path) -> Result<Self, GlanceError> {
        try_folder(dir).map_err(|source| GlanceError::Folder { path: dir.to_owned(), source })?;
        let copies =
            tempfile::tempdir().map_err(|source| GlanceError::Folder { path: std::env::temp_dir(), source })?;
        for kind in Kind::ALL.into_iter().filter(|kind| kind.path(dir).exists()) {
            let path = kind.path(dir);
            // SQLite itself would only read a file that it may not write.
            let opened = OpenOptions::new().read(true).write(true).open(&path);
            opened.map_err(|source| StoreError::Open { path: path.clone(), source })?;
            let connection = open_any_version(kind, &path)?;
            if kind.is_small() {
                let copy = kind.path(copies.path()).display().to_string();
                connection.execute("VACUUM INTO ?", [copy]).map_err(|source| StoreError::Sqlite { path, source })?;
            }
        }
        Ok(Self { copies })
    }

    /// The folder with the copies.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.copies.path()
    }
}

/// A data folder that a gateway cannot serve from.
#[derive(Debug, thiserror::Error)]
pub enum GlanceError {
    /// It cannot be made, or nothing can be written there.
    #[error("failed to prepare the data folder `{}`: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file in it cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens a file of this version or an earlier one.
fn open_any_version(kind: Kind, path: &Path) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::Sqlite { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    let (found, known) = kind.layouts(&connection).map_err(failed)?;
    if found > known {
        return Err(StoreError::Version { path: path.to_owned(), found, known });
    }
    Ok(connection)
}

/// Makes something in the folder and takes it away again, or in the folder in which it would be made: whatever stands in the
/// way of that, a right, a full disk or a file in its place, is what a start would meet.
fn try_folder(dir: &Path) -> io::Result<()> {
    let folder = match std::fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => dir.to_owned(),
        Ok(_) => return Err(io::Error::from(rustix::io::Errno::EXIST)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let absolute = std::path::absolute(dir)?;
            absolute.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("/")).to_owned()
        }
        Err(error) => return Err(error),
    };
    let tried = folder.join(format!(".fingerpost-check-{}", std::process::id()));
    std::fs::create_dir(&tried)?;
    std::fs::remove_dir(&tried)
}

/// The process that serves from a folder; none: nobody does, or the system does not say.
#[must_use]
pub fn served_by(dir: &Path) -> Option<u32> {
    let inode = File::open(dir.join(LOCK)).and_then(|file| file.metadata()).ok()?.ino();
    // `1: FLOCK  ADVISORY  WRITE 4711 08:01:131077 0 EOF`, as proc(5) has it.
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let held = locks.lines().map(|line| line.split_ascii_whitespace().collect::<Vec<_>>()).find(|words| {
        words.len() > 5 && words[1] == "FLOCK" && words[5].rsplit(':').next() == Some(inode.to_string().as_str())
    });
    held.and_then(|words| words[4].parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Keys, Ledger, NewKey};

    fn with_key() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let new = NewKey {
            name: "web".into(),
            tenant: "acme".into(),
            default_route: None,
            routes: None,
            may_name_targets: false,
            may_explain: false,
        };
        Keys::open(dir.path()).unwrap().create(&new).unwrap();
        dir
    }

    #[test]
    fn what_is_in_a_folder_is_seen_in_copies() {
        let dir = with_key();
        let glance = Glance::at(dir.path()).unwrap();
        assert_eq!(Keys::open(glance.dir()).unwrap().list().unwrap().len(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_stays_so() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Glance::at(&dir.path().join("a/b/data")).is_ok());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_cannot_be_had_is_told_as_a_start_tells_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        for wrong in [file.clone(), file.join("data")] {
            let said = Glance::at(&wrong).unwrap_err().to_string();
            let made = std::fs::DirBuilder::new().recursive(true).create(&wrong).unwrap_err();
            assert_eq!(said, format!("failed to prepare the data folder `{}`: {made}", wrong.display()));
        }
    }

    #[test]
    fn files_of_a_later_version_and_files_that_are_something_else_are_refused() {
        let dir = with_key();
        let keys = Connection::open(dir.path().join("keys.sqlite")).unwrap();
        keys.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(Glance::at(dir.path()), Err(GlanceError::Store(StoreError::Version { found: 99, .. }))));
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("keys.sqlite"), "no database at all, but long enough".repeat(20)).unwrap();
        assert!(matches!(Glance::at(dir.path()), Err(GlanceError::Store(StoreError::Sqlite { .. }))));
    }

    #[test]
    fn who_serves_from_a_folder_is_known_while_it_does() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(served_by(dir.path()), None);
        let (ledger, _handle) = Ledger::open(dir.path()).unwrap();
        assert_eq!(served_by(dir.path()), Some(std::process::id()));
        ledger.close().unwrap();
        assert_eq!(served_by(dir.path()), None);
    }
}
