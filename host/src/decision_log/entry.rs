//! What is kept of one decision, and its canonical encoding: postcard over the interface's own types. It is positional and
//! has one form for each value, so that equal decisions are equal bytes.

use serde::{Deserialize, Serialize};

use super::{Decision, redact};
use crate::config::Name;
use crate::policy::wire::{Attempt, Facts, Recovered, Routed};

/// The number of this layout. It is raised whenever a type of the interface, or of this file, changes; a test notices
/// that.
pub const FORMAT: u16 = 1;

/// All that a decision was made from and checked against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// What the policy saw.
    pub facts: Facts,
    /// The attempts so far, as the policy saw them.
    pub attempts: Vec<Attempt>,
    /// What only the host knows.
    pub standing: Standing,
}

/// What a decision's check depends on beside the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The index of the target that the first decision meant.
    pub intended: Option<u16>,
    /// The stream of which the caller has a part, where there is one.
    pub begun: Option<Begun>,
    /// Where and until when it may be put off; none: nowhere.
    pub putting: Option<Putting>,
}

/// A stream that broke after a part of it had reached the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Whether that part is content.
    pub committed: bool,
    /// The index of the target that began it.
    pub target: u16,
    /// Whether it can be continued with what was delivered as the beginning.
    pub prefill: bool,
    /// Whether it can be continued by comparing.
    pub matching: bool,
}

/// What a deferral is checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Putting {
    /// Whether the caller has a status already.
    pub is_status_given: bool,
    /// When it was put off first, or now: in milliseconds since the Unix epoch.
    pub since: u64,
    /// Now, in the same unit.
    pub now: u64,
    /// When the period of each budget turns.
    pub turns: Vec<Option<u64>>,
}

/// What came of a decision. Its encoding is what a replay compares, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Output {
    /// An answer of `route`.
    Routed(Routed),
    /// An answer of `fallback`.
    Recovered(Recovered),
    /// None, for a reason of this kind: see `PolicyFailure::kind`.
    Failed(String),
}

/// What else is known of a decision. None of it counts in a comparison, except fuel between equal engines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The fuel that it took.
    pub fuel: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// Why the answer was not carried out, where it was not.
    pub overruled: Option<String>,
}

/// A decision as it lies in the log. Input and output are encoded still.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// The place of its background in the block's list.
    pub background: u16,
    /// When it was made, in milliseconds since the Unix epoch.
    pub at: u64,
    /// Whether something was left out of it.
    pub redacted: bool,
    input: &'a [u8],
    /// The canonical encoding of its [`Output`].
    pub output: &'a [u8],
    told: &'a [u8],
}

/// Background, instant, whether redacted, and three lengths.
const HEAD: usize = 2 + 8 + 1 + 3 * 4;

impl Stored<'_> {
    /// What it was made from.
    ///
    /// # Errors
    /// When the bytes are no input of this format.
    pub fn input(&self) -> Result<Input, postcard::Error> {
        postcard::from_bytes(self.input)
    }

    /// What came of it.
    ///
    /// # Errors
    /// When the bytes are no output of this format.
    pub fn output(&self) -> Result<Output, postcard::Error> {
        postcard::from_bytes(self.output)
    }

    /// What else is known of it.
    ///
    /// # Errors
    /// When the bytes are no such thing of this format.
    pub fn told(&self) -> Result<Told, postcard::Error> {
        postcard::from_bytes(self.told)
    }

    /// Whether this text stands in its input: a fast way to pass over what cannot be of a request.
    pub(super) fn may_name(&self, finder: &memchr::memmem::Finder<'_>) -> bool {
        finder.find(self.input).is_some()
    }
}

/// When a decision was made, in milliseconds since the Unix epoch.
fn instant(facts: &Facts) -> u64 {
    facts.request.received_at.saturating_add(facts.request.elapsed)
}

/// Appends a decision without what is to be left out, by name. Its background has no place yet.
pub(super) fn append(bytes: &mut Vec<u8>, decision: &Decision<'_>, left_out: &[Name]) -> Result<(), postcard::Error> {
    let Decision { facts, attempts, standing, output, told, .. } = decision;
    if left_out.is_empty() {
        return append_parts(bytes, (facts, attempts, standing), output, told, false);
    }
    let (mut facts, mut output) = (Facts::clone(facts), Output::clone(output));
    let redacted = redact::redact(left_out, &mut facts, &mut output);
    append_parts(bytes, (&facts, attempts, standing), &output, told, redacted)
}

/// The input is encoded as [`Input`] would be, of which these are the fields.
fn append_parts(
    bytes: &mut Vec<u8>,
    input: (&Facts, &[Attempt], &Standing),
    output: &Output,
    told: &Told,
    redacted: bool,
) -> Result<(), postcard::Error> {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; 2]);
    bytes.extend_from_slice(&instant(input.0).to_le_bytes());
    bytes.push(u8::from(redacted));
    bytes.extend_from_slice(&[0; 12]);
    for (number, length) in [part(bytes, &input)?, part(bytes, output)?, part(bytes, told)?].into_iter().enumerate() {
        let at = start + HEAD - 12 + number * 4;
        bytes[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }
    Ok(())
}

/// Gives a decision, which begins at `start`, the place of its background.
pub(super) fn put_background(block: &mut [u8], start: usize, background: u16) {
    block[start..start + 2].copy_from_slice(&background.to_le_bytes());
}

/// Appends one encoded value; gives its length.
fn part(block: &mut Vec<u8>, value: &impl Serialize) -> Result<u32, postcard::Error> {
    let before = block.len();
    postcard::to_io(value, &mut *block)?;
    u32::try_from(block.len() - before).map_err(|_| postcard::Error::SerializeBufferFull)
}

/// The canonical encoding of what came of a decision, put into `buffer` in place of what was there.
///
/// # Errors
/// Never, for what a policy can answer.
pub fn canonical(output: &Output, buffer: &mut Vec<u8>) -> Result<(), postcard::Error> {
    buffer.clear();
    part(buffer, output).map(drop)
}

/// How many bytes the decision at their beginning takes, and when it was made.
pub(super) fn measure(bytes: &[u8]) -> Option<(usize, u64)> {
    let mut rest = decisions(bytes);
    let stored = rest.next()?;
    Some((HEAD + stored.input.len() + stored.output.len() + stored.told.len(), stored.at))
}

/// The decisions of a block. Ends early where the block is not what was written.
pub(super) fn decisions(block: &[u8]) -> impl Iterator<Item = Stored<'_>> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let head = rest.first_chunk::<HEAD>()?;
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
        let mut at = HEAD;
        let mut take = |length: usize| {
            let part = rest.get(at..at.checked_add(length)?)?;
            at += length;
            Some(part)
        };
        let (input, output, told) = (take(number(11))?, take(number(15))?, take(number(19))?);
        let instant = head[2..10].first_chunk::<8>().copied().map(u64::from_le_bytes)?;
        rest = &rest[at..];
        let background = u16::from_le_bytes([head[0], head[1]]);
        Some(Stored { background, at: instant, redacted: head[10] != 0, input, output, told })
    })
}
