//! The process that speaks to a registry: takes its own limits first, then carries out one order. Whatever a registry sends,
//! it ends in here as an answer, as an error in words, or as the end of this process alone.

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use oci_client::client::{Certificate, CertificateEncoding, ClientConfig, ClientProtocol};
use oci_client::errors::{DigestError, OciDistributionError as OciError, OciErrorCode};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference as OciReference};
use rlimit::Resource;

use super::artifact::{self, MANIFEST_BYTES, MANIFEST_TYPE};
use super::bounded::{Bounded, TooMuch};
use super::reference::Reference;
use super::{Access, Order, RegistryError, Task};
use crate::parts;
use crate::policy::{Digest, clean};

/// Memory that this process may use beside what a component needs: the program itself, TLS, a few answers.
const MEMORY_BYTES: u64 = 256 << 20;

/// Address space beyond that: what is reserved and never touched, such as the allocator's arenas and threads' stacks.
const RESERVED_BYTES: u64 = 4 << 30;

/// The longest that a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// The most that an error says of a registry's words, in bytes.
const WORDS: usize = 300;

/// Manifest and component; either may be empty.
type Brought = (Bytes, Bytes);

/// What the hidden subcommand [`super::REGISTRY_COMMAND`] does: carries out one order that it reads from standard input.
#[must_use]
pub fn child_main() -> ExitCode {
    // Where nobody listens any more, the exit code is all that is left to say.
    if carry_out().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn carry_out() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let order: Order = serde_json::from_slice(&parts::read(&mut stdin)?)?;
    let component = parts::read(&mut stdin)?;
    limit_self(&order)?;
    // What the crate uses for TLS; it fails where one is chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let out = &mut io::stdout().lock();
    match runtime.block_on(in_time(order, component.into())) {
        Err(error) => parts::write(out, &serde_json::to_vec(&Some(error))?),
        Ok((manifest, component)) => {
            parts::write(out, &serde_json::to_vec(&None::<RegistryError>)?)?;
            parts::write(out, &manifest)?;
            parts::write(out, &component)
        }
    }
}

/// Lays down what this process may use, before it listens to anybody.
fn limit_self(order: &Order) -> io::Result<()> {
    let lower = |resource: Resource, most: u64| {
        let (_, hard) = resource.get()?;
        let most = most.min(hard);
        resource.set(most, most)
    };
    let memory = MEMORY_BYTES + 4 * order.component_bytes as u64;
    lower(Resource::CORE, 0)?;
    lower(Resource::CPU, order.access.timeout.as_secs() + 5)?;
    lower(Resource::DATA, memory)?;
    lower(Resource::AS, memory + RESERVED_BYTES)
}

async fn in_time(order: Order, component: Bytes) -> Result<Brought, RegistryError> {
    let timeout = order.access.timeout;
    let late = Exchange { order: &order }.late();
    tokio::time::timeout(timeout, Exchange { order: &order }.run(component)).await.unwrap_or(Err(late))
}

/// One order under way.
struct Exchange<'a> {
    order: &'a Order,
}

