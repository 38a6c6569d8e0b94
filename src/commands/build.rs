//! `build`: environments → manifests.

use super::{Color, Limits, Status, compile_all, output, print_all, report};
use crate::diagnostic::rejects;
use crate::emit::{folder, json, yaml};
use crate::lower::Object;
use crate::{Compiler, Outcome};
use anyhow::Result;
use clap::ValueEnum;
use std::path::PathBuf;

/// Compile environments into Kubernetes manifests.
///
/// Without `--output` the manifests go to standard output. With it each environment gets a folder of its own name with
/// `manifests.yaml` and `kustomization.yaml`, for `kubectl apply -f` and `-k`. Nothing is written where any
/// environment is rejected.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The environments' files; `-` reads one from standard input.
    #[arg(required = true, value_name = "ENV")]
    environments: Vec<PathBuf>,

    /// Write a folder for each environment below DIR.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Write nothing; compare with what is below DIR and print the differences.
    #[arg(long, requires = "output")]
    check: bool,

    /// How to write to standard output.
    #[arg(long, value_enum, default_value_t = Format::Yaml, conflicts_with = "output")]
    format: Format,

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

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let at_limit = Box::new(move |findings: &[_], sources: &_, _| report(findings, sources, color));
    let outcomes: Vec<Outcome> = compile_all(compiler, &arguments.environments, arguments.limits, at_limit)?;
    let findings: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.findings.iter().cloned()).collect();
    report(&findings, compiler.sources(), color)?;
    if rejects(&findings) {
        return Ok(Status::Findings);
    }
    match &arguments.output {
        None => {
            let objects: Vec<Object> = outcomes.into_iter().flat_map(|outcome| outcome.objects).collect();
            print_all(&match arguments.format {
                Format::Yaml => yaml::stream(&objects)?,
                Format::Json => json::list(&objects),
            })?;
            Ok(Status::Clean)
        }
        Some(directory) => {
            let mut folders = Vec::new();
            for outcome in &outcomes {
                let name = outcome.environment.as_ref().map_or("", |environment| environment.name.as_str());
                folders.push((directory.join(name), folder::files(&outcome.objects)?));
            }
            output::distinct(&folders)?;
            if arguments.check { output::compare(&folders) } else { output::write(&folders) }
        }
    }
}
