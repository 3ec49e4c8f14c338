//! Why a change is not made. What was there before goes on.

use std::io;
use std::path::PathBuf;

use super::gates::Steps;
use super::rehearsal::Refusal;
use crate::builtin;
use crate::catalog::CatalogError;
use crate::config::{ConfigError, Name, UnknownName};
use crate::policy::{AdmissionError, Digest, EngineError};
use crate::registry::{Reference, RegistryError};
use crate::signature::SignatureError;
use crate::store::StoreError;
use crate::store::deployments::Version;

/// A change that was not made. What was there before goes on.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The config file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The gateway runs on its embedded defaults.
    #[error("there is no config file to read again: the gateway was started without --config")]
    NoConfigFile,
    /// A target cannot be built.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A simulated provider does not start.
    #[error("simulated provider `{0}` failed to start: {1}")]
    Simulated(Name, io::Error),
    /// Policies were not admitted.
    #[error("{problems}", problems = list(.0))]
    Policies(Vec<RouteProblem>),
    /// There is no such route.
    #[error(transparent)]
    UnknownRoute(#[from] UnknownName),
    /// The route's policy comes from elsewhere.
    #[error(
        "the policy of route `{route}` comes from {source_of_truth}: change it there, or set `policy.source = \"deployed\"`; its \
         settings alone can be deployed, by --settings without a file"
    )]
    OtherSource {
        /// The route.
        route: Name,
        /// Where its policy comes from.
        source_of_truth: String,
    },
    /// The route runs that component already.
    #[error("route `{0}` runs this very component already: there is nothing to try")]
    AlreadyActive(Name),
    /// A canary is on trial.
    #[error(
        "what is on trial on route `{0}` is a canary, which decides in earnest: only the decisions of a shadow are compared one by \
         one. `fingerpost policy status --route {0}` says how the canary does"
    )]
    NoShadow(Name),
    /// Nothing is on trial.
    #[error("nothing is on trial on route `{0}`: deploy with --shadow or --canary first")]
    NoCandidate(Name),
    /// There is no version to go back to.
    #[error(
        "route `{0}` has no earlier version to go back to: none was active before, or those that were are quarantined or no \
         longer kept (`fingerpost policy history --route {0}`)"
    )]
    NothingEarlier(Name),
    /// The version before refuses what the route has today.
    #[error("{0}")]
    EarlierRefuses(Box<Refusing>),
    /// It cannot be gone back to this version.
    #[error(
        "route `{0}` cannot go back to version {1}: there is none that was active, or it is the one that decides, is quarantined or is \
         no longer kept (`fingerpost policy history --route {0}`)"
    )]
    NotReturnable(Name, u64),
    /// The route has no policy, so nothing can be compared with one.
    #[error("route `{0}` has no active policy to try another one beside: deploy with --activate")]
    NoActive(Name),
    /// The digest is not quarantined.
    #[error("route `{0}` has no quarantined policy {1}: `fingerpost policy history --route {0}` lists them")]
    NotQuarantined(Name, String),
    /// Shadows cannot decide on this machine.
    #[error("failed to start the engine of shadows: {0}")]
    Shadow(EngineError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The version before refuses what the route has today: its targets, its queues and the like are never a version's.
#[derive(Debug, thiserror::Error)]
#[error("version {number} ({digest}), the one before, is not let in with what route `{route}` has today: {problem}. {next}",
    digest = .digest.short(), next = offer(.route, *.next))]
pub struct Refusing {
    /// The route.
    pub route: Name,
    /// The version's number.
    pub number: u64,
    /// Its digest.
    pub digest: Digest,
    /// Why it is not let in.
    pub problem: PolicyProblem,
    /// The next one before it that is let in.
    pub next: Option<(u64, Digest)>,
}

impl Refusing {
    pub(super) fn new(route: Name, version: &Version, problem: PolicyProblem, next: Option<(u64, Digest)>) -> Self {
        Self { route, number: version.number, digest: version.digest, problem, next }
    }
}

fn offer(route: &str, next: Option<(u64, Digest)>) -> String {
    match next {
        Some((number, digest)) => format!(
            "The next one that is let in is version {number} ({}): `fingerpost policy rollback --route {route} --to {number}` goes back \
             to it",
            digest.short()
        ),
        None => "No earlier one is let in either: mend what it refuses, or deploy another".into(),
    }
}

/// A route whose policy cannot be had.
#[derive(Debug)]
pub struct RouteProblem {
    /// The route.
    pub route: Name,
    /// Why.
    pub problem: PolicyProblem,
    /// How far it came, where it went through the steps of an admission one by one.
    pub steps: Option<Box<Steps>>,
}

impl RouteProblem {
    pub(super) fn new(route: &Name, problem: PolicyProblem) -> Self {
        Self { route: route.clone(), problem, steps: None }
    }

    /// The section of the policy's config in which `configure` found the first mistake.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        let PolicyProblem::Admission(AdmissionError::Config { problems }) = &self.problem else { return None };
        problems.first().and_then(|problem| problem.path.split(['.', '[']).next())
    }

    /// Whether the policy itself is at fault, rather than this machine.
    #[must_use]
    pub fn blames_policy(&self) -> bool {
        match self.problem.plain() {
            PolicyProblem::UnknownBuiltin(_)
            | PolicyProblem::Read(..)
            | PolicyProblem::Signature(_)
            | PolicyProblem::OwnTests(_)
            | PolicyProblem::Rehearsal(_)
            | PolicyProblem::Registry(_)
            | PolicyProblem::Unpinned { .. }
            | PolicyProblem::Quarantined { .. } => true,
            PolicyProblem::Admission(refusal) => refusal.blames_policy(),
            PolicyProblem::Gone(_)
            | PolicyProblem::Store(_)
            | PolicyProblem::Shadow(_)
            | PolicyProblem::OfVersion(_) => false,
        }
    }
}

