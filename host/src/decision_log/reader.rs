//! Reads the log beside whoever writes it: which decisions are asked for, their backgrounds, and the decisions themselves,
//! the oldest first.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bytes::Bytes;

use super::entry::{self, Stored};
use super::segment::{self, Frame};
use super::{Background, components, folder, writer};
use crate::builtin;
use crate::policy::{Components, Digest};

/// Which decisions are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Selection {
    /// Those of this route.
    pub route: Option<String>,
    /// Those of the request whose id begins so.
    pub request: Option<String>,
    /// Those since this instant, in milliseconds since the Unix epoch.
    pub since: u64,
    /// The latest so many of them; none: all.
    pub limit: Option<u64>,
}

/// The log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// There is none.
    #[error("there is no decision log in {}: the gateway writes it while it serves, unless `[decision_log] enabled = false`", .0.display())]
    Missing(PathBuf),
    /// A file cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A decision is not of the format that its segment has.
    #[error("a decision in {} cannot be read: {source}", path.display())]
    Entry {
        /// The segment.
        path: PathBuf,
        /// Why.
        source: postcard::Error,
    },
}

/// A log.
#[derive(Debug, Clone)]
pub struct Log {
    dir: PathBuf,
    components: Components,
    /// When to stop looking for the latest decisions; none: never.
    until: Option<Instant>,
}

/// What was found on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Seen {
    /// Decisions that were asked for.
    pub decisions: u64,
    /// Blocks of decisions that are damaged.
    pub damaged_blocks: u64,
    /// Segments that another version of the gateway has written.
    pub other_formats: u64,
}

/// A segment that holds some of what is asked for.
struct Part {
    path: PathBuf,
    /// Blocks before the first that counts.
    blocks: usize,
    /// Decisions of that block before the first that counts.
    decisions: u64,
}

impl Log {
    /// That of a data folder.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(data_dir: &Path) -> Result<Self, LogError> {
        let dir = folder(data_dir);
        if !segment::folder(&dir).is_dir() {
            return Err(LogError::Missing(dir));
        }
        Ok(Self { components: Components::new(components(data_dir)), dir, until: None })
    }

    /// The same for somebody in a hurry: what a selection with a limit has not found among the latest decisions by then is left
    /// out, but for the latest segment, so that a large log with few decisions of a route takes no longer than that.
    #[must_use]
    pub fn until(self, until: Instant) -> Self {
        Self { until: Some(until), ..self }
    }

    /// A background, if it is kept and whole.
    #[must_use]
    pub fn background(&self, digest: &Digest) -> Option<Background> {
        let json = std::fs::read(writer::background_path(&self.dir, digest)).ok()?;
        (Digest::of(&json) == *digest).then(|| serde_json::from_slice(&json).ok()).flatten()
    }

    /// A component that has decided, if it is kept or the binary carries it.
    #[must_use]
    pub fn component(&self, digest: &Digest) -> Option<Bytes> {
        let carried = || {
            let all = builtin::names().filter_map(builtin::component);
            all.into_iter().find(|component| Digest::of(component) == *digest)
        };
        self.components.find(digest).or_else(carried)
    }

    /// The backgrounds of the decisions that are asked for, those of other routes left out.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn backgrounds(&self, selection: &Selection) -> Result<BTreeMap<Digest, Background>, LogError> {
        let filter = Filter::new(self, selection);
        let mut named = BTreeSet::new();
        for part in self.parts(selection)? {
            let Some(bytes) = read(&part.path)? else { continue };
            let frames = segment::read(&bytes).unwrap_or_default().frames.into_iter().skip(part.blocks);
            named.extend(frames.filter(|frame| filter.may_admit(frame)).flat_map(|frame| frame.backgrounds));
        }
        let kept = |digest: Digest| Some((digest, self.background(&digest)?));
        let of_route = |(_, background): &(Digest, Background)| is_of_route(selection, background);
        Ok(named.into_iter().filter_map(kept).filter(of_route).collect())
    }

    /// When the first and the last decision were made; none: there is none.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn window(&self) -> Result<Option<(u64, u64)>, LogError> {
        let mut window = None;
        for part in self.parts(&Selection::default())? {
            let Some(bytes) = read(&part.path)? else { continue };
            for frame in segment::read(&bytes).unwrap_or_default().frames {
                let (first, last) = window.unwrap_or((frame.from, frame.to));
                window = Some((frame.from.min(first), frame.to.max(last)));
            }
        }
        Ok(window)
    }

    /// Calls back for each decision that is asked for, the oldest first, with the digest of its background.
    ///
    /// # Errors
    /// When a segment cannot be read, or the callback says so.
    pub fn visit(
        &self,
        selection: &Selection,
        mut each: impl FnMut(Digest, &Stored<'_>) -> Result<ControlFlow<()>, postcard::Error>,
    ) -> Result<Seen, LogError> {
        let mut seen = Seen::default();
        let mut filter = Filter::new(self, selection);
        for part in self.parts(selection)? {
            let Some(bytes) = read(&part.path)? else { continue };
            let Some(contents) = segment::read(&bytes) else {
                // A segment that has just begun may have no head yet.
                seen.other_formats += u64::from(!bytes.is_empty());
                continue;
            };
            seen.damaged_blocks += contents.damaged;
            let failed = |source| LogError::Entry { path: part.path.clone(), source };
            for (number, frame) in contents.frames.iter().enumerate().skip(part.blocks) {
                if !filter.may_admit(frame) {
                    continue;
                }
                let Ok(block) = frame.block() else {
                    seen.damaged_blocks += 1;
                    continue;
                };
                let mut skipped = if number == part.blocks { part.decisions } else { 0 };
                for stored in entry::decisions(&block) {
                    let Some(digest) = frame.backgrounds.get(usize::from(stored.background)) else { continue };
                    if !filter.admits(&stored, digest).map_err(failed)? {
                        continue;
                    }
                    if skipped > 0 {
                        skipped -= 1;
                        continue;
                    }
                    seen.decisions += 1;
                    if each(*digest, &stored).map_err(failed)?.is_break() {
                        return Ok(seen);
                    }
                }
            }
        }
        Ok(seen)
    }

    /// The segments that hold what is asked for, the oldest first. With a limit, the latest blocks are counted first.
    fn parts(&self, selection: &Selection) -> Result<Vec<Part>, LogError> {
        let failed = |source| LogError::File { path: self.dir.clone(), source };
        let listed = segment::list(&self.dir).map_err(failed)?.into_iter().map(|(_, path)| path);
        let whole = |path| Part { path, blocks: 0, decisions: 0 };
        let Some(mut left) = selection.limit else { return Ok(listed.map(whole).collect()) };
        let mut filter = Filter::new(self, selection);
        let mut parts = Vec::new();
        let is_over = || self.until.is_some_and(|until| Instant::now() >= until);
        for path in listed.rev() {
            if is_over() && !parts.is_empty() {
                break;
            }
            let Some(bytes) = read(&path)? else { continue };
            let mut part = whole(path);
            let frames = segment::read(&bytes).unwrap_or_default().frames;
            for (number, frame) in frames.iter().enumerate().rev() {
                let failed = |source| LogError::Entry { path: part.path.clone(), source };
                let count = filter.count(frame).map_err(failed)?;
                if count >= left {
                    (part.blocks, part.decisions, left) = (number, count - left, 0);
                    break;
                }
                left -= count;
            }
            parts.push(part);
            if left == 0 {
                break;
            }
        }
        parts.reverse();
        Ok(parts)
    }
}

