//! `man`: the manual page.

use super::{Status, print_all};
use anyhow::Result;
use clap::CommandFactory;
use clap_mangen::Man;

/// Print the manual page, in roff: `agentos-cfg man | man -l -`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The page of this command only, such as `build`.
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let mut all = super::Arguments::command();
    all.build();
    let page = match &arguments.command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(command) => command.clone(),
            None => anyhow::bail!("there is no command `{name}`; `agentos-cfg help` lists them"),
        },
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text)?;
    print_all(&String::from_utf8_lossy(&text))?;
    Ok(Status::Clean)
}
