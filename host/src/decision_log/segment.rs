//! One file of the log: a head, then frames. A frame is a compressed block of decisions with the digests of their
//! backgrounds and a checksum. What is torn or damaged is recognised and passed over.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{FORMAT, entry};
use crate::policy::Digest;

/// What a segment begins with, before the number of its format.
const MAGIC: &[u8; 20] = b"fingerpost-decisions";

/// The head's length.
const HEAD: usize = MAGIC.len() + 2;

/// What a frame begins with: mark, number of backgrounds, number of decisions, both lengths, the first and the last
/// instant; then the checksum of all that and of what follows.
const FRAME_HEAD: usize = CHECKED + 4;

/// The part of it before the checksum.
const CHECKED: usize = 32;

/// What a frame begins with before all else.
const MARK: u16 = 0xF1D5;

/// Speed counts more than size: decisions of one route are much alike, and shrink to a tenth even so.
const LEVEL: i32 = 1;

/// The largest block that is read: what the writer makes is smaller by far.
const MOST_RAW: u32 = 64 << 20;

/// Where the segments are.
pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("segments")
}

/// The segments that are there, the oldest first.
pub(super) fn list(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(folder(dir)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".seg")?.parse().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort_unstable();
    Ok(found)
}

/// Decisions that are not in a file yet.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The decisions, encoded.
    pub(super) bytes: Vec<u8>,
    /// How many.
    pub(super) count: u32,
    /// Their backgrounds.
    pub(super) backgrounds: Vec<Digest>,
    /// When the first and the last of them were made, in milliseconds since the Unix epoch.
    pub(super) from: u64,
    pub(super) to: u64,
    /// When the first of them came here.
    pub(super) since: Option<Instant>,
}

impl Block {
    /// The place of a background in its list.
    pub(super) fn place(&mut self, background: Digest) -> u16 {
        let known = self.backgrounds.iter().position(|known| *known == background);
        let place = known.unwrap_or_else(|| {
            self.backgrounds.push(background);
            self.backgrounds.len() - 1
        });
        // A block of 256 KiB has far fewer decisions than that.
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Takes in a decision, made at that instant, whose background has this place.
    pub(super) fn push(&mut self, decision: &[u8], at: u64, background: u16) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(decision);
        entry::put_background(&mut self.bytes, start, background);
        self.from = if self.count == 0 { at } else { self.from.min(at) };
        self.to = self.to.max(at);
        self.count += 1;
        self.since.get_or_insert_with(Instant::now);
    }
}

/// A segment that is written.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    /// Its length in bytes.
    pub(super) len: u64,
}

impl Segment {
    /// Begins one.
    pub(super) fn create(dir: &Path, number: u64) -> io::Result<Self> {
        let path = folder(dir).join(format!("{number:08}.seg"));
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&[&MAGIC[..], &FORMAT.to_le_bytes()].concat())?;
        Ok(Self { file, len: HEAD as u64 })
    }

    /// Appends a block with one write.
    pub(super) fn append(&mut self, block: &Block) -> io::Result<()> {
        let Block { bytes, count, backgrounds, from, to, .. } = block;
        let packed = zstd::bulk::compress(bytes, LEVEL)?;
        let number = |length: usize| u32::try_from(length).map_err(io::Error::other);
        let mut frame = Vec::with_capacity(FRAME_HEAD + backgrounds.len() * 32 + packed.len());
        frame.extend_from_slice(&MARK.to_le_bytes());
        frame.extend_from_slice(&u16::try_from(backgrounds.len()).map_err(io::Error::other)?.to_le_bytes());
        frame.extend_from_slice(&count.to_le_bytes());
        frame.extend_from_slice(&number(bytes.len())?.to_le_bytes());
        frame.extend_from_slice(&number(packed.len())?.to_le_bytes());
        frame.extend_from_slice(&from.to_le_bytes());
        frame.extend_from_slice(&to.to_le_bytes());
        frame.extend_from_slice(&[0; FRAME_HEAD - CHECKED]);
        for background in backgrounds {
            frame.extend_from_slice(background.as_bytes());
        }
        frame.extend_from_slice(&packed);
        let checksum = checksum(&frame);
        frame[CHECKED..FRAME_HEAD].copy_from_slice(&checksum.to_le_bytes());
        self.file.write_all(&frame)?;
        self.len += frame.len() as u64;
        Ok(())
    }
}

