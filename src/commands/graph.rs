//! `graph`: environments → pictures.

use super::{Color, Limits, Status, compile_and_report, expand, output, print_all};
use crate::Compiler;
use crate::cache::Need;
use crate::graph::{Format, Level, graph};
use crate::model::Environment;
use crate::policy::Policy;
use crate::source::Disk;
use anyhow::{Result, ensure};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Draw environments: services, secrets, volumes, tenants, who may call whom, and peers.
///
/// Peers that are among the environments are joined to them. Nothing is drawn where an environment is rejected.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files, each an environment, and folders with environments in them; `-` reads one from standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to draw.
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    format: Format,

    /// How much to show; by default what is in it for one environment, and `fleet` for several.
    #[arg(long, value_enum)]
    level: Option<Level>,

    /// Write to FILE instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler, color: Color) -> Result<Status> {
    let policy = Policy::default();
    let entries = expand::entries(&arguments.paths)?;
    let (outcomes, findings) =
        compile_and_report(&Disk, compiler, entries, &policy, arguments.limits, Need::Everything, color)?;
    if policy.rejects_any(&findings) {
        return Ok(Status::Findings);
    }
    let environments: Vec<&Environment> =
        outcomes.iter().filter_map(|(_, outcome)| outcome.environment.as_deref()).collect();
    let mut names = BTreeSet::new();
    for environment in &environments {
        ensure!(names.insert(&environment.name), "two environments have the name `{}`", environment.name);
    }
    let by_default = if environments.len() == 1 { Level::Environment } else { Level::Fleet };
    let text = arguments.format.render(&graph(&environments, arguments.level.unwrap_or(by_default)));
    match &arguments.output {
        Some(path) => output::write_file(path, &text)?,
        None => print_all(&text)?,
    }
    Ok(Status::Clean)
}