/// Tells which decisions are asked for.
struct Filter<'a> {
    log: &'a Log,
    selection: &'a Selection,
    /// Backgrounds, and whether they are those of the route.
    wanted: BTreeMap<Digest, bool>,
    /// When the request may have arrived that is asked for.
    arrived: (u64, u64),
}

/// No request lives for longer: a try out of a queue has an id of its own.
const LONGEST: u64 = 86_400_000;

impl<'a> Filter<'a> {
    fn new(log: &'a Log, selection: &'a Selection) -> Self {
        let arrived = selection.request.as_deref().and_then(arrival).unwrap_or((0, u64::MAX));
        Self { log, selection, wanted: BTreeMap::new(), arrived }
    }

    /// Whether a block may hold something of it.
    fn may_admit(&self, frame: &Frame<'_>) -> bool {
        let (first, last) = self.arrived;
        frame.to >= self.selection.since && frame.to >= first && frame.from <= last.saturating_add(LONGEST)
    }

    /// How many decisions of a block are asked for.
    fn count(&mut self, frame: &Frame<'_>) -> Result<u64, postcard::Error> {
        let selection = self.selection;
        if !self.may_admit(frame) {
            return Ok(0);
        }
        if selection.route.is_none() && selection.request.is_none() && frame.from >= selection.since {
            return Ok(frame.count.into());
        }
        if !frame.backgrounds.iter().any(|digest| self.is_wanted(digest)) {
            return Ok(0);
        }
        let Ok(block) = frame.block() else { return Ok(0) };
        let mut count = 0;
        for stored in entry::decisions(&block) {
            let Some(digest) = frame.backgrounds.get(usize::from(stored.background)) else { continue };
            count += u64::from(self.admits(&stored, digest)?);
        }
        Ok(count)
    }

    /// Whether decisions of this background are asked for.
    fn is_wanted(&mut self, digest: &Digest) -> bool {
        let Self { log, selection, wanted, .. } = self;
        selection.route.is_none()
            || *wanted
                .entry(*digest)
                .or_insert_with(|| log.background(digest).is_some_and(|background| is_of_route(selection, &background)))
    }

    fn admits(&mut self, stored: &Stored<'_>, digest: &Digest) -> Result<bool, postcard::Error> {
        let selection = self.selection;
        if stored.at < selection.since {
            return Ok(false);
        }
        if !self.is_wanted(digest) {
            return Ok(false);
        }
        let Some(id) = &selection.request else { return Ok(true) };
        let may = stored.may_name(&memchr::memmem::Finder::new(id.as_str()));
        Ok(may && stored.input()?.facts.request.id.starts_with(id.as_str()))
    }
}

/// The first and the last instant at which a request with an id that begins so may have arrived: see `ids.rs`.
fn arrival(id: &str) -> Option<(u64, u64)> {
    const DIGITS: usize = 12;
    let digits = id.strip_prefix("req_")?;
    let digits = digits.get(..digits.len().min(DIGITS))?;
    let missing = u32::try_from(DIGITS - digits.len()).ok()? * 4;
    let first = u64::from_str_radix(digits, 16).ok()?.checked_shl(missing)?;
    Some((first, first | ((1_u64 << missing) - 1)))
}

fn is_of_route(selection: &Selection, background: &Background) -> bool {
    selection.route.as_ref().is_none_or(|route| *route == background.setup.name)
}

/// A segment's bytes; none: the writer has deleted it meanwhile.
fn read(path: &Path) -> Result<Option<Vec<u8>>, LogError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LogError::File { path: path.to_owned(), source }),
    }
}
