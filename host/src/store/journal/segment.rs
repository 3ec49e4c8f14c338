//! One file of the journal: a head, then frames, each with its length and a checksum. Whatever is torn is recognised and
//! skipped, also in the middle: where one write broke off another thread's may follow.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::Serialize;

/// What a segment begins with, before its salt.
const MAGIC: &[u8; 12] = b"fingerpost1\n";

/// The head's length: the magic and the salt.
const HEAD: usize = MAGIC.len() + 4;

/// What a frame begins with, so that the next one can be found behind a torn one.
const MARK: u8 = 0xFB;

/// Mark, kind, length and checksum.
const FRAME_HEAD: usize = 10;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request is about to go upstream.
    Intent,
    /// A request is over.
    Record,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Intent => 1,
            Self::Record => 2,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Intent),
            2 => Some(Self::Record),
            _ => None,
        }
    }
}

/// A segment that is written, or was.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    path: PathBuf,
    /// The checksum's start, so that nobody can send a text that looks like a frame.
    salt: u32,
    len: AtomicU64,
    /// Whether there is something that was not synced.
    is_dirty: AtomicBool,
    /// Whether the disk has refused some of it.
    pub(super) has_failed: AtomicBool,
    /// What was written to it and is not in the ledger.
    pub(super) pending: AtomicU64,
}

/// The folder of the segments.
pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("journal")
}

/// The segments that are there, the oldest first.
pub(super) fn list(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match std::fs::read_dir(folder(dir)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".log")?.parse().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort_unstable();
    Ok(found)
}

/// A number that none of them has.
pub(super) fn next_number(dir: &Path) -> io::Result<u64> {
    Ok(list(dir)?.last().map_or(1, |(number, _)| number + 1))
}

impl Segment {
    /// Begins one, and makes sure that it can be written.
    pub(super) fn create(dir: &Path, number: u64) -> io::Result<Self> {
        let path = folder(dir).join(format!("{number:08}.log"));
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        let salt = getrandom::u32().unwrap_or_default();
        file.write_all(&[&MAGIC[..], &salt.to_le_bytes()].concat())?;
        File::open(folder(dir))?.sync_all()?;
        let len = AtomicU64::new(HEAD as u64);
        let (is_dirty, has_failed) = (AtomicBool::new(true), AtomicBool::new(false));
        Ok(Self { file, path, salt, len, is_dirty, has_failed, pending: AtomicU64::new(0) })
    }

    /// Its length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len.load(Ordering::Relaxed)
    }

    /// Appends a frame with one write, put together in `frame`.
    pub(super) fn append(&self, kind: Kind, what: &impl Serialize, frame: &mut Vec<u8>) -> io::Result<()> {
        frame.clear();
        frame.extend_from_slice(&[MARK, kind.byte(), 0, 0, 0, 0, 0, 0, 0, 0]);
        serde_json::to_writer(&mut *frame, what)?;
        let length = u32::try_from(frame.len() - FRAME_HEAD).map_err(io::Error::other)?;
        let checksum = checksum(self.salt, kind, &frame[FRAME_HEAD..]);
        frame[2..6].copy_from_slice(&length.to_le_bytes());
        frame[6..10].copy_from_slice(&checksum.to_le_bytes());
        self.pending.fetch_add(1, Ordering::Relaxed);
        let written = self.write(frame);
        if written.is_err() {
            self.pending.fetch_sub(1, Ordering::Relaxed);
        }
        written
    }

    /// The file is open for appending, so the system puts each write behind all others, whole.
    fn write(&self, frame: &[u8]) -> io::Result<()> {
        let written = loop {
            match (&self.file).write(frame) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => break written?,
            }
        };
        if written < frame.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.len.fetch_add(written as u64, Ordering::Relaxed);
        self.is_dirty.store(true, Ordering::Release);
        Ok(())
    }

    /// Brings it to the disk, where there is something new.
    pub(super) fn sync(&self) -> io::Result<()> {
        if self.is_dirty.swap(false, Ordering::AcqRel) {
            self.file.sync_data()?;
        }
        Ok(())
    }

    /// Removes its file.
    pub(super) fn delete(&self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "a segment of the journal could not be deleted");
        }
    }
}

fn checksum(salt: u32, kind: Kind, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(salt);
    hasher.update(&[kind.byte()]);
    hasher.update(payload);
    hasher.finalize()
}

/// The frames of a segment's bytes that are whole. What is no segment has none.
pub(super) fn frames(bytes: &[u8]) -> impl Iterator<Item = (Kind, &[u8])> {
    let salt = bytes.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk::<4>()).map(|salt| u32::from_le_bytes(*salt));
    let mut rest = if salt.is_some() { &bytes[HEAD..] } else { &[][..] };
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            if let Some((kind, payload)) = frame(salt?, rest) {
                rest = &rest[FRAME_HEAD + payload.len()..];
                return Some((kind, payload));
            }
            let next = rest[1..].iter().position(|byte| *byte == MARK).map_or(rest.len(), |place| place + 1);
            rest = &rest[next..];
        }
        None
    })
}

/// The frame that these bytes begin with, if it is whole.
fn frame(salt: u32, bytes: &[u8]) -> Option<(Kind, &[u8])> {
    let head = bytes.first_chunk::<FRAME_HEAD>()?;
    let [MARK, kind, l0, l1, l2, l3, c0, c1, c2, c3] = *head else { return None };
    let kind = Kind::from_byte(kind)?;
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).ok()?;
    let payload = bytes[FRAME_HEAD..].get(..length)?;
    (checksum(salt, kind, payload) == u32::from_le_bytes([c0, c1, c2, c3])).then_some((kind, payload))
}
