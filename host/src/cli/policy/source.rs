//! Which policy a command is about: a crate that is built, a component that is there already, or one that the program
//! carries; with the fixtures and scenarios that belong to it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bytes::Bytes;
use fingerpost_guest_build::{
    Build, Inspection, Toolchain, check_interface, check_types, componentize, inspect, with_name,
};

use crate::builtin;
use crate::cli::shown;
use crate::policy::Engine;
use crate::testing::{self, Fixture, Scenario};

/// Which policy, and what it is tested with.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Source {
    /// The policy's crate, whose `fixtures` and `scenarios` are used
    #[arg(default_value = ".")]
    pub(super) krate: PathBuf,
    /// Use this component instead of building the crate
    #[arg(long, value_name = "FILE", conflicts_with = "builtin")]
    component: Option<PathBuf>,
    /// Use this policy of the program instead of building the crate
    #[arg(long, value_name = "NAME")]
    builtin: Option<String>,
    /// The folder of fixtures [default: `fixtures` of the crate]
    #[arg(long, value_name = "FOLDER")]
    fixtures: Option<PathBuf>,
    /// The folder of scenarios [default: `scenarios` of the crate]
    #[arg(long, value_name = "FOLDER")]
    scenarios: Option<PathBuf>,
    /// Only cases whose name or file holds this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Where cargo builds [default: `target/guests` of the crate's workspace]
    #[arg(long, value_name = "FOLDER", env = "FINGERPOST_GUEST_TARGET_DIR")]
    target_dir: Option<PathBuf>,
}

impl Source {
    /// The component: built, read, or the program's own.
    pub(super) fn component(&self) -> anyhow::Result<Bytes> {
        match (&self.component, &self.builtin) {
            (Some(file), _) => read(file),
            (None, Some(name)) => of_program(name),
            (None, None) => Ok(build(&self.krate, self.target_dir.as_deref())?.component.into()),
        }
    }

    /// Whether the policy is a crate, rather than a component that is there already.
    pub(super) const fn is_crate(&self) -> bool {
        self.component.is_none() && self.builtin.is_none()
    }

    pub(super) fn target_dir(&self) -> Option<&Path> {
        self.target_dir.as_deref()
    }

    pub(super) fn fixtures_dir(&self) -> PathBuf {
        self.fixtures.clone().unwrap_or_else(|| self.krate.join("fixtures"))
    }

    pub(super) fn scenarios_dir(&self) -> PathBuf {
        self.scenarios.clone().unwrap_or_else(|| self.krate.join("scenarios"))
    }

    /// Why no case in these folders is asked for.
    pub(super) fn nothing_in(&self, folders: &[&Path]) -> String {
        let folders = folders.iter().map(|folder| format!("`{}`", shown(folder))).collect::<Vec<_>>().join(" or ");
        match &self.only {
            Some(only) => {
                format!("no case in {folders} has {only:?} in its name or in that of its file, as --only asks")
            }
            None => format!("there is no case in {folders}"),
        }
    }

    /// Folders that were named must be there; a crate need not have both of its own.
    fn check_folders(&self) -> anyhow::Result<()> {
        if !self.krate.is_dir() {
            bail!(
                "there is no folder `{}`: name that of a policy crate, or make one with `fingerpost policy new`",
                shown(&self.krate)
            );
        }
        for (option, folder) in [("--fixtures", &self.fixtures), ("--scenarios", &self.scenarios)] {
            if let Some(folder) = folder.as_ref().filter(|folder| !folder.is_dir()) {
                bail!("there is no folder `{}`, which {option} names", shown(folder));
            }
        }
        Ok(())
    }

    /// The fixtures that were asked for.
    pub(super) fn fixtures(&self) -> anyhow::Result<Vec<Fixture>> {
        self.check_folders()?;
        let mut fixtures = Fixture::load(&self.fixtures_dir())?;
        fixtures.retain(|fixture| self.wants(&fixture.name, &fixture.file));
        Ok(fixtures)
    }

