//! One budget's account: what is spent and held in its present period, and in earlier ones that requests still hold money
//! of.

use std::time::Duration;

use super::period::Period;
use super::{BudgetState, Covered, Refused, Shortage};
use crate::config::{Budget, BudgetScope};
use crate::money::NanoUsd;

/// The account of a budget.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) budget: Budget,
    /// Tells it from another that had its id before.
    pub(super) serial: u64,
    pub(super) present: Book,
    /// Periods that are over, as long as reservations of theirs are open.
    past: Vec<Book>,
}

/// What is known of one period.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) period: Period,
    pub(super) spent: NanoUsd,
    pub(super) reserved: NanoUsd,
    /// Reservations that hold money of it.
    open: u32,
    /// The thresholds that were reached, a bit each.
    reached: u8,
}

/// A threshold that settled spend has reached.
#[derive(Debug, Clone)]
pub struct Crossing {
    /// The budget.
    pub budget: Budget,
    /// The threshold in percent of the limit.
    pub threshold: u8,
    /// The start of the period, in milliseconds since the Unix epoch.
    pub period_start: u64,
    /// Settled spend of the period.
    pub spent: NanoUsd,
}

impl Book {
    pub(super) fn new(period: Period, spent: NanoUsd) -> Self {
        Self { period, spent, reserved: NanoUsd::ZERO, open: 0, reached: 0 }
    }

    /// Notes the thresholds that are reached now and were not before.
    fn cross(&mut self, budget: &Budget, crossings: &mut Vec<Crossing>) {
        for (place, threshold) in budget.thresholds.iter().enumerate() {
            let is_reached = u128::from(self.spent.0) * 100 >= u128::from(budget.limit.0) * u128::from(*threshold);
            let bit = 1 << place;
            if is_reached && self.reached & bit == 0 {
                crossings.push(Crossing {
                    budget: budget.clone(),
                    threshold: *threshold,
                    period_start: self.period.start,
                    spent: self.spent,
                });
            }
            self.reached = if is_reached { self.reached | bit } else { self.reached & !bit };
        }
    }
}

impl Account {
    pub(super) fn new(budget: Budget, serial: u64, now_ms: u64, spent: NanoUsd) -> Self {
        let period = Period::holding(budget.period, &budget.zone, now_ms);
        Self { budget, serial, present: Book::new(period, spent), past: Vec::new() }
    }

    pub(super) fn covers(&self, what: &Covered<'_>) -> bool {
        match &self.budget.scope {
            BudgetScope::Tenant(name) => &**name == what.tenant,
            BudgetScope::Key(name) => &**name == what.key,
            BudgetScope::Route(name) => &**name == what.route,
            BudgetScope::Class(class) => *class == what.class,
        }
    }

    /// Whether it goes on for this budget, whose limit may be another.
    pub(super) fn is_for(&self, budget: &Budget) -> bool {
        let own = &self.budget;
        own.id == budget.id
            && own.scope == budget.scope
            && own.period == budget.period
            && own.zone == budget.zone
            && own.since == budget.since
    }

    /// Goes on with another limit and other thresholds.
    pub(super) fn become_of(&mut self, budget: &Budget, crossings: &mut Vec<Crossing>) {
        if self.budget.thresholds != budget.thresholds {
            self.present.reached = 0;
        }
        self.budget = budget.clone();
        self.present.cross(budget, crossings);
    }

    /// Starts a new period if the present one is over; whether it was.
    pub(super) fn turn(&mut self, now_ms: u64) -> bool {
        if self.present.period.end.is_none_or(|end| now_ms < end) {
            return false;
        }
        let period = Period::holding(self.budget.period, &self.budget.zone, now_ms);
        let over = std::mem::replace(&mut self.present, Book::new(period, NanoUsd::ZERO));
        if over.open > 0 {
            self.past.push(over);
        }
        true
    }

    fn book(&mut self, period: u64) -> Option<&mut Book> {
        std::iter::once(&mut self.present).chain(&mut self.past).find(|book| book.period.start == period)
    }

    /// Why so much more may not be held of that period, by a request that holds `own` of it already.
    pub(super) fn refuses(&self, period: u64, own: NanoUsd, more: NanoUsd, now_ms: u64) -> Option<Refused> {
        let limit = self.budget.limit;
        let book = std::iter::once(&self.present).chain(&self.past).find(|book| book.period.start == period)?;
        let (spent, reserved) = (book.spent, book.reserved);
        let shortage = if spent >= limit {
            Shortage::SpentOut
        } else if spent + own + more > limit {
            Shortage::TooLarge
        } else if spent + reserved + more > limit {
            Shortage::Busy
        } else {
            return None;
        };
        Some(Refused { spent, ..self.refusal(shortage, now_ms) })
    }

    /// The refusal of this budget.
    pub(super) fn refusal(&self, shortage: Shortage, now_ms: u64) -> Refused {
        Refused {
            shortage,
            id: self.budget.id.clone(),
            scope: self.budget.scope.kind(),
            resets_in: self.resets_in(now_ms),
            limit: self.budget.limit,
            spent: self.present.spent,
        }
    }

    /// Holds so much of the present period for a new reservation.
    pub(super) fn hold(&mut self, amount: NanoUsd) {
        self.present.reserved += amount;
        self.present.open += 1;
    }

    /// Holds so much more for a reservation of that period.
    pub(super) fn hold_more(&mut self, period: u64, more: NanoUsd) {
        if let Some(book) = self.book(period) {
            book.reserved += more;
        }
    }

    /// Gives so much of a reservation back that goes on.
    pub(super) fn hold_less(&mut self, period: u64, less: NanoUsd) {
        if let Some(book) = self.book(period) {
            book.reserved = book.reserved.saturating_sub(less);
        }
    }

    /// Ends a reservation of that period, with what it came to.
    pub(super) fn settle(&mut self, period: u64, held: NanoUsd, cost: NanoUsd, crossings: &mut Vec<Crossing>) {
        let Self { budget, present, past, .. } = self;
        let mut books = std::iter::once(present).chain(past);
        let Some(book) = books.find(|book| book.period.start == period) else { return };
        book.reserved = book.reserved.saturating_sub(held);
        book.open = book.open.saturating_sub(1);
        book.spent += cost;
        book.cross(budget, crossings);
        self.past.retain(|book| book.open > 0);
    }

    pub(super) fn resets_in(&self, now_ms: u64) -> Option<Duration> {
        self.present.period.end.map(|end| Duration::from_millis(end.saturating_sub(now_ms)))
    }

    /// What is left of the limit, in whole percent, where little is: below the first threshold, or where there is none
    /// below [`NEAR`].
    pub(super) fn left_percent_if_near(&self) -> Option<u8> {
        const NEAR: u8 = 70;
        let (limit, spent) = (u128::from(self.budget.limit.0), u128::from(self.present.spent.0));
        let near = u128::from(self.budget.thresholds.first().copied().unwrap_or(NEAR));
        if limit == 0 || spent >= limit {
            return Some(0);
        }
        (spent * 100 >= limit * near).then(|| u8::try_from((limit - spent) * 100 / limit).unwrap_or(100))
    }

    pub(super) fn state(&self, now_ms: u64) -> BudgetState {
        BudgetState {
            id: self.budget.id.clone(),
            scope: self.budget.scope.kind(),
            period: self.budget.period.as_str(),
            limit: self.budget.limit,
            spent: self.present.spent,
            reserved: self.present.reserved,
            resets_in: self.resets_in(now_ms),
        }
    }
}
