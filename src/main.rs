//! Arguments → command → exit code.

use agentos_cfg::characters::{printable, printable_line};
use agentos_cfg::commands::{self, Arguments, Outcomes, program};
use agentos_cfg::{Compiler, redact};
use clap::error::{ContextKind, ContextValue};
use std::panic::AssertUnwindSafe;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let (mut compiler, mut outcomes) = (Compiler::new(), Vec::new());
    let status = match Arguments::from_command_line() {
        Ok(arguments) => run(arguments, &mut compiler, &mut outcomes),
        Err(error) => refuse(error),
    };
    // All is written and flushed. The process ends without dropping what was compiled, value by value.
    std::process::exit(status)
}

fn run(arguments: Arguments, compiler: &mut Compiler, outcomes: &mut Outcomes) -> i32 {
    std::panic::set_hook(Box::new(|panic| {
        let panic = printable(&redact::text(&panic.to_string())).into_owned();
        eprintln!("{}: a bug of ours, not of your environment: {panic}", program::name());
        eprintln!("please report it, with the input: {}/issues", env!("CARGO_PKG_REPOSITORY"));
    }));
    match std::panic::catch_unwind(AssertUnwindSafe(|| commands::run(arguments, compiler, outcomes))) {
        Ok(Ok(status)) => status.code(),
        Ok(Err(error)) => {
            eprintln!("{}: {}", program::name(), printable_line(&redact::text(&commands::trouble(&error))));
            2
        }
        Err(_panic) => 3,
    }
}

/// Says what is wrong with the arguments, without the credentials that they may hold and with what would act on the terminal
/// escaped; prints help where that was asked for.
fn refuse(mut error: clap::Error) -> i32 {
    let hidden = |value: &ContextValue| match value {
        ContextValue::String(text) => Some(ContextValue::String(redact::argument(text))),
        ContextValue::Strings(texts) => {
            Some(ContextValue::Strings(texts.iter().map(|text| redact::argument(text)).collect()))
        }
        _ => None,
    };
    let context = error.context().filter_map(|(kind, value)| Some((kind, hidden(value)?)));
    for (kind, value) in context.collect::<Vec<(ContextKind, ContextValue)>>() {
        error.insert(kind, value);
    }
    let text = error.to_string();
    let hidden = redact::text(&text);
    let shown = printable(&hidden);
    // The arguments as clap shows them have colours, which help to read, but not to find what has to be hidden.
    let printed =
        if shown == text { error.print() } else { std::io::Write::write_all(&mut std::io::stderr(), shown.as_bytes()) };
    printed.map_or(2, |()| error.exit_code())
}
