//! Reads a provider's stream and judges every event.

use bytes::Bytes;
use http_body_util::BodyExt;

use super::clock::{Clock, Due};
use super::{Opening, Tally};
use crate::dialect::openai::chunk::{EventFault, Kind as EventKind, Progress};
use crate::dialect::openai::continuation::{Continuation, Taken};
use crate::dialect::openai::delivered::Seen;
use crate::dialect::openai::failure::from_error_object;
use crate::dialect::sse::{Event, Splitter};
use crate::downstream::Sink;
use crate::outcome::{Failure, Kind, Phase};
use crate::upstream::{Body, interrupted};

/// The largest single event. Chunks have a few hundred bytes; whole tool arguments or audio may have more.
const EVENT_BYTES: usize = 4 << 20;

/// After so many frames of which nothing is passed on, others get their turn.
const FRAMES_A_TURN: u32 = 32;

/// What a read brought.
pub(super) enum Read {
    /// Whole events to pass on.
    More,
    /// The end of a complete stream.
    End,
}

/// What becomes of an event.
enum Fate {
    Passes,
    Stays,
    Becomes(Bytes),
}

/// A provider's stream.
pub(super) struct Reader {
    incoming: Body,
    splitter: Splitter,
    pub(super) progress: Progress,
    pub(super) continuation: Option<Continuation>,
    strip_usage: bool,
    clock: Clock,
    /// Whether `[DONE]` is among what was passed on.
    pub(super) done_passed: bool,
    /// The event that completes the answer and all after it, while that is kept apart.
    pub(super) tail: Vec<Bytes>,
    pub(super) keeps_tail: bool,
}

impl Reader {
    pub(super) fn new(incoming: Body, opening: Opening) -> Self {
        let progress = Progress::new(opening.choices);
        Self {
            incoming,
            splitter: Splitter::default(),
            progress: if opening.keeps_delivered { progress.keeping() } else { progress },
            continuation: opening.continuation,
            strip_usage: opening.strip_usage,
            clock: Clock::new(opening.limits, opening.started, opening.deadline, opening.patience),
            done_passed: false,
            tail: Vec::new(),
            keeps_tail: true,
        }
    }

