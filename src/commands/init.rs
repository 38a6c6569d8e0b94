//! `init`: a project that builds at once.

use super::{Status, eprint_all, output, program};
use crate::names::{is_dns_label, is_system_namespace};
use crate::source::display;
use anyhow::{Context, Result};
use clap::ValueHint;
use std::path::{Path, PathBuf};

const LOCAL_DEV: &str = include_str!("../../environments/local-dev.ncl");
const README: &str = include_str!("init/README.md");
const GITIGNORE: &str = "# The exported library, for editors.\n/.agentos/\n";

/// The environment's file: where it is, there is a project.
const ENVIRONMENT: &str = "environments/local-dev.ncl";

/// The namespace of the environment that ships with the compiler.
const NAMESPACE: &str = "agentos";

/// How long a name of Kubernetes may be.
const LONGEST_NAME: usize = 63;

/// Start a project: one environment, ready to build.
///
/// The namespace of the environment is named after the folder. A README.md and a .gitignore that are there are kept.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The project's folder, made where it does not exist; the current one where it is left out.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    directory: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let directory = &arguments.directory;
    let environment = directory.join(ENVIRONMENT);
    anyhow::ensure!(
        !is_there(&environment),
        "`{}` is there already: the folder has a project, and nothing was written; build it, or choose another folder",
        display(&environment)
    );
    let environments = environment.parent().unwrap_or(directory);
    std::fs::create_dir_all(environments)
        .with_context(|| format!("the folder `{}` can't be made", display(environments)))?;
    let here = std::fs::canonicalize(directory)
        .with_context(|| format!("the folder `{}` can't be read", display(directory)))?;
    let namespace = here.file_name().and_then(|name| namespace(&name.to_string_lossy()));
    let namespace = namespace.as_deref().unwrap_or(NAMESPACE);
    let own = format!("namespace = \"{namespace}\"");
    let text = LOCAL_DEV.replace(&format!("namespace = \"{NAMESPACE}\""), &own);
    let files = [(ENVIRONMENT, text.as_str()), ("README.md", README), (".gitignore", GITIGNORE)];
    let (kept, made): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| is_there(&directory.join(name)));
    for (name, text) in &made {
        output::write_below(directory, name, text)?;
    }
    let names = |files: &[(&'static str, &str)]| files.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    eprint_all(&said(directory, &here, namespace, &names(&made), &names(&kept)))?;
    Ok(Status::Clean)
}

/// Whether something has the name: also a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A name for a namespace that is as near to a folder's name as a name may be.
fn namespace(folder: &str) -> Option<String> {
    let allowed =
        |character: char| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' };
    let name: String = folder.chars().map(allowed).collect();
    let name: String = name.trim_matches('-').chars().take(LONGEST_NAME).collect();
    let name = name.trim_end_matches('-');
    (is_dns_label(name) && !is_system_namespace(name)).then(|| name.to_owned())
}

/// What was made and kept, and the next commands.
fn said(directory: &Path, here: &Path, namespace: &str, made: &[&str], kept: &[&str]) -> String {
    let is_current = std::env::current_dir().and_then(std::fs::canonicalize).is_ok_and(|current| current == here);
    let folder = display(directory);
    let (place, cd) = if is_current {
        ("the current folder".to_owned(), String::new())
    } else {
        (format!("`{folder}`"), format!("    cd {}\n", quoted(&folder)))
    };
    let mut text = format!("made a project in {place}, for the namespace `{namespace}`:\n\n");
    made.iter().for_each(|name| text += &format!("    {name}\n"));
    for name in kept {
        text += &match *name {
            ".gitignore" => "\nkept `.gitignore`, which was there; add the line `/.agentos/` to it\n".to_owned(),
            _ => format!("\nkept `{name}`, which was there\n"),
        };
    }
    text + &format!("\nnow build it:\n\n{cd}    {} build {ENVIRONMENT}\n", program::name())
}

/// A path as a word of a shell.
fn quoted(path: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "._-/+:@%".contains(character);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
