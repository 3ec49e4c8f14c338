//! Detached signatures of policies (ed25519): over a component's bytes, or over a version, which is a component with its
//! settings. A route may name the public keys that it trusts; then it takes no policy without a signature of one of them.

use std::path::{Path, PathBuf};

use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::hex;
use crate::policy::{Digest, Settings};

/// A public key: 32 bytes, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// A signature: 64 bytes, shown as 128 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// A secret key, which signs.
pub struct SigningKey(Ed25519KeyPair);

/// Why a signature is not accepted, or a key is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none.
    #[error(
        "it has no signature, and the route demands one (`trusted_keys`): sign it with `fingerpost policy sign`{beside}"
    )]
    Missing {
        /// Where it could lie, with words before it.
        beside: String,
    },
    /// It is none.
    #[error("its signature is not 128 hexadecimal digits: make one with `fingerpost policy sign`")]
    Malformed,
    /// No trusted key made it.
    #[error(
        "its signature was made for other bytes, for other settings, or by a key that the route does not trust (`trusted_keys`): sign this very file, with these very settings, with a key whose public half stands there"
    )]
    Untrusted,
    /// It is good for the component, and the settings are not those of the operator's own file.
    #[error(
        "its signature covers the component alone, and these settings are not those of the route's own sections: sign both with `fingerpost policy sign FILE --settings SETTINGS`"
    )]
    SettingsNotCovered,
    /// The text is no secret key.
    #[error("this is no secret key of `fingerpost policy keygen`")]
    NotAKey,
    /// The system has no randomness to give.
    #[error("failed to make a key: the system has no randomness to give")]
    Random,
}

impl PublicKey {
    /// The key that is written so.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text.trim()).map(Self)
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl Signature {
    /// The signature that is written so.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_hex(text: &str) -> Result<Self, SignatureError> {
        hex::decode(text.trim()).map(Self).ok_or(SignatureError::Malformed)
    }
}

impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl SigningKey {
    /// Makes a key; gives it with the text to keep it as, which is its only copy.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn generate() -> Result<(Self, String), SignatureError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| SignatureError::Random)?;
        let text = hex::encode(document.as_ref());
        Self::from_text(&text).map(|key| (key, text))
    }

    /// The key that [`SigningKey::generate`] gave as this text.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_text(text: &str) -> Result<Self, SignatureError> {
        // What ring makes is PKCS #8, version 2, which holds the public key too.
        let document: [u8; 83] = hex::decode(text.trim()).ok_or(SignatureError::NotAKey)?;
        Ed25519KeyPair::from_pkcs8(&document).map(Self).map_err(|_| SignatureError::NotAKey)
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(key)
    }

    /// Signs a component, whatever its settings.
    #[must_use]
    pub fn sign(&self, component: &[u8]) -> Signature {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.0.sign(component).as_ref());
        Signature(signature)
    }

    /// Signs a component with these settings, and with no others.
    #[must_use]
    pub fn sign_version(&self, component: &[u8], settings: &Settings) -> Signature {
        self.sign(&statement(component, settings))
    }
}

/// What is signed for a version. No component begins so, so that no signature of the one is good for the other; nor is a
/// version without settings the same as a component with any.
fn statement(component: &[u8], settings: &Settings) -> Vec<u8> {
    let of_both = Digest::of_parts(&[Digest::of(component).as_bytes(), settings.as_str().as_bytes()]);
    format!("fingerpost policy version 1\n{of_both}\n").into_bytes()
}

/// A version to be let in, as far as its signature is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The component.
    pub component: &'a [u8],
    /// Its settings.
    pub settings: &'a Settings,
    /// Whether the settings are those of the operator's own file. Then a signature of the component is enough, since who
    /// writes that file also says whose signatures count.
    pub is_own: bool,
}

