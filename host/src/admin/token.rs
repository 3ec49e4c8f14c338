//! The admin token: made at the first start, shown once, kept as a hash.

use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use http::HeaderMap;
use sha2::{Digest, Sha256};

/// Where the hash is kept.
const FILE: &str = "admin-token.sha256";

/// The hash of the admin token.
#[derive(Debug, Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// Reads the hash from the data folder; none: there has been no start yet.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else.
    pub fn load(dir: &Path) -> io::Result<Option<Self>> {
        let path = dir.join(FILE);
        let no_hash = || {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("`{}` holds no hash: remove it to get a new token", path.display()),
            )
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => unhex(text.trim()).map(|hash| Some(Self(hash))).ok_or_else(no_hash),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io::Error::new(error.kind(), format!("`{}`: {error}", path.display()))),
        }
    }

    /// The same; at the first start there is none: then a token is made, and given out this once.
    ///
    /// # Errors
    /// When the file can neither be read nor written.
    pub fn load_or_make(dir: &Path) -> io::Result<(Self, Option<String>)> {
        if let Some(known) = Self::load(dir)? {
            return Ok((known, None));
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        let token = format!("fpa-{}", hex(&secret));
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let path = dir.join(FILE);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{}", hex(&hash))?;
        file.sync_all()?;
        Ok((Self(hash), Some(token)))
    }

    /// Whether these headers carry the token. Hashes are compared, so the time it takes tells nothing about the token.
    #[must_use]
    pub fn is_shown_in(&self, headers: &HeaderMap) -> bool {
        super::shown(headers).is_some_and(|hash| hash == self.0)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digits = text.as_bytes();
    (digits.len() == 64).then_some(())?;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_given_out_once_and_only_its_hash_is_kept() {
        let dir = tempfile::tempdir().expect("a folder");
        let (token, secret) = Token::load_or_make(dir.path()).expect("made");
        let secret = secret.expect("the first time");
        let kept = std::fs::read_to_string(dir.path().join("admin-token.sha256")).expect("kept");
        assert!(!kept.contains(&secret));
        let mut headers = HeaderMap::new();
        assert!(!token.is_shown_in(&headers));
        headers.insert(http::header::AUTHORIZATION, format!("Bearer {secret}").parse().expect("a header"));
        let (again, none) = Token::load_or_make(dir.path()).expect("read");
        assert!(again.is_shown_in(&headers) && none.is_none());
    }
}
