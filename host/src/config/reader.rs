//! Walks a TOML document with positions and collects what is wrong with it, instead of stopping at the first mistake.
//! Which settings there are is said in `shapes.rs`; how a single value is read in `values.rs`; what they mean together
//! in `sections.rs`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::nearest::suggestion;
use super::problems::{Places, Position, Problem, child_path};
use super::shapes::Shape;

/// Looks up an environment variable that the config names.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// One reading of one document.
pub(crate) struct Reader<'a> {
    file: Arc<Path>,
    text: &'a str,
    line_starts: Vec<usize>,
    environment: Environment<'a>,
    reads_secrets: bool,
    found: RefCell<Found>,
}

#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    /// Where settings stand that can only be tried later.
    remembered: BTreeMap<String, Position>,
    /// Where secrets were looked for in vain.
    missing: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, file: &Path, environment: Environment<'a>) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file: file.into(), text, line_starts, environment, reads_secrets: true, found: RefCell::default() }
    }

    /// The same, without a look at any secret: for those who only want to know what the config names.
    pub(crate) fn without_secrets(self) -> Self {
        Self { reads_secrets: false, ..self }
    }

    /// Whether secrets are looked up.
    pub(crate) fn reads_secrets(&self) -> bool {
        self.reads_secrets
    }

    /// Whether nobody has missed a secret there yet: one mistake is told once, however many settings suffer from it.
    pub(crate) fn is_first_to_miss(&self, place: &str) -> bool {
        self.found.borrow_mut().missing.insert(place.to_owned())
    }

    /// The file, and where the settings stand that were remembered.
    pub(crate) fn places(&self) -> Places {
        Places::new(Arc::clone(&self.file), std::mem::take(&mut self.found.borrow_mut().remembered))
    }

    /// The value of an environment variable that the config names.
    pub(crate) fn environment(&self, name: &str) -> Option<String> {
        (self.environment)(name)
    }

    /// A path of the config, which counts from the folder of the config file.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The entries of a document whose keys may be any.
    pub(crate) fn entries(&'a self, document: &'a DeTable<'a>) -> Vec<(&'a str, Value<'a>)> {
        entries(document, &Place { reader: self, path: String::new(), offset: 0 })
    }

    /// Notes a mistake of the whole text or of its syntax.
    pub(crate) fn problem(&self, at: Option<usize>, message: &str, hint: Option<&str>) {
        let problem = self.at(at, String::new(), message.to_owned(), hint.map(str::to_owned));
        self.found.borrow_mut().problems.push(problem);
    }

    /// The problems and the warnings, in the order of the file.
    pub(crate) fn finish(self) -> (Vec<Problem>, Vec<Problem>) {
        let Found { mut problems, mut warnings, .. } = self.found.into_inner();
        problems.sort_by(|a, b| (a.position, &a.path).cmp(&(b.position, &b.path)));
        warnings.sort_by(|a, b| (a.position, &a.path).cmp(&(b.position, &b.path)));
        (problems, warnings)
    }

    fn at(&self, offset: Option<usize>, path: String, message: String, hint: Option<String>) -> Problem {
        Problem { file: self.file.clone(), position: offset.map(|o| self.position(o)), path, message, hint }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }
}

/// A place in the document: what a problem points at.
#[derive(Clone)]
pub(crate) struct Place<'a> {
    pub(crate) reader: &'a Reader<'a>,
    path: String,
    pub(crate) offset: usize,
}

impl<'a> Place<'a> {
    /// Notes a mistake here.
    pub(crate) fn problem(&self, message: impl Into<String>, hint: impl Into<String>) {
        let problem = self.reader.at(Some(self.offset), self.path.clone(), message.into(), Some(hint.into()));
        self.reader.found.borrow_mut().problems.push(problem);
    }

    /// Notes something to think about here.
    pub(crate) fn warning(&self, message: impl Into<String>, hint: impl Into<String>) {
        let warning = self.reader.at(Some(self.offset), self.path.clone(), message.into(), Some(hint.into()));
        self.reader.found.borrow_mut().warnings.push(warning);
    }

    /// Remembers where this stands, for what is found to be wrong with it only when the gateway starts.
    pub(crate) fn remember(&self) {
        let position = self.reader.position(self.offset);
        self.reader.found.borrow_mut().remembered.insert(self.path.clone(), position);
    }

