//! Waiting for a target that is left alone: why it is, for how long still, and which one comes back first.

use crate::names::attribute;
use crate::record::Availability;
use crate::{Facts, Target};

/// Why a target is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cooling {
    /// It failed. Whether it will have recovered when its time is over, nobody knows.
    Failed,
    /// It limits its rate or has too much to do, and asked for the time. When that is over, all is well.
    Resting,
    /// It works again and takes its load back bit by bit, while others take the rest of it. Nothing forbids to try it at once
    /// where no other target will do.
    Recovering,
}

impl<'a> Facts<'a> {
    /// Why `target` is left alone; `None`: it is not.
    #[must_use]
    pub fn why_cooling(&self, target: Target<'_>) -> Option<Cooling> {
        let is_said = |name: &'static str| self.targets_said(name).any(|said| said == target);
        match target.state().availability {
            Availability::Available | Availability::Probing => None,
            Availability::Cooling if is_said(attribute::RESTING) => Some(Cooling::Resting),
            Availability::Cooling if is_said(attribute::RECOVERING) => Some(Cooling::Recovering),
            Availability::Cooling => Some(Cooling::Failed),
        }
    }

    /// For how many milliseconds `target` should be waited for: 0 where it may be tried at once. `None`: nobody knows.
    #[must_use]
    pub fn wait_for(&self, target: Target<'_>) -> Option<u64> {
        match self.why_cooling(target) {
            None | Some(Cooling::Recovering) => Some(0),
            Some(Cooling::Failed | Cooling::Resting) => target.state().cooling_for,
        }
    }

    /// The targets that may be tried once `wait` milliseconds have passed, in the route's order: those that are usable now,
    /// and those that are left alone no longer than that. What is meant is as with [`Facts::usable`].
    pub fn usable_after(&self, wait: u64) -> impl Iterator<Item = Target<'a>> + use<'a> {
        let (facts, meant) = (*self, self.meant());
        let is_usable =
            move |target: &Target<'a>| meant.is_some_and(|meant| facts.obstacle_after(wait, *target, meant).is_none());
        self.targets().filter(is_usable)
    }

    /// The target that may be tried first of those that only have to be waited for, and for how many milliseconds, for
    /// [`crate::record::SendTo::after`]: at most `longest`, and a little by chance on top, since everybody is told the
    /// same instant. `None`: none is worth it. What is meant is as with [`Facts::usable`].
    #[must_use]
    pub fn soonest(&self, longest: u64) -> Option<(Target<'a>, u64)> {
        self.soonest_for(self.meant()?, longest, |_| true)
    }

    /// The same of the targets that are `wanted`, where `intended` is meant.
    #[must_use]
    pub fn soonest_for(
        &self,
        intended: Target<'a>,
        longest: u64,
        wanted: impl Fn(Target<'a>) -> bool,
    ) -> Option<(Target<'a>, u64)> {
        let takes = |target: &Target<'a>| wanted(*target) && self.obstacle_once_cooled(*target, intended).is_none();
        let waits = self.targets().filter(takes).filter_map(|target| Some((target, self.wait_for(target)?)));
        let (target, wait) = waits.filter(|(_, wait)| *wait <= longest).min_by_key(|(_, wait)| *wait)?;
        let wait = self.with_chance(wait);
        (wait < self.request.time_left).then_some((target, wait))
    }

    /// This many milliseconds, and up to a quarter more.
    #[must_use]
    pub fn with_chance(&self, wait: u64) -> u64 {
        wait.saturating_add(self.random().below(wait / 4 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Attempts;
    use crate::names::failure_kind::RATE_LIMITED;
    use crate::testing::{Scene, failures, target};

    fn facts(scene: &Scene) -> Facts<'_> {
        Facts::new(&scene.setup, &scene.facts, &[])
    }

    fn indices<'a>(targets: impl Iterator<Item = Target<'a>>) -> Vec<u16> {
        targets.map(|target| target.index()).collect()
    }

    #[test]
    fn a_target_says_why_it_is_left_alone() {
        let scene = Scene::of([
            target("a", "one").cooling(),
            target("b", "one").resting(900),
            target("c", "one").recovering(700),
            target("d", "one"),
        ]);
        let facts = facts(&scene);
        let why: Vec<_> = facts.targets().map(|target| facts.why_cooling(target)).collect();
        assert_eq!(why, [Some(Cooling::Failed), Some(Cooling::Resting), Some(Cooling::Recovering), None]);
        let waits: Vec<_> = facts.targets().map(|target| facts.wait_for(target)).collect();
        assert_eq!(waits, [Some(30_000), Some(900), Some(0), Some(0)]);
    }

    #[test]
    fn only_the_gateway_says_why() {
        let scene = Scene::of([target("a", "one").cooling()]).attribute_from("caller", attribute::RESTING, "a");
        let facts = facts(&scene);
        assert_eq!(facts.why_cooling(facts.target(0).expect("a target")), Some(Cooling::Failed));
    }

    #[test]
    fn the_one_that_comes_back_first_is_waited_for_and_nobody_for_longer_than_is_worth_it() {
        let scene = Scene::of([
            target("a", "one").cooling(),
            target("b", "one").resting(2_000),
            target("c", "one").resting(1_000),
        ]);
        let soonest = |longest| facts(&scene).soonest(longest).map(|(target, wait)| (target.index(), wait));
        let (index, wait) = soonest(5_000).expect("one is worth it");
        assert!(index == 2 && (1_000..=1_250).contains(&wait), "{index} {wait}");
        assert_eq!(soonest(999), None);
    }

    #[test]
    fn what_waiting_does_not_mend_is_not_waited_for() {
        let mut scene =
            Scene::of([target("a", "one").resting(1_000), target("b", "one").resting(500).out_of_boundary()]);
        assert_eq!(facts(&scene).soonest(5_000).map(|(target, _)| target.index()), Some(0));
        scene.facts.request.time_left = 1_000;
        assert_eq!(facts(&scene).soonest(5_000), None);
    }

    #[test]
    fn a_wait_opens_what_rests_no_longer_than_that() {
        let scene = Scene::of([target("a", "one").resting(1_000), target("b", "one").cooling(), target("c", "one")]);
        let usable = |wait| indices(facts(&scene).usable_after(wait));
        assert_eq!((usable(0), usable(999), usable(1_000)), (vec![2], vec![2], vec![0, 2]));
        assert_eq!(usable(60_000), [0_u16; 0], "no time is left then");
    }

    #[test]
    fn a_fallback_goes_by_what_routing_meant() {
        let mut scene = Scene::of([target("best", "one").tier("frontier", 0), target("good", "two")]);
        scene.facts.bounds.upgrade = false;
        let attempts = failures(&[(1, RATE_LIMITED)]);
        let usable = |scene: &Scene| indices(Facts::new(&scene.setup, &scene.facts, &attempts).usable());
        assert_eq!((facts(&scene).intended(), usable(&scene)), (None, vec![0, 1]));
        let scene = scene.intended(1);
        let facts = Facts::new(&scene.setup, &scene.facts, &attempts);
        assert_eq!((facts.intended().map(|meant| meant.index()), usable(&scene)), (Some(1), vec![1]));
        assert!(Attempts::new(&scene.setup, &attempts).is_some());
    }

    #[test]
    fn a_first_decision_can_ask_with_the_target_that_it_means() {
        let mut scene = Scene::of([target("best", "one").tier("frontier", 0), target("good", "two")]);
        scene.facts.bounds.upgrade = false;
        let facts = facts(&scene);
        assert_eq!(indices(facts.usable_for(facts.target(1).expect("a target"))), [1]);
    }
}
