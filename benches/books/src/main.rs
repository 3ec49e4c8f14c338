//! A gateway to be measured, with or without its books: `books on|off CONFIG`. `benches/overhead --books` runs it both ways,
//! so that nothing but journal and ledger differs. The program `fingerpost` has no such switch.
#![allow(clippy::print_stderr, reason = "a program for measuring says what is wrong where it is run")]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use fingerpost::config::Config;
use fingerpost::policy::{ADMIT_COMMAND, child_main};
use fingerpost::serve::{Options, start, start_without_books};
use tokio::signal::unix::{SignalKind, signal};

/// The same as the program's, or the comparison with it would say nothing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    if typed.first().is_some_and(|first| first == ADMIT_COMMAND) {
        return child_main();
    }
    match run(&typed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(typed: &[String]) -> anyhow::Result<()> {
    let [books, config] = typed else { bail!("usage: books on|off CONFIG") };
    let keeps_books = match books.as_str() {
        "on" => true,
        "off" => false,
        other => bail!("the books are `on` or `off`, not {other:?}"),
    };
    let file = PathBuf::from(config);
    let config = Config::load(&file)?;
    rlimit::increase_nofile_limit(u64::MAX).context("failed to raise the limit on open files")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminated = signal(SignalKind::terminate())?;
        let options = Options { config_file: Some(file), ..Options::default() };
        let running =
            if keeps_books { start(config, options).await? } else { start_without_books(config, options).await? };
        terminated.recv().await;
        running.stop().await;
        Ok(())
    })
}
