//! Takes `Content-Encoding` off the body of a request (RFC 9110, section 8.4): `gzip`, `deflate`, `br` and `zstd`, also one in
//! the other. What comes out is bounded as what came in is. Bodies of requests are needed whole before anything can be said of
//! them, so they are decoded whole, away from the threads that serve; answers, which stream, are `upstream/decode.rs`'s.

use std::io::{self, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::Bytes;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::BodyError;

/// What is taken, as `Accept-Encoding` says it (RFC 9110, section 12.5.3).
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// How many encodings a body may be wrapped in: each is one more pass over it, and nobody needs two.
const AT_ONCE: usize = 3;

/// The largest window of a zstd frame, as a power of two: 8 MiB, which RFC 9659 makes the limit for HTTP. A frame may ask for
/// gigabytes.
const ZSTD_WINDOW_LOG: u32 = 23;

/// How much of an unknown name is repeated to whoever sent it.
const NAME: usize = 64;

/// An encoding that is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// RFC 1952, in any number of members.
    Gzip,
    /// RFC 1950, or RFC 1951, which many send under this name.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878, in any number of frames.
    Zstd,
}

/// An encoding that cannot be taken off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Nobody here knows it.
    #[error(
        "The request body has the content encoding `{0}`, which is not taken here: send it as {ACCEPTED}, or plain."
    )]
    Unknown(Box<str>),
    /// It is wrapped too often.
    #[error("The request body is encoded more than {AT_ONCE} times over: once is enough.")]
    TooMany,
    /// It is not in the encoding that it claims.
    #[error("The request body is not in the content encoding `{0}` that its head names: {1}.")]
    Corrupt(&'static str, Box<str>),
    /// It ends in the middle.
    #[error("The request body ends in the middle of its content encoding `{0}`.")]
    Truncated(&'static str),
}

impl Encoding {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// The encodings that the headers name, in the order in which they were applied.
pub(super) fn named(headers: &HeaderMap) -> Result<Vec<Encoding>, EncodingError> {
    let mut encodings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes());
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            encodings.push(match name.to_ascii_lowercase().as_str() {
                "identity" => continue,
                "gzip" | "x-gzip" => Encoding::Gzip,
                "deflate" => Encoding::Deflate,
                "br" => Encoding::Brotli,
                "zstd" => Encoding::Zstd,
                _ => return Err(EncodingError::Unknown(name.chars().take(NAME).collect())),
            });
        }
    }
    if encodings.len() > AT_ONCE { Err(EncodingError::TooMany) } else { Ok(encodings) }
}

/// Takes the encodings off, the last one first.
pub(super) async fn take_off(encodings: Vec<Encoding>, body: Bytes, at_most: usize) -> Result<Bytes, BodyError> {
    if encodings.is_empty() {
        return Ok(body);
    }
    let decoding = tokio::task::spawn_blocking(move || {
        encodings.into_iter().rev().try_fold(body, |body, encoding| decode(encoding, &body, at_most).map(Bytes::from))
    });
    // A decoder that panics has met bytes that are no body.
    decoding.await.unwrap_or(Err(BodyError::BrokenOff))
}

fn decode(encoding: Encoding, body: &[u8], at_most: usize) -> Result<Vec<u8>, BodyError> {
    // A body without a byte is no encoded one, and right.
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let mut rest = body;
    let decoded = match encoding {
        Encoding::Gzip => within(at_most, MultiGzDecoder::new(&mut rest)),
        Encoding::Deflate if is_zlib(body) => within(at_most, ZlibDecoder::new(&mut rest)),
        Encoding::Deflate => within(at_most, DeflateDecoder::new(&mut rest)),
        Encoding::Brotli => brotli(at_most, &mut rest),
        Encoding::Zstd => zstd::Decoder::with_buffer(&mut rest).and_then(|mut decoder| {
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            within(at_most, decoder)
        }),
    };
    let name = encoding.as_str();
    match decoded {
        Ok(None) => Err(BodyError::TooLarge(at_most)),
        Ok(Some(_)) if !rest.is_empty() => Err(EncodingError::Corrupt(name, "there are bytes behind its end".into()))?,
        Ok(Some(decoded)) => Ok(decoded),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(EncodingError::Truncated(name))?,
        Err(error) => Err(EncodingError::Corrupt(name, error.to_string().into()))?,
    }
}

/// The same of a brotli stream, which is taken from the beginning of `rest`. Windows beyond those of RFC 7932, of up to a gigabyte,
/// are not opened.
fn brotli(at_most: usize, rest: &mut &[u8]) -> io::Result<Option<Vec<u8>>> {
    let memory = StandardAlloc::default;
    let mut state = BrotliState::new_strict(memory(), memory(), memory());
    let (mut left, mut read, mut total) = (rest.len(), 0, 0);
    let (mut buffer, mut decoded) = (vec![0; 16 << 10], Vec::new());
    loop {
        let (mut room, mut written) = (buffer.len(), 0);
        let came = BrotliDecompressStream(
            &mut left,
            &mut read,
            rest,
            &mut room,
            &mut written,
            &mut buffer,
            &mut total,
            &mut state,
        );
        decoded.extend_from_slice(&buffer[..written]);
        if decoded.len() > at_most {
            return Ok(None);
        }
        match came {
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput => return Err(io::ErrorKind::UnexpectedEof.into()),
            BrotliResult::ResultFailure => return Err(io::Error::other("it is no brotli stream")),
            BrotliResult::ResultSuccess => {
                *rest = &rest[read..];
                return Ok(Some(decoded));
            }
        }
    }
}

