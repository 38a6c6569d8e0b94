//! `set`: values for fields of an environment, or fields less.

use super::edit::{self, Change, Editing, Opened};
use super::get;
use super::{Color, Status};
use crate::evaluate::schema::Schema;
use crate::evaluate::spelled;
use crate::fix::assign::{self, Obstacle};
use crate::path::{Path, Segment};
use crate::source::Sources;
use crate::{Compiler, redact};
use anyhow::Result;
use clap::ValueHint;
use std::path::PathBuf;

/// Change an environment or a module: give fields other values, add and remove fields. Comments and layout stay.
///
/// A PATH is written as messages write it: `image`, `services.federation.replicas`, `labels."example.com/team"`,
/// `allow[0].reason`; `[+]` behind it stands for a new item at the end of an array. A field that there is not yet is added
/// to the nearest record of the file.
///
/// A VALUE is Nickel where it is a value that is written out: `'Prod`, `3`, `true`, `{ … }`, `[ … ]`, `"a text"`. A field of
/// text takes any other VALUE, numbers included, as a text without quotes, and a choice its tag without the tick.
///
/// All changes are made together or not at all. The file is checked as `check` does, a module in the environments that import
/// it, before it is written: findings that were not there before are printed, and where one of them rejects, nothing is
/// written and the exit status is 1. A value that is computed, or written in another file, is left alone, with its place. No
/// secret's value is taken: see `agentos-cfg explain secrets`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The file of an environment or a module; `-` reads standard input and writes standard output.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// What to write where.
    #[arg(value_name = "PATH=VALUE", required_unless_present = "remove")]
    assignments: Vec<String>,

    /// Remove the field or the item at a path, with all that is in it. Can be repeated.
    #[arg(long, value_name = "PATH")]
    remove: Vec<String>,

    #[command(flatten)]
    editing: Editing,
}

/// A value and where it goes.
struct Assignment<'a> {
    path: Path,
    /// Whether it is a new item of the array at the path.
    is_new_item: bool,
    value: &'a str,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let assignments = arguments.assignments.iter().map(|given| assignment(given)).collect::<Result<Vec<_>>>()?;
    let mut removals = arguments.remove.iter().map(|given| removal(given)).collect::<Result<Vec<_>>>()?;
    refuse_contradictions(&assignments, &removals)?;
    let opened = match edit::open(&arguments.file, &arguments.editing, compiler, color)? {
        Ok(opened) => opened,
        Err(status) => return Ok(status),
    };
    let mut new = opened.text.clone();
    let mut done = Vec::new();
    for assignment in &assignments {
        let changed = assigned(&opened, &new, assignment, compiler.sources())?;
        if changed != new {
            done.push(format!("set `{}`", assignment.path));
        }
        new = changed;
    }
    // Of two items the later one goes first, so that the index of the other stays.
    removals.sort();
    for path in removals.iter().rev() {
        if let Some(left) = removed(&opened, &new, path, compiler.sources())? {
            new = left;
            done.push(format!("removed `{path}`"));
        }
    }
    let said = format!("`{}`: {}\n", opened.entry.name, done.join(", "));
    let change = Change { entry: opened.entry.clone(), old: opened.text.clone(), new, said };
    opened.make(&change, &arguments.editing, compiler, color)
}

fn assignment(given: &str) -> Result<Assignment<'_>> {
    let shown = || redact::argument(given);
    let Some((path, rest)) = Path::parse(given) else {
        anyhow::bail!("`{}` does not begin with the path of a field: write `PATH=VALUE`", shown());
    };
    let (rest, is_new_item) = match rest.strip_prefix("[+]") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    match rest.strip_prefix('=') {
        Some(value) => Ok(Assignment { path, is_new_item, value }),
        None if rest.is_empty() => {
            anyhow::bail!("`{path}` has no value: write `{path}=VALUE`, or `--remove {path}` to remove it")
        }
        None => anyhow::bail!("`{}` can't be read behind `{path}`: write `PATH=VALUE`", shown()),
    }
}

fn removal(given: &str) -> Result<Path> {
    match Path::parse(given) {
        Some((path, "")) => Ok(path),
        Some(_) | None => anyhow::bail!("`{}` is not the path of a field", redact::argument(given)),
    }
}

