//! `completions`: for shells.

use super::{Status, print_all};
use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

/// Print a script that completes commands and options in a shell.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "agentos-cfg", &mut script);
    print_all(&String::from_utf8_lossy(&script))?;
    Ok(Status::Clean)
}