/// All that a decoder gives; none: it gives more than that.
fn within(at_most: usize, decoder: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut decoded = Vec::new();
    decoder.take(at_most as u64 + 1).read_to_end(&mut decoded)?;
    Ok((decoded.len() <= at_most).then_some(decoded))
}

/// Whether deflated bytes stand in the frame of RFC 1950, as the name says: its head names the method 8 and is a multiple of 31.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1 << 20;

    /// `hello hello hello hello`, by Node's `zlib.brotliCompressSync`.
    const BROTLI: &[u8] = b"\x1b\x16\0\xf8\x8d\x94\x6e\xde\x44\x55\x86\x96\x6c\x20\x6f\x21\x4f\x1c\xe0\x38";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).expect("memory takes it")
    }

    fn names(values: &[&'static str]) -> Result<Vec<Encoding>, EncodingError> {
        named(&values.iter().map(|value| (CONTENT_ENCODING, HeaderValue::from_static(value))).collect())
    }

    #[test]
    fn names_are_read_whatever_their_case_and_wherever_they_stand() {
        use Encoding::{Brotli, Deflate, Gzip, Zstd};
        assert_eq!(names(&["GZIP", "x-gzip , deflate"]), Ok(vec![Gzip, Gzip, Deflate]));
        assert_eq!(names(&["identity, br,, Zstd"]), Ok(vec![Brotli, Zstd]));
        assert_eq!(names(&["gzip, gzip, gzip, gzip"]), Err(EncodingError::TooMany));
        for unknown in ["compress", "gzip;q=1", "aes128gcm", "\"gzip\""] {
            assert_eq!(names(&["gzip", unknown]), Err(EncodingError::Unknown(unknown.into())));
        }
    }

    #[test]
    fn each_encoding_comes_off_and_none_is_whole_that_is_cut_or_has_more_behind_it() {
        let text = b"hello hello hello hello";
        let all = [
            (Encoding::Gzip, gzip(text)),
            (Encoding::Gzip, [gzip(&text[..6]), gzip(&text[6..])].concat()),
            (Encoding::Deflate, zlib(text)),
            (Encoding::Deflate, raw(text)),
            (Encoding::Zstd, zstd(text)),
            (Encoding::Zstd, [zstd(&text[..6]), zstd(&text[6..])].concat()),
            (Encoding::Brotli, BROTLI.to_vec()),
        ];
        for (encoding, body) in all {
            assert_eq!(decode(encoding, &body, LIMIT), Ok(text.to_vec()), "{encoding:?}");
            assert_eq!(decode(encoding, &body, text.len()), Ok(text.to_vec()), "{encoding:?}");
            assert_eq!(decode(encoding, &body, text.len() - 1), Err(BodyError::TooLarge(text.len() - 1)));
            for cut in 1..body.len().min(12) {
                let error = decode(encoding, &body[..cut], LIMIT).expect_err("cut");
                assert_eq!(error.status().as_u16(), 400, "{encoding:?} {cut}");
            }
            let cut = decode(encoding, &body[..body.len() - 1], LIMIT);
            assert_eq!(cut, Err(EncodingError::Truncated(encoding.as_str()).into()));
            let more = decode(encoding, &[&body[..], b"more than a head"].concat(), LIMIT).expect_err("more");
            assert_eq!(more.code(), "invalid_encoding", "{encoding:?}");
        }
    }

    #[test]
    fn what_is_no_such_encoding_is_told_so() {
        for encoding in [Encoding::Gzip, Encoding::Deflate, Encoding::Zstd, Encoding::Brotli] {
            let error = decode(encoding, br#"{"model": "r", "messages": []}"#, LIMIT).expect_err("it is JSON");
            assert!(error.to_string().contains(encoding.as_str()), "{error}");
            assert_eq!(error.status().as_u16(), 400);
            assert_eq!(decode(encoding, b"", LIMIT), Ok(Vec::new()));
        }
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit_and_a_window_beyond_that_of_http_is_not_opened() {
        let bomb = vec![0; 64 << 20];
        for (encoding, body) in
            [(Encoding::Gzip, gzip(&bomb)), (Encoding::Deflate, raw(&bomb)), (Encoding::Zstd, zstd(&bomb))]
        {
            assert_eq!(decode(encoding, &body, LIMIT), Err(BodyError::TooLarge(LIMIT)), "{encoding:?}");
        }
        // Magic number, a descriptor without content size, and a window of 2^30 bytes.
        let wide = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x01, 0x00, 0x00];
        assert_eq!(decode(Encoding::Zstd, &wide, LIMIT).expect_err("too wide").code(), "invalid_encoding");
        assert_eq!(
            decode(Encoding::Brotli, &[0x11, 30, 0, 0], LIMIT).expect_err("too wide").code(),
            "invalid_encoding"
        );
    }

    proptest! {
        #[test]
        fn whatever_was_encoded_comes_out_again(bytes in prop::collection::vec(any::<u8>(), 1..2_000)) {
            for (encoding, body) in [
                (Encoding::Gzip, gzip(&bytes)),
                (Encoding::Deflate, zlib(&bytes)),
                (Encoding::Zstd, zstd(&bytes)),
            ] {
                prop_assert_eq!(decode(encoding, &body, LIMIT), Ok(bytes.clone()));
            }
        }

        #[test]
        fn no_bytes_make_a_decoder_panic_or_give_too_much(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for encoding in [Encoding::Gzip, Encoding::Deflate, Encoding::Zstd, Encoding::Brotli] {
                if let Ok(decoded) = decode(encoding, &bytes, 1 << 10) {
                    prop_assert!(decoded.len() <= 1 << 10);
                }
            }
        }
    }
}