impl Exchange<'_> {
    async fn run(&self, component: Bytes) -> Result<Brought, RegistryError> {
        let client = Client::try_from(settings(&self.order.access)).map_err(|error| self.told(error, "registry"))?;
        let (reference, auth) = (address(&self.order.reference), auth(&self.order.access));
        client.store_auth_if_needed(reference.resolve_registry(), &auth).await;
        if self.order.task == Task::Push {
            return self.push(&client, &reference, component).await;
        }
        let asked = client.pull_manifest_raw(&reference, &auth, &[MANIFEST_TYPE]);
        let (manifest, _) = asked.await.map_err(|error| self.told(error, "manifest"))?;
        if manifest.len() > MANIFEST_BYTES {
            return Err(RegistryError::too_large(&self.order.reference, "manifest", MANIFEST_BYTES));
        }
        if self.order.task == Task::Look {
            return Ok((manifest, Bytes::new()));
        }
        // Whoever gets it judges again; here it says what to fetch.
        let layer = artifact::judge(&self.order.reference, &manifest, self.order.component_bytes)?;
        let mut bounded = Bounded::new(self.order.component_bytes);
        let digest = format!("sha256:{}", layer.digest);
        let pulled = client.pull_blob(&reference, digest.as_str(), &mut bounded).await;
        pulled.map_err(|error| self.told(error, "component"))?;
        Ok((manifest, bounded.into_bytes().into()))
    }

    async fn push(
        &self,
        client: &Client,
        reference: &OciReference,
        component: Bytes,
    ) -> Result<Brought, RegistryError> {
        // The manifest comes along with the component, in front of it.
        let mut rest = &component[..];
        let manifest = parts::take(&mut rest).ok_or_else(|| RegistryError::machinery("the order is incomplete"))?;
        let (manifest, component) = (component.slice_ref(manifest), component.slice_ref(rest));
        let config = artifact::config_of(&component)?;
        for (blob, what) in [(component, "component"), (config, "config")] {
            let digest = format!("sha256:{}", Digest::of(&blob));
            let pushed = client.push_blob(reference, blob, &digest).await;
            pushed.map_err(|error| self.told(error, what))?;
        }
        let kind = HeaderValue::from_static(MANIFEST_TYPE);
        let pushed = client.push_manifest_raw(reference, manifest, kind).await;
        pushed.map_err(|error| self.told(error, "manifest"))?;
        Ok(Brought::default())
    }

    fn late(&self) -> RegistryError {
        let Order { reference, access, .. } = self.order;
        let (reference, host) = (reference.clone(), reference.host().to_owned());
        RegistryError::TimedOut { reference, host, seconds: access.timeout.as_secs() }
    }

    fn unauthorized(&self) -> RegistryError {
        let Order { reference, access, .. } = self.order;
        let (reference, host) = (reference.clone(), reference.host().to_owned());
        RegistryError::Unauthorized { reference, host, whom: access.whom() }
    }

    fn not_found(&self) -> RegistryError {
        RegistryError::NotFound { reference: self.order.reference.clone(), whom: self.order.access.whom() }
    }

    fn answered(&self, answer: &str) -> RegistryError {
        RegistryError::Answered { reference: self.order.reference.clone(), answer: clean(answer.trim(), WORDS) }
    }

    /// What an error of the crate means.
    fn told(&self, error: OciError, what: &str) -> RegistryError {
        match error {
            OciError::UnauthorizedError { .. } | OciError::AuthenticationFailure(_) => self.unauthorized(),
            OciError::RegistryError { envelope, .. } => match envelope.errors.first() {
                Some(first) if matches!(first.code, OciErrorCode::Unauthorized | OciErrorCode::Denied) => {
                    self.unauthorized()
                }
                Some(first) if is_absence(&first.code) => self.not_found(),
                Some(first) => self.answered(&format!("with the error {first}")),
                None => self.answered("with an error that it does not name"),
            },
            OciError::ServerError { code: 401 | 403, .. } => self.unauthorized(),
            OciError::ServerError { code: 404, .. } => self.not_found(),
            OciError::ServerError { code, message, .. } => self.answered(&format!("with status {code}: {message}")),
            OciError::DigestError(DigestError::VerificationError { expected, actual }) => RegistryError::WrongBytes {
                reference: self.order.reference.clone(),
                what: what.into(),
                expected: clean(&expected, WORDS),
                found: clean(&actual, WORDS),
            },
            OciError::IoError(error) if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) => {
                RegistryError::too_large(&self.order.reference, what, self.order.component_bytes)
            }
            OciError::RequestError(error) if error.is_timeout() => self.late(),
            OciError::RequestError(error) if error.is_redirect() => self.answered("with redirects without end"),
            OciError::RequestError(error) => RegistryError::Unreachable {
                reference: self.order.reference.clone(),
                host: self.order.reference.host().into(),
                protocol: self.order.access.protocol().into(),
                reason: clean(&causes(&error), WORDS),
            },
            other => self.answered(&format!("against the protocol: {other}")),
        }
    }
}

fn is_absence(code: &OciErrorCode) -> bool {
    use OciErrorCode::{BlobUnknown, ManifestUnknown, NameUnknown, NotFound};
    matches!(code, BlobUnknown | ManifestUnknown | NameUnknown | NotFound)
}

/// The innermost causes of an error, which say more than its own words.
fn causes(error: &dyn Error) -> String {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    if causes.is_empty() { error.to_string() } else { causes.join(": ") }
}

fn settings(access: &Access) -> ClientConfig {
    let certificate = |data: &Vec<u8>| Certificate { encoding: CertificateEncoding::Der, data: data.clone() };
    ClientConfig {
        protocol: if access.plain_http { ClientProtocol::Http } else { ClientProtocol::Https },
        extra_root_certificates: access.authorities.iter().map(certificate).collect(),
        platform_resolver: None,
        connect_timeout: Some(CONNECT.min(access.timeout)),
        read_timeout: Some(access.timeout),
        user_agent: concat!("fingerpost/", env!("CARGO_PKG_VERSION")),
        ..ClientConfig::default()
    }
}

fn auth(access: &Access) -> RegistryAuth {
    match &access.login {
        Some(login) => RegistryAuth::Basic(login.username.clone(), login.password.expose().to_owned()),
        None => RegistryAuth::Anonymous,
    }
}

fn address(reference: &Reference) -> OciReference {
    let (host, repository) = (reference.host().to_owned(), reference.repository().to_owned());
    match (reference.digest(), reference.tag()) {
        (Some(digest), _) => OciReference::with_digest(host, repository, format!("sha256:{digest}")),
        (None, tag) => OciReference::with_tag(host, repository, tag.unwrap_or("latest").to_owned()),
    }
}
