//! `oci://HOST[:PORT]/REPOSITORY[:TAG][@sha256:DIGEST]`: which artifact of which registry. The host is always written out:
//! no registry is meant unless it is named.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::Digest;

/// What every reference begins with.
const SCHEME: &str = "oci://";

/// The longest repository and the longest tag that registries take, in bytes.
const REPOSITORY_BYTES: usize = 255;
const TAG_BYTES: usize = 128;

/// An artifact in a registry. At least one of tag and digest is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    host: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// Why a text is no reference; the words follow "this is no reference to a policy in a registry: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It begins otherwise.
    #[error("it does not begin with `oci://`")]
    Scheme,
    /// No host comes first.
    #[error(
        "it names no registry: a host with a dot or a port, or `localhost`, comes first, such as `registry.example.com`"
    )]
    Host,
    /// The repository is no path of lower-case words.
    #[error("its repository is not made of lower-case letters, digits and `. _ -` between slashes")]
    Repository,
    /// The tag is none.
    #[error("its tag is not made of at most 128 letters, digits and `. _ -`")]
    Tag,
    /// The digest is none.
    #[error("its digest is not `sha256:` and 64 hexadecimal digits")]
    Digest,
    /// It has neither.
    #[error("it has neither a tag nor a digest: add `:TAG`, or better `@sha256:DIGEST`")]
    Nothing,
}

impl Reference {
    /// Whether a text means to be a reference, rather than a file.
    #[must_use]
    pub fn looks_like_one(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Host and, if it is not the usual one, port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The repository, without the host.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The last part of the repository, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of the manifest.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The same artifact with this digest, and without the tag, which may move.
    #[must_use]
    pub fn pinned(&self, digest: Digest) -> Self {
        Self { tag: None, digest: Some(digest), ..self.clone() }
    }

    /// Whether the registry runs on this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host.split(':').next().unwrap_or_default();
        host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let rest = text.strip_prefix(SCHEME).ok_or(ReferenceError::Scheme)?;
        let (rest, digest) = match rest.split_once('@') {
            None => (rest, None),
            Some((rest, digest)) => {
                let digest = digest.strip_prefix("sha256:").and_then(Digest::from_hex);
                (rest, Some(digest.ok_or(ReferenceError::Digest)?))
            }
        };
        let (host, path) = rest.split_once('/').filter(|(host, _)| is_host(host)).ok_or(ReferenceError::Host)?;
        let (repository, tag) = match path.split_once(':') {
            None => (path, None),
            Some((repository, tag)) => (repository, Some(tag)),
        };
        if repository.len() > REPOSITORY_BYTES || !repository.split('/').all(is_part) {
            return Err(ReferenceError::Repository);
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(ReferenceError::Tag);
        }
        if tag.is_none() && digest.is_none() {
            return Err(ReferenceError::Nothing);
        }
        Ok(Self { host: host.into(), repository: repository.into(), tag: tag.map(Into::into), digest })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.host, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        self.digest.iter().try_for_each(|digest| write!(f, "@sha256:{digest}"))
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A host that cannot be mistaken for the first part of a repository.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let is_label = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    name.len() <= 253
        && name.split('.').all(is_label)
        && port.is_none_or(is_port)
        && (name.contains('.') || port.is_some() || name == "localhost")
}

/// A part of a repository: words of lower-case letters and digits, with separators only between them.
fn is_part(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_edge_a_word = |edge: Option<u8>| edge.is_some_and(is_word);
    is_edge_a_word(text.bytes().next())
        && is_edge_a_word(text.bytes().last())
        && text.bytes().all(|b| is_word(b) || matches!(b, b'.' | b'_' | b'-'))
        && !text.contains("..")
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= TAG_BYTES
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|b| is_word(b) || matches!(b, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0";

    #[test]
    fn a_reference_is_written_as_it_was_read() {
        for text in [
            "oci://registry.example.com/policies/tiered:1.2".to_owned(),
            "oci://localhost:5000/tiered:latest".to_owned(),
            format!("oci://localhost/a/b_c.d-e@sha256:{DIGEST}"),
            format!("oci://10.0.0.1:5000/t:v1@sha256:{DIGEST}"),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
        let both: Reference = format!("oci://h.example/team/mine:v1@sha256:{DIGEST}").parse().unwrap();
        let digest = both.digest().unwrap();
        assert_eq!((both.name(), both.host(), digest.to_string().as_str()), ("mine", "h.example", DIGEST));
        assert_eq!(both.pinned(digest).to_string(), format!("oci://h.example/team/mine@sha256:{DIGEST}"));
    }

    #[test]
    fn what_is_no_reference_is_refused_for_its_reason() {
        let sixty_four = "g".repeat(64);
        for (text, error) in [
            ("registry.example.com/tiered:1".to_owned(), ReferenceError::Scheme),
            ("oci://tiered:1".to_owned(), ReferenceError::Host),
            ("oci://policies/tiered:1".to_owned(), ReferenceError::Host),
            ("oci://user:secret@h.example/tiered:1".to_owned(), ReferenceError::Digest),
            ("oci://h.example:0/tiered:1".to_owned(), ReferenceError::Host),
            ("oci://h.example:99999/tiered:1".to_owned(), ReferenceError::Host),
            ("oci://h..example/tiered:1".to_owned(), ReferenceError::Host),
            ("oci://h.example/../../v2:1".to_owned(), ReferenceError::Repository),
            ("oci://h.example/Tiered:1".to_owned(), ReferenceError::Repository),
            ("oci://h.example/a?b:1".to_owned(), ReferenceError::Repository),
            ("oci://h.example//a:1".to_owned(), ReferenceError::Repository),
            ("oci://h.example/a:".to_owned(), ReferenceError::Tag),
            ("oci://h.example/a:1/b".to_owned(), ReferenceError::Tag),
            ("oci://h.example/a".to_owned(), ReferenceError::Nothing),
            (format!("oci://h.example/a@sha256:{sixty_four}"), ReferenceError::Digest),
            ("oci://h.example/a@sha512:00".to_owned(), ReferenceError::Digest),
        ] {
            assert_eq!(text.parse::<Reference>(), Err(error), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is_loopback = |host: &str| format!("oci://{host}/a:1").parse::<Reference>().unwrap().is_loopback();
        assert!(["localhost", "localhost:5000", "127.0.0.1:5000", "127.9.9.9:1"].into_iter().all(is_loopback));
        assert!(
            !["localhost.evil.example", "127.0.0.1.example", "10.0.0.1:5000", "h.example"].into_iter().any(is_loopback)
        );
    }
}
