//! Budgets: what requests under way hold, what is spent. A request reserves before its first attempt in every budget that
//! covers it, all or none, and settles what it cost. Spend is kept in memory, read from the ledger at start; a crash loses
//! what was reserved and what the ledger had not written yet.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::config::{Budget, BudgetPeriod, BudgetScope, Name, TrafficClass};
use crate::money::NanoUsd;

/// All budgets of a gateway. One lock, held for a few additions: reservations across budgets are atomic.
#[derive(Debug, Default)]
pub struct Budgets {
    accounts: Mutex<Vec<Account>>,
}

#[derive(Debug, Clone)]
struct Account {
    budget: Budget,
    /// The instant at which the present period turns, ms since the Unix epoch; none for prepaid.
    turns_at: Option<u64>,
    spent: NanoUsd,
    reserved: NanoUsd,
    /// The present period's number, which no other period of any budget has: what was reserved in one period is never
    /// settled in the next, nor in another budget that took over the name.
    period: u64,
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
    /// The numbers of the periods that it counts for.
    held: Vec<u64>,
    amount: NanoUsd,
}

impl Reservation {
    /// How much it holds in each of its budgets.
    #[must_use]
    pub const fn amount(&self) -> NanoUsd {
        self.amount
    }
}

/// Why nothing could be reserved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The money is gone.
    #[error("the {scope} budget `{id}` is spent out")]
    SpentOut {
        /// The budget.
        id: Name,
        /// What it covers.
        scope: &'static str,
        /// Until its period turns.
        resets_in: Option<Duration>,
    },
    /// There is money, but requests under way hold it.
    #[error("requests under way hold what is left of the {scope} budget `{id}`")]
    Busy {
        /// The budget.
        id: Name,
        /// What it covers.
        scope: &'static str,
    },
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

impl Account {
    fn covers(&self, what: &Covered<'_>) -> bool {
        match &self.budget.scope {
            BudgetScope::Tenant(name) => &**name == what.tenant,
            BudgetScope::Key(name) => &**name == what.key,
            BudgetScope::Route(name) => &**name == what.route,
            BudgetScope::Class(class) => *class == what.class,
        }
    }

    /// Whether it goes on for this budget, whose limit may be another.
    fn is_for(&self, budget: &Budget) -> bool {
        self.budget.id == budget.id && self.budget.scope == budget.scope && self.budget.period == budget.period
    }

    /// Starts a new period if the present one is over.
    fn turn(&mut self, now_ms: u64) {
        if self.turns_at.is_some_and(|turns_at| now_ms >= turns_at) {
            self.turns_at = next_turn(self.budget.period, now_ms);
            self.period = new_period();
            self.spent = NanoUsd::ZERO;
            self.reserved = NanoUsd::ZERO;
        }
    }

    fn scope(&self) -> &'static str {
        match self.budget.scope {
            BudgetScope::Tenant(_) => "tenant",
            BudgetScope::Key(_) => "key",
            BudgetScope::Route(_) => "route",
            BudgetScope::Class(_) => "class",
        }
    }

    fn resets_in(&self, now_ms: u64) -> Option<Duration> {
        self.turns_at.map(|turns_at| Duration::from_millis(turns_at.saturating_sub(now_ms)))
    }

    fn refuses(&self, more: NanoUsd, now_ms: u64) -> Option<Refused> {
        let (id, scope) = (self.budget.id.clone(), self.scope());
        if self.spent >= self.budget.limit || self.spent + more > self.budget.limit {
            return Some(Refused::SpentOut { id, scope, resets_in: self.resets_in(now_ms) });
        }
        (self.spent + self.reserved + more > self.budget.limit).then_some(Refused::Busy { id, scope })
    }

    fn state(&self, now_ms: u64) -> BudgetState {
        BudgetState {
            id: self.budget.id.clone(),
            scope: self.scope(),
            period: match self.budget.period {
                BudgetPeriod::Day => "day",
                BudgetPeriod::Month => "month",
                BudgetPeriod::Prepaid => "prepaid",
            },
            limit: self.budget.limit,
            spent: self.spent,
            reserved: self.reserved,
            resets_in: self.resets_in(now_ms),
        }
    }
}

impl Budgets {
    /// Those of these budgets that nothing is known of yet, each with the instant at which its present period began.
    #[must_use]
    pub fn unknown(&self, budgets: &[Budget], now_ms: u64) -> Vec<(Budget, u64)> {
        let accounts = self.lock();
        budgets
            .iter()
            .filter(|budget| !accounts.iter().any(|account| account.is_for(budget)))
            .map(|budget| (budget.clone(), period_start(budget.period, now_ms)))
            .collect()
    }

