//! Requests that no target of their route can ever serve: too long for every context window, or in need of what none of them can
//! do. A policy that finds no target says that none is there now, and clients would try again for nothing.

use crate::config;
use crate::error::ApiError;
use crate::exchange::Exchange;

/// The refusal of such a request; none: some target could serve it, now or later.
pub(super) fn refusal(exchange: &Exchange) -> Option<ApiError> {
    let floor = exchange.bounds.worst_tier_rank;
    let targets = exchange.route.targets.iter().enumerate();
    // What the caller's boundaries or the quality floor shut out will not serve it either.
    let within: Vec<_> = targets
        .filter(|(index, target)| exchange.allowed.contains(*index) && target.setting.tier_rank <= floor)
        .map(|(_, target)| &target.setting)
        .collect();
    let earlier = exchange.sitting.as_ref().map(|sitting| &*sitting.known.needs).unwrap_or_default();
    let needs: Vec<&str> = exchange.chat.needs.iter().copied().chain(earlier.iter().map(|need| &**need)).collect();
    let has = |target: &config::Target, need: &str| target.features.iter().any(|feature| **feature == *need);
    let able: Vec<_> = within.iter().filter(|target| needs.iter().all(|need| has(target, need))).collect();
    let (input, output) = (exchange.chat.input_tokens, exchange.chat.max_output_tokens);
    let tokens = input.saturating_add(output.unwrap_or(0));
    // A window of 0 is one that nobody has named.
    if within.is_empty() || able.iter().any(|target| target.context_window == 0 || target.context_window >= tokens) {
        return None;
    }
    let Some(window) = able.iter().map(|target| target.context_window).max() else {
        let missing: Vec<_> = needs.iter().filter(|need| !within.iter().any(|target| has(target, need))).collect();
        return Some(match *missing {
            [] => unsupported(&format!("no model of this route has all of them: {}", needs.join(", ")), None),
            [need, ..] => unsupported(&format!("no model of this route has `{need}`"), field(need)),
        });
    };
    let estimate = if exchange.estimates.iter().all(|estimate| estimate.input.is_exact) { "" } else { "about " };
    let asked = output.map(|output| format!(" and asks for up to {output} of output")).unwrap_or_default();
    let message = format!(
        "The maximum context length of this route's models is {window} tokens, and this request has {estimate}{input} \
         tokens of input{asked}: shorten the messages or ask for less output."
    );
    Some(ApiError::invalid("context_length_exceeded", message).about("messages").pointless_to_retry())
}

fn unsupported(why: &str, param: Option<&'static str>) -> ApiError {
    let message = format!("The request needs a feature that cannot be had here: {why}.");
    ApiError { param, ..ApiError::invalid("unsupported_feature", message).pointless_to_retry() }
}

/// The field of a request that a need comes from.
fn field(need: &str) -> Option<&'static str> {
    Some(match need {
        "tools" => "tools",
        "json-schema" | "json-object" => "response_format",
        "audio" | "vision" | "files" => "messages",
        _ => return None,
    })
}
