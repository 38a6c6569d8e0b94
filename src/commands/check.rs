//! `check`: environments → findings.

use super::{Color, Limits, Status, compile_all, eprint_all, print_all, wants_color};
use crate::Compiler;
use crate::diagnostic::{Diagnostic, rejects};
use crate::render::{Summary, human, json};
use crate::source::Sources;
use anyhow::Result;
use clap::ValueEnum;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Check environments, and report every fault at once.
///
/// The same compilation as `build`, without output: the findings are the output.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environments' files; `-` reads one from standard input.
    #[arg(required = true, value_name = "ENV")]
    environments: Vec<PathBuf>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    #[command(flatten)]
    limits: Limits,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For programs: one JSON object.
    Json,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let format = arguments.format;
    let at_limit = Box::new(move |findings: &[_], sources: &_, files| print(findings, sources, files, format, color));
    let outcomes = compile_all(compiler, &arguments.environments, arguments.limits, at_limit)?;
    let files = outcomes.len();
    let findings: Vec<Diagnostic> = outcomes.into_iter().flat_map(|outcome| outcome.findings).collect();
    print(&findings, compiler.sources(), files, format, color)?;
    Ok(if rejects(&findings) { Status::Findings } else { Status::Clean })
}

fn print(findings: &[Diagnostic], sources: &Sources, files: usize, format: Format, color: Color) -> Result<()> {
    match format {
        Format::Human => {
            let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
            print_all(&human::render(findings, sources, style))?;
            let environments = format!("{files} environment{}", if files == 1 { "" } else { "s" });
            let result = if findings.is_empty() { "no findings".to_owned() } else { Summary::of(findings).in_words() };
            eprint_all(&format!("{environments}: {result}\n"))
        }
        Format::Json => print_all(&json::render(findings, sources, files)),
    }
}
