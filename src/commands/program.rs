//! How the program is called: by its own name, or by `kubectl` as a plugin of it.

use clap::builder::StyledStr;
use clap::{Command, CommandFactory};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::LazyLock;

/// Its own name.
pub(super) const NAME: &str = "agentos-cfg";

/// The file that `kubectl` looks for on `PATH`, and what its users write.
const PLUGIN: (&str, &str) = ("kubectl-agentos", "kubectl agentos");

/// What the user writes to start it, by the name of the file that was started.
pub fn name() -> &'static str {
    static NAME: LazyLock<&str> = LazyLock::new(|| called(std::env::args_os().next().as_deref()));
    *NAME
}

/// The command line, with help that says how the program was called.
pub(super) fn command() -> Command {
    let command = super::Arguments::command();
    match name() {
        NAME => command,
        name => said_of(command.bin_name(name), name),
    }
}

fn called(file: Option<&OsStr>) -> &'static str {
    let (file_name, users_write) = PLUGIN;
    let stem = file.and_then(|file| Path::new(file).file_stem());
    if stem.is_some_and(|stem| stem == file_name) { users_write } else { NAME }
}

/// A command whose help names the program otherwise where it shows how to start it.
fn said_of(command: Command, name: &str) -> Command {
    let said = |text: Option<&StyledStr>| text.map(|text| renamed(&text.to_string(), name));
    let (about, long) = (said(command.get_about()), said(command.get_long_about()));
    let command = if let Some(about) = about { command.about(about) } else { command };
    let command = if let Some(long) = long { command.long_about(long) } else { command };
    let command = command.mut_args(|argument| {
        let (help, long) = (said(argument.get_help()), said(argument.get_long_help()));
        let argument = if let Some(help) = help { argument.help(help) } else { argument };
        if let Some(long) = long { argument.long_help(long) } else { argument }
    });
    command.mut_subcommands(|inner| said_of(inner, name))
}

fn renamed(text: &str, name: &str) -> String {
    text.replace(&format!("`{NAME} "), &format!("`{name} "))
}

#[cfg(test)]
mod tests {
    use super::{called, renamed};
    use std::ffi::OsStr;

    #[test]
    fn only_the_name_that_kubectl_looks_for_is_a_plugin() {
        for file in ["kubectl-agentos", "/usr/local/bin/kubectl-agentos", "./kubectl-agentos.exe"] {
            assert_eq!(called(Some(OsStr::new(file))), "kubectl agentos");
        }
        for file in ["agentos-cfg", "/opt/kubectl-agentos/agentos-cfg", "kubectl-agentos2", ""] {
            assert_eq!(called(Some(OsStr::new(file))), "agentos-cfg");
        }
        assert_eq!(called(None), "agentos-cfg");
        assert_eq!(renamed("see `agentos-cfg cache`, agentos-cfg", "k"), "see `k cache`, agentos-cfg");
    }
}
