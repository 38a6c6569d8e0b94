//! `init`: a project that builds at once.

use super::{Status, eprint_all, output};
use anyhow::{Context, Result};
use clap::ValueHint;
use std::path::PathBuf;

const LOCAL_DEV: &str = include_str!("../../environments/local-dev.ncl");
const README: &str = include_str!("init/README.md");
const GITIGNORE: &str = "# The exported library, for editors.\n/.agentos/\n";

/// Start a project: one environment, ready to build.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The project's folder; it is made where it does not exist.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let directory = &arguments.directory;
    let files = [("environments/local-dev.ncl", LOCAL_DEV), ("README.md", README), (".gitignore", GITIGNORE)];
    for (name, _) in files {
        let path = directory.join(name);
        anyhow::ensure!(!path.exists(), "`{}` is there already; choose another folder", path.display());
    }
    for (name, text) in files {
        let path = directory.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("the folder `{}` can't be made", folder.display()))?;
        }
        output::write_file(&path, text)?;
    }
    let directory = crate::source::display(directory);
    eprint_all(&format!(
        "made a project in `{directory}`; now build it:\n\n    cd {directory}\n    agentos-cfg build environments/local-dev.ncl\n"
    ))?;
    Ok(Status::Clean)
}
