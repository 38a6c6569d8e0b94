//! `verify`: manifests, whoever wrote them → findings.

use super::strictness::Strictness;
use super::watch::{self, Bounds};
use super::{Color, LONGEST_INPUT, Status, checkout, eprint_all, expand, print_all, wants_color};
use crate::catalogue::{self, FILE_TOO_LARGE};
use crate::diagnostic::Diagnostic;
use crate::objects::object::External;
use crate::objects::yaml::Manifests;
use crate::path::Path;
use crate::render::{Checked, Format, Report, gitlab, human, json};
use crate::source::{Disk, FileId, Sources, Span, Spot, World, display, normal};
use crate::verify::by_file;
use crate::{characters, verify};
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
    bounds: Bounds,

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
    let texts = texts(&arguments.paths)?;
    let bytes = texts.iter().map(|text| text.text.len()).sum();
    let name = match texts.as_slice() {
        [Text { name, .. }] => name.clone(),
        several => format!("{} files", several.len()),
    };
    let (policy, format, checked) = (arguments.strictness.policy(), arguments.format, name.clone());
    let at_limit = move |finding: Diagnostic| {
        let environments = [Checked { name: checked.clone(), findings: vec![finding] }];
        let report = Report { environments: &environments, sources: &Sources::default(), policy: &policy };
        print_all(&rendered(&report, &[], format, color))
    };
    let verified = watch::within(arguments.bounds, &name, bytes, at_limit, || verified(arguments, texts, color))??;
    print_all(&verified.report)?;
    if arguments.format == Format::Human {
        eprint_all(&verified.closing)?;
    }
    Ok(verified.status)
}

/// What came of it, ready to be printed.
struct Verified {
    report: String,
    closing: String,
    status: Status,
}

fn verified(arguments: &Arguments, texts: Vec<Text>, color: Color) -> Result<Verified> {
    let policy = arguments.strictness.policy();
    let mut sources = Sources::default();
    let mut manifests = Manifests::default();
    let (mut files, mut filled) = (Vec::new(), BTreeSet::new());
    for Text { path, name, text, strict, too_large } in texts {
        let finding = too_large.map(|what| file_too_large(&name, what));
        let file = sources.add(name, text, false);
        let text = sources.get(file).map_or("", |source| source.text.as_str());
        let is_filled = match finding {
            Some(finding) => {
                manifests.refuse(file, finding.at(Some(Span { file, start: 0, end: 0 }), ""));
                true
            }
            None => manifests.read(text, file, strict),
        };
        if is_filled {
            filled.insert(normal(&path));
        }
        files.push(file);
    }
    ensure_objects(&arguments.paths, &filled)?;
    let external = external(&arguments.external, &manifests);
    let mut findings = by_file(manifests.verify(&external, &sources));
    let expected = verify::expected(manifests.objects(), &external);
    let checked = |file: FileId| {
        let mut findings = findings.remove(&file).unwrap_or_default();
        policy.apply_to_manifests(&mut findings);
        Checked { name: sources.name(file).to_owned(), findings }
    };
    let environments: Vec<Checked> = files.into_iter().map(checked).collect();
    let report = Report { environments: &environments, sources: &sources, policy: &policy };
    let rejected = environments.iter().any(|checked| policy.rejects_any(&checked.findings));
    Ok(Verified {
        report: rendered(&report, &expected, arguments.format, color),
        closing: in_words(&expected) + &closing(&report, manifests.len()),
        status: if rejected { Status::Findings } else { Status::Clean },
    })
}

fn rendered(report: &Report<'_>, expected: &[External], format: Format, color: Color) -> String {
    let style = human::Style { color: wants_color(color, std::io::stdout().is_terminal()) };
    match format {
        Format::Json => json::render_expecting(report, expected),
        Format::Gitlab => gitlab::render(report, checkout().as_ref()),
        Format::Human | Format::Sarif | Format::Github | Format::Junit => format.render(report, style),
    }
}

fn file_too_large(name: &str, what: &str) -> Diagnostic {
    catalogue::finding(FILE_TOO_LARGE, Path::root(), format!("`{name}` is too large: {what}"))
        .note("nothing else was checked")
        .help("check that the name is right, and that what writes the manifests has an end")
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
    /// Why it is not read, where there is too much of it.
    too_large: Option<&'static str>,
}

/// How many bytes all files may have together.
const LONGEST_TOTAL: u64 = 256 << 20;

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
    let mut left = LONGEST_TOTAL;
    let mut texts = Vec::new();
    for (path, strict) in paths {
        let text = read(path, strict, left)?;
        left = left.saturating_sub(text.text.len() as u64);
        texts.push(text);
    }
    Ok(texts)
}

fn read(path: PathBuf, strict: bool, left: u64) -> Result<Text> {
    let is_input = path.as_os_str() == "-";
    let name = if is_input { "<stdin>".to_owned() } else { display(&path) };
    // One byte more than is allowed shows that there are more.
    let limit = left.min(LONGEST_INPUT);
    let mut bytes = Vec::new();
    if is_input {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).context("standard input can't be read")?;
    } else {
        let read = match Spot::found(&path).filter(|_| !strict) {
            Some(spot) => Disk.read_at(&path, &spot, limit + 1),
            None => Disk.read(&path, limit + 1),
        };
        bytes = read.with_context(|| format!("`{name}` can't be read"))?;
    }
    if bytes.len() as u64 > limit {
        let what = if limit < LONGEST_INPUT { "all files have more than 256 MiB" } else { "it has more than 64 MiB" };
        return Ok(Text { path, name, text: String::new(), strict, too_large: Some(what) });
    }
    let text = String::from_utf8(bytes).with_context(|| match is_input {
        true => "standard input can't be read as UTF-8 text".to_owned(),
        false => format!("`{name}` is not UTF-8 text"),
    })?;
    Ok(Text { path, name, text, strict, too_large: None })
}

/// What is not among the objects and was taken for granted, because the stacks say that they expect it.
fn in_words(expected: &[External]) -> String {
    let line = |External { kind, namespace, name, keys }: &External| {
        let keys = if keys.is_empty() { String::new() } else { format!(": {}", keys.join(", ")) };
        let line = format!("note: expected from outside: {kind} `{name}` in `{namespace}`{keys}");
        characters::printable_line(&line) + "\n"
    };
    expected.iter().map(line).collect()
}

/// The last line for a person: what was looked at, and what came of it.
fn closing(report: &Report<'_>, objects: usize) -> String {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let summary = report.summary();
    let denied = if summary.warnings > 0 && report.policy.deny_warnings { "; warnings are denied" } else { "" };
    let files = counted(report.environments.len(), "file");
    format!("{} of {files}: {}{denied}\n", counted(objects, "object"), summary.in_words())
}
