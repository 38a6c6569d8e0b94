//! The script for bash.
//!
//! It is ours because the one of `clap_complete` completes nothing after the first word where the name of the program
//! has a hyphen (clap's issue 6421), and offers options where a file belongs. Here a command is named as it is typed,
//! such as ` cache clear`, both where it is recognised and where it is looked up.

use super::OF_ENVIRONMENTS;
use clap::{Arg, Command, ValueHint};

/// What finds candidates for the last word, and what asks it.
const FINDING: &str = include_str!("bash/finding.bash");
const ASKING_BASH: &str = include_str!("bash/asking.bash");
const ASKING_KUBECTL: &str = include_str!("bash/asking_kubectl.bash");

/// The script that completes a command line.
pub(super) fn script(root: &Command) -> String {
    filled(ASKING_BASH, root)
}

/// The program that `kubectl` asks to complete the command line of a plugin.
pub(super) fn script_for_kubectl(root: &Command) -> String {
    filled(ASKING_KUBECTL, root)
}

fn filled(asking: &str, root: &Command) -> String {
    let mut all = Vec::new();
    collect(root, "", &mut all);
    let recognised: Vec<String> = all.iter().skip(1).map(|(path, _)| format!("\"{path}\"")).collect();
    let values: String = all.iter().flat_map(|(path, command)| values_of_options(path, command)).collect();
    let words: String = all.iter().map(|(path, command)| words_of(path, command)).collect();
    let finding = FINDING
        .replace("@COMMANDS@", &recognised.join(" | "))
        .replace("@VALUES@\n", &values)
        .replace("@WORDS@\n", &words);
    asking.replace("@FINDING@\n", &finding)
}

/// A command and all below it, each with the words that lead to it.
fn collect<'a>(command: &'a Command, path: &str, all: &mut Vec<(String, &'a Command)>) {
    all.push((path.to_owned(), command));
    for inner in command.get_subcommands() {
        collect(inner, &format!("{path} {}", inner.get_name()), all);
    }
}

/// One case for each option that takes a value.
fn values_of_options(path: &str, command: &Command) -> Vec<String> {
    let takes_value = |argument: &&Arg| argument.get_action().takes_values();
    let case = |argument: &Arg| {
        let names: Vec<String> = spellings(argument).iter().map(|name| format!("\"{path} {name}\"")).collect();
        format!("        {}) {} ;;\n", names.join(" | "), candidates(argument, None))
    };
    command.get_opts().filter(takes_value).map(case).collect()
}

/// The case of a command: its options after a hyphen, else what its first positional argument takes.
fn words_of(path: &str, command: &Command) -> String {
    let options: Vec<String> =
        command.get_arguments().filter(|argument| !argument.is_positional()).flat_map(spellings).collect();
    let inner: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let extension = OF_ENVIRONMENTS.contains(&command.get_name()).then_some("ncl");
    let plain = match command.get_positionals().next() {
        Some(argument) => candidates(argument, extension),
        None => format!("words=\"{}\"", inner.join(" ")),
    };
    format!("        \"{path}\") options=\"{}\" {plain} ;;\n", options.join(" "))
}

/// An option as it may be typed.
fn spellings(argument: &Arg) -> Vec<String> {
    let short = argument.get_short().map(|short| format!("-{short}"));
    short.into_iter().chain(argument.get_long().map(|long| format!("--{long}"))).collect()
}

/// The assignment that says what a value may be; without one, nothing is offered.
fn candidates(argument: &Arg, extension: Option<&str>) -> String {
    let possible = argument.get_possible_values();
    let names: Vec<&str> = possible.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name()).collect();
    match (argument.get_value_hint(), extension) {
        _ if !names.is_empty() => format!("words=\"{}\"", names.join(" ")),
        (ValueHint::DirPath, _) => "files=folders".to_owned(),
        (ValueHint::AnyPath | ValueHint::FilePath, Some(extension)) => format!("files={extension}"),
        (ValueHint::AnyPath | ValueHint::FilePath, None) => "files=all".to_owned(),
        _ => "words=\"\"".to_owned(),
    }
}