    /// Takes over a config's budgets. What was spent and reserved under the same id stays; `spent_before` says what
    /// was spent of a new one in its present period. It is called under the lock that every request needs.
    pub fn configure(&self, budgets: &[Budget], now_ms: u64, spent_before: impl Fn(&Budget) -> NanoUsd) {
        let mut accounts = self.lock();
        let old = std::mem::take(&mut *accounts);
        *accounts = budgets
            .iter()
            .map(|budget| match old.iter().find(|account| account.is_for(budget)) {
                Some(account) => Account { budget: budget.clone(), ..account.clone() },
                None => Account {
                    budget: budget.clone(),
                    turns_at: next_turn(budget.period, now_ms),
                    spent: spent_before(budget),
                    reserved: NanoUsd::ZERO,
                    period: new_period(),
                },
            })
            .collect();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The budgets that cover this, at this instant.
    #[must_use]
    pub fn sample(&self, what: &Covered<'_>, now_ms: u64) -> Vec<BudgetState> {
        let mut accounts = self.lock();
        accounts
            .iter_mut()
            .filter(|account| account.covers(what))
            .map(|account| {
                account.turn(now_ms);
                account.state(now_ms)
            })
            .collect()
    }

    /// Reserves in every budget that covers this, or in none.
    ///
    /// # Errors
    /// With the first budget that has not enough left.
    pub fn reserve(&self, what: &Covered<'_>, amount: NanoUsd, now_ms: u64) -> Result<Reservation, Refused> {
        let mut accounts = self.lock();
        for account in accounts.iter_mut().filter(|account| account.covers(what)) {
            account.turn(now_ms);
            if let Some(refused) = account.refuses(amount, now_ms) {
                return Err(refused);
            }
        }
        let mut held = Vec::new();
        for account in accounts.iter_mut().filter(|account| account.covers(what)) {
            account.reserved += amount;
            held.push(account.period);
        }
        Ok(Reservation { held, amount })
    }

    /// Raises a reservation to this amount in all of its budgets, or in none. A lower amount changes nothing.
    ///
    /// # Errors
    /// With the first budget that has not enough left.
    pub fn raise(&self, reservation: &mut Reservation, amount: NanoUsd, now_ms: u64) -> Result<(), Refused> {
        let more = amount.saturating_sub(reservation.amount);
        if more == NanoUsd::ZERO {
            return Ok(());
        }
        let mut accounts = self.lock();
        for account in reservation.accounts(&mut accounts) {
            if let Some(refused) = account.refuses(more, now_ms) {
                return Err(refused);
            }
        }
        for account in reservation.accounts(&mut accounts) {
            account.reserved += more;
        }
        reservation.amount = amount;
        Ok(())
    }

    /// Gives the reservation back and books what the request cost. It counts for the period in which it was reserved.
    pub fn settle(&self, reservation: &Reservation, cost: NanoUsd) {
        let mut accounts = self.lock();
        for account in reservation.accounts(&mut accounts) {
            account.reserved = account.reserved.saturating_sub(reservation.amount);
            account.spent += cost;
        }
    }
}

impl Reservation {
    /// The accounts that it holds money in and whose period is still the same.
    fn accounts<'a>(&'a self, accounts: &'a mut [Account]) -> impl Iterator<Item = &'a mut Account> {
        accounts.iter_mut().filter(|account| self.held.contains(&account.period))
    }
}

/// The number of a period that begins now.
fn new_period() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The instant at which the period that holds `now_ms` began; 0 for prepaid.
fn period_start(period: BudgetPeriod, now_ms: u64) -> u64 {
    boundaries(period, now_ms).map_or(0, |(start, _)| start)
}

fn next_turn(period: BudgetPeriod, now_ms: u64) -> Option<u64> {
    boundaries(period, now_ms).map(|(_, end)| end)
}

/// Start and end of the period in UTC, ms since the Unix epoch.
fn boundaries(period: BudgetPeriod, now_ms: u64) -> Option<(u64, u64)> {
    let now = jiff::Timestamp::from_millisecond(i64::try_from(now_ms).ok()?).ok()?;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (first, next) = match period {
        BudgetPeriod::Prepaid => return None,
        BudgetPeriod::Day => (today, today.tomorrow().ok()?),
        BudgetPeriod::Month => (today.first_of_month(), today.last_of_month().tomorrow().ok()?),
    };
    let millis = |date: jiff::civil::Date| {
        let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        u64::try_from(midnight.timestamp().as_millisecond()).ok()
    };
    Some((millis(first)?, millis(next)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: u64 = 86_400_000;
    const WHAT: Covered<'static> = Covered { tenant: "acme", key: "k", route: "r", class: TrafficClass::Batch };

    fn budget(id: &str, scope: BudgetScope, limit: u64) -> Budget {
        Budget { id: id.into(), scope, period: BudgetPeriod::Day, limit: NanoUsd(limit) }
    }

    fn budgets(limits: &[u64]) -> Budgets {
        let budgets = Budgets::default();
        let list: Vec<_> = limits
            .iter()
            .enumerate()
            .map(|(i, limit)| budget(&format!("b{i}"), BudgetScope::Tenant("acme".into()), *limit))
            .collect();
        budgets.configure(&list, DAY, |_| NanoUsd::ZERO);
        budgets
    }

    #[test]
    fn what_was_reserved_is_never_settled_in_another_budget_of_the_same_name() {
        let budgets = budgets(&[10]);
        let held = budgets.reserve(&WHAT, NanoUsd(4), DAY).expect("room");
        let other = budget("b0", BudgetScope::Class(TrafficClass::Batch), 10);
        budgets.configure(&[other], DAY, |_| NanoUsd::ZERO);
        budgets.settle(&held, NanoUsd(3));
        let state = budgets.sample(&WHAT, DAY).remove(0);
        assert_eq!((state.spent, state.reserved), (NanoUsd::ZERO, NanoUsd::ZERO));
    }

    #[test]
    fn spent_out_and_busy_are_told_apart() {
        let budgets = budgets(&[10]);
        let held = budgets.reserve(&WHAT, NanoUsd(10), DAY).expect("room");
        assert!(matches!(budgets.reserve(&WHAT, NanoUsd(1), DAY), Err(Refused::Busy { .. })));
        budgets.settle(&held, NanoUsd(10));
        assert!(matches!(budgets.reserve(&WHAT, NanoUsd(1), DAY), Err(Refused::SpentOut { .. })));
    }

    #[test]
    fn all_budgets_reserve_or_none() {
        let budgets = budgets(&[10, 5]);
        assert!(budgets.reserve(&WHAT, NanoUsd(7), DAY).is_err());
        assert!(budgets.sample(&WHAT, DAY).iter().all(|state| state.reserved == NanoUsd::ZERO));
    }

    #[test]
    fn a_day_ends_at_midnight_and_what_was_reserved_before_is_not_settled_after() {
        let budgets = budgets(&[10]);
        let held = budgets.reserve(&WHAT, NanoUsd(10), DAY).expect("room");
        assert_eq!(budgets.sample(&WHAT, 2 * DAY - 1)[0].resets_in, Some(Duration::from_millis(1)));
        assert_eq!(budgets.sample(&WHAT, 2 * DAY)[0].reserved, NanoUsd::ZERO);
        budgets.settle(&held, NanoUsd(10));
        assert_eq!(budgets.sample(&WHAT, 2 * DAY)[0].spent, NanoUsd::ZERO);
    }

    #[test]
    fn a_new_config_keeps_what_was_spent() {
        let budgets = budgets(&[10]);
        budgets.settle(&budgets.reserve(&WHAT, NanoUsd(4), DAY).expect("room"), NanoUsd(4));
        budgets.configure(&[budget("b0", BudgetScope::Tenant("acme".into()), 20)], DAY, |_| NanoUsd(99));
        let state = &budgets.sample(&WHAT, DAY)[0];
        assert_eq!((state.spent, state.limit), (NanoUsd(4), NanoUsd(20)));
    }

    proptest! {
        #[test]
        fn no_budget_is_ever_exceeded_when_requests_cost_no_more_than_they_reserved(
            limits in prop::collection::vec(1..200u64, 1..4),
            steps in prop::collection::vec((0..3u8, 1..60u64, 0..100u64, 0..8usize), 1..80),
        ) {
            let budgets = budgets(&limits);
            let mut open: Vec<Reservation> = Vec::new();
            for (action, amount, share, pick) in steps {
                match (action, open.is_empty()) {
                    (0, _) => open.extend(budgets.reserve(&WHAT, NanoUsd(amount), DAY)),
                    (1, false) => {
                        let at = pick % open.len();
                        let _ = budgets.raise(&mut open[at], NanoUsd(amount), DAY);
                    }
                    (2, false) => {
                        let held = open.swap_remove(pick % open.len());
                        budgets.settle(&held, NanoUsd(held.amount().0 * share / 100));
                    }
                    _ => {}
                }
                let held: NanoUsd = open.iter().map(Reservation::amount).sum();
                for state in budgets.sample(&WHAT, DAY) {
                    prop_assert_eq!(state.reserved, held);
                    prop_assert!(state.spent + state.reserved <= state.limit);
                }
            }
        }
    }
}
