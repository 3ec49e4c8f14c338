//! Takes `gzip` and `deflate` off a body, a bounded block at a time: what the encoder flushed comes out when its bytes came
//! in, a body that ends too soon is known for it, and one that inflates beyond all reason is refused.

use bytes::{Buf, Bytes};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// The most that is inflated at once, in bytes.
const BLOCK: usize = 64 << 10;

/// The longest head of a gzip member, in bytes. Heads have ten, and at most a file name.
const HEAD: usize = 4 << 10;

/// What may be inflated whatever came for it: as much as the largest event.
const FREE: u64 = 4 << 20;

/// How many times its size a body may inflate to beyond that. JSON and events shrink to a tenth, seldom to a fiftieth; a
/// bomb to a thousandth.
const MOST: u64 = 100;

/// The encodings that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950; many servers send RFC 1951 under this name, which is told by its first byte.
    Deflate,
}

/// Why an encoded body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It is not in the encoding that it claims.
    #[error("the answer's content encoding is broken: {0}")]
    Corrupt(&'static str),
    /// It ends before the encoding says so.
    #[error("the answer ends in the middle of its content encoding")]
    Truncated,
    /// It inflates to too many times its size.
    #[error("the answer inflates to more than {MOST} times its size")]
    Bomb,
    /// Nothing here reads that encoding.
    #[error("the answer has the content encoding `{0}`, which the gateway neither asked for nor reads")]
    Unknown(Box<str>),
}

/// Where in the body the next byte belongs.
#[derive(Debug)]
enum State {
    /// To the head of a gzip member, of which this much came.
    Head(Vec<u8>),
    /// To the start of a deflate body.
    Start,
    /// To what is deflated.
    Deflated,
    /// To the checksum and the length that end a gzip member, of which this much came.
    Tail(Vec<u8>),
    /// Nowhere: a deflate body is over.
    Over,
}

/// Decodes one body.
#[derive(Debug)]
pub(super) struct Decoder {
    encoding: Encoding,
    state: State,
    input: Bytes,
    inflate: Decompress,
    checksum: Crc,
    block: Box<[u8]>,
    taken: u64,
    given: u64,
}

