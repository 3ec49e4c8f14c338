//! What is wrong with a config, said so that it can be mended: where, what, and how. Finding it is the reader's and the
//! sections' part.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::reader::shortened;

/// One mistake in a config, or one thing to think about (a warning).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named to the gateway.
    pub file: Arc<Path>,
    /// Where in the file; none where the file as a whole is meant.
    pub position: Option<Position>,
    /// The setting, such as `routes.support_draft.bounds.max_attempts`; empty where no setting is meant.
    pub path: String,
    /// What is wrong. Never holds the value of a secret.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// A place in a text, both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The file of a config, and where in it the settings stand that can only be tried when the gateway starts: files,
/// addresses, policies. A config without a file has none of them.
#[derive(Clone, Default)]
pub struct Places {
    file: Option<Arc<Path>>,
    known: BTreeMap<String, Position>,
}

/// Where a setting stands is no part of what it says: two configs that say the same look the same.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Places(..)")
    }
}

impl Places {
    pub(super) fn new(file: Arc<Path>, known: BTreeMap<String, Position>) -> Self {
        Self { file: Some(file), known }
    }

    /// The file; none: the config is the one that the program carries.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The path of what is named so within a setting, as a problem shows it.
    #[must_use]
    pub fn within(&self, path: &str, name: &str) -> String {
        child_path(path, name)
    }

    /// What is wrong with the first of these settings that the file has, or else with the last, which it leaves out.
    #[must_use]
    pub fn problem(&self, paths: &[&str], message: impl Into<String>) -> Problem {
        let given = paths.iter().find_map(|path| Some((*path, *self.known.get(*path)?)));
        let (path, position) = match given {
            Some((path, position)) => (path, Some(position)),
            None => (paths.last().copied().unwrap_or_default(), None),
        };
        let file = self.file.clone().unwrap_or_else(|| Path::new("(the embedded defaults)").into());
        Problem { file, position, path: path.to_owned(), message: message.into(), hint: None }
    }
}

/// The path of a key below another, quoted where TOML would quote it.
pub(super) fn child_path(path: &str, key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let key = if is_bare { key.to_owned() } else { format!("{:?}", shortened(key)) };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// `fingerpost.toml:12:5: routes.x.targets[1]: there is no target "gpt-lage"`, with the hint on a line of its own.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", printable(&self.file.to_string_lossy()))?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", printable(&self.path))?;
        }
        write!(f, ": {}", printable(&self.message))?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {}", printable(hint)),
            None => Ok(()),
        }
    }
}

/// A config that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, in the order of the file. Never empty.
    pub problems: Vec<Problem>,
    /// What else was noticed.
    pub warnings: Vec<Problem>,
}

/// Every problem, one after the other, with a count at the end.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        match self.problems.len() {
            1 => write!(f, "1 problem in the config"),
            count => write!(f, "{count} problems in the config"),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The text with control characters and those that reorder text escaped: names in a config may hold anything, and a
/// terminal must not obey them.
fn printable(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match obeyed(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
        out
    })
}
