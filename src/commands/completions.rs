//! `completions`: for shells.

mod bash;
mod fish;

use super::program::NAME;
use super::{Status, explain, print_all};
use crate::catalogue::{CATALOGUE, Rule};
use crate::guides::GUIDES;
use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory, ValueEnum};
use clap_complete::Shell as Known;
use std::sync::LazyLock;

/// Commands whose positional arguments are environments.
const OF_ENVIRONMENTS: [&str; 5] = ["build", "check", "eval", "graph", "smoke"];

/// Print a script that completes commands, options and their values in a shell.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell; `kubectl` is for the program as a plugin of it, in any shell that completes `kubectl`.
    #[arg(value_enum)]
    shell: Shell,
}

/// Who asks for candidates.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Kubectl,
    Powershell,
    Zsh,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let mut command = with_values(super::Arguments::command());
    command.build();
    let script = match arguments.shell {
        Shell::Bash => bash::script(&command),
        Shell::Elvish => generated(Known::Elvish, &mut command),
        Shell::Fish => generated(Known::Fish, &mut command) + &fish::more(&command),
        Shell::Kubectl => bash::script_for_kubectl(&command),
        Shell::Powershell => generated(Known::PowerShell, &mut command),
        Shell::Zsh => generated(Known::Zsh, &mut command),
    };
    print_all(&script)?;
    Ok(Status::Clean)
}

fn generated(shell: Known, command: &mut Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The command line, with the values that only its own parsers know: codes of findings and names of commands.
fn with_values(root: Command) -> Command {
    // Names of values have to live as long as the program does.
    static ROOT: LazyLock<Command> = LazyLock::new(super::Arguments::command);
    let names: Vec<&'static str> = ROOT.get_subcommands().map(Command::get_name).collect();
    let pages = || PossibleValuesParser::new(explained());
    let allowable = || PossibleValuesParser::new(codes(|rule| !rule.code.is_of_the_language()).collect::<Vec<_>>());
    root.mut_subcommand("explain", |command| command.mut_arg("code", |argument| argument.value_parser(pages())))
        .mut_subcommand("man", |command| {
            command.mut_arg("command", |argument| argument.value_parser(PossibleValuesParser::new(names)))
        })
        .mut_subcommands(|command| {
            if command.get_arguments().all(|argument| argument.get_id() != "allow") {
                return command;
            }
            command.mut_arg("allow", |argument| argument.value_parser(allowable()))
        })
}

fn codes(wanted: fn(&Rule) -> bool) -> impl Iterator<Item = PossibleValue> {
    let values = CATALOGUE.iter().filter(move |rule| wanted(rule));
    values.map(|rule| PossibleValue::new(rule.code.0).help(rule.name))
}

/// What `explain` knows of.
fn explained() -> Vec<PossibleValue> {
    let pages = GUIDES.iter().map(|guide| PossibleValue::new(guide.name).help(guide.title()));
    // Names of values have to live as long as the program does.
    static FIELDS: LazyLock<Vec<String>> = LazyLock::new(explain::fields);
    let is_no_page = |way: &&String| GUIDES.iter().all(|guide| guide.name != way.as_str());
    let fields = FIELDS.iter().filter(is_no_page).map(|way| PossibleValue::new(way.as_str()));
    codes(|_| true).chain(pages).chain(fields).collect()
}
