//! What a tenant or a key says about where its requests may go, which no policy and no fallback leaves: the boundary as
//! the config gives it, and the targets of a route that it leaves to a request.

use std::sync::Arc;

use crate::catalog;
use crate::config::{Name, Target};

/// Where requests may go. Without any setting: everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boundary {
    /// Only to these providers; none: to all.
    pub providers: Option<Vec<Name>>,
    /// Only to these regions; none: to all, and to those whose region nobody knows.
    pub regions: Option<Vec<Name>>,
    /// Only where all of these terms hold.
    pub terms: Vec<Name>,
}

impl Boundary {
    /// Whether it excludes nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.providers.is_none() && self.regions.is_none() && self.terms.is_empty()
    }

    /// Whether a request may go to this target.
    #[must_use]
    pub fn allows(&self, target: &Target) -> bool {
        let provider = self.providers.as_ref().is_none_or(|providers| providers.contains(&target.provider));
        let region = self.regions.as_ref().is_none_or(|regions| {
            // A target whose region nobody knows may run anywhere.
            target.region.as_ref().is_some_and(|region| regions.contains(region))
        });
        provider && region && self.terms.iter().all(|term| target.terms.contains(term))
    }
}

/// The targets of a route that a request may go to, by their index. Worked out once a request; nothing is allocated for
/// callers without boundaries and for routes of at most 64 targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// All of them.
    All,
    /// Those whose bit is set: of a route with at most 64 targets.
    Some(u64),
    /// Those where it says so: of a route with more.
    Listed(Box<[bool]>),
}

impl Allowed {
    /// Those that every one of these boundaries allows.
    #[must_use]
    pub fn of(targets: &[Arc<catalog::Target>], boundaries: [&Boundary; 2]) -> Self {
        if boundaries.iter().all(|boundary| boundary.is_open()) {
            return Self::All;
        }
        let is_allowed =
            |target: &Arc<catalog::Target>| boundaries.iter().all(|boundary| boundary.allows(&target.setting));
        if targets.len() > 64 {
            return Self::Listed(targets.iter().map(is_allowed).collect());
        }
        let bits = targets.iter().enumerate().filter(|(_, target)| is_allowed(target));
        Self::Some(bits.fold(0, |bits, (index, _)| bits | 1 << index))
    }

    /// Whether the request may go to the target with this index.
    #[must_use]
    pub fn contains(&self, index: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(bits) => index < 64 && bits >> index & 1 == 1,
            Self::Listed(list) => list.get(index).copied().unwrap_or(false),
        }
    }

    /// Whether the request may go nowhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All => false,
            Self::Some(bits) => *bits == 0,
            Self::Listed(list) => !list.contains(&true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HealthRules;
    use crate::health::{Credential, Health};
    use crate::telemetry::metrics::Metrics;

    fn target(provider: &str, region: Option<&str>, terms: &[&str]) -> Target {
        Target {
            provider: provider.into(),
            region: region.map(Into::into),
            terms: terms.iter().map(|term| Name::from(*term)).collect(),
            id: "t".into(),
            model: "m".into(),
            tier: "tier".into(),
            tier_rank: 0,
            context_window: 0,
            max_output_tokens: 0,
            tokenizer: None,
            hidden_tokens: false,
            slice: std::num::NonZeroU32::MIN,
            on_cancel: crate::config::OnCancel::Unknown,
            features: Vec::new(),
            price: None,
            max_in_flight: std::num::NonZeroU32::MIN,
            queue: None,
            retry_permille: 200,
            stream_usage: true,
            output_limit: crate::config::OutputLimitField::MaxTokens,
            prefill: None,
        }
    }

    fn names(names: &[&str]) -> Vec<Name> {
        names.iter().map(|name| Name::from(*name)).collect()
    }

    #[test]
    fn an_empty_boundary_allows_everything() {
        assert!(Boundary::default().is_open() && Boundary::default().allows(&target("p", None, &[])));
    }

    #[test]
    fn a_target_without_a_region_is_in_none() {
        let eu = Boundary { regions: Some(names(&["eu", "ch"])), ..Boundary::default() };
        assert!(eu.allows(&target("p", Some("eu"), &[])) && eu.allows(&target("p", Some("ch"), &[])));
        assert!(!eu.allows(&target("p", Some("us"), &[])) && !eu.allows(&target("p", None, &[])));
    }

    #[test]
    fn a_target_needs_every_term_and_one_of_the_providers() {
        let boundary = Boundary {
            providers: Some(names(&["p", "q"])),
            terms: names(&["zero-retention", "no-training"]),
            ..Boundary::default()
        };
        assert!(boundary.allows(&target("q", None, &["no-training", "zero-retention", "sla"])));
        assert!(!boundary.allows(&target("q", None, &["no-training"])));
        assert!(!boundary.allows(&target("x", None, &["no-training", "zero-retention"])));
    }

    #[test]
    fn both_boundaries_hold_on_routes_of_any_length() {
        let metrics = Metrics::default();
        let prepared = |index: usize| {
            let provider = format!("p{}", index % 3);
            let setting = target(&provider, Some(if index.is_multiple_of(2) { "eu" } else { "us" }), &[]);
            Arc::new(catalog::Target {
                chat: http::Uri::from_static("http://127.0.0.1:1/"),
                authorization: None,
                health: Health::new(&setting, HealthRules::default(), Arc::new(Credential::new("p"))),
                metrics: metrics.target(&setting.id, &setting.provider),
                setting,
            })
        };
        let tenant = Boundary { regions: Some(names(&["eu"])), ..Boundary::default() };
        let key = Boundary { providers: Some(names(&["p1"])), ..Boundary::default() };
        for length in [0, 1, 3, 63, 64, 65, 200] {
            let targets: Vec<_> = (0..length).map(prepared).collect();
            let allowed = Allowed::of(&targets, [&tenant, &key]);
            for index in 0..length + 2 {
                let expected = index < length && index % 2 == 0 && index % 3 == 1;
                assert_eq!(allowed.contains(index), expected, "{index} of {length}");
            }
            assert_eq!(allowed.is_empty(), length < 5, "{length}");
            assert_eq!(Allowed::of(&targets, [&Boundary::default(), &Boundary::default()]), Allowed::All);
        }
    }
}
