//! Text that a guest wrote, made fit for logs, terminals and JSON: cut, and with control characters escaped.

/// At most `max` bytes of the text (and a mark that something is missing), control characters and those that turn the
/// direction of writing escaped, so that a guest can neither break a line, nor colour a terminal, nor hide what it says.
pub(crate) fn clean(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for c in text.chars() {
        let before = out.len();
        if is_treacherous(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        if out.len() > max {
            out.truncate(before);
            out.push('…');
            break;
        }
    }
    out
}

/// The first `max` bytes, cut between two characters.
pub(super) fn head(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{clean, head};

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(clean("a\r\nb\u{1b}[31m", 100), "a\\u{d}\\u{a}b\\u{1b}[31m");
        assert_eq!(clean("\u{202e}abc", 100), "\\u{202e}abc");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(clean("ääää", 5), "ää…");
        assert_eq!(head("ääää", 5), "ää");
        assert_eq!(head("ab", 5), "ab");
    }
}
