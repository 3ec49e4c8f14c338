//! What a budget leaves for the request. The request's own reservation is not counted against it.

use crate::record::Budget;

impl Budget {
    /// What others have spent or reserved, in thousandths of the limit: spent and reserved, less what this request
    /// itself holds. More than 1000 where the budget is overdrawn, and 1000 where its limit is 0.
    #[must_use]
    pub fn used_permille(&self) -> u32 {
        match u128::from(self.used()).saturating_mul(1000).checked_div(u128::from(self.limit)) {
            Some(permille) => u32::try_from(permille).unwrap_or(u32::MAX),
            None => 1000,
        }
    }

    /// What this request may still cost, in nano-USD.
    #[must_use]
    pub fn left_for_request(&self) -> u64 {
        self.limit.saturating_sub(self.used())
    }

    fn used(&self) -> u64 {
        let reserved_by_others = self.reserved.saturating_sub(self.own_reserved);
        self.spent.saturating_add(reserved_by_others)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::budget;

    #[test]
    fn the_requests_own_reservation_does_not_count_against_it() {
        let mut budget = budget(1_000);
        (budget.spent, budget.reserved, budget.own_reserved) = (500, 300, 100);
        assert_eq!((budget.used_permille(), budget.left_for_request()), (700, 300));
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
