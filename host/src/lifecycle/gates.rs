//! The steps through which an uploaded policy goes before it may decide about anything, in their order, each timed. The first
//! that fails ends it, and nothing has changed.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::intake::Intake;
use super::{Deploy, PolicyProblem};
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

/// A policy that has passed all steps.
#[derive(Debug)]
pub(super) struct LetIn {
    pub(super) module: Module,
    pub(super) signer: Option<PublicKey>,
    pub(super) steps: Vec<Passed>,
}

/// Leads an upload through all steps.
pub(super) async fn pass(intake: &Intake, route: &RouteState, deploy: &Deploy) -> Result<LetIn, PolicyProblem> {
    let micros = |took: Duration| u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let mut steps = vec![Passed { name: "upload", micros: micros(deploy.took) }];
    let mut since = Instant::now();
    let mut passed = |steps: &mut Vec<Passed>, name| {
        steps.push(Passed { name, micros: micros(since.elapsed()) });
        since = Instant::now();
    };
    intake.engine().check_size(&deploy.component)?;
    passed(&mut steps, "size");
    let signer = signature::check(&route.setting.trusted_keys, &deploy.component, deploy.signature, "")?;
    passed(&mut steps, "signature");
    intake.refuse_quarantined(&route.setting.name, Digest::of(&deploy.component)).await?;
    passed(&mut steps, "quarantine");
    let module = intake.engine().admit(deploy.component.clone(), &route.setup).await?;
    steps.extend(module.steps().iter().map(|step| Passed { name: step.name.as_str(), micros: step.micros }));
    let since = Instant::now();
    // Only those who bring a new one wait for that: a gateway that starts again runs what has passed before.
    run_own_fixtures(intake.engine(), &deploy.component).await.map_err(PolicyProblem::OwnTests)?;
    steps.push(Passed { name: "fixtures", micros: micros(since.elapsed()) });
    Ok(LetIn { module, signer, steps })
}
