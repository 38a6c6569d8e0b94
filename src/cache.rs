//! What came of environments in earlier runs, so that nothing is done twice.
//!
//! ```text
//!  entry ──► kept member:  every question to the world, with its answer   ── all the same? ──► the member
//!  member, its peers, policy ──► kept result:  findings, manifests                        ──► the outcome
//! ```
//!
//! Invariants: an entry counts only where its name, its seal and every byte of every input are as they were, and for
//! the program that wrote it; what was not found out for good (faults, standard input, a file that changed meanwhile) is
//! not kept; and nothing that is kept has a credential in it, not even a placeholder (`holes`). A damaged entry is as
//! good as none. Where entries lie is the business of a [`Shelf`]; this module writes nothing.

mod around;
mod bytes;
mod holes;
mod inputs;
mod whole;

use crate::diagnostic::{Diagnostic, Label};
use crate::evaluate::Role;
use crate::fleet::{Member, Observer};
use crate::model::{self, Environment};
use crate::path::Path;
use crate::policy::Policy;
use crate::source::{Entry, Kind, Origin, Relocation, Sources, Span, World};
use bytes::{Reader, Writer};
pub use inputs::Recorder;
use inputs::{Inputs, Seen};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
pub(crate) use whole::{member_from_bytes, member_to_bytes};

/// A fingerprint.
pub type Digest = [u8; 32];

/// How many bytes an input or an entry may have.
pub const LARGEST: usize = 32 << 20;

/// How an entry begins. The number is that of the format.
const MAGIC: &[u8] = b"agentos-cfg cache 2\n";

/// Where entries lie, by their keys. What is put there may be gone at any time, or come back changed.
pub trait Shelf: Sync {
    /// The bytes under a key.
    fn get(&self, key: &Digest) -> Option<Vec<u8>>;
    /// Puts bytes under a key, if that can be done.
    fn put(&self, key: &Digest, bytes: &[u8]);
}

/// How much of an outcome a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The findings.
    Findings,
    /// The findings and the manifests as YAML.
    Manifests,
    /// All of it: the tree, and the objects one by one.
    Everything,
}

/// The cache of one run.
pub struct Cache<'w> {
    shelf: &'w dyn Shelf,
    program: Digest,
    need: Need,
    library: Sources,
    seen: Seen<'w>,
    recorder: Recorder<'w>,
    /// The seals of what was kept of this run's environments, by path: as good as all that they are made of.
    seals: Mutex<HashMap<PathBuf, Digest>>,
}

/// What has come of an environment that nothing is to be said of but what it says itself.
pub struct Known {
    /// What was found, with places in the environment's own texts.
    pub findings: Vec<Diagnostic>,
    /// The manifests, if they were needed.
    pub manifests: Option<String>,
}

/// What has come of this environment, among these peers, under this policy?
pub struct Question {
    key: Digest,
    sources: Sources,
    secrets: Vec<holes::Secret>,
}

