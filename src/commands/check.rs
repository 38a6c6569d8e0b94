//! `check`: environments → findings.

use super::strictness::Strictness;
use super::{Color, Status, compile_all, eprint_all, print_all, wants_color};
use crate::Compiler;
use crate::render::{Checked, Format, Report, human};
use anyhow::Result;
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

    #[command(flatten)]
    strictness: Strictness,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let outcomes = compile_all(compiler, &arguments.paths, &policy)?;
    let environments: Vec<Checked> =
        outcomes.into_iter().map(|(entry, outcome)| Checked { name: entry.name, findings: outcome.findings }).collect();
    let report = Report { environments: &environments, sources: compiler.sources(), policy: &policy };
    let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
    print_all(&arguments.format.render(&report, style))?;
    if arguments.format == Format::Human {
        eprint_all(&closing(&report))?;
    }
    let rejected = environments.iter().any(|checked| policy.rejects_any(&checked.findings));
    Ok(if rejected { Status::Findings } else { Status::Clean })
}

/// The last line for a person: what was checked, and what came of it.
fn closing(report: &Report<'_>) -> String {
    let files = report.environments.len();
    let summary = report.summary();
    let denied = if summary.warnings > 0 && report.policy.deny_warnings { "; warnings are denied" } else { "" };
    format!("{files} environment{}: {}{denied}\n", if files == 1 { "" } else { "s" }, summary.in_words())
}
