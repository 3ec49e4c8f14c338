//! The time limits of a stream. They stand still while the caller does not read: that is not the provider's doing.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::AttemptLimits;
use crate::outcome::Kind;

/// How long the usage and `[DONE]` may take after the last finish reason.
const LINGER: Duration = Duration::from_secs(2);

/// What follows when the timer fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing: the timer was armed anew.
    Nothing,
    /// The stream is complete and has lingered enough.
    End,
    /// A limit is over.
    Late(Kind),
}

/// When what came last, and until when what has to come.
#[derive(Debug)]
pub(super) struct Clock {
    limits: AttemptLimits,
    started: Instant,
    deadline: Instant,
    last_read: Instant,
    last_content: Instant,
    first_token: Option<Instant>,
    completed: Option<Instant>,
    /// How much longer the caller may make it last.
    patience: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Clock {
    /// `patience`: by how much a caller that does not read may put off the deadline, altogether.
    pub(super) fn new(limits: AttemptLimits, started: Instant, deadline: Instant, patience: Duration) -> Self {
        let now = Instant::now();
        let first = deadline.min(started + limits.first_token).min(now + limits.idle);
        Self {
            limits,
            started,
            deadline,
            last_read: now,
            last_content: now,
            first_token: None,
            completed: None,
            patience,
            timer: Box::pin(sleep_until(first)),
        }
    }

    /// Ends when it is time to ask what is due.
    pub(super) fn timer(&mut self) -> Pin<&mut Sleep> {
        self.timer.as_mut()
    }

    /// Bytes came.
    pub(super) fn note_read(&mut self) {
        self.last_read = Instant::now();
    }

    /// They carried a part of the answer.
    pub(super) fn note_content(&mut self) {
        self.last_content = self.last_read;
        self.first_token.get_or_insert(self.last_read);
    }

    /// They completed it.
    pub(super) fn note_completed(&mut self) {
        self.completed.get_or_insert(self.last_read);
    }

    pub(super) fn is_completed(&self) -> bool {
        self.completed.is_some()
    }

    pub(super) fn has_first_token(&self) -> bool {
        self.first_token.is_some()
    }

    /// From the start until the first token.
    pub(super) fn first_token(&self) -> Option<Duration> {
        self.first_token.map(|at| at - self.started)
    }

    /// Leaves out a time for which the caller did not read.
    pub(super) fn pause(&mut self, paused: Duration) {
        let paused = paused.min(self.patience);
        if paused.is_zero() {
            return;
        }
        self.patience -= paused;
        let now = Instant::now();
        for instant in [&mut self.last_read, &mut self.last_content] {
            *instant = (*instant + paused).min(now);
        }
        self.deadline += paused;
        if let Some(completed) = &mut self.completed {
            *completed = (*completed + paused).min(now);
        }
    }

    /// Called after each read: a provider that sends faster than it is read would never let the timer fire.
    pub(super) fn overdue(&self) -> Due {
        match self.completed {
            Some(completed) if self.last_read >= (completed + LINGER).min(self.deadline) => Due::End,
            None if self.last_read >= self.deadline => Due::Late(Kind::TotalTimeout),
            _ => Due::Nothing,
        }
    }

    /// Called when the timer fires. What it was armed for may have come in the meantime; so a chunk costs no timer.
    pub(super) fn due(&mut self) -> Due {
        let now = Instant::now();
        if let Some(completed) = self.completed {
            let until = (completed + LINGER).min(self.deadline);
            self.timer.as_mut().reset(until);
            return if now >= until { Due::End } else { Due::Nothing };
        }
        let idle = self.last_read + self.limits.idle;
        let (token, kind) = match self.first_token {
            None => (self.started + self.limits.first_token, Kind::FirstTokenTimeout),
            Some(_) => (self.last_content + self.limits.content_idle, Kind::IdleTimeout),
        };
        for (until, kind) in [(self.deadline, Kind::TotalTimeout), (token, kind), (idle, Kind::IdleTimeout)] {
            if now >= until {
                return Due::Late(kind);
            }
        }
        self.timer.as_mut().reset(self.deadline.min(token).min(idle));
        Due::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn clock() -> Clock {
        let limits = AttemptLimits {
            connect: SECOND,
            first_byte: SECOND,
            first_token: 5 * SECOND,
            idle: 3 * SECOND,
            content_idle: 8 * SECOND,
            total: 60 * SECOND,
        };
        let now = Instant::now();
        Clock::new(limits, now, now + 60 * SECOND, 60 * SECOND)
    }

    async fn after(seconds: u32) {
        tokio::time::advance(seconds * SECOND).await;
    }

    #[tokio::test(start_paused = true)]
    async fn signs_of_life_keep_a_stream_up_but_not_without_content_for_ever() {
        let mut clock = clock();
        clock.note_read();
        clock.note_content();
        for _ in 0..3 {
            after(2).await;
            clock.note_read();
            assert_eq!(clock.due(), Due::Nothing);
        }
        after(2).await;
        clock.note_read();
        assert_eq!(clock.due(), Due::Late(Kind::IdleTimeout));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_token_has_a_limit_of_its_own() {
        let mut clock = clock();
        for _ in 0..2 {
            after(2).await;
            clock.note_read();
        }
        assert_eq!(clock.due(), Due::Nothing);
        after(1).await;
        assert_eq!(clock.due(), Due::Late(Kind::FirstTokenTimeout));
    }

    #[tokio::test(start_paused = true)]
    async fn time_for_which_the_caller_does_not_read_does_not_count_up_to_a_bound() {
        let mut clock = clock();
        clock.note_read();
        clock.note_content();
        after(50).await;
        clock.pause(50 * SECOND);
        assert_eq!(clock.due(), Due::Nothing);
        after(50).await;
        clock.pause(50 * SECOND);
        assert_eq!(clock.due(), Due::Late(Kind::IdleTimeout));
    }

    #[tokio::test(start_paused = true)]
    async fn a_complete_stream_lingers_for_its_usage() {
        let mut clock = clock();
        clock.note_read();
        clock.note_completed();
        assert_eq!(clock.due(), Due::Nothing);
        after(2).await;
        assert_eq!(clock.due(), Due::End);
    }
}
