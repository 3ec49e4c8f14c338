//! The ways to a valid config: from a text, from a file, or the one that the binary carries.

use std::path::Path;

use toml::de::DeTable;

use super::problems::{ConfigError, Problem};
use super::reader::{Reader, Table};
use super::shapes::Shape;
use super::{BUILTIN_CONFIG, Config, sections, shapes};

/// The largest file that is read: a hundred thousand routes fit, a disk image given by mistake does not.
const MOST_BYTES: u64 = 32 << 20;

/// What the TOML parser says of a key that stands there twice.
const DUPLICATE: &str = "duplicate key";
/// What is said of every other mistake of syntax.
const UNREAD: &str = "the settings are checked once the syntax is right";

/// Reads a document of this shape; what came of it, problems, warnings. Nothing is read where the syntax is wrong.
pub(crate) fn read_document<T>(
    text: &str,
    file: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
    shape: &'static Shape,
    with: impl FnOnce(&Table<'_>) -> Option<T>,
) -> (Option<T>, Vec<Problem>, Vec<Problem>) {
    let reader = Reader::new(text, file, environment);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map(|span| span.start);
        match error.message() {
            DUPLICATE => reader.problem(at, "this stands here twice", Some("remove one of the two")),
            message => reader.problem(at, &format!("not valid TOML: {message}"), Some(UNREAD)),
        }
    }
    // What follows a broken line may have been read as something else; a key that stands there twice is harmless.
    let readable = errors.iter().all(|error| error.message() == DUPLICATE);
    let read = readable.then(|| with(&Table::root(document.get_ref(), &reader, shape))).flatten();
    let (problems, warnings) = reader.finish();
    (read, problems, warnings)
}

impl Config {
    /// Reads a config. `file` is what problems call it, and its folder is where relative paths count from. Of the
    /// environment, only the variables that the config names are looked up.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        Self::parse_with(text, file, &|name| std::env::var(name).ok())
    }

    /// The same with an environment of the caller's own.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn parse_with(
        text: &str,
        file: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let (config, problems, warnings) = read_document(text, file, environment, &shapes::ROOT, sections::read);
        match config {
            Some(config) if problems.is_empty() => Ok(Self { warnings, ..config }),
            // A section that gives up has noted why, so that there is at least one problem.
            _ => Err(ConfigError { problems, warnings }),
        }
    }

    /// Reads a config file.
    ///
    /// # Errors
    /// With everything that is wrong with it, or with why it cannot be read.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |at: Option<usize>, text: &str, message: &str, hint: &str| {
            let reader = Reader::new(text, file, &|_| None);
            reader.problem(at, message, Some(hint));
            let (problems, warnings) = reader.finish();
            ConfigError { problems, warnings }
        };
        let named = "name the config file, such as `fingerpost.toml`";
        let metadata = std::fs::metadata(file)
            .map_err(|error| unreadable(None, "", &format!("failed to read the file: {error}"), named))?;
        if metadata.len() > MOST_BYTES {
            return Err(unreadable(None, "", "the file is too large to be a config", named));
        }
        let bytes = std::fs::read(file)
            .map_err(|error| unreadable(None, "", &format!("failed to read the file: {error}"), named))?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::parse(text, file),
            Err(error) => {
                let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                Err(unreadable(Some(text.len()), &text, "this is not text in UTF-8", named))
            }
        }
    }

    /// The config that the binary carries: simulated providers, a route for each traffic class, one demo key.
    ///
    /// # Panics
    /// Never: a test parses it.
    #[must_use]
    pub fn builtin() -> Self {
        let parsed = Self::parse_with(BUILTIN_CONFIG, Path::new("builtin.toml"), &|_| None);
        parsed.unwrap_or_else(|error| panic!("the config that the binary carries is wrong:\n{error}"))
    }
}
