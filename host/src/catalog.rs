//! The targets as requests use them: prepared addresses and credentials, prices, health. Built from a config; a target that
//! a new config keeps keeps its health too.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::uri::PathAndQuery;
use http::{HeaderValue, Uri};
use tokio::time::Instant;

use crate::config::{self, Config, Endpoint, Name};
use crate::health::{Credential, Health, Origin};
use crate::ledger::Place;
use crate::outcome::{Failure, Fault};
use crate::redact::redacted;
use crate::telemetry::metrics::{Metrics, TargetMetrics};

/// A target.
#[derive(Debug)]
pub struct Target {
    /// What the config says of it.
    pub setting: config::Target,
    /// Where chat completions go.
    pub chat: Uri,
    /// The credential, ready to send and marked as sensitive.
    pub authorization: Option<HeaderValue>,
    /// How it has been doing, and what it takes.
    pub health: Health,
    /// Its counters.
    pub metrics: TargetMetrics,
}

impl Target {
    /// Its id, provider and model for the ledger.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            target: self.setting.id.clone(),
            provider: self.setting.provider.clone(),
            model: self.setting.model.clone(),
        }
    }

    /// The credential as it is sent, for keeping it out of logs.
    fn secret(&self) -> Option<&str> {
        self.authorization.as_ref()?.to_str().ok()?.strip_prefix("Bearer ")
    }

    /// Ends an attempt that failed, for the target's health; says to operators what only they can mend, once a cool-down.
    /// `origin`: where it came from, if its request may have provoked it.
    pub fn leave_failed(&self, started: Instant, failure: &Failure, origin: Option<Origin>) {
        let kind = failure.kind.as_str();
        let begins_to_cool = self.health.leave_failed(started, failure, origin);
        if failure.kind.traits().fault == Fault::Operator {
            self.metrics.operator_fault(kind);
        }
        if begins_to_cool {
            let (target, provider) = (&*self.setting.id, &*self.setting.provider);
            tracing::error!(
                target_id = target,
                provider,
                kind,
                status = failure.status,
                code = failure.code.as_deref(),
                said = redacted(&failure.detail, self.secret()),
                "only the operator can mend this; it is left alone for a while"
            );
        }
    }
}

/// All targets by id.
pub type Catalog = BTreeMap<Name, Arc<Target>>;

/// A target that cannot be built from its config.
#[derive(Debug, thiserror::Error)]
#[error("target `{target}`: {problem}")]
pub struct CatalogError {
    target: Name,
    problem: String,
}

/// Builds the targets of a config. `simulated` gives the base URL of a simulated provider.
///
/// # Errors
/// When a credential cannot stand in a header, or a base URL takes no path.
pub fn build(
    config: &Config,
    simulated: &BTreeMap<Name, Uri>,
    earlier: &Catalog,
    metrics: &Metrics,
) -> Result<Catalog, CatalogError> {
    let mut credentials = BTreeMap::new();
    let build = |setting: &config::Target| {
        let failed = |problem: String| CatalogError { target: setting.id.clone(), problem };
        let provider = config
            .providers
            .get(&setting.provider)
            .ok_or_else(|| failed(format!("there is no provider `{}`", setting.provider)))?;
        let base = match &provider.endpoint {
            Endpoint::OpenAi(base) => base,
            Endpoint::Simulated(_) => {
                simulated.get(&setting.provider).ok_or_else(|| failed("its simulated provider does not run".into()))?
            }
        };
        let chat = chat_uri(base).map_err(|error| failed(error.to_string()))?;
        let authorization = provider.credential.as_ref().map(bearer).transpose().map_err(failed)?;
        let known = earlier.get(&setting.id);
        let same_place = known.is_some_and(|known| known.chat == chat && known.setting.model == setting.model);
        let credential = credentials.entry(setting.provider.clone()).or_insert_with(|| {
            // Another address or another secret is another account, of which nothing is known.
            let same = |target: &&Arc<Target>| {
                target.setting.provider == setting.provider
                    && target.chat == chat
                    && target.authorization == authorization
            };
            let known = earlier.values().find(same).map(|target| Arc::clone(target.health.credential()));
            known.unwrap_or_else(|| Arc::new(Credential::new(&setting.provider)))
        });
        if let Some(tokenizer) = setting.tokenizer {
            tokenizer.warm();
        }
        let health = Health::new(setting, config.health, Arc::clone(credential));
        Ok((
            setting.id.clone(),
            Arc::new(Target {
                health: match known {
                    Some(known) => health.keeping(&known.health, same_place),
                    None => health,
                },
                metrics: metrics.target(&setting.id, &setting.provider),
                setting: setting.clone(),
                chat,
                authorization,
            }),
        ))
    };
    config.targets.values().map(build).collect()
}

fn chat_uri(base: &Uri) -> Result<Uri, http::Error> {
    let mut parts = base.clone().into_parts();
    let path = format!("{}/chat/completions", base.path().trim_end_matches('/'));
    parts.path_and_query = Some(PathAndQuery::try_from(path)?);
    Ok(Uri::from_parts(parts)?)
}

fn bearer(secret: &config::Secret) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", secret.expose()))
        .map_err(|_| "its provider's credential holds a character that no header can carry".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
