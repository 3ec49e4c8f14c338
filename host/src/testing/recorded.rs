//! Recorded decisions to be measured: those of the decision log, grouped by function, set-up and class, so that figures are of
//! what is alike. What came of them then plays no part.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use bytes::Bytes;

use super::bench::{Figures, measure};
use crate::decision_log::{Background, Limits, Log, Selection};
use crate::policy::wire::{Attempt, Facts, RouteSetup};
use crate::policy::{Digest, EngineOptions, Module};
use crate::replay::{Engines, ReplayError};

/// Decisions that have function, set-up and class in common.
#[derive(Debug, Clone)]
pub struct Group {
    /// `route` or `fallback`, the route, and the class; and the beginning of the set-up's digest, where the route has had
    /// several.
    pub name: String,
    /// What the policy was set up with.
    pub setup: RouteSetup,
    /// Within which limits it decided.
    limits: Limits,
    /// What it was asked.
    decisions: Vec<(Facts, Vec<Attempt>)>,
}

/// What was measured, and what was not.
#[derive(Debug, Default)]
pub struct Measured {
    /// The figures of each group, by name.
    pub figures: Vec<Figures>,
    /// Why others have none, a sentence each.
    pub missing: Vec<String>,
}

/// Reads the decisions that are asked for.
///
/// # Errors
/// When the log cannot be read, or holds nothing of it.
pub fn recorded(log: &Log, selection: &Selection) -> Result<Vec<Group>, ReplayError> {
    let backgrounds = log.backgrounds(selection)?;
    let mut groups: BTreeMap<(&str, String, String, Digest), Group> = BTreeMap::new();
    let digests: HashMap<Digest, Digest> =
        backgrounds.iter().map(|(digest, background)| (*digest, of_setting(background))).collect();
    log.visit(selection, |digest, stored| {
        // Without its set-up nobody can be asked again.
        let Some(background) = backgrounds.get(&digest) else { return Ok(ControlFlow::Continue(())) };
        let input = stored.input()?;
        let function = if input.facts.request.decision_index == 0 { "route" } else { "fallback" };
        let (route, class) = (background.setup.name.clone(), input.facts.request.traffic_class.clone());
        let group = groups.entry((function, route, class, digests[&digest])).or_insert_with(|| Group {
            name: String::new(),
            setup: background.setup.clone(),
            limits: background.origin.limits,
            decisions: Vec::new(),
        });
        group.decisions.push((input.facts, input.attempts));
        Ok(ControlFlow::Continue(()))
    })?;
    if groups.is_empty() {
        return Err(ReplayError::Nothing);
    }
    let mut settings: BTreeMap<String, Vec<Digest>> = BTreeMap::new();
    for (_, route, _, digest) in groups.keys() {
        let known = settings.entry(route.clone()).or_default();
        if !known.contains(digest) {
            known.push(*digest);
        }
    }
    let named = |((function, route, class, digest), group): ((&str, String, String, Digest), Group)| {
        let several = settings.get(&route).is_some_and(|known| known.len() > 1);
        let setting = if several { format!(", set-up {}", digest.short()) } else { String::new() };
        Group { name: format!("{function} of {route}, {class}{setting}"), ..group }
    };
    Ok(groups.into_iter().map(named).collect())
}

/// Tells set-ups and limits apart.
fn of_setting(background: &Background) -> Digest {
    Digest::of(&serde_json::to_vec(&(&background.setup, background.origin.limits)).unwrap_or_default())
}

/// Measures a component on recorded decisions: all of a group are asked in turn, so often that they are asked as often as
/// `rounds` together, and each of them once at least.
///
/// # Errors
/// When no group can be measured.
pub async fn bench_recorded(
    options: &EngineOptions,
    component: &Bytes,
    groups: &[Group],
    rounds: usize,
) -> anyhow::Result<Measured> {
    let mut engines = Engines::of_record(options.clone());
    let mut admitted: HashMap<(String, Limits), Result<Module, String>> = HashMap::new();
    let mut measured = Measured::default();
    for group in groups {
        let key = (super::run::key(&group.setup), group.limits);
        if !admitted.contains_key(&key) {
            let admission = engines.within(group.limits)?.admit(component.clone(), &group.setup).await;
            admitted.insert(key.clone(), admission.map_err(|error| error.to_string()));
        }
        let figures = match admitted.get(&key) {
            Some(Ok(module)) => measure(module, &group.name, &asked(group), rounds),
            Some(Err(error)) => Err(format!("not admitted with this set-up: {error}")),
            None => continue,
        };
        match figures {
            Ok(figures) => measured.figures.push(figures),
            Err(why) => measured.missing.push(format!("{}: {why}", group.name)),
        }
    }
    anyhow::ensure!(!measured.figures.is_empty(), "nothing can be measured: {}", measured.missing.join("; "));
    Ok(measured)
}

fn asked(group: &Group) -> Vec<(&Facts, &[Attempt])> {
    group.decisions.iter().map(|(facts, attempts)| (facts, attempts.as_slice())).collect()
}
