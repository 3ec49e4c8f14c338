//! Budgets: what requests under way hold, what is spent. A request reserves before its first attempt in every budget that
//! covers it, all or none, and settles what it cost in the period of its reservation. Kept in memory: spend is read from
//! the ledger at the start, after the journal has been settled into it.

mod book;
mod books;
mod line;
pub mod period;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use book::Crossing;
pub use line::Waiting;

use crate::config::{Budget, Name, TrafficClass};
use crate::money::NanoUsd;
use book::Account;
use books::{Books, serials};
use line::{Answer, Grant, Subject, Want};
use period::Period;

/// What keeps budgets: this gateway's own memory, or a store that several share. The tests of interleavings are written
/// against it.
pub trait Reserving {
    /// Reserves in every budget that covers this, or in none.
    ///
    /// # Errors
    /// With the budget that has not enough left.
    fn reserve(&self, what: &Covered<'_>, amount: NanoUsd, now_ms: u64) -> Result<Reservation, Refused>;

    /// Raises a reservation to this amount in all of its budgets, or in none. A lower amount changes nothing.
    ///
    /// # Errors
    /// With the budget that has not enough left.
    fn raise(&self, reservation: &mut Reservation, amount: NanoUsd, now_ms: u64) -> Result<(), Refused>;

    /// Gives the reservation back and books what the request cost, for the period in which it was reserved. Gives the
    /// thresholds that this crossed.
    fn settle(&self, reservation: Reservation, cost: NanoUsd, now_ms: u64) -> Vec<Crossing>;

    /// The budgets that cover this, at this instant.
    fn sample(&self, what: &Covered<'_>, now_ms: u64) -> Vec<BudgetState>;
}

/// All budgets of a gateway. One lock, held for a few additions: reservations across budgets are atomic.
#[derive(Debug, Default)]
pub struct Budgets {
    books: Mutex<Books>,
}

/// A budget as one decision sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetState {
    /// Its name.
    pub id: Name,
    /// `tenant`, `key`, `route` or `class`.
    pub scope: &'static str,
    /// `day`, `month` or `prepaid`.
    pub period: &'static str,
    /// The most that may be spent.
    pub limit: NanoUsd,
    /// Settled spend.
    pub spent: NanoUsd,
    /// Held for requests under way.
    pub reserved: NanoUsd,
    /// Until the period turns.
    pub resets_in: Option<Duration>,
}

/// What a request holds. It has to be settled, whatever happens to the request.
#[derive(Debug, Default)]
#[must_use = "a reservation that is not settled holds money for ever"]
pub struct Reservation {
    holds: Vec<Hold>,
    amount: NanoUsd,
    at: u64,
}

/// Money of one period of one budget.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hold {
    /// Tells the budget from another that had its id before.
    #[serde(skip)]
    serial: u64,
    /// The budget.
    pub budget: Name,
    /// The start of the period, in milliseconds since the Unix epoch.
    pub period: u64,
}

impl Reservation {
    /// How much it holds in each of its budgets.
    #[must_use]
    pub const fn amount(&self) -> NanoUsd {
        self.amount
    }

    /// When it was made, in milliseconds since the Unix epoch.
    #[must_use]
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// The budgets and periods that it holds money of.
    #[must_use]
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }
}

/// Why nothing could be reserved: the budget that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {scope} budget `{id}` {}", .shortage.as_str())]
pub struct Refused {
    /// What is wrong.
    pub shortage: Shortage,
    /// The budget.
    pub id: Name,
    /// What it covers.
    pub scope: &'static str,
    /// Until its period turns.
    pub resets_in: Option<Duration>,
    /// Its limit.
    pub limit: NanoUsd,
    /// Settled spend.
    pub spent: NanoUsd,
}

/// What is wrong with a budget that refuses; the gravest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shortage {
    /// There is money, but requests under way hold it.
    Busy,
    /// There is money, but less than this request may cost.
    TooLarge,
    /// The money is gone.
    SpentOut,
}

impl Shortage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "is held by requests under way",
            Self::TooLarge => "has less left than the request may cost",
            Self::SpentOut => "is spent out",
        }
    }
}

