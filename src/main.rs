//! Arguments → command → exit code.

use agentos_cfg::Compiler;
use agentos_cfg::characters::{has_any, printable, printable_line};
use agentos_cfg::commands::{self, Arguments};
use clap::Parser;
use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = arguments();
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("agentos-cfg: a bug of ours, not of your environment: {}", printable(&panic.to_string()));
        eprintln!("please report it, with the input: {}/issues", env!("CARGO_PKG_REPOSITORY"));
    }));
    // The process ends right after: taking Nickel's values apart one by one would only cost time.
    let mut compiler = ManuallyDrop::new(Compiler::new());
    match std::panic::catch_unwind(AssertUnwindSafe(|| commands::run(arguments, &mut compiler))) {
        Ok(Ok(status)) => status.into(),
        Ok(Err(error)) => {
            eprintln!("agentos-cfg: {}", printable_line(&commands::trouble(&error)));
            ExitCode::from(2)
        }
        Err(_panic) => ExitCode::from(3),
    }
}

/// The arguments. A message on one that they can't have repeats it: what would act on the terminal is escaped.
fn arguments() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| {
        let acts = |argument: OsString| has_any(&argument.to_string_lossy());
        if !error.use_stderr() || !std::env::args_os().any(acts) {
            error.exit();
        }
        eprint!("{}", printable(&error.to_string()));
        std::process::exit(2)
    })
}