impl<'w> Cache<'w> {
    /// A cache for one run of a program, of which `program` is a hash: what was kept by another one is not looked at.
    /// `library` has the library's texts.
    pub fn new(
        shelf: &'w dyn Shelf,
        world: &'w (dyn World + Sync),
        program: &Digest,
        library: Sources,
        need: Need,
    ) -> Cache<'w> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(MAGIC).update(program);
        let program = *hasher.finalize().as_bytes();
        let (seen, recorder) = (Seen::new(world), Recorder::new(world));
        Cache { shelf, program, need, library, seen, recorder, seals: Mutex::default() }
    }

    /// The world, as environments have to be evaluated in it for their results to be kept.
    pub fn world(&self) -> &(dyn World + Sync) {
        &self.recorder
    }

    /// A hash of all that this thread has asked of the world since an environment was begun; none before that.
    pub fn asked(&self) -> Option<Digest> {
        self.recorder.asked()
    }

    /// The environment as it was evaluated before, if nothing that it is made of has changed.
    pub fn recall(&self, entry: &Entry) -> Option<Member> {
        let key = self.key_of(entry)?;
        let bytes = self.shelf.get(&key)?;
        let (seal, payload) = opened(&key, &bytes)?;
        // What is no file, such as a pipe, can be read once.
        self.seen.is_file(&entry.path).then_some(())?;
        let member = self.member(entry, payload)?;
        self.seals.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.path.clone(), seal);
        Some(member)
    }

    fn member(&self, entry: &Entry, payload: &[u8]) -> Option<Member> {
        let mut reader = Reader::new(payload, 0);
        Inputs::confirm(&mut reader, &self.seen)?;
        let mut sources = self.library.clone();
        for (name, path) in reader.list(|reader| Some((reader.text()?, reader.path()?)))? {
            let text = String::from_utf8(self.seen.text(&path)?.bytes.clone()).ok()?;
            sources.add_file(name, path, text);
        }
        let body = holes::fill(reader, &sources)?;
        let mut reader = Reader::new(&body, sources.mark());
        let role = reader.role()?;
        let references = reader.list(Reader::reference)?;
        let findings = reader.list(Reader::finding)?;
        let (tree, packed) = reader.optional(Reader::tree)?.unzip();
        reader.end()?;
        let (environment, faults) = (tree.as_ref().map(|tree| model::decode(tree).into()), Vec::new());
        let entry = entry.clone();
        let (crashed, traced) = (false, false);
        Some(Member { entry, role, sources, tree: packed, environment, faults, findings, references, crashed, traced })
    }

    /// Keeps what evaluation has found out, if that is for good.
    fn keep(&self, member: &Member, inputs: &Inputs) -> Option<()> {
        let is_for_good = member.faults.is_empty() && !member.crashed && !member.traced;
        let is_for_good = is_for_good && member.role != Role::Unreadable;
        let key = self.key_of(&member.entry).filter(|_| is_for_good)?;
        (self.recorder.kind(&member.entry.path).ok()? == Kind::File).then_some(())?;
        let secrets = match &member.environment {
            Some(environment) => holes::secrets(environment, &member.sources)?,
            None => Vec::new(),
        };
        let mut writer = Writer::default();
        inputs.write(&mut writer);
        let texts: Option<Vec<_>> = member.sources.own().map(|text| Some((&text.name, text.path.as_ref()?))).collect();
        writer.list(texts?.into_iter(), |writer, (name, path)| {
            writer.text(name);
            writer.path(path);
        });
        let mut body = Writer::default();
        body.role(member.role);
        body.list(member.references.iter(), Writer::reference);
        body.list(member.findings.iter(), Writer::kept_finding);
        body.optional(member.tree.as_ref(), |writer, tree| tree.write(writer));
        let seal = self.shelve(&key, writer, body, &secrets)?;
        self.seals.lock().unwrap_or_else(PoisonError::into_inner).insert(member.entry.path.clone(), seal);
        Some(())
    }

    /// The question what has come of an environment; none where nothing can be known of it, or all of it is needed.
    pub(crate) fn question(
        &self,
        member: &Member,
        linked: &Environment,
        judged: &[Path],
        policy: &Policy,
    ) -> Option<Question> {
        let seal = *self.seals.lock().unwrap_or_else(PoisonError::into_inner).get(&member.entry.path)?;
        let secrets = holes::secrets(linked, &member.sources).filter(|_| self.need != Need::Everything)?;
        // All that a result depends on besides the environment itself: what takes the place of its peers' files, and
        // who lets what pass.
        let around = around::around(linked, judged, policy)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.program).update(b"result").update(&seal).update(&around);
        Some(Question { key: *hasher.finalize().as_bytes(), sources: member.sources.clone(), secrets })
    }

    /// What has come of it, if that is known.
    pub(crate) fn answer(&self, question: &Question) -> Option<Known> {
        let bytes = self.shelf.get(&question.key)?;
        let (_, payload) = opened(&question.key, &bytes)?;
        let body = holes::fill(Reader::new(payload, 0), &question.sources)?;
        let mut reader = Reader::new(&body, question.sources.mark());
        let findings = reader.list(Reader::finding)?;
        let manifests = reader.optional(Reader::text)?;
        reader.end()?;
        let known = Known { findings, manifests };
        (self.need == Need::Findings || known.manifests.is_some()).then_some(known)
    }

    /// Keeps what has come of it, with the manifests if they are needed.
    pub(crate) fn keep_answer(
        &self,
        question: &Question,
        findings: &[Diagnostic],
        manifests: Option<&str>,
        relocation: Relocation,
    ) {
        let _ = self.shelve_answer(question, findings, manifests, relocation);
    }

    fn shelve_answer(
        &self,
        question: &Question,
        findings: &[Diagnostic],
        manifests: Option<&str>,
        relocation: Relocation,
    ) -> Option<Digest> {
        let complete = manifests.is_some() || self.need == Need::Findings;
        complete.then_some(())?;
        let findings = findings.iter().map(|found| unmoved(found, relocation));
        let findings: Vec<Diagnostic> = findings.collect::<Option<_>>()?;
        let mut body = Writer::default();
        body.list(findings.iter(), Writer::kept_finding);
        body.optional(manifests.as_ref(), |writer, text| writer.text(text));
        self.shelve(&question.key, Writer::default(), body, &question.secrets)
    }

    /// Seals an entry and puts it on the shelf, unless something in it must not be kept.
    fn shelve(&self, key: &Digest, mut front: Writer, body: Writer, secrets: &[holes::Secret]) -> Option<Digest> {
        let (mut body, forms) = (body.finish()?, holes::forms(secrets));
        holes::cut(&mut front, &forms, &mut body);
        // The seal comes before what it is of.
        let mut bytes = [MAGIC, key, &Digest::default(), &front.finish()?, &body].concat();
        let (head, payload) = bytes.split_at_mut_checked(MAGIC.len() + key.len() + size_of::<Digest>())?;
        holes::is_clean(&forms, payload).then_some(())?;
        let seal = digest(payload);
        *head.last_chunk_mut()? = seal;
        (bytes.len() <= LARGEST).then(|| self.shelf.put(key, &bytes))?;
        Some(seal)
    }

    /// The key of an entry: what it is called, and who wants it. Standard input has none.
    fn key_of(&self, entry: &Entry) -> Option<Digest> {
        let Entry { name, path, text, origin } = entry;
        let origin = match origin {
            Origin::Named => b"named",
            Origin::Found { .. } => b"found",
            Origin::Presumed { .. } => b"taken",
            Origin::Peer => b"peers",
        };
        let path = path.to_str().filter(|_| text.is_none())?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.program).update(origin).update(&digest(name.as_bytes())).update(path.as_bytes());
        Some(*hasher.finalize().as_bytes())
    }
}

