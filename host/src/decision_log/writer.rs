//! The thread that writes the log: takes what was handed over, compresses it in blocks, begins segments and deletes old ones.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use super::handover::{Batch, Handover, Run};
use super::segment::{self, Block, Segment};
use super::{Background, Decider, Limits, entry};
use crate::config::DecisionLogRules;
use crate::gateway::RouteState;
use crate::policy::{Components, Digest};
use crate::telemetry::metrics::DecisionLogMetrics;

/// A block is written once it has so many bytes: some hundred decisions, which is where compression gains no more.
const BLOCK: usize = 256 << 10;

/// Or once it is so old: a crash takes no more than that.
const LINGER: Duration = Duration::from_millis(500);

/// A segment ends at this size at the latest; a log that may hold less than sixteen of them has smaller ones.
const SEGMENT: u64 = 16 << 20;

/// And after this time, so that what is too old does not stay for the sake of what is not.
const SEGMENT_AGE: Duration = Duration::from_secs(3_600);

/// A route as it was published, with who decides: the address stands for the route while the weak pointer holds it.
type Known = HashMap<(usize, Option<Digest>), (Weak<RouteState>, Digest)>;

/// The writer with its files.
pub(super) struct Writer {
    dir: PathBuf,
    rules: DecisionLogRules,
    limits: Limits,
    engine: Digest,
    metrics: DecisionLogMetrics,
    segment: Option<(Segment, Instant)>,
    /// Older segments with their lengths.
    closed: BTreeMap<u64, u64>,
    next: u64,
    known: Known,
    block: Block,
    is_failing: bool,
}

impl Writer {
    pub(super) fn open(
        dir: PathBuf,
        rules: DecisionLogRules,
        limits: Limits,
        engine: Digest,
        metrics: DecisionLogMetrics,
    ) -> io::Result<Self> {
        for folder in [segment::folder(&dir), backgrounds(&dir)] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let listed = segment::list(&dir)?;
        let next = listed.last().map_or(1, |(number, _)| number + 1);
        let length = |(number, path): (u64, PathBuf)| Some((number, fs::metadata(path).ok()?.len()));
        let closed = listed.into_iter().filter_map(length).collect();
        let (known, block) = (Known::new(), Block::default());
        let mut writer =
            Self { dir, rules, limits, engine, metrics, segment: None, closed, next, known, block, is_failing: false };
        writer.delete_old();
        writer.delete_unused();
        Ok(writer)
    }

    /// Until it is told to end.
    pub(super) fn run(mut self, handover: &Handover) {
        let mut spare = Batch::default();
        loop {
            let patience = self.block.since.map_or(SEGMENT_AGE, |since| LINGER.saturating_sub(since.elapsed()));
            let found = handover.wait(patience, spare);
            let is_idle = found.batch.bytes.is_empty();
            spare = self.take_all(found.batch);
            // A busy log is never idle, so that its age is looked at too.
            let is_old = self.block.since.is_some_and(|since| since.elapsed() >= LINGER);
            if is_idle || is_old || found.is_closed || !found.flushes.is_empty() {
                self.write();
            }
            for done in found.flushes {
                let _ = done.send(());
            }
            if found.is_closed {
                return;
            }
            if is_idle {
                self.delete_old();
            }
        }
    }

    /// Takes what was handed over; gives back its memory.
    fn take_all(&mut self, batch: Batch) -> Batch {
        let mut start = 0;
        for Run { route, decider, end } in &batch.runs {
            self.take(&batch.bytes[start..*end], route, decider.as_ref());
            start = *end;
        }
        batch.cleared()
    }

    /// Takes decisions of one policy on one route.
    fn take(&mut self, mut bytes: &[u8], route: &Arc<RouteState>, decider: Option<&Decider>) {
        while let Some((length, at)) = entry::measure(bytes) {
            let (decision, rest) = bytes.split_at(length);
            bytes = rest;
            let background = match self.background(route, decider) {
                Ok(background) => background,
                Err(error) => {
                    self.failed(1, &error);
                    continue;
                }
            };
            let place = self.block.place(background);
            self.block.push(decision, at, place);
            if self.block.bytes.len() >= BLOCK {
                self.write();
            }
        }
    }

    /// The digest of a background, which is in its file by then.
    fn background(&mut self, route: &Arc<RouteState>, decider: Option<&Decider>) -> io::Result<Digest> {
        let key = (Arc::as_ptr(route).addr(), decider.map(|decider| decider.key));
        if let Some((_, digest)) = self.known.get(&key) {
            return Ok(*digest);
        }
        let background = Background::new(route, decider, self.engine, self.limits);
        let json = serde_json::to_vec(&background)?;
        let digest = Digest::of(&json);
        keep(&background_path(&self.dir, &digest), &json)?;
        self.known.retain(|_, (route, _)| route.strong_count() > 0);
        self.known.insert(key, (Arc::downgrade(route), digest));
        Ok(digest)
    }

