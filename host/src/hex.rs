//! Bytes as hexadecimal digits, and back.

/// Two lower-case digits a byte.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| digits(*byte)).map(char::from).collect()
}

/// The two lower-case digits of a byte, as ASCII.
#[must_use]
pub const fn digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [DIGITS[(byte >> 4) as usize], DIGITS[(byte & 15) as usize]]
}

/// So many bytes of twice as many digits, in either case; none: it is something else.
#[must_use]
pub fn decode<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != BYTES * 2 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn digits_and_bytes_are_one_another() {
        assert_eq!((encode(&[0, 0xab]), decode("00aB")), ("00ab".to_owned(), Some([0, 0xab])));
        assert_eq!([decode::<2>("00a"), decode("00ag"), decode("0é0")], [None, None, None]);
    }
}
