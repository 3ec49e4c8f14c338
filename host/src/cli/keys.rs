//! `fingerpost keys`: makes, lists and revokes API keys. A running gateway notices within a second or so.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use comfy_table::Table;

use super::explain::{instant, visible};
use crate::config::{Config, Name, Named, UnknownName};
use crate::store::{KeyRecord, Keys, KeysError, NewKey, StoreError};

/// What `fingerpost keys` was told.
#[derive(Debug, Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key; its secret is shown this once
    Create(CreateArgs),
    /// List all keys, the revoked too
    List {
        /// As JSON, an array
        #[arg(long)]
        json: bool,
    },
    /// Take a key out of force, for good
    Revoke {
        /// The key's name
        name: String,
    },
}

#[derive(Debug, Args)]
struct CreateArgs {
    /// The key's name, never used before
    name: String,
    /// The tenant that pays, one of the config: without it the key would have no budget and no boundary
    #[arg(long)]
    tenant: String,
    /// A route that it may use; may be given several times; none: all routes
    #[arg(long = "route", value_name = "ROUTE")]
    routes: Vec<String>,
    /// Where requests go whose `model` names no route
    #[arg(long, value_name = "ROUTE")]
    default_route: Option<String>,
    /// Let it name a target in place of a route
    #[arg(long)]
    may_name_targets: bool,
    /// Let it ask how its requests were decided, with the header `x-fingerpost-explain`
    #[arg(long)]
    may_explain: bool,
    /// Take a tenant and routes that the config does not have yet; the key opens nothing until it has them
    #[arg(long)]
    allow_unknown: bool,
}

impl KeysArgs {
    /// Whether names are typed that the config must have.
    pub(super) const fn names_things(&self) -> bool {
        matches!(self.command, Command::Create(_))
    }
}

/// `fingerpost keys` failed.
#[derive(Debug, thiserror::Error)]
pub enum KeysCommandError {
    /// The store refused.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The default route is none that the key may use.
    #[error(
        "the default route `{0}` is not among the routes of the key: add `--route {0}`, or leave `--route` out to allow all"
    )]
    DefaultRoute(String),
    /// A tenant or a route is none of the config's.
    #[error("{0}; --allow-unknown makes the key all the same, which opens nothing until the config has that {what}", what = .0.what.as_str())]
    UnknownName(#[from] UnknownName),
    /// The config has a key of that name.
    #[error("the config has a key named `{0}`: budgets and limits of that name would count both; choose another name")]
    OfConfig(Name),
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

impl From<StoreError> for KeysCommandError {
    fn from(error: StoreError) -> Self {
        Self::Keys(error.into())
    }
}

/// Does what was asked to the keys in the data folder of that config.
///
/// # Errors
/// When a name is taken, unknown or not a name, or a file cannot be used.
pub fn run(args: KeysArgs, config: &Config, out: &mut dyn Write) -> Result<(), KeysCommandError> {
    let mut keys = Keys::open(&config.data_dir)?;
    match args.command {
        Command::Create(args) => create(&mut keys, args, config, out),
        Command::List { json: true } => {
            let keys: Vec<_> = keys.list()?.iter().map(as_json).collect();
            Ok(writeln!(out, "{:#}", serde_json::Value::from(keys))?)
        }
        Command::List { json: false } => Ok(writeln!(out, "{}", table(&keys.list()?))?),
        Command::Revoke { name } => {
            keys.revoke(&name)?;
            Ok(writeln!(out, "The key {} is revoked.", visible(&name))?)
        }
    }
}

fn create(keys: &mut Keys, args: CreateArgs, config: &Config, out: &mut dyn Write) -> Result<(), KeysCommandError> {
    if let Some(default) =
        args.default_route.as_ref().filter(|route| !args.routes.is_empty() && !args.routes.contains(route))
    {
        return Err(KeysCommandError::DefaultRoute(default.clone()));
    }
    if config.keys.contains_key(args.name.as_str()) {
        return Err(KeysCommandError::OfConfig(args.name.as_str().into()));
    }
    if !args.allow_unknown {
        config.require(Named::Tenant, &args.tenant)?;
        args.routes.iter().chain(&args.default_route).try_for_each(|route| config.require(Named::Route, route))?;
    }
    let routes: Vec<Name> = args.routes.iter().map(|route| route.as_str().into()).collect();
    let (key, secret) = keys.create(&NewKey {
        name: args.name.as_str().into(),
        tenant: args.tenant.as_str().into(),
        default_route: args.default_route.map(Name::from),
        routes: Some(routes).filter(|routes| !routes.is_empty()),
        may_name_targets: args.may_name_targets,
        may_explain: args.may_explain,
    })?;
    writeln!(out, "The key {} of tenant {}. Only its hash is kept, so note it now:\n", key.name, key.tenant)?;
    Ok(writeln!(out, "  {}", secret.expose())?)
}

fn table(keys: &[KeyRecord]) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["name", "tenant", "routes", "default", "targets", "explain", "created", "revoked"]);
    for key in keys {
        table.add_row([
            visible(&key.name),
            visible(&key.tenant),
            key.routes.as_ref().map_or_else(|| "all".to_owned(), |routes| visible(&routes.join(", "))),
            key.default_route.as_deref().map_or_else(|| "-".to_owned(), visible),
            if key.may_name_targets { "yes" } else { "no" }.to_owned(),
            if key.may_explain { "yes" } else { "no" }.to_owned(),
            instant(key.created_at),
            key.revoked_at.map_or_else(|| "-".to_owned(), instant),
        ]);
    }
    table
}

