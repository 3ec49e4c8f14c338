//! Splits a byte stream into server-sent events, whatever the chunks it comes in. Lines end with LF, CRLF or CR, as the
//! specification has it (WHATWG HTML, "Server-sent events", parsing an event stream). Not every client knows a lone CR, nor
//! what a byte-order mark is for: an event that has one is passed on without. What the events mean is the dialect's business.

use std::borrow::Cow;
use std::ops::Range;

use bytes::{Buf, Bytes, BytesMut};

/// One event: offsets into the splitter's present buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The whole event with the blank line that ends it, but for byte-order marks before it.
    pub raw: Range<usize>,
    /// The value of its last `data` line; none for comments and for events without data.
    pub data: Option<Range<usize>>,
    /// Whether it has more than one `data` line, which hardly any chat stream does: [`Splitter::data`] joins them.
    pub many_data_lines: bool,
    /// Whether some client would read it otherwise as it came: [`Splitter::rewritten`] is what all read alike.
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
    /// Whether a line of the unfinished event has ended with a lone CR.
    has_lone_cr: bool,
    /// Whether the last event ended with a CR at the end of what had come: a LF that follows belongs to it.
    skips_lf: bool,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Splitter {
    /// Takes the next bytes. Everything that was given out before is dropped.
    pub fn push(&mut self, bytes: Bytes) {
        let rest = self.buffer.len() - self.start;
        self.searched -= self.start;
        self.looked = self.looked.saturating_sub(self.start);
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

    /// An event that was given out just now, in lines that end with LF; with other data in place of its own where there is
    /// some.
    #[must_use]
    pub fn rewritten(&self, event: &Event, data: Option<&[u8]>) -> Bytes {
        let mut out = BytesMut::with_capacity(event.raw.len() + data.map_or(0, <[u8]>::len) + 16);
        let mut data = data.map(|data| (data, false));
        for line in lines(&self.buffer, event.raw.clone()).filter(|line| !line.is_empty()) {
            match &mut data {
                Some((data, is_given)) if value_of_data(&self.buffer, &line).is_some() => {
                    let lines = data.split(|byte| *byte == b'\n').take(if *is_given { 0 } else { usize::MAX });
                    for line in lines {
                        out.extend_from_slice(b"data: ");
                        out.extend_from_slice(line);
                        out.extend_from_slice(b"\n");
                    }
                    *is_given = true;
                }
                _ => {
                    out.extend_from_slice(&self.buffer[line]);
                    out.extend_from_slice(b"\n");
                }
            }
        }
        out.extend_from_slice(b"\n");
        out.freeze()
    }

    /// How many bytes wait for the end of their event.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// What waits for the end of its event.
    #[must_use]
    pub fn rest(&self) -> Bytes {
        self.buffer.slice(self.start..)
    }

    /// The next whole event.
    pub fn next_event(&mut self) -> Option<Event> {
        if self.skips_lf && self.start < self.buffer.len() {
            self.skips_lf = false;
            self.start += usize::from(self.buffer[self.start] == b'\n');
            self.searched = self.start;
        }
        loop {
            let from = self.looked.max(self.searched);
            let Some(length) = memchr::memchr2(b'\n', b'\r', &self.buffer[from..]) else {
                self.looked = self.buffer.len();
                return None;
            };
            let line = self.searched..from + length;
            let next = self.buffer.get(line.end + 1);
            let is_cr = self.buffer[line.end] == b'\r';
            // A LF may follow. Where lines end with CR alone, nobody waits for it.
            if is_cr && next.is_none() {
                if !self.has_lone_cr || !line.is_empty() {
                    self.looked = line.end;
                    return None;
                }
                self.skips_lf = true;
            }
            let is_crlf = is_cr && next == Some(&b'\n');
            self.has_lone_cr |= is_cr && !is_crlf;
            self.searched = line.end + if is_crlf { 2 } else { 1 };
            if line.is_empty() {
                return Some(self.give());
            }
        }
    }

    /// What is left when nothing more comes: an event that lacks the blank line which would end it.
    pub fn last_event(&mut self) -> Option<Event> {
        self.searched = self.buffer.len();
        let mut event = (self.start < self.searched).then(|| self.give())?;
        event.is_ambiguous = true;
        event.data.is_some().then_some(event)
    }

    /// The event that ends here.
    fn give(&mut self) -> Event {
        let event = read(&self.buffer, self.start..self.searched, std::mem::take(&mut self.has_lone_cr));
        self.start = self.searched;
        event
    }
}

/// Finds the data of a whole event.
fn read(buffer: &[u8], mut raw: Range<usize>, is_ambiguous: bool) -> Event {
    while buffer[raw.clone()].starts_with(BYTE_ORDER_MARK) {
        raw.start += BYTE_ORDER_MARK.len();
    }
    let mut event = Event { data: None, many_data_lines: false, is_ambiguous, raw: raw.clone() };
    for line in data_lines(buffer, raw) {
        event.many_data_lines = event.data.is_some();
        event.data = Some(line);
    }
    event
}

/// Where the lines of an event stand, without their ends.
fn lines(buffer: &[u8], raw: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut next = raw.start;
    std::iter::from_fn(move || {
        if next >= raw.end {
            return None;
        }
        let start = next;
        let rest = &buffer[start..raw.end];
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        next = start + length + if rest[length..].starts_with(b"\r\n") { 2 } else { 1 };
        Some(start..start + length)
    })
}

/// Where the value of a `data` line stands. Without a colon it is a field too, with an empty value.
fn value_of_data(buffer: &[u8], line: &Range<usize>) -> Option<Range<usize>> {
    match buffer[line.clone()].strip_prefix(b"data")? {
        [] => Some(line.end..line.end),
        [b':', b' ', ..] => Some(line.start + 6..line.end),
        [b':', ..] => Some(line.start + 5..line.end),
        _ => None,
    }
}

/// Where the values of the `data` lines of a whole event stand.
fn data_lines(buffer: &[u8], raw: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    lines(buffer, raw).filter_map(|line| value_of_data(buffer, &line))
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

    /// The events as they are passed on.
    fn passed(chunks: &[&[u8]]) -> String {
        let mut splitter = Splitter::default();
        let mut out = String::new();
        let give = |splitter: &Splitter, event: &Event| {
            let raw = splitter.buffer().slice(event.raw.clone());
            let bytes = if event.is_ambiguous { splitter.rewritten(event, None) } else { raw };
            String::from_utf8_lossy(&bytes).into_owned()
        };
        for chunk in chunks {
            splitter.push(Bytes::copy_from_slice(chunk));
            while let Some(event) = splitter.next_event() {
                out += &give(&splitter, &event);
            }
        }
        let last = splitter.last_event();
        out + &last.map_or_else(String::new, |event| give(&splitter, &event))
    }

    #[test]
    fn lines_may_end_with_cr_and_are_passed_on_with_lf() {
        assert_eq!(events(&[b"data\r\rdata: {\r: a\rdata: }\r\r"])[1].1.as_deref(), Some(&b"{\n}"[..]));
        assert_eq!(passed(&[b": a\rid: 1\rdata: x\r\rdata: y\r\n\r\n"]), ": a\nid: 1\ndata: x\n\ndata: y\r\n\r\n");
        assert_eq!(passed(&[b"data: x\n\rdata: y\n\n"]), "data: x\n\ndata: y\n\n");
    }

    #[test]
    fn an_event_in_lines_that_end_with_cr_waits_for_nothing_behind_it() {
        let mut splitter = Splitter::default();
        splitter.push(Bytes::from_static(b"data: x\r\r"));
        assert!(splitter.next_event().is_some());
        splitter.push(Bytes::from_static(b"\ndata: y\r\n\r"));
        assert_eq!(splitter.next_event(), None);
        splitter.push(Bytes::from_static(b"\n"));
        let event = splitter.next_event().expect("it is whole");
        assert_eq!((splitter.data(&event).as_deref(), event.is_ambiguous), (Some(&b"y"[..]), false));
    }

    #[test]
    fn a_byte_order_mark_is_taken_from_the_beginning_of_an_event() {
        let marked = b"\xef\xbb\xbfdata: x\n\n\xef\xbb\xbf: a\n\n\xef\xbb\xbf\xef\xbb\xbfdata: y\n\n";
        assert_eq!(passed(&[marked]), "data: x\n\n: a\n\ndata: y\n\n");
        assert_eq!(passed(&marked.chunks(1).collect::<Vec<_>>()), "data: x\n\n: a\n\ndata: y\n\n");
    }

    #[test]
    fn an_event_without_its_blank_line_is_one_when_nothing_more_comes() {
        for end in ["", "\n", "\r", "\r\n"] {
            assert_eq!(passed(&[format!("data: x\n\ndata: y{end}").as_bytes()]), "data: x\n\ndata: y\n\n", "{end:?}");
        }
        assert_eq!(passed(&[b"data: x\n\n: a"]), "data: x\n\n");
    }

    #[test]
    fn other_data_takes_the_place_of_all_data_lines() {
        let mut splitter = Splitter::default();
        splitter.push(Bytes::from_static(b"id: 1\ndata: {\ndata: }\nevent: e\n\n"));
        let event = splitter.next_event().expect("it is whole");
        assert_eq!(splitter.rewritten(&event, Some(b"[\n]")), "id: 1\ndata: [\ndata: ]\nevent: e\n\n");
    }

    proptest! {
        #[test]
        fn any_chunking_of_the_same_bytes_gives_the_same_events(
            text in "(data: ?[a-z{}]{0,9}|:|id: 7|\r|\n|\r\n|\u{feff}){0,40}",
            cuts in prop::collection::vec(0..200usize, 0..20),
        ) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(passed(&chunks), passed(&[bytes]));
            let data = |chunks: &[&[u8]]| events(chunks).into_iter().filter_map(|event| event.1).collect::<Vec<_>>();
            prop_assert_eq!(data(&chunks), data(&[bytes]));
        }
    }
}
