//! What the script of `clap_complete` for fish lacks: values of positional arguments, and those of options that stand
//! before the command.

use super::OF_ENVIRONMENTS;
use clap::{Arg, Command, ValueHint};

/// One line for each such argument that has known values.
pub(super) fn more(root: &Command) -> String {
    let positional = |command: &Command| {
        let values = values(command, command.get_positionals().next()?)?;
        let name = command.get_name();
        Some(format!("complete -c agentos-cfg -n \"__fish_agentos_cfg_using_subcommand {name}\" -f {values}\n"))
    };
    let option = |option: &Arg| {
        let (long, names) = (option.get_long()?, names(option)?);
        Some(format!("complete -c agentos-cfg -l {long} -r -f -a \"{names}\"\n"))
    };
    root.get_subcommands().filter_map(positional).chain(root.get_opts().filter_map(option)).collect()
}

fn values(command: &Command, argument: &Arg) -> Option<String> {
    if let Some(names) = names(argument) {
        return Some(format!("-a \"{names}\""));
    }
    if OF_ENVIRONMENTS.contains(&command.get_name()) {
        return Some("-k -a \"(__fish_complete_suffix .ncl)\"".to_owned());
    }
    let is_folder = argument.get_value_hint() == ValueHint::DirPath;
    is_folder.then(|| "-a \"(__fish_complete_directories)\"".to_owned())
}

fn names(argument: &Arg) -> Option<String> {
    let possible = argument.get_possible_values();
    let names: Vec<&str> = possible.iter().map(|value| value.get_name()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}
