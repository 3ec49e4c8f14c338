//! How one value is read: numbers in range, durations, sizes, money, names and the like. Each notes what is wrong with
//! it and how to mend it.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use toml::de::DeValue;

use super::Name;
use super::reader::{Value, shortened};
use crate::money::NanoUsd;

/// The longest name.
pub(super) const NAME_LENGTH: usize = 128;
/// The longest value of an attribute, in bytes: attributes are handed to the policy with every decision.
const ATTRIBUTE_LENGTH: usize = 256;
/// What a name may hold: names reach headers, metric labels and paths of the admin API.
const NAME_HINT: &str = "a name is 1 to 128 of the letters A-Z and a-z, digits, and `_ . : / -`";

/// Whether this can be a name.
pub(super) fn is_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.:/-".contains(&b);
    (1..=NAME_LENGTH).contains(&text.len()) && text.bytes().all(allowed)
}

impl<'a> Value<'a> {
    /// A string as it is.
    pub(crate) fn string(&self, example: &str) -> Option<&'a str> {
        match self.raw {
            DeValue::String(text) => Some(text),
            _ => {
                self.expected("a string", example);
                None
            }
        }
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        let boolean = self.raw.as_bool();
        if boolean.is_none() {
            self.expected("true or false", "`true`, without quotes");
        }
        boolean
    }

    /// A whole number in a range.
    pub(crate) fn integer(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let DeValue::Integer(number) = self.raw else {
            self.expected("a whole number", &format!("`{}`, without quotes", range.start()));
            return None;
        };
        let parsed = i128::from_str_radix(number.as_str(), number.radix()).ok().and_then(|n| u64::try_from(n).ok());
        let valid = parsed.filter(|number| range.contains(number));
        if valid.is_none() {
            self.out_of_range(range.start(), range.end());
        }
        valid
    }

    /// A whole number in a range that excludes 0.
    pub(crate) fn count(&self, most: u32) -> Option<NonZeroU32> {
        self.integer(1..=most.into()).and_then(|n| u32::try_from(n).ok()).and_then(NonZeroU32::new)
    }

    /// A name that is given here, or that names something elsewhere.
    pub(crate) fn name(&self, example: &str) -> Option<Name> {
        let text = self.string(example)?;
        if !is_name(text) {
            self.place.problem(format!("{:?} cannot be a name", shortened(text)), NAME_HINT);
            return None;
        }
        Some(text.into())
    }

    /// A text without control characters that reaches the policy.
    pub(crate) fn attribute(&self) -> Option<Name> {
        let text = self.string("\"support\"")?;
        if text.len() > ATTRIBUTE_LENGTH || text.chars().any(char::is_control) {
            let message = format!("an attribute has at most {ATTRIBUTE_LENGTH} bytes and no control characters");
            self.place.problem(message, "shorten it");
            return None;
        }
        Some(text.into())
    }

    /// A duration such as `250ms`, `30s`, `5m`, `1h`, `2d`.
    pub(crate) fn duration(&self, range: RangeInclusive<Duration>) -> Option<Duration> {
        let example = format!("{:?}", written(*range.start()));
        let text = self.string(&example)?;
        let Some(duration) = duration(text) else {
            let message = format!("{:?} is not a duration", shortened(text));
            self.place
                .problem(message, "write a whole number and a unit: \"250ms\", \"30s\", \"5m\", \"1h\" or \"2d\"");
            return None;
        };
        if !range.contains(&duration) {
            self.out_of_range(&format!("{:?}", written(*range.start())), &format!("{:?}", written(*range.end())));
            return None;
        }
        Some(duration)
    }

    /// A size such as `64KiB` or `32MiB`, in bytes.
    pub(crate) fn size(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let text = self.string("\"32MiB\"")?;
        let Some(size) = size(text) else {
            let message = format!("{:?} is not a size", shortened(text));
            self.place.problem(message, "write a whole number and a unit: \"512B\", \"64KiB\", \"32MiB\" or \"2GiB\"");
            return None;
        };
        if !range.contains(&size) {
            self.out_of_range(&size_written(*range.start()), &size_written(*range.end()));
            return None;
        }
        Some(size)
    }

    /// US dollars as a string, so that no amount ever is a float.
    pub(crate) fn money(&self) -> Option<NanoUsd> {
        if matches!(self.raw, DeValue::Integer(_) | DeValue::Float(_)) {
            self.place.problem("an amount of money is a string", "put it in quotes: \"2.50\"");
            return None;
        }
        let text = self.string("\"2.50\"")?;
        let money = NanoUsd::from_usd(text).ok();
        if money.is_none() {
            let message = format!("{:?} is not an amount of US dollars", shortened(text));
            self.place.problem(message, "write a number with at most nine decimals, such as \"2.50\"");
        }
        money
    }

    /// A multiple such as `1.5`, in thousandths.
    pub(crate) fn multiple(&self) -> Option<u32> {
        if matches!(self.raw, DeValue::Integer(_) | DeValue::Float(_)) {
            self.place.problem("a multiple is a string", "put it in quotes: \"1.5\"");
            return None;
        }
        let text = self.string("\"1.5\"")?;
        let thousandths = permille(text).filter(|permille| (1..=1_000_000).contains(permille));
        if thousandths.is_none() {
            let message = format!("{:?} is not a multiple from 0.001 to 1000", shortened(text));
            self.place.problem(message, "write a number with at most three decimals, such as \"1.5\"");
        }
        thousandths
    }

    /// A share of a whole such as `0.5`, in thousandths.
    pub(crate) fn share(&self) -> Option<u32> {
        if matches!(self.raw, DeValue::Integer(_) | DeValue::Float(_)) {
            self.place.problem("a share is a string", "put it in quotes: \"0.5\"");
            return None;
        }
        let text = self.string("\"0.5\"")?;
        let thousandths = permille(text).filter(|permille| *permille <= 1_000);
        if thousandths.is_none() {
            let message = format!("{:?} is not a share from 0 to 1", shortened(text));
            self.place.problem(message, "write a number with at most three decimals, such as \"0.5\"");
        }
        thousandths
    }

    /// An address to listen at.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        let text = self.string("\"127.0.0.1:8080\"")?;
        let address = text.parse().ok();
        if address.is_none() {
            let message = format!("{:?} is not an address to listen at", shortened(text));
            self.place.problem(message, "write an IP address and a port: \"127.0.0.1:8080\" or \"[::]:8080\"");
        }
        address
    }

    /// A path, which counts from the folder of the config file.
    pub(crate) fn path(&self, example: &str) -> Option<PathBuf> {
        let text = self.string(example)?;
        if text.is_empty() || text.contains('\0') {
            self.place.problem("this cannot be a path", format!("write it like {example}"));
            return None;
        }
        Some(self.place.reader.resolve(text))
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let words = choices.iter().map(|(word, _)| *word);
        let quoted: Vec<String> = words.clone().map(|word| format!("{word:?}")).collect();
        let all = match &quoted[..] {
            [one, another] => format!("{one} or {another}"),
            many => format!("one of {}", many.join(", ")),
        };
        let text = self.string(&all)?;
        let choice = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        if choice.is_none() {
            let hint = match super::nearest::nearest(text, words) {
                Some(word) => format!("did you mean {word:?}?"),
                None => "use one of those words".to_owned(),
            };
            self.place.problem(format!("expected {all}, found {:?}", shortened(text)), hint);
        }
        choice
    }

    fn out_of_range(&self, least: &dyn std::fmt::Display, most: &dyn std::fmt::Display) {
        self.place.problem("this is out of range", format!("the least is {least}, the most is {most}"));
    }
}

pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = number_and_unit(text)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

fn size(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let bytes = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(bytes)
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Thousandths of a decimal number with at most three decimals. The same rules as for money, which has nine.
pub(crate) fn permille(text: &str) -> Option<u32> {
    let NanoUsd(billionths) = NanoUsd::from_usd(text).ok()?;
    (billionths % 1_000_000 == 0).then(|| u32::try_from(billionths / 1_000_000).ok()).flatten()
}

/// A duration as the config would write it.
pub(crate) fn written(duration: Duration) -> String {
    let millis = duration.as_millis();
    let (unit, name) = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")]
        .into_iter()
        .find(|(unit, _)| millis > 0 && millis.is_multiple_of(*unit))
        .unwrap_or((1, "ms"));
    format!("{}{name}", millis / unit)
}

fn size_written(bytes: u64) -> String {
    let (unit, name) = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        .into_iter()
        .find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit))
        .unwrap_or((1, "B"));
    format!("\"{}{name}\"", bytes / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_whole_number_and_a_unit() {
        for (text, millis) in
            [("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000), ("2d", 172_800_000), ("0s", 0)]
        {
            assert_eq!(duration(text), Some(Duration::from_millis(millis)));
        }
        for text in [
            "",
            "30",
            "s",
            "-1s",
            "+1s",
            "1.5s",
            "1 s",
            "1S",
            "1w",
            "99999999999999999999s",
            "18446744073709551615h",
            "٣s",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
        assert_eq!(written(Duration::from_secs(90)), "90s");
        assert_eq!(written(Duration::from_secs(7_200)), "2h");
    }

    #[test]
    fn sizes_count_in_powers_of_two() {
        for (text, bytes) in [("512B", 512), ("64KiB", 65_536), ("32MiB", 33_554_432), ("2GiB", 2_147_483_648)] {
            assert_eq!(size(text), Some(bytes));
        }
        for text in ["", "32", "32MB", "32 MiB", "-1MiB", "1.5MiB", "17179869184GiB"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn multiples_have_at_most_three_decimals() {
        for (text, thousandths) in [("1", 1000), ("1.5", 1500), ("0.001", 1), ("12.345", 12_345)] {
            assert_eq!(permille(text), Some(thousandths));
        }
        for text in ["", "-1", "1.0001", "1,5", "1e3", "NaN"] {
            assert_eq!(permille(text), None, "{text}");
        }
    }

    #[test]
    fn names_can_stand_in_a_header_and_a_metric() {
        assert!(is_name("openai/gpt-4.1:eu_west") && is_name(&"a".repeat(128)));
        for text in ["", "a b", "straße", "a\n", "a\"b", &"a".repeat(129)] {
            assert!(!is_name(text), "{text}");
        }
    }
}
