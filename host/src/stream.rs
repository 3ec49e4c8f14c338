//! A provider's stream on its way to the caller: hold, commit, relay, usage tap, stall watch (R16, R17). A stream that was
//! not committed can still be replaced by another attempt; one that was can only be completed, continued, or ended with an
//! error event, and the types hold that.

mod clock;
mod reader;

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::account::Refused;
use crate::config::AttemptLimits;
use crate::dialect::openai::Usage;
use crate::dialect::openai::chunk::Progress;
use crate::dialect::openai::continuation::Continuation;
use crate::dialect::openai::delivered::Seen;
use crate::downstream::{CallerGone, Sink};
use crate::outcome::{Failure, Kind};
use crate::policy::wire::Hold;
use crate::upstream::Body;
use reader::{Read, Reader};

/// What ends every complete stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// What a stream came to, whether it was whole or not.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The provider's own usage, if it came.
    pub usage: Option<Usage>,
    /// Whether it is of a stream that had not ended yet: a count that runs along, or a placeholder.
    pub is_usage_early: bool,
    /// Output tokens as far as they can be told from what came: a delta is a token or more, four bytes are about one.
    pub output_tokens_seen: u64,
    /// The fewest output tokens that what came can be.
    pub output_tokens_least: u64,
    /// From the attempt's start until the first token.
    pub first_token: Option<Duration>,
    /// The first finish reason that nobody knows.
    pub unknown_finish: Option<Box<str>>,
}

/// What a stream is opened with.
#[derive(Debug)]
pub struct Opening {
    /// How much to keep back.
    pub hold: Hold,
    /// How many choices there must be.
    pub choices: u32,
    /// The usage, where it is known before: a plain answer has told it.
    pub usage: Option<Usage>,
    /// Whether what comes is kept, so that another attempt could continue it.
    pub keeps_delivered: bool,
    /// What rewrites the events, where the stream continues a broken one.
    pub continuation: Option<Continuation>,
    /// Whether the event that holds nothing but usage is kept from the caller.
    pub strip_usage: bool,
    /// Time limits.
    pub limits: AttemptLimits,
    /// When the attempt started.
    pub started: Instant,
    /// When it must be over.
    pub deadline: Instant,
    /// By how much a caller that does not read may put that off.
    pub patience: Duration,
    /// The most that the hold keeps, in bytes.
    pub held_bytes: usize,
}

/// A stream of which the caller has seen nothing.
pub struct Uncommitted {
    reader: Reader,
    held: Vec<Bytes>,
    ended: bool,
}

/// A stream of which the caller may have seen a part.
pub struct Committed {
    reader: Reader,
    held: Vec<Bytes>,
    ended: bool,
    /// Whether anything was passed on.
    is_begun: bool,
}

/// What became of a committed stream.
#[derive(Debug)]
pub struct Relayed {
    /// What it came to.
    pub tally: Tally,
    /// The events that end it, where they were to be kept apart; else they have been passed on.
    pub tail: Vec<Bytes>,
    /// Whether the caller has seen anything of it.
    pub is_begun: bool,
    /// Tokens of the answer that the caller has seen of it, estimated.
    pub tokens_passed: u64,
    /// What the caller has seen by now, this stream's beginnings included; none where that cannot be continued.
    pub seen: Option<Seen>,
    /// What cut it short.
    pub interruption: Option<Interruption>,
}

/// Who watches a stream on its way to the caller.
pub trait Meter {
    /// The first token has come. Called once.
    fn first_token(&mut self);

    /// Asked before more is passed on: whether so many output tokens of this attempt, all of them together, are paid for.
    ///
    /// # Errors
    /// When there is no money for them; they are not passed on then, and the stream ends.
    fn cover(&mut self, tokens: u64) -> Result<(), Refused>;
}

/// Why a committed stream did not come to its end.
#[derive(Debug)]
pub enum Interruption {
    /// Nobody pays for what comes next.
    Unpaid(Refused),
    /// The provider failed.
    Failed(Failure),
    /// The caller went away.
    CallerGone,
}

impl From<CallerGone> for Interruption {
    fn from(_: CallerGone) -> Self {
        Self::CallerGone
    }
}

