//! How a registry is spoken to, and as whom.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::reference::Reference;
use super::{RegistryError, docker};
use crate::config::{Registry, Secret};

/// How a registry is spoken to. It may hold a password, which no output shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Access {
    pub(super) login: Option<Login>,
    pub(super) plain_http: bool,
    /// Certificates (DER) of authorities that are trusted besides the system's.
    pub(super) authorities: Vec<Vec<u8>>,
    pub(super) timeout: Duration,
}

/// A name and a password.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password, or a token in its place.
    #[serde(with = "exposed")]
    pub password: Secret,
    /// Where they were found, for people.
    pub from: String,
}

impl Access {
    /// The access that the settings say. Who is not named there is looked for where `docker login` keeps it.
    ///
    /// # Errors
    /// When docker's file is there and cannot be read.
    pub fn new(reference: &Reference, settings: &Registry) -> Result<Self, RegistryError> {
        let login = match &settings.login {
            Some((username, password)) => {
                let from = "the settings of the registry".into();
                Some(Login { username: username.clone(), password: password.clone(), from })
            }
            None => match docker::usual_file() {
                Some(file) => docker::login(&file, reference.host())?,
                None => None,
            },
        };
        let has_authorities = !settings.authorities.is_empty();
        Ok(Self {
            login,
            // A registry with an authority of its own speaks TLS, wherever it is.
            plain_http: settings.plain_http.unwrap_or(reference.is_loopback() && !has_authorities),
            authorities: settings.authorities.iter().map(|der| der.to_vec()).collect(),
            timeout: settings.timeout,
        })
    }

    /// The same with no more time than this.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { timeout: self.timeout.min(time), ..self }
    }

    /// The protocol, for people.
    pub(super) fn protocol(&self) -> &'static str {
        if self.plain_http { "http" } else { "https" }
    }

    /// As whom a registry is asked, for people.
    pub(super) fn whom(&self) -> String {
        match &self.login {
            Some(login) => format!("`{}` (of {})", crate::policy::clean(&login.username, 100), login.from),
            None => "somebody without a name and a password".into(),
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("whom", &self.whom())
            .field("plain_http", &self.plain_http)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("username", &self.username).field("from", &self.from).finish_non_exhaustive()
    }
}

/// The password on its way to the process of our own binary that sends it, over a pipe.
mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::config::Secret;

    pub(super) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(|text| Secret::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(host: &str) -> Reference {
        format!("oci://{host}/a:1").parse().unwrap()
    }

    #[test]
    fn plain_http_is_for_this_machine_or_for_who_says_so() {
        let login = Some(("ann".to_owned(), Secret::new("hunter2")));
        let settings = |plain_http| Registry { plain_http, login: login.clone(), ..Registry::default() };
        let plain = |host, wish| Access::new(&reference(host), &settings(wish)).unwrap().plain_http;
        assert!(plain("127.0.0.1:5000", None) && plain("h.example", Some(true)));
        assert!(!plain("h.example", None) && !plain("localhost", Some(false)));
        let access = Access::new(&reference("h.example"), &settings(None)).unwrap();
        let said = format!("{access:?} {:?} {}", access.login, access.whom());
        assert!(said.contains("ann") && !said.contains("hunter2"), "{said}");
    }
}
