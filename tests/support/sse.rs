//! Server-sent events as a test reads them: all at once, from the bytes of a whole body. A plain second opinion on
//! the gateway's own incremental parser, so it shares no code with it.

/// One event, or a run of comments between two empty lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its `data` lines, joined by line feeds; none: it has no such line, as a heartbeat has none.
    pub data: Option<String>,
    /// Its `event` line.
    pub name: Option<String>,
    /// Its `id` line.
    pub id: Option<String>,
    /// Its comment lines, without the colon.
    pub comments: Vec<String>,
}

/// The events of a body. An event that its end of file cuts off, without the empty line, counts for nothing, as the
/// specification has it.
#[must_use]
pub fn parse(raw: &[u8]) -> Vec<Event> {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n").replace('\r', "\n");
    let mut events = Vec::new();
    let mut event = Event::default();
    let complete_lines = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
    for line in complete_lines.split('\n') {
        if line.is_empty() {
            let event = std::mem::take(&mut event);
            if event != Event::default() {
                events.push(event);
            }
        } else {
            event.take_line(line);
        }
    }
    events
}

/// The `data` of the events that have one.
#[must_use]
pub fn data(raw: &[u8]) -> Vec<String> {
    parse(raw).into_iter().filter_map(|event| event.data).collect()
}

impl Event {
    fn take_line(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "" => self.comments.push(value),
            "data" => match &mut self.data {
                Some(data) => *data = format!("{data}\n{value}"),
                None => self.data = Some(value),
            },
            "event" => self.name = Some(value),
            "id" => self.id = Some(value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_needs_its_empty_line() {
        assert_eq!(data(b"data: a\n\ndata: b\r\n\r\ndata: c\n"), ["a", "b"]);
    }

    #[test]
    fn fields_and_comments_are_kept_apart() {
        let event = &parse(b": still there\nevent: error\nid: 7\ndata: x\ndata:y\n\n")[0];
        assert_eq!((event.name.as_deref(), event.id.as_deref()), (Some("error"), Some("7")));
        assert_eq!((event.data.as_deref(), event.comments[0].as_str()), (Some("x\ny"), "still there"));
    }
}