impl PolicyProblem {
    /// Whether the very version is to blame, so that an earlier one may go on in its place. What is not signed as the route
    /// demands is none of that: nor may anything go on under a signature that does not count any more.
    #[must_use]
    pub fn blames_version(&self) -> bool {
        match self {
            Self::Admission(refusal) => refusal.blames_policy(),
            Self::OfVersion(of_version) => of_version.problem.blames_version(),
            Self::Quarantined { .. } | Self::OwnTests(_) => true,
            _ => false,
        }
    }

    /// What is wrong, whichever version it is wrong with.
    #[must_use]
    pub fn plain(&self) -> &Self {
        match self {
            Self::OfVersion(of_version) => of_version.problem.plain(),
            plain => plain,
        }
    }

    /// The step of an admission that it failed, as far as that is known.
    #[must_use]
    pub fn step(&self) -> &'static str {
        match self.plain() {
            Self::Signature(_) => "signature",
            Self::Quarantined { .. } => "quarantine",
            Self::OwnTests(_) => "fixtures",
            Self::Rehearsal(_) => "rehearsal",
            Self::Admission(AdmissionError::TooLarge { .. }) => "size",
            _ => "admission",
        }
    }
}

/// Why a policy cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PolicyProblem {
    /// There is no built-in policy of that name.
    #[error("there is no built-in policy `{0}`; there are: {known}", known = builtin::names().collect::<Vec<_>>().join(", "))]
    UnknownBuiltin(Name),
    /// The file cannot be read.
    #[error("failed to read `{path}`: {1}", path = .0.display())]
    Read(PathBuf, io::Error),
    /// The registry does not give it.
    #[error("{0}")]
    Registry(Box<RegistryError>),
    /// A tag alone says where it is.
    #[error(
        "`{reference}` names a tag, which may mean another policy tomorrow: pin it by its digest. {now}", now = advice(.now)
    )]
    Unpinned {
        /// The reference.
        reference: Reference,
        /// What it could be at this moment, or why nobody knows.
        now: Box<Result<Reference, RegistryError>>,
    },
    /// It is not signed as the route demands.
    #[error("{0}")]
    Signature(#[from] SignatureError),
    /// It was rolled back.
    #[error(
        "the policy {digest} is quarantined: {reason}; `fingerpost policy release --route {route} {digest}` lets it in again",
        digest = .digest.short()
    )]
    Quarantined {
        /// The route.
        route: Name,
        /// The version's digest; or its component's, which is out with any settings.
        digest: Digest,
        /// Why.
        reason: String,
    },
    /// It is one of a version of before, which the config does not bring.
    #[error("{0}")]
    OfVersion(Box<OfVersion>),
    /// It was not admitted.
    #[error("{0}")]
    Admission(#[from] AdmissionError),
    /// It fails the tests that it carries.
    #[error("the policy fails its own tests:\n  {}", .0.join("\n  "))]
    OwnTests(Vec<String>),
    /// It fails on what the route has decided.
    #[error("{0}")]
    Rehearsal(Box<Refusal>),
    /// The store has not kept it.
    #[error("the store does not have the component {0} any more: deploy it again")]
    Gone(Digest),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Shadows cannot decide on this machine.
    #[error("failed to start the engine of shadows: {0}")]
    Shadow(EngineError),
}

/// What is wrong with a version that has its own settings, which need not be those of the config.
#[derive(Debug, thiserror::Error)]
#[error("version {number} ({digest}), which {what}, has its own settings: {problem}. {way_out}", digest = .digest.short(),
    what = if *.is_on_trial { "is on trial" } else { "decides" }, way_out = way_out(.route, *.is_on_trial))]
pub struct OfVersion {
    /// The route.
    pub route: Name,
    /// The version's number.
    pub number: u64,
    /// Its digest.
    pub digest: Digest,
    /// Whether it is on trial; else it decides.
    pub is_on_trial: bool,
    /// What is wrong.
    pub problem: PolicyProblem,
}

impl OfVersion {
    pub(super) fn problem(route: &Name, version: &Version, is_on_trial: bool, problem: PolicyProblem) -> PolicyProblem {
        let (route, number, digest) = (route.clone(), version.number, version.digest);
        PolicyProblem::OfVersion(Box::new(Self { route, number, digest, is_on_trial, problem }))
    }
}

fn way_out(route: &str, is_on_trial: bool) -> String {
    if is_on_trial {
        format!("`fingerpost policy rollback --route {route}` gives it up")
    } else {
        format!(
            "Change the route's sections as well, or first deploy others by `fingerpost policy deploy --settings FILE --route {route}`"
        )
    }
}

impl From<RegistryError> for PolicyProblem {
    fn from(error: RegistryError) -> Self {
        Self::Registry(Box::new(error))
    }
}

fn advice(now: &Result<Reference, RegistryError>) -> String {
    match now {
        Ok(pinned) => format!("The tag has this one now: `{pinned}`"),
        Err(error) => format!("Which digest the tag has now could not be asked: {error}"),
    }
}

fn list(problems: &[RouteProblem]) -> String {
    problems.iter().map(|one| format!("route `{}`: {}", one.route, one.problem)).collect::<Vec<_>>().join("\n")
}
