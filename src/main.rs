//! Arguments → command → exit code.

use agentos_cfg::characters::{printable, printable_line};
use agentos_cfg::commands::{self, Arguments};
use agentos_cfg::{Compiler, redact};
use clap::Parser;
use clap::error::{ContextKind, ContextValue};
use std::mem::ManuallyDrop;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(error),
    };
    std::panic::set_hook(Box::new(|panic| {
        let panic = printable(&redact::text(&panic.to_string())).into_owned();
        eprintln!("agentos-cfg: a bug of ours, not of your environment: {panic}");
        eprintln!("please report it, with the input: {}/issues", env!("CARGO_PKG_REPOSITORY"));
    }));
    // The process ends right after: taking Nickel's values apart one by one would only cost time.
    let mut compiler = ManuallyDrop::new(Compiler::new());
    match std::panic::catch_unwind(AssertUnwindSafe(|| commands::run(arguments, &mut compiler))) {
        Ok(Ok(status)) => status.into(),
        Ok(Err(error)) => {
            eprintln!("agentos-cfg: {}", printable_line(&redact::text(&commands::trouble(&error))));
            ExitCode::from(2)
        }
        Err(_panic) => ExitCode::from(3),
    }
}

/// Says what is wrong with the arguments, without the credentials that they may hold and with what would act on the terminal
/// escaped; prints help where that was asked for.
fn refuse(mut error: clap::Error) -> ExitCode {
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
    match (printed, u8::try_from(error.exit_code())) {
        (Ok(()), Ok(code)) => ExitCode::from(code),
        _ => ExitCode::from(2),
    }
}
