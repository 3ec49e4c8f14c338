//! Fixtures within the component itself, as a custom section: then whoever admits the policy can run its own tests on the
//! machine that will run it.

use std::path::Path;

use fingerpost_guest_build::{custom_section, with_custom_section};
use serde::{Deserialize, Serialize};

use super::fixture::{Fixture, toml_files};

/// The name of the section.
pub const SECTION: &str = "fingerpost:fixtures";

/// The most that is read of a section, in bytes: it comes with an untrusted component.
const MOST_BYTES: usize = 1 << 20;

/// What the section holds, as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    files: Vec<File>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    text: String,
}

/// Puts the fixtures of a folder into a component, after reading them. A folder without fixtures changes nothing.
///
/// # Errors
/// With every mistake in them, or with what cannot be read.
pub fn embed(component: Vec<u8>, folder: &Path) -> anyhow::Result<Vec<u8>> {
    let files = toml_files(folder)?;
    if files.is_empty() {
        return Ok(component);
    }
    let mut section = Section { files: Vec::new() };
    for (path, text) in files {
        Fixture::parse(&text, &path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        section.files.push(File { name, text });
    }
    let contents = serde_json::to_vec(&section)?;
    if contents.len() > MOST_BYTES {
        anyhow::bail!("the fixtures have {} bytes; a component carries at most {MOST_BYTES}", contents.len());
    }
    Ok(with_custom_section(&component, SECTION, &contents))
}

/// The fixtures that a component carries; none where it has no such section.
///
/// # Errors
/// When the section is too large, or is not what this program writes.
pub fn embedded(component: &[u8]) -> anyhow::Result<Vec<Fixture>> {
    let Some(contents) = custom_section(component, SECTION)? else { return Ok(Vec::new()) };
    if contents.len() > MOST_BYTES {
        anyhow::bail!("the section `{SECTION}` has {} bytes; at most {MOST_BYTES} are read", contents.len());
    }
    let section: Section = serde_json::from_slice(contents)?;
    let mut fixtures = Vec::new();
    for file in section.files {
        fixtures.extend(Fixture::parse(&file.text, Path::new(&file.name))?);
    }
    Ok(fixtures)
}
