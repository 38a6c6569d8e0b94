//! The command line. One file a verb; the only place that writes.

mod build;
mod cache;
mod check;
mod completions;
mod diff;
mod directory;
mod edit;
mod eval;
mod expand;
mod explain;
mod fmt;
mod get;
mod graph;
mod init;
mod judge;
mod lib_export;
mod library;
mod lsp;
mod man;
mod output;
pub mod program;
mod progress;
mod rerun;
mod seal;
mod set;
mod smoke;
mod store;
mod strictness;
mod verify;
mod watch;

use crate::cache::{Cache, Need};
use crate::compile::{self, Jobs, Workers};
use crate::diagnostic::Diagnostic;
use crate::fleet::{self, Gathered, Member, Observer};
use crate::policy::Policy;
use crate::render::{Checked, Summary, human};
use crate::source::git::Checkout;
use crate::source::{Disk, Entry, Sources, World};
use crate::{Compiler, Outcome, characters, words};
use anyhow::{Context, Result};
use clap::{FromArgMatches, Parser, Subcommand, ValueEnum};
use directory::Missing;
use progress::Progress;
use std::ffi::OsString;
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use store::Place;
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

    /// Whether another process watches, and is told what this one asks for.
    #[arg(skip)]
    is_watched: bool,
}

impl Arguments {
    /// What the program was started with.
    ///
    /// # Errors
    /// The words are no command, or ask for help.
    pub fn from_command_line() -> Result<Arguments, clap::Error> {
        let mut words = std::env::args_os().skip(1).peekable();
        match words.peek() {
            Some(word) if word == judge::NAME => {
                let command = Command::Judge(judge::Arguments::try_parse_from(words)?);
                Ok(Arguments { color: Color::Never, command, is_watched: false })
            }
            Some(word) if word == rerun::NAME => {
                words.next();
                Ok(Arguments { is_watched: true, ..Arguments::parsed(words)? })
            }
            Some(_) | None => Arguments::parsed(words),
        }
    }

    /// What words behind the name of the program say.
    fn parsed(words: impl Iterator<Item = OsString>) -> Result<Arguments, clap::Error> {
        let mut command = program::command();
        // As the process was started: usage names it so.
        let all = std::env::args_os().take(1).chain(words);
        let mut matches = command.try_get_matches_from_mut(all)?;
        Arguments::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    }
}

impl Command {
    /// The paths to watch, where that was asked for.
    fn watched(&self) -> Option<&[PathBuf]> {
        if let Command::Build(arguments) = self {
            return arguments.watched();
        }
        if let Command::Check(arguments) = self { arguments.watched() } else { None }
    }
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
    Fmt(fmt::Arguments),
    Eval(eval::Arguments),
    Get(get::Arguments),
    Set(set::Arguments),
    Seal(seal::Arguments),
    Explain(explain::Arguments),
    Graph(graph::Arguments),
    Init(init::Arguments),
    #[command(subcommand)]
    Cache(cache::Arguments),
    #[command(subcommand)]
    Lib(Lib),
    Smoke(Box<smoke::Arguments>),
    Lsp(lsp::Arguments),
    /// What a language server starts, and no command for people: it is in no help.
    #[command(skip)]
    Judge(judge::Arguments),
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
    /// The compiler stumbled; what it found of other environments is reported.
    Bug,
}

impl Status {
    /// The exit status of the process.
    pub fn code(self) -> i32 {
        match self {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Bug => 3,
        }
    }
}