impl Uncommitted {
    /// Reads until the hold is satisfied. `ahead`: what was read of the body before.
    ///
    /// # Errors
    /// With the failure of the attempt and what it had come to.
    pub async fn open(incoming: Body, ahead: Bytes, opening: Opening) -> Result<Self, (Failure, Tally)> {
        let (hold, most) = (opening.hold, opening.held_bytes);
        let mut reader = Reader::new(incoming, ahead, opening);
        let mut held = Vec::new();
        let mut ended = false;
        let mut kept = 0;
        while !ended && !is_enough(hold, &reader.progress) {
            let before = held.len();
            match reader.read(None, &mut held).await {
                Ok(Read::More) => {}
                Ok(Read::End) => ended = true,
                Err(failure) => return Err((failure, reader.tally())),
            }
            kept += held[before..].iter().map(Bytes::len).sum::<usize>();
            if kept + reader.tail.iter().map(Bytes::len).sum::<usize>() > most {
                let failure =
                    Failure::new(Kind::Garbled, reader.phase(), "the held answer is larger than `server.max_answer`");
                return Err((failure, reader.tally()));
            }
        }
        Ok(Self { reader, held, ended })
    }

    /// From here on the caller sees it, and no other attempt can take its place. With `keeps_tail` the events that end it
    /// are kept apart, so that they can tell what only then is known.
    #[must_use]
    pub fn commit(mut self, keeps_tail: bool) -> Committed {
        self.reader.keeps_tail = keeps_tail;
        if !keeps_tail && !self.reader.progress.is_empty() {
            self.held.append(&mut self.reader.tail);
        }
        Committed { reader: self.reader, held: self.held, ended: self.ended, is_begun: false }
    }

    /// What it came to so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.reader.tally()
    }

    /// All of it, where everything was held.
    #[must_use]
    pub fn into_whole(mut self) -> Vec<Bytes> {
        self.held.append(&mut self.reader.tail);
        self.held
    }
}

fn is_enough(hold: Hold, progress: &Progress) -> bool {
    match hold {
        Hold::None => true,
        Hold::FirstToken => progress.deltas > 0,
        Hold::Tokens(count) => progress.deltas >= count,
        Hold::All => false,
    }
}

impl Committed {
    /// Passes the stream on to its end, or to what cuts it short.
    pub async fn relay(mut self, sink: &Sink, meter: &mut impl Meter) -> Relayed {
        let interruption = self.pass_on(sink, meter).await.err();
        Relayed {
            tally: self.reader.tally(),
            tail: std::mem::take(&mut self.reader.tail),
            is_begun: self.is_begun,
            tokens_passed: self.reader.tokens_passed(),
            seen: match &interruption {
                Some(Interruption::Failed(_)) => self.reader.seen(),
                Some(Interruption::CallerGone | Interruption::Unpaid(_)) | None => None,
            },
            interruption,
        }
    }

    async fn pass_on(&mut self, sink: &Sink, meter: &mut impl Meter) -> Result<(), Interruption> {
        let mut pieces = std::mem::take(&mut self.held);
        let mut has_first_token = false;
        loop {
            if self.reader.has_first_token() && !has_first_token {
                has_first_token = true;
                meter.first_token();
            }
            meter.cover(self.reader.progress.tokens_seen()).map_err(Interruption::Unpaid)?;
            self.give(sink, &mut pieces).await?;
            if self.ended {
                break;
            }
            let read = tokio::select! {
                biased;
                () = sink.caller_gone() => return Err(Interruption::CallerGone),
                read = self.reader.read(Some(sink), &mut pieces) => read,
            };
            match read {
                Ok(Read::More) => {}
                Ok(Read::End) => self.ended = true,
                Err(failure) => {
                    // What of the answer was kept apart was seen, and a failure takes nothing of it back.
                    if !self.reader.progress.is_empty() {
                        pieces.append(&mut self.reader.tail);
                    }
                    if meter.cover(self.reader.progress.tokens_seen()).is_ok() {
                        self.give(sink, &mut pieces).await?;
                    }
                    return Err(Interruption::Failed(failure));
                }
            }
        }
        let done = Bytes::from_static(DONE);
        match (self.reader.done_passed, self.reader.keeps_tail) {
            (true, _) => {}
            (false, true) => self.reader.tail.push(done),
            (false, false) => sink.chunk(done).await?,
        }
        Ok(())
    }

    async fn give(&mut self, sink: &Sink, pieces: &mut Vec<Bytes>) -> Result<(), CallerGone> {
        for piece in pieces.drain(..) {
            sink.chunk(piece).await?;
            self.is_begun = true;
        }
        Ok(())
    }
}
