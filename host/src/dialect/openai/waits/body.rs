//! How long a provider asks to be left alone, read from the body of its error answer: from a field, or from its words.
//!
//! Sources: Google's `google.rpc.RetryInfo` (`retryDelay`: a duration as text, or an object of `seconds` and `nanos`); OpenAI's
//! guide "Rate limits" and Groq's ("Please try again in 7m12.5s"); Azure OpenAI ("Please retry after 20 seconds", API
//! management's "replenished in 02:20:30"); Moonshot ("please try again after 1 seconds"); OpenRouter's rate limits
//! (`metadata.headers` with `X-RateLimit-Reset`, milliseconds of the Unix epoch); Hugging Face for a model that loads
//! (`estimated_time`, seconds).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{LONGEST, duration, reset, seconds};

/// What stands before a wait in words.
const PHRASES: [&str; 14] = [
    "try again in ",
    "try again after ",
    "retry in ",
    "retry after ",
    "retry your request after ",
    "retry your request in ",
    "reset in ",
    "resets in ",
    "reset after ",
    "resets after ",
    "available in ",
    "replenished in ",
    "wait for ",
    "wait ",
];

/// What fields say of a wait.
#[derive(Debug, Default)]
pub(in super::super) struct Wait(Option<Duration>);

impl Wait {
    /// Takes in what these fields say, the longest of all.
    pub(in super::super) fn take(&mut self, fields: &Map<String, Value>) {
        for (name, value) in fields {
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
            let wait = match &*name.to_ascii_lowercase() {
                "retrydelay" | "retryafter" | "retryafterseconds" | "retryaftersecs" | "retryin"
                | "quotaresetdelay" | "estimatedtime" => told(value, 1.0),
                "retryafterms" | "retryaftermillis" | "retryaftermilliseconds" => told(value, 1e-3),
                "headers" => value.as_object().and_then(in_headers),
                _ => None,
            };
            self.0 = self.0.max(wait);
        }
    }

    /// The wait.
    pub(in super::super) const fn asked(&self) -> Option<Duration> {
        self.0
    }
}

/// A wait as a number of these units, as text, or as an object of seconds and nanoseconds.
fn told(value: &Value, unit: f64) -> Option<Duration> {
    match value {
        Value::Number(number) => seconds(number.as_f64()? * unit),
        Value::String(text) => match text.trim().parse::<f64>() {
            Ok(number) => seconds(number * unit),
            Err(_) => duration(text.trim()).or_else(|| spoken(&text.trim().to_ascii_lowercase())),
        },
        Value::Object(parts) => {
            let part = |name: &str| match parts.get(name) {
                None => Some(0.0),
                Some(Value::String(text)) => text.trim().parse::<f64>().ok(),
                Some(value) => value.as_f64(),
            };
            seconds(part("seconds")? + part("nanos")? * 1e-9)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    }
}

/// The wait in headers that stand within the body.
fn in_headers(headers: &Map<String, Value>) -> Option<Duration> {
    let value = |wanted: &str| {
        let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
    };
    let after = value("retry-after").and_then(|value| reset(&value, Timestamp::now()));
    after.or_else(|| value("x-ratelimit-reset").and_then(|value| reset(&value, Timestamp::now())))
}

/// The longest wait that these words, in lower case, ask for.
pub(in super::super) fn in_words(message: &str) -> Option<Duration> {
    PHRASES
        .iter()
        .filter_map(|phrase| {
            message.match_indices(phrase).take(4).filter_map(|(at, _)| spoken(&message[at + phrase.len()..])).max()
        })
        .max()
}

/// The duration that a text begins with: `2.5s`, `1m30s`, `20 seconds`, `1 minute and 30 seconds`, `02:20:30`; a number alone
/// counts seconds.
fn spoken(text: &str) -> Option<Duration> {
    let mut rest = text;
    for filler in ["about ", "approximately ", "at least ", "another ", "~"] {
        rest = rest.strip_prefix(filler).unwrap_or(rest);
    }
    if let Some(clock) = clock(rest) {
        return Some(clock);
    }
    let (mut sum, mut found) = (0.0, false);
    while let Some((number, after)) = number(rest) {
        let after = after.trim_start_matches([' ', '\u{a0}']);
        let word = &after[..after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len())];
        let Some(factor) = factor(word) else {
            // A number alone counts seconds; one of other things, or behind a duration, counts nothing.
            return if found { seconds(sum) } else { word.is_empty().then(|| seconds(number)).flatten() };
        };
        (sum, found) = (sum + number * factor, true);
        rest = after[word.len()..].trim_start_matches([' ', ',']);
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    if found { seconds(sum) } else { None }
}

/// `HH:MM:SS`, with days and a point before it where it is longer: `22.14:18:12`.
fn clock(text: &str) -> Option<Duration> {
    let is_of_it = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
    let text = &text[..text.find(|c: char| !is_of_it(c)).unwrap_or(text.len())];
    let (days, time) = match text.split_once('.') {
        Some((days, time)) if time.contains(':') => (days, time),
        _ => ("0", text),
    };
    // What stands behind a point is a fraction, or the next sentence.
    let time = time.split('.').next().unwrap_or(time);
    let mut parts = [days].into_iter().chain(time.split(':')).map(str::parse::<u32>);
    let mut part = || parts.next().and_then(Result::ok).map(u64::from);
    let (days, hours, minutes, secs) = (part()?, part()?, part()?, part()?);
    Some(Duration::from_secs(days * 86_400 + hours * 3_600 + minutes * 60 + secs).min(LONGEST))
}

/// The number that a text begins with, and what stands behind it.
fn number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    // The end of a sentence is no decimal point.
    let digits = text[..end].trim_end_matches('.');
    let number = digits.parse::<f64>().ok()?;
    Some((number, &text[digits.len()..]))
}

