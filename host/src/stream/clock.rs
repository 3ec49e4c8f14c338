//! The time limits of a stream. They stand still while the caller does not read: that is not the provider's doing.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::AttemptLimits;
use crate::dialect::openai::chunk::Standing;
use crate::outcome::Kind;

/// How long the usage and `[DONE]` may take after the last finish reason.
const LINGER: Duration = Duration::from_secs(2);

/// How long they may take after one that came along with content. Some servers put one into every chunk, so that more may
/// follow; and a pause within an answer is seldom longer.
const LONG_LINGER: Duration = Duration::from_secs(5);

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
    /// When the answer counts as whole, should no more of it come; none: it is not.
    whole_at: Option<Instant>,
    /// How much longer the caller may make it last.
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    /// When the timer fires.
    fires_at: Instant,
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
            whole_at: None,
            patience,
            timer: Box::pin(sleep_until(first)),
            fires_at: first,
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

    /// How the answer stands after what came; `goes_on`: a part of it was among that. What else comes behind a whole
    /// answer does not make it wait for longer.
    pub(super) fn note_standing(&mut self, standing: Standing, goes_on: bool) {
        let linger = match standing {
            Standing::Open => {
                self.whole_at = None;
                return;
            }
            Standing::Firm => LINGER,
            Standing::Loose => LONG_LINGER.min(self.limits.idle),
            // Its finish reasons say nothing, so that it is over when it is silent for as long as no stream may be.
            Standing::Doubted => self.limits.idle,
        };
        let at = self.last_read + linger;
        let at = if goes_on { at } else { self.whole_at.map_or(at, |whole_at| whole_at.min(at)) };
        self.whole_at = Some(at);
        // Chunks cost no timer, but for those that may be the last.
        if at < self.fires_at {
            self.arm(at);
        }
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
        if let Some(whole_at) = &mut self.whole_at {
            *whole_at += paused;
        }
    }

    /// Called after each read: a provider that sends faster than it is read would never let the timer fire.
    pub(super) fn overdue(&self) -> Due {
        match self.whole_at {
            Some(whole_at) if self.last_read >= whole_at.min(self.deadline) => Due::End,
            None if self.last_read >= self.deadline => Due::Late(Kind::TotalTimeout),
            _ => Due::Nothing,
        }
    }

    /// Called when the timer fires. What it was armed for may have come in the meantime; so a chunk costs no timer.
    pub(super) fn due(&mut self) -> Due {
        let now = Instant::now();
        if let Some(whole_at) = self.whole_at {
            let until = whole_at.min(self.deadline);
            self.arm(until);
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
        self.arm(self.deadline.min(token).min(idle));
        Due::Nothing
    }

    fn arm(&mut self, at: Instant) {
        self.timer.as_mut().reset(at);
        self.fires_at = at;
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

    /// How long until the timer fires, in milliseconds, and what is due then.
    async fn fired(clock: &mut Clock) -> (u128, Due) {
        let before = Instant::now();
        clock.timer().await;
        (before.elapsed().as_millis(), clock.due())
    }

    #[tokio::test(start_paused = true)]
    async fn a_whole_answer_lingers_for_its_usage_and_nothing_but_content_makes_that_longer() {
        let mut clock = clock();
        clock.note_read();
        clock.note_content();
        clock.note_standing(Standing::Firm, false);
        after(1).await;
        clock.note_read();
        clock.note_standing(Standing::Firm, false);
        assert_eq!(fired(&mut clock).await, (1_000, Due::End));
        clock.note_standing(Standing::Firm, true);
        assert_eq!(clock.due(), Due::Nothing);
    }

    #[tokio::test(start_paused = true)]
    async fn a_finish_reason_that_came_with_content_is_given_longer_and_a_firm_one_cuts_that_short() {
        for (standing, lingers) in [(Standing::Loose, 3_000), (Standing::Doubted, 3_000), (Standing::Firm, 2_000)] {
            let mut clock = clock();
            clock.note_read();
            clock.note_standing(Standing::Loose, true);
            clock.note_standing(standing, false);
            assert_eq!(fired(&mut clock).await, (lingers, Due::End), "{standing:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_goes_on_is_held_to_the_limits_of_a_stream_again() {
        let mut clock = clock();
        clock.note_read();
        clock.note_content();
        clock.note_standing(Standing::Firm, true);
        after(1).await;
        clock.note_read();
        clock.note_content();
        clock.note_standing(Standing::Open, true);
        assert_eq!(fired(&mut clock).await, (1_000, Due::Nothing));
        assert_eq!(fired(&mut clock).await, (2_000, Due::Late(Kind::IdleTimeout)));
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_floods_behind_a_whole_answer_ends_it_in_time() {
        let mut clock = clock();
        clock.note_read();
        clock.note_standing(Standing::Firm, false);
        after(2).await;
        clock.note_read();
        assert_eq!(clock.overdue(), Due::End);
    }
}
