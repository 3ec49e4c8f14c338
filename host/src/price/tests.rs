//! Prices by kind, length and tier; and that no use of them can be negative, overflow or be rounded twice.

use proptest::prelude::*;

use super::*;

const DOLLAR: u64 = 1_000_000_000;

fn used(tokens: Tokens) -> Used {
    Used { tokens, ..Used::default() }
}

fn cost(price: &Price, tokens: Tokens) -> u64 {
    price.amount(&used(tokens)).rounded().0
}

#[test]
fn a_fraction_of_a_nano_dollar_is_rounded_up_once() {
    let price = Price::plain(NanoUsd(1), NanoUsd(1));
    assert_eq!((cost(&price, Tokens::plain(1, 1)), cost(&price, Tokens::plain(0, 0))), (1, 0));
    assert_eq!(price.amount(&used(Tokens::plain(500_000, 500_001))).marked_up(1_000), NanoUsd(2));
    assert_eq!(
        Price::plain(NanoUsd(150_000_000), NanoUsd(0)).amount(&used(Tokens::plain(1, 0))).marked_up(1_100).0,
        165
    );
}

#[test]
fn each_kind_of_token_has_its_price_and_what_has_none_costs_as_usual() {
    let mut price = Price::plain(NanoUsd(10 * DOLLAR), NanoUsd(20 * DOLLAR));
    price.standard.rates.cached_input = Some(NanoUsd(DOLLAR));
    price.standard.rates.reasoning = Some(NanoUsd(30 * DOLLAR));
    let parts = Parts { cached_input: 40, cache_write: 10, reasoning: 5, ..Parts::default() };
    let tokens = Tokens { input: 100, output: 10, parts };
    assert_eq!(cost(&price, tokens), 60 * 10_000 + 40 * 1_000 + 5 * 20_000 + 5 * 30_000);
}

#[test]
fn a_long_context_changes_the_price_of_the_whole_request() {
    let mut price = Price::plain(NanoUsd(DOLLAR), NanoUsd(DOLLAR));
    let rates = Rates { input: NanoUsd(2 * DOLLAR), output: NanoUsd(3 * DOLLAR), ..Rates::default() };
    price.standard.long_context = Some(LongContext { above: 200, rates });
    assert_eq!(cost(&price, Tokens::plain(200, 10)), 210 * 1_000);
    assert_eq!(cost(&price, Tokens::plain(201, 10)), 201 * 2_000 + 10 * 3_000);
}

#[test]
fn tiers_images_and_requests_have_prices_of_their_own() {
    let mut price = Price::plain(NanoUsd(DOLLAR), NanoUsd(DOLLAR));
    price.batch = Some(Price::plain(NanoUsd(DOLLAR / 2), NanoUsd(DOLLAR / 2)).standard);
    (price.image, price.request) = (Some(NanoUsd(7)), Some(NanoUsd(100)));
    let at = |tier| price.amount(&Used { tokens: Tokens::plain(2, 0), tier, images: 3 }).rounded().0;
    assert_eq!((at(ServiceTier::Standard), at(ServiceTier::Batch), at(ServiceTier::Priority)), (2_121, 1_121, 2_121));
}

#[test]
fn another_price_has_another_version() {
    let price = Price::plain(NanoUsd(1), NanoUsd(2));
    assert_eq!(price.version(), Price::plain(NanoUsd(1), NanoUsd(2)).version());
    assert_ne!(price.version(), Price { request: Some(NanoUsd(1)), ..price }.version());
}

fn any_money() -> impl Strategy<Value = NanoUsd> {
    prop_oneof![0..100 * DOLLAR, any::<u64>()].prop_map(NanoUsd)
}

prop_compose! {
    fn any_rates()(input in any_money(), output in any_money(), others in any::<[Option<u64>; 5]>()) -> Rates {
        let [cached_input, cache_write, reasoning, audio_input, audio_output] = others.map(|one| one.map(NanoUsd));
        Rates { input, output, cached_input, cache_write, reasoning, audio_input, audio_output }
    }
}

prop_compose! {
    fn any_tokens()(input in prop_oneof![0..1_000_000_u64, any::<u64>()], output in prop_oneof![0..1_000_000_u64, any::<u64>()], parts in any::<[u64; 5]>())
        -> Tokens {
        let [cached_input, cache_write, audio_input, reasoning, audio_output] = parts;
        Tokens { input, output, parts: Parts { cached_input, cache_write, audio_input, reasoning, audio_output } }
    }
}

proptest! {
    #[test]
    fn a_lying_provider_makes_nothing_negative_and_nothing_overflow(
        rates in any_rates(), tokens in any_tokens(), images: u32, fixed in any::<[Option<u64>; 2]>(), permille: u32,
    ) {
        let [image, request] = fixed.map(|one| one.map(NanoUsd));
        let standard = Tariff { rates, long_context: None };
        let price = Price { standard, image, request, ..Price::default() };
        let amount = price.amount(&Used { tokens, images, tier: ServiceTier::Standard });
        let _ = amount.marked_up(permille);
        let clamped = tokens.clamped();
        let parts = clamped.parts;
        prop_assert!(parts.cached_input.checked_add(parts.cache_write).and_then(|sum| sum.checked_add(parts.audio_input)).is_some_and(|sum| sum <= tokens.input));
        prop_assert!(parts.reasoning.checked_add(parts.audio_output).is_some_and(|sum| sum <= tokens.output));
        prop_assert!(amount >= Amount::default());
    }

    #[test]
    fn rounding_up_costs_less_than_a_nano_dollar(rates in any_rates(), tokens in any_tokens()) {
        let exact = rates.millionths(&tokens.clamped());
        let rounded = Amount(exact).rounded();
        if rounded.0 < u64::MAX {
            let rounded = u128::from(rounded.0) * 1_000_000;
            prop_assert!(rounded >= exact && rounded - exact < 1_000_000);
            prop_assert_eq!(Amount(exact).marked_up(1_000), Amount(exact).rounded());
        }
    }

    #[test]
    fn a_price_survives_a_file(rates in any_rates(), long in any_rates(), above: u32, image in proptest::option::of(any_money())) {
        let long_context = Some(LongContext { above: above.into(), rates: long });
        let tariff = Tariff { rates, long_context };
        let price = Price { standard: tariff, batch: Some(tariff), image, ..Price::default() };
        let json = serde_json::to_string(&price).unwrap();
        prop_assert_eq!(serde_json::from_str::<Price>(&json).unwrap(), price);
        let toml = toml::to_string(&price).unwrap();
        prop_assert_eq!(toml::from_str::<Price>(&toml).unwrap(), price);
    }
}