/// Runs a command. `outcomes` holds what was compiled until the process ends.
pub fn run(arguments: Arguments, compiler: &mut Compiler, outcomes: &mut Outcomes) -> Result<Status> {
    let color = arguments.color;
    let told =
        if arguments.is_watched { Some(rerun::Told::new().context("there is no standard input")?) } else { None };
    let world: &(dyn World + Sync) = match (&told, arguments.command.watched()) {
        (Some(told), _) => told,
        (None, Some(paths)) => return rerun::run(paths),
        (None, None) => &Disk,
    };
    match arguments.command {
        Command::Build(arguments) => build::run(&arguments, world, compiler, outcomes, color),
        Command::Check(arguments) => check::run(&arguments, world, compiler, outcomes, color),
        Command::Diff(arguments) => diff::run(&arguments, compiler, color),
        Command::Verify(arguments) => verify::run(&arguments, color),
        Command::Fmt(arguments) => fmt::run(&arguments, compiler, color),
        Command::Eval(arguments) => eval::run(&arguments, compiler, color),
        Command::Get(arguments) => get::run(&arguments, compiler, color),
        Command::Set(arguments) => set::run(&arguments, compiler, color),
        Command::Seal(arguments) => seal::run(&arguments, compiler, color),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments, compiler, color),
        Command::Init(arguments) => init::run(&arguments),
        Command::Cache(arguments) => cache::run(&arguments),
        Command::Lib(Lib::Export(arguments)) => lib_export::run(&arguments),
        Command::Smoke(arguments) => smoke::run(&arguments, compiler, color),
        Command::Lsp(arguments) => lsp::run(&arguments),
        Command::Judge(arguments) => judge::run(&arguments, compiler),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// What kept a command from running, with its causes.
pub fn trouble(error: &anyhow::Error) -> String {
    words::trouble(error)
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

/// The work tree that the current folder is in.
fn checkout() -> Option<Checkout> {
    Checkout::around(&std::env::current_dir().ok()?)
}

/// Environments, and the modules that nothing imports, with what was found.
pub type Outcomes = Vec<(Entry, Outcome)>;

/// What came of entries.
struct Compiled {
    outcomes: Outcomes,
    /// How many of the files in folders other files import.
    modules: usize,
}

/// Compiles the environments among these entries, or takes what is known of them from earlier runs, within the limits;
/// where one passes them, what was found is reported and the process ends.
fn compile_all(
    world: &(dyn World + Sync),
    compiler: &mut Compiler,
    entries: Vec<Entry>,
    policy: &Policy,
    limits: Limits,
    need: Need,
    report: watch::Report,
) -> Result<Compiled> {
    let place = if limits.may_cache() { Place::locate()? } else { None };
    // A folder that is not believed, or can't be opened, is not used; `cache info` says why.
    let store = place.and_then(|place| place.open(Missing::Make).ok());
    let library = compiler.sources().library();
    let program = store.as_ref().and_then(store::Store::program);
    let parts = store.as_ref().zip(program.as_ref());
    let cache = parts.map(|(store, program)| Cache::new(store, world, program, library, need));
    compile_all_with(cache.as_ref(), world, compiler, entries, Terms { need, policy, limits }, report)
}

/// As [`compile_all`], with all that was found, which is reported on standard error.
fn compile_and_report(
    world: &(dyn World + Sync),
    compiler: &mut Compiler,
    entries: Vec<Entry>,
    policy: &Policy,
    limits: Limits,
    need: Need,
    color: Color,
) -> Result<(Outcomes, Vec<Diagnostic>)> {
    let outcomes = compile_all(world, compiler, entries, policy, limits, need, on_stderr(color))?.outcomes;
    let findings: Vec<_> = outcomes.iter().flat_map(|(_, outcome)| outcome.findings.iter().cloned()).collect();
    report(&findings, compiler.sources(), color)?;
    Ok((outcomes, findings))
}

/// As [`compile_all`], in a world that need not be the disk, without results of earlier runs and without modules.
fn compile_all_in(
    world: &(dyn World + Sync),
    compiler: &mut Compiler,
    entries: Vec<Entry>,
    policy: &Policy,
    limits: Limits,
    report: watch::Report,
) -> Result<Outcomes> {
    let terms = Terms { need: Need::Everything, policy, limits };
    let Compiled { mut outcomes, .. } = compile_all_with(None, world, compiler, entries, terms, report)?;
    outcomes.retain(|(_, outcome)| !outcome.is_module());
    Ok(outcomes)
}

/// How environments are compiled.
#[derive(Clone, Copy)]
struct Terms<'a> {
    need: Need,
    policy: &'a Policy,
    limits: Limits,
}

fn compile_all_with(
    cache: Option<&Cache<'_>>,
    world: &(dyn World + Sync),
    compiler: &mut Compiler,
    entries: Vec<Entry>,
    terms: Terms<'_>,
    mut report: watch::Report,
) -> Result<Compiled> {
    let Terms { need, policy, limits } = terms;
    compiler.outlast(limits.memory());
    let folders = entries.iter().filter_map(expand::folder_of).cloned().collect();
    let sources = compiler.sources().library();
    let progress = Progress::of(entries.len());
    let line = progress.clone();
    let at_limit = Box::new(move |environments: &[Checked], sources: &Sources| {
        line.clear();
        report(environments, sources)
    });
    let watch = Watch::over(limits, entries.len(), sources, policy, at_limit);
    let observer = Observers { watch, progress, cache };
    let world = cache.map_or(world, Cache::world);
    let earlier = Earlier { cache, observer: &observer, jobs: limits.jobs() };
    let Gathered { members, modules } = match entries.len() {
        // One alone needs no thread of its own.
        ..=1 => fleet::gather_all(entries, &mut |entries| {
            earlier.or(entries, &mut |entries| one_by_one(world, compiler, &observer, entries))
        }),
        _ => {
            let workers = Workers { jobs: limits.jobs(), stack: compiler.stack(), world, observer: &observer };
            let gathered =
                workers.run(|evaluate| fleet::gather_all(entries, &mut |entries| earlier.or(entries, evaluate)));
            gathered.context("no thread can be started")?
        }
    };
    observer.progress.clear();
    let first = members.first().map(|member| member.entry.clone());
    let outcomes = observer
        .watch
        .over_all(first, members.len(), || compiler.conclude_for(need, members, policy, limits.jobs(), cache));
    expand::ensure_environments(&folders, &outcomes)?;
    Ok(Compiled { outcomes, modules })
}

fn one_by_one(world: &dyn World, compiler: &mut Compiler, observer: &dyn Observer, entries: Vec<Entry>) -> Vec<Member> {
    let examine = |entry: Entry| {
        observer.begin(0, &entry);
        let member = compile::examine(compiler, entry, |compiler, entry| compiler.examine(world, entry));
        observer.end(0, &member);
        member
    };
    entries.into_iter().map(examine).collect()
}

/// What is known of environments from earlier runs.
struct Earlier<'a> {
    cache: Option<&'a Cache<'a>>,
    observer: &'a Observers<'a>,
    jobs: Jobs,
}

