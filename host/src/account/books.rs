//! All accounts together with the line of those who wait: the rules of who may hold what, under one lock.

use super::book::Account;
use super::line::{Answer, Grant, Line, Waiter, Want};
use super::{Covered, Hold, Refused, Reservation, Shortage};
use crate::money::NanoUsd;

/// The accounts and the line.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) accounts: Vec<Account>,
    pub(super) line: Line,
    pub(super) next_serial: u64,
}

/// The serials of the accounts that cover this.
pub(super) fn serials(accounts: &[Account], what: &Covered<'_>) -> Vec<u64> {
    accounts.iter().filter(|account| account.covers(what)).map(|account| account.serial).collect()
}

fn gravest(refusals: impl Iterator<Item = Refused>) -> Result<(), Refused> {
    refusals.max_by_key(|refused| refused.shortage).map_or(Ok(()), Err)
}

impl Books {
    /// Starts the periods that begin; then money may be there for those who wait.
    pub(super) fn turn(&mut self, now_ms: u64) {
        let mut has_turned = false;
        for account in &mut self.accounts {
            has_turned |= account.turn(now_ms);
        }
        if has_turned {
            self.call_line(now_ms);
        }
    }

    pub(super) fn account(&mut self, serial: u64) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.serial == serial)
    }

    /// Reserves, unless somebody waits for money of one of these budgets: nobody overtakes the line.
    pub(super) fn reserve(&mut self, what: &Covered<'_>, amount: NanoUsd, now_ms: u64) -> Result<Reservation, Refused> {
        check_new(&self.accounts, what, amount, now_ms)?;
        if !self.line.is_empty() {
            let mut covering = self.accounts.iter().filter(|account| account.covers(what));
            if let Some(account) = covering.find(|account| self.line.wants(&[account.serial])) {
                return Err(account.refusal(Shortage::Busy, now_ms));
            }
        }
        let holds = hold_new(&mut self.accounts, what, amount);
        Ok(Reservation { holds, amount, at: now_ms })
    }

    /// Raises a reservation. Whoever holds money goes before those who wait for some, for it ends the sooner.
    pub(super) fn raise(&mut self, reservation: &mut Reservation, amount: NanoUsd, now_ms: u64) -> Result<(), Refused> {
        let more = amount.saturating_sub(reservation.amount);
        if more == NanoUsd::ZERO {
            return Ok(());
        }
        check_more(&self.accounts, &reservation.holds, reservation.amount, more, now_ms)?;
        hold_more(&mut self.accounts, &reservation.holds, more);
        reservation.amount = amount;
        Ok(())
    }

    /// Answers those in the line whose turn it is.
    pub(super) fn call_line(&mut self, now_ms: u64) {
        // What is granted to one that has just gone comes back, and is there for the next.
        while !self.line.is_empty() {
            let Self { accounts, line, .. } = self;
            let unclaimed = line.call(|waiter| answer(accounts, waiter, now_ms));
            if unclaimed.is_empty() {
                return;
            }
            for (want, amount, grant) in unclaimed {
                self.take_back(&want, amount, &grant);
            }
        }
    }

    fn take_back(&mut self, want: &Want, amount: NanoUsd, grant: &Grant) {
        match want {
            Want::New(_) => {
                for hold in &grant.holds {
                    if let Some(account) = self.account(hold.serial) {
                        account.settle(hold.period, amount, NanoUsd::ZERO, &mut Vec::new());
                    }
                }
            }
            Want::More { holds, .. } => {
                for hold in holds {
                    if let Some(account) = self.account(hold.serial) {
                        account.hold_less(hold.period, amount);
                    }
                }
            }
        }
    }
}

/// Answers one that waits; none: it goes on waiting.
fn answer(accounts: &mut [Account], waiter: &Waiter, now_ms: u64) -> Option<Answer> {
    let amount = waiter.amount;
    let checked = match &waiter.want {
        Want::New(subject) => check_new(accounts, &subject.covered(), amount, now_ms),
        Want::More { holds, own } => check_more(accounts, holds, *own, amount, now_ms),
    };
    match checked {
        Err(Refused { shortage: Shortage::Busy, .. }) => None,
        Err(refused) => Some(Err(refused)),
        Ok(()) => {
            let holds = match &waiter.want {
                Want::New(subject) => hold_new(accounts, &subject.covered(), amount),
                Want::More { holds, .. } => {
                    hold_more(accounts, holds, amount);
                    Vec::new()
                }
            };
            Some(Ok(Grant { holds, at: now_ms }))
        }
    }
}

fn check_new(accounts: &[Account], what: &Covered<'_>, amount: NanoUsd, now_ms: u64) -> Result<(), Refused> {
    let covering = accounts.iter().filter(|account| account.covers(what));
    let refuses = |account: &Account| account.refuses(account.present.period.start, NanoUsd::ZERO, amount, now_ms);
    gravest(covering.filter_map(refuses))
}

fn hold_new(accounts: &mut [Account], what: &Covered<'_>, amount: NanoUsd) -> Vec<Hold> {
    let covering = accounts.iter_mut().filter(|account| account.covers(what));
    let hold = |account: &mut Account| {
        account.hold(amount);
        let (budget, period) = (account.budget.id.clone(), account.present.period.start);
        Hold { serial: account.serial, budget, period }
    };
    covering.map(hold).collect()
}

fn check_more(accounts: &[Account], holds: &[Hold], own: NanoUsd, more: NanoUsd, now_ms: u64) -> Result<(), Refused> {
    let refuses = |hold: &Hold| {
        let account = accounts.iter().find(|account| account.serial == hold.serial)?;
        account.refuses(hold.period, own, more, now_ms)
    };
    gravest(holds.iter().filter_map(refuses))
}

fn hold_more(accounts: &mut [Account], holds: &[Hold], more: NanoUsd) {
    for hold in holds {
        if let Some(account) = accounts.iter_mut().find(|account| account.serial == hold.serial) {
            account.hold_more(hold.period, more);
        }
    }
}
