//! Splits a byte stream into server-sent events, whatever the chunks it comes in. Lines end with LF or CRLF, as every
//! provider sends them. A lone CR is a line end for some clients and not for others, so that nobody could say what an event
//! with one holds. What the events mean is the dialect's business.

use std::borrow::Cow;
use std::ops::Range;

use bytes::{Buf, Bytes, BytesMut};

/// One event: offsets into the splitter's present buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The whole event with the blank line that ends it.
    pub raw: Range<usize>,
    /// The value of its last `data` line; none for comments and for events without data.
    pub data: Option<Range<usize>>,
    /// Whether it has more than one `data` line, which hardly any chat stream does: [`Splitter::data`] joins them.
    pub many_data_lines: bool,
    /// Whether some client would read it otherwise: one that ends lines at a lone CR, or that skips a byte-order mark.
    pub is_ambiguous: bool,
}

/// Collects bytes and gives out whole events.
#[derive(Debug, Default)]
pub struct Splitter {
    buffer: Bytes,
    /// Where the first event that was not given out yet begins.
    start: usize,
    /// Up to where the unfinished event was searched, always the start of a line.
    searched: usize,
    /// Up to where there is no end of that line.
    looked: usize,
}

impl Splitter {
    /// Takes the next bytes. Everything that was given out before is dropped.
    pub fn push(&mut self, bytes: Bytes) {
        let rest = self.buffer.len() - self.start;
        self.searched -= self.start;
        self.looked = rest;
        self.start = 0;
        if rest == 0 {
            self.buffer = bytes;
            return;
        }
        let mut kept = std::mem::take(&mut self.buffer);
        kept.advance(kept.len() - rest);
        // A buffer that nobody else holds grows as it is: an event that comes byte by byte must not be copied with each.
        let mut joined = kept.try_into_mut().unwrap_or_else(|shared| {
            let mut copy = BytesMut::with_capacity(shared.len() + bytes.len());
            copy.extend_from_slice(&shared);
            copy
        });
        joined.extend_from_slice(&bytes);
        self.buffer = joined.freeze();
    }

    /// The bytes that the offsets of events stand for.
    #[must_use]
    pub fn buffer(&self) -> &Bytes {
        &self.buffer
    }

    /// The data of an event that was given out just now: borrowed, but where it stands in several lines, which are joined
    /// by line feeds.
    #[must_use]
    pub fn data(&self, event: &Event) -> Option<Cow<'_, [u8]>> {
        let last = event.data.clone()?;
        if !event.many_data_lines {
            return Some(Cow::Borrowed(&self.buffer[last]));
        }
        let lines = data_lines(&self.buffer, event.raw.clone()).map(|line| &self.buffer[line]);
        Some(Cow::Owned(lines.collect::<Vec<_>>().join(&b'\n')))
    }

    /// How many bytes wait for the end of their event.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// The next whole event.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            let from = self.looked.max(self.searched);
            let Some(length) = memchr::memchr(b'\n', &self.buffer[from..]) else {
                self.looked = self.buffer.len();
                return None;
            };
            let line = self.searched..from + length;
            self.searched = line.end + 1;
            if is_blank(&self.buffer[line]) {
                let raw = self.start..self.searched;
                self.start = self.searched;
                return Some(read(&self.buffer, raw));
            }
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"" | b"\r")
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

fn has_lone_cr(event: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', event).any(|at| event.get(at + 1) != Some(&b'\n'))
}

/// Finds the data of a whole event.
fn read(buffer: &[u8], raw: Range<usize>) -> Event {
    let is_ambiguous = has_lone_cr(&buffer[raw.clone()]) || buffer[raw.clone()].starts_with(BYTE_ORDER_MARK);
    let mut event = Event { data: None, many_data_lines: false, is_ambiguous, raw: raw.clone() };
    for line in data_lines(buffer, raw) {
        event.many_data_lines = event.data.is_some();
        event.data = Some(line);
    }
    event
}

/// Where the values of the `data` lines of a whole event stand.
fn data_lines(buffer: &[u8], raw: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut next = raw.start;
    let lines = buffer[raw].split_inclusive(|&byte| byte == b'\n');
    lines.filter_map(move |line| {
        let at = next;
        next += line.len();
        let end = line.len() - if line.ends_with(b"\r\n") { 2 } else { 1 };
        // Without a colon it is a field too, with an empty value.
        let is_data = line.starts_with(b"data:") || &line[..end] == b"data";
        is_data.then(|| {
            let skip = if line.get(5) == Some(&b' ') { 6 } else { 5 };
            at + skip.min(end)..at + end
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(chunks: &[&[u8]]) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let mut splitter = Splitter::default();
        let mut found = Vec::new();
        for chunk in chunks {
            splitter.push(Bytes::copy_from_slice(chunk));
            while let Some(event) = splitter.next_event() {
                let buffer = splitter.buffer();
                found.push((buffer[event.raw.clone()].to_vec(), splitter.data(&event).map(Cow::into_owned)));
            }
        }
        found
    }

    #[test]
    fn data_is_found_between_other_lines_and_comments_have_none() {
        let found = events(&[b": hello\n\nid: 1\ndata: {}\r\n\r\ndata:x\n\ndata:\n\n"]);
        let data: Vec<_> = found.into_iter().map(|(_, data)| data).collect();
        assert_eq!(data, [None, Some(b"{}".to_vec()), Some(b"x".to_vec()), Some(vec![])]);
    }

    #[test]
    fn several_lines_of_data_are_joined() {
        let found = events(&[b"data: {\nid: 1\r\ndata: }\r\n\n"]);
        assert_eq!(found[0].1.as_deref(), Some(&b"{\n}"[..]));
    }

    #[test]
    fn an_unfinished_event_is_kept_back() {
        let mut splitter = Splitter::default();
        splitter.push(Bytes::from_static(b"data: 1\n\ndata: 2\n"));
        assert!(splitter.next_event().is_some());
        assert_eq!((splitter.next_event(), splitter.unfinished()), (None, 8));
    }

    #[test]
    fn an_event_that_comes_byte_by_byte_is_not_copied_with_each_of_them() {
        let mut splitter = Splitter::default();
        let mut moves = 0;
        for _ in 0..100_000 {
            let before = splitter.buffer().as_ptr();
            splitter.push(Bytes::from_static(b"x"));
            moves += usize::from(splitter.buffer().as_ptr() != before);
            assert_eq!(splitter.next_event(), None);
        }
        assert!(splitter.unfinished() == 100_000 && moves < 100, "{moves}");
    }

    #[test]
    fn what_only_some_clients_take_for_data_counts_as_data() {
        let mut splitter = Splitter::default();
        splitter.push(Bytes::from_static(b"data\n\n: a\rdata: {}\n\ndata: {\r}\n\n\xef\xbb\xbfdata: x\n\n"));
        let found: Vec<_> = std::iter::from_fn(|| splitter.next_event()).collect();
        assert_eq!(found.iter().map(|event| event.is_ambiguous).collect::<Vec<_>>(), [false, true, true, true]);
        assert!(found[0].data.is_some());
    }

    proptest! {
        #[test]
        fn any_chunking_of_the_same_bytes_gives_the_same_events(
            text in "(data: ?[a-z{}]{0,9}|:|id: 7|\r|\n|\r\n){0,40}",
            cuts in prop::collection::vec(0..200usize, 0..20),
        ) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(events(&chunks), events(&[bytes]));
        }
    }
}
