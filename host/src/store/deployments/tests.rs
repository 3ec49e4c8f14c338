//! Tests of the store of deployments.

use super::*;

const BY_ANN: Act<'_> = Act { route: "r", line: Line::Deployed, by: "ann", at: 7 };

fn new(component: &str) -> NewVersion {
    let component = Bytes::from(component.to_owned());
    let (digest, remark) = (Digest::of(&component), String::new());
    NewVersion { digest, component, name: "p".into(), settings: Settings::default(), signer: None, remark }
}

fn with(component: &str, settings: &str) -> NewVersion {
    NewVersion { settings: Settings::from_text(settings), ..new(component) }
}

fn standing(store: &Deployments) -> Standing {
    store.standing("r", Line::Deployed).unwrap().unwrap()
}

fn opened() -> (tempfile::TempDir, Deployments) {
    let dir = tempfile::tempdir().unwrap();
    let deployments = Deployments::open(dir.path()).unwrap();
    (dir, deployments)
}

#[test]
fn what_was_deployed_stands_after_it_is_opened_again() {
    let (dir, mut store) = opened();
    assert_eq!(store.deploy(BY_ANN, "deploy", &new("a"), None).unwrap().number, 1);
    assert_eq!(store.deploy(BY_ANN, "deploy", &new("b"), Some(Stage::Canary(50))).unwrap().number, 2);
    let store = Deployments::open(dir.path()).unwrap();
    let standing = standing(&store);
    let (candidate, stage) = standing.candidate.unwrap();
    assert_eq!((standing.active.number, candidate.number, stage), (1, 2, Stage::Canary(50)));
    assert_eq!(store.component(&standing.active.digest).unwrap().unwrap(), "a");
}

#[test]
fn going_back_never_leads_to_what_was_quarantined_or_only_tried() {
    let (_dir, mut store) = opened();
    for component in ["a", "b", "c"] {
        store.deploy(BY_ANN, "deploy", &new(component), None).unwrap();
    }
    store.deploy(BY_ANN, "deploy", &new("d"), Some(Stage::Shadow)).unwrap();
    let mut gone_back = Vec::new();
    loop {
        let active = standing(&store).active;
        let earlier = store.returnable("r", Line::Deployed, &active).unwrap();
        let Some(earlier) = earlier.into_iter().find(|one| one.number < active.number) else { break };
        store.roll_back(BY_ANN, &active, &earlier, "worse").unwrap();
        gone_back.push((active.number, earlier.number));
    }
    assert_eq!(gone_back, [(3, 2), (2, 1)]);
    assert_eq!(store.quarantined("r").unwrap().len(), 2);
}

#[test]
fn a_candidate_that_is_withdrawn_is_quarantined_until_it_is_released() {
    let (_dir, mut store) = opened();
    store.deploy(BY_ANN, "bootstrap", &new("a"), None).unwrap();
    store.deploy(BY_ANN, "deploy", &new("b"), Some(Stage::Shadow)).unwrap();
    let (candidate, _) = standing(&store).candidate.unwrap();
    store.withdraw(BY_ANN, &candidate, "it trapped").unwrap();
    assert_eq!(standing(&store).candidate, None);
    assert_eq!(
        store.quarantine_of("r", &candidate.component, &candidate.settings).unwrap().unwrap().reason,
        "it trapped"
    );
    assert!(store.release(BY_ANN, &candidate.digest).unwrap());
    assert!(!store.release(BY_ANN, &candidate.digest).unwrap());
    assert_eq!(store.quarantine_of("r", &candidate.component, &candidate.settings).unwrap(), None);
    let actions: Vec<_> = store.audited("r", 9).unwrap().into_iter().map(|one| one.action).collect();
    assert_eq!(actions, ["release", "withdraw", "deploy", "bootstrap"]);
}

#[test]
fn only_components_that_one_can_go_back_to_are_kept() {
    let (_dir, mut store) = opened();
    for number in 0..30 {
        store.deploy(BY_ANN, "deploy", &new(&format!("{number}")), None).unwrap();
    }
    let kept = |number: u32| store.component(&Digest::of(number.to_string().as_bytes())).unwrap().is_some();
    assert_eq!((0..30).filter(|number| kept(*number)).collect::<Vec<_>>(), (20..30).collect::<Vec<_>>());
}