/// Between an environment's beginning and its end, on one thread, it is noted what is asked of the world.
impl Observer for Cache<'_> {
    fn begin(&self, _worker: usize, _entry: &Entry) {
        self.recorder.begin();
    }

    fn end(&self, _worker: usize, member: &Member) {
        let inputs = self.recorder.end();
        let _ = inputs.and_then(|inputs| self.keep(member, &inputs));
    }
}

/// The seal and the payload of an entry, where it is one, whole, and the one that was asked for.
fn opened<'b>(key: &Digest, bytes: &'b [u8]) -> Option<(Digest, &'b [u8])> {
    let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(key)?;
    let (seal, payload) = rest.split_first_chunk::<32>()?;
    (digest(payload) == *seal).then_some((*seal, payload))
}

/// A finding with its places in the texts of its environment; none where it has one elsewhere.
fn unmoved(finding: &Diagnostic, relocation: Relocation) -> Option<Diagnostic> {
    let span = |span: Span| relocation.origin(span);
    let label = |label: &Label| Some(Label { span: span(label.span)?, text: label.text.clone() });
    let mut finding = finding.clone();
    finding.primary = finding.primary.as_ref().map(label).map_or(Some(None), |moved| moved.map(Some))?;
    finding.secondary = finding.secondary.iter().map(label).collect::<Option<_>>()?;
    for edit in finding.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
        edit.span = span(edit.span)?;
    }
    Some(finding)
}

fn digest(bytes: &[u8]) -> Digest {
    *blake3::hash(bytes).as_bytes()
}
