//! Reads a provider's stream and judges every event.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;

use super::clock::{Clock, Due};
use super::{Opening, Tally};
use crate::dialect::openai::answer::{self, AnswerFault, edited};
use crate::dialect::openai::chunk::{EventFault, Kind as EventKind, Progress, Standing};
use crate::dialect::openai::continuation::{Continuation, Taken};
use crate::dialect::openai::delivered::Seen;
use crate::dialect::openai::failure::from_error_object;
use crate::dialect::openai::stored;
use crate::dialect::sse::{Event, Splitter};
use crate::downstream::Sink;
use crate::outcome::{Failure, Kind, Phase};
use crate::upstream::{Body, interrupted};

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
    /// What of it was read before.
    ahead: Option<Bytes>,
    splitter: Splitter,
    pub(super) progress: Progress,
    pub(super) continuation: Option<Continuation>,
    strip_usage: bool,
    /// Whether an event with data has come.
    has_events: bool,
    /// The largest single event: as large as a whole answer may be, since it may hold one.
    event_bytes: usize,
    clock: Clock,
    /// Whether `[DONE]` is among what was passed on.
    pub(super) done_passed: bool,
    /// What is not passed on yet: the event that completes the answer and all after it, while that is kept apart, or while
    /// not a single token has come. Content that follows takes it out again.
    pub(super) tail: Vec<Bytes>,
    pub(super) keeps_tail: bool,
}

impl Reader {
    /// `ahead`: what was read of the body before.
    pub(super) fn new(incoming: Body, ahead: Bytes, opening: Opening) -> Self {
        let mut progress = Progress::new(opening.choices);
        progress.usage = opening.usage;
        Self {
            incoming,
            ahead: Some(ahead).filter(|ahead| !ahead.is_empty()),
            splitter: Splitter::default(),
            progress: if opening.keeps_delivered { progress.keeping() } else { progress },
            continuation: opening.continuation,
            strip_usage: opening.strip_usage,
            has_events: false,
            event_bytes: opening.held_bytes,
            clock: Clock::new(opening.limits, opening.started, opening.deadline, opening.patience),
            done_passed: false,
            tail: Vec::new(),
            keeps_tail: true,
        }
    }

