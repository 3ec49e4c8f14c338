//! What `docker login` left: names and passwords of registries in docker's `config.json`. Only what stands in the file itself
//! is read; a credential helper is a program, and none is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

use super::RegistryError;
use super::access::Login;
use crate::config::Secret;

/// The largest file that is read.
const FILE_BYTES: u64 = 1 << 20;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

/// Where docker keeps it: in `DOCKER_CONFIG`, else in the home folder.
pub(super) fn usual_file() -> Option<PathBuf> {
    let folder = match std::env::var_os("DOCKER_CONFIG") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?.join(".docker"),
    };
    Some(folder.join("config.json"))
}

/// Who is logged in at a registry; none: nobody, or there is no such file.
///
/// # Errors
/// When there is a file that cannot be read. Nothing of its contents is shown.
pub(super) fn login(file: &Path, host: &str) -> Result<Option<Login>, RegistryError> {
    let failed = |reason: &str| RegistryError::Docker { path: file.into(), reason: reason.into() };
    let size = match std::fs::metadata(file) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error.to_string())),
    };
    if size > FILE_BYTES {
        return Err(failed("it is larger than 1 MiB"));
    }
    let text = std::fs::read(file).map_err(|error| failed(&error.to_string()))?;
    // What serde_json says of a mistake could quote the text.
    let read: File = serde_json::from_slice(&text).map_err(|_| failed("it is not docker's JSON"))?;
    let Some(entry) = read.auths.into_iter().find(|(name, _)| registry_of(name) == host).map(|(_, entry)| entry) else {
        return Ok(None);
    };
    let malformed = || failed(&format!("`auth` of {host} is not base64 of a name and a password"));
    let (username, password) = match (entry.username, entry.password, entry.auth) {
        (Some(username), Some(password), _) => (username, password),
        (_, _, Some(auth)) if !auth.is_empty() => {
            let decoded = BASE64_STANDARD.decode(auth.trim()).map_err(|_| malformed())?;
            let text = String::from_utf8(decoded).map_err(|_| malformed())?;
            text.split_once(':').map(|(name, password)| (name.into(), password.into())).ok_or_else(malformed)?
        }
        // With a credential helper the entry is there, and empty.
        _ => return Ok(None),
    };
    Ok(Some(Login { username, password: Secret::new(&password), from: format!("`{}`", file.display()) }))
}

/// The registry that an entry is about: `https://index.docker.io/v1/` is about `docker.io`.
fn registry_of(name: &str) -> &str {
    let name = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")).unwrap_or(name);
    match name.split('/').next().unwrap_or_default() {
        "index.docker.io" => "docker.io",
        host => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, host: &str) -> Result<Option<(String, String)>, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.json");
        std::fs::write(&file, text).unwrap();
        let found = login(&file, host).map_err(|error| error.to_string())?;
        Ok(found.map(|login| (login.username, login.password.expose().to_owned())))
    }

    #[test]
    fn a_login_is_found_by_its_registry_in_either_form() {
        let text = r#"{ "auths": { "h.example:5000": { "auth": "YW5uOnNlOmNyZXQ=" },
                                   "https://index.docker.io/v1/": { "username": "bob", "password": "x" } } }"#;
        assert_eq!(read(text, "h.example:5000"), Ok(Some(("ann".into(), "se:cret".into()))));
        assert_eq!(read(text, "docker.io"), Ok(Some(("bob".into(), "x".into()))));
        assert_eq!(read(text, "h.example"), Ok(None));
        assert_eq!(read(r#"{ "credsStore": "desktop", "auths": { "h.example": {} } }"#, "h.example"), Ok(None));
        assert!(login(Path::new("/no/such/config.json"), "h.example").unwrap().is_none());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_not_quoted() {
        for text in [r#"{ "auths": "hunter2" }"#, r#"{ "auths": { "h.example": { "auth": "hunter2!" } } }"#, "hunter2"]
        {
            let said = read(text, "h.example").unwrap_err();
            assert!(said.contains("config.json") && !said.contains("hunter2"), "{said}");
        }
    }
}
