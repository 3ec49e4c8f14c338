//! How long a provider asks to be left alone, read from the headers of its error answer, and from its body where they say
//! nothing. `Retry-After` goes first; then the body, which is about this very request; then when limits reset, which may be
//! about the last of their tokens.
//!
//! Sources: RFC 9110, section 10.2.3 (`Retry-After`: seconds or a date); OpenAI's SDKs, which read `retry-after-ms` first;
//! OpenAI's guide "Rate limits", section "Rate limits in headers" (`x-ratelimit-reset-requests: 1s`,
//! `x-ratelimit-reset-tokens: 6m0s`, beside `x-ratelimit-remaining-…`; with milliseconds and decimals as Go writes
//! durations); Anthropic's API reference "Rate limits", section "Response headers" (`anthropic-ratelimit-…-reset`, RFC 3339);
//! draft-ietf-httpapi-ratelimit-headers-06 (`RateLimit-Reset`: seconds); the older custom `X-RateLimit-Reset`: seconds of
//! the Unix epoch, with some vendors milliseconds.

mod body;

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

pub(super) use body::{Wait, in_words};

/// A day: a provider's number is not to be trusted further.
const LONGEST: Duration = Duration::from_secs(86_400);

/// A plain number from here on is an instant and no duration: as seconds it would be thirty years.
const EPOCH_FROM: f64 = 1e9;

/// A plain number from here on counts milliseconds: as seconds it would be the year 5138.
const EPOCH_MILLIS_FROM: f64 = 1e11;

/// The wait that the answer asks for: `retry-after-ms`, else `Retry-After`, else what its body says, else for a 429 when the
/// limit resets that it says to be used up.
pub(super) fn asked(
    status: StatusCode,
    headers: &HeaderMap,
    in_body: Option<Duration>,
    now: Timestamp,
) -> Option<Duration> {
    retry_after(headers, now)
        .or(in_body)
        .or_else(|| if status == StatusCode::TOO_MANY_REQUESTS { longest_reset(headers, now) } else { None })
}

fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if let Some(millis) = text(headers, "retry-after-ms").and_then(|value| value.parse::<f64>().ok()) {
        return seconds(millis / 1_000.0);
    }
    let value = text(headers, "retry-after")?;
    match value.parse::<f64>() {
        Ok(number) => seconds(number),
        Err(_) => jiff::fmt::rfc2822::parse(value).ok().map(|date| until(date.timestamp(), now)),
    }
}

/// When the last of the limits resets that have nothing remaining; where none says so, the last of those that do not say
/// what remains. A limit with something left is not what the request met.
fn longest_reset(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let resets = headers.keys().filter_map(|name| {
        let name = name.as_str();
        let is_limit =
            ["ratelimit-", "x-ratelimit-", "anthropic-ratelimit-"].iter().any(|start| name.starts_with(start));
        if !is_limit || !name.contains("reset") {
            return None;
        }
        let wait = reset(text(headers, name)?, now)?;
        let remaining = text(headers, &name.replacen("reset", "remaining", 1)).map(|value| value.parse::<f64>().ok());
        match remaining {
            None => Some((false, wait)),
            Some(Some(left)) if left <= 0.0 => Some((true, wait)),
            Some(_) => None,
        }
    });
    resets.max().map(|(_, wait)| wait)
}

/// One reset: a duration such as `6m0s`, an instant, or a plain number that is either.
fn reset(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(number) = value.parse::<f64>() {
        if !number.is_finite() || number < EPOCH_FROM {
            return seconds(number);
        }
        let since_epoch = if number >= EPOCH_MILLIS_FROM { number / 1_000.0 } else { number };
        #[allow(clippy::cast_precision_loss, reason = "a wait of seconds needs no exact milliseconds")]
        let now = now.as_millisecond() as f64 / 1_000.0;
        return seconds((since_epoch - now).max(0.0));
    }
    duration(value).or_else(|| value.parse().ok().map(|instant| until(instant, now)))
}

