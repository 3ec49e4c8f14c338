//! What a request is reckoned to need at each target: input tokens, the most that its output may come to, and what both
//! cost. Reckoned once, before anything is decided.

use std::sync::Arc;

use crate::catalog::Target;
use crate::config::OutputRules;
use crate::dialect::openai::prompt::{Counted, count};
use crate::dialect::openai::request::ChatRequest;
use crate::money::NanoUsd;
use crate::price::{Tokens, Used};
use crate::tokenizer::Tokenizer;

/// What a request needs at one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Tokens of its input.
    pub input: Counted,
    /// What it is estimated to cost there; none: the price is unknown.
    pub cost: Option<NanoUsd>,
}

/// The estimates for each of a route's targets. A tokenizer counts once, however many targets have it.
#[must_use]
pub fn estimates(targets: &[Arc<Target>], output: OutputRules, chat: &ChatRequest, body: &[u8]) -> Box<[Estimate]> {
    let careful = Counted { tokens: chat.input_tokens, is_exact: false };
    let mut known: [Option<(Tokenizer, Counted)>; 2] = [None; 2];
    let mut counted = |tokenizer: Tokenizer| {
        if let Some((_, counted)) = known.iter().flatten().find(|(known, _)| *known == tokenizer) {
            return *counted;
        }
        let counted = count(body, chat, tokenizer).unwrap_or(careful);
        if let Some(place) = known.iter_mut().find(|place| place.is_none()) {
            *place = Some((tokenizer, counted));
        }
        counted
    };
    let estimate = |target: &Arc<Target>| {
        let input = target.setting.tokenizer.map_or(careful, &mut counted);
        let cost = target.setting.price.as_ref().map(|priced| {
            let tokens =
                Tokens::plain(input.tokens.into(), most_output(target, output, chat, None, input.tokens).tokens);
            priced.price.amount(&used(chat, tokens)).rounded()
        });
        Estimate { input, cost }
    };
    targets.iter().map(estimate).collect()
}

/// These tokens with what else of a request has a price.
#[must_use]
pub const fn used(chat: &ChatRequest, tokens: Tokens) -> Used {
    Used { tokens, tier: chat.service_tier, images: chat.images }
}

/// The most output that a request may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostOutput {
    /// Tokens of all of its choices together.
    pub tokens: u64,
    /// Whether there is a limit that holds the target to it. If not, it is what most answers stay below.
    pub is_limited: bool,
}

/// The most output of a request at a target: by the caller's or the decision's limit, and by what the target can do. Where
/// nobody sets a limit, what the route reckons with; for a target whose tokens do not all show, whatever it can produce.
#[must_use]
pub fn most_output(
    target: &Target,
    output: OutputRules,
    chat: &ChatRequest,
    decided: Option<u32>,
    input_tokens: u32,
) -> MostOutput {
    let setting = &target.setting;
    let own = Some(setting.max_output_tokens).filter(|most| *most > 0);
    let asked = [chat.max_output_tokens, decided].into_iter().flatten().min();
    let limit = asked.or(output.clamp.then_some(output.default));
    let window = || Some(setting.context_window.saturating_sub(input_tokens)).filter(|left| *left > 0);
    let (tokens, is_limited) = match limit {
        Some(limit) => (own.map_or(limit, |own| own.min(limit)), true),
        None if setting.hidden_tokens => own.or_else(window).map_or((output.default, false), |most| (most, true)),
        None => (own.map_or(output.default, |own| own.min(output.default)), false),
    };
    MostOutput { tokens: u64::from(tokens) * u64::from(chat.choices.max(1)), is_limited }
}
