//! A change of an environment or a module: opened, changed, checked with all that it is a part of, and written.
//!
//! Invariant: nothing is written where the check finds what rejects and was not found before, and no file that has changed
//! since it was read.

use super::output::{print_patch, rewrite_behind};
use super::strictness::Strictness;
use super::{
    Color, Compiled, Limits, Outcomes, Status, Terms, compile_all, compile_all_with, entry, eprint_all, expand, fmt,
    on_stderr, print_all, report, status,
};
use crate::cache::Need;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::evaluate::Role;
use crate::fix::assign;
use crate::layout::{Layout, Tokens};
use crate::model::Environment;
use crate::path::{Path, Segment};
use crate::policy::Policy;
use crate::source::{Disk, Entry, Origin, Overlay, Sources, Span};
use crate::tree::Node;
use crate::{Compiler, Outcome, format, redact};
use anyhow::{Context, Result};
use clap::ValueHint;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

/// How a change is checked and made.
#[derive(clap::Args)]
pub(super) struct Editing {
    /// Print the change as a patch and write nothing; exit with 1 if there is one.
    #[arg(long)]
    diff: bool,

    /// Check the change in these environments: files, or folders with environments in them. Can be repeated.
    ///
    /// An environment is checked in any case; a module, where this is left out, in the environments of its own folder and of
    /// those below.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    with: Vec<PathBuf>,

    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    strictness: Strictness,
}

/// A file that is to be changed, and what is known of it.
pub(super) struct Opened {
    /// The file.
    pub entry: Entry,
    /// Its text.
    pub text: String,
    /// Where its value ends up in the environments that have it.
    pub root: Path,
    /// The environments that a change is checked in.
    checked: Vec<Entry>,
    /// What was found in them before it.
    before: Outcomes,
    /// Which of them the file is, or is a part of.
    home: Option<usize>,
}

/// A text in the place of the one that a file has.
pub(super) struct Change {
    /// The file.
    pub entry: Entry,
    /// The text as it is.
    pub old: String,
    /// The text as it is to be.
    pub new: String,
    /// What a person is told.
    pub said: String,
}

impl Change {
    /// The same; a text that is in the style of `fmt` stays in it.
    fn in_style(&self) -> Change {
        let is_in_style = format::format(&self.old).is_ok_and(|styled| styled == self.old);
        let styled = format::format(&self.new).ok().filter(|_| is_in_style);
        let new = styled.unwrap_or_else(|| self.new.clone());
        Change { entry: self.entry.clone(), old: self.old.clone(), new, said: self.said.clone() }
    }
}

/// Opens a file. Where what is wrong with it stands against any change, that is reported.
pub(super) fn open(
    file: &FilePath,
    editing: &Editing,
    compiler: &mut Compiler,
    color: Color,
) -> Result<Result<Opened, Status>> {
    let entry = entry(file)?;
    fmt::ensure_nickel(&entry)?;
    let Some(text) = text(&entry, compiler, color)? else { return Ok(Err(Status::Findings)) };
    let is_environment = is_environment(&entry, compiler);
    let mut checked = match is_environment {
        true => vec![entry.clone()],
        false if editing.with.is_empty() => expand::entries(&[folder(file)])?,
        false => Vec::new(),
    };
    if !editing.with.is_empty() {
        let others = expand::entries(&editing.with)?;
        checked.extend(others.into_iter().filter(|other| other.path != entry.path));
    }
    let policy = editing.strictness.policy();
    let compiled =
        compile_all(&Disk, compiler, checked.clone(), &policy, editing.limits, Need::Everything, on_stderr(color));
    let compiled = if is_environment { compiled } else { compiled.with_context(|| without_importer(&entry)) };
    let before = compiled?.outcomes;
    if status(&before, &policy)? == Status::Bug {
        return Ok(Err(Status::Bug));
    }
    let found = match before.iter().position(|(one, outcome)| one.path == entry.path && !outcome.is_module()) {
        Some(home) => Some((home, Path::root())),
        None => before.iter().enumerate().find_map(|(at, (_, outcome))| {
            let sources = compiler.sources();
            let is_here =
                |key: Span| sources.get(key.file).and_then(|source| source.path.as_ref()) == Some(&entry.path);
            Some((at, outcome.tree.as_ref()?.outermost(is_here)?))
        }),
    };
    anyhow::ensure!(found.is_some() || !editing.with.is_empty(), without_importer(&entry));
    let (home, root) = found.map_or((None, Path::root()), |(home, root)| (Some(home), root));
    Ok(Ok(Opened { entry, text, root, checked, before, home }))
}

