//! Paths of requests as they are meant: escapes are decoded, once, and slashes too many are left out.

use std::borrow::Cow;

/// A path whose escapes mean nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// A `%` without two hexadecimal digits after it.
    #[error("the path has a `%` at byte {0} that two hexadecimal digits must follow; a `%` itself is written `%25`")]
    Escape(usize),
    /// What its escapes stand for is no text.
    #[error("the path's escapes stand for bytes that are no UTF-8")]
    Text,
}

/// A path without escapes. What they stand for is never decoded again, and a `/` among it is one like any other.
///
/// # Errors
/// When an escape is none, or what comes out is no text.
pub fn decoded(path: &str) -> Result<Cow<'_, str>, BadPath> {
    if !path.contains('%') {
        return Ok(path.into());
    }
    let bytes = path.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        if *byte != b'%' {
            plain.push(*byte);
            at += 1;
            continue;
        }
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else { return Err(BadPath::Escape(at)) };
        // Two hexadecimal digits are a byte.
        plain.push((high << 4 | low) as u8);
        at += 3;
    }
    String::from_utf8(plain).map(Cow::Owned).map_err(|_| BadPath::Text)
}

/// A path with one slash where there are several, and none at its end: what comes of joining a base URL and a path carelessly.
#[must_use]
pub fn tidied(path: &str) -> Cow<'_, str> {
    if !(path.contains("//") || path.len() > 1 && path.ends_with('/')) {
        return path.into();
    }
    let mut tidy = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        tidy.push('/');
        tidy.push_str(segment);
    }
    tidy.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_decoded_once_whatever_their_case() {
        for (path, plain) in [
            ("/v1/models/team%2Fchat:v1", "/v1/models/team/chat:v1"),
            ("/v1/models/team%2fchat%3Av1", "/v1/models/team/chat:v1"),
            ("/%76%31/models", "/v1/models"),
            ("/v1/models/a%252Fb", "/v1/models/a%2Fb"),
            ("/v1/models/%C3%BC+b", "/v1/models/ü+b"),
            ("/v1/%2e%2e/x", "/v1/../x"),
            ("/plain", "/plain"),
        ] {
            assert_eq!(decoded(path).as_deref(), Ok(plain));
        }
    }

    #[test]
    fn an_escape_that_is_none_is_told_with_its_place() {
        for (path, error) in [
            ("/a%", BadPath::Escape(2)),
            ("/a%2", BadPath::Escape(2)),
            ("/%2Fb%zz", BadPath::Escape(5)),
            ("/%+1", BadPath::Escape(1)),
            ("/%u002F", BadPath::Escape(1)),
            ("/%ff", BadPath::Text),
            ("/%c3", BadPath::Text),
        ] {
            assert_eq!(decoded(path), Err(error), "{path}");
        }
    }

    #[test]
    fn slashes_too_many_go() {
        for (path, tidy) in [
            ("/", "/"),
            ("//", ""),
            ("/v1/models/", "/v1/models"),
            ("//v1///models//", "/v1/models"),
            ("/v1/models/a/b", "/v1/models/a/b"),
        ] {
            assert_eq!(tidied(path), tidy);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_escaped_comes_out_again(text in "\\PC{0,40}") {
            let escaped: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let plain = decoded(&escaped);
            prop_assert_eq!(plain.as_deref(), Ok(&*text));
        }
    }
}
