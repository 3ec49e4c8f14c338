//! What an attempt came to: what it used, what that cost, how sure that is, and what the tenant is charged for it.

use crate::config::{Charging, OnCancel, Payer};
use crate::estimate::used;
use crate::exchange::Exchange;
use crate::ledger::CostState;
use crate::money::NanoUsd;
use crate::outcome::{Failure, Processed};
use crate::price::{Amount, Tokens, Used};
use crate::stream::Tally;

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub enum How<'a> {
    /// It served.
    Served,
    /// It failed.
    Failed(&'a Failure),
    /// Nobody waited for the rest any more. Its output could have had so many tokens.
    GivenUp(u64),
}

/// What an attempt used and cost.
#[derive(Debug, Clone, Copy)]
pub struct Spend {
    /// By the provider's usage where it came, else by what was sent and seen.
    pub used: Used,
    /// Images that were sent.
    pub images: u32,
    /// What that costs.
    pub cost: NanoUsd,
    /// How sure that is.
    pub state: CostState,
    /// What may have been billed besides.
    pub exposure: NanoUsd,
    /// What the tenant pays for it.
    pub charge: NanoUsd,
}

/// What an attempt at the target with this index used and cost.
#[must_use]
pub fn spend(exchange: &Exchange, target: usize, tally: &Tally, how: &How<'_>) -> Spend {
    let there = &exchange.route.targets[target].setting;
    let (mut used, state) = used_of(exchange, target, tally, how);
    if state == CostState::Nothing {
        used.images = 0;
    }
    let Some(priced) = &there.price else {
        let state = if state == CostState::Nothing { state } else { CostState::Unknown };
        return Spend {
            images: used.images,
            used,
            cost: NanoUsd::ZERO,
            state,
            exposure: NanoUsd::ZERO,
            charge: NanoUsd::ZERO,
        };
    };
    let amount = if state == CostState::Nothing { Amount::default() } else { priced.price.amount(&used) };
    let cost = amount.rounded();
    let exposure = match *how {
        // Without the provider's own word, and unless it is known to stop, the rest may have been produced too.
        How::GivenUp(most) if state != CostState::Confirmed && there.on_cancel != OnCancel::Stops => {
            let whole = Tokens { output: used.tokens.output.max(most), ..used.tokens };
            priced.price.amount(&Used { tokens: whole, ..used }).rounded().saturating_sub(cost)
        }
        _ => NanoUsd::ZERO,
    };
    let charge = charge(exchange.caller.tenant.charging, amount, state, matches!(how, How::Failed(_)));
    Spend { images: used.images, used, cost, state, exposure, charge }
}

fn used_of(exchange: &Exchange, target: usize, tally: &Tally, how: &How<'_>) -> (Used, CostState) {
    let processed = match how {
        How::Failed(failure) => failure.kind.traits().processed,
        How::Served | How::GivenUp(_) => Processed::Yes,
    };
    let input = u64::from(exchange.estimates[target].input.tokens);
    let (tokens, state) = match (tally.usage, processed) {
        // A count that runs along with a stream is behind when the stream breaks.
        (Some(usage), _) if !matches!(how, How::Served) && usage.tokens.output < tally.output_tokens_seen => {
            (Tokens { output: tally.output_tokens_seen, ..usage.tokens }, CostState::Estimated)
        }
        (Some(usage), _) => (usage.tokens, CostState::Confirmed),
        // What was seen of an answer was produced, whatever ended it.
        (None, Processed::No) if tally.output_tokens_seen == 0 => (Tokens::default(), CostState::Nothing),
        (None, Processed::Maybe) if tally.output_tokens_seen == 0 => (Tokens::plain(input, 0), CostState::Exposure),
        (None, _) => (Tokens::plain(input, tally.output_tokens_seen), CostState::Estimated),
    };
    let mut used = used(&exchange.chat, tokens);
    // What the provider says about its tier goes before what was asked for.
    used.tier = tally.usage.and_then(|usage| usage.tier).unwrap_or(used.tier);
    (used, state)
}

/// What the tenant pays: rounded up once, from the same sum as the cost.
fn charge(charging: Charging, amount: Amount, state: CostState, failed: bool) -> NanoUsd {
    let is_free = state == CostState::Exposure || failed && charging.failed_attempts == Payer::Operator;
    if is_free { NanoUsd::ZERO } else { amount.marked_up(charging.markup_permille) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Price;

    #[test]
    fn a_charge_is_the_cost_with_its_mark_up_and_somebody_else_may_pay_for_failures() {
        let tokens = Tokens::plain(1, 0);
        let amount = Price::plain(NanoUsd(10_000_000), NanoUsd(0)).amount(&Used { tokens, ..Used::default() });
        let tenant = Charging { failed_attempts: Payer::Tenant, markup_permille: 1_150 };
        let operator = Charging { failed_attempts: Payer::Operator, ..tenant };
        assert_eq!(charge(tenant, amount, CostState::Confirmed, true), NanoUsd(12));
        assert_eq!(charge(operator, amount, CostState::Confirmed, true), NanoUsd::ZERO);
        assert_eq!(charge(operator, amount, CostState::Estimated, false), NanoUsd(12));
        assert_eq!(charge(tenant, amount, CostState::Exposure, false), NanoUsd::ZERO);
    }
}
