//! Fixtures within the component itself, as a custom section: then whoever admits the policy can run its own tests on the
//! machine that will run it.

use std::path::Path;

use fingerpost_guest_build::{custom_section, with_custom_section};
use serde::{Deserialize, Serialize};

use super::fixture::{Fixture, toml_files};
use super::run::key;

/// The name of the section.
pub const SECTION: &str = "fingerpost:fixtures";

/// The most that is read of a section, in bytes: it comes with an untrusted component.
const MOST_BYTES: usize = 1 << 20;

/// The most set-ups and cases of a section: each set-up is an admission of its own.
const MOST_SETUPS: usize = 32;
const MOST_CASES: usize = 1_000;

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
    let (mut section, mut fixtures) = (Section { files: Vec::new() }, Vec::new());
    for (path, text) in files {
        fixtures.extend(Fixture::parse(&text, &path)?);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        section.files.push(File { name, text });
    }
    check_number(&fixtures)?;
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
    check_number(&fixtures)?;
    Ok(fixtures)
}

fn check_number(fixtures: &[Fixture]) -> anyhow::Result<()> {
    let setups: std::collections::BTreeSet<String> = fixtures.iter().map(|fixture| key(&fixture.setup)).collect();
    if setups.len() > MOST_SETUPS || fixtures.len() > MOST_CASES {
        anyhow::bail!(
            "there are {} cases with {} different set-ups; a component carries at most {MOST_CASES} with {MOST_SETUPS}",
            fixtures.len(),
            setups.len()
        );
    }
    Ok(())
}
