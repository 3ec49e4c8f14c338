//! The ways to a valid config: from a text, from a file, or the one that the binary carries.

use std::io::ErrorKind;
use std::path::Path;

use toml::de::DeTable;

use super::problems::{ConfigError, Places, Problem};
use super::reader::{Reader, Table};
use super::shapes::Shape;
use super::{BUILTIN_CONFIG, Config, sections, shapes};

/// The largest file that is read: a hundred thousand routes fit, a disk image given by mistake does not.
const MOST_BYTES: u64 = 32 << 20;

/// What the TOML parser says of a key that stands there twice.
const DUPLICATE: &str = "duplicate key";
/// What is said of every other mistake of syntax.
const UNREAD: &str = "the settings are checked once the syntax is right";
/// What is said of a file that cannot be read.
const RELATIVE: &str = "a relative path counts from the present folder";

/// What came of reading a document, problems, warnings.
type Read<T> = (Option<T>, Vec<Problem>, Vec<Problem>);

/// Reads a document of this shape. Nothing is read where the syntax is wrong.
pub(crate) fn read_document<T>(
    text: &str,
    file: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
    shape: &'static Shape,
    with: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Read<T> {
    read_with(Reader::new(text, file, environment), text, shape, with)
}

fn read_with<T>(
    reader: Reader<'_>,
    text: &str,
    shape: &'static Shape,
    with: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Read<T> {
    parsed(reader, text, |document, reader| with(&Table::root(document, reader, shape)))
}

/// The same for a document of whatever shape.
pub(super) fn parsed<T>(
    reader: Reader<'_>,
    text: &str,
    with: impl FnOnce(&DeTable<'_>, &Reader<'_>) -> Option<T>,
) -> Read<T> {
    let (document, errors) = DeTable::parse_recoverable(text);
    // What follows a broken line may have been read as something else; a key that stands there twice is harmless.
    let is_readable = errors.iter().all(|error| error.message() == DUPLICATE);
    if is_readable {
        for error in &errors {
            let at = error.span().map(|span| span.start);
            reader.problem(at, "this stands here twice", Some("remove one of the two"));
        }
    } else {
        for (at, message) in syntax_errors(text) {
            reader.problem(Some(at), &format!("not valid TOML: {message}"), Some(UNREAD));
        }
    }
    let read = is_readable.then(|| with(document.get_ref(), &reader)).flatten();
    let (problems, warnings) = reader.finish();
    (read, problems, warnings)
}

/// One mistake for each section that has one: what a parser makes of the lines behind the first is mostly its consequence.
/// Text without any gives none.
fn syntax_errors(text: &str) -> Vec<(usize, String)> {
    let first = |from: usize, part: &str| {
        let (_, errors) = DeTable::parse_recoverable(part);
        let first = errors.into_iter().find(|error| error.message() != DUPLICATE)?;
        Some((from + first.span().map_or(0, |span| span.start), first.message().to_owned()))
    };
    let mut errors: Vec<_> = sections(text).filter_map(|(from, section)| first(from, section)).collect();
    if errors.is_empty() {
        errors.extend(first(0, text));
    }
    errors
}

/// The text cut before each heading, each part with where it begins.
fn sections(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // A heading may be broken itself; a line of a list of lists has a comma or a quote.
    let is_heading = |line: &str| {
        let name = line.trim_start_matches('[');
        name.len() < line.len()
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && !line.contains(',')
    };
    let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let mut starts: Vec<_> =
        line_starts.filter(|start| text[*start..].lines().next().is_some_and(is_heading)).collect();
    starts.insert(0, 0);
    starts.dedup();
    let ends: Vec<_> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| (start, &text[start..end]))
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
        Self::read(Reader::new(text, file, environment), text)
    }

    fn read(reader: Reader<'_>, text: &str) -> Result<Self, ConfigError> {
        let (config, problems, warnings) = read_with(reader, text, &shapes::ROOT, sections::read);
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
        Self::parse(&text_of(file)?, file)
    }

    /// Reads a config file without any of the secrets that it names: who makes a key or looks at a report need not have
    /// those of the gateway. What comes of it can call no provider.
    ///
    /// # Errors
    /// As for [`Config::load`].
    pub fn load_without_secrets(file: &Path) -> Result<Self, ConfigError> {
        let text = text_of(file)?;
        Self::read(Reader::new(&text, file, &|_| None).without_secrets(), &text)
    }

    /// The config that the binary carries: simulated providers, a route for each traffic class, one demo key.
    ///
    /// # Panics
    /// Never: a test parses it.
    #[must_use]
    pub fn builtin() -> Self {
        let parsed = Self::parse_with(BUILTIN_CONFIG, Path::new("builtin.toml"), &|_| None);
        let config = parsed.unwrap_or_else(|error| panic!("the config that the binary carries is wrong:\n{error}"));
        Self { places: Places::default(), ..config }
    }
}

