//! The steps through which a new policy goes before it may decide about anything, in their order, each timed. The first that
//! fails ends it, and nothing has changed.

use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Serialize;

use super::intake::Admitted;
use super::rehearsal::{Occasion, Rehearsal};
use super::{Deploy, Lifecycle, PolicyProblem, Prepared, RouteProblem};
use crate::config::Config;
use crate::gateway::{RouteState, State};
use crate::policy::{Digest, Module, Settings};
use crate::signature::{self, PublicKey, Signed};
use crate::testing::run_own_fixtures;

/// A step, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
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
}

/// A component that has passed the steps which all new ones go through, wherever they come from.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) module: Module,
    pub(super) rehearsal: Rehearsal,
}

/// Steps passed so far, and since when the present one runs.
#[derive(Debug)]
pub struct Steps {
    passed: Vec<Step>,
    since: Instant,
    failed: Option<Step>,
}

impl Steps {
    pub(super) fn begin() -> Self {
        Self { passed: Vec::new(), since: Instant::now(), failed: None }
    }

    /// Those that were passed, in their order.
    #[must_use]
    pub fn passed(&self) -> &[Step] {
        &self.passed
    }

    /// The one that was not, and how long it took; none: none failed.
    #[must_use]
    pub const fn failed(&self) -> Option<&Step> {
        self.failed.as_ref()
    }

    pub(super) fn fail(mut self, name: &'static str) -> Self {
        self.pass(name);
        self.failed = self.passed.pop();
        self
    }

    fn took(&mut self, name: &'static str, took: Duration) {
        self.passed.push(Step { name, micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX) });
    }

    fn pass(&mut self, name: &'static str) {
        self.took(name, self.since.elapsed());
        self.since = Instant::now();
    }

    fn admitted(&mut self, module: &Module) {
        self.passed.extend(module.steps().iter().map(|step| Step { name: step.name.as_str(), micros: step.micros }));
        self.since = Instant::now();
    }
}

impl Lifecycle {
    /// Leads an upload through all steps.
    pub(super) async fn let_in(
        &self,
        route: &RouteState,
        (component, settings): (&Bytes, &Settings),
        deploy: &Deploy,
        steps: &mut Steps,
    ) -> Result<LetIn, PolicyProblem> {
        steps.took("upload", deploy.took);
        self.engine().check_size(component)?;
        steps.pass("size");
        let is_own = *settings == route.own_settings();
        let signed = Signed { component, settings, is_own };
        let signer = signature::check(&route.setting.trusted_keys, signed, deploy.signature, "")?;
        steps.pass("signature");
        let occasion = Occasion::Deployment { skip_rehearsal: deploy.skip_rehearsal, has_settings: !is_own };
        let Tried { module, rehearsal } = self.try_new(route, component, settings, occasion, steps).await?;
        Ok(LetIn { module, signer, rehearsal })
    }

    /// Leads a component through the steps after its signature. Only new ones go through them all: a gateway that starts again
    /// runs what has passed before.
    pub(super) async fn try_new(
        &self,
        route: &RouteState,
        component: &Bytes,
        settings: &Settings,
        occasion: Occasion,
        steps: &mut Steps,
    ) -> Result<Tried, PolicyProblem> {
        self.intake.refuse_quarantined(&route.setting.name, &Digest::of(component), settings).await?;
        steps.pass("quarantine");
        let module = self.engine().admit(component.clone(), &route.setup_with(settings)).await?;
        steps.admitted(&module);
        run_own_fixtures(self.engine(), component).await.map_err(PolicyProblem::OwnTests)?;
        steps.pass("fixtures");
        let state = self.gateway.state.load_full();
        let rehearsal = match occasion {
            Occasion::Deployment { skip_rehearsal: true, .. } => Rehearsal::not_wanted(),
            occasion => self.rehearse(&state.config, route, (component, settings), occasion).await?,
        };
        steps.pass("rehearsal");
        Ok(Tried { module, rehearsal })
    }

    /// Leads what a config brings through the steps after its admission, where the route runs another version. One route at a
    /// time: a config may change them all. Notes those that do not pass.
    pub(super) async fn try_brought(&self, config: &Config, present: &State, prepared: &mut Prepared) {
        for one in &mut prepared.admitted {
            let is_other = present.routes.get(&one.route).is_some_and(|route| runs_another(route, one));
            let Some(route) = prepared.routes.get(&one.route).filter(|_| is_other) else { continue };
            let tried = async {
                run_own_fixtures(self.engine(), &one.component).await.map_err(PolicyProblem::OwnTests)?;
                self.rehearse(config, route, (&one.component, &one.settings), Occasion::Config).await
            };
            match tried.await {
                Ok(rehearsal) => {
                    one.remark = rehearsal.in_short();
                    let (route, policy, rehearsal) = (&*one.route, &*one.label, &*one.remark);
                    tracing::info!(route, policy, rehearsal, "the config brings another version");
                }
                Err(problem) => prepared.problems.push(RouteProblem::new(&one.route, problem)),
            }
        }
    }
}

/// Whether another version decides for a route until now.
fn runs_another(route: &RouteState, admitted: &Admitted) -> bool {
    let digest = admitted.settings.version_of(admitted.module.component_digest());
    route.policy.current().is_some_and(|present| *present.digest() != digest)
}
