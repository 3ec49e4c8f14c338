//! What a request holds before it goes upstream: money of its budgets, and an entry in the journal.

use std::sync::Arc;

use tokio::time::Instant;

use super::Exchange;
use crate::account::{Asked, Covered, Refused, Reservation, Reserving};
use crate::decision::SendPlan;
use crate::gateway::{Gateway, now_ms};
use crate::metering::{most_of, worst_charge};
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

    /// What all attempts together may be charged, with one at this target with so much output.
    fn charged_at_most(&self, target: usize, output_tokens: u64) -> NanoUsd {
        // What may have been billed stays held until the request ends, though it will not be booked.
        let so_far: NanoUsd = self.entries.iter().map(|entry| entry.charge.max(entry.exposure)).sum();
        so_far + worst_charge(self, target, output_tokens)
    }

    /// Holds what an attempt at this target with so much output may be charged, on top of what the attempts before it were.
    /// Where requests under way hold the money, it waits for a while.
    ///
    /// # Errors
    /// When a budget has not enough left, or not in time.
    pub async fn reserve(&mut self, target: usize, output_tokens: u64) -> Result<(), Refused> {
        let amount = self.charged_at_most(target, output_tokens);
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

    /// Holds what the attempt under way may be charged with so much output, and does not wait for it.
    ///
    /// # Errors
    /// When a budget has not enough left.
    pub fn raise(&mut self, target: usize, output_tokens: u64) -> Result<(), Refused> {
        let amount = self.charged_at_most(target, output_tokens);
        let Some(reservation) = &mut self.reservation else { return Ok(()) };
        self.gateway.budgets.raise(reservation, amount, now_ms())
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

    /// Writes to the journal that it is about to carry this plan out, with all that it may come to: a stream reserves
    /// more of that as it goes.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may go upstream.
    pub async fn journal(&mut self, plan: &SendPlan) -> Result<(), Unwritable> {
        if !self.gateway.books.are_kept() {
            return Ok(());
        }
        let (there, now) = (&self.route.targets[plan.target].setting, now_ms());
        let at_most = self.charged_at_most(plan.target, most_of(self, plan).tokens);
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
            amount: self.reserved().max(at_most),
            holds: reservation.map_or(&[], Reservation::holds),
        })?;
        let synced = self.gateway.journal.synced(&mark).await;
        self.marks.push(mark);
        synced
    }
}
