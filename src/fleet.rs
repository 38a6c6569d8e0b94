//! Many environments as one: each evaluated by itself, then linked with its peers and held against the others.
//!
//! ```text
//!  entries ── evaluate ──► members ──► linked ──► rules across files ──► lower, verify ──► outcomes
//!             (any order,   plain       with       (findings with          (any order,
//!              any thread)  data        peers       two places)             any thread)
//! ```
//!
//! Invariants: a [`Member`] says all that can be known of an environment without any other, as plain data with places in
//! its own texts, so that it can be made on any thread, in any order, or be read back from where it was kept. All that
//! depends on other environments reads nothing, and gives the same for the same members.

pub(crate) mod links;
mod references;
pub(crate) mod rules;

pub use links::{Unreachable, remote, resolve};
pub use references::Reference;
pub use rules::judges;

use crate::catalogue::{self, NOT_AN_ENVIRONMENT, UNUSED_MODULE};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::{Evaluated, Role, meant};
use crate::model::Environment;
use crate::packed::Packed;
use crate::path::Path;
use crate::policy::Policy;
use crate::source::{Entry, Origin, Relocation, Sources, World};
use crate::tree::Node;
use crate::{finding, redact, rules as own_rules};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

/// An environment by itself.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its file, and who wants it.
    pub entry: Entry,
    /// What its file says it is.
    pub role: Role,
    /// The texts that its places are in: the library's and its own.
    pub sources: Sources,
    /// Its value, as far as it could be evaluated.
    pub tree: Option<Packed>,
    /// The same, typed; its peers as it names them.
    pub environment: Option<Box<Environment>>,
    /// What evaluation found: nobody can let these pass.
    pub faults: Vec<Diagnostic>,
    /// What rules found that look at one environment.
    pub findings: Vec<Diagnostic>,
    /// The environments that it names as peers by their files.
    pub references: Vec<Reference>,
    /// Whether a bug of ours ended the look at it.
    pub crashed: bool,
    /// Whether it has printed something by `std.trace`, which it would not do again if it were known.
    pub traced: bool,
}

impl Member {
    /// What is left of an environment over which the compiler stumbled.
    pub(crate) fn crashed(entry: Entry, sources: Sources) -> Member {
        Member {
            entry,
            role: Role::Unreadable,
            sources,
            tree: None,
            environment: None,
            faults: Vec::new(),
            findings: Vec::new(),
            references: Vec::new(),
            crashed: true,
            traced: false,
        }
    }

    /// The same in less memory, for when there are many: its tree has to be read again where it is needed.
    #[must_use]
    pub(crate) fn smaller(self) -> Member {
        Member { tree: self.tree.map(Packed::smaller), ..self }
    }

    /// Whether somebody wants it compiled.
    pub(crate) fn is_wanted(&self) -> bool {
        self.entry.origin != Origin::Peer
    }

    /// Whether it was found in a folder, does not say that it is an environment, and is not taken for one.
    fn is_held(&self) -> bool {
        let is_declared = match self.role {
            Role::Environment | Role::Unreadable => true,
            Role::Undeclared | Role::Module => false,
        };
        !is_declared && matches!(self.entry.origin, Origin::Found { .. })
    }

    /// The files that it imports, itself or by others.
    fn imports(&self) -> impl Iterator<Item = &FilePath> {
        self.sources.own().filter_map(|text| text.path.as_deref()).filter(|path| *path != self.entry.path)
    }

    /// Whether it is what it seems: nothing of it was left out.
    pub(crate) fn is_sound(&self) -> bool {
        self.environment.is_some() && self.faults.is_empty()
    }

    /// What was found in it, as if there were no others. For when there is no time to look at them.
    pub fn alone(&self, policy: &Policy) -> Vec<Diagnostic> {
        let (mut faults, mut findings) = (self.faults.clone(), self.findings.clone());
        if let Some(environment) = &self.environment {
            policy.refuse(&mut faults, environment);
            policy.apply(&mut findings, environment);
        }
        faults.extend(findings);
        redact::arranged(faults, &self.sources)
    }
}

/// Is told of each environment that is about to be evaluated, and that has been.
pub trait Observer: Sync {
    /// A worker begins with an environment.
    fn begin(&self, worker: usize, entry: &Entry);
    /// It is done with it.
    fn end(&self, worker: usize, member: &Member);
}