fn as_json(key: &KeyRecord) -> serde_json::Value {
    serde_json::json!({
        "name": key.name,
        "tenant": key.tenant,
        "routes": key.routes,
        "default_route": key.default_route,
        "may_name_targets": key.may_name_targets,
        "may_explain": key.may_explain,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::path::Path;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: KeysArgs,
    }

    fn typed(dir: &Path, words: &[&str]) -> Result<String, KeysCommandError> {
        let args = Typed::try_parse_from(["keys"].iter().chain(words)).unwrap().args;
        let config = Config { data_dir: dir.to_owned(), ..Config::builtin() };
        let mut out = Vec::new();
        run(args, &config, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_key_is_created_listed_and_revoked() {
        let dir = tempfile::tempdir().unwrap();
        let made = typed(
            dir.path(),
            &["create", "web", "--tenant", "demo", "--route", "support_draft", "--route", "ticket_triage"],
        )
        .unwrap();
        let secret = made.lines().last().unwrap().trim();
        assert!(secret.starts_with("fp-"));
        let listed = typed(dir.path(), &["list"]).unwrap();
        assert!(listed.contains("web") && listed.contains("support_draft, ticket_triage") && !listed.contains(secret));
        typed(dir.path(), &["revoke", "web"]).unwrap();
        assert!(!typed(dir.path(), &["list", "--json"]).unwrap().contains("\"revoked_at\": null"));
    }

    #[test]
    fn a_key_may_explain_only_where_that_was_typed() {
        let dir = tempfile::tempdir().unwrap();
        typed(dir.path(), &["create", "plain", "--tenant", "demo"]).unwrap();
        typed(dir.path(), &["create", "curious", "--tenant", "demo", "--may-explain"]).unwrap();
        let listed: serde_json::Value = serde_json::from_str(&typed(dir.path(), &["list", "--json"]).unwrap()).unwrap();
        let may = |at: usize| (listed[at]["name"].as_str(), listed[at]["may_explain"].as_bool());
        assert_eq!([may(0), may(1)], [(Some("curious"), Some(true)), (Some("plain"), Some(false))]);
    }

    #[test]
    fn mistakes_say_how_to_mend_them() {
        let dir = tempfile::tempdir().unwrap();
        let said = |words: &[&str]| typed(dir.path(), words).unwrap_err().to_string();
        assert!(said(&["revoke", "gone"]).contains("`fingerpost keys list`"));
        assert!(said(&["create", "a b", "--tenant", "demo"]).contains("a name is 1 to 128"));
        assert!(said(&["create", "k", "--tenant", "t", "--route", "a", "--default-route", "b"]).contains("--route b"));
    }

    #[test]
    fn a_name_that_the_config_does_not_have_makes_no_key_unless_that_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let said = |words: &[&str]| typed(dir.path(), words).unwrap_err().to_string();
        let tenant = said(&["create", "k", "--tenant", "demoo"]);
        assert!(tenant.contains("did you mean \"demo\"?") && tenant.contains("--allow-unknown"), "{tenant}");
        for option in ["--route", "--default-route"] {
            let route = said(&["create", "k", "--tenant", "demo", option, "suport_draft"]);
            assert!(route.contains("did you mean \"support_draft\"?"), "{route}");
        }
        let of_config = &*Config::builtin().keys.keys().next().unwrap().clone();
        assert!(said(&["create", of_config, "--tenant", "demo"]).contains("the config has a key named"));
        assert!(typed(dir.path(), &["list", "--json"]).unwrap().trim() == "[]");
        typed(dir.path(), &["create", "k", "--tenant", "later", "--route", "soon", "--allow-unknown"]).unwrap();
        assert!(said(&["revoke", "kk"]).contains("did you mean \"k\"?"));
    }
}
