//! What a start would make of the policies of a config, without a gateway: each is found, checked and admitted with its
//! route's settings, and nothing is kept or put in force.

use std::path::Path;
use std::sync::Arc;

use super::RouteProblem;
use super::intake::Intake;
use super::registries::{Registries, unpinned};
use super::shelf::Shelf;
use crate::config::Config;
use crate::gateway::setup;
use crate::policy::Engine;
use crate::store::StoreError;

/// The routes whose policies would not be let in, with why, in the order of their names. What registries brought before is
/// found in `data_dir`, what was deployed in `store`.
///
/// # Errors
/// When the store of deployments cannot be opened.
pub async fn preview(
    config: &Config,
    engine: &Engine,
    data_dir: &Path,
    store: &Path,
) -> Result<Vec<RouteProblem>, StoreError> {
    let unpinned = unpinned(config, engine.program()).await;
    let is_unpinned = |route: &&crate::config::Route| unpinned.iter().any(|problem| problem.route == route.name);
    let intake = Intake::new(Registries::looking(engine, data_dir), engine.clone(), Shelf::open(store)?);
    let mut admissions = tokio::task::JoinSet::new();
    for route in config.routes.values().filter(|route| !is_unpinned(route)) {
        let targets = route.targets.iter().filter_map(|id| config.targets.get(id));
        let (setup, route, intake) = (setup(route, targets), route.clone(), intake.clone());
        let registries = Arc::clone(&config.registries);
        admissions.spawn(async move {
            let admitted = intake.admit(&route, &registries, &setup, true).await;
            // A start goes on with the version of before, where there is one; what the file says is not let in all the same.
            let problem = match admitted {
                Ok(admitted) => admitted.kept_out,
                Err(problem) => Some(problem),
            };
            problem.map(|problem| RouteProblem::new(&route.name, problem))
        });
    }
    let mut problems = admissions.join_all().await.into_iter().flatten().collect::<Vec<_>>();
    problems.extend(unpinned);
    problems.sort_by(|one, other| one.route.cmp(&other.route));
    Ok(problems)
}
