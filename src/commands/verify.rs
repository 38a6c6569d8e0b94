//! `verify`: manifests, whoever wrote them → findings.

use super::strictness::Strictness;
use super::{Color, LONGEST_INPUT, Status, eprint_all, expand, print_all, wants_color};
use crate::lower::External;
use crate::manifests::{Manifests, of_file};
use crate::render::{Checked, Format, Report, human};
use crate::source::{Disk, FileId, Sources, World, display, normal};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::io::{IsTerminal, Read};
use std::path::PathBuf;

/// Verify manifests: whether they hold together, and whether AgentOS runs safely in them.
///
/// Whatever wrote them: this compiler, Kustomize, Helm or a person. All files are one stack: what one refers to another
/// may provide. Nothing is asked of a cluster.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files of YAML or JSON, and folders with such files in them; `-` reads standard input.
    ///
    /// In a folder, files that hold no objects are passed over, and `.gitignore` is respected.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Take it for granted that somebody else provides an object, such as `Secret/agentos-secrets`. Can be repeated.
    ///
    /// With `:KEY,KEY` it has these keys and no other; without, any.
    #[arg(long, value_name = "KIND/NAME[:KEY,…]", value_parser = provided)]
    external: Vec<Provided>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    #[command(flatten)]
    strictness: Strictness,
}

/// An object that somebody else provides, in whichever namespace it is looked for.
#[derive(Clone)]
struct Provided {
    kind: &'static str,
    name: String,
    keys: Vec<String>,
}

/// What a pod can refer to.
const KINDS: [&str; 5] = ["Secret", "ConfigMap", "ServiceAccount", "PersistentVolumeClaim", "Service"];

fn provided(text: &str) -> Result<Provided, String> {
    let (object, keys) = text.split_once(':').unwrap_or((text, ""));
    let (kind, name) = object.split_once('/').ok_or("write a kind and a name, as in `Secret/agentos-secrets`")?;
    let known = KINDS.into_iter().find(|known| *known == kind);
    let kind = known.ok_or_else(|| format!("`{kind}` can't be provided; the kinds are {}", KINDS.join(", ")))?;
    if name.is_empty() {
        return Err("the name is missing".to_owned());
    }
    let keys = keys.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    Ok(Provided { kind, name: name.to_owned(), keys })
}

pub(super) fn run(arguments: &Arguments, color: Color) -> Result<Status> {
    let policy = arguments.strictness.policy();
    let mut sources = Sources::default();
    let mut manifests = Manifests::default();
    let (mut files, mut filled) = (Vec::new(), BTreeSet::new());
    for Text { path, name, text, strict } in texts(&arguments.paths)? {
        let file = sources.add(name, text, false);
        let text = sources.get(file).map_or("", |source| source.text.as_str());
        if manifests.read(text, file, strict) {
            filled.insert(normal(&path));
        }
        files.push(file);
    }
    ensure_objects(&arguments.paths, &filled)?;
    let findings = manifests.verify(&external(&arguments.external, &manifests), &sources);
    let environments: Vec<Checked> = files
        .into_iter()
        .map(|file: FileId| {
            let mut findings = of_file(&findings, file);
            policy.apply_to_manifests(&mut findings);
            Checked { name: sources.name(file).to_owned(), findings }
        })
        .collect();
    let report = Report { environments: &environments, sources: &sources, policy: &policy };
    let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
    print_all(&arguments.format.render(&report, style))?;
    if arguments.format == Format::Human {
        eprint_all(&closing(&report, manifests.len()))?;
    }
    let rejected = environments.iter().any(|checked| policy.rejects_any(&checked.findings));
    Ok(if rejected { Status::Findings } else { Status::Clean })
}

