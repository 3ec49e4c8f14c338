//! The API keys that were created by hand. A secret is shown once, when it is made; kept is its SHA-256, which is safe
//! because the secret is 256 random bits that nobody can guess. Revoked keys stay listed, for the ledger names them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};
use sha2::{Digest, Sha256};

use super::files::Kind;
use super::rows::{int, json, uint};
use super::{StoreError, is_name};
use crate::boundary::Boundary;
use crate::config::nearest::suggestion;
use crate::config::{BoundsPatch, Key, Name, Secret};

/// The store of keys.
#[derive(Debug)]
pub struct Keys {
    connection: Connection,
    path: PathBuf,
}

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its name, never used before: 1 to 128 of `A-Z`, `a-z`, digits, and `_ . : / -`.
    pub name: Name,
    /// Its tenant.
    pub tenant: Name,
    /// Where requests go whose `model` names no route.
    pub default_route: Option<Name>,
    /// The routes that it may use; none: all.
    pub routes: Option<Vec<Name>>,
    /// Whether it may name a target in place of a route.
    pub may_name_targets: bool,
    /// Whether it may ask how its requests were decided.
    pub may_explain: bool,
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its name.
    pub name: Name,
    /// Its tenant.
    pub tenant: Name,
    /// Where requests go whose `model` names no route.
    pub default_route: Option<Name>,
    /// The routes that it may use; none: all.
    pub routes: Option<Vec<Name>>,
    /// Whether it may name a target in place of a route.
    pub may_name_targets: bool,
    /// Whether it may ask how its requests were decided.
    pub may_explain: bool,
    /// When it was created, in milliseconds since the Unix epoch.
    pub created_at: u64,
    /// When it was revoked.
    pub revoked_at: Option<u64>,
}

/// A key could not be created, revoked or read.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The name of the key, of its tenant or of a route is no name.
    #[error("{0:?} cannot be a name: a name is 1 to 128 of the letters A-Z and a-z, digits, and `_ . : / -`")]
    BadName(String),
    /// There is, or was, a key of that name.
    #[error(
        "there is a key named `{0}` already: choose another name (a revoked key's name stays taken, for the ledger names it)"
    )]
    Taken(Name),
    /// No key in force has that name.
    #[error("no key named `{name}` is in force in {}: {hint} (`fingerpost keys list` shows all; those of the config file are removed there)", path.display())]
    Unknown {
        /// The name.
        name: String,
        /// The one that was probably meant, or those that there are.
        hint: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The system has no randomness to give.
    #[error("failed to make a secret: {0}")]
    Random(getrandom::Error),
    /// The file cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Keys {
    /// Opens the keys of that folder, and makes the file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or brought up to date.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: Kind::Keys.open_to_write(dir)?, path: Kind::Keys.path(dir) })
    }

    /// Makes a key. The secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// When the name cannot be used, or the file cannot be written.
    pub fn create(&mut self, new: &NewKey) -> Result<(KeyRecord, Secret), KeysError> {
        let names = [&new.name, &new.tenant].into_iter().chain(&new.default_route).chain(new.routes.iter().flatten());
        if let Some(bad) = names.into_iter().find(|name| !is_name(name)) {
            return Err(KeysError::BadName(bad.to_string()));
        }
        let secret = make_secret()?;
        let created_at = now_ms();
        let routes = new.routes.as_ref().map(|routes| serde_json::json!(routes).to_string());
        let inserted = self.change(
            "INSERT INTO keys (name, tenant, sha256, default_route, routes, may_name_targets, may_explain, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
            params![
                &*new.name,
                &*new.tenant,
                &Sha256::digest(secret.expose().as_bytes())[..],
                new.default_route.as_deref(),
                routes,
                new.may_name_targets,
                new.may_explain,
                int(created_at),
            ],
        )?;
        if inserted == 0 {
            return Err(KeysError::Taken(new.name.clone()));
        }
        let NewKey { name, tenant, default_route, routes, may_name_targets, may_explain } = new.clone();
        let revoked_at = None;
        let record =
            KeyRecord { name, tenant, default_route, routes, may_name_targets, may_explain, created_at, revoked_at };
        Ok((record, secret))
    }

    /// Takes a key out of force, for good.
    ///
    /// # Errors
    /// When no key in force has that name, or the file cannot be written.
    pub fn revoke(&mut self, name: &str) -> Result<(), KeysError> {
        let revoked = self.change(
            "UPDATE keys SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
            params![int(now_ms()), name],
        )?;
        if revoked == 0 {
            let in_force = self.load()?;
            let hint = suggestion(name, in_force.iter().map(|key| &*key.name));
            return Err(KeysError::Unknown { name: name.to_owned(), hint, path: self.path.clone() });
        }
        Ok(())
    }

    /// All keys that ever were, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.rows("SELECT * FROM keys ORDER BY name", key_record)
    }

    /// The keys in force, as the config has them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self) -> Result<Vec<Key>, StoreError> {
        self.rows("SELECT * FROM keys WHERE revoked_at IS NULL ORDER BY name", key)
    }

    /// A number that grows with every change: cheap to ask for once a second.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn version(&self) -> Result<u64, StoreError> {
        let ask = || self.connection.prepare_cached("SELECT number FROM changes")?.query_row([], |row| row.get(0));
        ask().map(uint).map_err(|source| self.failed(source))
    }

    /// Does something to a key, and counts the change if it was one. Returns how many keys changed.
    fn change(&mut self, statement: &str, values: &[&dyn rusqlite::ToSql]) -> Result<usize, StoreError> {
        let mut change = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let changed = transaction.execute(statement, values)?;
            if changed > 0 {
                transaction.execute("UPDATE changes SET number = number + 1", [])?;
            }
            transaction.commit().map(|()| changed)
        };
        change().map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    fn rows<T>(&self, question: &str, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, StoreError> {
        let ask = || self.connection.prepare_cached(question)?.query_map([], read)?.collect::<Result<Vec<_>, _>>();
        ask().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.clone(), source }
    }
}