impl Earlier<'_> {
    /// The environments as they are known; those that are not, as they are evaluated.
    fn or(&self, entries: Vec<Entry>, evaluate: &mut dyn FnMut(Vec<Entry>) -> Vec<Member>) -> Vec<Member> {
        let Some(cache) = self.cache else { return evaluate(entries) };
        let recalled = compile::share(self.jobs, entries, |entry| match cache.recall(&entry) {
            Some(member) => Ok(member),
            None => Err(entry),
        });
        for member in recalled.iter().flatten() {
            self.observer.recalled(member);
        }
        let unknown: Vec<Entry> = recalled.iter().filter_map(|known| known.as_ref().err().cloned()).collect();
        let evaluated = if unknown.is_empty() { Vec::new() } else { evaluate(unknown) };
        let mut evaluated = evaluated.into_iter();
        recalled.into_iter().filter_map(|known| known.ok().or_else(|| evaluated.next())).collect()
    }
}

/// All who look on while environments are evaluated.
struct Observers<'a> {
    watch: Watch,
    progress: Progress,
    cache: Option<&'a Cache<'a>>,
}

impl Observers<'_> {
    /// An environment was not evaluated, because it is known.
    fn recalled(&self, member: &Member) {
        self.watch.recalled(member);
        self.progress.end(0, member);
    }
}

impl Observer for Observers<'_> {
    fn begin(&self, worker: usize, entry: &Entry) {
        self.watch.begin(worker, entry);
        self.progress.begin(worker, entry);
        self.cache.iter().for_each(|cache| cache.begin(worker, entry));
    }

    fn end(&self, worker: usize, member: &Member) {
        // First of all: to keep a result is no part of the work that has limits.
        self.watch.end(worker, member);
        self.progress.end(worker, member);
        self.cache.iter().for_each(|cache| cache.end(worker, member));
    }
}

/// How a command ends that has compiled environments and reported what was found.
fn status(outcomes: &[(Entry, Outcome)], policy: &Policy) -> Result<Status> {
    let crashed: Vec<&str> =
        outcomes.iter().filter(|(_, outcome)| outcome.crashed).map(|(entry, _)| entry.name.as_str()).collect();
    if !crashed.is_empty() {
        eprint_all(&format!("{}: not compiled for a bug of ours: {}\n", program::name(), crashed.join(", ")))?;
        return Ok(Status::Bug);
    }
    let rejected = outcomes.iter().any(|(_, outcome)| policy.rejects_any(&outcome.findings));
    Ok(if rejected { Status::Findings } else { Status::Clean })
}

/// Prints findings for a person, and their count, on standard error.
fn report(findings: &[Diagnostic], sources: &Sources, color: Color) -> Result<()> {
    let style = human::Style { color: wants_color(color, std::io::stderr().is_terminal()) };
    eprint_drawn(&human::render(findings, sources, style))?;
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

/// How many bytes are written to standard output at once where there are many short texts.
const AT_ONCE: usize = 64 << 10;

/// Writes to standard output. A reader that has gone away, such as `head`, is no error.
fn print_all(text: &str) -> Result<()> {
    print_each(std::iter::once(text))
}

/// The same, one text after the other.
fn print_each(mut texts: impl Iterator<Item = impl AsRef<str>>) -> Result<()> {
    let mut out = BufWriter::with_capacity(AT_ONCE, std::io::stdout().lock());
    let mut write = || {
        texts.try_for_each(|text| out.write_all(text.as_ref().as_bytes()))?;
        out.flush()
    };
    quiet_if_closed(write()).context("standard output can't be written")
}

/// Writes to standard error; what acts on a terminal, such as in the name of a file, is escaped.
fn eprint_all(text: &str) -> Result<()> {
    eprint_drawn(&characters::printable(text))
}

/// Writes what is fit to be shown, and may have colours.
fn eprint_drawn(text: &str) -> Result<()> {
    quiet_if_closed(std::io::stderr().lock().write_all(text.as_bytes())).context("standard error can't be written")
}

fn quiet_if_closed(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