/// Refuses changes of which one would undo another.
fn refuse_contradictions(assignments: &[Assignment<'_>], removals: &[Path]) -> Result<()> {
    let set: Vec<&Path> = assignments.iter().filter(|one| !one.is_new_item).map(|one| &one.path).collect();
    for (at, path) in set.iter().enumerate() {
        if let Some(other) = set.iter().skip(at + 1).find(|other| path.leads_to(other) || other.leads_to(path)) {
            anyhow::bail!("`{path}` and `{other}` are both given a value, and one is a part of the other");
        }
    }
    for path in assignments.iter().map(|one| &one.path) {
        if let Some(removed) = removals.iter().find(|removed| removed.leads_to(path) || path.leads_to(removed)) {
            anyhow::bail!("`{removed}` is removed, and `{path}` given a value: one is a part of the other");
        }
    }
    Ok(())
}

fn assigned(opened: &Opened, text: &str, assignment: &Assignment<'_>, sources: &Sources) -> Result<String> {
    let path = match assignment.is_new_item {
        true => assignment.path.index(assign::length(text, &assignment.path)),
        false => assignment.path.clone(),
    };
    let whole = opened.absolute(&path);
    refuse_secret(&whole, assignment.value)?;
    opened.refuse_elsewhere(&path, sources, |there| format!("{there}=…"))?;
    let value = spelled(&whole, assignment.value, opened.tree())
        .map_err(|why| anyhow::anyhow!("the value for `{path}` is none that it takes: it {why}"))?;
    assign::assigned(text, &path, &value).map_err(|obstacle| refused(opened, &path, obstacle))
}

fn removed(opened: &Opened, text: &str, path: &Path, sources: &Sources) -> Result<Option<String>> {
    opened.refuse_elsewhere(path, sources, |there| format!("--remove {there}"))?;
    let left = assign::removed(text, path);
    if left.is_none() {
        get::ensure_known(&opened.absolute(path), &Schema::embedded())?;
    }
    Ok(left)
}

/// Why a value can't be written, and where that is seen. Places are those of the text before the first change.
fn refused(opened: &Opened, path: &Path, obstacle: Obstacle) -> anyhow::Error {
    let at = |start: usize| opened.line(start);
    match obstacle {
        Obstacle::Computed(range) => {
            anyhow::anyhow!("the value of `{path}` is computed ({}): change what it is computed from", at(range.start))
        }
        Obstacle::InPieces(range) => anyhow::anyhow!(
            "`{path}` is written in several pieces, one of them in {}; set the fields in it, or remove it first",
            at(range.start)
        ),
        Obstacle::NoItem(range, items) => {
            let plural = if items == 1 { "" } else { "s" };
            anyhow::anyhow!(
                "`{path}` is no item: its array ({}) has {items} item{plural}; `[+]` adds one at the end",
                at(range.start)
            )
        }
        Obstacle::NoRecord => {
            anyhow::anyhow!("`{}` has no record of its own that `{path}` could be written in", opened.entry.name)
        }
    }
}

/// Refuses what may be a secret's value: others see arguments, and the shell keeps them.
fn refuse_secret(path: &Path, value: &str) -> Result<()> {
    let may_be_real = match path.last_field() {
        _ if !is_secret(path) => false,
        Some("placeholder") => !value.trim_matches('"').starts_with("fake_"),
        Some("sealed") => !is_long_base64(value.trim_matches('"')),
        Some(_) | None => false,
    };
    anyhow::ensure!(
        !may_be_real,
        "the value for `{path}` may be a real secret, and was not taken: other processes see arguments, and the shell keeps \
         them. A placeholder begins with `fake_`; a sealed value is made by `agentos-cfg seal`, which reads standard input. If \
         it was real, replace it where it is used"
    );
    Ok(())
}

/// Whether a path leads into a secret of an environment or of a tenant.
fn is_secret(path: &Path) -> bool {
    let names: Vec<&str> =
        path.0.iter().map(|segment| if let Segment::Field(name) = segment { name } else { "" }).collect();
    matches!(names.as_slice(), ["secrets", "keys", _, _, ..] | ["tenancy", "tenants", _, "secrets", "keys", _, _, ..])
}

/// Whether a text may have been encrypted: no password is so long.
fn is_long_base64(text: &str) -> bool {
    text.len() > 300 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
