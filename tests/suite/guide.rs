//! `docs/policies.md`: each of its commands works as pasted, in its order, on the gateway that it describes, and prints what
//! it shows.

use std::fs;
use std::path::Path;

use crate::lab::{assert_shows, command, commands, lab, turn};
use crate::programs::Process;

#[test]
fn the_way_from_nothing_to_a_canary_works_as_pasted_and_prints_what_the_guide_shows() {
    let _turn = turn();
    fs::remove_dir_all(lab().join("my-policy")).expect("it is there");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policies.md");
    let guide = fs::read_to_string(path).expect("the guide");
    let config = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a config");
    let here = "[server]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.2:0\"\n[data]\ndir = \"data\"\n";
    let folder = tempfile::tempdir().expect("a folder can be made");
    let gateway = Process::start_on(folder, &format!("{config}\n{here}"), &[]);
    let mut ran = 0;
    for (script, said) in commands(&guide) {
        let script = script.replace("127.0.0.1:8080", &gateway.public);
        let output = command(&script)
            .env("FINGERPOST_ADMIN", format!("http://{}", gateway.admin))
            .env("FINGERPOST_ADMIN_TOKEN", &gateway.token)
            .env("FINGERPOST_DATA_DIR", gateway.dir.path().join("data"))
            .output();
        assert_shows(&said, &output.expect("bash runs"));
        ran += 1;
    }
    assert!(ran >= 12, "{ran}");
}
