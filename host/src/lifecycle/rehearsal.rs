//! The last step of admission: a new policy is asked again what its route decided last. It is refused where it gives no answer,
//! or one that the host would overrule, and the record has one that was carried out. Every other difference is told. Whatever
//! keeps the record from being asked keeps no policy out: that is told, too.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use bytes::Bytes;
use serde::Serialize;

use super::{Lifecycle, PolicyProblem};
use crate::config::Config;
use crate::decision_log::{Log, Selection};
use crate::gateway::RouteState;
use crate::policy::Settings;
use crate::replay::{Candidate, Change, ReplayError, Report, Setting, Transition, Unanswered, rehearse};
use crate::words::counted;

/// Changes from one answer to another that are told, the most frequent first.
const TRANSITIONS: usize = 10;

/// What came of a rehearsal that refused nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rehearsal {
    /// Nothing was asked.
    Skipped(Skipped),
    /// The record was asked.
    Played(Box<Played>),
}

/// Why nothing was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// In words.
    pub why: String,
}

/// What a policy answers to what its route decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Played {
    /// Recorded decisions that were read.
    pub decisions: u64,
    /// Those of them that were asked again and compared.
    pub compared: u64,
    /// Compared ones with a change that a caller could notice.
    pub changed: u64,
    /// The compared ones by what has changed.
    pub changes: BTreeMap<Change, u64>,
    /// Those that could not be compared, by reason.
    pub unanswered: BTreeMap<Unanswered, u64>,
    /// Recorded rules under which something has changed that a caller could notice.
    pub rules: BTreeMap<String, OfRule>,
    /// From one answer to another, the most frequent first.
    pub transitions: Vec<Transition>,
    /// A request with such a change.
    pub example: Option<String>,
    /// Whether time was up before all was asked.
    pub is_cut_short: bool,
}

/// Decisions by one recorded rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OfRule {
    /// Compared.
    pub compared: u64,
    /// With a change that a caller could notice.
    pub changed: u64,
}

/// What a policy fails on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "it fails on what route `{route}` has decided: of {compared} recorded decisions it would answer {refused} with nothing, or with \
     what is overruled ({kinds}), where the record has an answer that was carried out. One is of request {request}: \
     `fingerpost replay --route {route} --request {request} {candidate}` shows it. {way_out} leaves this step out",
    kinds = list(.kinds),
    candidate = .occasion.candidate(),
    way_out = .occasion.way_out(),
)]
pub struct Refusal {
    /// The route.
    pub route: String,
    /// Decisions that were compared.
    pub compared: u64,
    /// Those of them that it fails on.
    pub refused: u64,
    /// The same by kind of failure, or by bound.
    pub kinds: BTreeMap<String, u64>,
    /// A request with such a decision.
    pub request: String,
    /// How it came.
    pub occasion: Occasion,
}

/// How a policy comes to a route that decides with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody deploys it.
    Deployment {
        /// Whether they leave the rehearsal out.
        skip_rehearsal: bool,
        /// Whether it comes with settings that are not those of the config.
        has_settings: bool,
    },
    /// The file has changed that the route watches.
    File,
    /// The config names another one.
    Config,
}

impl Occasion {
    /// What to add to the command that replays a decision with it.
    const fn candidate(self) -> &'static str {
        match self {
            Self::Deployment { has_settings: true, .. } => "--candidate FILE --candidate-settings FILE",
            Self::Deployment { .. } | Self::File => "--candidate FILE",
            Self::Config => "--candidate-config CONFIG",
        }
    }

    /// How it gets in all the same.
    const fn way_out(self) -> &'static str {
        match self {
            Self::Deployment { .. } => "`deploy --skip-rehearsal`",
            Self::File | Self::Config => "`rehearsal = { decisions = 0 }` in the route's config",
        }
    }
}

impl Rehearsal {
    fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped(Skipped { why: why.into() })
    }

    /// Nobody wanted it, this once.
    pub(super) fn not_wanted() -> Self {
        Self::skipped("whoever deployed left it out")
    }

    /// In a few words, for the history.
    #[must_use]
    pub fn in_short(&self) -> String {
        match self {
            Self::Skipped(skipped) => format!("not rehearsed: {}", skipped.why),
            Self::Played(played) => played.in_short(),
        }
    }
}

