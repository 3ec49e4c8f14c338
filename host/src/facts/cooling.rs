//! Why targets are left alone, for policies: those that asked for it, and those that work again and take their load back bit
//! by bit. The latter moves load to others that can take it; a request that no other can take need not wait for its turn.

use crate::attributes;
use crate::exchange::Exchange;
use crate::policy::wire;

/// Targets that are left alone though they did not fail, by index.
#[derive(Debug, Default)]
pub(super) struct Cooling {
    /// They asked for it.
    pub(super) resting: Vec<usize>,
    /// They work again, and it is not this request's turn.
    pub(super) recovering: Vec<usize>,
}

impl Cooling {
    /// Lets the request go to recovering targets in whose place no other can take it.
    pub(super) fn spare(&mut self, exchange: &Exchange, targets: &mut [wire::TargetState], budgets: &[wire::Budget]) {
        let is_needed = |index: &usize| {
            !(0..targets.len()).any(|other| can_take(exchange, other, *index, &targets[other], budgets))
        };
        let (needed, spared) = self.recovering.iter().partition(|index| is_needed(index));
        self.recovering = spared;
        let needed: Vec<usize> = needed;
        for index in needed {
            (targets[index].availability, targets[index].cooling_for) = (wire::Availability::Available, None);
        }
    }

    /// Tells the policy why the rest are left alone.
    pub(super) fn tell(&self, exchange: &Exchange, list: &mut Vec<wire::Attribute>) {
        let said = [(attributes::RESTING, &self.resting), (attributes::RECOVERING, &self.recovering)];
        for (name, indices) in said {
            list.extend(indices.iter().map(|index| attributes::own(name, &exchange.route.targets[*index].setting.id)));
        }
    }
}

/// Whether a target takes the request now, within all that the gateway holds it to, where another was meant; and has not
/// failed it already.
fn can_take(
    exchange: &Exchange,
    target: usize,
    instead_of: usize,
    state: &wire::TargetState,
    budgets: &[wire::Budget],
) -> bool {
    let has_room = state.slots_left > 0 || state.queue_left > 0;
    let intended = exchange.intended.unwrap_or(instead_of);
    let is_paid = || budgets.iter().all(|budget| state.reserved_at_once <= budget.limit.saturating_sub(budget.spent));
    state.availability == wire::Availability::Available
        && has_room
        && !exchange.is_retry(target)
        && fits(exchange, target)
        && is_paid()
        && exchange.circumstances().check_place(target, intended).is_ok()
}

/// Whether the request, and the session that it belongs to, fit what the target can do.
fn fits(exchange: &Exchange, target: usize) -> bool {
    let (chat, setting) = (&exchange.chat, &exchange.route.targets[target].setting);
    let tokens = chat.input_tokens.saturating_add(chat.max_output_tokens.unwrap_or(0));
    let earlier = exchange.sitting.as_ref().map_or(&[][..], |sitting| &sitting.known.needs);
    let mut needs = chat.needs.iter().chain(earlier);
    (setting.context_window == 0 || tokens <= setting.context_window)
        && needs.all(|need| setting.features.iter().any(|feature| &**feature == *need))
}
