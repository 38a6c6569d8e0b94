//! Arguments → command → exit code.

use agentos_cfg::Compiler;
use agentos_cfg::commands::{self, Arguments};
use clap::Parser;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Nickel's parser and evaluator recurse: deep input needs a deep stack. Only what is touched takes memory.
const STACK: usize = 1 << 30;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("agentos-cfg: a bug of ours, not of your environment: {panic}");
        eprintln!("please report it, with the input: {}/issues", env!("CARGO_PKG_REPOSITORY"));
    }));
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        // The process ends right after: taking Nickel's values apart one by one would only cost time.
        let mut compiler = ManuallyDrop::new(Compiler::new());
        commands::run(arguments, &mut compiler)
    });
    let ended = match worker {
        Ok(worker) => worker.join(),
        Err(error) => {
            eprintln!("agentos-cfg: the compiler's thread can't be started: {error}");
            return ExitCode::from(2);
        }
    };
    match ended {
        Ok(Ok(status)) => status.into(),
        Ok(Err(error)) => {
            eprintln!("agentos-cfg: {error:#}");
            ExitCode::from(2)
        }
        Err(_panic) => ExitCode::from(3),
    }
}