#[test]
fn a_version_is_quarantined_with_its_settings_and_no_others() {
    let (_dir, mut store) = opened();
    store.deploy(BY_ANN, "bootstrap", &new("a"), None).unwrap();
    let good = store.deploy(BY_ANN, "deploy", &with("b", r#"{"x":1}"#), None).unwrap();
    let bad = store.deploy(BY_ANN, "deploy", &with("b", r#"{"x":2}"#), None).unwrap();
    assert_eq!(store.returnable("r", Line::Deployed, &bad).unwrap()[0], good);
    store.roll_back(BY_ANN, &bad, &good, "worse").unwrap();
    let kept_out =
        |settings: &str| store.quarantine_of("r", &good.component, &Settings::from_text(settings)).unwrap().is_some();
    assert_eq!(["{ \"x\" : 2 }", r#"{"x":1}"#, r#"{"x":3}"#, "{}"].map(kept_out), [true, false, false, false]);
}

#[test]
fn what_a_config_says_is_noted_with_the_version_that_it_makes_and_ends_no_trial() {
    let (_dir, mut store) = opened();
    let said = |settings: &str| Said { settings: Settings::from_text(settings), component: None };
    let adopted = |new, settings: &str| Adopted {
        route: "r".into(),
        line: Line::Deployed,
        said: said(settings),
        new,
        ends_trial: false,
    };
    store.adopt(&[adopted(Some(("bootstrap", with("a", r#"{"x":1}"#))), r#"{"x":1}"#)], "gateway", 1).unwrap();
    store.deploy(BY_ANN, "deploy", &with("a", r#"{"x":2}"#), Some(Stage::Canary(5))).unwrap();
    store.adopt(&[adopted(Some(("config", with("a", r#"{"x":3}"#))), r#"{"x":3}"#)], "gateway", 2).unwrap();
    store.adopt(&[adopted(None, r#"{"x":4}"#)], "gateway", 3).unwrap();
    let stands = standing(&store);
    assert_eq!((stands.active.settings.as_str(), stands.active.number), (r#"{"x":3}"#, 3));
    assert_eq!((stands.candidate.unwrap().0.number, stands.said), (2, Some(said(r#"{"x":4}"#))));
    assert_eq!(store.standing("r", Line::Source).unwrap(), None);
}

/// What a gateway wrote that knew no settings of versions.
#[test]
fn a_folder_of_before_opens_with_its_versions_and_what_was_quarantined_stays_so_with_any_settings() {
    let dir = tempfile::tempdir().unwrap();
    let component = Digest::of(b"a").to_string();
    let other = Digest::of(b"b").to_string();
    let old = Connection::open(Kind::Deployments.path(dir.path())).unwrap();
    old.execute_batch(super::super::schema::DEPLOYMENTS[0]).unwrap();
    old.execute_batch(&format!(
        "PRAGMA user_version = 1; INSERT INTO components (digest, bytes) VALUES ('{component}', x'61');
         INSERT INTO versions VALUES ('r', 1, '{component}', 'p', '{{\"b\":1,\"a\":2}}', NULL, 'ann', 5, 1);
         INSERT INTO standings VALUES ('r', 1, NULL, NULL, NULL);
         INSERT INTO quarantined VALUES ('r', '{other}', 'worse', 6);
         INSERT INTO audit (at, route, actor, action, version, digest, detail) VALUES (5, 'r', 'ann', 'deploy', 1, '{component}', 'active');"
    ))
    .unwrap();
    drop(old);
    let store = Deployments::open(dir.path()).unwrap();
    let active = standing(&store).active;
    assert_eq!((active.component, active.settings.as_str()), (Digest::of(b"a"), r#"{"a":2,"b":1}"#));
    for settings in ["{}", r#"{"x":1}"#] {
        let kept_out = store.quarantine_of("r", &Digest::of(b"b"), &Settings::from_text(settings)).unwrap();
        assert_eq!(kept_out.unwrap().reason, "worse");
    }
    assert_eq!(store.audited("r", 9).unwrap()[0].digest, Some(component));
}
