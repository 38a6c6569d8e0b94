//! The thread that owns the compiler: open texts and files → what `check` says of all environments.
//!
//! Each look asks the world anew what every environment is made of, so that nothing is stale, and takes what has not
//! changed from memory ([`Shelf`]). What only Nickel can decide is asked of the [`Judge`], once for each state of its inputs.

use super::features::Known;
use super::judge::{Judge, Program, Verdict};
use super::shelf::Memory;
use super::texts::{Document, Texts};
use crate::cache::{Cache, Digest, Need};
use crate::compile::{self, Compiler, Jobs};
use crate::diagnostic::Diagnostic;
use crate::fleet::{self, Member, Observer};
use crate::policy::Policy;
use crate::source::{Entry, LIBRARY, LIBRARY_FOLDER, Origin, Sources, World, display};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// How many files of a folder are looked at; of a larger one only what is open is.
const MOST_FILES: usize = 2_000;

/// How the files below a folder are found that may be environments.
pub type Search = fn(&Path) -> Vec<PathBuf>;

/// What a look is at.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Which change it follows, counted from the start.
    pub revision: u64,
    /// The open texts.
    pub texts: Texts,
    /// The folders of the workspace.
    pub folders: Vec<PathBuf>,
    /// Whether files may have come or gone.
    pub search_again: bool,
}

/// What a look has found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Which change was seen last.
    pub revision: u64,
    /// The environments.
    pub known: Known,
    /// All that was found, each with the file of its environment; what is let pass is marked.
    pub findings: Vec<(PathBuf, Diagnostic)>,
    /// The texts that the findings point into.
    pub sources: Sources,
    /// Environments whose newest text waits for Nickel; what is known of them is older.
    pub waiting: BTreeSet<PathBuf>,
    /// What went wrong in the server itself, in words.
    pub troubles: Vec<String>,
}

/// The analysis, with all that it remembers.
pub struct Analysis {
    compiler: Compiler,
    judge: Judge,
    policy: Policy,
    search: Search,
    shelf: Memory,
    /// The files of each folder.
    files: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// What Nickel said of entries, by the entry and all that it is made of.
    judged: HashMap<Digest, Member>,
    /// The last that Nickel said of entries, by the entry alone.
    last: HashMap<Digest, Member>,
    sound: BTreeMap<PathBuf, Arc<Member>>,
    troubles: Vec<String>,
}

impl Analysis {
    /// An analysis that has seen nothing yet.
    pub fn new(program: Program, policy: Policy, search: Search) -> Analysis {
        Analysis {
            compiler: Compiler::new(),
            judge: Judge::new(program),
            policy,
            search,
            shelf: Memory::default(),
            files: BTreeMap::new(),
            judged: HashMap::new(),
            last: HashMap::new(),
            sound: BTreeMap::new(),
            troubles: Vec::new(),
        }
    }

    /// Looks at all environments, and gives what is known to `publish`: at once what needs no Nickel, then all of it. Ends early
    /// where `is_superseded` says that there is a newer snapshot.
    pub fn look(&mut self, snapshot: &Snapshot, is_superseded: &dyn Fn() -> bool, publish: &mut dyn FnMut(Findings)) {
        let entries = self.entries(snapshot);
        let mut asked = BTreeSet::new();
        loop {
            let (findings, questions) = self.once(snapshot, entries.clone());
            let is_whole = questions.iter().all(|question| self.last.contains_key(&question.alone));
            if is_whole {
                publish(findings);
            }
            let questions: Vec<Question> = questions.into_iter().filter(|one| asked.insert(one.key)).collect();
            if questions.is_empty() {
                break;
            }
            for question in questions {
                if is_superseded() || !self.ask(question, snapshot, is_superseded) {
                    return;
                }
            }
        }
        self.shelf.forget_unused();
    }

