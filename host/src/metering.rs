//! The money of an answer under way: what is reserved for it before it is asked for, and in slices before more of it is
//! passed on.

use tokio::time::Instant;

use crate::account::Refused;
use crate::decision::SendPlan;
use crate::estimate::{MostOutput, most_output, used};
use crate::exchange::Exchange;
use crate::money::NanoUsd;
use crate::policy::wire::Hold;
use crate::price::Tokens;
use crate::stream::Meter;

/// Output tokens that are paid for, and how they grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slices {
    /// Paid for.
    covered: u64,
    /// How many are added at once.
    slice: u64,
    /// The most that the answer may have; none: nobody limits it.
    most: Option<u64>,
    /// When so many were seen, more are asked for.
    ask_at: u64,
}

impl Slices {
    /// The first of them. `at_once`: how many are paid for before the answer begins.
    #[must_use]
    pub fn new(at_once: u64, slice: u64, most: MostOutput) -> Self {
        let slice = slice.max(1);
        let mut slices = Self { covered: 0, slice, most: most.is_limited.then_some(most.tokens), ask_at: 0 };
        slices.grant(at_once);
        slices
    }

    fn grant(&mut self, covered: u64) {
        self.covered = covered;
        let is_all = self.most.is_some_and(|most| covered >= most);
        // A quarter of a slice before it runs out, so that the answer seldom waits for money.
        self.ask_at = if is_all { covered } else { covered.saturating_sub(self.slice / 4) };
    }

    /// Asks for another slice if it is time. An answer goes on to the last token that is paid for, so that a refusal ends
    /// it only beyond that.
    ///
    /// # Errors
    /// With the refusal, when more was seen than is paid for.
    pub fn cover<E>(&mut self, seen: u64, reserve: impl FnOnce(u64) -> Result<(), E>) -> Result<(), E> {
        if seen <= self.ask_at {
            return Ok(());
        }
        let wanted = seen.max(self.covered).saturating_add(self.slice);
        // A provider that exceeds the limit is paid for all the same.
        let wanted = self.most.filter(|most| *most > seen).map_or(wanted, |most| wanted.min(most));
        match reserve(wanted) {
            Ok(()) => self.grant(wanted),
            Err(refused) if seen > self.covered => return Err(refused),
            Err(_) => self.ask_at = self.covered,
        }
        Ok(())
    }
}

/// What is reserved for a plan before it is tried.
#[must_use]
pub fn first_slice(exchange: &Exchange, plan: &SendPlan) -> Slices {
    first_of(exchange, plan.target, plan.hold, plan.max_output_tokens)
}

fn first_of(exchange: &Exchange, target: usize, hold: Hold, decided: Option<u32>) -> Slices {
    let setting = &exchange.route.targets[target].setting;
    let most = most_at(exchange, target, decided);
    let slice = u64::from(setting.slice.get());
    // What is read as a whole before anything is passed on cannot stop in between.
    let held = match hold {
        Hold::None | Hold::FirstToken => 0,
        Hold::Tokens(tokens) => u64::from(tokens),
        Hold::All => u64::MAX,
    };
    let is_whole = !exchange.chat.stream || setting.hidden_tokens;
    let at_once = if is_whole { most.tokens } else { slice.saturating_add(held).min(most.tokens) };
    Slices::new(at_once, slice, most)
}

/// What every budget has to have left before a try at this target begins, as a decision has to reckon.
#[must_use]
pub fn reserved_at_once(exchange: &Exchange, target: usize) -> NanoUsd {
    worst_charge(exchange, target, first_of(exchange, target, Hold::FirstToken, None).covered)
}

/// The most output that a plan may bring.
#[must_use]
pub fn most_of(exchange: &Exchange, plan: &SendPlan) -> MostOutput {
    most_at(exchange, plan.target, plan.max_output_tokens)
}

