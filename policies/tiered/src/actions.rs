//! What a config says is to be done after a kind of failure: actions in their order, each used once in a request.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::nearest::suggestion;
use crate::plan::Step;

/// One thing to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Another try at the same target.
    Retry,
    /// A target with a larger context window.
    LargerContext,
    /// A step of the matrix.
    Step(Step),
    /// The end, with the error of the attempt that tells most.
    Fail,
}

impl Action {
    /// The step that it is, where it is one.
    #[must_use]
    pub fn step(self) -> Option<Step> {
        if let Action::Step(step) = self { Some(step) } else { None }
    }
}

/// Those that are no steps.
const OTHERS: [(&str, Action); 3] =
    [("retry", Action::Retry), ("larger-context", Action::LargerContext), ("fail", Action::Fail)];

/// Actions in their order. One alone may be written without brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actions(pub Vec<Action>);

impl<'de> Deserialize<'de> for Actions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Actions, D::Error> {
        let step = |(name, step)| (name, Action::Step(step));
        let known: Vec<_> = OTHERS.into_iter().chain(Step::ALL.map(step)).collect();
        from.deserialize_any(Words { known: &known, wanted: "an action or a list of actions" }).map(Actions)
    }
}

/// Steps, in one list or in several: their order is that of the class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps(pub Vec<Step>);

impl<'de> Deserialize<'de> for Steps {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Steps, D::Error> {
        from.deserialize_any(Words { known: &Step::ALL, wanted: "a list of steps" }).map(Steps)
    }
}

/// Reads a word, or a list of words or of such lists.
#[derive(Clone, Copy)]
struct Words<'k, T> {
    known: &'k [(&'static str, T)],
    wanted: &'static str,
}

impl<'de, T: Copy> Visitor<'de> for Words<'_, T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.wanted)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Vec<T>, E> {
        let found = self.known.iter().find(|(name, _)| *name == word);
        let names = || self.known.iter().map(|(name, _)| *name);
        found.map(|(_, value)| vec![*value]).ok_or_else(|| E::custom(suggestion(word, names())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(words) = items.next_element_seed(self)? {
            all.extend(words);
        }
        Ok(all)
    }
}

impl<'de, T: Copy> serde::de::DeserializeSeed<'de> for Words<'_, T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Vec<T>, D::Error> {
        from.deserialize_any(self)
    }
}
