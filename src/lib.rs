//! agentos-cfg: a declarative configuration compiler for AgentOS on Kubernetes.
//!
//! Data flows one way; each stage is a function from its input to a value plus findings, and knows nothing of the
//! stages after it:
//!
//! ```text
//!  files, stdin, embedded library
//!        │ source      texts and places                                  (the only reader)
//!        ▼
//!     evaluate         Nickel → a tree in which every node has a place   (the only user of nickel-lang-core)
//!        ▼
//!      model           tree → the typed environment
//!        ├──► rules    environment → findings
//!        ▼
//!      fleet           environments → each linked with its peers, and findings between them
//!        ▼
//!      lower           environment → Kubernetes objects
//!        ▼
//!      patch           objects → objects, changed as the environment says
//!        ├──► verify   objects → findings; knows nothing of the model
//!        ▼
//!       emit           objects → YAML stream, folder, JSON
//!
//!  findings of every stage flow into one list, without the credentials that `scan` finds; `render` prints it, and
//!  `commands` writes.
//! ```

pub mod agentos;
pub mod cache;
pub mod catalogue;
pub mod characters;
pub mod commands;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod evaluate;
pub mod finding;
pub mod fleet;
pub mod graph;
pub mod guides;
pub mod lower;
pub mod model;
pub mod names;
pub mod objects;
pub mod pages;
pub mod patch;
pub mod path;
pub mod policy;
pub mod quantity;
pub mod redact;
pub mod reference;
pub mod render;
pub mod rules;
pub mod scan;
pub mod smoke;
pub mod source;
mod suggest;
pub mod tree;
pub mod verify;
mod words;

use cache::{Cache, Need};
use diagnostic::Diagnostic;
use evaluate::Evaluator;
use fleet::{Jobs, Member};
use model::Environment;
use objects::object::Object;
use policy::Policy;
use source::{Entry, Sources, World};
use tree::Node;

/// What compiling an environment yields.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All that was found, by place.
    pub findings: Vec<Diagnostic>,
    /// The resolved environment, as far as it could be evaluated.
    pub tree: Option<Node>,
    /// The typed environment, with what its peers' files say of them.
    pub environment: Option<Environment>,
    /// The compiled objects; none where a finding rejects the build, here or in the file of a peer.
    pub objects: Vec<Object>,
    /// The objects as a YAML stream, where it was needed and could be written, or a cache has it; then `objects` may be
    /// empty.
    pub manifests: Option<String>,
    /// Whether a bug of ours ended its compilation. It has been reported, and what was found before it is here.
    pub crashed: bool,
}

impl Outcome {
    /// Whether its file turned out to be a module that nothing imports.
    pub(crate) fn is_module(&self) -> bool {
        self.findings.iter().any(|finding| finding.code == catalogue::UNUSED_MODULE)
    }

    /// What is left where a bug of ours took all.
    fn crashed() -> Outcome {
        Outcome {
            findings: Vec::new(),
            tree: None,
            environment: None,
            objects: Vec::new(),
            manifests: None,
            crashed: true,
        }
    }
}

/// Nickel's parser and evaluator recurse, and a thousand pieces of one record are a thousand calls deep: whoever calls
/// the compiler, it has this much stack, in bytes. Only what is touched takes memory.
pub const STACK: usize = 1 << 30;

/// A compiler with the library loaded, for any number of environments.
pub struct Compiler {
    evaluator: Evaluator,
    sources: Sources,
    stack: usize,
}

impl Drop for Compiler {
    /// Values may nest as deep as they like, and are taken apart as deep as they nest: on the large stack, too.
    fn drop(&mut self) {
        let evaluator = &mut self.evaluator;
        stacker::grow(self.stack, || evaluator.clear());
    }
}

impl Default for Compiler {
    fn default() -> Self {
        Compiler::new()
    }
}

impl Compiler {
    /// Loads the library.
    pub fn new() -> Compiler {
        let mut sources = Sources::default();
        Compiler { evaluator: Evaluator::new(&mut sources), sources, stack: STACK }
    }

    /// Makes the stack larger than `memory`, in bytes: whoever ends evaluation when it has taken so much memory is then
    /// sooner than the end of the stack, which would be the end of the process.
    pub fn outlast(&mut self, memory: usize) {
        self.stack = STACK.max(memory.saturating_add(memory / 4));
    }

    /// How much stack evaluation has, in bytes.
    pub fn stack(&self) -> usize {
        self.stack
    }

    /// Every text that was read, for findings to point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Compiles one environment.
    pub fn compile(&mut self, world: &dyn World, entry: &Entry) -> Outcome {
        self.compile_under(world, entry, &Policy::default())
    }

    /// Compiles one environment, as strictly as a policy says.
    pub fn compile_under(&mut self, world: &dyn World, entry: &Entry, policy: &Policy) -> Outcome {
        let mut outcomes = self.compile_all(world, vec![entry.clone()], policy);
        outcomes.pop().map_or_else(Outcome::crashed, |(_, outcome)| outcome)
    }

    /// Compiles environments that are held against each other, one after the other.
    pub fn compile_all(&mut self, world: &dyn World, entries: Vec<Entry>, policy: &Policy) -> Vec<(Entry, Outcome)> {
        let one_by_one =
            &mut |entries: Vec<Entry>| entries.into_iter().map(|entry| self.examine(world, entry)).collect();
        let members = fleet::gather(entries, one_by_one);
        self.conclude(members, policy, Jobs::Exactly(1))
    }

    /// Links and compiles environments that were evaluated, by whomever, and takes in their texts.
    pub fn conclude(&mut self, members: Vec<Member>, policy: &Policy, jobs: Jobs) -> Vec<(Entry, Outcome)> {
        self.conclude_for(Need::Everything, members, policy, jobs, None)
    }

    /// The same, for who needs only some of it, with what a cache knows of earlier results.
    pub fn conclude_for(
        &mut self,
        need: Need,
        members: Vec<Member>,
        policy: &Policy,
        jobs: Jobs,
        cache: Option<&Cache<'_>>,
    ) -> Vec<(Entry, Outcome)> {
        fleet::conclude(need, members, policy, &mut self.sources, jobs, cache)
    }

    /// Evaluates one environment by itself.
    pub fn examine(&mut self, world: &dyn World, entry: Entry) -> Member {
        stacker::grow(self.stack, || self.examine_here(world, entry))
    }

    /// The same, for who has a large stack already.
    pub(crate) fn examine_here(&mut self, world: &dyn World, entry: Entry) -> Member {
        let mut sources = self.sources.library();
        let evaluated = self.evaluator.evaluate(world, &entry, &mut sources);
        fleet::member(world, entry, sources, evaluated)
    }

    /// Starts anew, and leaves what there was as it is.
    pub(crate) fn abandon(&mut self) {
        let mut sources = Sources::default();
        std::mem::forget(std::mem::replace(&mut self.evaluator, Evaluator::new(&mut sources)));
    }

    /// The library's contracts as a table in Rust, for `src/evaluate/native/table.rs`.
    pub fn native_table(&mut self) -> String {
        stacker::grow(self.stack, || self.evaluator.native_table())
    }

    /// The language's description of itself.
    pub fn schema(&mut self) -> evaluate::schema::Schema {
        self.evaluator.schema()
    }
}