    /// Writes the block into the segment.
    fn write(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.count == 0 {
            return;
        }
        match self.append(&block) {
            Ok(()) => {
                self.metrics.kept.inc_by(block.count.into());
                if std::mem::take(&mut self.is_failing) {
                    tracing::info!("decisions are kept again");
                }
            }
            Err(error) => {
                // Half a frame at the end of a segment hides nothing if nothing follows it.
                self.end_segment();
                self.failed(block.count, &error);
            }
        }
    }

    fn append(&mut self, block: &Block) -> io::Result<()> {
        let most = SEGMENT.min(self.rules.max_bytes / 16);
        let age = SEGMENT_AGE.min(self.rules.keep / 4);
        if self.segment.as_ref().is_some_and(|(segment, since)| segment.len >= most || since.elapsed() >= age) {
            self.end_segment();
        }
        let (segment, _) = match &mut self.segment {
            Some(segment) => segment,
            none => {
                let number = self.next;
                self.next += 1;
                none.insert((Segment::create(&self.dir, number)?, Instant::now()))
            }
        };
        segment.append(block)?;
        self.delete_old();
        Ok(())
    }

    fn end_segment(&mut self) {
        if let Some((segment, _)) = self.segment.take() {
            self.closed.insert(self.next - 1, segment.len);
        }
    }

    fn failed(&mut self, count: u32, error: &io::Error) {
        self.metrics.lost_to_disk.inc_by(count.into());
        if !std::mem::replace(&mut self.is_failing, true) {
            tracing::warn!(%error, "decisions cannot be kept; they are lost until the disk takes them again");
        }
    }

    /// Deletes the oldest segments until the rest fits, and those that are too old.
    fn delete_old(&mut self) {
        let path = |number: u64| segment::folder(&self.dir).join(format!("{number:08}.seg"));
        let open = self.segment.as_ref().map_or(0, |(segment, _)| segment.len);
        let mut total = open + self.closed.values().sum::<u64>();
        while let Some((number, length)) = self.closed.first_key_value().map(|(number, length)| (*number, *length)) {
            let path = path(number);
            let is_too_old = fs::metadata(&path).and_then(|about| about.modified()).map_or(true, |written| {
                SystemTime::now().duration_since(written).is_ok_and(|age| age > self.rules.keep)
            });
            if total <= self.rules.max_bytes && !is_too_old {
                break;
            }
            if let Err(error) = fs::remove_file(&path).or_else(missing_is_fine) {
                tracing::warn!(%error, path = %path.display(), "a segment of the decision log could not be deleted");
                break;
            }
            total -= length;
            self.closed.remove(&number);
        }
    }

    /// Deletes backgrounds that no decision has any more, and components that no background names. Only at the start,
    /// when nothing is admitted yet: what routes run is kept anew by its admission.
    fn delete_unused(&self) {
        let mut wanted = BTreeSet::new();
        for number in self.closed.keys() {
            let path = segment::folder(&self.dir).join(format!("{number:08}.seg"));
            // What cannot be read, or was written by another version, may need any of them.
            let Ok(named) = segment::backgrounds(&path) else { return };
            wanted.extend(named);
        }
        let mut components = BTreeSet::new();
        let Ok(entries) = fs::read_dir(backgrounds(&self.dir)) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let digest = path.file_stem().and_then(|stem| Digest::from_hex(stem.to_str()?));
            if !digest.is_some_and(|digest| wanted.contains(&digest)) {
                let _ = fs::remove_file(path);
                continue;
            }
            let background = fs::read(path).ok().and_then(|json| serde_json::from_slice::<Background>(&json).ok());
            components.extend(background.and_then(|background| background.origin.component));
        }
        Components::new(self.dir.join("components")).retain(|digest| components.contains(digest));
    }
}

fn missing_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn backgrounds(dir: &Path) -> PathBuf {
    dir.join("backgrounds")
}

/// Where a background is.
pub(super) fn background_path(dir: &Path, digest: &Digest) -> PathBuf {
    backgrounds(dir).join(format!("{digest}.json"))
}

/// Writes a file that is not there yet, whole or not at all.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let partial = path.with_extension("partial");
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(bytes)?;
    fs::rename(&partial, path)
}
