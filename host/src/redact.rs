//! Words of providers made fit for a log: what looks like a secret is masked. Providers echo keys, whole or in part, in the
//! very errors that operators have to see.

use std::borrow::Cow;

/// The most of a provider's words that a log line shows, in bytes.
const SHOWN: usize = 300;

/// What stands in place of a secret.
const MASK: &str = "[masked]";

/// Beginnings of credentials, as vendors publish them: OpenAI, Anthropic, OpenRouter, DeepSeek and others `sk-`; Google
/// `AIza` and `ya29.`; Groq `gsk_`; xAI `xai-`; Perplexity `pplx-`; Hugging Face `hf_`; Replicate `r8_`; Fireworks `fw_`;
/// NVIDIA `nvapi-`; AWS `AKIA` and `ASIA`; tokens of JSON Web Token's shape `eyJ`; our own `fp-` and `fpa-`.
const BEGINNINGS: [&str; 16] = [
    "sk-", "pk-", "AIza", "ya29.", "gsk_", "xai-", "pplx-", "hf_", "r8_", "fw_", "nvapi-", "AKIA", "ASIA", "eyJ",
    "fp-", "fpa-",
];

/// Letters and digits mixed for this long without a break are no word of a language, no name of a model and no part of a UUID.
const LONG: usize = 16;

/// A shorter part of a credential tells too little to be worth masking, and is often a word.
const PART: usize = 8;

/// The words of a provider in one line, cut, without `secret`, parts of it, or anything that looks like one.
#[must_use]
pub fn redacted(words: &str, secret: Option<&str>) -> String {
    let words: Cow<'_, str> = match secret.filter(|secret| !secret.is_empty()) {
        Some(secret) => words.replace(secret, MASK).into(),
        None => words.into(),
    };
    let mut shown = String::new();
    let is_part_of_word =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*' | '…' | '+' | '/' | '=');
    let mut rest = &*words;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| is_part_of_word(c) != is_part_of_word(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let is_secret = is_part_of_word(first) && run.split(['/', '=']).any(|word| is_secret(word, secret));
        shown.push_str(if is_secret { MASK } else { run });
        rest = after;
    }
    let cut = shown.floor_char_boundary(SHOWN);
    if cut < shown.len() {
        shown.truncate(cut);
        shown.push('…');
    }
    shown.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn is_secret(word: &str, secret: Option<&str>) -> bool {
    let word = word.trim_matches('.');
    let is_mixed = |part: &str| {
        part.len() >= LONG && part.contains(|c: char| c.is_ascii_digit()) && part.contains(|c: char| c.is_alphabetic())
    };
    let begins = BEGINNINGS.iter().any(|start| word.len() >= start.len() + 4 && word.starts_with(start));
    // Vendors mask the middle themselves: `sk-abc***xyz`.
    let is_masked = word.contains("**") || word.contains('…');
    let is_part = word.len() >= PART && secret.is_some_and(|secret| secret.contains(word));
    begins || is_masked || is_part || word.split(['-', '_', '.']).any(is_mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-proj-Zx81mQ0aVt5WrD2n";

    #[test]
    fn an_echoed_key_is_masked_whole_and_in_part() {
        // The wording of OpenAI's 401 `invalid_api_key`, whose key is masked in part already, and kin of it.
        for words in [
            format!("Incorrect API key provided: {SECRET}. You can find your API key at https://platform.openai.com/."),
            "Incorrect API key provided: sk-proj-********rD2n. You can find your API key".to_owned(),
            r#"{"error":{"message":"invalid x-api-key: sk-ant-api03-abcd","type":"authentication_error"}}"#.to_owned(),
            "API key not valid: AIzaSyD4Zx81mQ0aVt5WrD2n".to_owned(),
            "token=Zx81mQ0aVt5W is revoked".to_owned(),
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N".to_owned(),
        ] {
            let said = redacted(&words, Some(SECRET));
            assert!(said.contains(MASK), "{said}");
            for part in ["Zx81", "rD2n", "api03-abcd", "eyJz"] {
                assert!(!said.contains(part), "{part} in {said}");
            }
        }
    }

    #[test]
    fn what_an_operator_has_to_read_stays() {
        let words =
            "You exceeded your current quota, please check your plan (model gpt-4.1-mini-2025-04-14)\nand billing";
        let said = redacted(words, Some(SECRET));
        assert!(said.contains("exceeded your current quota") && said.ends_with("and billing"), "{said}");
        assert!(said.contains("gpt-4.1-mini-2025-04-14"), "{said}");
        assert!(!said.contains('\n'), "{said}");
    }

    #[test]
    fn very_long_words_are_cut_between_characters() {
        let said = redacted(&"ü ".repeat(1_000), None);
        assert!(said.len() <= SHOWN + '…'.len_utf8() && said.ends_with('…'), "{}", said.len());
    }
}
