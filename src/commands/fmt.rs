//! `fmt`: Nickel files → the same in one layout.

use super::{Color, Status, eprint_all, expand, output, print_all, report};
use crate::diagnostic::Diagnostic;
use crate::source::{Disk, Entry};
use crate::{Compiler, characters, format, redact};
use anyhow::{Context, Result};
use clap::ValueHint;
use std::path::PathBuf;

/// Lay out environments and modules in one style, with their comments.
///
/// Only blanks, line breaks and commas before closing brackets change, never what a file means. A file with a mistake in
/// its syntax is reported and left as it is. Files are replaced as one, and those that are in style are not touched.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files, and folders with `.ncl` files in them, which `.gitignore` does not name; `-` reads standard input and writes
    /// standard output. The current folder where it is left out.
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true, value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    /// Change nothing: print the names of files that are not in style, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,

    /// Change nothing: print how files differ from the style, and exit with 1 if any do.
    #[arg(long)]
    diff: bool,
}

/// A file, and its text as it is and as it should be.
struct Formatted {
    entry: Entry,
    before: String,
    after: String,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let entries = expand::entries(&arguments.paths)?;
    entries.iter().try_for_each(ensure_nickel)?;
    let count = entries.len();
    let (mut all, mut findings) = (Vec::new(), Vec::new());
    for entry in entries {
        match lay_out(compiler, entry)? {
            Ok(formatted) => all.push(formatted),
            Err(refused) => findings.extend(refused),
        }
    }
    report(&findings, compiler.sources(), color)?;
    let (differing, refused) = (all.iter().filter(|formatted| formatted.differs()).count(), count - all.len());
    let changes_nothing = arguments.check || arguments.diff;
    for formatted in &all {
        match changes_nothing {
            true => formatted.show(arguments)?,
            false => formatted.write()?,
        }
    }
    if changes_nothing || all.iter().any(|formatted| formatted.entry.text.is_none()) {
        eprint_all(&closing(count, differing, refused, changes_nothing))?;
    }
    Ok(if refused > 0 || changes_nothing && differing > 0 { Status::Findings } else { Status::Clean })
}

/// Refuses what is another language by its name.
pub(super) fn ensure_nickel(entry: &Entry) -> Result<()> {
    let is_nickel = entry.text.is_some() || entry.path.extension().is_none_or(|extension| extension == "ncl");
    anyhow::ensure!(is_nickel, "`{}` is no Nickel file by its name, which does not end with `.ncl`", entry.name);
    Ok(())
}

/// Reads a file and lays it out; where it has no layout, what is wrong with it.
fn lay_out(compiler: &mut Compiler, entry: Entry) -> Result<Result<Formatted, Vec<Diagnostic>>> {
    let file = match compiler.read(&Disk, &entry) {
        Ok(file) => file,
        Err(findings) => return Ok(Err(findings)),
    };
    let before = compiler.sources().get(file).map_or_else(String::new, |source| source.text.clone());
    let after = format::format(&before).with_context(|| format!("`{}` can't be laid out", entry.name))?;
    Ok(Ok(Formatted { entry, before, after }))
}

impl Formatted {
    fn differs(&self) -> bool {
        self.before != self.after
    }

    /// Prints what `--check` and `--diff` say of it.
    fn show(&self, arguments: &Arguments) -> Result<()> {
        if !self.differs() {
            return Ok(());
        }
        let name = &self.entry.name;
        let shown = match arguments.diff {
            true => redact::text(&output::patch(&self.before, &self.after, name, &format!("{name} (formatted)"))),
            false => format!("{name}\n"),
        };
        print_all(&characters::printable(&shown))
    }

    fn write(&self) -> Result<()> {
        let Entry { name, path, text, .. } = &self.entry;
        match text {
            Some(_) => print_all(&self.after),
            None if self.differs() => output::rewrite_file(path, name, &self.before, &self.after),
            None => Ok(()),
        }
    }
}

/// The last line: how many files there were, and what came of them.
fn closing(count: usize, differing: usize, refused: usize, changes_nothing: bool) -> String {
    let plural = if count == 1 { "" } else { "s" };
    let done = if changes_nothing { "not in style" } else { "formatted" };
    let left = if refused > 0 { format!(", {refused} with mistakes left as written") } else { String::new() };
    format!("{count} file{plural}: {differing} {done}{left}\n")
}