    /// Reads on until there is something to pass on. `sink`: the caller that reads along.
    pub(super) async fn read(&mut self, sink: Option<&Sink>, out: &mut Vec<Bytes>) -> Result<Read, Failure> {
        let mut idle_frames = 0;
        while !self.progress.done {
            let frame = tokio::select! {
                biased;
                frame = self.incoming.frame() => Some(frame),
                () = self.clock.timer() => None,
            };
            if let Some(sink) = sink {
                self.clock.pause(sink.take_pause());
            }
            let due = match frame {
                None => self.clock.due(),
                Some(None) => break,
                Some(Some(Err(_))) if self.progress.is_complete() => break,
                Some(Some(Err(error))) => return Err(interrupted(&error, self.phase())),
                Some(Some(Ok(frame))) => {
                    self.clock.note_read();
                    if let Ok(bytes) = frame.into_data() {
                        self.take(bytes, out)?;
                    }
                    self.clock.overdue()
                }
            };
            match due {
                Due::Nothing => {}
                Due::End => break,
                Due::Late(kind) => return Err(Failure::new(kind, self.phase(), "the stream went on too slowly")),
            }
            if !out.is_empty() {
                return Ok(Read::More);
            }
            // A provider that floods with nothing must not keep the worker to itself.
            idle_frames += 1;
            if idle_frames % FRAMES_A_TURN == 0 {
                tokio::task::yield_now().await;
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
            let was_complete = self.clock.is_completed();
            let fate = match self.judge(&event) {
                Ok(fate) => fate,
                // The answer is whole: what comes behind it, however wrong, takes nothing from it.
                Err(_) if was_complete => {
                    self.progress.done = true;
                    break;
                }
                Err(failure) => {
                    // What was right before the fault in the same bytes still goes out.
                    out.extend(run.map(|(start, end)| self.splitter.buffer().slice(start..end)));
                    return Err(failure);
                }
            };
            let is_tail = self.keeps_tail && self.clock.is_completed();
            let (is_run, piece) = match fate {
                Fate::Passes if is_tail => (false, Some(self.splitter.buffer().slice(event.raw.clone()))),
                Fate::Passes => (true, None),
                Fate::Stays => (false, None),
                Fate::Becomes(bytes) => (false, Some(bytes)),
            };
            if is_run {
                run = Some((run.map_or(event.raw.start, |(start, _)| start), event.raw.end));
                continue;
            }
            out.extend(run.take().map(|(start, end)| self.splitter.buffer().slice(start..end)));
            if is_tail { self.tail.extend(piece) } else { out.extend(piece) }
        }
        out.extend(run.map(|(start, end)| self.splitter.buffer().slice(start..end)));
        if self.splitter.unfinished() <= EVENT_BYTES {
            return Ok(());
        }
        if self.clock.is_completed() {
            self.progress.done = true;
            return Ok(());
        }
        Err(Failure::new(Kind::Garbled, self.phase(), "an event is larger than 4 MiB"))
    }

    /// What becomes of an event.
    fn judge(&mut self, event: &Event) -> Result<Fate, Failure> {
        let phase = self.phase();
        if event.is_ambiguous {
            return Err(Failure::new(Kind::Garbled, phase, "an event has a lone carriage return or a byte-order mark"));
        }
        let Some(data) = self.splitter.data(event) else {
            // Nobody waits for signs of life behind a whole answer.
            return Ok(if self.clock.is_completed() { Fate::Stays } else { Fate::Passes });
        };
        let kind = self.progress.observe(&data).map_err(|fault| event_failure(&fault, phase))?;
        if kind == EventKind::Content {
            self.clock.note_content();
        }
        // An end without a token is no end, and must not be seen before that is known.
        self.judge_empty()?;
        let fate = match (kind, &mut self.continuation) {
            (EventKind::Nothing, _) => Fate::Stays,
            (EventKind::UsageOnly, _) if self.strip_usage => Fate::Stays,
            (EventKind::Done, _) => {
                self.judge_end()?;
                self.done_passed = true;
                Fate::Passes
            }
            (EventKind::Content | EventKind::Other | EventKind::UsageOnly, None) => Fate::Passes,
            (EventKind::Content | EventKind::Other | EventKind::UsageOnly, Some(continuation)) => {
                let taken = continuation.take(&data);
                match taken.map_err(|mismatch| Failure::new(Kind::ResumeMismatch, phase, mismatch.to_string()))? {
                    Taken::Nothing => Fate::Stays,
                    Taken::Event(event) => Fate::Becomes(event),
                    Taken::End(event) => {
                        self.progress.end_early();
                        Fate::Becomes(event)
                    }
                }
            }
        };
        if self.progress.is_complete() {
            self.clock.note_completed();
        }
        Ok(fate)
    }

    fn judge_empty(&self) -> Result<(), Failure> {
        if self.progress.is_empty() {
            return Err(Failure::new(Kind::Empty, self.phase(), "the stream ended without a single token"));
        }
        Ok(())
    }

    /// Whether what came is a whole answer.
    fn judge_end(&self) -> Result<(), Failure> {
        if !self.progress.is_complete() {
            let detail = "the stream ended before every choice had a finish reason";
            return Err(Failure::new(Kind::Cut, self.phase(), detail));
        }
        self.judge_empty()
    }

    pub(super) fn has_first_token(&self) -> bool {
        self.clock.has_first_token()
    }

    pub(super) fn phase(&self) -> Phase {
        if self.has_first_token() { Phase::Stream } else { Phase::FirstToken }
    }

    pub(super) fn tally(&self) -> Tally {
        let least = self.progress.written.least_tokens();
        // Servers that repeat the opening of a prefill do not count it as output.
        let repeats = self.continuation.as_ref().is_some_and(Continuation::may_repeat);
        Tally {
            usage: self.progress.usage,
            is_usage_early: !self.progress.is_complete(),
            output_tokens_seen: self.progress.tokens_seen(),
            output_tokens_least: if repeats { least.min(1) } else { least },
            first_token: self.clock.first_token(),
        }
    }

    /// What the caller has seen if all that was judged was passed on; none where that cannot be continued.
    pub(super) fn seen(&self) -> Option<Seen> {
        match &self.continuation {
            Some(continuation) => continuation.is_resumable().then(|| continuation.seen().clone()),
            None => self.progress.delivered.as_ref()?.read(),
        }
    }

    /// Tokens that the caller has seen of this attempt, estimated.
    pub(super) fn tokens_passed(&self) -> u64 {
        self.continuation.as_ref().map_or_else(|| self.progress.tokens_seen(), Continuation::tokens_passed)
    }
}

fn event_failure(fault: &EventFault, phase: Phase) -> Failure {
    match fault {
        EventFault::ErrorObject(body) => from_error_object(body, phase),
        EventFault::Garbled(_) => Failure::new(Kind::Garbled, phase, fault.to_string()),
        EventFault::UnknownFinish(_) => Failure::new(Kind::StreamError, phase, fault.to_string()),
    }
}