/// `fp-` and 256 random bits in hex.
fn make_secret() -> Result<Secret, KeysError> {
    use std::fmt::Write;
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits).map_err(KeysError::Random)?;
    let mut text = String::from("fp-");
    for byte in bits {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(Secret::new(&text))
}

fn now_ms() -> u64 {
    uint(jiff::Timestamp::now().as_millisecond())
}

fn routes(row: &Row<'_>) -> rusqlite::Result<Option<Vec<Name>>> {
    if row.get_ref("routes")?.as_str_or_null()?.is_none() { Ok(None) } else { json(row, "routes").map(Some) }
}

fn key_record(row: &Row<'_>) -> rusqlite::Result<KeyRecord> {
    Ok(KeyRecord {
        name: row.get("name")?,
        tenant: row.get("tenant")?,
        default_route: row.get("default_route")?,
        routes: routes(row)?,
        may_name_targets: row.get("may_name_targets")?,
        may_explain: row.get("may_explain")?,
        created_at: row.get("created_at").map(uint)?,
        revoked_at: row.get::<_, Option<i64>>("revoked_at")?.map(uint),
    })
}

fn key(row: &Row<'_>) -> rusqlite::Result<Key> {
    let KeyRecord { name, tenant, default_route, routes, may_name_targets, may_explain, .. } = key_record(row)?;
    Ok(Key {
        name,
        tenant,
        sha256: row.get("sha256")?,
        default_route,
        routes,
        may_name_targets,
        may_explain,
        bounds: BoundsPatch::default(),
        // Its tenant's boundary holds for it like for every key.
        boundary: Boundary::default(),
        class: None,
        rate: crate::config::Rate::default(),
        attributes: BTreeMap::new(),
        // An opt-in is for its route or for the request itself to say.
        is_async: false,
        webhook: None,
        webhooks: Vec::new(),
        quota_status: http::StatusCode::TOO_MANY_REQUESTS,
        show_amounts: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(name: &str) -> NewKey {
        NewKey {
            name: name.into(),
            tenant: "acme".into(),
            default_route: Some("support".into()),
            routes: Some(vec!["support".into(), "triage".into()]),
            may_name_targets: true,
            may_explain: true,
        }
    }

    #[test]
    fn a_created_key_is_loaded_with_the_hash_of_its_secret() {
        let dir = tempfile::tempdir().unwrap();
        let (_, secret) = Keys::open(dir.path()).unwrap().create(&new("web")).unwrap();
        let keys = Keys::open(dir.path()).unwrap().load().unwrap();
        let [key] = &keys[..] else { panic!("{keys:?}") };
        assert_eq!(key.sha256[..], Sha256::digest(secret.expose())[..]);
        assert_eq!((&*key.name, &*key.tenant), ("web", "acme"));
        assert!(key.may_name_targets && key.may_explain);
        assert_eq!((&key.routes, &key.default_route), (&new("").routes, &new("").default_route));
    }

    #[test]
    fn the_secret_is_in_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut keys = Keys::open(dir.path()).unwrap();
        let (_, secret) = keys.create(&new("web")).unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(16).any(|window| secret.expose().as_bytes()[3..].starts_with(window)));
        }
    }

    #[test]
    fn two_secrets_differ_and_are_long() {
        let (one, other) = (make_secret().unwrap(), make_secret().unwrap());
        assert!(one.expose() != other.expose() && one.expose().len() == 67 && one.expose().starts_with("fp-"));
    }

    #[test]
    fn a_revoked_key_is_listed_and_not_loaded_and_its_name_stays_taken() {
        let dir = tempfile::tempdir().unwrap();
        let mut keys = Keys::open(dir.path()).unwrap();
        keys.create(&new("web")).unwrap();
        keys.revoke("web").unwrap();
        assert!(keys.load().unwrap().is_empty() && keys.list().unwrap()[0].revoked_at.is_some());
        assert!(matches!(keys.create(&new("web")), Err(KeysError::Taken(_))));
        assert!(matches!(keys.revoke("web"), Err(KeysError::Unknown { .. })));
    }

    #[test]
    fn every_change_and_nothing_else_moves_the_version_that_others_see() {
        let dir = tempfile::tempdir().unwrap();
        let (mut keys, other) = (Keys::open(dir.path()).unwrap(), Keys::open(dir.path()).unwrap());
        let before = other.version().unwrap();
        keys.create(&new("web")).unwrap();
        keys.create(&new("web")).unwrap_err();
        assert_eq!(other.version().unwrap(), before + 1);
        keys.revoke("web").unwrap();
        assert_eq!(other.version().unwrap(), before + 2);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut keys = Keys::open(dir.path()).unwrap();
        for name in ["", "a b", "new\nline", &"x".repeat(129)] {
            assert!(matches!(keys.create(&new(name)), Err(KeysError::BadName(_))), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        Keys::open(dir.path()).unwrap().create(&new("web")).unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap() {
            assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
