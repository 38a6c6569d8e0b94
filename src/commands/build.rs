//! `build`: environments → manifests.

use super::output::{self, Folder};
use super::strictness::Strictness;
use super::{Color, Limits, Outcomes, Status, compile_and_report, expand, print_all, status};
use crate::cache::Need;
use crate::compile::{self, Jobs};
use crate::emit::{EmitError, folder, json, yaml};
use crate::objects::object::Object;
use crate::{Compiler, Outcome};
use anyhow::Result;
use clap::{ValueEnum, ValueHint};
use std::borrow::Cow;
use std::path::PathBuf;

/// Compile environments into Kubernetes manifests.
///
/// Without `--output` the manifests go to standard output. With it each environment gets a folder of its own name with
/// `manifests.yaml` and `kustomization.yaml`, for `kubectl apply -f` and `-k`. Nothing is written where any
/// environment is rejected. A folder is replaced as one; files in it that others wrote are left alone.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files, each an environment, and folders with environments in them; `-` reads one from standard input.
    ///
    /// In a folder a `.ncl` file is an environment if it ends with `| agentos.Environment`, or if it imports the library,
    /// itself or by others, and no other file there imports it. Other files are modules; `.gitignore` is respected.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write a folder for each environment below DIR.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,

    /// Write nothing; compare with what is below DIR and print the differences.
    #[arg(long, requires = "output")]
    check: bool,

    /// How to write to standard output.
    #[arg(long, value_enum, default_value_t = Format::Yaml, conflicts_with = "output")]
    format: Format,

    #[command(flatten)]
    strictness: Strictness,

    #[command(flatten)]
    limits: Limits,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A stream of YAML documents.
    Yaml,
    /// One `v1/List`.
    Json,
}

pub(super) fn run(
    arguments: &Arguments,
    compiler: &mut Compiler,
    outcomes: &mut Outcomes,
    color: Color,
) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let entries = expand::entries(&arguments.paths)?;
    // The cache has manifests as text; as one list they are written anew.
    let text = arguments.output.is_some() || arguments.format == Format::Yaml;
    let need = if text { Need::Manifests } else { Need::Everything };
    (*outcomes, _) = compile_and_report(compiler, entries, &policy, arguments.limits, need, color)?;
    let outcomes: &[_] = outcomes;
    match status(outcomes, &policy)? {
        Status::Clean => {}
        rejected @ (Status::Findings | Status::Bug) => return Ok(rejected),
    }
    let Some(directory) = &arguments.output else {
        print_all(&match arguments.format {
            Format::Yaml => stream(outcomes.iter().map(|(_, outcome)| outcome), arguments.limits.jobs())?,
            Format::Json => {
                let objects: Vec<&Object> = outcomes.iter().flat_map(|(_, outcome)| &outcome.objects).collect();
                Cow::Owned(json::list(&objects))
            }
        })?;
        return Ok(Status::Clean);
    };
    let environments = outcomes.iter().filter(|(_, outcome)| !outcome.is_module()).collect();
    let folders = compile::share(arguments.limits.jobs(), environments, |(_, outcome)| folder_of(outcome));
    let folders: Vec<Folder> = folders.into_iter().collect::<Result<_>>()?;
    output::distinct(directory, &folders)?;
    if arguments.check { output::compare(directory, &folders) } else { output::write(directory, &folders) }
}

fn folder_of(outcome: &Outcome) -> Result<Folder> {
    let name = outcome.environment.as_ref().map_or_else(String::new, |environment| environment.name.clone());
    Ok(Folder { name, files: folder::files(&stream([outcome], Jobs::Exactly(1))?) })
}

/// Part of a stream.
enum Piece<'a> {
    /// The text, from an earlier run.
    Known(&'a str),
    /// What is still to be written.
    Objects(&'a [Object]),
}

impl<'a> Piece<'a> {
    fn all_of(outcome: &'a Outcome) -> Vec<Piece<'a>> {
        match &outcome.manifests {
            Some(text) => vec![Piece::Known(text)],
            None => outcome.objects.chunks(yaml::OBJECTS_AT_ONCE).map(Piece::Objects).collect(),
        }
    }

    fn text(self) -> std::result::Result<Cow<'a, str>, EmitError> {
        match self {
            Piece::Known(text) => Ok(Cow::Borrowed(text)),
            Piece::Objects(objects) => yaml::stream(objects).map(Cow::Owned),
        }
    }
}

/// The manifests as a stream; the streams of several environments one after the other are one of all of them.
fn stream<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, jobs: Jobs) -> Result<Cow<'a, str>> {
    let pieces = outcomes.into_iter().flat_map(Piece::all_of).collect();
    let texts: std::result::Result<Vec<Cow<'_, str>>, _> =
        compile::share(jobs, pieces, Piece::text).into_iter().collect();
    Ok(match <[Cow<'_, str>; 1]>::try_from(texts?) {
        Ok([all]) => all,
        Err(texts) => Cow::Owned(texts.concat()),
    })
}
