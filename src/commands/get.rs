//! `get`: one value of an environment.

use super::eval::in_order;
use super::{Color, Limits, Status, compile_all, entry, eprint_all, on_stderr, print_all, report, status};
use crate::cache::Need;
use crate::diagnostic::is_sound;
use crate::evaluate::schema::{Presence, Schema, Shape};
use crate::path::{Path, Segment};
use crate::policy::Policy;
use crate::source::Disk;
use crate::tree::{Node, Value};
use crate::{Compiler, characters, redact, suggest};
use anyhow::Result;
use clap::ValueHint;
use serde_json::Value as Json;
use std::path::PathBuf;

/// Print one value of an environment, with defaults and all that it imports.
///
/// Texts, numbers and booleans are printed as they are, a choice as `'Tag`, all else as JSON, in which a choice is its tag, or
/// a record of the tag and what comes with it. Where the field is not set, the exit status is 1 and nothing is printed.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environment's file; `-` reads standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// The path of the value, such as `image` or `services.federation.replicas`.
    #[arg(value_name = "PATH")]
    path: String,

    /// Print every value as JSON: texts in quotes, tags without the tick.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let schema = Schema::embedded();
    let path = path(&arguments.path, &schema)?;
    let entry = entry(&arguments.file)?;
    let name = entry.name.clone();
    let policy = Policy::default();
    let limits = arguments.limits;
    let compiled = compile_all(&Disk, compiler, vec![entry], &policy, limits, Need::Everything, on_stderr(color))?;
    if status(&compiled.outcomes, &policy)? == Status::Bug {
        return Ok(Status::Bug);
    }
    let findings: Vec<_> = compiled.outcomes.iter().flat_map(|(_, outcome)| outcome.findings.iter().cloned()).collect();
    let tree = compiled.outcomes.first().and_then(|(_, outcome)| outcome.tree.as_ref());
    let Some(tree) = tree.filter(|_| is_sound(&findings)) else {
        report(&findings, compiler.sources(), color)?;
        return Ok(Status::Findings);
    };
    let (node, is_there) = tree.nearest(&path);
    if !is_there {
        let is_optional = schema.field(&path).is_some_and(|field| field.presence == Presence::Optional);
        let why = if is_optional { ": it may be left out, and has no default" } else { "" };
        eprint_all(&format!("`{path}` is not set in `{name}`{why}\n"))?;
        return Ok(Status::Findings);
    }
    let shown = match bare(node).filter(|_| !arguments.json) {
        Some(bare) => bare,
        None => json(node, schema.shape(&path)),
    };
    print_all(&redact::known(&format!("{shown}\n"), &redact::credentials(&findings, compiler.sources())))?;
    Ok(Status::Clean)
}

/// A path that an environment may have.
fn path(given: &str, schema: &Schema) -> Result<Path> {
    let Some((path, "")) = Path::parse(given) else {
        anyhow::bail!("`{}` is not the path of a field", redact::argument(given));
    };
    ensure_known(&path, schema)?;
    Ok(path)
}

/// Refuses a path that no environment has.
pub(super) fn ensure_known(path: &Path, schema: &Schema) -> Result<()> {
    for length in 1..=path.0.len() {
        let part = Path(path.0.iter().take(length).cloned().collect());
        if schema.shape(&part).is_some() {
            continue;
        }
        let around = part.parent();
        let names = schema.shape(&around).map_or_else(Vec::new, Shape::member_names);
        let near = match part.0.last() {
            Some(Segment::Field(name)) => suggest::nearest(name, &names).map(|near| around.field(near)),
            Some(Segment::Index(_) | Segment::Item(_)) | None => None,
        };
        match near {
            Some(near) => anyhow::bail!("environments have no `{part}`; did you mean `{near}`?"),
            None => anyhow::bail!("environments have no `{part}`; `agentos-cfg eval` prints what one has"),
        }
    }
    Ok(())
}

/// A value that needs no brackets, as it is.
fn bare(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Choice { tag, payload: None } => Some(format!("'{tag}")),
        Value::Bool(_) | Value::Number(_) | Value::Null => Some(node.to_json().to_string()),
        Value::Choice { .. } | Value::Array(_) | Value::Record(_) | Value::Broken => None,
    }
}

fn json(node: &Node, shape: Option<&Shape>) -> String {
    let value: Json = node.to_json();
    let value = match shape {
        Some(shape) => in_order(value, shape),
        None => value,
    };
    characters::json(&format!("{value:#}")).into_owned()
}