    /// Whether a file has changed that the last look has read, by its size and the time of its change.
    pub fn stamps(known: &Known) -> BTreeMap<PathBuf, Option<(u64, SystemTime)>> {
        let texts = known.members.iter().flat_map(|member| member.sources.own());
        let peers = known.members.iter().flat_map(|member| &member.references).map(|reference| &reference.path);
        let paths: BTreeSet<&PathBuf> = texts.filter_map(|text| text.path.as_ref()).chain(peers).collect();
        let stamp = |path: &PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        };
        paths.into_iter().map(|path| (path.clone(), stamp(path))).collect()
    }

    /// The files that may be environments: those of the folders, and what is open besides.
    fn entries(&mut self, snapshot: &Snapshot) -> Vec<Entry> {
        if snapshot.search_again {
            self.files.clear();
        }
        self.files.retain(|folder, _| snapshot.folders.contains(folder));
        let mut entries = BTreeMap::new();
        for folder in &snapshot.folders {
            let search = self.search;
            let files = self.files.entry(folder.clone()).or_insert_with(|| search(folder));
            if files.len() > MOST_FILES {
                continue;
            }
            for file in files.iter() {
                entries.entry(file.clone()).or_insert_with(|| entry(file, folder));
            }
        }
        let is_entry = |document: &&Arc<Document>| is_nickel(&document.path, &document.uri) && !is_library(document);
        for document in snapshot.texts.iter().filter(is_entry) {
            let around = snapshot.folders.iter().find(|folder| document.path.starts_with(folder));
            let folder = around.map(PathBuf::as_path).or_else(|| document.path.parent()).unwrap_or(Path::new("/"));
            entries.entry(document.path.clone()).or_insert_with(|| entry(&document.path, folder));
        }
        entries.into_values().collect()
    }

    /// Looks once, with what Nickel has said so far, and says what is still to be asked of it.
    fn once(&mut self, snapshot: &Snapshot, entries: Vec<Entry>) -> (Findings, Vec<Question>) {
        let library = self.compiler.sources().library();
        let cache = Cache::new(&self.shelf, &snapshot.texts, &Digest::default(), library.clone(), Need::Findings);
        let (mut questions, mut used) = (Vec::new(), HashMap::new());
        let (compiler, judged, last) = (&mut self.compiler, &self.judged, &self.last);
        let mut examine = |entry: Entry| {
            if let Some(member) = cache.recall(&entry) {
                return member;
            }
            cache.begin(0, &entry);
            let member = match quickly(compiler, cache.world(), &entry) {
                Some(member) => Some(member),
                None => {
                    let question = Question::new(entry.clone(), &cache.asked().unwrap_or_default());
                    let known = judged.get(&question.key).cloned();
                    match &known {
                        Some(member) => drop(used.insert(question.key, member.clone())),
                        None => questions.push(question),
                    }
                    known
                }
            };
            match member {
                Some(member) => {
                    cache.end(0, &member);
                    member
                }
                None => {
                    let older = last.get(&Question::new(entry.clone(), &[]).alone).cloned();
                    older.unwrap_or_else(|| Member::crashed(entry, library.clone()))
                }
            }
        };
        let members =
            fleet::gather(entries, &mut |entries| entries.into_iter().map(&mut examine).collect::<Vec<Member>>());
        self.judged = used;
        let all: Vec<Arc<Member>> = members.iter().cloned().map(Arc::new).collect();
        remember_sound(&mut self.sound, &all);
        let mut sources = library;
        let outcomes =
            compile::conclude(Need::Findings, members, &self.policy, &mut sources, Jobs::Processors, Some(&cache));
        let findings = outcomes
            .into_iter()
            .flat_map(|(entry, outcome)| outcome.findings.into_iter().map(move |finding| (entry.path.clone(), finding)))
            .collect();
        let waiting = questions.iter().map(|question| question.entry.path.clone()).collect();
        let (known, troubles) = (Known { members: all, sound: self.sound.clone() }, std::mem::take(&mut self.troubles));
        (Findings { revision: snapshot.revision, known, findings, sources, waiting, troubles }, questions)
    }

    /// Asks Nickel, and remembers the answer; says whether to go on.
    fn ask(&mut self, question: Question, snapshot: &Snapshot, is_superseded: &dyn Fn() -> bool) -> bool {
        let Question { key, alone, entry } = question;
        let library = self.compiler.sources().library();
        let member = match self.judge.ask(&entry, &snapshot.texts, &library, is_superseded) {
            Verdict::Member(member) => *member,
            Verdict::Superseded => return false,
            Verdict::Failed(why) => {
                self.troubles.push(format!("`{}` can't be evaluated: {why}", entry.name));
                Member::crashed(entry, library)
            }
        };
        self.last.insert(alone, member.clone());
        self.judged.insert(key, member);
        true
    }
}

/// Notes which environments could be evaluated, and forgets those that are gone.
fn remember_sound(sound: &mut BTreeMap<PathBuf, Arc<Member>>, members: &[Arc<Member>]) {
    let paths: BTreeSet<&PathBuf> = members.iter().map(|member| &member.entry.path).collect();
    sound.retain(|path, _| paths.contains(path));
    let evaluated = members.iter().filter(|member| member.environment.is_some());
    sound.extend(evaluated.map(|member| (member.entry.path.clone(), Arc::clone(member))));
}

/// What Nickel is to evaluate.
struct Question {
    /// A hash of the entry and of all that it is made of.
    key: Digest,
    /// A hash of the entry alone.
    alone: Digest,
    entry: Entry,
}

impl Question {
    /// The question what an entry is; `asked` is a hash of all that it is made of.
    fn new(entry: Entry, asked: &[u8]) -> Question {
        let hash = |made_of: &[u8]| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(format!("{:?}{:?}", entry.origin, entry.path).as_bytes()).update(made_of);
            *hasher.finalize().as_bytes()
        };
        Question { key: hash(asked), alone: hash(&[]), entry }
    }
}

/// Evaluates an environment without Nickel; none where Nickel is to decide. A panic in one loses no other.
fn quickly(compiler: &mut Compiler, world: &dyn World, entry: &Entry) -> Option<Member> {
    let mut is_unsure = false;
    let member = compile::examine(compiler, entry.clone(), |compiler, entry| {
        let library = compiler.sources().library();
        compiler.examine_quickly(world, entry.clone()).unwrap_or_else(|| {
            is_unsure = true;
            Member::crashed(entry, library)
        })
    });
    (!is_unsure).then_some(member)
}

fn entry(file: &Path, folder: &Path) -> Entry {
    let below = file.strip_prefix(folder).unwrap_or(file);
    let name = folder.file_name().map_or_else(|| display(folder), |name| display(Path::new(name)));
    Entry::file(below, folder).wanted_by(Origin::Found { folder: name })
}

/// Whether a text is one of the library, which a definition has led to.
fn is_library(document: &Document) -> bool {
    let is_at = |module: &str| document.path.ends_with(Path::new(LIBRARY_FOLDER).join(module));
    LIBRARY.iter().any(|module| is_at(module.path) && *document.text == *module.text)
}

/// Whether a text is Nickel: by its name, or by having none yet.
fn is_nickel(path: &Path, uri: &str) -> bool {
    path.extension().is_some_and(|extension| extension == "ncl") || uri.starts_with("untitled:")
}
