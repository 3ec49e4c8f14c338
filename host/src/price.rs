//! What a target charges, by kind of token, length of context and service tier, and what a use of it costs. Prices are
//! whole nano-dollars for a million tokens, sums have 128 bits, and each is rounded up once.

pub mod import;
pub mod list;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::money::NanoUsd;
use crate::policy::Digest;

/// Tokens of one attempt: totals, and the parts of them that may have a price of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// All of the input.
    pub input: u64,
    /// All of the output, reasoning included.
    pub output: u64,
    /// The parts.
    #[serde(flatten)]
    pub parts: Parts,
}

/// Parts of the tokens of an attempt. They never exceed their totals, and none is in two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Of the input: what the provider had cached.
    pub cached_input: u64,
    /// Of the input: what it put into its cache.
    pub cache_write: u64,
    /// Of the input: sound.
    pub audio_input: u64,
    /// Of the output: reasoning that the caller may not see.
    pub reasoning: u64,
    /// Of the output: sound.
    pub audio_output: u64,
}

impl Tokens {
    /// Input and output of which nothing else is known.
    #[must_use]
    pub const fn plain(input: u64, output: u64) -> Self {
        let parts = Parts { cached_input: 0, cache_write: 0, audio_input: 0, reasoning: 0, audio_output: 0 };
        Self { input, output, parts }
    }

    /// The same with parts that fit their totals, whatever a provider says.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        let parts = &mut self.parts;
        parts.cached_input = parts.cached_input.min(self.input);
        parts.cache_write = parts.cache_write.min(self.input - parts.cached_input);
        parts.audio_input = parts.audio_input.min(self.input - parts.cached_input - parts.cache_write);
        parts.reasoning = parts.reasoning.min(self.output);
        parts.audio_output = parts.audio_output.min(self.output - parts.reasoning);
        self
    }
}

/// How soon a provider serves, and at which price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceTier {
    /// As usual.
    #[default]
    Standard,
    /// Later and cheaper: `flex` or `batch`.
    Batch,
    /// Sooner and dearer.
    Priority,
}

impl ServiceTier {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Batch, Self::Priority];

    /// Its name in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Priority => "priority",
        }
    }
}

/// Prices for a million tokens. A kind without a price of its own costs what input or output cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Input tokens.
    #[serde(with = "dollars")]
    pub input: NanoUsd,
    /// Output tokens.
    #[serde(with = "dollars")]
    pub output: NanoUsd,
    /// Input tokens that the provider had cached.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub cached_input: Option<NanoUsd>,
    /// Input tokens that it put into its cache.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<NanoUsd>,
    /// Reasoning tokens.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<NanoUsd>,
    /// Input tokens of sound.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub audio_input: Option<NanoUsd>,
    /// Output tokens of sound.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub audio_output: Option<NanoUsd>,
}

impl Rates {
    /// Of tokens with clamped parts, in millionths of a nano-dollar; held at the greatest rather than wrapped.
    fn millionths(&self, tokens: &Tokens) -> u128 {
        let parts = &tokens.parts;
        let plain_input = tokens.input - parts.cached_input - parts.cache_write - parts.audio_input;
        let plain_output = tokens.output - parts.reasoning - parts.audio_output;
        [
            (plain_input, self.input),
            (parts.cached_input, self.cached_input.unwrap_or(self.input)),
            (parts.cache_write, self.cache_write.unwrap_or(self.input)),
            (parts.audio_input, self.audio_input.unwrap_or(self.input)),
            (plain_output, self.output),
            (parts.reasoning, self.reasoning.unwrap_or(self.output)),
            (parts.audio_output, self.audio_output.unwrap_or(self.output)),
        ]
        .into_iter()
        .map(|(tokens, price)| u128::from(tokens) * u128::from(price.0))
        .fold(0, u128::saturating_add)
    }

    /// The most that these kinds of tokens can come to: what is not known yet counts as the dearest that it may be.
    fn worst(&self) -> Self {
        let dearest = |plain: NanoUsd, others: [Option<NanoUsd>; 2]| others.into_iter().flatten().fold(plain, Ord::max);
        let input = dearest(self.input, [self.cache_write, None]);
        Self { input, output: dearest(self.output, [self.reasoning, None]), ..*self }
    }
}

/// Prices that hold above a number of input tokens, for the whole request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongContext {
    /// They hold from one more input token than this.
    pub above: u64,
    /// The prices.
    #[serde(flatten)]
    pub rates: Rates,
}

/// The prices of one service tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// As a rule.
    #[serde(flatten)]
    pub rates: Rates,
    /// For long contexts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long_context: Option<LongContext>,
}

