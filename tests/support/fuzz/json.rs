//! Whether bytes are JSON (RFC 8259), told without serde, which is what the dialect reads with. It goes down no stack, so
//! that no depth is too deep.

/// Whether these bytes are one JSON text, in UTF-8.
#[must_use]
pub fn is_valid(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok() && Text { bytes, at: 0 }.whole()
}

struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Text<'_> {
    fn whole(mut self) -> bool {
        let mut open = Vec::new();
        loop {
            // Here a value begins.
            match self.after_space() {
                Some(b'{') => {
                    self.at += 1;
                    if self.after_space() != Some(b'}') {
                        open.push(b'}');
                        if !self.key() {
                            return false;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                Some(b'[') => {
                    self.at += 1;
                    if self.after_space() != Some(b']') {
                        open.push(b']');
                        continue;
                    }
                    self.at += 1;
                }
                Some(_) if self.scalar() => {}
                _ => return false,
            }
            // Here one has ended, and perhaps what it stands in.
            loop {
                let next = self.after_space();
                let Some(end) = open.last() else { return next.is_none() };
                self.at += 1;
                match next {
                    Some(b',') if *end == b']' => break,
                    Some(b',') if self.key() => break,
                    Some(byte) if byte == *end => drop(open.pop()),
                    _ => return false,
                }
            }
        }
    }

    fn after_space(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn key(&mut self) -> bool {
        let read = self.after_space() == Some(b'"') && self.string() && self.after_space() == Some(b':');
        self.at += usize::from(read);
        read
    }

    fn scalar(&mut self) -> bool {
        if self.bytes[self.at] == b'"' {
            return self.string();
        }
        for word in ["true", "false", "null"] {
            if self.bytes[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return true;
            }
        }
        self.number()
    }

    fn string(&mut self) -> bool {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => return true,
                b'\\' => {
                    let escape = self.bytes.get(self.at);
                    self.at += 1;
                    let digits = self.bytes.get(self.at..self.at + 4);
                    match escape {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                        Some(b'u') if digits.is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit)) => self.at += 4,
                        _ => return false,
                    }
                }
                0..0x20 => return false,
                _ => {}
            }
        }
        false
    }

    fn number(&mut self) -> bool {
        self.at += usize::from(self.bytes[self.at] == b'-');
        let start = self.at;
        let whole = self.digits();
        if whole == 0 || whole > 1 && self.bytes[start] == b'0' {
            return false;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return false;
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            return self.digits() > 0;
        }
        true
    }

    fn digits(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn json_is_told_from_what_only_looks_like_it() {
        for good in ["{}", " [1, -0.5e+3, \"\\u00e9\\n\", {\"a\": [null, true]}] ", "0", "\"\"", &"[".repeat(9), "[[]]"]
        {
            let good = if good.starts_with("[[[") { format!("{good}{}", "]".repeat(9)) } else { good.to_owned() };
            assert!(is_valid(good.as_bytes()), "{good}");
        }
        for bad in ["", "{", "{\"a\"}", "[1,]", "{,}", "01", "1.", "1e", "-", "\"\n\"", "\"\\x\"", "[}", "nul", "1 2"] {
            assert!(!is_valid(bad.as_bytes()), "{bad}");
        }
        assert!(!is_valid(b"\"\xff\""));
    }
}
