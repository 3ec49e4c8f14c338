//! A provider's stream on its way to the caller: hold, commit, relay, usage tap, stall watch (R16, R17). A stream that was
//! not committed can still be replaced by another attempt; one that was can only be completed or ended with an error event,
//! and the types hold that.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::time::{Instant, Sleep};

use crate::config::AttemptLimits;
use crate::dialect::openai::Usage;
use crate::dialect::openai::chunk::{EventFault, Kind as EventKind, Progress};
use crate::dialect::openai::failure::from_error_object;
use crate::dialect::sse::Splitter;
use crate::downstream::{CallerGone, Sink};
use crate::outcome::{Failure, Kind, Phase};
use crate::policy::wire::Hold;
use crate::upstream::{Body, interrupted};

/// How long the usage and `[DONE]` may take after the last finish reason.
const LINGER: Duration = Duration::from_secs(2);

/// The largest single event. Chunks have a few hundred bytes; whole tool arguments or audio may have more.
const EVENT_BYTES: usize = 4 << 20;

/// What ends every complete stream.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// What a stream came to, whether it was whole or not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// The provider's own usage, if it came.
    pub usage: Option<Usage>,
    /// Output tokens as far as they can be told from what came: a delta is a token or more, four bytes are about one.
    pub output_tokens_seen: u64,
    /// From the attempt's start until the first token.
    pub first_token: Option<Duration>,
}

/// Reads a provider's stream and judges every event.
struct Reader {
    incoming: Body,
    splitter: Splitter,
    progress: Progress,
    strip_usage: bool,
    limits: AttemptLimits,
    started: Instant,
    deadline: Instant,
    last_read: Instant,
    first_token: Option<Instant>,
    completed: Option<Instant>,
    done_passed: bool,
    timer: Pin<Box<Sleep>>,
}

/// What a read brought.
enum Read {
    /// Whole events to pass on.
    More,
    /// The end of a complete stream.
    End,
}

impl Reader {
    async fn read(&mut self, out: &mut Vec<Bytes>) -> Result<Read, Failure> {
        while !self.progress.done {
            let frame = tokio::select! {
                biased;
                frame = self.incoming.frame() => frame,
                () = &mut self.timer => {
                    if self.is_over(Instant::now())? {
                        break;
                    }
                    continue;
                }
            };
            match frame {
                None => break,
                Some(Err(_)) if self.progress.is_complete() => break,
                Some(Err(error)) => return Err(interrupted(&error, self.phase())),
                Some(Ok(frame)) => {
                    self.last_read = Instant::now();
                    if let Ok(bytes) = frame.into_data() {
                        self.take(bytes, out)?;
                    }
                }
            }
            if !out.is_empty() {
                return Ok(Read::More);
            }
        }
        self.judge_end()?;
        Ok(Read::End)
    }

    /// Judges the events in these bytes; what may be passed on goes to `out`, in pieces as large as possible.
    fn take(&mut self, bytes: Bytes, out: &mut Vec<Bytes>) -> Result<(), Failure> {
        self.splitter.push(bytes);
        let mut run: Option<(usize, usize)> = None;
        while let Some(event) = self.splitter.next_event() {
            if self.progress.done {
                break;
            }
            let passes = match &event.data {
                None => true,
                Some(_) if event.many_data_lines => {
                    return Err(Failure::new(Kind::Garbled, self.phase(), "an event has more than one line of data"));
                }
                Some(data) => self.judge(data.clone())?,
            };
            run = match (run, passes) {
                (Some((start, _)), true) => Some((start, event.raw.end)),
                (None, true) => Some((event.raw.start, event.raw.end)),
                (run, false) => {
                    out.extend(run.map(|(start, end)| self.splitter.buffer().slice(start..end)));
                    None
                }
            };
        }
        out.extend(run.map(|(start, end)| self.splitter.buffer().slice(start..end)));
        if self.splitter.unfinished() > EVENT_BYTES {
            return Err(Failure::new(Kind::Garbled, self.phase(), "an event is larger than 4 MiB"));
        }
        Ok(())
    }

    /// Whether the event with this data is passed on.
    fn judge(&mut self, data: std::ops::Range<usize>) -> Result<bool, Failure> {
        let phase = self.phase();
        let data = &self.splitter.buffer()[data];
        let kind = self.progress.observe(data).map_err(|fault| event_failure(&fault, phase))?;
        if kind == EventKind::Content && self.first_token.is_none() {
            self.first_token = Some(self.last_read);
        }
        if self.completed.is_none() && self.progress.is_complete() {
            self.completed = Some(self.last_read);
        }
        Ok(match kind {
            EventKind::Content | EventKind::Other => true,
            EventKind::UsageOnly => !self.strip_usage,
            EventKind::Done => {
                self.judge_end()?;
                self.done_passed = true;
                true
            }
        })
    }

    /// Whether what came is a whole answer.
    fn judge_end(&self) -> Result<(), Failure> {
        if !self.progress.is_complete() {
            return Err(Failure::new(
                Kind::Cut,
                self.phase(),
                "the stream ended before every choice had a finish reason",
            ));
        }
        if self.progress.is_empty() {
            return Err(Failure::new(Kind::Empty, self.phase(), "the stream ended without a single token"));
        }
        Ok(())
    }