fn factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "d" | "day" | "days" => 86_400.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "ms" | "millisecond" | "milliseconds" => 1e-3,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fields(value: &Value) -> Option<Duration> {
        let mut wait = Wait::default();
        wait.take(value.as_object().expect("an object"));
        wait.asked()
    }

    const fn millis(millis: u64) -> Option<Duration> {
        Some(Duration::from_millis(millis))
    }

    #[test]
    fn words_ask_for_a_wait_in_every_unit() {
        for (words, wait) in [
            ("limit reached. please try again in 2.5s. visit https://x", 2_500),
            ("please try again in 250ms.", 250),
            ("please try again in 6m0s.", 360_000),
            ("please try again in 7m12.5s. need more tokens?", 432_500),
            ("please try again in 1h2m3s", 3_723_000),
            ("please retry in 39.218653801s.", 39_218),
            ("please retry after 20 seconds. please contact", 20_000),
            ("please retry after 1 second.", 1_000),
            ("try again in 30 seconds.", 30_000),
            ("please try again after 1 seconds", 1_000),
            ("please try again in 1 minute and 30 seconds", 90_000),
            ("try again in 2 minutes, 5 seconds", 125_000),
            ("retry after 20", 20_000),
            ("please wait 15 seconds before trying again", 15_000),
            ("your quota will reset after 5h12m0s.", 18_720_000),
            ("quota will be replenished in 02:20:30.", 8_430_000),
            ("quota will be replenished in 0.02:20:30.", 8_430_000),
            ("quota will be replenished in 22.14:18:12.", 86_400_000),
            ("try again in about 3 hours", 10_800_000),
            ("retry after 86400 seconds. retry after 5 seconds", 86_400_000),
            ("please try again in 5 days", 86_400_000),
        ] {
            let asked = in_words(words).map(|wait| Duration::from_millis(u64::try_from(wait.as_millis()).unwrap()));
            assert_eq!(asked, millis(wait), "{words}");
        }
        for words in [
            "please try again later",
            "try again in a few minutes",
            "wait",
            "retry after -5",
            "retry in .s",
            "available in 3 regions",
            "",
        ] {
            assert_eq!(in_words(words), None, "{words}");
        }
    }

    #[test]
    fn fields_ask_for_a_wait_in_every_form() {
        for (value, wait) in [
            (json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "39.2s"}), 39_200),
            (json!({"retryDelay": "500ms"}), 500),
            (json!({"retryDelay": {"seconds": 3, "nanos": 500_000_000}}), 3_500),
            (json!({"retryDelay": {"seconds": "3"}}), 3_000),
            (json!({"retry_after": 7}), 7_000),
            (json!({"retry_after": "7.5"}), 7_500),
            (json!({"retry_after_ms": 1_500}), 1_500),
            (json!({"retryAfter": "20 seconds"}), 20_000),
            (json!({"headers": {"Retry-After": "4", "X-RateLimit-Reset": "9"}}), 4_000),
        ] {
            assert_eq!(fields(&value), millis(wait), "{value}");
        }
        let reset = Timestamp::now().as_millisecond() + 30_000;
        let asked = fields(&json!({"headers": {"X-RateLimit-Reset": reset.to_string()}})).expect("a wait");
        assert!((25..=30).contains(&asked.as_secs()), "{asked:?}");
        for odd in [
            json!({"retryDelay": "soon"}),
            json!({"retry_after": -1}),
            json!({"retryDelay": [1]}),
            json!({"headers": 3}),
        ] {
            assert_eq!(fields(&odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_there_a_wait_is_at_most_a_day(
            text in "\\PC{0,24}|[0-9]{1,30}(\\.[0-9]{1,30})? ?(ms|s|m|h|days|:[0-9]{1,12}:[0-9]{1,12})?[0-9a-z. ]{0,12}", number in any::<f64>(),
        ) {
            let words = format!("please try again in {text}");
            prop_assert!(in_words(&words.to_lowercase()).is_none_or(|wait| wait <= LONGEST));
            for value in [json!(text), json!(number), json!({"seconds": number, "nanos": number}), json!({"seconds": text})] {
                let waits = json!({"retryDelay": value, "retry_after_ms": value, "headers": {"retry-after": value}});
                prop_assert!(fields(&waits).is_none_or(|wait| wait <= LONGEST));
            }
        }
    }
}
