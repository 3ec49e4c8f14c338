//! Tests of the store of deployments.

use super::*;

const BY_ANN: Act<'_> = Act { route: "r", by: "ann", at: 7 };

fn new(component: &str) -> NewVersion {
    let component = Bytes::from(component.to_owned());
    let (digest, remark) = (Digest::of(&component), String::new());
    NewVersion { digest, component, name: "p".into(), config: "{}".into(), signer: None, remark }
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
    let standing = store.standing("r").unwrap().unwrap();
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
        let active = store.standing("r").unwrap().unwrap().active;
        let Some(earlier) = store.before("r", &active).unwrap() else { break };
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
    let (candidate, _) = store.standing("r").unwrap().unwrap().candidate.unwrap();
    store.withdraw(BY_ANN, &candidate, "it trapped").unwrap();
    assert_eq!(store.standing("r").unwrap().unwrap().candidate, None);
    assert_eq!(store.quarantine_of("r", &candidate.digest).unwrap().unwrap().reason, "it trapped");
    assert!(store.release(BY_ANN, &candidate.digest).unwrap());
    assert!(!store.release(BY_ANN, &candidate.digest).unwrap());
    assert_eq!(store.quarantine_of("r", &candidate.digest).unwrap(), None);
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
