//! A policy file that has changed on disk, taken over.

use std::sync::Arc;

use super::gates::{Steps, Tried};
use super::intake::{self, Admitted, label};
use super::rehearsal::Occasion;
use super::{ChangeError, Lifecycle, PolicyProblem, RouteProblem};
use crate::config::PolicySource;
use crate::policy::{Digest, Generation};
use crate::store::deployments::{Line, Said};

impl Lifecycle {
    /// Looks at a route's policy file again; if it changed, admits it and lets it decide. Gives the new generation.
    ///
    /// # Errors
    /// When it is not admitted; then nothing has changed.
    pub async fn refresh_file(&self, name: &str) -> Result<Option<Arc<Generation>>, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let PolicySource::File(path) = &route.setting.policy else { return Ok(None) };
        let failed = |problem: PolicyProblem| {
            self.kept_out().insert(route.setting.name.clone(), problem.to_string());
            ChangeError::Policies(vec![RouteProblem::new(&route.setting.name, problem)])
        };
        let component = intake::read(path).map_err(failed)?;
        let digest = Digest::of(&component);
        let standing = self.standing(&route).await?;
        let present = route.policy.current();
        let last = standing.as_ref().and_then(|standing| standing.said.as_ref()?.component);
        // Where one has gone back from what the file holds, that goes on until the file holds something else.
        if present.is_some() && last == Some(digest) {
            self.kept_out().remove(name);
            return Ok(None);
        }
        if self.refused().get(name) == Some(&digest) {
            return Ok(None);
        }
        // A file brings a component; the settings that decide stay.
        let own = route.own_settings();
        let settings = standing.as_ref().map_or_else(|| own.clone(), |standing| standing.active.settings.clone());
        // Sections that were not let in have not been taken note of, and are not now.
        let said = standing.as_ref().and_then(|standing| Some(standing.said.as_ref()?.settings.clone())).unwrap_or(own);
        let tried = async {
            // A signature that comes later than its file changes what is said of the file: it is not remembered as refused.
            let signer = intake::check_beside(&route.setting, path, &component)?;
            let tried = self.try_new(&route, &component, &settings, Occasion::File, &mut Steps::begin()).await?;
            Ok((signer, tried))
        };
        let (signer, Tried { module, rehearsal }) = tried.await.map_err(|problem| {
            use PolicyProblem::{Admission, OwnTests, Rehearsal};
            if matches!(problem, Admission(_) | OwnTests(_) | Rehearsal(_)) {
                self.refused().insert(route.setting.name.clone(), digest);
            }
            failed(problem)
        })?;
        let is_new = standing.is_none_or(|standing| standing.active.digest != settings.version_of(&digest));
        let admitted = Admitted {
            route: route.setting.name.clone(),
            line: Line::Source,
            label: label(&route.setting.policy),
            module,
            component,
            settings,
            signer: signer.map(|key| key.to_string()),
            said: Some(Said { settings: said, component: Some(digest) }),
            comes: is_new.then_some("file"),
            remark: rehearsal.in_short(),
            ends_trial: true,
            kept_out: None,
            candidate: None,
        };
        self.shelf.adopt(std::slice::from_ref(&admitted)).await?;
        self.kept_out().remove(name);
        tracing::info!(route = &*route.setting.name, rehearsal = admitted.remark, "a policy file was taken over");
        let Admitted { label, module, settings, .. } = admitted;
        let generation = route.policy.generation(label, module, settings);
        self.activate(&route, &generation);
        Ok(Some(generation))
    }
}