    /// The scenarios that were asked for.
    pub(super) fn scenarios(&self) -> anyhow::Result<Vec<Scenario>> {
        let mut scenarios = Scenario::load(&self.scenarios_dir())?;
        scenarios.retain(|scenario| self.wants(&scenario.name, &scenario.file));
        Ok(scenarios)
    }

    fn wants(&self, name: &str, file: &Path) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only) || shown(file).contains(only))
    }
}

/// A component of a file, which this program could run.
pub(super) fn read(file: &Path) -> anyhow::Result<Bytes> {
    let (bytes, inspection) = inspected(file)?;
    fits(&bytes, &inspection).with_context(|| format!("`{}`", shown(file)))?;
    Ok(bytes)
}

/// A file of WebAssembly, and what it holds.
pub(super) fn inspected(file: &Path) -> anyhow::Result<(Bytes, Inspection)> {
    let bytes = std::fs::read(file).with_context(|| format!("failed to read `{}`", shown(file)))?;
    let inspection = inspect(&bytes).with_context(|| format!("`{}` is no policy", shown(file)))?;
    Ok((bytes.into(), inspection))
}

/// Whether a gateway of this version could run it.
pub(super) fn fits(bytes: &[u8], inspection: &Inspection) -> anyhow::Result<()> {
    check_interface(inspection)?;
    Ok(check_types(bytes)?)
}

/// A component that the program carries.
fn of_program(name: &str) -> anyhow::Result<Bytes> {
    builtin::component(name).with_context(|| {
        let names = builtin::names().collect::<Vec<_>>().join(", ");
        format!("the program carries no policy `{name}`; it has {names}")
    })
}

/// Another version to compare with: `builtin:NAME`, or a file.
pub(super) fn version(text: &str) -> anyhow::Result<Bytes> {
    match text.strip_prefix("builtin:") {
        Some(name) => of_program(name),
        None => read(Path::new(text)),
    }
}

/// A crate that was built.
pub(super) struct Built {
    pub(super) package: String,
    /// The package's name, as it is called in headers and records.
    pub(super) name: String,
    pub(super) component: Vec<u8>,
}

/// Compiles a crate and wraps it as a component.
pub(super) fn build(krate: &Path, target_dir: Option<&Path>) -> anyhow::Result<Built> {
    let manifest = krate.join("Cargo.toml");
    if !manifest.exists() {
        bail!(
            "there is no `{}`: name the folder of a policy crate, or make one with `fingerpost policy new`",
            shown(&manifest)
        );
    }
    let toolchain = Toolchain::find()?;
    let mut build = Build::new(&manifest);
    if let Some(folder) = target_dir {
        build = build.target_dir(folder);
    }
    let modules = build.run(&toolchain, &mut |line| eprintln!("{line}"))?;
    let [module] = modules.as_slice() else {
        bail!("`{}` builds {} policies: name the folder of one crate", shown(krate), modules.len());
    };
    // What is deployed keeps the name of its crate.
    let name = module.package.replace("fingerpost-policy-", "");
    let component = with_name(&componentize(&module.read()?)?, &name);
    check_interface(&inspect(&component)?)?;
    Ok(Built { package: module.package.clone(), name, component })
}

/// An engine whose compiled policies are kept in the user's cache, so that what did not change is not compiled again.
pub(super) fn engine() -> anyhow::Result<Engine> {
    Ok(testing::engine(&cache()?, None)?)
}

/// Where compiled policies are kept that no gateway uses.
pub(in crate::cli) fn cache() -> anyhow::Result<PathBuf> {
    let cache = match (std::env::var_os("XDG_CACHE_HOME"), std::env::home_dir()) {
        (Some(cache), _) if !cache.is_empty() => PathBuf::from(cache),
        (_, Some(home)) => home.join(".cache"),
        (_, None) => bail!("there is no home folder to keep compiled policies in: set XDG_CACHE_HOME"),
    };
    Ok(cache.join("fingerpost/policies"))
}
