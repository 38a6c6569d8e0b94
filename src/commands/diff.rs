//! `diff`: two sides → what differs, and what it means.

mod side;

use super::{Color, Limits, Status, eprint_all, print_all, wants_color, watch};
use crate::Compiler;
use crate::diff::classes::Class;
use crate::diff::{Format, Report, compare, human};
use anyhow::{Result, ensure};
use clap::ValueHint;
use side::Role;
use std::io::IsTerminal;

/// Compare two environments as they compile, and say what applying the second over the first means.
///
/// A side is an environment's file, a folder with environments in it, manifests in a YAML or JSON file, a folder with
/// a `kustomization.yaml` or with manifests, or `git:REVISION:PATH`: any of these as it is in a revision of the
/// repository, imports included. PATH is relative to the current folder; where an old side is not in its revision, all is
/// new. `-` and pipes are manifests, such as `<(kubectl get … -o yaml)`. Two single environments are compared whatever
/// their names; several are paired by name.
///
/// Objects are matched by group, kind, namespace and name, and compared field by field; items of lists that have names
/// are matched by them, as Kubernetes does. Of objects as a cluster returns them, what only they have is taken for what
/// the cluster filled in, unless they record that it was applied. Values of Secrets are not shown.
#[derive(clap::Args)]
#[command(
    after_long_help = "Exit status: 0 where nothing differs, 1 where something does, 2 where the sides can't be \
                             compared, for instance because an environment is rejected. With --fail-on: 1 where a \
                             difference has one of these classes, else 0."
)]
pub(super) struct Arguments {
    /// What is there.
    #[arg(value_name = "OLD", value_hint = ValueHint::AnyPath)]
    old: String,

    /// What is to come.
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath)]
    new: String,

    /// How to print the differences.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Exit with 1 only for differences of these classes; all are printed in any case.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CLASSES")]
    fail_on: Vec<Class>,

    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    ensure!([&arguments.old, &arguments.new] != ["-", "-"], "standard input can be one side only");
    let mut notes = Vec::new();
    let mut read = |name, role| side::read(name, role, compiler, arguments.limits, color, &mut notes);
    let old = read(&arguments.old, Role::Old)?;
    let new = read(&arguments.new, Role::New)?;
    let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
    let name = format!("{}` and `{}", old.name, new.name);
    let text = usize::try_from(side::MAX_FILE).unwrap_or(usize::MAX);
    let compared = watch::within(arguments.limits.bounds(), &name, text, side::at_limit(color), || {
        compare(&old, &new).map(|mut report| {
            notes.append(&mut report.notes);
            report.notes = notes;
            (arguments.format.render(&report, style), report)
        })
    });
    let (shown, report) = compared??;
    print_all(&shown)?;
    if arguments.format == Format::Human {
        eprint_all(&human::closing(&report))?;
    }
    Ok(if fails(&report, &arguments.fail_on) { Status::Findings } else { Status::Clean })
}

fn fails(report: &Report, classes: &[Class]) -> bool {
    if classes.is_empty() { !report.is_empty() } else { report.counts().keys().any(|class| classes.contains(class)) }
}