    /// Called when the timer fires: whether a complete stream has lingered enough. Arms the timer anew where what it was
    /// armed for has come in the meantime; so a chunk costs no timer.
    fn is_over(&mut self, now: Instant) -> Result<bool, Failure> {
        if let Some(completed) = self.completed {
            let until = (completed + LINGER).min(self.deadline);
            self.timer.as_mut().reset(until);
            return Ok(now >= until);
        }
        let idle = self.last_read + self.limits.idle;
        let token = match self.first_token {
            None => self.started + self.limits.first_token,
            Some(_) => self.deadline,
        };
        for (until, kind) in
            [(self.deadline, Kind::TotalTimeout), (token, Kind::FirstTokenTimeout), (idle, Kind::IdleTimeout)]
        {
            if now >= until {
                return Err(Failure::new(kind, self.phase(), "the stream went on too slowly"));
            }
        }
        self.timer.as_mut().reset(self.deadline.min(token).min(idle));
        Ok(false)
    }

    fn phase(&self) -> Phase {
        if self.first_token.is_some() { Phase::Stream } else { Phase::FirstToken }
    }

    fn tally(&self) -> Tally {
        let seen = u64::from(self.progress.deltas).max(self.progress.content_bytes.div_ceil(4));
        Tally {
            usage: self.progress.usage,
            output_tokens_seen: seen,
            first_token: self.first_token.map(|at| at - self.started),
        }
    }
}

fn event_failure(fault: &EventFault, phase: Phase) -> Failure {
    match fault {
        EventFault::ErrorObject(body) => from_error_object(body, phase),
        EventFault::Garbled(_) => Failure::new(Kind::Garbled, phase, fault.to_string()),
        EventFault::UnknownFinish(_) => Failure::new(Kind::StreamError, phase, fault.to_string()),
    }
}

/// What a stream is opened with.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// How much to keep back.
    pub hold: Hold,
    /// How many choices there must be.
    pub choices: u32,
    /// Whether the event that holds nothing but usage is kept from the caller.
    pub strip_usage: bool,
    /// Time limits.
    pub limits: AttemptLimits,
    /// When the attempt started.
    pub started: Instant,
    /// When it must be over.
    pub deadline: Instant,
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
}

/// Why a committed stream did not come to its end.
#[derive(Debug)]
pub enum Interruption {
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
    /// Reads until the hold is satisfied.
    ///
    /// # Errors
    /// With the failure of the attempt and what it had come to.
    pub async fn open(incoming: Body, opening: Opening) -> Result<Self, (Failure, Tally)> {
        let mut reader = Reader {
            incoming,
            splitter: Splitter::default(),
            progress: Progress::new(opening.choices),
            strip_usage: opening.strip_usage,
            limits: opening.limits,
            started: opening.started,
            deadline: opening.deadline,
            last_read: Instant::now(),
            first_token: None,
            completed: None,
            done_passed: false,
            timer: Box::pin(tokio::time::sleep_until(
                opening
                    .deadline
                    .min(opening.started + opening.limits.first_token)
                    .min(opening.started + opening.limits.idle),
            )),
        };
        let mut held = Vec::new();
        let mut ended = false;
        let mut kept = 0;
        while !ended && !is_enough(opening.hold, &reader.progress) {
            let before = held.len();
            match reader.read(&mut held).await {
                Ok(Read::More) => {}
                Ok(Read::End) => ended = true,
                Err(failure) => return Err((failure, reader.tally())),
            }
            kept += held[before..].iter().map(Bytes::len).sum::<usize>();
            if kept > opening.held_bytes {
                let failure =
                    Failure::new(Kind::Garbled, reader.phase(), "the held answer is larger than `server.max_answer`");
                return Err((failure, reader.tally()));
            }
        }
        Ok(Self { reader, held, ended })
    }

    /// From here on the caller sees it, and no other attempt can take its place.
    #[must_use]
    pub fn commit(self) -> Committed {
        Committed { reader: self.reader, held: self.held, ended: self.ended }
    }

    /// What it came to so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.reader.tally()
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
    /// Passes the stream on to its end.
    ///
    /// # Errors
    /// With what cut it short; in either case with what it came to.
    pub async fn relay(mut self, sink: &Sink) -> (Tally, Result<(), Interruption>) {
        let result = self.pass_on(sink).await;
        (self.reader.tally(), result)
    }

    async fn pass_on(&mut self, sink: &Sink) -> Result<(), Interruption> {
        let mut pieces = std::mem::take(&mut self.held);
        loop {
            for piece in pieces.drain(..) {
                sink.chunk(piece).await?;
            }
            if self.ended {
                break;
            }
            let read = tokio::select! {
                biased;
                () = sink.caller_gone() => return Err(Interruption::CallerGone),
                read = self.reader.read(&mut pieces) => read,
            };
            match read {
                Ok(Read::More) => {}
                Ok(Read::End) => self.ended = true,
                // What was right before the fault in the same bytes still goes out.
                Err(failure) => {
                    for piece in pieces.drain(..) {
                        sink.chunk(piece).await?;
                    }
                    return Err(Interruption::Failed(failure));
                }
            }
        }
        if !self.reader.done_passed {
            sink.chunk(Bytes::from_static(DONE)).await?;
        }
        Ok(())
    }
}
