//! Amounts of money as people read them: as many digits as say something. What is added up or compared elsewhere is written in
//! full by [`NanoUsd`] itself.

use crate::money::NanoUsd;

/// An amount in US dollars, such as `$12.40` or `$0.0000713`.
pub(super) fn dollars(amount: NanoUsd) -> String {
    #[allow(clippy::cast_precision_loss, reason = "what is shown needs no more than 53 bits")]
    let value = amount.0 as f64 / 1e9;
    format!("${}", significant(value))
}

/// A number of dollars with three digits that say something, and cents at least.
pub(super) fn significant(value: f64) -> String {
    // Beyond nine decimals there is no money.
    #[allow(clippy::cast_possible_truncation, reason = "a logarithm is small")]
    let decimals = if value == 0.0 { 2 } else { (2 - value.abs().log10().floor() as i64).clamp(2, 9) };
    let decimals = usize::try_from(decimals).unwrap_or(2);
    let written = format!("{value:.decimals$}");
    let kept = written.trim_end_matches('0').len();
    // The point is followed by cents.
    let cents = written.find('.').map_or(written.len(), |point| point + 3);
    written[..kept.max(cents)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_as_many_digits_as_say_something() {
        for (nanos, told) in [
            (0, "$0.00"),
            (71_300, "$0.0000713"),
            (12_345_678, "$0.0123"),
            (1_234_567_890, "$1.23"),
            (2_500_000_000, "$2.50"),
            (123_456_789_012, "$123.46"),
        ] {
            assert_eq!(dollars(NanoUsd(nanos)), told);
        }
    }
}