impl Decoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        let state = match encoding {
            Encoding::Gzip => State::Head(Vec::new()),
            Encoding::Deflate => State::Start,
        };
        Self {
            encoding,
            state,
            input: Bytes::new(),
            inflate: Decompress::new(false),
            checksum: Crc::new(),
            block: vec![0; BLOCK].into(),
            taken: 0,
            given: 0,
        }
    }

    /// Takes the next bytes, once [`Self::block`] has nothing left of those before.
    pub(super) fn push(&mut self, bytes: Bytes) {
        debug_assert!(self.input.is_empty(), "what came before has been read");
        self.input = bytes;
    }

    /// The next decoded bytes, at most a block; none: more input is needed.
    ///
    /// # Errors
    /// When the body cannot be right.
    pub(super) fn block(&mut self) -> Result<Option<Bytes>, DecodeError> {
        loop {
            match self.state {
                State::Deflated => {
                    let given = self.inflate()?;
                    if given > 0 {
                        return Ok(Some(Bytes::copy_from_slice(&self.block[..given])));
                    }
                    if matches!(self.state, State::Deflated) {
                        return Ok(None);
                    }
                }
                _ if self.input.is_empty() => return Ok(None),
                State::Head(_) => self.take_head()?,
                State::Start => {
                    // The low half of a zlib stream's first byte is 8; a raw stream that began so would begin with a
                    // stored block and a padding that is not zero.
                    let is_zlib = self.input[0] & 0x0f == 8;
                    self.inflate = Decompress::new(is_zlib);
                    self.state = State::Deflated;
                }
                State::Tail(_) => self.take_tail()?,
                State::Over => return Err(DecodeError::Corrupt("there are bytes behind its end")),
            }
        }
    }

    /// Called when no more bytes come. A body without a byte is no encoded one, and right.
    ///
    /// # Errors
    /// When it may not end here.
    pub(super) fn finish(&self) -> Result<(), DecodeError> {
        match &self.state {
            State::Head(head) if head.is_empty() => Ok(()),
            State::Start | State::Over => Ok(()),
            _ => Err(DecodeError::Truncated),
        }
    }

    /// Inflates into the block; how many bytes.
    fn inflate(&mut self) -> Result<usize, DecodeError> {
        let before = (self.inflate.total_in(), self.inflate.total_out());
        let status = self
            .inflate
            .decompress(&self.input, &mut self.block, FlushDecompress::None)
            .map_err(|_| DecodeError::Corrupt("it does not inflate"))?;
        let (taken, given) = (self.inflate.total_in() - before.0, self.inflate.total_out() - before.1);
        // Both are lengths within the input and the block.
        let (taken, given) = (taken as usize, given as usize);
        self.input.advance(taken);
        self.taken += taken as u64;
        self.given += given as u64;
        if self.given > FREE + MOST * self.taken {
            return Err(DecodeError::Bomb);
        }
        if self.encoding == Encoding::Gzip {
            self.checksum.update(&self.block[..given]);
        }
        if status == Status::StreamEnd {
            self.state = match self.encoding {
                Encoding::Gzip => State::Tail(Vec::new()),
                Encoding::Deflate => State::Over,
            };
        }
        Ok(given)
    }

    fn take_head(&mut self) -> Result<(), DecodeError> {
        let State::Head(head) = &mut self.state else { return Ok(()) };
        let before = head.len();
        head.extend_from_slice(&self.input[..self.input.len().min(HEAD - before)]);
        match head_length(head)? {
            Some(length) => {
                // The head was not whole before, so that its end is in the input.
                self.input.advance(length - before);
                self.inflate.reset(false);
                self.checksum.reset();
                self.state = State::Deflated;
            }
            None if head.len() == HEAD => return Err(DecodeError::Corrupt("its gzip head is too long")),
            None => self.input.clear(),
        }
        Ok(())
    }

    fn take_tail(&mut self) -> Result<(), DecodeError> {
        let State::Tail(tail) = &mut self.state else { return Ok(()) };
        let take = self.input.len().min(8 - tail.len());
        tail.extend_from_slice(&self.input.split_to(take));
        if tail.len() == 8 {
            let said = tail.as_slice().get_u64_le();
            if said != u64::from(self.checksum.sum()) | u64::from(self.checksum.amount()) << 32 {
                return Err(DecodeError::Corrupt("its checksum is wrong"));
            }
            // Another member may follow.
            self.state = State::Head(Vec::new());
        }
        Ok(())
    }
}

