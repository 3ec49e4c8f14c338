//! `fingerpost policy keygen` and `sign`: keys for signing policies, and detached signatures.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::settings::SettingsArgs;
use super::source::read;
use crate::cli::shown;
use crate::policy::Digest;
use crate::signature::{SigningKey, path_for};

/// What `fingerpost policy keygen` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct KeygenArgs {
    /// The file to write the secret key into; it must not exist yet
    output: PathBuf,
}

/// What `fingerpost policy sign` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct SignArgs {
    /// The component
    file: PathBuf,
    /// The file of the secret key, as `fingerpost policy keygen` wrote it
    #[arg(long, short)]
    key: PathBuf,
    #[command(flatten)]
    settings: SettingsArgs,
    /// Where to write the signature [default: the component's name with .sig after it]
    #[arg(long, short)]
    output: Option<PathBuf>,
}

pub(super) fn keygen(args: &KeygenArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let (key, text) = SigningKey::generate()?;
    write_secret(&args.output, &text).map_err(|error| unwritten(&args.output, error))?;
    writeln!(out, "secret key   {} (keep it; nobody else has it)", shown(&args.output))?;
    writeln!(out, "public key   {}", key.public())?;
    writeln!(out, "config       trusted_keys = [\"{}\"] under `policy` of the route", key.public())?;
    Ok(writeln!(out, "next         fingerpost policy sign FILE --key {}", shown(&args.output))?)
}

fn unwritten(file: &Path, error: std::io::Error) -> anyhow::Error {
    let failed = format!("failed to write `{}`", shown(file));
    match error.kind() {
        ErrorKind::AlreadyExists => anyhow!(
            "{failed}: it is there already, and a key that is written over is lost; name another file, or move this one away"
        ),
        _ => anyhow::Error::new(error).context(failed),
    }
}

pub(super) fn sign(args: &SignArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let component = read(&args.file).context("nothing was signed")?;
    let text = std::fs::read_to_string(&args.key).with_context(|| format!("failed to read `{}`", shown(&args.key)))?;
    let key = SigningKey::from_text(&text).with_context(|| format!("`{}`", shown(&args.key)))?;
    let path = args.output.clone().unwrap_or_else(|| path_for(&args.file));
    let settings = args.settings.read().context("nothing was signed")?;
    let signature = match &settings {
        Some(settings) => key.sign_version(&component, settings),
        None => key.sign(&component),
    };
    std::fs::write(&path, format!("{signature}\n")).with_context(|| format!("failed to write `{}`", shown(&path)))?;
    writeln!(out, "signature    {}", shown(&path))?;
    writeln!(out, "public key   {}", key.public())?;
    if let Some(settings) = &settings {
        writeln!(
            out,
            "version      {}, good with these settings and no others",
            settings.version_of(&Digest::of(&component))
        )?;
    }
    let named = args.output.as_ref().map(|file| format!(" --signature {}", shown(file))).unwrap_or_default();
    let file = shown(&args.file);
    Ok(writeln!(
        out,
        "next         fingerpost policy deploy {file} --route ROUTE --shadow{}{named}",
        args.settings.typed()
    )?)
}

/// Writes a new file that only its owner can read.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Settings;
    use crate::signature::{PublicKey, Signed, beside, check};

    #[test]
    fn what_is_signed_with_a_new_key_is_accepted_and_no_key_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let (key, file) = (dir.path().join("key"), dir.path().join("p.wasm"));
        let component = crate::builtin::component("single").unwrap();
        std::fs::write(&file, &component).unwrap();
        let mut out = Vec::new();
        keygen(&KeygenArgs { output: key.clone() }, &mut out).unwrap();
        let settings = SettingsArgs::default;
        sign(&SignArgs { file: file.clone(), key: key.clone(), settings: settings(), output: None }, &mut out).unwrap();
        let said = String::from_utf8(out).unwrap();
        let public = said.lines().filter_map(|line| line.strip_prefix("public key   ")).next().unwrap();
        let trusted = [PublicKey::from_hex(public).unwrap()];
        let none = Settings::default();
        let signed = Signed { component: &component, settings: &none, is_own: true };
        assert_eq!(check(&trusted, signed, beside(&file).unwrap(), ""), Ok(Some(trusted[0])));
        let error = keygen(&KeygenArgs { output: key.clone() }, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("name another file"), "{error}");
        let args = SignArgs { file: key.clone(), key, settings: settings(), output: None };
        let error = sign(&args, &mut Vec::new()).unwrap_err();
        assert!(format!("{error:#}").contains("is no policy"), "{error:#}");
    }
}
