//! Some servers give the beginning that they were sent back before they go on. This tells such a repeated opening from an
//! answer that goes on with like words, so that nothing is ever doubled.

use super::Mismatch;

/// So many bytes in common are no chance.
const NO_CHANCE: usize = 16;

const UNCLEAR: Mismatch =
    Mismatch("the answer goes on with what was delivered, which is too short to tell a repetition");
const BROKEN: Mismatch = Mismatch("the answer repeats a part of what was delivered and then differs");

/// How far what comes agrees with the opening.
#[derive(Debug)]
pub(super) struct Opening {
    /// What was delivered; none: it is decided.
    delivered: Option<String>,
    /// So many bytes of it came again.
    came: usize,
}

impl Opening {
    pub(super) fn new(delivered: &str) -> Self {
        Self { delivered: (!delivered.is_empty()).then(|| delivered.to_owned()), came: 0 }
    }

    /// What of this text may be passed on now; `ends`: it is the last.
    pub(super) fn pass(&mut self, text: &str, ends: bool) -> Result<String, Mismatch> {
        let Some(delivered) = self.delivered.as_deref() else { return Ok(text.to_owned()) };
        let expected = &delivered[self.came..];
        let common = expected.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
        if common == expected.len() {
            if delivered.len() < NO_CHANCE {
                return Err(UNCLEAR);
            }
            // The bytes agree up to the end of a text, so a character ends there.
            let rest = text.get(common..).unwrap_or_default().to_owned();
            self.delivered = None;
            return Ok(rest);
        }
        if common == text.len() && !ends {
            self.came += common;
            return Ok(String::new());
        }
        if self.came + common >= NO_CHANCE {
            return Err(BROKEN);
        }
        let held = [&delivered[..self.came], text].concat();
        self.delivered = None;
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "It was a dark and stormy night";

    fn passed(delivered: &str, texts: &[&str]) -> Result<String, Mismatch> {
        let mut opening = Opening::new(delivered);
        let mut all = String::new();
        for text in texts {
            all.push_str(&opening.pass(text, false)?);
        }
        all.push_str(&opening.pass("", true)?);
        Ok(all)
    }

    #[test]
    fn a_repeated_opening_is_cut_wherever_the_chunks_end() {
        assert_eq!(passed(SAID, &["It was a dark and ", "stormy night; the rain"]), Ok("; the rain".into()));
        assert_eq!(passed(SAID, &[SAID, "; the rain"]), Ok("; the rain".into()));
    }

    #[test]
    fn like_words_are_no_repetition() {
        assert_eq!(passed(SAID, &["It", " rained"]), Ok("It rained".into()));
        assert_eq!(passed(SAID, &["; the rain"]), Ok("; the rain".into()));
        assert_eq!(passed(SAID, &["It"]), Ok("It".into()));
    }

    #[test]
    fn what_cannot_be_told_apart_fails() {
        assert_eq!(passed("ha ", &["ha ", "ha"]), Err(UNCLEAR));
        assert_eq!(passed(SAID, &["It was a dark and sunny day"]), Err(BROKEN));
        assert_eq!(passed(SAID, &["It was a dark and"]), Err(BROKEN));
    }
}
