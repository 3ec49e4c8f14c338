//! What a gateway would show where a fixture does not say it: which targets are left alone after the attempts that failed, what
//! the request meant, and until when nothing can be tried. The same as `Scene::after_attempts` of the SDK.

use crate::attributes::{INTENDED, RECOVERING, RESTING, own};
use crate::config::HealthRules;
use crate::exchange::millis;
use crate::facts::first_free_in;
use crate::outcome::Kind;
use crate::policy::wire::{Attempt, Availability, Facts, RouteSetup};

/// How a target of a fixture is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing is said of it.
    Nothing,
    /// As its state says.
    State,
    /// It asked for it.
    Resting,
    /// It takes its load back bit by bit.
    Recovering,
}

/// Completes the facts of a decision. `said` is what the fixture says of each target.
pub(super) fn complete(setup: &RouteSetup, facts: &mut Facts, attempts: &[Attempt], said: &[Said]) {
    let id = |target: u16| setup.targets.get(usize::from(target)).map_or("", |target| &target.id);
    let is_meant = facts.request.attributes.iter().any(|one| one.name == INTENDED);
    if let Some(first) = attempts.first().filter(|_| !is_meant) {
        facts.request.attributes.push(own(INTENDED, id(first.target)));
    }
    let end = |attempt: &Attempt| attempt.started.saturating_add(attempt.duration);
    let now = attempts.iter().map(end).max().unwrap_or(0).max(facts.request.elapsed);
    let mut resting: Vec<bool> = said.iter().map(|said| *said == Said::Resting).collect();
    for attempt in attempts {
        let (index, asked) = (usize::from(attempt.target), attempt.failure.retry_after.unwrap_or(0));
        let refused = asked.max(millis(HealthRules::default().refused_cool_down));
        let is = |kinds: [Kind; 2]| kinds.iter().any(|kind| kind.as_str() == attempt.failure.kind);
        let is_limit = is([Kind::RateLimited, Kind::Overloaded]);
        let (time, is_shared) = match () {
            () if is_limit => (asked, false),
            () if is([Kind::UnknownModel, Kind::NotFound]) => (refused, false),
            () if is([Kind::InvalidKey, Kind::QuotaExhausted]) => (refused, true),
            () => continue,
        };
        let left = time.saturating_sub(now - end(attempt));
        let shares = |other: usize| {
            other == index || is_shared && setup.targets[other].provider == setup.targets[index].provider
        };
        for other in (0..setup.targets.len()).filter(|other| said[*other] == Said::Nothing && shares(*other)) {
            let state = &mut facts.targets[other];
            if left > 0 && state.availability == Availability::Available {
                (state.availability, state.cooling_for) = (Availability::Cooling, Some(left));
                resting[other] = is_limit;
            }
        }
    }
    let named = |name, is: &dyn Fn(usize) -> bool| {
        let targets = setup.targets.iter().enumerate().filter(|(index, _)| is(*index));
        targets.map(|(_, target)| own(name, &target.id)).collect::<Vec<_>>()
    };
    facts.request.attributes.extend(named(RESTING, &|index| resting[index]));
    facts.request.attributes.extend(named(RECOVERING, &|index| said[index] == Said::Recovering));
    facts.first_free_in = facts.first_free_in.or_else(|| first_free_in(&facts.targets));
}