/// The length of the gzip head at the start of these bytes; none: it is not whole yet.
fn head_length(bytes: &[u8]) -> Result<Option<usize>, DecodeError> {
    const CHECKSUM: u8 = 1 << 1;
    const EXTRA: u8 = 1 << 2;
    const NAME: u8 = 1 << 3;
    const COMMENT: u8 = 1 << 4;
    // Two bytes of magic, and the only method that there is.
    if !bytes.iter().zip([0x1f, 0x8b, 8]).all(|(byte, wanted)| *byte == wanted) {
        return Err(DecodeError::Corrupt("it is no gzip"));
    }
    let Some(flags) = bytes.get(3).filter(|_| bytes.len() >= 10) else { return Ok(None) };
    let mut at = 10;
    if flags & EXTRA != 0 {
        let Some(&[low, high]) = bytes.get(at..at + 2) else { return Ok(None) };
        at += 2 + usize::from(u16::from_le_bytes([low, high]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let Some(length) = bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) else { return Ok(None) };
            at += length + 1;
        }
    }
    if flags & CHECKSUM != 0 {
        at += 2;
    }
    Ok((bytes.len() >= at).then_some(at))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    /// Decodes pieces, each read to its end before the next; all that came out, and how it ended.
    fn decode<'a>(
        encoding: Encoding,
        pieces: impl IntoIterator<Item = &'a [u8]>,
    ) -> (Vec<u8>, Result<(), DecodeError>) {
        let mut decoder = Decoder::new(encoding);
        let mut out = Vec::new();
        for piece in pieces {
            decoder.push(Bytes::copy_from_slice(piece));
            loop {
                match decoder.block() {
                    Ok(Some(block)) => {
                        assert!(block.len() <= BLOCK);
                        out.extend_from_slice(&block);
                    }
                    Ok(None) => break,
                    Err(error) => return (out, Err(error)),
                }
            }
        }
        (out, decoder.finish())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    #[test]
    fn what_was_flushed_comes_out_before_the_rest_is_there() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let mut decoder = Decoder::new(Encoding::Gzip);
        for event in ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"] {
            encoder.write_all(event.as_bytes()).and_then(|()| encoder.flush()).expect("memory takes it");
            decoder.push(Bytes::from(std::mem::take(encoder.get_mut())));
            assert_eq!(decoder.block(), Ok(Some(Bytes::from_static(event.as_bytes()))));
            assert_eq!(decoder.block(), Ok(None));
        }
        assert_eq!(decoder.finish(), Err(DecodeError::Truncated));
    }

    #[test]
    fn deflate_is_read_with_and_without_the_frame_that_its_name_stands_for() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"hello hello").and_then(|()| raw.write_all(b"hello hello")).expect("memory takes it");
        for bytes in [zlib.finish(), raw.finish()].map(|bytes| bytes.expect("memory takes it")) {
            assert_eq!(decode(Encoding::Deflate, [&bytes[..]]), (b"hello hello".to_vec(), Ok(())));
            assert_eq!(decode(Encoding::Deflate, [&bytes[..bytes.len() - 5]]).1, Err(DecodeError::Truncated));
            assert!(decode(Encoding::Deflate, [&bytes[..], b"x"]).1.is_err());
        }
    }

    #[test]
    fn a_body_in_several_members_and_one_without_a_byte_are_whole() {
        let bytes = [gzip(b"one "), gzip(b""), gzip(b"two")].concat();
        assert_eq!(decode(Encoding::Gzip, [&bytes[..]]), (b"one two".to_vec(), Ok(())));
        assert_eq!(decode(Encoding::Gzip, [&b""[..]]), (Vec::new(), Ok(())));
    }

    #[test]
    fn a_head_with_every_part_is_skipped() {
        let plain = gzip(b"hi");
        let head = [&[0x1f, 0x8b, 8, 0b1_1110, 0, 0, 0, 0, 0, 255][..], b"\x03\0xyz", b"name\0", b"why\0", b"cc"];
        let bytes = [&head.concat(), &plain[10..]].concat();
        assert_eq!(decode(Encoding::Gzip, bytes.chunks(1)), (b"hi".to_vec(), Ok(())));
    }

    #[test]
    fn a_bomb_is_refused_long_before_it_is_inflated() {
        let bytes = gzip(&vec![0; 64 << 20]);
        let (out, end) = decode(Encoding::Gzip, [&bytes[..]]);
        assert_eq!(end, Err(DecodeError::Bomb));
        assert!(out.len() < 16 << 20, "{}", out.len());
    }

    proptest! {
        #[test]
        fn any_cut_of_a_body_gives_the_same_bytes(
            text in prop::collection::vec("[a-c]{0,9}|[^a-c]{0,9}", 0..60),
            every in 1..50usize,
        ) {
            let text = text.concat();
            let bytes = gzip(text.as_bytes());
            prop_assert_eq!(decode(Encoding::Gzip, bytes.chunks(every)), (text.into_bytes(), Ok(())));
        }

        #[test]
        fn no_part_of_a_body_is_a_whole_one_and_no_changed_byte_goes_unnoticed(
            text in "[a-z]{1,300}",
            at in any::<prop::sample::Index>(),
            change in 1..=255u8,
        ) {
            let mut bytes = gzip(text.as_bytes());
            let at = at.index(bytes.len());
            prop_assert!(at == 0 || decode(Encoding::Gzip, [&bytes[..at]]).1.is_err());
            bytes[at] ^= change;
            let (out, end) = decode(Encoding::Gzip, [&bytes[..]]);
            prop_assert!(end.is_err() || out == text.as_bytes());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), zlib in any::<bool>()) {
            let gzip = [&[0x1f, 0x8b, 8][..], &bytes].concat();
            let _ = decode(Encoding::Gzip, [&gzip[..]]);
            let deflate = if zlib { [&[0x78, 0x9c][..], &bytes].concat() } else { bytes };
            let _ = decode(Encoding::Deflate, deflate.chunks(7));
        }
    }
}
