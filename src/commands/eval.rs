//! `eval`: an environment, resolved.

use super::{Color, Limits, Status, compile_and_report, entry, print_all, status};
use crate::cache::Need;
use crate::diagnostic::is_sound;
use crate::evaluate::schema::Shape;
use crate::policy::Policy;
use crate::source::Disk;
use crate::{Compiler, characters};
use anyhow::Result;
use serde_json::{Map, Value as Json};
use std::path::PathBuf;

/// Print an environment with all its defaults, as JSON.
///
/// A choice is its tag, or a record of the tag and what comes with it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environment's file; `-` reads standard input.
    #[arg(value_name = "ENV")]
    environment: PathBuf,

    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let entries = vec![entry(&arguments.environment)?];
    let (outcomes, findings) =
        compile_and_report(&Disk, compiler, entries, &Policy::default(), arguments.limits, Need::Everything, color)?;
    if status(&outcomes, &Policy::default())? == Status::Bug {
        return Ok(Status::Bug);
    }
    match outcomes.first().and_then(|(_, outcome)| outcome.tree.as_ref()) {
        Some(tree) if is_sound(&findings) => {
            let schema = compiler.schema();
            let text = format!("{:#}\n", in_order(tree.to_json(), &schema.root));
            print_all(&characters::json(&text))?;
            Ok(Status::Clean)
        }
        Some(_) | None => Ok(Status::Findings),
    }
}

/// The fields in the order in which the library declares them.
pub(super) fn in_order(value: Json, shape: &Shape) -> Json {
    match (value, shape) {
        (Json::Object(mut fields), Shape::Record(known)) => {
            let mut ordered = Map::new();
            for field in known {
                if let Some(value) = fields.remove(&field.name) {
                    ordered.insert(field.name.clone(), in_order(value, &field.shape));
                }
            }
            ordered.extend(fields);
            Json::Object(ordered)
        }
        (Json::Object(fields), Shape::Dict(inner)) => {
            Json::Object(fields.into_iter().map(|(name, value)| (name, in_order(value, inner))).collect())
        }
        (Json::Object(fields), Shape::Choice(choices)) => {
            let payload = |tag: &str| choices.iter().find(|choice| choice.tag == tag)?.payload.as_ref();
            let ordered = fields.into_iter().map(|(tag, value)| {
                let value = match payload(&tag) {
                    Some(shape) => in_order(value, shape),
                    None => value,
                };
                (tag, value)
            });
            Json::Object(ordered.collect())
        }
        (Json::Array(items), Shape::Array(inner)) => {
            Json::Array(items.into_iter().map(|item| in_order(item, inner)).collect())
        }
        (value, _) => value,
    }
}