/// The first of the trusted keys that made this signature of this version; none: the route trusts no key in particular, and
/// asks for no signature.
///
/// # Errors
/// When the route demands a signature, and this is none of a trusted key. `beside` says where the signature could lie.
pub fn check(
    trusted: &[PublicKey],
    signed: Signed<'_>,
    signature: Option<Signature>,
    beside: &str,
) -> Result<Option<PublicKey>, SignatureError> {
    if trusted.is_empty() {
        return Ok(None);
    }
    let signature = signature.ok_or_else(|| SignatureError::Missing { beside: beside.to_owned() })?;
    let signer_of = |message: &[u8]| {
        let made_it = |key: &&PublicKey| UnparsedPublicKey::new(&ED25519, &key.0).verify(message, &signature.0).is_ok();
        trusted.iter().find(made_it).copied()
    };
    if let Some(key) = signer_of(&statement(signed.component, signed.settings)) {
        return Ok(Some(key));
    }
    match signer_of(signed.component) {
        Some(key) if signed.is_own => Ok(Some(key)),
        Some(_) => Err(SignatureError::SettingsNotCovered),
        None => Err(SignatureError::Untrusted),
    }
}

/// Where the signature of a policy file lies: beside it, with `.sig` after its name.
#[must_use]
pub fn path_for(component: &Path) -> PathBuf {
    let mut path = component.as_os_str().to_owned();
    path.push(".sig");
    path.into()
}

/// The signature beside a policy file; none: there is no such file.
///
/// # Errors
/// When what lies there is none.
pub fn beside(component: &Path) -> Result<Option<Signature>, SignatureError> {
    match std::fs::read_to_string(path_for(component)) {
        Ok(text) => Signature::from_hex(&text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(SignatureError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own<'a>(component: &'a [u8], settings: &'a Settings) -> Signed<'a> {
        Signed { component, settings, is_own: true }
    }

    #[test]
    fn a_signature_of_a_trusted_key_is_accepted_and_no_other() {
        let (ours, text) = SigningKey::generate().unwrap();
        let (other, _) = SigningKey::generate().unwrap();
        let trusted = [other.public(), ours.public()];
        let again = SigningKey::from_text(&text).unwrap();
        let signature = Signature::from_hex(&again.sign(b"policy").to_string()).unwrap();
        let nothing = Settings::default();
        assert_eq!(check(&trusted, own(b"policy", &nothing), Some(signature), ""), Ok(Some(ours.public())));
        assert_eq!(check(&trusted, own(b"Policy", &nothing), Some(signature), ""), Err(SignatureError::Untrusted));
        assert_eq!(check(&trusted[..1], own(b"policy", &nothing), Some(signature), ""), Err(SignatureError::Untrusted));
        assert!(matches!(check(&trusted, own(b"policy", &nothing), None, ""), Err(SignatureError::Missing { .. })));
        assert_eq!(check(&[], own(b"policy", &nothing), None, ""), Ok(None));
    }

    #[test]
    fn a_signature_with_settings_covers_them_and_one_without_only_those_of_the_operator() {
        let (key, _) = SigningKey::generate().unwrap();
        let (trusted, settings) = ([key.public()], |text: &str| Settings::from_text(text));
        let check = |component: &[u8], text: &str, is_own, signature| {
            let settings = settings(text);
            check(&trusted, Signed { component, settings: &settings, is_own }, Some(signature), "").map(|_| ())
        };
        let (one, two, none) = (r#"{"a":1,"b":2}"#, r#"{"a":1,"b":3}"#, "{}");
        let of_both = key.sign_version(b"policy", &settings(one));
        for is_own in [true, false] {
            assert_eq!(check(b"policy", "{ \"b\": 2, \"a\": 1 }", is_own, of_both), Ok(()));
            for (component, text) in [(&b"policy"[..], two), (b"policy", none), (b"Policy", one)] {
                assert_eq!(check(component, text, is_own, of_both), Err(SignatureError::Untrusted), "{text}");
            }
        }
        let of_component = key.sign(b"policy");
        assert_eq!(check(b"policy", one, true, of_component), Ok(()));
        // Somebody who holds the admin token and no key cannot add settings, nor take them away.
        for text in [one, none] {
            assert_eq!(check(b"policy", text, false, of_component), Err(SignatureError::SettingsNotCovered));
        }
        let of_none = key.sign_version(b"policy", &settings(none));
        assert_eq!(check(b"policy", none, false, of_none), Ok(()));
        assert_eq!(check(b"policy", one, true, of_none), Err(SignatureError::Untrusted));
    }

    #[test]
    fn what_is_no_key_or_signature_is_refused() {
        assert!(SigningKey::from_text(&"0".repeat(166)).is_err());
        assert_eq!(Signature::from_hex("12"), Err(SignatureError::Malformed));
        assert_eq!(PublicKey::from_hex("xy"), None);
    }
}
