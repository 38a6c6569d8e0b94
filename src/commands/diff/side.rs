//! An argument → one side: what is at a path, on the disk or in a revision, as objects.

use crate::commands::watch::{self, Bounds};
use crate::commands::{Color, Limits, compile_all_in, expand, on_stderr, report};
use crate::diagnostic::Diagnostic;
use crate::diff::{Side, Stack, manifests};
use crate::evaluate::borders::{self, Judged, Obstacle};
use crate::objects::object::Object;
use crate::policy::Policy;
use crate::render::Checked;
use crate::source::git::Revision;
use crate::source::{Disk, Entry, Kind, Origin, Sources, World, display, normal};
use crate::{Compiler, Outcome};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How many bytes a file of manifests may have.
pub(super) const MAX_FILE: u64 = 64 << 20;

/// How deep a `kustomization.yaml` may name others.
const MAX_DEPTH: usize = 16;

/// The names by which Kustomize knows its file.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a `kustomization.yaml` may say; all else changes objects, and only Kustomize knows how.
const KUSTOMIZATION_FIELDS: [&str; 5] = ["apiVersion", "kind", "metadata", "resources", "sortOptions"];

/// Where a side is.
enum Place {
    Disk,
    Git(Revision),
}

/// A place with the path in it.
struct Source<'a> {
    place: Place,
    /// The path as the user wrote it.
    written: &'a Path,
    /// The path, absolute.
    path: PathBuf,
    /// How the user named the side.
    name: &'a str,
    /// What work on manifests may take.
    bounds: Bounds,
    color: Color,
}

/// Which of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Old,
    New,
}

/// Reads a side, and notes what there is to say of how. Environments are compiled; where one is rejected, its findings
/// are reported, and there is no side.
pub(super) fn read(
    name: &str,
    role: Role,
    compiler: &mut Compiler,
    limits: Limits,
    color: Color,
    notes: &mut Vec<String>,
) -> Result<Side> {
    if name == "-" {
        return piped("<stdin>", &mut std::io::stdin().lock(), limits.bounds(), color);
    }
    let source = source(name, limits.bounds(), color)?;
    // What a revision did not have yet is new; a path on the disk that is not there is a mistake.
    let may_be_empty = role == Role::Old && matches!(source.place, Place::Git(_));
    if may_be_empty && !source.world().exists(&source.path) {
        notes.push(format!("there is no `{name}`: the old side is taken to be empty, and everything is new"));
        return Ok(Side { name: name.to_owned(), stacks: Vec::new() });
    }
    ensure!(source.world().exists(&source.path), "there is no `{name}`");
    let kind = source.world().kind(&source.path).with_context(|| format!("`{name}` can't be read"))?;
    if kind == Kind::Special {
        ensure!(is_pipe(&source.path), "`{name}` is neither a file, a folder nor a pipe");
        let mut pipe = std::fs::File::open(&source.path).with_context(|| format!("`{name}` can't be read"))?;
        return piped(name, &mut pipe, limits.bounds(), color);
    }
    let is_environment = source.path.extension().is_some_and(|extension| extension == "ncl");
    let mut stacks = match (kind, is_environment) {
        (Kind::File, false) => vec![Stack { name: None, objects: source.manifests(&source.path)? }],
        (Kind::File, true) => source.compiled(vec![source.entry(&source.path)], compiler, limits, color)?,
        (Kind::Folder | Kind::Special, _) => source.folder(compiler, limits, color)?,
    };
    if stacks.is_empty() {
        ensure!(may_be_empty, "`{name}` has neither environments nor manifests in it");
        notes.push(format!(
            "`{name}` has neither environments nor manifests in it: the old side is empty, and everything is new"
        ));
    }
    stacks.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Side { name: name.to_owned(), stacks })
}

/// Manifests from a pipe. Nothing at all is what a command prints that failed, and no side.
fn piped(name: &str, pipe: &mut impl Read, bounds: Bounds, color: Color) -> Result<Side> {
    let mut bytes = Vec::new();
    pipe.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("`{name}` can't be read"))?;
    let text = text(name, bytes)?;
    ensure!(!text.trim().is_empty(), "nothing came from `{name}`: did the command before it fail?");
    let objects = watch::within(bounds, name, text.len(), at_limit(color), || manifests::objects(&text))?;
    let objects = objects.with_context(|| format!("`{name}` can't be compared"))?;
    Ok(Side { name: name.to_owned(), stacks: vec![Stack { name: None, objects }] })
}

/// Whether a path is a named pipe or one of a shell's `<(…)`.
#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo() || metadata.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String> {
    ensure!(bytes.len() as u64 <= MAX_FILE, "`{name}` has more than 64 MiB");
    String::from_utf8(bytes).with_context(|| format!("`{name}` is not UTF-8 text"))
}

