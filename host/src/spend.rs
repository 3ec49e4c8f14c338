//! What an attempt came to: what it used, what that cost, how sure that is, and what the tenant is charged for it.

use crate::config::{Charging, OnCancel, Payer};
use crate::dialect::openai::{Usage, prompt};
use crate::estimate::used;
use crate::exchange::Exchange;
use crate::ledger::{CostState, Reported};
use crate::money::NanoUsd;
use crate::outcome::{Failure, Processed};
use crate::price::{Amount, Tokens, Used};
use crate::stream::Tally;
use crate::usage_check::{Checked, Doubt, Reckoned, as_told, check};

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
#[derive(Debug, Clone)]
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
    /// The provider's usage, where it is not what is settled.
    pub reported: Option<Reported>,
    /// Why it is not to be believed.
    pub doubt: Option<Doubt>,
}

/// What an attempt at the target with this index used and cost.
#[must_use]
pub fn spend(exchange: &Exchange, target: usize, tally: &Tally, how: &How<'_>) -> Spend {
    let there = &exchange.route.targets[target].setting;
    let Settled { mut used, state, doubt } = settled(exchange, target, tally, how);
    if state == CostState::Nothing {
        used.images = 0;
    }
    let price = there.price.as_ref().map(|priced| &priced.price);
    let reported = doubt.zip(tally.usage).map(|(doubt, usage)| Reported {
        input_tokens: usage.input,
        output_tokens: usage.output,
        cost: price.map(|price| price.amount(&Used { tokens: as_told(&usage), ..used }).rounded()),
        doubt: doubt.as_str().into(),
    });
    let Some(priced) = &there.price else {
        let state = if state == CostState::Nothing { state } else { CostState::Unknown };
        return Spend {
            images: used.images,
            used,
            cost: NanoUsd::ZERO,
            state,
            exposure: NanoUsd::ZERO,
            charge: NanoUsd::ZERO,
            reported,
            doubt,
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
    Spend { images: used.images, used, cost, state, exposure, charge, reported, doubt }
}

/// What an attempt used.
struct Settled {
    used: Used,
    state: CostState,
    doubt: Option<Doubt>,
}

fn settled(exchange: &Exchange, target: usize, tally: &Tally, how: &How<'_>) -> Settled {
    let processed = match how {
        How::Failed(failure) => failure.kind.traits().processed,
        How::Served | How::GivenUp(_) => Processed::Yes,
    };
    let seen = tally.output_tokens_seen;
    let has_answer = matches!(how, How::Served) || seen > 0;
    // A failure may come with a usage of zeros, which says nothing.
    let usage = tally.usage.filter(|usage| has_answer || usage.counts());
    let input = u64::from(exchange.estimates[target].input.tokens);
    let (tokens, state, doubt) = match (usage, processed) {
        (Some(usage), _) => by_usage(exchange, target, &usage, tally, how),
        // What was seen of an answer was produced, whatever ended it.
        (None, Processed::No) if seen == 0 => (Tokens::default(), CostState::Nothing, None),
        (None, Processed::Maybe) if seen == 0 => (Tokens::plain(input, 0), CostState::Exposure, None),
        (None, _) => (Tokens::plain(input, seen), CostState::Estimated, None),
    };
    let mut used = used(&exchange.chat, tokens);
    // What the provider says about its tier goes before what was asked for.
    used.tier = usage.and_then(|usage| usage.tier).unwrap_or(used.tier);
    Settled { used, state, doubt }
}

/// By the provider's usage, as far as it is to be believed.
fn by_usage(
    exchange: &Exchange,
    target: usize,
    usage: &Usage,
    tally: &Tally,
    how: &How<'_>,
) -> (Tokens, CostState, Option<Doubt>) {
    let is_whole = matches!(how, How::Served);
    let sent =
        if is_whole || tally.output_tokens_seen > 0 { sent(exchange, target, usage) } else { Reckoned::default() };
    // A count that runs along with a stream is behind when the stream breaks, and that is nothing odd.
    let least = if is_whole { tally.output_tokens_least } else { 0 };
    let Checked { mut tokens, doubt } = check(usage, sent, Reckoned { likely: tally.output_tokens_seen, least });
    let is_behind = !is_whole && tokens.output < tally.output_tokens_seen;
    if is_behind {
        tokens.output = tally.output_tokens_seen;
    }
    let is_early = !is_whole && tally.is_usage_early && tally.output_tokens_seen > 0;
    let is_sure = !is_behind && !is_early && doubt.is_none();
    let state = if is_sure { CostState::Confirmed } else { CostState::Estimated };
    (tokens, state, doubt)
}

/// What was sent. The prompt is looked at closely only where the provider counts far less than the estimate.
fn sent(exchange: &Exchange, target: usize, usage: &Usage) -> Reckoned {
    let estimate = exchange.estimates[target].input;
    let likely = u64::from(estimate.tokens);
    let suspicious = if estimate.is_exact { likely / 2 } else { likely / 3 };
    if usage.input.is_some_and(|input| input > 0 && input >= suspicious) {
        return Reckoned { likely, least: 1 };
    }
    let written = prompt::written(&exchange.body, &exchange.chat);
    // Another tokenizer than the one that is configured takes no half of its tokens.
    let least = written.least_tokens().max(if estimate.is_exact { suspicious } else { 1 });
    // An image is reckoned by its bytes where nobody counts it, which no provider does.
    let likely = if exchange.chat.images > 0 { likely.min(written.tokens().max(least)) } else { likely };
    Reckoned { likely, least }
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
