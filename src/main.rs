//! Arguments → command → exit code.

use agentos_cfg::Compiler;
use agentos_cfg::commands::{self, Arguments};
use clap::Parser;
use std::mem::ManuallyDrop;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("agentos-cfg: a bug of ours, not of your environment: {panic}");
        eprintln!("please report it, with the input: {}/issues", env!("CARGO_PKG_REPOSITORY"));
    }));
    // The process ends right after: taking Nickel's values apart one by one would only cost time.
    let mut compiler = ManuallyDrop::new(Compiler::new());
    match std::panic::catch_unwind(AssertUnwindSafe(|| commands::run(arguments, &mut compiler))) {
        Ok(Ok(status)) => status.into(),
        Ok(Err(error)) => {
            eprintln!("agentos-cfg: {}", commands::trouble(&error));
            ExitCode::from(2)
        }
        Err(_panic) => ExitCode::from(3),
    }
}
