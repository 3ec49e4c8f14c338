//! The config and the names that the binary carries, so that `fingerpost serve` needs no file.

/// The config of `fingerpost serve` without one: see [`super::Config::builtin`].
pub const BUILTIN_CONFIG: &str = include_str!("builtin.toml");

/// The secret of the key in [`BUILTIN_CONFIG`]. It opens simulated providers only.
pub const DEMO_KEY: &str = "fp-demo-key";

/// The policies that the binary carries: what `policy = { source = "builtin", name = … }` may name.
pub const BUILTIN_POLICIES: &[&str] = &["cheapest-healthy", "single", "tiered", "weighted"];

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::config::{Config, TrafficClass};

    #[test]
    fn the_config_that_the_binary_carries_is_valid_and_gives_no_warning() {
        assert_eq!(Config::builtin().warnings, []);
    }

    #[test]
    fn the_demo_key_opens_it() {
        let config = Config::builtin();
        let digest: [u8; 32] = Sha256::digest(DEMO_KEY).into();
        assert!(config.keys.values().any(|key| key.sha256 == digest));
    }

    #[test]
    fn it_has_a_route_for_each_traffic_class() {
        let config = Config::builtin();
        let classes: std::collections::BTreeSet<_> = config.routes.values().map(|route| route.class).collect();
        assert_eq!(Vec::from_iter(classes), TrafficClass::ALL);
    }

    #[test]
    fn it_needs_no_network_and_no_secret() {
        use crate::config::Endpoint::Simulated;
        let config = Config::builtin();
        assert!(config.providers.values().all(|p| matches!(p.endpoint, Simulated(_)) && p.credential.is_none()));
        assert!(config.server.listen.ip().is_loopback() && config.admin.listen.ip().is_loopback());
    }
}
