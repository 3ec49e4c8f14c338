//! `[tenants.*.boundary]` and `[keys.*.boundary]`: where requests may go, and whether that leaves them anything.

use super::callers::Places;
use super::distinct;
use super::known::{Known, Names, references, words_of_providers};
use crate::boundary::Boundary;
use crate::config::nearest::suggestion;
use crate::config::reader::{Place, Table, Value};
use crate::config::{Key, Name, Route, shapes};

/// What providers say of themselves, which boundaries refer to.
pub(super) struct Terrain<'a> {
    regions: Known<'a>,
    terms: Known<'a>,
}

impl<'a> Terrain<'a> {
    pub(super) fn of(root: &Table<'a>) -> Self {
        Self { regions: words_of_providers(root, "region"), terms: words_of_providers(root, "terms") }
    }
}

pub(super) fn boundary(value: &Value<'_>, names: &Names<'_>, terrain: &Terrain<'_>) -> Option<Boundary> {
    let table = value.table(&shapes::BOUNDARY)?;
    Some(Boundary {
        providers: table.optional("providers", |value| references(value, "there is no provider", &names.providers)),
        regions: table.optional("regions", |value| {
            let regions = words(value, "\"eu\"", "no provider is in the region", &terrain.regions)?;
            if regions.is_empty() {
                value.place.problem("name at least one", "without `regions`, requests may go to all of them");
            }
            Some(regions)
        }),
        terms: table
            .optional("terms", |value| words(value, "\"zero-retention\"", "no provider has the term", &terrain.terms))
            .unwrap_or_default(),
    })
}

/// A list of the operator's own words. One that no provider has excludes all of them, and is perhaps misspelt.
fn words(value: &Value<'_>, example: &str, absent: &str, existing: &Known<'_>) -> Option<Vec<Name>> {
    let items = value.items(&format!("[{example}]"))?;
    Some(distinct(&items, |item| {
        let word = item.name(example)?;
        if existing.is_all && !existing.contains(&&*word) {
            item.place.warning(format!("{absent} {word:?}"), suggestion(&word, existing.iter().copied()));
        }
        Some(word)
    }))
}

/// Warns of routes that the key may use, and on which its boundary and its tenant's leave it no target.
pub(super) fn warn_of_stranded(place: &Place<'_>, key: &Key, places: &Places<'_>) {
    let Some(tenant) = places.tenants.get(&key.tenant) else { return };
    let boundaries = [&tenant.boundary, &key.boundary];
    if boundaries.iter().all(|boundary| boundary.is_open()) {
        return;
    }
    let is_allowed = |id: &Name| {
        // A target with mistakes may be one that is allowed.
        places.targets.get(id).is_none_or(|target| boundaries.iter().all(|boundary| boundary.allows(target)))
    };
    let may_use = |route: &&Route| key.routes.as_ref().is_none_or(|routes| routes.contains(&route.name));
    let stranded: Vec<_> = places
        .routes
        .values()
        .filter(may_use)
        .filter(|route| !route.targets.iter().any(is_allowed))
        .map(|route| format!("{:?}", route.name))
        .collect();
    if !stranded.is_empty() {
        let message = format!("the boundaries of tenant and key leave no target on {}", stranded.join(", "));
        place.warning(message, "add a target that they allow, or leave the route out of the key's `routes`");
    }
}