    /// Reads on until there is something to pass on, or more of the answer has come. `sink`: the caller that reads along.
    pub(super) async fn read(&mut self, sink: Option<&Sink>, out: &mut Vec<Bytes>) -> Result<Read, Failure> {
        let mut idle_frames = 0;
        let deltas = self.progress.deltas;
        while !self.progress.done {
            let frame = match self.ahead.take() {
                Some(bytes) => Some(Some(Ok(Frame::data(bytes)))),
                None => tokio::select! {
                    biased;
                    frame = self.incoming.frame() => Some(frame),
                    () = self.clock.timer() => None,
                },
            };
            if let Some(sink) = sink {
                self.clock.pause(sink.take_pause());
            }
            let due = match frame {
                None => self.clock.due(),
                Some(None) => {
                    self.take_last(out)?;
                    break;
                }
                // A connection that breaks behind a whole answer takes nothing from it.
                Some(Some(Err(_))) if self.progress.standing() == Standing::Firm => break,
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
            if !out.is_empty() || self.progress.deltas > deltas {
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
        let mut run = None;
        while let Some(event) = self.splitter.next_event() {
            if self.progress.done {
                break;
            }
            // What was right before a fault in the same bytes still goes out.
            self.take_event(&event, &mut run, out).inspect_err(|_| self.end_run(&mut run, out))?;
        }
        self.end_run(&mut run, out);
        if self.splitter.unfinished() > self.event_bytes {
            return Err(Failure::new(Kind::Garbled, self.phase(), "an event is larger than `server.max_answer`"));
        }
        Ok(())
    }

    /// The body is over: what came behind the last event is one too, where it can be read.
    fn take_last(&mut self, out: &mut Vec<Bytes>) -> Result<(), Failure> {
        if !self.has_events && self.splitter.rest().trim_ascii_start().starts_with(b"{") {
            return self.take_plain(out);
        }
        let Some(event) = self.splitter.last_event() else { return Ok(()) };
        match self.take_event(&event, &mut None, out) {
            // It was cut, and whether anything is missing is for the end to judge.
            Err(failure) if failure.kind == Kind::Garbled => Ok(()),
            taken => taken,
        }
    }

    /// A plain answer or an error came under the content type of a stream.
    fn take_plain(&mut self, out: &mut Vec<Bytes>) -> Result<(), Failure> {
        let body = std::mem::take(&mut self.splitter).rest();
        match answer::read(&body) {
            Ok(whole) => {
                let gives_usage = !self.strip_usage && whole.usage.is_some();
                let events = stored::as_stream(&whole.body(&body), gives_usage).unwrap_or_default();
                self.progress.usage = whole.usage;
                self.take(events, out)
            }
            Err(AnswerFault::Event(fault @ EventFault::ErrorObject(_))) => Err(event_failure(&fault, self.phase())),
            Err(_) => Ok(()),
        }
    }

    /// Judges an event and puts it where it belongs: to what came before it without a gap, to `out`, or to the tail.
    fn take_event(
        &mut self,
        event: &Event,
        run: &mut Option<Range<usize>>,
        out: &mut Vec<Bytes>,
    ) -> Result<(), Failure> {
        let deltas = self.progress.deltas;
        self.has_events |= event.data.is_some();
        let fate = self.judge(event)?;
        let goes_on = self.progress.deltas > deltas;
        let standing = self.progress.standing();
        self.clock.note_standing(standing, goes_on);
        let is_tail = standing != Standing::Open && (self.keeps_tail || self.progress.is_empty());
        if !self.tail.is_empty() && (goes_on || !is_tail) {
            self.end_run(run, out);
            out.append(&mut self.tail);
        }
        let piece = match fate {
            Fate::Passes if !is_tail => {
                if run.as_ref().is_some_and(|run| run.end != event.raw.start) {
                    self.end_run(run, out);
                }
                run.get_or_insert_with(|| event.raw.clone()).end = event.raw.end;
                return Ok(());
            }
            // Nobody waits for signs of life that are held back.
            _ if event.data.is_none() && is_tail => return Ok(()),
            Fate::Passes => self.splitter.buffer().slice(event.raw.clone()),
            Fate::Stays => return Ok(()),
            Fate::Becomes(bytes) => bytes,
        };
        self.end_run(run, out);
        if is_tail {
            self.tail.push(piece)
        } else {
            out.push(piece)
        }
        Ok(())
    }

    fn end_run(&self, run: &mut Option<Range<usize>>, out: &mut Vec<Bytes>) {
        out.extend(run.take().map(|run| self.splitter.buffer().slice(run)));
    }

    /// What becomes of an event.
    fn judge(&mut self, event: &Event) -> Result<Fate, Failure> {
        let phase = self.phase();
        let Some(data) = self.splitter.data(event) else {
            // Nobody waits for signs of life behind a whole answer.
            return Ok(match self.progress.standing() {
                Standing::Firm => Fate::Stays,
                _ if event.is_ambiguous => Fate::Becomes(self.splitter.rewritten(event, None)),
                _ => Fate::Passes,
            });
        };
        let kind = self.progress.observe(&data).map_err(|fault| event_failure(&fault, phase))?;
        if kind == EventKind::Content {
            self.clock.note_content();
        }
        let is_edited = !self.progress.edits.is_empty();
        let data = if is_edited { Cow::Owned(edited(&data, &self.progress.edits).into()) } else { data };
        let passes = |splitter: &Splitter, data: &[u8]| match (is_edited, event.is_ambiguous) {
            (false, false) => Fate::Passes,
            (is_edited, _) => Fate::Becomes(splitter.rewritten(event, is_edited.then_some(data))),
        };
        Ok(match (kind, &mut self.continuation) {
            (EventKind::Nothing, _) => Fate::Stays,
            (EventKind::UsageOnly, _) if self.strip_usage => Fate::Stays,
            (EventKind::Done, _) => {
                self.judge_done()?;
                self.done_passed = true;
                passes(&self.splitter, &data)
            }
            (EventKind::Content | EventKind::Other | EventKind::UsageOnly, None) => passes(&self.splitter, &data),
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
        })
    }

    fn judge_empty(&self) -> Result<(), Failure> {
        let may_add_nothing = || self.continuation.as_ref().is_some_and(Continuation::may_add_nothing);
        if self.progress.is_empty() && !may_add_nothing() {
            return Err(Failure::new(Kind::Empty, self.phase(), "the stream ended without a single token"));
        }
        Ok(())
    }

    /// Whether what came is a whole answer, where the provider says so itself. A choice that went on after its finish reason
    /// may have been given none after that.
    fn judge_done(&self) -> Result<(), Failure> {
        if !self.progress.may_be_done() {
            return Err(self.cut());
        }
        self.judge_empty()?;
        let continued = self.continuation.as_ref().map_or(Ok(()), Continuation::finish);
        continued.map_err(|mismatch| Failure::new(Kind::ResumeMismatch, self.phase(), mismatch.to_string()))
    }

    /// Whether what came is a whole answer, where nothing more comes.
    fn judge_end(&self) -> Result<(), Failure> {
        if self.progress.done || self.progress.is_complete() { self.judge_done() } else { Err(self.cut()) }
    }

    fn cut(&self) -> Failure {
        Failure::new(Kind::Cut, self.phase(), "the stream ended before every choice had a finish reason")
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
            unknown_finish: self.progress.unknown_finish.clone(),
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
        EventFault::FailedFinish(_) => Failure::new(Kind::StreamError, phase, fault.to_string()),
    }
}
