//! Deployments with and without settings, trials, rollbacks, reloads with the same sections and with others, restarts and changes
//! of the watched file in every order: the version that decides is always the one that the rules name, a component with its
//! settings, and a quarantined one never comes back by itself.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fingerpost::policy::{Digest, Settings};
use http::Method;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::Upstream;

/// What can be deployed or put into the file, by its label. The bootstrap is one of them.
const COMPONENTS: [&str; 4] = ["zero", "one", "two", "three"];
const BOOTSTRAP: usize = 0;

/// What a version can be configured with, by the config's file or by whoever deploys; each twice, in two orders and with other
/// white space.
const SETTINGS: [[&str; 2]; 3] = [
    ["{}", "{ }"],
    [r#"{"name":"one","target":1}"#, r#"{ "target": 1, "name": "one" }"#],
    [r#"{"name":"two","target":1}"#, r#"{ "target": 1,  "name": "two" }"#],
];

/// A component with its settings.
type Version = (usize, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    File,
    Deployed,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// A component, with settings or with those of the config.
    Deploy(usize, Option<usize>),
    Try(usize, Option<usize>, bool),
    /// The component that is active, with other settings.
    Configure(usize),
    Promote,
    RollBack,
    Release(Version),
    WriteFile(usize),
    /// With these settings in the config's file.
    Reload(usize),
    Switch(Source),
    Restart(usize),
}

/// The versions of a route for one kind of source.
#[derive(Debug, Default)]
struct Line {
    /// Each with whether it was ever active.
    versions: Vec<(Version, bool)>,
    /// The number of the active version, from 0.
    active: usize,
    candidate: Option<usize>,
    /// Settings and component, as the config's file said them when it was read last.
    said: (usize, Option<usize>),
}

impl Line {
    fn active(&self) -> Option<Version> {
        self.versions.get(self.active).map(|(version, _)| *version)
    }

    fn add(&mut self, version: Version, is_active: bool) -> usize {
        self.versions.push((version, is_active));
        self.versions.len() - 1
    }
}

/// What the rules say.
#[derive(Debug)]
struct Rules {
    source: Source,
    file: usize,
    /// The settings of the config in force.
    settings: usize,
    lines: [Line; 2],
    quarantined: BTreeSet<Version>,
    /// The version that decides.
    running: Option<Version>,
    /// The version on trial.
    on_trial: Option<Version>,
}

impl Rules {
    fn line(&mut self) -> &mut Line {
        &mut self.lines[self.source as usize]
    }

    /// Takes a step; gives whether it is allowed.
    fn take(&mut self, step: Step) -> bool {
        match step {
            Step::Deploy(component, settings) => self.deploy(Some(component), settings, false),
            Step::Try(component, settings, _) => self.deploy(Some(component), settings, true),
            Step::Configure(settings) => self.deploy(None, Some(settings), false),
            Step::Promote => match (self.on_trial, self.line().candidate) {
                (Some(_), Some(candidate)) => self.make_active(candidate),
                _ => false,
            },
            Step::RollBack => self.roll_back(),
            Step::Release(version) => {
                let released = self.quarantined.remove(&version);
                self.look_at_file();
                released
            }
            Step::WriteFile(component) => {
                self.file = component;
                self.look_at_file();
                true
            }
            Step::Reload(settings) => self.publish(self.source, settings, false),
            Step::Switch(source) => self.publish(source, self.settings, false),
            Step::Restart(settings) => self.publish(self.source, settings, true),
        }
    }

    fn deploy(&mut self, component: Option<usize>, settings: Option<usize>, is_trial: bool) -> bool {
        let (source, own) = (self.source, self.settings);
        let line = self.line();
        let active = line.active();
        let Some(component) = component.or(active.map(|(component, _)| component)) else { return false };
        let said_or_active = [line.said.1, active.map(|(component, _)| component)].contains(&Some(component));
        if source == Source::File && !said_or_active {
            return false;
        }
        let version = (component, settings.unwrap_or(own));
        if self.quarantined.contains(&version) {
            return false;
        }
        if active == Some(version) && self.running.is_some() {
            return !is_trial;
        }
        if is_trial && self.running.is_none() {
            return false;
        }
        let number = self.line().add(version, !is_trial);
        if !is_trial {
            return self.make_active(number);
        }
        (self.line().candidate, self.on_trial) = (Some(number), Some(version));
        true
    }

    fn make_active(&mut self, number: usize) -> bool {
        let line = self.line();
        line.versions[number].1 = true;
        (line.active, line.candidate) = (number, None);
        (self.running, self.on_trial) = (self.line().active(), None);
        true
    }

    fn roll_back(&mut self) -> bool {
        if let Some(candidate) = self.on_trial.take() {
            self.line().candidate = None;
            self.quarantined.insert(candidate);
            return true;
        }
        let quarantined = self.quarantined.clone();
        let line = self.line();
        let Some(given_up) = line.active() else { return false };
        let may_return = |(version, was_active): (Version, bool)| {
            was_active && version != given_up && !quarantined.contains(&version)
        };
        let Some(earlier) = (0..line.active).rev().find(|number| may_return(line.versions[*number])) else {
            return false;
        };
        self.quarantined.insert(given_up);
        self.make_active(earlier)
    }

    fn look_at_file(&mut self) {
        let (file, own) = (self.file, self.settings);
        let is_running = self.running.is_some();
        if self.source != Source::File || (is_running && self.line().said.1 == Some(file)) {
            return;
        }
        let active = self.line().active();
        // A file brings a component; the settings that decide stay.
        let version = (file, active.map_or(own, |(_, settings)| settings));
        if self.quarantined.contains(&version) {
            return;
        }
        let line = self.line();
        line.said = (if active.is_some() { line.said.0 } else { own }, Some(file));
        let number = if active == Some(version) { line.active } else { line.add(version, true) };
        self.make_active(number);
    }

    fn publish(&mut self, source: Source, own: usize, lenient: bool) -> bool {
        let line = &self.lines[source as usize];
        let found = match source {
            Source::File => Some(self.file),
            Source::Deployed if line.versions.is_empty() => Some(BOOTSTRAP),
            Source::Deployed => None,
        };
        let (active, candidate) = (line.active(), line.candidate.map(|number| line.versions[number].0));
        let wanted = match active {
            None => (found.expect("the bootstrap"), own),
            Some((component, settings)) => {
                let component = found.filter(|found| line.said.1 != Some(*found)).unwrap_or(component);
                // A file that says the same as before undoes nothing.
                (component, if line.said.0 == own { settings } else { own })
            }
        };
        let is_out = |version: &Version| self.quarantined.contains(version);
        let runs = Some(wanted).filter(|wanted| !is_out(wanted));
        if runs.is_none() && !lenient {
            return false;
        }
        // A start goes on with what decided before, if it may.
        let goes_on = active.filter(|active| *active != wanted && !is_out(active));
        self.running = runs.or(goes_on);
        self.on_trial = candidate.filter(|candidate| self.running.is_some() && !is_out(candidate));
        (self.source, self.settings) = (source, own);
        if runs.is_some() {
            let line = self.line();
            if active != runs {
                line.active = line.add(wanted, true);
            }
            line.said = (own, found.filter(|_| source == Source::File));
        }
        true
    }
}

/// A gateway that takes the same steps.
struct Real {
    gateway: Gateway,
    upstream: Upstream,
    file: PathBuf,
    bootstrap: PathBuf,
    source: Source,
    settings: usize,
}

impl Real {
    async fn start(source: Source) -> Self {
        let upstream = Upstream::start().await;
        let dir = tempfile::tempdir().expect("a folder can be made");
        let (file, bootstrap) = (dir.path().join("watched.wasm"), dir.path().join("bootstrap.wasm"));
        write(&file, 1);
        write(&bootstrap, BOOTSTRAP);
        let config = config(&upstream, source, 0, &file, &bootstrap);
        Self { gateway: Gateway::start_in(dir, &config).await, upstream, file, bootstrap, source, settings: 0 }
    }

    async fn take(mut self, step: Step) -> (Self, bool) {
        let put = |settings: Option<usize>, query: &str| {
            // The other way to write them: it is the same version all the same.
            let settings = settings.map(|number| SETTINGS[number][1].replace(' ', "%20").replace('"', "%22"));
            let settings = settings.map(|settings| format!("&settings={settings}")).unwrap_or_default();
            format!("/admin/v1/routes/r/policy?{query}{settings}")
        };
        let done = match step {
            Step::Deploy(number, settings) => self.ask(Method::PUT, &put(settings, ""), component(number)).await,
            Step::Try(number, settings, true) => {
                self.ask(Method::PUT, &put(settings, "stage=shadow"), component(number)).await
            }
            Step::Try(number, settings, false) => {
                self.ask(Method::PUT, &put(settings, "stage=canary&share=5%25"), component(number)).await
            }
            Step::Configure(settings) => self.ask(Method::PUT, &put(Some(settings), ""), Vec::new()).await,
            Step::Promote => self.ask(Method::POST, "/admin/v1/routes/r/policy/promote", Vec::new()).await,
            Step::RollBack => self.ask(Method::POST, "/admin/v1/routes/r/policy/rollback", Vec::new()).await,
            Step::Release(version) => {
                let path = format!("/admin/v1/routes/r/policy/release?digest={}", digest(version));
                let done = self.ask(Method::POST, &path, Vec::new()).await;
                self.look_at_file().await;
                done
            }
            Step::WriteFile(number) => {
                let partial = self.file.with_extension("partial");
                write(&partial, number);
                std::fs::rename(&partial, &self.file).expect("it can be renamed");
                self.look_at_file().await;
                true
            }
            Step::Reload(settings) => {
                let done = self.reload(self.source, settings).await;
                if done {
                    self.settings = settings;
                }
                done
            }
            Step::Switch(source) => {
                let done = self.reload(source, self.settings).await;
                if done {
                    self.source = source;
                }
                done
            }
            Step::Restart(settings) => {
                self.settings = settings;
                let config = config(&self.upstream, self.source, settings, &self.file, &self.bootstrap);
                let dir = self.gateway.stop().await;
                self.gateway = Gateway::start_in(dir, &config).await;
                true
            }
        };
        (self, done)
    }

    async fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> bool {
        self.gateway.operator().send(method, path, body).await.status == 200
    }

    async fn reload(&self, source: Source, settings: usize) -> bool {
        let config = config(&self.upstream, source, settings, &self.file, &self.bootstrap);
        self.gateway.reload(&config).await.status == 200
    }

    /// What the watcher does when it is told of a change, and every ten seconds.
    async fn look_at_file(&self) {
        // A file that may not decide is an error, and changes nothing.
        let _ = self.gateway.running().lifecycle.refresh_file("r").await;
    }

    /// The digests of what decides and of what is on trial.
    async fn standing(&self) -> [Option<String>; 2] {
        let status = self.gateway.operator().get("/admin/v1/routes/r/policy").await.json();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        [text(&status["policy"]["digest"]), text(&status["candidate"]["version"]["digest"])]
    }
}

fn config(
    upstream: &Upstream,
    source: Source,
    settings: usize,
    file: &std::path::Path,
    bootstrap: &std::path::Path,
) -> ConfigText {
    let settings = SETTINGS[settings][0].replace(':', " = ");
    let (file, bootstrap) = (file.display(), bootstrap.display());
    let source = match source {
        Source::File => format!(r#"source = "file", path = "{file}""#),
        Source::Deployed => format!(r#"source = "deployed", bootstrap = {{ source = "file", path = "{bootstrap}" }}"#),
    };
    ConfigText::new(upstream).policy(&format!("{{ {source}, config = {settings} }}"))
}

fn write(path: &std::path::Path, number: usize) {
    std::fs::write(path, component(number)).expect("the component can be written");
}

fn component(number: usize) -> Vec<u8> {
    guests::labelled("good", COMPONENTS[number])
}

fn digest((number, settings): Version) -> String {
    Settings::from_text(SETTINGS[settings][0]).version_of(&Digest::of(&component(number))).to_string()
}

fn step() -> impl Strategy<Value = Step> {
    let component = || 0..COMPONENTS.len();
    let settings = || 0..SETTINGS.len();
    let some = || proptest::option::of(settings());
    prop_oneof![
        3 => (component(), some()).prop_map(|(number, settings)| Step::Deploy(number, settings)),
        2 => (component(), some(), any::<bool>()).prop_map(|(number, with, shadow)| Step::Try(number, with, shadow)),
        2 => settings().prop_map(Step::Configure),
        1 => Just(Step::Promote),
        3 => Just(Step::RollBack),
        1 => (component(), settings()).prop_map(Step::Release),
        2 => component().prop_map(Step::WriteFile),
        2 => settings().prop_map(Step::Reload),
        2 => prop_oneof![Just(Source::File), Just(Source::Deployed)].prop_map(Step::Switch),
        2 => settings().prop_map(Step::Restart),
    ]
}

async fn walk(source: Source, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut rules = Rules {
        source,
        file: 1,
        settings: 0,
        lines: Default::default(),
        quarantined: BTreeSet::new(),
        running: None,
        on_trial: None,
    };
    rules.publish(source, 0, true);
    let mut real = Real::start(source).await;
    for (number, step) in steps.iter().enumerate() {
        let allowed = rules.take(*step);
        let done;
        (real, done) = real.take(*step).await;
        let expected = [rules.running, rules.on_trial];
        prop_assert_eq!(done, allowed, "step {}: {:?} with {:?}", number, step, &rules);
        prop_assert_eq!(real.standing().await, expected.map(|one| one.map(digest)), "step {}: {:?}", number, step);
        prop_assert!(rules.running.is_none_or(|running| !rules.quarantined.contains(&running)));
    }
    real.upstream.finish().await;
    Ok(())
}

#[test]
fn in_every_order_the_rules_of_the_source_say_which_version_decides() {
    guests::build_all();
    let cases =
        ProptestConfig { cases: 24, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() };
    let start = prop_oneof![Just(Source::File), Just(Source::Deployed)];
    let strategy = (start, proptest::collection::vec(step(), 1..14));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = TestRunner::new(cases).run(&strategy, |(source, steps)| runtime.block_on(walk(source, &steps)));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
