//! The facts of a decision, a line for each kind: what the policy saw when it decided.

use super::{Timeline, duration};
use crate::cli::explain::visible;
use crate::explain::{BoundsInShort, BudgetInShort, FactsInShort, TargetInShort};
use crate::money::NanoUsd;
use crate::words::counted;

/// Tells the facts beside their decision; bounds only where they are others than an earlier decision had.
pub(super) fn tell(text: &mut Timeline, facts: &FactsInShort, earlier: Option<&FactsInShort>) {
    text.more(&format!("saw: {}", request(facts)));
    if earlier.is_none_or(|earlier| earlier.bounds != facts.bounds) {
        text.more(&bounds(&facts.bounds));
    }
    for one in &facts.targets {
        text.more(&format!("target {}: {}", visible(&one.target), target(one)));
    }
    for one in &facts.budgets {
        text.more(&format!("budget {}", budget(one)));
    }
}

fn bounds(bounds: &BoundsInShort) -> String {
    let cost = bounds.max_cost.map_or_else(String::new, |cost| format!(", {} US dollars at most", NanoUsd(cost)));
    let (whole, rest) = (bounds.max_cost_permille / 1000, bounds.max_cost_permille % 1000);
    let rest = if rest == 0 { String::new() } else { format!(".{rest:03}").trim_end_matches('0').to_owned() };
    let may = |is: bool, what: &str| format!(", {}{what}", if is { "" } else { "no " });
    format!(
        "bounds: at most {}, {}, tier rank {} at worst{}{}{cost}, {whole}{rest} times as dear as intended at most",
        counted(bounds.max_attempts, "attempt"),
        duration(bounds.deadline),
        bounds.worst_tier_rank,
        may(bounds.downgrade, "downgrade"),
        may(bounds.upgrade, "upgrade"),
    )
}

fn request(facts: &FactsInShort) -> String {
    let about = if facts.input_tokens_exact { "" } else { "about " };
    let mut said = vec![format!("{about}{} in", counted(facts.input_tokens, "token"))];
    said.extend(facts.max_output_tokens.map(|most| format!("{most} out at most")));
    said.push(format!("class {}", visible(&facts.class)));
    if !facts.needs.is_empty() {
        said.push(format!("needs {}", visible(&facts.needs.join(" and "))));
    }
    said.extend(facts.requested_target.as_ref().map(|target| format!("the caller named {}", visible(target))));
    said.push(format!("{} left", duration(facts.time_left)));
    said.extend(facts.session.as_ref().map(|session| match &session.target {
        Some(target) => format!("a session of {} turns at {}", session.turns, visible(target)),
        None => "a new session".to_owned(),
    }));
    said.extend(facts.cached_answer_age.map(|age| format!("a stored answer is {} old", duration(age))));
    said.extend(facts.queue.as_ref().map(|queue| format!("out of the queue {}", visible(queue))));
    said.join(", ")
}

fn target(target: &TargetInShort) -> String {
    let mut said = Vec::new();
    if !target.allowed {
        said.push("outside of the caller's boundaries".to_owned());
    }
    said.push(match target.cooling_for {
        Some(left) => format!("{} for {}", target.availability.to_uppercase(), duration(left)),
        None => target.availability.to_owned(),
    });
    if target.samples > 0 {
        let share = format!("{}.{} %", target.success_permille / 10, target.success_permille % 10);
        said.push(format!("served {share} of {} lately", target.samples));
    }
    if target.first_token_p50 > 0 {
        said.push(format!("first token after {}", duration(target.first_token_p50)));
    }
    if target.slots_left == 0 {
        said.push("NO SLOT left".to_owned());
    }
    said.push(match target.estimated_cost {
        Some(cost) => format!("about {} US dollars", NanoUsd(cost)),
        None => "price unknown".to_owned(),
    });
    said.join(", ")
}

fn budget(budget: &BudgetInShort) -> String {
    let left = match u64::try_from(budget.remaining) {
        Ok(left) => NanoUsd(left).to_string(),
        Err(_) => format!("-{}", NanoUsd(budget.remaining.unsigned_abs())),
    };
    format!("{} ({}): {left} of {} US dollars left", visible(&budget.id), visible(&budget.scope), NanoUsd(budget.limit))
}