/// What a member is made of, once its file is evaluated.
pub(crate) fn member(world: &dyn World, entry: Entry, sources: Sources, evaluated: Evaluated) -> Member {
    let Evaluated { tree, findings: mut faults, role, traced } = evaluated;
    if let Origin::Presumed { folder } = &entry.origin {
        if let Some(finding) = unused_module(&entry, &faults) {
            let member = Member::crashed(entry, sources);
            return Member { role: Role::Module, faults: vec![finding], crashed: false, ..member };
        }
        let why = format!(
            "`{}` does not end with `| agentos.Environment`, and is taken for an environment: no other file of \
             `{folder}` imports it, or one names it as a peer",
            entry.name
        );
        faults.iter_mut().take(1).for_each(|fault| fault.notes.push(why.clone()));
    }
    let mut member = Member { role, faults, crashed: false, traced, ..Member::crashed(entry, sources) };
    let Some(mut tree) = tree else { return member };
    let mut environment = crate::model::decode(&tree);
    let runtime = environment.runtime;
    member.faults = member.faults.into_iter().map(|finding| own_rules::refine(runtime, finding)).collect();
    let missing = misspelt(&member.faults, &tree, &member.sources);
    if !missing.is_empty() {
        missing.iter().for_each(|path| tree.break_at(path));
        environment = crate::model::decode(&tree);
    }
    if member.entry.origin != Origin::Peer {
        member.findings = own_rules::check(&environment, &tree, &member.sources);
    }
    member.references = references::of(world, &member.entry, &environment, &tree, &member.sources);
    member.environment = Some(environment.into());
    member.tree = Some(Packed::Tree(tree));
    member
}

/// The finding on a file that was taken for an environment, and whose value can't be one.
fn unused_module(entry: &Entry, faults: &[Diagnostic]) -> Option<Diagnostic> {
    let fault = faults.iter().find(|fault| fault.code == NOT_AN_ENVIRONMENT && fault.path.0.is_empty())?;
    let title = format!("nothing imports this module, `{}`", entry.name);
    let finding =
        catalogue::finding(UNUSED_MODULE, Path::root(), title).at(fault.span(), "no record, and no environment");
    Some(
        finding
            .note("a file that imports the library and that no other file imports is an environment; this one has another value")
            .help("apply the function to what it needs, import the file, or remove it"),
    )
}

/// The fields that misspelt names were meant for, where they are not there as well. No rule says of them what follows from
/// their being missing.
fn misspelt(faults: &[Diagnostic], tree: &Node, sources: &Sources) -> Vec<Path> {
    let is_written = |path: &Path| finding::span_at(tree, path, finding::Target::Name, sources).is_some();
    faults.iter().filter_map(meant).filter(|path| !is_written(path)).collect()
}

/// The environments that entries name, and those that they lead to by their peers, whoever evaluates them. Entries
/// come first, in their order; modules among the files of a folder are left out.
pub fn gather(entries: Vec<Entry>, evaluate: &mut dyn FnMut(Vec<Entry>) -> Vec<Member>) -> Vec<Member> {
    gather_all(entries, evaluate).members
}

/// Environments, and how many of the files that were found in folders are none.
pub struct Gathered {
    /// The environments.
    pub members: Vec<Member>,
    /// How many of the files are modules: other files import them, and they do not say that they are environments.
    pub modules: usize,
}

/// The same as [`gather`], with how many modules there are.
pub fn gather_all(entries: Vec<Entry>, evaluate: &mut dyn FnMut(Vec<Entry>) -> Vec<Member>) -> Gathered {
    let mut known: BTreeSet<PathBuf> = entries.iter().map(|entry| entry.path.clone()).collect();
    let mut members = evaluate(entries);
    let imported: BTreeSet<PathBuf> = members.iter().flat_map(Member::imports).map(FilePath::to_owned).collect();
    // What a file imports that can't be read is not known: any other may be a module of it.
    let all_known = members.iter().all(|member| member.role != Role::Unreadable);
    let is_unimported =
        |member: &Member| all_known && member.role == Role::Undeclared && !imported.contains(&member.entry.path);
    presume(&mut members, &is_unimported, evaluate);
    loop {
        let references = members.iter().flat_map(|member| &member.references);
        let references = references.filter(|reference| reference.obstacle.is_none());
        let named: BTreeMap<PathBuf, Entry> =
            references.map(|reference| (reference.path.clone(), reference.entry())).collect();
        let some = presume(&mut members, &|member| named.contains_key(&member.entry.path), evaluate);
        let unknown = named.into_iter().filter(|(path, _)| known.insert(path.clone()));
        let peers: Vec<Entry> = unknown.map(|(_, entry)| entry).collect();
        if peers.is_empty() && !some {
            break;
        }
        members.extend(evaluate(peers));
    }
    let modules = members.iter().filter(|member| member.is_held() && imported.contains(&member.entry.path)).count();
    members.retain(|member| !member.is_held());
    Gathered { members, modules }
}