impl Tariff {
    fn rates(&self, input_tokens: u64) -> &Rates {
        match &self.long_context {
            Some(long) if input_tokens > long.above => &long.rates,
            _ => &self.rates,
        }
    }
}

/// What a target charges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// For requests as usual.
    #[serde(flatten)]
    pub standard: Tariff,
    /// For the tier that is later and cheaper; none: as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Tariff>,
    /// For the tier that is sooner and dearer; none: as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Tariff>,
    /// For each image of the request, on top of its tokens.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub image: Option<NanoUsd>,
    /// For each request, whatever its size.
    #[serde(default, with = "dollars::option", skip_serializing_if = "Option::is_none")]
    pub request: Option<NanoUsd>,
}

/// What was used of a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Tokens by kind.
    pub tokens: Tokens,
    /// The tier.
    pub tier: ServiceTier,
    /// Images of the request.
    pub images: u32,
}

impl Price {
    /// A price for input and output, and nothing else.
    #[must_use]
    pub fn plain(input: NanoUsd, output: NanoUsd) -> Self {
        let rates = Rates { input, output, ..Rates::default() };
        Self { standard: Tariff { rates, long_context: None }, ..Self::default() }
    }

    fn tariff(&self, tier: ServiceTier) -> &Tariff {
        let own = match tier {
            ServiceTier::Standard => None,
            ServiceTier::Batch => self.batch.as_ref(),
            ServiceTier::Priority => self.priority.as_ref(),
        };
        own.unwrap_or(&self.standard)
    }

    /// What this use comes to.
    #[must_use]
    pub fn amount(&self, used: &Used) -> Amount {
        let tokens = used.tokens.clamped();
        let rates = self.tariff(used.tier).rates(tokens.input);
        Amount(rates.millionths(&tokens)).plus(self.fixed(used.images))
    }

    /// The most that a use of so many tokens in and out may come to, whichever kinds they turn out to be.
    #[must_use]
    pub fn worst(&self, used: &Used) -> Amount {
        let rates = self.tariff(used.tier).rates(used.tokens.input).worst();
        Amount(rates.millionths(&used.tokens.clamped())).plus(self.fixed(used.images))
    }

    fn fixed(&self, images: u32) -> u128 {
        let image = u128::from(self.image.unwrap_or_default().0) * u128::from(images);
        (image + u128::from(self.request.unwrap_or_default().0)) * 1_000_000
    }

    /// A short digest that tells this price from any other.
    #[must_use]
    pub fn version(&self) -> Arc<str> {
        // Maps of strings always serialize.
        let text = serde_json::to_vec(self).unwrap_or_default();
        Digest::of(&text).short().to_string().into()
    }
}

/// A sum in millionths of a nano-dollar, not rounded yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(u128);

impl Amount {
    const fn plus(self, more: u128) -> Self {
        Self(self.0.saturating_add(more))
    }

    /// Rounded up to whole nano-dollars.
    #[must_use]
    pub fn rounded(self) -> NanoUsd {
        NanoUsd(u64::try_from(self.0.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }

    /// With this mark-up in thousandths, rounded up once.
    #[must_use]
    pub fn marked_up(self, permille: u32) -> NanoUsd {
        let sum = self.0.saturating_mul(u128::from(permille));
        NanoUsd(u64::try_from(sum.div_ceil(1_000_000_000)).unwrap_or(u64::MAX))
    }
}

/// A price with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// The price.
    pub price: Price,
    /// What tells it from others, in every entry of the ledger.
    pub version: Arc<str>,
    /// Where it comes from, for people.
    pub source: Arc<str>,
}

impl Priced {
    /// A price with its version.
    #[must_use]
    pub fn new(price: Price, source: &str) -> Self {
        Self { version: price.version(), price, source: source.into() }
    }
}

/// Money in files as people write it: US dollars in a string.
mod dollars {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::money::NanoUsd;

    pub(super) fn serialize<S: Serializer>(amount: &NanoUsd, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NanoUsd, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        NanoUsd::from_usd(&text).map_err(D::Error::custom)
    }

    /// The same where there may be none.
    pub(super) mod option {
        use super::{Deserializer, NanoUsd, Serializer};

        #[allow(clippy::ref_option, reason = "serde asks for it")]
        pub(in super::super) fn serialize<S: Serializer>(
            amount: &Option<NanoUsd>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match amount {
                Some(amount) => super::serialize(amount, serializer),
                None => serializer.serialize_none(),
            }
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<NanoUsd>, D::Error> {
            super::deserialize(deserializer).map(Some)
        }
    }
}

#[cfg(test)]
mod tests;