fn checksum(frame: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&frame[..CHECKED]);
    hasher.update(&frame[FRAME_HEAD..]);
    hasher.finalize()
}

/// A frame whose checksum is right.
#[derive(Debug, Clone)]
pub(super) struct Frame<'a> {
    /// The backgrounds of its decisions, in the order in which they are numbered.
    pub(super) backgrounds: Vec<Digest>,
    /// Its decisions.
    pub(super) count: u32,
    /// When the first and the last of them were made.
    pub(super) from: u64,
    pub(super) to: u64,
    raw: u32,
    packed: &'a [u8],
}

impl Frame<'_> {
    /// The block of decisions in it.
    pub(super) fn block(&self) -> io::Result<Vec<u8>> {
        zstd::bulk::decompress(self.packed, self.raw as usize)
    }
}

/// What a segment's bytes are.
#[derive(Debug, Default)]
pub(super) struct Contents<'a> {
    /// Its frames.
    pub(super) frames: Vec<Frame<'a>>,
    /// Frames that are damaged, or torn at the end.
    pub(super) damaged: u64,
}

/// The backgrounds that the decisions of a segment name, without reading the decisions.
pub(super) fn backgrounds(path: &Path) -> io::Result<BTreeSet<Digest>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut found = BTreeSet::new();
    let mut head = [0; HEAD];
    file.read_exact(&mut head)?;
    if head[..MAGIC.len()] != MAGIC[..] || head[MAGIC.len()..] != FORMAT.to_le_bytes() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut head = [0; FRAME_HEAD];
    // The last frame may be torn.
    while file.read_exact(&mut head).is_ok() && head[..2] == MARK.to_le_bytes() {
        for _ in 0..backgrounds_of(&head) {
            let mut digest = [0; 32];
            if file.read_exact(&mut digest).is_ok() {
                found.insert(Digest::from_bytes(digest));
            }
        }
        file.seek_relative(number(&head, 12).into())?;
    }
    Ok(found)
}

/// Reads a segment. None: it is none, or of another format.
pub(super) fn read(bytes: &[u8]) -> Option<Contents<'_>> {
    let format = bytes.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk::<2>())?;
    if u16::from_le_bytes(*format) != FORMAT {
        return None;
    }
    let mut contents = Contents::default();
    let mut rest = &bytes[HEAD..];
    while !rest.is_empty() {
        let Some(length) = length(rest) else {
            // Without its length nobody knows where the next one begins.
            contents.damaged += 1;
            break;
        };
        let (bytes, after) = rest.split_at(length);
        match frame(bytes) {
            Some(frame) => contents.frames.push(frame),
            None => contents.damaged += 1,
        }
        rest = after;
    }
    Some(contents)
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.first_chunk::<4>()).map_or(0, |four| u32::from_le_bytes(*four))
}

fn backgrounds_of(head: &[u8]) -> usize {
    usize::from(u16::from_le_bytes([head[2], head[3]]))
}

/// The length of the frame that these bytes begin with, if all of it is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..FRAME_HEAD).filter(|head| head[..2] == MARK.to_le_bytes())?;
    let length = FRAME_HEAD + backgrounds_of(head) * 32 + number(head, 12) as usize;
    (length <= bytes.len()).then_some(length)
}

fn frame(bytes: &[u8]) -> Option<Frame<'_>> {
    let raw = number(bytes, 8);
    if checksum(bytes) != number(bytes, CHECKED) || raw > MOST_RAW {
        return None;
    }
    let (backgrounds, packed) = bytes[FRAME_HEAD..].split_at(backgrounds_of(bytes) * 32);
    let backgrounds = backgrounds.chunks_exact(32).filter_map(|chunk| chunk.first_chunk::<32>());
    let backgrounds = backgrounds.map(|bytes| Digest::from_bytes(*bytes)).collect();
    let instant = |at| u64::from(number(bytes, at)) | u64::from(number(bytes, at + 4)) << 32;
    Some(Frame { backgrounds, count: number(bytes, 4), from: instant(16), to: instant(24), raw, packed })
}
