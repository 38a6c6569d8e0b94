//! `check`: environments → findings.

mod fix;

use super::strictness::Strictness;
use super::{
    Color, Limits, Outcomes, Status, checkout, compile_all, eprint_all, expand, print_all, status, wants_color, watch,
};
use crate::cache::Need;
use crate::diagnostic::Edit;
use crate::policy::Policy;
use crate::render::{Checked, Format, Report, gitlab, human, json};
use crate::source::{Entry, Sources, World};
use crate::{Compiler, Outcome};
use anyhow::Result;
use fix::Fixing;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Check environments, and report every fault at once.
///
/// The same compilation as `build`, without output: the findings are the output.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files, each an environment, and folders with environments in them; `-` reads one from standard input.
    ///
    /// In a folder a `.ncl` file is an environment if it ends with `| agentos.Environment`, or if it imports the library,
    /// itself or by others, and no other file there imports it. Other files are modules; `.gitignore` is respected.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Make the fixes that are safe, and report what is left.
    ///
    /// A fix is safe if it changes no more than the value that the finding is on. Files are written at the end, as a whole;
    /// comments and layout stay. No fix allows a finding or touches a secret's value.
    #[arg(long)]
    fix: bool,

    /// Make the other fixes, too: those that invent a value, remove one or decide between several.
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,

    /// Print what `--fix` would change as a patch, and write nothing.
    #[arg(long, requires = "fix")]
    diff: bool,

    /// Check again whenever a file changes that the environments are made of, until Ctrl-C.
    #[arg(long, conflicts_with = "fix")]
    watch: bool,

    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    strictness: Strictness,
}

impl Arguments {
    /// The paths to watch, where that was asked for.
    pub(super) fn watched(&self) -> Option<&[PathBuf]> {
        self.watch.then_some(&self.paths)
    }
}

pub(super) fn run(
    arguments: &Arguments,
    world: &(dyn World + Sync),
    compiler: &mut Compiler,
    outcomes: &mut Outcomes,
    color: Color,
) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let format = arguments.format;
    let at_limit = || -> watch::Report {
        let of_limit = policy.clone();
        Box::new(move |environments: &[Checked], sources: &Sources| {
            print(environments, None, sources, &of_limit, format, color)
        })
    };
    let entries = expand::entries(&arguments.paths)?;
    if arguments.fix {
        let (limits, also_unsafe) = (arguments.limits, arguments.unsafe_fixes);
        let fixing = Fixing { entries: &entries, policy: &policy, limits, also_unsafe };
        if arguments.diff {
            return fix::show(&fixing, at_limit);
        }
        fix::write(&fixing, at_limit)?;
    }
    let has_folder = entries.iter().any(|entry| expand::folder_of(entry).is_some());
    let compiled = compile_all(world, compiler, entries, &policy, arguments.limits, Need::Findings, at_limit())?;
    let modules = compiled.modules;
    *outcomes = compiled.outcomes;
    let unused = outcomes.iter().filter(|(_, outcome)| outcome.is_module()).count();
    let counted = has_folder.then_some(Counted { unused, modules: modules + unused });
    let checked =
        |(entry, outcome): &(Entry, Outcome)| Checked { name: entry.name.clone(), findings: outcome.findings.clone() };
    let environments: Vec<Checked> = outcomes.iter().map(checked).collect();
    print(&environments, counted, compiler.sources(), &policy, format, color)?;
    status(outcomes, &policy)
}

/// How many findings `--fix` would mend, for a person; empty where it would none.
fn fixable(report: &Report<'_>) -> String {
    let is_in_file = |edit: &Edit| report.sources.get(edit.span.file).is_some_and(|source| source.path.is_some());
    let items = report.items();
    let fixes = items.iter().filter(|item| item.finding.allowed.is_none()).filter_map(|item| {
        let fixes = item.finding.fixes.iter().filter(|fix| fix.preferred || fix.safe);
        fixes.filter(|fix| fix.edits.iter().all(is_in_file)).map(|fix| fix.safe).max()
    });
    let (safe, others): (Vec<bool>, Vec<bool>) = fixes.partition(|is_safe| *is_safe);
    match (safe.len(), others.len()) {
        (0, 0) => String::new(),
        (safe, 0) => format!("{safe} can be fixed with `--fix`\n"),
        (0, others) => format!("{others} can be fixed with `--fix --unsafe-fixes`\n"),
        (safe, others) => format!("{safe} can be fixed with `--fix`, {others} more with `--unsafe-fixes`\n"),
    }
}

/// How many of the files in folders are no environments.
#[derive(Clone, Copy)]
struct Counted {
    /// Those that nothing imports; each is reported.
    unused: usize,
    /// All of them.
    modules: usize,
}

fn print(
    environments: &[Checked],
    counted: Option<Counted>,
    sources: &Sources,
    policy: &Policy,
    format: Format,
    color: Color,
) -> Result<()> {
    let report = Report { environments, sources, policy };
    let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
    print_all(&match (format, counted) {
        (Format::Json, Some(counted)) => json::render_with_modules(&report, counted.modules),
        (Format::Gitlab, _) => gitlab::render(&report, checkout().as_ref()),
        (Format::Human | Format::Json | Format::Sarif | Format::Github | Format::Junit, _) => {
            format.render(&report, style)
        }
    })?;
    if format == Format::Human {
        eprint_all(&(closing(&report, counted) + &fixable(&report)))?;
    }
    Ok(())
}

/// The last line for a person: what was checked, and what came of it.
fn closing(report: &Report<'_>, counted: Option<Counted>) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let files = report.environments.len() - counted.map_or(0, |counted| counted.unused);
    let modules =
        counted.map_or(String::new(), |Counted { modules, .. }| format!(", {modules} module{}", plural(modules)));
    let summary = report.summary();
    let denied = if summary.warnings > 0 && report.policy.deny_warnings { "; warnings are denied" } else { "" };
    format!("{files} environment{}{modules}: {}{denied}\n", plural(files), summary.in_words())
}
