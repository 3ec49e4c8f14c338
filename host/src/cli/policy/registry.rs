//! Which registry a command speaks to, and how: what `push`, `pull` and `deploy` have in common.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::cli::shown;
use crate::config::{Registry, Secret};
use crate::policy::EngineOptions;
use crate::registry::{self, Access, Artifact, Reference, RegistryError};

/// The largest component that a gateway can be told to take (`engine.component`), in bytes.
const COMPONENT_BYTES: usize = 256 << 20;

/// The variable with the password: an argument would be seen by everybody on the machine.
const PASSWORD: &str = "FINGERPOST_REGISTRY_PASSWORD";

/// How a registry is spoken to.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Registry")]
pub(super) struct RegistryArgs {
    /// Speak to the registry without TLS; with one on this machine it is so anyway
    #[arg(long)]
    plain_http: bool,
    /// A PEM file with authorities that are trusted besides the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The name at the registry, whose password is in FINGERPOST_REGISTRY_PASSWORD [default: what `docker login` left]
    #[arg(long, value_name = "NAME", env = "FINGERPOST_REGISTRY_USERNAME")]
    username: Option<String>,
    /// How many seconds it may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

impl RegistryArgs {
    fn access(&self, reference: &Reference) -> anyhow::Result<Access> {
        let login = match (&self.username, std::env::var(PASSWORD)) {
            (Some(username), Ok(password)) => Some((username.clone(), Secret::new(&password))),
            (Some(_), Err(_)) => bail!("--username needs a password: put it into the variable {PASSWORD}"),
            (None, _) => None,
        };
        let settings = Registry {
            login,
            plain_http: self.plain_http.then_some(true),
            authorities: self.ca.as_deref().map(authorities).transpose()?.unwrap_or_default(),
            timeout: Duration::from_secs(self.timeout),
        };
        Ok(Access::new(reference, &settings)?)
    }

    /// Brings a policy, whichever way it is named.
    pub(super) fn pull(&self, reference: &Reference) -> anyhow::Result<Artifact> {
        let (program, access) = (program()?, self.access(reference)?);
        Ok(on_one_thread(registry::pull(&program, reference, &access, COMPONENT_BYTES))?)
    }

    /// Brings a policy that is named by its digest, and refuses one that is not.
    pub(super) fn pull_pinned(&self, reference: &Reference) -> anyhow::Result<Artifact> {
        if reference.digest().is_some() {
            return self.pull(reference);
        }
        let (program, access) = (program()?, self.access(reference)?);
        let wrong = format!("`{reference}` names a tag, which may mean another policy tomorrow");
        match on_one_thread(registry::digest_of_tag(&program, reference, &access)) {
            Ok(digest) => bail!("{wrong}: name it by its digest, which is now `{}`", reference.pinned(digest)),
            Err(error) => bail!("{wrong}: name it by its digest. Which it is now could not be asked: {error}"),
        }
    }

    /// Takes a policy to its registry.
    pub(super) fn push(&self, reference: &Reference, artifact: &Artifact) -> anyhow::Result<()> {
        let (program, access) = (program()?, self.access(reference)?);
        Ok(on_one_thread(registry::push(&program, reference, &access, artifact))?)
    }
}

/// A reference as it was typed.
pub(super) fn reference(text: &str) -> anyhow::Result<Reference> {
    text.parse().with_context(|| {
        format!(
            "`{text}` is no reference to a policy in a registry, such as oci://registry.example.com/policies/mine:1.0"
        )
    })
}

fn program() -> anyhow::Result<PathBuf> {
    // The folder of compiled policies is not used.
    Ok(EngineOptions::new(PathBuf::new())?.admit_program)
}

fn authorities(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let pem = std::fs::read(file).with_context(|| format!("failed to read `{}`", shown(file)))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    if found.is_empty() {
        bail!("`{}` holds no certificate: it must be PEM, with `-----BEGIN CERTIFICATE-----`", shown(file));
    }
    Ok(found)
}

fn on_one_thread<T>(work: impl Future<Output = Result<T, RegistryError>>) -> Result<T, RegistryError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| RegistryError::Machinery(error.to_string()))?.block_on(work)
}
