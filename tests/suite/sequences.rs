//! Deployments, trials, rollbacks, reloads, restarts and changes of the watched file in every order: the version that decides is
//! always the one that the rules of `policy.source` name, and a quarantined one never comes back by itself.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fingerpost::policy::Digest;
use http::Method;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::Upstream;

/// What can be deployed or put into the file, by its label. The bootstrap is one of them.
const COMPONENTS: [&str; 4] = ["zero", "one", "two", "three"];
const BOOTSTRAP: usize = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    File,
    Deployed,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Deploy(usize),
    Try(usize, bool),
    Promote,
    RollBack,
    Release(usize),
    WriteFile(usize),
    Reload,
    Switch(Source),
    Restart,
}

/// What the rules say.
#[derive(Debug)]
struct Rules {
    source: Source,
    file: usize,
    /// The component of each version, and whether it was ever active; none before the bootstrap.
    versions: Vec<(usize, bool)>,
    /// The number of the active version, from 0.
    active: usize,
    candidate: Option<usize>,
    quarantined: BTreeSet<usize>,
    /// The component that decides.
    running: Option<usize>,
}

impl Rules {
    /// Takes a step; gives whether it is allowed.
    fn take(&mut self, step: Step) -> bool {
        let is_deployed = self.source == Source::Deployed;
        match step {
            Step::Deploy(_) | Step::Try(..) | Step::Promote | Step::RollBack if !is_deployed => false,
            Step::Deploy(component) | Step::Try(component, _) if self.quarantined.contains(&component) => false,
            Step::Deploy(component) if component == self.versions[self.active].0 => true,
            Step::Deploy(component) => {
                self.versions.push((component, true));
                self.make_active(self.versions.len() - 1)
            }
            Step::Try(component, _) if component == self.versions[self.active].0 => false,
            Step::Try(component, _) => {
                self.versions.push((component, false));
                self.candidate = Some(self.versions.len() - 1);
                true
            }
            Step::Promote => match self.candidate {
                Some(candidate) => self.make_active(candidate),
                None => false,
            },
            Step::RollBack => self.roll_back(),
            Step::Release(component) => {
                let released = self.quarantined.remove(&component);
                self.look_at_file();
                released
            }
            Step::WriteFile(component) => {
                self.file = component;
                self.look_at_file();
                true
            }
            Step::Reload => self.publish(self.source, false),
            Step::Switch(source) => self.publish(source, false),
            Step::Restart => self.publish(self.source, true),
        }
    }

    fn make_active(&mut self, version: usize) -> bool {
        self.versions[version].1 = true;
        (self.active, self.candidate, self.running) = (version, None, Some(self.versions[version].0));
        true
    }

    fn roll_back(&mut self) -> bool {
        if let Some(candidate) = self.candidate.take() {
            self.quarantined.insert(self.versions[candidate].0);
            return true;
        }
        let given_up = self.versions[self.active].0;
        let may_return = |(component, was_active): (usize, bool)| {
            was_active && component != given_up && !self.quarantined.contains(&component)
        };
        let Some(earlier) = (0..self.active).rev().find(|number| may_return(self.versions[*number])) else {
            return false;
        };
        self.quarantined.insert(given_up);
        self.make_active(earlier)
    }

    fn look_at_file(&mut self) {
        if self.source == Source::File && !self.quarantined.contains(&self.file) {
            self.running = Some(self.file);
        }
    }

    fn publish(&mut self, source: Source, lenient: bool) -> bool {
        let said = match source {
            Source::File => Some(self.file).filter(|file| !self.quarantined.contains(file)),
            Source::Deployed => {
                if self.versions.is_empty() {
                    self.versions.push((BOOTSTRAP, true));
                }
                Some(self.versions[self.active].0)
            }
        };
        if said.is_none() && !lenient {
            return false;
        }
        (self.source, self.running) = (source, said);
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
}

impl Real {
    async fn start(source: Source) -> Self {
        let upstream = Upstream::start().await;
        let dir = tempfile::tempdir().expect("a folder can be made");
        let (file, bootstrap) = (dir.path().join("watched.wasm"), dir.path().join("bootstrap.wasm"));
        write(&file, 1);
        write(&bootstrap, BOOTSTRAP);
        let config = config(&upstream, source, &file, &bootstrap);
        Self { gateway: Gateway::start_in(dir, &config).await, upstream, file, bootstrap, source }
    }

