//! The steps through which a new policy goes before it may decide about anything, in their order, each timed. The first that
//! fails ends it, and nothing has changed.

use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Serialize;

use super::rehearsal::Rehearsal;
use super::{Deploy, Lifecycle, PolicyProblem};
use crate::gateway::RouteState;
use crate::policy::{Digest, Module};
use crate::signature::{self, PublicKey};
use crate::testing::run_own_fixtures;

/// A step that was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Which one.
    pub name: &'static str,
    /// How long it took, in microseconds. Of what the engine had compiled before: how long it took then.
    pub micros: u64,
}

/// An upload that has passed all steps.
#[derive(Debug)]
pub(super) struct LetIn {
    pub(super) module: Module,
    pub(super) signer: Option<PublicKey>,
    pub(super) rehearsal: Rehearsal,
    pub(super) steps: Vec<Passed>,
}

/// A component that has passed the steps which all new ones go through, wherever they come from.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) module: Module,
    pub(super) rehearsal: Rehearsal,
}

/// Steps passed so far, and since when the present one runs.
#[derive(Debug)]
pub(super) struct Steps {
    passed: Vec<Passed>,
    since: Instant,
}

impl Steps {
    pub(super) fn begin() -> Self {
        Self { passed: Vec::new(), since: Instant::now() }
    }

    fn took(&mut self, name: &'static str, took: Duration) {
        self.passed.push(Passed { name, micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX) });
    }

    fn passed(&mut self, name: &'static str) {
        self.took(name, self.since.elapsed());
        self.since = Instant::now();
    }

    fn admitted(&mut self, module: &Module) {
        self.passed.extend(module.steps().iter().map(|step| Passed { name: step.name.as_str(), micros: step.micros }));
        self.since = Instant::now();
    }
}

impl Lifecycle {
    /// Leads an upload through all steps.
    pub(super) async fn let_in(&self, route: &RouteState, deploy: &Deploy) -> Result<LetIn, PolicyProblem> {
        let mut steps = Steps::begin();
        steps.took("upload", deploy.took);
        self.engine().check_size(&deploy.component)?;
        steps.passed("size");
        let signer = signature::check(&route.setting.trusted_keys, &deploy.component, deploy.signature, "")?;
        steps.passed("signature");
        let Tried { module, rehearsal } =
            self.try_new(route, &deploy.component, deploy.skip_rehearsal, &mut steps).await?;
        Ok(LetIn { module, signer, rehearsal, steps: steps.passed })
    }

    /// Leads a component through the steps after its signature. Only new ones go through them all: a gateway that starts again
    /// runs what has passed before.
    pub(super) async fn try_new(
        &self,
        route: &RouteState,
        component: &Bytes,
        skip_rehearsal: bool,
        steps: &mut Steps,
    ) -> Result<Tried, PolicyProblem> {
        self.intake.refuse_quarantined(&route.setting.name, Digest::of(component)).await?;
        steps.passed("quarantine");
        let module = self.engine().admit(component.clone(), &route.setup).await?;
        steps.admitted(&module);
        run_own_fixtures(self.engine(), component).await.map_err(PolicyProblem::OwnTests)?;
        steps.passed("fixtures");
        let rehearsal = if skip_rehearsal { Rehearsal::not_wanted() } else { self.rehearse(route, component).await? };
        steps.passed("rehearsal");
        Ok(Tried { module, rehearsal })
    }
}
