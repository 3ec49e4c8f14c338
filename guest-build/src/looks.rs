//! Says what bytes look like that are not WebAssembly, so that whoever deployed the wrong file sees which it was.

/// How files that get mistaken for a policy begin.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\x7fELF", "a native Linux program or library"),
    (b"\xcf\xfa\xed\xfe", "a native macOS program or library"),
    (b"MZ", "a native Windows program or library"),
    (b"!<arch>\n", "a static library (.a or .rlib)"),
    (b"BC\xc0\xde", "LLVM bitcode"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip-compressed: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed: unpack it first"),
    (b"version https://git-lfs", "a Git LFS pointer: fetch the file itself"),
];

/// How text begins that gets mistaken for a policy, after white space.
const TEXTS: &[(&str, &str)] = &[
    ("(module", "WebAssembly in text form: `wasm-tools parse` turns it into a module"),
    ("(component", "WebAssembly in text form: `wasm-tools parse` turns it into a component"),
    ("package ", "an interface in WIT: compile a policy against it first"),
    ("//!", "Rust source: compile it with `fingerpost policy build`"),
    ("use ", "Rust source: compile it with `fingerpost policy build`"),
    ("<", "HTML or XML, perhaps an error page"),
    ("{", "JSON"),
    ("[", "JSON or TOML"),
];

/// What the bytes look like. Only the first few of them count.
pub(crate) fn looks_like(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        return "empty";
    }
    if b"\0asm".starts_with(&bytes[..bytes.len().min(4)]) || bytes.starts_with(b"\0asm") {
        return "WebAssembly cut off, or of a version that does not exist";
    }
    if let Some((_, what)) = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return what;
    }
    let Some(text) = text(&bytes[..bytes.len().min(4096)]) else {
        return "binary of an unknown kind";
    };
    let text = text.trim_start();
    TEXTS.iter().find(|(beginning, _)| text.starts_with(beginning)).map_or("plain text", |(_, what)| what)
}

/// The bytes as text, if they are; a character that the end cuts in two does not count.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let plain = |c: char| !c.is_control() || c.is_ascii_whitespace();
    text.chars().all(plain).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_get_mistaken_for_a_policy_are_recognised() {
        assert_eq!(looks_like(b""), "empty");
        assert_eq!(looks_like(b"\x7fELF\x02\x01"), "a native Linux program or library");
        assert_eq!(looks_like(b"\n<!doctype html>"), "HTML or XML, perhaps an error page");
        assert_eq!(looks_like(b"{\"error\": \"not found\"}"), "JSON");
        assert_eq!(looks_like("fünf".as_bytes()), "plain text");
        assert_eq!(looks_like(b"\x00\x01\x02\xff"), "binary of an unknown kind");
        assert_eq!(looks_like(b"\0as"), "WebAssembly cut off, or of a version that does not exist");
    }
}
