//! A stop sequence may begin in what was delivered and end in what follows: no provider can see that, so the gateway does.

/// So many stop sequences are looked for; OpenAI allows four.
const MOST: usize = 16;

/// Longer ones are not, in bytes.
const LONGEST: usize = 256;

/// The place where delivered and following text meet.
#[derive(Debug)]
pub(super) struct Seam {
    stops: Vec<String>,
    /// The end of what was delivered, where a stop sequence may have begun.
    tail: String,
    held: String,
    is_passed: bool,
}

impl Seam {
    pub(super) fn new(delivered: &str, stops: &[String]) -> Self {
        let stops: Vec<_> = stops.iter().filter(|stop| stop.len() <= LONGEST).take(MOST).cloned().collect();
        let longest = stops.iter().map(String::len).max().unwrap_or(0);
        let from = delivered.floor_char_boundary(delivered.len().saturating_sub(longest.saturating_sub(1)));
        let tail = delivered[from..].to_owned();
        Self { stops, is_passed: longest < 2 || tail.is_empty(), tail, held: String::new() }
    }

    /// What of this text may be passed on now, and whether a stop sequence has ended the answer; `ends`: the text is the
    /// last.
    pub(super) fn pass(&mut self, text: &str, ends: bool) -> (String, bool) {
        if self.is_passed {
            return (text.to_owned(), false);
        }
        self.held.push_str(text);
        let joined = [self.tail.as_str(), &self.held].concat();
        let from_tail = || (0..self.tail.len()).filter(|at| joined.is_char_boundary(*at)).map(|at| &joined[at..]);
        let reaches =
            |rest: &str, stop: &str| rest.starts_with(stop) && joined.len() - rest.len() + stop.len() > self.tail.len();
        if from_tail().any(|rest| self.stops.iter().any(|stop| reaches(rest, stop))) {
            return (String::new(), true);
        }
        let may_become = |rest: &str| self.stops.iter().any(|stop| stop.len() > rest.len() && stop.starts_with(rest));
        if !ends && from_tail().any(may_become) {
            return (String::new(), false);
        }
        self.is_passed = true;
        (std::mem::take(&mut self.held), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(delivered: &str, stop: &str, texts: &[&str]) -> (String, bool) {
        let mut seam = Seam::new(delivered, &[stop.to_owned()]);
        let mut all = String::new();
        for (index, text) in texts.iter().enumerate() {
            let (text, stopped) = seam.pass(text, index + 1 == texts.len());
            all.push_str(&text);
            if stopped {
                return (all, true);
            }
        }
        (all, false)
    }

    #[test]
    fn a_stop_sequence_across_the_seam_ends_the_answer() {
        assert_eq!(passed("one EN", "END", &["D two"]), (String::new(), true));
        assert_eq!(passed("one E", "END", &["N", "D"]), (String::new(), true));
        assert_eq!(passed("grün ü", "üß!", &["ß", "!"]), (String::new(), true));
    }

    #[test]
    fn what_only_looked_like_one_is_passed_on_whole() {
        assert_eq!(passed("one E", "END", &["N", "JOY"]), ("NJOY".into(), false));
        assert_eq!(passed("one E", "END", &["N"]), ("N".into(), false));
        assert_eq!(passed("one", "END", &["E", "ND"]), ("END".into(), false));
        assert_eq!(passed("the END", "END", &[" of it"]), (" of it".into(), false));
    }
}
