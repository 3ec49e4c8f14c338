//! What a request holds before it goes upstream: money of its budgets, and an entry in the journal.

use std::sync::Arc;

use tokio::time::Instant;

use super::Exchange;
use crate::account::{Asked, Covered, Refused, Reservation};
use crate::gateway::{Gateway, now_ms};
use crate::money::NanoUsd;
use crate::store::{Intent, Unwritable};

impl Exchange {
    /// What its budgets have to cover.
    #[must_use]
    pub fn covered(&self) -> Covered<'_> {
        Covered {
            tenant: &self.caller.tenant.name,
            key: &self.caller.key.name,
            route: &self.route.setting.name,
            class: self.class,
        }
    }

    /// Holds what an attempt at this target may cost, on top of what the attempts before it did. Where requests under way
    /// hold the money, it waits for a while.
    ///
    /// # Errors
    /// When a budget has not enough left, or not in time.
    pub async fn reserve(&mut self, target: usize) -> Result<(), Refused> {
        let so_far: NanoUsd = self.tried.iter().map(|tried| tried.cost).sum();
        let amount = so_far + self.estimates[target].unwrap_or_default();
        let gateway = Arc::clone(&self.gateway);
        // Taken out while it is asked, for what covers it borrows the rest.
        let mut held = self.reservation.take();
        let asked = gateway.budgets.ask(&mut held, &self.covered(), amount, now_ms());
        self.reservation = held;
        match asked {
            Asked::Held => Ok(()),
            Asked::Refused(refused) => Err(refused),
            Asked::Wait(waiting) => {
                self.waiting = Some(waiting);
                self.wait_for_money(&gateway).await
            }
        }
    }

    /// Waits in the line, in which it has a place. A wait that is dropped is given up with [`Self::leave_line`].
    async fn wait_for_money(&mut self, gateway: &Gateway) -> Result<(), Refused> {
        let wait = gateway.state.load().config.server.budget_wait;
        let until = self.deadline().min(Instant::now() + wait);
        let Self { waiting: Some(waiting), reservation, .. } = self else { return Ok(()) };
        let called = tokio::time::timeout_at(until, gateway.budgets.called(waiting, reservation)).await;
        if let Ok(answer) = called {
            self.waiting = None;
            return answer;
        }
        self.leave_line().unwrap_or_else(|| Err(gateway.budgets.still_busy(&self.covered(), now_ms())))
    }

    /// Gives its place in the line for money up; none: it was not called meanwhile.
    pub fn leave_line(&mut self) -> Option<Result<(), Refused>> {
        let waiting = self.waiting.take()?;
        self.gateway.budgets.give_up(waiting, &mut self.reservation, now_ms())
    }

    /// Writes to the journal that it is about to try this target.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may go upstream.
    pub async fn journal(&mut self, target: usize) -> Result<(), Unwritable> {
        let (there, now) = (&self.route.targets[target].setting, now_ms());
        let reservation = self.reservation.as_ref();
        let mark = self.gateway.journal.intend(&Intent {
            request_id: &self.id,
            received_at: self.received_at,
            reserved_at: reservation.map_or(now, Reservation::at),
            at: now,
            who: &self.who,
            route: &self.route.setting.name,
            class: self.class,
            streaming: self.chat.stream,
            number: self.entries.len() + 1,
            target: &there.id,
            provider: &there.provider,
            model: &there.model,
            amount: self.reserved(),
            holds: reservation.map_or(&[], Reservation::holds),
        })?;
        let synced = self.gateway.journal.synced(&mark).await;
        self.marks.push(mark);
        synced
    }
}