/// A duration as Go writes it: `1s`, `6m0s`, `20ms`, `2m59.56s`.
fn duration(value: &str) -> Option<Duration> {
    let (mut rest, mut sum) = (value, 0.0);
    while !rest.is_empty() {
        let number = &rest[..rest.find(|c: char| !c.is_ascii_digit() && c != '.')?];
        let after = &rest[number.len()..];
        let unit = &after[..after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len())];
        let factor = match unit {
            "d" => 86_400.0,
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * factor;
        rest = &after[unit.len()..];
    }
    (!value.is_empty()).then(|| seconds(sum)).flatten()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn seconds(number: f64) -> Option<Duration> {
    (number.is_finite() && number >= 0.0).then(|| Duration::from_secs_f64(number.min(LONGEST.as_secs_f64())))
}

fn until(instant: Timestamp, now: Timestamp) -> Duration {
    let left = instant.as_millisecond().saturating_sub(now.as_millisecond());
    Duration::from_millis(u64::try_from(left).unwrap_or(0)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wait_of(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let now = "2026-03-01T12:00:00Z".parse().expect("an instant");
        let headers = headers.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), value.parse::<http::HeaderValue>().expect("a value"))
        });
        asked(StatusCode::TOO_MANY_REQUESTS, &headers.collect(), None, now)
    }

    const fn secs(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    #[test]
    fn retry_after_is_read_in_milliseconds_in_seconds_and_as_a_date() {
        assert_eq!(wait_of(&[("retry-after-ms", "1500"), ("retry-after", "9")]), Some(Duration::from_millis(1500)));
        assert_eq!(wait_of(&[("retry-after", "2"), ("x-ratelimit-reset-requests", "1m")]), secs(2));
        assert_eq!(wait_of(&[("retry-after", "Sun, 01 Mar 2026 12:00:30 GMT")]), secs(30));
        assert_eq!(wait_of(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]), secs(0));
        assert_eq!(wait_of(&[("retry-after", "Wed, 21 Oct 2099 07:28:00 GMT")]), secs(86_400));
        assert_eq!(wait_of(&[("retry-after", "1e99")]), secs(86_400));
        assert_eq!(wait_of(&[("retry-after", "soon")]), None);
    }

    #[test]
    fn a_limit_that_is_used_up_says_when_it_resets() {
        assert_eq!(wait_of(&[("x-ratelimit-reset-requests", "1s"), ("x-ratelimit-reset-tokens", "6m0s")]), secs(360));
        assert_eq!(wait_of(&[("x-ratelimit-reset-tokens", "20ms")]), Some(Duration::from_millis(20)));
        assert_eq!(wait_of(&[("x-ratelimit-reset-tokens", "2m59.5s")]), Some(Duration::from_millis(179_500)));
        assert_eq!(wait_of(&[("anthropic-ratelimit-requests-reset", "2026-03-01T12:00:42Z")]), secs(42));
        for (name, value) in [("ratelimit-reset", "7"), ("x-ratelimit-reset", "1772366407")] {
            assert_eq!(wait_of(&[(name, value)]), secs(7), "{name}");
        }
        assert_eq!(wait_of(&[("x-ratelimit-reset", "1772366407000")]), secs(7));
    }

    #[test]
    fn a_limit_with_something_left_is_not_waited_for() {
        let requests = [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "3s")];
        let tokens = [("x-ratelimit-remaining-tokens", "120"), ("x-ratelimit-reset-tokens", "6m0s")];
        assert_eq!(wait_of(&[requests, tokens].concat()), secs(3));
        assert_eq!(wait_of(&tokens), None);
        let unsaid = [("anthropic-ratelimit-tokens-reset", "2026-03-01T13:00:00Z")];
        assert_eq!(wait_of(&[&requests[..], &unsaid].concat()), secs(3));
    }

    #[test]
    fn only_a_429_is_about_a_limit() {
        let headers = [("x-ratelimit-reset", "7")]
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        let headers = headers.into_iter().collect();
        assert_eq!(asked(StatusCode::SERVICE_UNAVAILABLE, &headers, None, Timestamp::now()), None);
    }

    #[test]
    fn the_body_is_asked_where_no_retry_after_can_be_read_and_before_resets() {
        let of = |headers: &[(&'static str, &'static str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
            asked(StatusCode::TOO_MANY_REQUESTS, &headers.collect(), secs(2), Timestamp::now())
        };
        assert_eq!(of(&[("retry-after", "7")]), secs(7));
        assert_eq!(of(&[("retry-after", "soon")]), secs(2));
        assert_eq!(of(&[("x-ratelimit-reset-tokens", "6m0s")]), secs(2));
    }

    proptest! {
        #[test]
        fn whatever_a_provider_sends_a_wait_is_at_most_a_day(value in "[ -~]{0,24}|[0-9]{1,20}(\\.[0-9]{1,9})?(ms|s|m|h|d)?") {
            for name in ["retry-after", "retry-after-ms", "x-ratelimit-reset-tokens", "ratelimit-reset"] {
                prop_assert!(wait_of(&[(name, &value)]).is_none_or(|wait| wait <= LONGEST));
            }
        }
    }
}