    async fn take(mut self, step: Step) -> (Self, bool) {
        let put = |query: &str| format!("/admin/v1/routes/r/policy?{query}");
        let done = match step {
            Step::Deploy(number) => self.ask(Method::PUT, &put(""), component(number)).await,
            Step::Try(number, true) => self.ask(Method::PUT, &put("stage=shadow"), component(number)).await,
            Step::Try(number, false) => self.ask(Method::PUT, &put("stage=canary&share=5%25"), component(number)).await,
            Step::Promote => self.ask(Method::POST, "/admin/v1/routes/r/policy/promote", Vec::new()).await,
            Step::RollBack => self.ask(Method::POST, "/admin/v1/routes/r/policy/rollback", Vec::new()).await,
            Step::Release(number) => {
                let path = format!("/admin/v1/routes/r/policy/release?digest={}", digest(number));
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
            Step::Reload => self.reload(self.source).await,
            Step::Switch(source) => {
                let done = self.reload(source).await;
                if done {
                    self.source = source;
                }
                done
            }
            Step::Restart => {
                let config = config(&self.upstream, self.source, &self.file, &self.bootstrap);
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

    async fn reload(&self, source: Source) -> bool {
        let config = config(&self.upstream, source, &self.file, &self.bootstrap);
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
        [text(&status["policy"]["component"]), text(&status["candidate"]["version"]["digest"])]
    }
}

fn config(upstream: &Upstream, source: Source, file: &std::path::Path, bootstrap: &std::path::Path) -> ConfigText {
    match source {
        Source::File => ConfigText::new(upstream).policy_file(file),
        Source::Deployed => {
            let path = bootstrap.display();
            let policy = format!(r#"{{ source = "deployed", bootstrap = {{ source = "file", path = "{path}" }} }}"#);
            ConfigText::new(upstream).policy(&policy)
        }
    }
}

fn write(path: &std::path::Path, number: usize) {
    std::fs::write(path, component(number)).expect("the component can be written");
}

fn component(number: usize) -> Vec<u8> {
    guests::labelled("good", COMPONENTS[number])
}

fn digest(number: usize) -> String {
    Digest::of(&component(number)).to_string()
}

fn step() -> impl Strategy<Value = Step> {
    let component = || 0..COMPONENTS.len();
    prop_oneof![
        3 => component().prop_map(Step::Deploy),
        2 => (component(), any::<bool>()).prop_map(|(number, shadow)| Step::Try(number, shadow)),
        1 => Just(Step::Promote),
        3 => Just(Step::RollBack),
        1 => component().prop_map(Step::Release),
        2 => component().prop_map(Step::WriteFile),
        1 => Just(Step::Reload),
        2 => prop_oneof![Just(Source::File), Just(Source::Deployed)].prop_map(Step::Switch),
        2 => Just(Step::Restart),
    ]
}

async fn walk(source: Source, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut rules = Rules {
        source,
        file: 1,
        versions: Vec::new(),
        active: 0,
        candidate: None,
        quarantined: BTreeSet::new(),
        running: None,
    };
    rules.publish(source, true);
    let mut real = Real::start(source).await;
    for (number, step) in steps.iter().enumerate() {
        let allowed = rules.take(*step);
        let done;
        (real, done) = real.take(*step).await;
        let candidate = rules.candidate.filter(|_| rules.source == Source::Deployed);
        let expected = [rules.running, candidate.map(|version| rules.versions[version].0)];
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
