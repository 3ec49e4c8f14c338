//! Which version a route is to run: what the config's file says now, held against what it said when it was read last and
//! against what decides. A file that says the same undoes nothing that was done since.

use crate::policy::{Digest, Settings};
use crate::store::deployments::Standing;

/// What a route is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The digest of its component.
    pub(super) component: Digest,
    /// Its settings.
    pub(super) settings: Settings,
    /// Whether it is another version than the active one.
    pub(super) is_new: bool,
    /// Whether the file says something else than when it was read last.
    pub(super) is_said_anew: bool,
}

impl Wanted {
    /// What a route's file asks for: `own` are the settings of its sections, `found` is the component that its source names,
    /// where that counts. None: it names none, and there never was a version.
    pub(super) fn by_file(own: &Settings, found: Option<&Digest>, standing: Option<&Standing>) -> Option<Self> {
        let Some(Standing { active, said, .. }) = standing else {
            let (component, settings) = (*found?, own.clone());
            return Some(Self { component, settings, is_new: true, is_said_anew: true });
        };
        // A gateway of before noted nothing, and ran what its file said.
        let (settings_then, component_then) = match said {
            Some(said) => (&said.settings, said.component),
            None => (&active.settings, Some(active.component)),
        };
        let brought = found.filter(|found| component_then != Some(**found));
        let component = brought.map_or(active.component, |brought| *brought);
        let brings_settings = own != settings_then;
        let settings = if brings_settings { own } else { &active.settings }.clone();
        let is_new = settings.version_of(&component) != active.digest;
        let is_said_anew = brings_settings || brought.is_some() || said.is_none();
        Some(Self { component, settings, is_new, is_said_anew })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::deployments::{Said, Version};

    fn digest(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    fn settings(number: u32) -> Settings {
        Settings::from_text(&format!("{{\"n\":{number}}}"))
    }

    /// A component with settings decides, and the file said `said` when it was read last.
    fn standing(component: &str, number: u32, said: Option<(u32, Option<&str>)>) -> Standing {
        let (component, settings_now) = (digest(component), settings(number));
        let active = Version {
            number: 1,
            digest: settings_now.version_of(&component),
            component,
            name: "p".into(),
            settings: settings_now,
            signer: None,
            deployed_by: "ann".into(),
            deployed_at: 0,
            was_active: true,
        };
        let said = said.map(|(number, named)| Said { settings: settings(number), component: named.map(digest) });
        Standing { active, candidate: None, said }
    }

    fn wanted(own: u32, found: Option<&str>, standing: &Standing) -> (Digest, Settings, bool) {
        let wanted = Wanted::by_file(&settings(own), found.map(digest).as_ref(), Some(standing)).unwrap();
        (wanted.component, wanted.settings, wanted.is_new)
    }

    #[test]
    fn a_file_that_says_the_same_undoes_neither_settings_nor_a_rollback() {
        let deployed = standing("new", 2, Some((1, None)));
        assert_eq!(wanted(1, None, &deployed), (digest("new"), settings(2), false));
        let gone_back = standing("old", 1, Some((1, Some("new"))));
        assert_eq!(wanted(1, Some("new"), &gone_back), (digest("old"), settings(1), false));
    }

    #[test]
    fn sections_that_have_changed_make_a_new_version_of_what_decides() {
        let deployed = standing("new", 2, Some((1, None)));
        assert_eq!(wanted(3, None, &deployed), (digest("new"), settings(3), true));
        let gone_back = standing("old", 1, Some((1, Some("new"))));
        assert_eq!(wanted(3, Some("new"), &gone_back), (digest("old"), settings(3), true));
        // They say now what decides already.
        assert_eq!(wanted(2, None, &deployed), (digest("new"), settings(2), false));
    }

    #[test]
    fn another_component_of_the_source_comes_with_the_settings_that_decide() {
        let with_settings = standing("old", 2, Some((1, Some("old"))));
        assert_eq!(wanted(1, Some("new"), &with_settings), (digest("new"), settings(2), true));
        assert_eq!(wanted(3, Some("new"), &with_settings), (digest("new"), settings(3), true));
    }

    #[test]
    fn what_a_gateway_of_before_ran_is_what_its_file_said() {
        let of_before = standing("old", 1, None);
        assert_eq!(wanted(1, None, &of_before), (digest("old"), settings(1), false));
        assert_eq!(wanted(2, None, &of_before), (digest("old"), settings(2), true));
        assert!(Wanted::by_file(&settings(1), None, Some(&of_before)).unwrap().is_said_anew);
        assert_eq!(Wanted::by_file(&settings(1), None, None), None);
    }
}