/// Evaluates those of the files that do not say what they are as environments, and says whether there are any.
fn presume(
    members: &mut [Member],
    is_one: &dyn Fn(&Member) -> bool,
    evaluate: &mut dyn FnMut(Vec<Entry>) -> Vec<Member>,
) -> bool {
    let presumed = |member: &Member| match &member.entry.origin {
        Origin::Found { folder } if member.is_held() && is_one(member) => {
            Some(member.entry.clone().wanted_by(Origin::Presumed { folder: folder.clone() }))
        }
        Origin::Found { .. } | Origin::Named | Origin::Presumed { .. } | Origin::Peer => None,
    };
    let entries: Vec<Entry> = members.iter().filter_map(presumed).collect();
    if entries.is_empty() {
        return false;
    }
    let mut some = false;
    let evaluated = evaluate(entries).into_iter().map(|member| (member.entry.path.clone(), member));
    let mut evaluated: BTreeMap<PathBuf, Member> = evaluated.collect();
    for member in members.iter_mut() {
        if let Some(known) = evaluated.remove(&member.entry.path) {
            *member = known;
            some = true;
        }
    }
    some
}

/// Members with where their places are now.
#[derive(Clone, Copy)]
pub(crate) struct Places<'a> {
    pub(crate) members: &'a [Member],
    pub(crate) relocations: &'a [Relocation],
    pub(crate) by_path: &'a BTreeMap<&'a FilePath, usize>,
}

impl<'a> Places<'a> {
    /// A finding with its places: the value in one environment, and what it is at odds with in others.
    fn place(&self, finding: Finding) -> Option<Diagnostic> {
        let Finding { code, member, what, also } = finding;
        let (home, relocation) = (self.members.get(member)?, *self.relocations.get(member)?);
        let placed = finding::place(code, what, &*home.tree.as_ref()?.tree()?, &home.sources).relocated(relocation);
        also.into_iter().try_fold(placed, |placed, place| Some(self.also(placed, place)))
    }

    fn also(&self, finding: Diagnostic, place: Also) -> Diagnostic {
        let other = self.members.get(place.member).zip(self.relocations.get(place.member));
        let found = other.and_then(|(member, relocation)| {
            let tree = member.tree.as_ref()?.tree()?;
            let written = |path: &Path| finding::span_at(&tree, path, place.target, &member.sources);
            let instead = || place.otherwise.as_ref().and_then(written);
            let around = || finding::span_near(&tree, &place.path, place.target, &member.sources);
            let span = written(&place.path).or_else(instead).or_else(around)?;
            let hidden = place.secret.iter().flat_map(|secret| redact::written(secret, &member.sources));
            Some((relocation.span(span), hidden.map(|span| relocation.span(span)).collect::<Vec<_>>()))
        });
        let Some((span, hidden)) = found else { return finding };
        let mut finding = finding.and(Some(span), place.label);
        finding.sensitive.extend(hidden);
        finding
    }

    fn at(&self, path: &FilePath) -> Option<(usize, &'a Member)> {
        let index = *self.by_path.get(path)?;
        Some((index, self.members.get(index)?))
    }
}

/// What there is to say of a value in one environment, and of others that it is at odds with.
struct Finding {
    code: Code,
    member: usize,
    what: finding::Finding,
    also: Vec<Also>,
}

/// A place in another environment.
struct Also {
    member: usize,
    path: Path,
    /// Where to point when the user has not written the value.
    otherwise: Option<Path>,
    target: finding::Target,
    label: String,
    /// A text of it that must not be shown.
    secret: Option<String>,
}

impl Finding {
    fn new(code: Code, member: usize, what: finding::Finding) -> Finding {
        Finding { code, member, what, also: Vec::new() }
    }

    /// Adds the place of a value in another environment.
    fn and_value(self, member: usize, path: Path, label: impl Into<String>) -> Finding {
        self.and(member, path, finding::Target::Value, label.into())
    }

    /// Adds the place of a name in another environment.
    fn and_name(self, member: usize, path: Path, label: impl Into<String>) -> Finding {
        self.and(member, path, finding::Target::Name, label.into())
    }

    fn and(mut self, member: usize, path: Path, target: finding::Target, label: String) -> Finding {
        self.also.push(Also { member, path, otherwise: None, target, label, secret: None });
        self
    }

    /// Where the last place is when the user has not written its value.
    fn or_there(mut self, path: Path) -> Finding {
        if let Some(place) = self.also.last_mut() {
            place.otherwise = Some(path);
        }
        self
    }

    /// Keeps a text of the last place from being shown.
    fn hiding(mut self, secret: Option<String>) -> Finding {
        if let Some(place) = self.also.last_mut() {
            place.secret = secret;
        }
        self
    }
}

/// The path to a peer.
fn peer_path(stack: &str) -> Path {
    Path::of(["federation", "peers"]).field(stack)
}