fn source(name: &str, bounds: Bounds, color: Color) -> Result<Source<'_>> {
    let here = std::env::current_dir().context("the current folder can't be read")?;
    let (place, written) = match name.strip_prefix("git:") {
        None => (Place::Disk, Path::new(name)),
        Some(rest) => {
            let (revision, path) = split(rest).with_context(|| {
                format!("`{name}` names no path; write `git:REVISION:PATH`, such as `git:main:prod.ncl`")
            })?;
            (Place::Git(Revision::open(revision, &here)?), Path::new(if path.is_empty() { "." } else { path }))
        }
    };
    Ok(Source { place, written, path: normal(&here.join(written)), name, bounds, color })
}

/// A revision and a path. A colon between braces belongs to the revision, as in `HEAD@{10:00}`.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (position, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Some((text.get(..position)?, text.get(position + 1..)?)),
            _ => {}
        }
    }
    None
}

impl Source<'_> {
    fn world(&self) -> &(dyn World + Sync) {
        match &self.place {
            Place::Disk => &Disk,
            Place::Git(revision) => revision,
        }
    }

    /// How the user would name a path of this side.
    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.path).ok().filter(|below| !below.as_os_str().is_empty());
        let written = below.map_or_else(|| self.written.to_owned(), |below| self.written.join(below));
        let prefix = self.name.strip_suffix(self.written.to_string_lossy().as_ref()).unwrap_or("");
        format!("{prefix}{}", display(&written))
    }

    fn entry(&self, path: &Path) -> Entry {
        Entry { name: self.shown(path), path: path.to_owned(), text: None, origin: Origin::Named }
    }

    fn text(&self, path: &Path) -> Result<String> {
        let name = self.shown(path);
        let bytes = self.bytes(path).with_context(|| format!("`{name}` can't be read"))?;
        text(&name, bytes)
    }

    /// The bytes of a file. The user names a path, wherever it is; what a folder names or holds has to be below it, or in
    /// the project that it belongs to: a difference would show what is in a file from elsewhere.
    fn bytes(&self, path: &Path) -> Result<Vec<u8>> {
        if path == self.path {
            return Ok(self.world().read(path, MAX_FILE + 1)?);
        }
        let judged = match borders::judge(self.world(), &self.path, path) {
            Judged::Refused(Obstacle::Outside | Obstacle::LinkedOutside) => {
                let project = borders::project(self.world(), &self.path.join("kustomization.yaml"));
                borders::judge(self.world(), &project, path)
            }
            judged => judged,
        };
        match judged {
            Judged::Admitted(spot) => Ok(self.world().read_at(path, &spot, MAX_FILE + 1)?),
            // A copy of a folder may be made of hard links.
            Judged::Refused(Obstacle::Shared) => Ok(self.world().read(path, MAX_FILE + 1)?),
            Judged::Refused(obstacle) => bail!("{}", obstacle.in_words()),
            Judged::Unreadable(error) => Err(error.into()),
        }
    }

    fn manifests(&self, path: &Path) -> Result<Vec<Object>> {
        let objects = self.within(path, manifests::objects)?;
        objects.with_context(|| format!("`{}` can't be compared", self.shown(path)))
    }

    /// What is read from a text, within bounds.
    fn within<T>(&self, path: &Path, read: impl FnOnce(&str) -> T) -> Result<T> {
        let text = self.text(path)?;
        watch::within(self.bounds, &self.shown(path), text.len(), at_limit(self.color), || read(&text))
    }

    /// The environments, compiled.
    fn compiled(
        &self,
        entries: Vec<Entry>,
        compiler: &mut Compiler,
        limits: Limits,
        color: Color,
    ) -> Result<Vec<Stack>> {
        let policy = Policy::default();
        let mut report_all = on_stderr(color);
        let at_limit = Box::new(move |environments: &[Checked], sources: &Sources| {
            report_all(environments, sources)?;
            bail!("what does not compile can't be compared")
        });
        let outcomes = compile_all_in(self.world(), compiler, entries, &policy, limits, at_limit)?;
        let rejected = outcomes.iter().filter(|(_, outcome)| policy.rejects_any(&outcome.findings));
        let rejected: Vec<&str> = rejected.map(|(entry, _)| entry.name.as_str()).collect();
        if !rejected.is_empty() {
            let findings: Vec<_> = outcomes.iter().flat_map(|(_, outcome)| outcome.findings.iter().cloned()).collect();
            report(&findings, compiler.sources(), color)?;
            bail!("`{}` is rejected, and what does not compile can't be compared", rejected.join("`, `"));
        }
        let stack =
            |outcome: Outcome| Stack { name: outcome.environment.map(|env| env.name), objects: outcome.objects };
        Ok(outcomes.into_iter().map(|(_, outcome)| stack(outcome)).collect())
    }

    /// What is in a folder: a compiled environment, environments, compiled environments, or manifests; or nothing.
    fn folder(&self, compiler: &mut Compiler, limits: Limits, color: Color) -> Result<Vec<Stack>> {
        if self.kustomization(&self.path).is_some() {
            return Ok(vec![self.kustomized(&self.path)?]);
        }
        let entries = self.environments()?;
        if !entries.is_empty() {
            return self.compiled(entries, compiler, limits, color);
        }
        let (folders, files) = self.inside(&self.path)?;
        let compiled: Vec<&PathBuf> = folders.iter().filter(|folder| self.kustomization(folder).is_some()).collect();
        if !compiled.is_empty() {
            return compiled.into_iter().map(|folder| self.kustomized(folder)).collect();
        }
        let manifests: Vec<&PathBuf> = files.iter().filter(|file| is_manifest(file)).collect();
        if manifests.is_empty() {
            return Ok(Vec::new());
        }
        let objects: Vec<Vec<Object>> =
            manifests.into_iter().map(|file| self.manifests(file)).collect::<Result<_>>()?;
        Ok(vec![Stack { name: None, objects: objects.concat() }])
    }

    fn environments(&self) -> Result<Vec<Entry>> {
        let files: Vec<PathBuf> = match &self.place {
            Place::Disk => expand::files_below(&self.path, &["ncl"])?,
            Place::Git(revision) => {
                let visible = |file: &&Path| {
                    let below = file.strip_prefix(&self.path).unwrap_or(file);
                    !below.iter().any(|part| part.to_string_lossy().starts_with('.'))
                };
                let nickel = |file: &&Path| file.extension().is_some_and(|extension| extension == "ncl");
                revision.files_below(&self.path).filter(visible).filter(nickel).map(Path::to_owned).collect()
            }
        };
        let found = |file: &PathBuf| self.entry(file).wanted_by(Origin::Found { folder: self.name.to_owned() });
        let mut entries: Vec<Entry> = files.iter().map(found).collect();
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    /// The folders and the files in a folder, without those that are hidden.
    fn inside(&self, folder: &Path) -> Result<(BTreeSet<PathBuf>, BTreeSet<PathBuf>)> {
        let paths: BTreeSet<PathBuf> = match &self.place {
            Place::Disk => std::fs::read_dir(folder)
                .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
                .with_context(|| format!("`{}` can't be read", self.shown(folder)))?,
            Place::Git(revision) => {
                let first = |file: &Path| Some(folder.join(file.strip_prefix(folder).ok()?.iter().next()?));
                revision.files_below(folder).filter_map(first).collect()
            }
        };
        let visible = paths
            .into_iter()
            .filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
        Ok(visible.partition(|path| self.world().kind(path).is_ok_and(|kind| kind == Kind::Folder)))
    }

    fn kustomization(&self, folder: &Path) -> Option<PathBuf> {
        KUSTOMIZATIONS.iter().map(|name| folder.join(name)).find(|path| self.world().exists(path))
    }

    /// A folder that `build --output` wrote, or one as plain; it is named after the environment.
    fn kustomized(&self, folder: &Path) -> Result<Stack> {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Stack { name, objects: self.resources(folder, 0)? })
    }

    fn resources(&self, folder: &Path, depth: usize) -> Result<Vec<Object>> {
        let Some(path) = self.kustomization(folder) else {
            bail!("`{}` has no kustomization.yaml", self.shown(folder));
        };
        let name = self.shown(&path);
        ensure!(depth < MAX_DEPTH, "`{name}` names itself, or others without an end");
        let values = self.within(&path, manifests::values)?.with_context(|| format!("`{name}` can't be read"))?;
        let fields = values.iter().filter_map(Json::as_object).flatten();
        let mut objects = Vec::new();
        for (field, value) in fields {
            ensure!(
                KUSTOMIZATION_FIELDS.contains(&field.as_str()),
                "`{name}` says `{field}`, which only Kustomize can do; compare what `kubectl kustomize` prints"
            );
            let resources = value.as_array().filter(|_| field == "resources").into_iter().flatten();
            for resource in resources.filter_map(Json::as_str) {
                ensure!(!resource.contains("://"), "`{name}` names `{resource}`, which is not fetched");
                let path = normal(&folder.join(resource));
                let is_folder = self.world().kind(&path).is_ok_and(|kind| kind == Kind::Folder);
                objects.extend(if is_folder { self.resources(&path, depth + 1)? } else { self.manifests(&path)? });
            }
        }
        Ok(objects)
    }
}

/// Reports that a limit was passed, and that there is nothing to compare.
pub(super) fn at_limit(color: Color) -> impl FnMut(Diagnostic) -> Result<()> + Send + 'static {
    move |finding| {
        report(&[finding], &Sources::default(), color)?;
        bail!("what can't be read can't be compared")
    }
}

fn is_manifest(file: &Path) -> bool {
    file.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_first_colon_outside_of_braces_ends_the_revision() {
        assert_eq!(split("main:a:b"), Some(("main", "a:b")));
        assert_eq!(split("HEAD@{10:00}:a"), Some(("HEAD@{10:00}", "a")));
        assert_eq!(split("main"), None);
    }
}
