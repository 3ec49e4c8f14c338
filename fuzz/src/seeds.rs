//! Writes the inputs from which fuzzing sets out: right ones, and what the suite's mutations make of them.

use std::path::Path;

use support::fuzz::mutate;

/// How many inputs of each sort.
const INPUTS: u64 = 300;

fn main() -> std::io::Result<()> {
    for (name, grow) in
        [("stream", mutate::stream as fn(u64) -> Vec<u8>), ("answer", mutate::answer), ("failure", mutate::failure)]
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        std::fs::create_dir_all(&folder)?;
        for seed in 0..INPUTS {
            std::fs::write(folder.join(format!("seed-{seed}")), grow(seed))?;
        }
    }
    Ok(())
}