/// The text of a config file.
fn text_of(file: &Path) -> Result<String, ConfigError> {
    let unreadable = |at: Option<usize>, text: &str, message: &str, hint: &str| {
        let reader = Reader::new(text, file, &|_| None);
        reader.problem(at, message, Some(hint));
        let (problems, warnings) = reader.finish();
        ConfigError { problems, warnings }
    };
    let no_config = "name the config itself, a TOML file such as `fingerpost.toml`";
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => unreadable(None, "", "there is no such file", RELATIVE),
        ErrorKind::PermissionDenied => {
            let hint = "let the user who runs this read it, and enter the folders above it";
            unreadable(None, "", "failed to read the file: permission denied", hint)
        }
        _ => unreadable(None, "", &format!("failed to read the file: {error}"), no_config),
    };
    let metadata = std::fs::metadata(file).map_err(failed)?;
    if metadata.is_dir() {
        return Err(unreadable(None, "", "this is a folder", no_config));
    }
    if metadata.len() > MOST_BYTES {
        return Err(unreadable(None, "", "the file is too large to be a config", no_config));
    }
    let bytes = std::fs::read(file).map_err(failed)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        unreadable(Some(text.len()), &text, "this is not text in UTF-8", no_config)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a text that is no TOML: its lines.
    fn lines(text: &str) -> Vec<usize> {
        let error = Config::parse(text, Path::new("f.toml")).unwrap_err();
        error.problems.iter().filter_map(|problem| Some(problem.position?.line)).collect()
    }

    const AROUND: (&str, &str) = (
        "tiers = [\"high\", \"low\"]\n[server]\nlisten = \"127.0.0.1:0\"\n",
        "[targets.t]\nprovider = \"p\"\ntier = \"high\"\n[routes.r]\ntargets = [\"t\"]\nbounds = { max_attempts = 1 }\n",
    );

    #[test]
    fn one_mistake_of_syntax_is_one_message_on_its_line() {
        let mistakes = [
            "[providers.p\nkind = \"simulated\"\nregion = \"eu\"\nterms = [\"sla\"]\nseed = 1\n",
            "providers.p]\nkind = \"simulated\"\nregion = \"eu\"\n",
            "[providers.p]\nterms = [\"sla\", \"eu\"\nkind = \"simulated\"\nregion = \"eu\"\nseed = 1\n",
            "[providers.p]\nterms = [\n  \"sla\",\n  \"eu\"\nkind = \"simulated\"\nregion = \"eu\"\n",
            "[providers.p]\nkind = \"simulated\nregion = \"eu\"\nseed = 1\n",
            "[providers.p]\nkind = simulated\nregion = \"eu\"\n",
            "[providers.p]\nkind \"simulated\"\nregion = \"eu\"\n",
            "[providers.p]\ncredential = { env = \"KEY\"\nkind = \"openai\"\nregion = \"eu\"\n",
            "[providers.p]\nkind = \"\"\"simulated\nregion = \"eu\"\n",
        ];
        for mistake in mistakes {
            let found = lines(&format!("{}{mistake}{}", AROUND.0, AROUND.1));
            let last = 4 + mistake.lines().count();
            assert!(found.len() == 1 && (4..=last).contains(&found[0]), "{found:?} of {mistake}");
        }
    }

    #[test]
    fn mistakes_in_two_sections_are_told_both() {
        let two = format!("{}[providers.p\nkind = 1\n[tenants.a\nplan = \"x\"\n{}", AROUND.0, AROUND.1);
        assert_eq!(lines(&two), [4, 6]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_as_what_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let said = |path: &Path| Config::load(path).unwrap_err().to_string();
        let missing = said(&dir.path().join("nosuch.toml"));
        assert!(
            missing.contains("nosuch.toml: there is no such file") && !missing.contains("name the config"),
            "{missing}"
        );
        assert!(said(dir.path()).contains("this is a folder"));
    }

    #[test]
    fn without_secrets_nothing_is_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f.toml");
        let secret =
            "[providers.p]\nkind = \"openai\"\nbase_url = \"https://a.test/v1\"\ncredential = { env = \"FP_NONE\" }\n";
        std::fs::write(&file, format!("{}{secret}{}", AROUND.0, AROUND.1)).unwrap();
        assert!(Config::load(&file).unwrap_err().to_string().contains("FP_NONE is not set"));
        assert!(Config::load_without_secrets(&file).unwrap().providers.contains_key("p"));
    }
}