impl Played {
    fn in_short(&self) -> String {
        let Self { compared, changed, .. } = self;
        let mut short = format!("rehearsed: {}, {changed} with another effect", counted(*compared, "decision"));
        let effects = self.changes.iter().filter(|(change, _)| change.has_effect());
        let effects: Vec<_> = effects.map(|(change, count)| format!("{} {count}", change.as_str())).collect();
        // Writing to a string cannot fail.
        if !effects.is_empty() {
            let _ = write!(short, " ({})", effects.join(", "));
        }
        if self.is_cut_short {
            short.push_str(", cut short");
        }
        short
    }

    fn of(report: Report) -> Self {
        let example = report.examples.iter().find(|example| example.change.has_effect());
        let has_changed = |(_, row): &(_, crate::replay::Row)| row.changed > 0;
        let of_rule =
            |(rule, row): (String, crate::replay::Row)| (rule, OfRule { compared: row.compared, changed: row.changed });
        Self {
            decisions: report.read.decisions,
            compared: report.compared,
            changed: report.with_effect(),
            example: example.map(|example| example.request.clone()),
            is_cut_short: report.is_cut_short,
            rules: report.groups.rule.into_iter().filter(has_changed).map(of_rule).collect(),
            transitions: report.transitions.into_iter().take(TRANSITIONS).collect(),
            changes: report.changes,
            unanswered: report.unanswered,
        }
    }
}

impl Lifecycle {
    /// Asks a version what the route decided last, with the surroundings and the limits that this config gives the route.
    pub(super) async fn rehearse(
        &self,
        config: &Config,
        route: &RouteState,
        (component, settings): (&Bytes, &Settings),
        occasion: Occasion,
    ) -> Result<Rehearsal, PolicyProblem> {
        let rules = route.setting.rehearsal;
        if rules.decisions == 0 {
            return Ok(Rehearsal::skipped("`rehearsal.decisions` of the route is 0"));
        }
        if !self.gateway.decision_log.is_kept() {
            return Ok(Rehearsal::skipped("no decision log is kept"));
        }
        // What was decided a moment ago counts most.
        self.gateway.decision_log.flush().await;
        let name = route.setting.name.to_string();
        let selection = Selection { route: Some(name), limit: Some(rules.decisions.into()), ..Selection::default() };
        let setting = Setting::new(config, &route.setting).with(settings);
        let candidate = Candidate {
            name: "candidate".into(),
            component: Some(component.clone()),
            setting: Some(Box::new(setting)),
            settings: None,
        };
        let rehearsed = match Log::open(&self.data_dir) {
            Ok(log) => rehearse(log, selection, candidate, self.engine(), rules.time).await,
            Err(error) => Err(error.into()),
        };
        match rehearsed {
            Ok(report) => judged(route, report, occasion),
            Err(ReplayError::Nothing) => Ok(Rehearsal::skipped("the decision log has no decision of the route")),
            Err(error) => {
                tracing::warn!(route = &*route.setting.name, %error, "the record cannot be rehearsed");
                Ok(Rehearsal::skipped(error.to_string()))
            }
        }
    }
}

fn judged(route: &RouteState, report: Report, occasion: Occasion) -> Result<Rehearsal, PolicyProblem> {
    let refused = report.count(Change::Fails) + report.count(Change::Overruled);
    if refused == 0 {
        return Ok(Rehearsal::Played(Box::new(Played::of(report))));
    }
    // The gravest come first, and there is one of each kind.
    let request = report.examples.first().map(|example| example.request.clone()).unwrap_or_default();
    let kinds = report.verdicts.refused;
    let (route, compared) = (route.setting.name.to_string(), report.compared);
    Err(PolicyProblem::Rehearsal(Box::new(Refusal { route, compared, refused, kinds, request, occasion })))
}

/// Counts by kind, in words.
pub(super) fn list<K: Display>(kinds: &BTreeMap<K, u64>) -> String {
    kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
}