    /// Whether this is the place of the setting with that path, perhaps within something else.
    pub(crate) fn is_of(&self, path: &str) -> bool {
        self.path.strip_suffix(path).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    fn child(&self, key: &str, offset: usize) -> Self {
        Self { reader: self.reader, path: child_path(&self.path, key), offset }
    }

    fn item(&self, index: usize, offset: usize) -> Self {
        Self { reader: self.reader, path: format!("{}[{index}]", self.path), offset }
    }
}

/// A value with its place.
#[derive(Clone)]
pub(crate) struct Value<'a> {
    pub(crate) place: Place<'a>,
    /// Where its key is, which is where a table is pointed at.
    pub(crate) key_offset: usize,
    /// Where it ends.
    pub(crate) end: usize,
    pub(crate) raw: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
    /// Where its key is: what a mistake in the key points at.
    pub(crate) fn key_place(&self) -> Place<'a> {
        Place { offset: self.key_offset, ..self.place.clone() }
    }

    /// Notes that this is not what belongs here.
    pub(crate) fn expected(&self, what: &str, example: &str) {
        self.place.problem(format!("expected {what}, found {}", kind(self.raw)), format!("write it like {example}"));
    }

    /// The values of a list.
    pub(crate) fn items(&self, example: &str) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(items) = self.raw else {
            self.expected("a list", example);
            return None;
        };
        let item = |(index, item): (usize, &'a toml::Spanned<DeValue<'a>>)| {
            let offset = item.span().start;
            Value {
                place: self.place.item(index, offset),
                key_offset: offset,
                end: item.span().end,
                raw: item.get_ref(),
            }
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// Whether it is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.raw.is_table()
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        self.raw.is_array()
    }

    /// The string that it is, without looking at it.
    pub(crate) fn as_str(&self) -> Option<&'a str> {
        self.raw.as_str()
    }

    /// The strings of a list, without looking at them; none where it is no list.
    pub(crate) fn strings(&self) -> Vec<&'a str> {
        match self.raw {
            DeValue::Array(items) => items.iter().filter_map(|item| item.get_ref().as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// The keys of a table; none where it is no table.
    pub(crate) fn keys(&self) -> Vec<&'a str> {
        match self.raw {
            DeValue::Table(table) => table.keys().map(|key| &**key.get_ref()).collect(),
            _ => Vec::new(),
        }
    }

    /// The entries, without looking at them; none where it is no table.
    pub(crate) fn within(&self) -> Vec<(&'a str, Value<'a>)> {
        match self.raw {
            DeValue::Table(table) => entries(table, &self.place),
            _ => Vec::new(),
        }
    }

    /// The entries of a table whose keys are names: providers, targets, routes and so on.
    pub(crate) fn entries(&self, example: &str) -> Option<Vec<(&'a str, Value<'a>)>> {
        let DeValue::Table(table) = self.raw else {
            self.expected("a table", example);
            return None;
        };
        Some(entries(table, &self.place))
    }

    /// A table of settings; what is no setting of that shape is refused.
    pub(crate) fn table(&self, shape: &'static Shape) -> Option<Table<'a>> {
        let DeValue::Table(raw) = self.raw else {
            self.expected("a table", shape.example);
            return None;
        };
        Some(Table::new(raw, self.key_place(), shape))
    }
}

/// A table of settings.
pub(crate) struct Table<'a> {
    pub(crate) place: Place<'a>,
    fields: Vec<(&'a str, Value<'a>)>,
    shape: &'static Shape,
}

impl<'a> Table<'a> {
    /// The whole document.
    pub(crate) fn root(document: &'a DeTable<'a>, reader: &'a Reader<'a>, shape: &'static Shape) -> Self {
        Self::new(document, Place { reader, path: String::new(), offset: 0 }, shape)
    }

    fn new(raw: &'a DeTable<'a>, place: Place<'a>, shape: &'static Shape) -> Self {
        let fields = entries(raw, &place);
        for (name, value) in fields.iter().filter(|(name, _)| !shape.fields.contains(name)) {
            let hint = suggestion(name, shape.fields.iter().copied());
            value.key_place().problem("there is no such setting", hint);
        }
        Self { place, fields, shape }
    }

    /// Whether this is its shape.
    pub(crate) fn is(&self, shape: &'static Shape) -> bool {
        std::ptr::eq(self.shape, shape)
    }

    /// The names of settings that there are none of.
    pub(crate) fn strangers(&self) -> impl Iterator<Item = &'a str> {
        self.fields.iter().map(|(name, _)| *name).filter(|name| !self.shape.fields.contains(name))
    }

    /// The value of a setting, where it is given.
    pub(crate) fn get(&self, field: &'static str) -> Option<&Value<'a>> {
        debug_assert!(self.shape.fields.contains(&field), "{field} is not in the shape of {:?}", self.shape.places);
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// A setting that may be left out.
    pub(crate) fn optional<T>(&self, field: &'static str, read: impl FnOnce(&Value<'a>) -> Option<T>) -> Option<T> {
        self.get(field).and_then(read)
    }

    /// A setting with a default. A wrong value is noted; reading goes on with the default.
    pub(crate) fn or<T>(&self, field: &'static str, default: T, read: impl FnOnce(&Value<'a>) -> Option<T>) -> T {
        self.optional(field, read).unwrap_or(default)
    }

    /// A setting that must be there.
    pub(crate) fn required<T>(
        &self,
        field: &'static str,
        example: &str,
        read: impl FnOnce(&Value<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(field);
        if value.is_none() {
            self.place.problem(format!("`{field}` is missing"), format!("add `{field} = {example}`"));
        }
        value.and_then(read)
    }

    /// Refuses settings that mean nothing here.
    pub(crate) fn misplaced(&self, fields: &[&'static str], belongs: &str) {
        for value in fields.iter().filter_map(|field| self.get(field)) {
            let place = value.key_place();
            place.problem("this setting has no meaning here", format!("it belongs to {belongs}; remove it"));
        }
    }
}

fn entries<'a>(table: &'a DeTable<'a>, place: &Place<'a>) -> Vec<(&'a str, Value<'a>)> {
    let entry = |(key, value): (&'a toml::Spanned<_>, &'a toml::Spanned<DeValue<'a>>)| {
        let key: &'a toml::Spanned<std::borrow::Cow<'a, str>> = key;
        let name: &'a str = key.get_ref();
        let key_offset = key.span().start;
        // A table's own position is its header's, which may be that of a table inside it.
        let offset = if value.get_ref().is_table() { key_offset } else { value.span().start };
        (name, Value { place: place.child(name, offset), key_offset, end: value.span().end, raw: value.get_ref() })
    };
    let mut entries: Vec<_> = table.iter().map(entry).collect();
    entries.sort_by_key(|(_, value)| value.key_offset);
    entries
}

/// The first of a text that may be of any length, for showing it.
pub(crate) fn shortened(text: &str) -> String {
    // Longer than any valid name, so that a valid one is always shown whole.
    const SHOWN: usize = 130;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
