//! What a budget leaves for the request. Only settled spend counts: what requests under way hold is mostly given back, and
//! the gateway waits for it.

use crate::record::Budget;

impl Budget {
    /// Settled spend in thousandths of the limit. More than 1000 where the budget is overdrawn, and 1000 where its limit is
    /// 0.
    #[must_use]
    pub fn used_permille(&self) -> u32 {
        match u128::from(self.spent).saturating_mul(1000).checked_div(u128::from(self.limit)) {
            Some(permille) => u32::try_from(permille).unwrap_or(u32::MAX),
            None => 1000,
        }
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub fn is_spent_out(&self) -> bool {
        self.spent >= self.limit
    }

    /// What this request may still cost, in nano-USD: the limit less settled spend.
    #[must_use]
    pub fn left_for_request(&self) -> u64 {
        self.limit.saturating_sub(self.spent)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::budget;

    #[test]
    fn what_requests_under_way_hold_does_not_count() {
        let mut budget = budget(1_000);
        (budget.spent, budget.reserved, budget.own_reserved) = (500, 300, 100);
        assert_eq!((budget.used_permille(), budget.left_for_request()), (500, 500));
    }

    #[test]
    fn a_budget_of_nothing_is_used_up() {
        assert_eq!(budget(0).used_permille(), 1000);
    }

    #[test]
    fn an_overdrawn_budget_leaves_nothing() {
        let mut budget = budget(1_000);
        budget.spent = 1_500;
        assert_eq!((budget.used_permille(), budget.left_for_request()), (1_500, 0));
    }

    #[test]
    fn great_amounts_do_not_overflow() {
        let mut budget = budget(u64::MAX);
        budget.spent = u64::MAX;
        budget.reserved = u64::MAX;
        assert_eq!(budget.used_permille(), 1000);
    }
}
