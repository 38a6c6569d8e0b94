//! `build`: environments → manifests.

use super::output::{self, Folder};
use super::strictness::Strictness;
use super::{Color, Limits, Outcomes, Status, compile_and_report, expand, print_all, print_each, status};
use crate::cache::Need;
use crate::compile::Text;
use crate::emit::{json, yaml};
use crate::objects::object::Object;
use crate::source::World;
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

    /// Build again whenever a file changes that the environments are made of, until Ctrl-C.
    ///
    /// Where an environment is rejected, what the last build wrote below DIR stays.
    #[arg(long)]
    watch: bool,

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

impl Arguments {
    /// The paths to watch, where that was asked for.
    pub(super) fn watched(&self) -> Option<&[PathBuf]> {
        self.watch.then_some(&self.paths)
    }
}

pub(super) fn run(
    arguments: &Arguments,
    world: &(dyn World + Sync),
    compiler: &mut Compiler,
    outcomes: &mut Outcomes,
    color: Color,
) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let entries = expand::entries(&arguments.paths)?;
    // The cache has manifests as text; as one list they are written anew.
    let text = arguments.output.is_some() || arguments.format == Format::Yaml;
    let need = if text { Need::Manifests } else { Need::Everything };
    (*outcomes, _) = compile_and_report(world, compiler, entries, &policy, arguments.limits, need, color)?;
    let outcomes: &[_] = outcomes;
    match status(outcomes, &policy)? {
        Status::Clean => {}
        rejected @ (Status::Findings | Status::Bug) => return Ok(rejected),
    }
    if arguments.output.is_none() && arguments.format == Format::Json {
        let objects: Vec<&Object> = outcomes.iter().flat_map(|(_, outcome)| &outcome.objects).collect();
        return print_all(&json::list(&objects)).map(|()| Status::Clean);
    }
    let manifests = outcomes.iter().map(|(_, outcome)| manifests(outcome)).collect::<Result<Vec<_>>>()?;
    let Some(directory) = &arguments.output else {
        return print_each(manifests.iter().map(|text| text.read())).map(|()| Status::Clean);
    };
    let folders = outcomes.iter().zip(&manifests).filter(|((_, outcome), _)| !outcome.is_module());
    let folders: Vec<Folder<'_>> = folders.map(|((_, outcome), manifests)| folder_of(outcome, manifests)).collect();
    output::distinct(directory, &folders)?;
    if arguments.check { output::compare(directory, &folders) } else { output::write(directory, &folders) }
}

fn folder_of<'a>(outcome: &'a Outcome, manifests: &'a Text) -> Folder<'a> {
    Folder { name: outcome.name.as_deref().unwrap_or_default(), manifests }
}

/// The manifests of an environment as a stream; the streams of several one after the other are one of all of them.
fn manifests(outcome: &Outcome) -> Result<Cow<'_, Text>> {
    Ok(match &outcome.manifests {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(yaml::stream(&outcome.objects)?.into()),
    })
}