/// The text of a file that Nickel takes, or that has nothing in it yet; none where it has mistakes, which are reported.
fn text(entry: &Entry, compiler: &mut Compiler, color: Color) -> Result<Option<String>> {
    let findings = match compiler.read(&Disk, entry) {
        Ok(file) => return Ok(compiler.sources().get(file).map(|source| source.text.clone())),
        Err(findings) => findings,
    };
    let blank = compiler.sources().text_of(&entry.path).or(entry.text.as_deref());
    if let Some(blank) = blank.filter(|text| Layout::new(text, &Tokens::of(text)).is_empty()) {
        return Ok(Some(blank.to_owned()));
    }
    report(&findings, compiler.sources(), color)?;
    eprint_all(&format!("`{}` has mistakes in its syntax, and nothing was changed\n", entry.name))?;
    Ok(None)
}

/// Whether a file says that it is an environment, or is one without a file.
fn is_environment(entry: &Entry, compiler: &mut Compiler) -> bool {
    let found = || entry.clone().wanted_by(Origin::Found { folder: String::new() });
    entry.text.is_some() || compiler.examine(&Disk, found()).role == Role::Environment
}

fn folder(file: &FilePath) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(FilePath::new(".")).to_owned()
}

fn without_importer(Entry { name, .. }: &Entry) -> String {
    format!(
        "`{name}` does not say that it is an environment, and none in its folder has anything of it, so that a change could \
         not be checked; name the environments that import it, with `--with`"
    )
}

impl Opened {
    /// What is known of the environment that the file is, or is a part of.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.before.get(self.home?).map(|(_, outcome)| outcome)
    }

    /// The same, typed; none where its language is at fault, and nothing typed can be relied on.
    pub(super) fn environment(&self) -> Option<&Environment> {
        let outcome = self.outcome()?;
        let is_sound = !outcome
            .findings
            .iter()
            .any(|finding| finding.code.is_of_the_language() && finding.severity == Severity::Error);
        outcome.environment.as_deref().filter(|_| is_sound)
    }

    /// Its value.
    pub(super) fn tree(&self) -> Option<&Node> {
        self.outcome()?.tree.as_ref()
    }

    /// Prints what was found before any change.
    pub(super) fn report(&self, compiler: &Compiler, color: Color) -> Result<()> {
        let findings: Vec<Diagnostic> = all(&self.before).map(|(_, finding)| finding.clone()).collect();
        report(&findings, compiler.sources(), color)
    }

    /// The path of a value in the environments that have the file.
    pub(super) fn absolute(&self, path: &Path) -> Path {
        Path(self.root.0.iter().chain(&path.0).cloned().collect())
    }

    /// Refuses to change a field that another file gives its value. `change` is how the argument ends that would change it.
    pub(super) fn refuse_elsewhere(&self, path: &Path, sources: &Sources, change: fn(&Path) -> String) -> Result<()> {
        if assign::is_written(&self.text, path) {
            return Ok(());
        }
        let Some((written, key)) = self.elsewhere(&self.absolute(path), sources) else { return Ok(()) };
        let Some(other) = sources.get(key.file) else { return Ok(()) };
        let start = key.start as usize;
        let within = assign::path_within(&other.text, &written, start);
        let rest = path.0.get(written.0.len().saturating_sub(self.root.0.len())..).unwrap_or_default();
        match within {
            // What gives way may be given elsewhere.
            Some((_, true)) => Ok(()),
            Some((mut there, false)) => {
                there.0.extend(rest.iter().cloned());
                anyhow::bail!(
                    "`{path}` is written in `{}`, line {}; change it there, by `agentos-cfg set {} {}`",
                    other.name,
                    sources.place(key).line,
                    other.name,
                    change(&there)
                )
            }
            None => anyhow::bail!(
                "`{path}` is written in `{}`, line {}; change it there",
                other.name,
                sources.place(key).line
            ),
        }
    }

    /// The first value on the way to a path that another file of the user's has written, and that no record can add to.
    fn elsewhere(&self, path: &Path, sources: &Sources) -> Option<(Path, Span)> {
        let tree = self.tree()?;
        (1..=path.0.len()).find_map(|length| {
            let part = Path(path.0.get(..length)?.to_vec());
            let (node, is_there) = tree.nearest(&part);
            let key = node.key.or(node.span).filter(|_| is_there)?;
            let is_final = length == path.0.len() || node.value.as_record().is_none();
            let source = sources.get(key.file).filter(|source| !source.library && is_final)?;
            (source.path.as_ref() != Some(&self.entry.path) && source.path.is_some()).then_some((part, key))
        })
    }

    /// A place in the file, for a message.
    pub(super) fn line(&self, byte: usize) -> String {
        let line = self.text.get(..byte).map_or(1, |before| before.matches('\n').count() + 1);
        format!("`{}`, line {line}", self.entry.name)
    }

    /// Checks a change, and makes it unless the check finds what rejects.
    pub(super) fn make(&self, change: &Change, editing: &Editing, compiler: &Compiler, color: Color) -> Result<Status> {
        let change = &change.in_style();
        let Change { entry, old, new, said } = change;
        if old == new {
            if entry.text.is_some() {
                print_all(new)?;
            }
            eprint_all(&format!("`{}` has these values already, and was not changed\n", entry.name))?;
            return Ok(Status::Clean);
        }
        let policy = editing.strictness.policy();
        let mut after = Compiler::new();
        let compiled = self.check(change, &mut after, &policy, editing.limits, color)?;
        if status(&compiled.outcomes, &policy)? == Status::Bug {
            return Ok(Status::Bug);
        }
        let fresh = fresh(&self.before, &compiled.outcomes, after.sources());
        report(&fresh, after.sources(), color)?;
        if policy.rejects_any(&fresh) {
            eprint_all(&format!("`{}` was not changed: the check finds what it did not find before\n", entry.name))?;
            return Ok(Status::Findings);
        }
        if editing.diff {
            let earlier = self.before.iter().flat_map(|(_, outcome)| &outcome.findings);
            let later = compiled.outcomes.iter().flat_map(|(_, outcome)| &outcome.findings);
            let mut secrets = redact::credentials(earlier, compiler.sources());
            secrets.extend(redact::credentials(later, after.sources()));
            print_patch([old, new], &entry.name, "changed", &secrets)?;
            return Ok(Status::Findings);
        }
        match &entry.text {
            Some(_) => print_all(new)?,
            None => rewrite_behind(&entry.path, &entry.name, old, new)?,
        }
        eprint_all(said)?;
        Ok(Status::Clean)
    }

    /// Compiles the environments as they would be.
    fn check(
        &self,
        Change { entry, new, .. }: &Change,
        compiler: &mut Compiler,
        policy: &Policy,
        limits: Limits,
        color: Color,
    ) -> Result<Compiled> {
        let mut overlay = Overlay { world: &Disk, texts: BTreeMap::new() };
        let mut entries = self.checked.clone();
        match entries.iter_mut().find(|one| one.path == entry.path && one.text.is_some()) {
            Some(one) => one.text = Some(new.clone()),
            None => drop(overlay.texts.insert(entry.path.clone(), new.clone())),
        }
        let terms = Terms { need: Need::Findings, policy, limits };
        compile_all_with(None, &overlay, compiler, entries, terms, on_stderr(color))
    }
}