fn most_at(exchange: &Exchange, target: usize, decided: Option<u32>) -> MostOutput {
    let there = &exchange.route.targets[target];
    let input = exchange.estimates[target].input.tokens;
    most_output(there, exchange.route.setting.output, &exchange.chat, decided, input)
}

impl Slices {
    /// Output tokens that are paid for.
    #[must_use]
    pub const fn covered(&self) -> u64 {
        self.covered
    }
}

/// What an attempt at this target with so much output may be charged at most.
#[must_use]
pub fn worst_charge(exchange: &Exchange, target: usize, output: u64) -> NanoUsd {
    let input = u64::from(exchange.estimates[target].input.tokens);
    let used = used(&exchange.chat, Tokens::plain(input, output));
    let price = exchange.route.targets[target].setting.price.as_ref().map(|priced| &priced.price);
    let price = price.unwrap_or(&*exchange.unknown_price);
    price.worst(&used).marked_up(exchange.caller.tenant.charging.markup_permille)
}

/// Watches a stream for its exchange: its first token, and the money for what it passes on.
pub struct Watch<'a> {
    exchange: &'a mut Exchange,
    target: usize,
    started: Instant,
    slices: Slices,
}

impl<'a> Watch<'a> {
    /// For a stream of this plan, begun with these slices.
    pub fn new(exchange: &'a mut Exchange, plan: &SendPlan, started: Instant, slices: Slices) -> Self {
        Self { exchange, target: plan.target, started, slices }
    }
}

impl Meter for Watch<'_> {
    fn first_token(&mut self) {
        self.exchange.note_first_token(self.target, self.started);
    }

    fn cover(&mut self, tokens: u64) -> Result<(), Refused> {
        let Self { exchange, target, slices, .. } = self;
        slices.cover(tokens, |output| exchange.raise(*target, output))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limited(tokens: u64) -> MostOutput {
        MostOutput { tokens, is_limited: true }
    }

    #[test]
    fn one_reservation_serves_a_slice_and_not_a_chunk() {
        let mut slices = Slices::new(512, 512, limited(100_000));
        let mut asked = 0;
        for seen in 1..=5_120 {
            slices
                .cover(seen, |_| -> Result<(), ()> {
                    asked += 1;
                    Ok(())
                })
                .expect("granted");
        }
        assert_eq!(asked, 10);
    }

    #[test]
    fn an_answer_goes_on_to_the_last_token_that_is_paid_for() {
        let mut slices = Slices::new(512, 512, limited(100_000));
        let ended = (1..).find(|seen| slices.cover(*seen, |_| Err(())).is_err());
        assert_eq!(ended, Some(513));
    }

    #[test]
    fn no_more_is_reserved_than_the_limit_allows() {
        let mut slices = Slices::new(512, 512, limited(600));
        for seen in 1..=600 {
            slices.cover(seen, |wanted| if wanted <= 600 { Ok(()) } else { Err(wanted) }).expect("within the limit");
        }
        assert_eq!(slices.covered(), 600);
    }

    proptest! {
        #[test]
        fn what_is_seen_exceeds_what_is_paid_for_by_one_read_at_most(
            money in 0..20_000_u64, slice in 1..2_000_u64, reads in prop::collection::vec(1..2_000_u64, 1..60), most in prop::option::of(1..30_000_u64),
        ) {
            let most = MostOutput { tokens: most.unwrap_or(1_024), is_limited: most.is_some() };
            let mut slices = Slices::new(slice.min(most.tokens).min(money), slice, most);
            let (mut seen, mut passed) = (0, 0);
            for read in reads {
                let read = read.min(slice);
                seen += read;
                let reserve = |wanted: u64| if wanted <= money { Ok(()) } else { Err(()) };
                match slices.cover(seen, reserve) {
                    Ok(()) => passed = seen,
                    Err(()) => break,
                }
                prop_assert!(passed <= slices.covered() && slices.covered() <= money);
            }
            prop_assert!(seen <= passed + slice, "one slice beyond what was passed on");
            prop_assert!(passed <= money);
        }
    }
}
