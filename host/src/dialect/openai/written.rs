//! How much an answer or a prompt is, told by its text: what it comes to by a rule of thumb, and the fewest tokens that it
//! can be with any tokenizer. Sound and images are no text.

use serde_json::value::RawValue;

/// What a piece that is no text counts at most, such as an image: what common models take for a large one.
const PIECE_TOKENS: u64 = 2_000;

/// The names of strings within lists and objects that are text of a model: parts of a content, arguments of calls.
const TEXTS: [&str; 5] = ["text", "arguments", "thinking", "refusal", "content"];

/// Text that has passed by. Words go on from piece to piece, as streams cut them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Bytes of text.
    bytes: u64,
    /// Tokens of what is no text.
    others: u64,
    /// The fewest tokens of the words that are over, in eighths.
    eighths: u64,
    word: Word,
}

/// The word that may go on with the next piece.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Word {
    bytes: u64,
    /// Its characters beyond ASCII.
    wide: u64,
}

impl Word {
    /// The fewest tokens that it can be, in eighths. No tokenizer in use joins more than two words on the average, eight
    /// characters of another script, or 128 equal ones.
    fn eighths(self) -> u64 {
        if self.bytes == 0 { 0 } else { self.wide.max(self.bytes / 16).max(4) }
    }
}

impl Written {
    /// Tokens by a rule of thumb: four bytes are about one.
    #[must_use]
    pub const fn tokens(&self) -> u64 {
        self.bytes.div_ceil(4).saturating_add(self.others)
    }

    /// The fewest tokens that the text can be. One at least, where there is anything.
    #[must_use]
    pub fn least_tokens(&self) -> u64 {
        let text = (self.eighths + self.word.eighths()) / 8;
        text.max(u64::from(self.bytes > 0 || self.others > 0))
    }

    /// Adds the JSON of a text, or of lists and objects with texts in them. Gives its bytes of text.
    pub(super) fn add(&mut self, value: &RawValue) -> u64 {
        let before = self.bytes;
        match value.get().strip_prefix('"') {
            Some(text) => self.add_text(text.strip_suffix('"').unwrap_or(text)),
            None => self.add_parts(value.get()),
        }
        self.bytes - before
    }

    /// Adds a piece of the answer that is no text, of so many bytes.
    pub(super) fn add_other(&mut self, bytes: u64) {
        self.others = self.others.saturating_add(bytes.div_ceil(4).min(PIECE_TOKENS));
    }

    /// Adds a text as it stands in JSON, with its escapes.
    fn add_text(&mut self, text: &str) {
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b' ' => self.end_word(),
                b'\\' => match bytes.next() {
                    Some(b'n' | b't' | b'r') => self.end_word(),
                    Some(b'u') => {
                        bytes.by_ref().take(4).for_each(drop);
                        self.word.wide += 1;
                        self.word.bytes += 3;
                        self.bytes += 3;
                    }
                    _ => self.add_byte(),
                },
                0x80..=0xbf => self.add_byte(),
                0xc0.. => {
                    self.word.wide += 1;
                    self.add_byte();
                }
                _ => self.add_byte(),
            }
        }
    }

    fn add_byte(&mut self) {
        self.word.bytes += 1;
        self.bytes += 1;
    }

    fn end_word(&mut self) {
        self.bytes += 1;
        self.eighths += self.word.eighths();
        self.word = Word::default();
    }

    /// Adds the texts in this JSON, each by the name that it stands under.
    fn add_parts(&mut self, json: &str) {
        let (mut rest, mut is_text) = (json, false);
        while let Some(open) = memchr::memchr(b'"', rest.as_bytes()) {
            let string = &rest[open + 1..];
            let Some(close) = end_of_string(string) else { return };
            let (string, after) = (&string[..close], &string[close + 1..]);
            if after.trim_ascii_start().starts_with(':') {
                is_text = TEXTS.contains(&string);
            } else if is_text {
                self.add_text(string);
                self.end_word();
                self.bytes -= 1;
            }
            rest = after;
        }
    }
}

/// Where the string ends that began before this.
fn end_of_string(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', &bytes[from..])?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        from = (at + 2).min(bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(json: &str) -> Written {
        let mut written = Written::default();
        written.add(serde_json::from_str(json).expect("JSON"));
        written
    }

    #[test]
    fn the_fewest_tokens_are_far_below_what_tokenizers_make_of_usual_text() {
        // Beside each: what o200k_base makes of it.
        for (text, tokens) in [
            ("The quick brown fox jumps over the lazy dog.", 10),
            ("私は毎朝駅まで歩いて、それから電車に乗ります。", 15),
            ("Сегодня хорошая погода, и мы идём гулять в парк.", 12),
            ("fn main() { println!(\\\"{}\\\", 1 + 2); }", 15),
            ("================================================", 1),
            ("a b c d e f g h", 8),
            ("hi", 1),
        ] {
            let written = of(&format!("\"{text}\""));
            assert!((1..=tokens).contains(&written.least_tokens()), "{text}: {}", written.least_tokens());
        }
        assert!(of(&format!("\"{}\"", "word ".repeat(300))).least_tokens() >= 150);
        assert!(of(&format!("\"{}\"", "\\u4f60".repeat(800))).least_tokens() >= 100);
        assert_eq!((Written::default().least_tokens(), of("\"\"").least_tokens()), (0, 0));
    }

    #[test]
    fn only_texts_count_of_lists_and_objects() {
        let calls = r#"[{"index":0,"id":"call_abcdefghijkl","function":{"name":"find","arguments":"{\"q\": \"a\"}"}}]"#;
        assert_eq!(of(calls), of(r#"[{"arguments":"{\"q\": \"a\"}"}]"#));
        assert_eq!(of(calls).tokens(), 3);
        let parts = r#"[{"type":"text","text":"one two"},{"type":"image_url","image_url":{"url":"data:AAAA"}}]"#;
        assert_eq!(of(parts).tokens(), 2);
        assert_eq!(of(r#"{"text":"cut off"#.replace("off", "off\\\"\"}").as_str()).tokens(), 2);
    }

    #[test]
    fn an_image_counts_as_one_however_many_bytes_it_has() {
        let mut written = Written::default();
        written.add_other(3_000_000);
        assert_eq!((written.tokens(), written.least_tokens()), (2_000, 1));
    }

    proptest! {
        #[test]
        fn pieces_come_to_what_the_whole_does(text in "[ -~à-ü你-佥]{0,60}", at in 0..60_usize) {
            let at = text.floor_char_boundary(at.min(text.len()));
            let json = |text: &str| serde_json::to_string(text).expect("JSON");
            let (first, second, whole) = (json(&text[..at]), json(&text[at..]), json(&text));
            let mut written = of(&first);
            written.add(serde_json::from_str(&second).expect("JSON"));
            prop_assert_eq!(written, of(&whole));
            prop_assert!(written.least_tokens() <= written.tokens().max(1));
        }
    }
}