/// The findings that were not there before.
fn fresh(before: &Outcomes, after: &Outcomes, sources: &Sources) -> Vec<Diagnostic> {
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for (entry, finding) in all(before) {
        *known.entry(key(entry, finding)).or_default() += 1;
    }
    let (mut fresh, mut places) = (Vec::new(), BTreeSet::new());
    for (entry, finding) in all(after) {
        let is_known = match known.get_mut(&key(entry, finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            Some(_) | None => false,
        };
        // What several environments import is found in each of them.
        let place = finding.span().map(|span| (sources.name(span.file), span.start, finding.code, &finding.message));
        if !is_known && place.is_none_or(|place| places.insert(place)) {
            fresh.push(finding.clone());
        }
    }
    fresh
}

fn all(outcomes: &Outcomes) -> impl Iterator<Item = (&Entry, &Diagnostic)> {
    let environments = outcomes.iter().filter(|(_, outcome)| !outcome.is_module());
    environments.flat_map(|(entry, outcome)| outcome.findings.iter().map(move |finding| (entry, finding)))
}

/// What tells a finding from others. An item moves up where one before it is removed.
fn key<'a>(entry: &'a Entry, finding: &'a Diagnostic) -> (&'a FilePath, Code, Path, &'a str, bool) {
    let still = |segment: &Segment| match segment {
        Segment::Index(_) => Segment::Index(0),
        Segment::Field(_) | Segment::Item(_) => segment.clone(),
    };
    let path = Path(finding.path.0.iter().map(still).collect());
    (&entry.path, finding.code, path, &finding.message, finding.allowed.is_some())
}