/// What is provided from elsewhere, for every namespace of the manifests.
fn external(provided: &[Provided], manifests: &Manifests) -> Vec<External> {
    let namespaces: BTreeSet<&str> =
        manifests.objects().iter().map(|object| object.namespace.as_deref().unwrap_or("")).collect();
    let of = |provided: &Provided| {
        let Provided { kind, name, keys } = provided.clone();
        namespaces.iter().map(move |namespace| External {
            kind,
            namespace: (*namespace).to_owned(),
            name: name.clone(),
            keys: keys.clone(),
        })
    };
    provided.iter().flat_map(of).collect()
}

/// Refuses to pass what has nothing in it: standard input, each folder, and the files together, some of which may be
/// empty.
fn ensure_objects(arguments: &[PathBuf], filled: &BTreeSet<PathBuf>) -> Result<()> {
    let is_empty = |argument: &PathBuf| !filled.iter().any(|path| path.starts_with(normal(argument)));
    let (input, named): (Vec<&PathBuf>, Vec<&PathBuf>) = arguments.iter().partition(|path| path.as_os_str() == "-");
    let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = named.into_iter().partition(|path| path.is_dir());
    anyhow::ensure!(
        !input.into_iter().any(is_empty),
        "standard input has no object in it; did the command before the pipe fail?"
    );
    if let Some(folder) = folders.into_iter().find(|folder| is_empty(folder)) {
        anyhow::bail!("`{}` has no manifest: no YAML or JSON in it holds an object", display(folder));
    }
    if files.iter().all(|file| is_empty(file))
        && let Some(first) = files.first()
    {
        anyhow::bail!("`{}` has no object in it: there is nothing to verify", display(first));
    }
    Ok(())
}

/// A text to read.
struct Text {
    path: PathBuf,
    name: String,
    text: String,
    /// Whether it has to hold objects: the user has named it.
    strict: bool,
}

/// The texts that arguments name, sorted by path, each once however often it is named.
fn texts(arguments: &[PathBuf]) -> Result<Vec<Text>> {
    let mut paths: Vec<(PathBuf, bool)> = Vec::new();
    for argument in arguments.iter().collect::<BTreeSet<_>>() {
        let is_folder = argument.as_os_str() != "-" && argument.is_dir();
        if !is_folder {
            paths.push((argument.clone(), true));
            continue;
        }
        let below = expand::files_below(argument, &["yaml", "yml", "json"])?;
        anyhow::ensure!(!below.is_empty(), "`{}` has no manifest: there is no YAML or JSON in it", display(argument));
        paths.extend(below.into_iter().map(|path| (path, false)));
    }
    paths.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    paths.dedup_by(|one, other| one.0 == other.0);
    paths.into_iter().map(|(path, strict)| read(path, strict)).collect()
}

fn read(path: PathBuf, strict: bool) -> Result<Text> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        // One byte more than is allowed shows that there are more.
        let mut input = std::io::stdin().lock().take(LONGEST_INPUT + 1);
        input.read_to_string(&mut text).context("standard input can't be read as UTF-8 text")?;
        anyhow::ensure!(text.len() as u64 <= LONGEST_INPUT, "standard input has more than 64 MiB");
        return Ok(Text { path, name: "<stdin>".to_owned(), text, strict });
    }
    let name = display(&path);
    let bytes = Disk.read(&path, LONGEST_INPUT + 1).with_context(|| format!("`{name}` can't be read"))?;
    anyhow::ensure!(bytes.len() as u64 <= LONGEST_INPUT, "`{name}` has more than 64 MiB");
    let text = String::from_utf8(bytes).with_context(|| format!("`{name}` is not UTF-8 text"))?;
    Ok(Text { path, name, text, strict })
}

/// The last line for a person: what was looked at, and what came of it.
fn closing(report: &Report<'_>, objects: usize) -> String {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let summary = report.summary();
    let denied = if summary.warnings > 0 && report.policy.deny_warnings { "; warnings are denied" } else { "" };
    let files = counted(report.environments.len(), "file");
    format!("{} of {files}: {}{denied}\n", counted(objects, "object"), summary.in_words())
}
