//! Counts tokens as the tiktoken family does. A tokenizer takes some time and tens of megabytes to load, so it is loaded by
//! a thread of its own when a target first needs it; until then, and for long texts, nothing is counted.

use std::sync::atomic::{AtomicU8, Ordering};

/// Text of one request that is counted at most, in bytes: a few milliseconds of a worker.
pub const COUNTED_BYTES: usize = 64 << 10;

/// A tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokenizer {
    /// GPT-4o, GPT-4.1, GPT-5, the o-series and the open-weight models of OpenAI.
    O200k,
    /// GPT-4 and GPT-3.5.
    Cl100k,
}

const NOT_LOADED: u8 = 0;
const LOADING: u8 = 1;
const LOADED: u8 = 2;

/// How far each tokenizer is.
static STATES: [AtomicU8; 2] = [const { AtomicU8::new(NOT_LOADED) }; 2];

impl Tokenizer {
    /// That of a model by its name, which may begin with a vendor's (`openai/gpt-4o`) and be a fine-tuned one's.
    /// Source: the table of models in OpenAI's own `tiktoken`.
    #[must_use]
    pub fn of_model(name: &str) -> Option<Self> {
        let name = name.rsplit_once('/').map_or(name, |(_, own)| own);
        let name = name.strip_prefix("ft:").unwrap_or(name);
        let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        if begins(&["gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "chatgpt-4o", "gpt-oss"]) || is_o_series(name) {
            Some(Self::O200k)
        } else if begins(&["gpt-4", "gpt-3.5"]) {
            Some(Self::Cl100k)
        } else {
            None
        }
    }

    const fn state(self) -> &'static AtomicU8 {
        match self {
            Self::O200k => &STATES[0],
            Self::Cl100k => &STATES[1],
        }
    }

    fn get(self) -> &'static bpe_openai::Tokenizer {
        match self {
            Self::O200k => bpe_openai::o200k_base(),
            Self::Cl100k => bpe_openai::cl100k_base(),
        }
    }

    /// Has it loaded, without waiting for it.
    pub fn warm(self) {
        let begins = self.state().compare_exchange(NOT_LOADED, LOADING, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if begins {
            let load = move || {
                self.get();
                self.state().store(LOADED, Ordering::Release);
            };
            // Without a thread nothing is ever counted, and every estimate is the careful one.
            let _ = std::thread::Builder::new().name("tokenizer".into()).spawn(load);
        }
    }

    /// The tokens of a text; none while it is not loaded.
    #[must_use]
    pub fn count(self, text: &str) -> Option<u64> {
        let is_loaded = self.state().load(Ordering::Acquire) == LOADED;
        is_loaded.then(|| self.get().count(text) as u64)
    }
}

/// `o1`, `o3-mini`, `o4-mini-2025-04-16`.
fn is_o_series(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next() == Some(b'o')
        && bytes.next().is_some_and(|byte| byte.is_ascii_digit())
        && bytes.next().is_none_or(|byte| byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_follows_from_the_name() {
        for name in ["gpt-4o-mini", "openai/gpt-4.1", "gpt-5.1", "o3-mini", "o1", "ft:gpt-4o-2024-08-06:acme::x"] {
            assert_eq!(Tokenizer::of_model(name), Some(Tokenizer::O200k), "{name}");
        }
        for name in ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo"] {
            assert_eq!(Tokenizer::of_model(name), Some(Tokenizer::Cl100k), "{name}");
        }
        for name in ["claude-sonnet-4-5", "opus", "o", "olmo-2", "model-a", ""] {
            assert_eq!(Tokenizer::of_model(name), None, "{name}");
        }
    }

    #[test]
    fn texts_are_counted_as_tiktoken_does_once_it_is_loaded() {
        Tokenizer::O200k.warm();
        Tokenizer::Cl100k.warm();
        let counted = |tokenizer: Tokenizer, text| loop {
            match tokenizer.count(text) {
                Some(count) => return count,
                None => std::thread::yield_now(),
            }
        };
        // By Python's tiktoken: 4 tokens in both; and a word that only the larger vocabulary has as one.
        assert_eq!(counted(Tokenizer::O200k, "hello world, again"), 4);
        assert_eq!(counted(Tokenizer::Cl100k, "hello world, again"), 4);
        assert!(counted(Tokenizer::O200k, "Привет, как дела?") < counted(Tokenizer::Cl100k, "Привет, как дела?"));
    }
}
