//! `check`: environments → findings.

use super::{Color, Status, compile_all, eprint_all, print_all, wants_color};
use crate::Compiler;
use crate::diagnostic::{Diagnostic, rejects};
use crate::render::{Summary, human, json};
use anyhow::Result;
use clap::ValueEnum;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Check environments, and report every fault at once.
///
/// The same compilation as `build`, without output: the findings are the output.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files, each an environment, and folders with environments in them; `-` reads one from standard input.
    ///
    /// In a folder a file is an environment if it ends with `| agentos.Environment`. Other `.ncl` files are modules
    /// that environments import, and `.gitignore` is respected.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For programs: one JSON object.
    Json,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let outcomes = compile_all(compiler, &arguments.paths)?;
    let files = outcomes.len();
    let findings: Vec<Diagnostic> = outcomes.into_iter().flat_map(|(_, outcome)| outcome.findings).collect();
    match arguments.format {
        Format::Human => {
            let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
            print_all(&human::render(&findings, compiler.sources(), style))?;
            let environments = format!("{files} environment{}", if files == 1 { "" } else { "s" });
            let result = if findings.is_empty() { "no findings".to_owned() } else { Summary::of(&findings).in_words() };
            eprint_all(&format!("{environments}: {result}\n"))?;
        }
        Format::Json => print_all(&json::render(&findings, compiler.sources(), files))?,
    }
    Ok(if rejects(&findings) { Status::Findings } else { Status::Clean })
}