/// What a budget has to cover for a request to count against it.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The key.
    pub key: &'a str,
    /// The route.
    pub route: &'a str,
    /// The class.
    pub class: TrafficClass,
}

/// What came of asking for money.
#[derive(Debug)]
pub enum Asked {
    /// It is held now.
    Held,
    /// Requests under way hold it: wait, and give the place up in the end.
    Wait(Waiting),
    /// There is not enough.
    Refused(Refused),
}

impl Budgets {
    /// Those of these budgets that nothing is known of yet, each with the instant from which its spend counts.
    #[must_use]
    pub fn unknown(&self, budgets: &[Budget], now_ms: u64) -> Vec<(Budget, u64)> {
        let books = self.lock();
        budgets
            .iter()
            .filter(|budget| !books.accounts.iter().any(|account| account.is_for(budget)))
            .map(|budget| {
                let start = Period::holding(budget.period, &budget.zone, now_ms).start;
                (budget.clone(), start.max(budget.since))
            })
            .collect()
    }

    /// Takes over a config's budgets. What was spent and reserved under the same id stays; `spent_before` says what
    /// was spent of a new one in its present period. It is called under the lock that every request needs. Gives the
    /// thresholds that are reached now.
    pub fn configure(
        &self,
        budgets: &[Budget],
        now_ms: u64,
        spent_before: impl Fn(&Budget) -> NanoUsd,
    ) -> Vec<Crossing> {
        let mut books = self.lock();
        let mut old = std::mem::take(&mut books.accounts);
        let mut crossings = Vec::new();
        for budget in budgets {
            let mut account = match old.iter().position(|account| account.is_for(budget)) {
                Some(place) => old.swap_remove(place),
                None => {
                    books.next_serial += 1;
                    Account::new(budget.clone(), books.next_serial, now_ms, spent_before(budget))
                }
            };
            account.become_of(budget, &mut crossings);
            books.accounts.push(account);
        }
        let Books { accounts, line, .. } = &mut *books;
        line.rename(|subject| serials(accounts, &subject.covered()));
        books.call_line(now_ms);
        crossings
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every budget, with its state.
    #[must_use]
    pub fn states(&self, now_ms: u64) -> Vec<(Budget, BudgetState)> {
        let mut books = self.lock();
        books.turn(now_ms);
        books.accounts.iter().map(|account| (account.budget.clone(), account.state(now_ms))).collect()
    }

    /// What is left of the tightest budget that covers this, in whole percent, where little is.
    #[must_use]
    pub fn left_percent_if_near(&self, what: &Covered<'_>, now_ms: u64) -> Option<u8> {
        let mut books = self.lock();
        books.turn(now_ms);
        books.accounts.iter().filter(|account| account.covers(what)).filter_map(Account::left_percent_if_near).min()
    }

    /// Makes a reservation of this amount, or raises the one that there is; where requests under way stand in the way,
    /// takes a place in the line.
    pub fn ask(&self, held: &mut Option<Reservation>, what: &Covered<'_>, amount: NanoUsd, now_ms: u64) -> Asked {
        let mut books = self.lock();
        books.turn(now_ms);
        let (tried, want, accounts, amount) = match held {
            Some(reservation) => {
                let more = amount.saturating_sub(reservation.amount);
                let want = Want::More { holds: reservation.holds.clone(), own: reservation.amount };
                let accounts = reservation.holds.iter().map(|hold| hold.serial).collect();
                (books.raise(reservation, amount, now_ms), want, accounts, more)
            }
            None => {
                let reserved = books.reserve(what, amount, now_ms).map(|reservation| *held = Some(reservation));
                (reserved, Want::New(Subject::of(what)), serials(&books.accounts, what), amount)
            }
        };
        match tried {
            Ok(()) => Asked::Held,
            Err(Refused { shortage: Shortage::Busy, .. }) => Asked::Wait(books.line.join(want, amount, accounts)),
            Err(refused) => Asked::Refused(refused),
        }
    }

    /// Waits until it is this one's turn.
    ///
    /// # Errors
    /// With the budget that is spent out by now, or has less left than the request may cost.
    pub async fn called(&self, waiting: &mut Waiting, held: &mut Option<Reservation>) -> Result<(), Refused> {
        match (&mut waiting.called).await {
            Ok(answer) => take_over(answer, waiting.amount, held),
            // The line never drops one without an answer.
            Err(_) => Ok(()),
        }
    }

    /// Gives a place in the line up. Whoever was called at that very moment is answered all the same; none: it was not.
    pub fn give_up(
        &self,
        mut waiting: Waiting,
        held: &mut Option<Reservation>,
        now_ms: u64,
    ) -> Option<Result<(), Refused>> {
        let mut books = self.lock();
        if books.line.leave(waiting.number) {
            // It may have been the one that others waited behind.
            books.call_line(now_ms);
            return None;
        }
        waiting.called.try_recv().ok().map(|answer| take_over(answer, waiting.amount, held))
    }

    /// The budget that covers this and is spent out; none: there is money in all of them.
    #[must_use]
    pub fn spent_out(&self, what: &Covered<'_>, now_ms: u64) -> Option<Refused> {
        let mut books = self.lock();
        books.turn(now_ms);
        let covering = books.accounts.iter().filter(|account| account.covers(what));
        let (mut spent_out, nothing) = (None, NanoUsd::ZERO);
        for account in covering {
            let refused = account.refuses(account.present.period.start, nothing, nothing, now_ms);
            spent_out = spent_out.or(refused.filter(|refused| refused.shortage == Shortage::SpentOut));
        }
        spent_out
    }

    /// The refusal of a request that has waited in vain.
    #[must_use]
    pub fn still_busy(&self, what: &Covered<'_>, now_ms: u64) -> Refused {
        let books = self.lock();
        let tightest = books.accounts.iter().filter(|account| account.covers(what)).min_by_key(|account| {
            account.budget.limit.saturating_sub(account.present.spent + account.present.reserved)
        });
        let state = tightest.map(|account| account.state(now_ms));
        Refused {
            shortage: Shortage::Busy,
            id: state.as_ref().map_or_else(|| "".into(), |state| state.id.clone()),
            scope: state.as_ref().map_or("request's", |state| state.scope),
            resets_in: state.as_ref().and_then(|state| state.resets_in),
            limit: state.as_ref().map_or(NanoUsd::ZERO, |state| state.limit),
            spent: state.as_ref().map_or(NanoUsd::ZERO, |state| state.spent),
        }
    }
}

fn take_over(answer: Answer, amount: NanoUsd, held: &mut Option<Reservation>) -> Result<(), Refused> {
    let Grant { holds, at } = answer?;
    match held {
        Some(reservation) => reservation.amount += amount,
        None => *held = Some(Reservation { holds, amount, at }),
    }
    Ok(())
}

impl Reserving for Budgets {
    fn reserve(&self, what: &Covered<'_>, amount: NanoUsd, now_ms: u64) -> Result<Reservation, Refused> {
        let mut books = self.lock();
        books.turn(now_ms);
        books.reserve(what, amount, now_ms)
    }

    fn raise(&self, reservation: &mut Reservation, amount: NanoUsd, now_ms: u64) -> Result<(), Refused> {
        let mut books = self.lock();
        books.turn(now_ms);
        books.raise(reservation, amount, now_ms)
    }

    fn settle(&self, reservation: Reservation, cost: NanoUsd, now_ms: u64) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let mut books = self.lock();
        books.turn(now_ms);
        for hold in &reservation.holds {
            if let Some(account) = books.account(hold.serial) {
                account.settle(hold.period, reservation.amount, cost, &mut crossings);
            }
        }
        books.call_line(now_ms);
        crossings
    }

    fn sample(&self, what: &Covered<'_>, now_ms: u64) -> Vec<BudgetState> {
        let mut books = self.lock();
        books.turn(now_ms);
        books.accounts.iter().filter(|account| account.covers(what)).map(|account| account.state(now_ms)).collect()
    }
}
