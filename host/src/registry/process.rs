//! The gateway's end of an exchange with a registry: starts the process that has it, feeds it, watches the clock, and says
//! what became of it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::artifact::MANIFEST_BYTES;
use super::{Order, REGISTRY_COMMAND, RegistryError};
use crate::parts;
use crate::policy::clean;

/// The most that is read of what the process writes to standard error, and that is shown of it.
const LAST_WORDS: u64 = 16 << 10;
const SHOWN: usize = 512;

/// How long it may take over its time to say so itself.
const GRACE: Duration = Duration::from_secs(5);

/// Tells our allocator to make memory writable only when it is used. Otherwise the gigabyte that it reserves would count against
/// the process's own limit from the start.
const ALLOCATOR: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// What it needs of the environment: where the system's authorities are. Nothing of it is a secret.
const ENVIRONMENT: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Has an order carried out; gives the manifest and the component that it brought, which nobody has checked yet.
pub(super) async fn carry_out(program: &Path, order: &Order, content: &[u8]) -> Result<(Bytes, Bytes), RegistryError> {
    let mut request = Vec::with_capacity(content.len() + 4096);
    let header = serde_json::to_vec(order).map_err(RegistryError::machinery)?;
    let written = parts::write(&mut request, &header).and_then(|()| parts::write(&mut request, content));
    written.map_err(RegistryError::machinery)?;
    let mut child = start(program)
        .map_err(|error| RegistryError::Machinery(format!("{} cannot be started: {error}", program.display())))?;
    let late = order.access.timeout + GRACE;
    let attended = tokio::time::timeout(late, attend(&mut child, request, order.component_bytes)).await;
    let Ok(attended) = attended else {
        return Err(died(order, "it did not end in time, and was killed"));
    };
    let (output, words) = attended.map_err(RegistryError::machinery)?;
    understood(&output).unwrap_or_else(|| Err(died(order, &last_words(&words))))
}

fn start(program: &Path) -> std::io::Result<Child> {
    let environment = ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    Command::new(program)
        .arg(REGISTRY_COMMAND)
        .env_clear()
        .envs(environment)
        .env(ALLOCATOR.0, ALLOCATOR.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// Feeds it and waits for its end. Gives its answer and its last words.
async fn attend(child: &mut Child, request: Vec<u8>, component_bytes: usize) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(std::io::Error::other("its pipes are missing"));
    };
    let (mut output, mut words) = (Vec::new(), Vec::new());
    let feed = async {
        // One that ended early does not read on; its end says why.
        let _ = stdin.write_all(&request).await;
        drop(stdin);
    };
    // The component, the manifest and an error in words.
    let most = (component_bytes + 2 * MANIFEST_BYTES) as u64;
    let (mut stdout, mut stderr) = (stdout.take(most), stderr.take(LAST_WORDS));
    let (_, read, heard) = tokio::join!(feed, stdout.read_to_end(&mut output), stderr.read_to_end(&mut words));
    read.and(heard)?;
    child.wait().await?;
    Ok((output, words))
}

/// What it says; none: it did not come to the end of it.
fn understood(mut output: &[u8]) -> Option<Result<(Bytes, Bytes), RegistryError>> {
    let said: Option<RegistryError> = serde_json::from_slice(parts::take(&mut output)?).ok()?;
    if let Some(error) = said {
        return Some(Err(error));
    }
    let (manifest, component) = (parts::take(&mut output)?, parts::take(&mut output)?);
    Some(Ok((Bytes::copy_from_slice(manifest), Bytes::copy_from_slice(component))))
}

fn died(order: &Order, reason: &str) -> RegistryError {
    RegistryError::Died { reference: order.reference.clone(), reason: reason.to_owned() }
}

fn last_words(words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    match words.trim() {
        "" => "it ended without a word".into(),
        words if words.contains("memory allocation of") => "the registry sent more than fits its memory".into(),
        words => clean(words, SHOWN),
    }
}
