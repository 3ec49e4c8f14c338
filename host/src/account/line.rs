//! The line of requests that wait for money which others hold: first come, first served among those that want the same
//! budgets; requests that hold some already go before those that hold none.

use std::collections::VecDeque;

use tokio::sync::oneshot;

use super::{Covered, Hold, Refused};
use crate::config::{Name, TrafficClass};
use crate::money::NanoUsd;

/// What was held for one that waited.
#[derive(Debug)]
pub(super) struct Grant {
    /// Where; empty for a reservation that was raised.
    pub(super) holds: Vec<Hold>,
    /// The instant of the reservation, in milliseconds since the Unix epoch.
    pub(super) at: u64,
}

pub(super) type Answer = Result<Grant, Refused>;

/// What one wants that waits.
#[derive(Debug)]
pub(super) enum Want {
    /// A reservation in all budgets that cover this.
    New(Subject),
    /// More in these.
    More { holds: Vec<Hold>, own: NanoUsd },
}

/// Who asks and for what, as [`Covered`] says it.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) tenant: Name,
    pub(super) key: Name,
    pub(super) route: Name,
    pub(super) class: TrafficClass,
}

impl Subject {
    pub(super) fn of(what: &Covered<'_>) -> Self {
        Self { tenant: what.tenant.into(), key: what.key.into(), route: what.route.into(), class: what.class }
    }

    pub(super) fn covered(&self) -> Covered<'_> {
        Covered { tenant: &self.tenant, key: &self.key, route: &self.route, class: self.class }
    }
}

#[derive(Debug)]
pub(super) struct Waiter {
    number: u64,
    pub(super) want: Want,
    pub(super) amount: NanoUsd,
    /// Serials of the accounts that it wants money of.
    pub(super) accounts: Vec<u64>,
    call: oneshot::Sender<Answer>,
}

/// A place in the line. Give it up with [`super::Budgets::give_up`], or wait until it is called.
#[derive(Debug)]
pub struct Waiting {
    pub(super) number: u64,
    pub(super) amount: NanoUsd,
    pub(super) called: oneshot::Receiver<Answer>,
}

#[derive(Debug, Default)]
pub(super) struct Line {
    waiters: VecDeque<Waiter>,
    next_number: u64,
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }

    /// Whether somebody who waits wants one of these accounts.
    pub(super) fn wants(&self, accounts: &[u64]) -> bool {
        self.waiters.iter().any(|waiter| overlap(&waiter.accounts, accounts))
    }

    pub(super) fn join(&mut self, want: Want, amount: NanoUsd, accounts: Vec<u64>) -> Waiting {
        let (call, called) = oneshot::channel();
        let number = self.next_number;
        self.next_number += 1;
        let holds_some = matches!(want, Want::More { .. });
        let waiter = Waiter { number, want, amount, accounts, call };
        if holds_some {
            let is_new = |waiter: &Waiter| matches!(waiter.want, Want::New(_));
            let place = self.waiters.iter().position(is_new).unwrap_or(self.waiters.len());
            self.waiters.insert(place, waiter);
        } else {
            self.waiters.push_back(waiter);
        }
        Waiting { number, amount, called }
    }

    /// Takes one out that gives up; whether it still waited.
    pub(super) fn leave(&mut self, number: u64) -> bool {
        let before = self.waiters.len();
        self.waiters.retain(|waiter| waiter.number != number);
        self.waiters.len() < before
    }

    /// Names the accounts anew that each one wants money of.
    pub(super) fn rename(&mut self, accounts_of: impl Fn(&Subject) -> Vec<u64>) {
        for waiter in &mut self.waiters {
            if let Want::New(subject) = &waiter.want {
                waiter.accounts = accounts_of(subject);
            }
        }
    }

    /// Asks for each one in order; `answer` says none where it has to go on waiting. Nobody is asked for who wants an
    /// account that somebody before it waits for. Gives back the grants that nobody took.
    pub(super) fn call(&mut self, mut answer: impl FnMut(&Waiter) -> Option<Answer>) -> Vec<(Want, NanoUsd, Grant)> {
        let mut blocked: Vec<u64> = Vec::new();
        let mut unclaimed = Vec::new();
        for waiter in std::mem::take(&mut self.waiters) {
            let answered = if overlap(&blocked, &waiter.accounts) { None } else { answer(&waiter) };
            match answered {
                None => {
                    for account in &waiter.accounts {
                        if !blocked.contains(account) {
                            blocked.push(*account);
                        }
                    }
                    self.waiters.push_back(waiter);
                }
                Some(answered) => {
                    if let Err(Ok(grant)) = waiter.call.send(answered) {
                        unclaimed.push((waiter.want, waiter.amount, grant));
                    }
                }
            }
        }
        unclaimed
    }
}

fn overlap(one: &[u64], other: &[u64]) -> bool {
    one.iter().any(|account| other.contains(account))
}
