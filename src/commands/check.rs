//! `check`: environments → findings.

use super::strictness::Strictness;
use super::{Color, Limits, Status, compile_all, eprint_all, expand, print_all, status, wants_color};
use crate::cache::Need;
use crate::policy::Policy;
use crate::render::{Checked, Format, Report, human};
use crate::source::{Entry, Sources};
use crate::{Compiler, Outcome};
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
    limits: Limits,

    #[command(flatten)]
    strictness: Strictness,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let format = arguments.format;
    let of_limit = policy.clone();
    let at_limit = Box::new(move |environments: &[Checked], sources: &Sources| {
        print(environments, sources, &of_limit, format, color)
    });
    let entries = expand::entries(&arguments.paths)?;
    // The process ends soon: to take all apart would only cost time.
    let outcomes = compile_all(compiler, entries, &policy, arguments.limits, Need::Findings, at_limit)?.leak();
    let checked =
        |(entry, outcome): &(Entry, Outcome)| Checked { name: entry.name.clone(), findings: outcome.findings.clone() };
    let environments: Vec<Checked> = outcomes.iter().map(checked).collect();
    print(&environments, compiler.sources(), &policy, format, color)?;
    status(outcomes, &policy)
}

fn print(environments: &[Checked], sources: &Sources, policy: &Policy, format: Format, color: Color) -> Result<()> {
    let report = Report { environments, sources, policy };
    let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
    print_all(&format.render(&report, style))?;
    if format == Format::Human {
        eprint_all(&closing(&report))?;
    }
    Ok(())
}

/// The last line for a person: what was checked, and what came of it.
fn closing(report: &Report<'_>) -> String {
    let files = report.environments.len();
    let summary = report.summary();
    let denied = if summary.warnings > 0 && report.policy.deny_warnings { "; warnings are denied" } else { "" };
    format!("{files} environment{}: {}{denied}\n", if files == 1 { "" } else { "s" }, summary.in_words())
}
