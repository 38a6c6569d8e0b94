//! The command line. One file a verb; the only place that writes.

mod build;
mod check;
mod completions;
mod diff;
mod eval;
mod expand;
mod explain;
mod graph;
mod init;
mod lib_export;
mod man;
mod output;
mod smoke;
mod strictness;
mod verify;
mod watch;

use crate::diagnostic::Diagnostic;
use crate::policy::Policy;
use crate::render::{Checked, Summary, human};
use crate::source::{Disk, Entry, Sources, World};
use crate::{Compiler, Outcome};
use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use watch::{Limits, Watch};

/// A declarative configuration compiler for AgentOS on Kubernetes.
///
/// An environment is one typed Nickel file. It is checked against the contracts of `agentos/lib.ncl` and compiled into
/// plain Kubernetes manifests; what the runtime would accept silently and run unsafely is rejected, every fault at once,
/// each at its line.
#[derive(Parser)]
#[command(name = "agentos-cfg", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit status: 0 clean, 1 findings or differences, 2 usage or environment trouble, 3 a bug.")]
pub struct Arguments {
    /// When to use colours; `NO_COLOR` in the environment means never.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,

    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// Where the output is a terminal.
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    Build(build::Arguments),
    Check(check::Arguments),
    Diff(diff::Arguments),
    Verify(verify::Arguments),
    Eval(eval::Arguments),
    Explain(explain::Arguments),
    Graph(graph::Arguments),
    Init(init::Arguments),
    #[command(subcommand)]
    Lib(Lib),
    Smoke(Box<smoke::Arguments>),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// The library that environments import as `agentos/lib.ncl`.
#[derive(Subcommand)]
enum Lib {
    Export(lib_export::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing was found.
    Clean,
    /// Something was found, or differs.
    Findings,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        match status {
            Status::Clean => ExitCode::SUCCESS,
            Status::Findings => ExitCode::from(1),
        }
    }
}

/// Runs a command.
pub fn run(arguments: Arguments, compiler: &mut Compiler) -> Result<Status> {
    let color = arguments.color;
    match arguments.command {
        Command::Build(arguments) => build::run(&arguments, compiler, color),
        Command::Check(arguments) => check::run(&arguments, compiler, color),
        Command::Diff(arguments) => diff::run(&arguments, compiler, color),
        Command::Verify(arguments) => verify::run(&arguments, color),
        Command::Eval(arguments) => eval::run(&arguments, compiler, color),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments, compiler, color),
        Command::Init(arguments) => init::run(&arguments),
        Command::Lib(Lib::Export(arguments)) => lib_export::run(&arguments),
        Command::Smoke(arguments) => smoke::run(&arguments, compiler, color),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// How many bytes of standard input are read: more than the compiler takes.
const LONGEST_INPUT: u64 = 64 << 20;

/// The entry that an argument names; `-` is standard input.
fn entry(argument: &Path) -> Result<Entry> {
    let here = std::env::current_dir().context("the current folder can't be read")?;
    if argument.as_os_str() != "-" {
        let entry = Entry::file(argument, &here);
        let metadata = std::fs::metadata(&entry.path).with_context(|| format!("`{}` can't be read", entry.name))?;
        anyhow::ensure!(!metadata.is_dir(), "`{}` is a folder; name an environment's file", entry.name);
        return Ok(entry);
    }
    let mut text = String::new();
    // More than this no environment may have, and the compiler says so.
    let mut input = std::io::stdin().lock().take(LONGEST_INPUT);
    input.read_to_string(&mut text).context("standard input can't be read as UTF-8 text")?;
    Ok(Entry::text("<stdin>", text, &here))
}

/// Compiles each entry in turn, within the limits; where one passes them, what was found is reported and the process
/// ends.
fn compile_all(
    compiler: &mut Compiler,
    entries: Vec<Entry>,
    policy: &Policy,
    limits: Limits,
    report: watch::Report,
) -> Result<Vec<(Entry, Outcome)>> {
    compile_all_in(&Disk, compiler, entries, policy, limits, report)
}

/// As [`compile_all`], in a world that need not be the disk.
fn compile_all_in(
    world: &dyn World,
    compiler: &mut Compiler,
    entries: Vec<Entry>,
    policy: &Policy,
    limits: Limits,
    report: watch::Report,
) -> Result<Vec<(Entry, Outcome)>> {
    compiler.outlast(limits.memory());
    let watch = Watch::start(limits, entries.len(), report).context("evaluation can't be watched over")?;
    let compile = |entry: Entry| {
        watch.begin(&entry);
        let outcome = compiler.compile_under(world, &entry, policy);
        watch.end(&entry, &outcome.findings, compiler.sources());
        (entry, outcome)
    };
    Ok(entries.into_iter().map(compile).collect())
}

/// Prints findings for a person, and their count, on standard error.
fn report(findings: &[Diagnostic], sources: &Sources, color: Color) -> Result<()> {
    let style = human::Style { color: wants_color(color, std::io::stderr().is_terminal()) };
    eprint_all(&human::render(findings, sources, style))?;
    if !findings.is_empty() {
        eprint_all(&format!("{}\n", Summary::of(findings).in_words()))?;
    }
    Ok(())
}

/// Reports on standard error what was found before a limit was passed, as `build` and `eval` do at their end.
fn on_stderr(color: Color) -> watch::Report {
    Box::new(move |environments: &[Checked], sources: &Sources| {
        let findings: Vec<_> = environments.iter().flat_map(|checked| checked.findings.iter().cloned()).collect();
        report(&findings, sources, color)
    })
}

fn wants_color(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Writes to standard output. A reader that has gone away, such as `head`, is no error.
fn print_all(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    quiet_if_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
        .context("standard output can't be written")
}

fn eprint_all(text: &str) -> Result<()> {
    quiet_if_closed(std::io::stderr().lock().write_all(text.as_bytes())).context("standard error can't be written")
}

fn quiet_if_closed(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
