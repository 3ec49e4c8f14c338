//! Has the kernel page out the memory of sandboxes in this process, as it does under memory pressure, and makes the swap that
//! this needs where the machine has none and allows it.

use std::path::PathBuf;
use std::process::Command;

/// Enough for what one test pages out.
const SWAP_BYTES: u64 = 64 << 20;

/// The address space of one slot: what lies behind the start of a module's image belongs to the same sandbox.
const SLOT_BYTES: usize = 4 << 30;

/// Swap that pages can go to, for as long as this lives.
pub struct Swap {
    /// The file that this made, unless the machine had swap already.
    made: Option<PathBuf>,
    _folder: tempfile::TempDir,
}

impl Swap {
    /// The machine's own swap, or a file made for this. `None` where there is none and none can be had: without root, on a file
    /// system that takes no swap files, or without `mkswap`.
    pub fn find_or_make() -> Option<Self> {
        // Not in the system's temporary folder, which may be memory itself.
        let folder = tempfile::tempdir_in(concat!(env!("CARGO_MANIFEST_DIR"), "/../target")).ok()?;
        let there = std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() > 1);
        if there {
            return Some(Self { made: None, _folder: folder });
        }
        let file = folder.path().join("swap");
        let runs = |program: &str, arguments: &[&str]| {
            Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
        };
        let path = file.to_str()?;
        let made = runs("fallocate", &["-l", &SWAP_BYTES.to_string(), path])
            && runs("chmod", &["600", path])
            && runs("mkswap", &[path])
            && runs("swapon", &[path]);
        made.then_some(Self { made: Some(file), _folder: folder })
    }
}

impl Drop for Swap {
    fn drop(&mut self) {
        if let Some(file) = &self.made {
            let _ = Command::new("swapoff").arg(file).output();
        }
    }
}

/// Pages out the memory of every sandbox in this process. Says how many bytes of it the kernel was asked for.
#[allow(unsafe_code, reason = "there is no safe way to ask for it")]
pub fn page_out_sandboxes() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux says what is mapped");
    let mut slot = 0..0;
    let mut asked = 0;
    for line in maps.lines() {
        let mut fields = line.split_ascii_whitespace();
        let (Some(range), Some(permissions)) = (fields.next(), fields.next()) else { continue };
        let Some((start, end)) = range.split_once('-') else { continue };
        let address = |text| usize::from_str_radix(text, 16).expect("the kernel writes addresses in hexadecimal");
        let (start, end) = (address(start), address(end));
        let is_writable = permissions.starts_with("rw");
        // The image of a sandbox's memory is mapped from the file of the compiled policy.
        if is_writable && line.ends_with(".code") && !slot.contains(&start) {
            slot = start..start + SLOT_BYTES;
        }
        if is_writable && slot.contains(&start) {
            // SAFETY: paging out changes nothing that a program can see; who reads the page next gets it back.
            let done = unsafe { rustix::mm::madvise(start as *mut _, end - start, rustix::mm::Advice::LinuxPageOut) };
            asked += if done.is_ok() { end - start } else { 0 };
        }
    }
    asked
}

/// How much of this process is in swap, in bytes.
pub fn swapped_out() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSwap:")).unwrap_or_default();
    line.split_ascii_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}
