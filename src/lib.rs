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
//!      lower           environment → Kubernetes objects
//!        ├──► verify   objects → findings; knows nothing of the model
//!        ▼
//!       emit           objects → YAML stream, folder, JSON
//!
//!  findings of every stage flow into one list, without the credentials that `scan` finds; `render` prints it, and
//!  `commands` writes.
//! ```

pub mod catalogue;
pub mod commands;
pub mod diagnostic;
pub mod emit;
pub mod evaluate;
pub mod lower;
pub mod model;
pub mod pages;
pub mod policy;
pub mod redact;
pub mod reference;
pub mod render;
pub mod rules;
pub mod scan;
pub mod settings;
pub mod source;
mod suggest;
pub mod verify;

use diagnostic::Diagnostic;
use evaluate::tree::Node;
use evaluate::{Evaluator, Role};
use lower::Object;
use model::Environment;
use policy::Policy;
use source::{Entry, Sources, World};

/// What compiling an environment yields.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// All that was found, by place.
    pub findings: Vec<Diagnostic>,
    /// The resolved environment, as far as it could be evaluated.
    pub tree: Option<Node>,
    /// The typed environment.
    pub environment: Option<Environment>,
    /// The compiled objects; none where a finding rejects the build.
    pub objects: Vec<Object>,
}

/// Nickel's parser and evaluator recurse, and a thousand pieces of one record are a thousand calls deep: whoever calls
/// the compiler, it has this much stack, in bytes. Only what is touched takes memory.
const STACK: usize = 1 << 30;

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
        stacker::grow(self.stack, || self.compile_here(world, entry, policy))
    }

    fn compile_here(&mut self, world: &dyn World, entry: &Entry, policy: &Policy) -> Outcome {
        let evaluated = self.evaluator.evaluate(world, entry, &mut self.sources);
        let mut findings = evaluated.findings;
        let Some(tree) = evaluated.tree else {
            redact::findings(&mut findings, &self.sources);
            diagnostic::arrange(&mut findings, &self.sources);
            return Outcome { findings, tree: None, environment: None, objects: Vec::new() };
        };
        let environment = model::decode(&tree);
        findings = findings.into_iter().map(|finding| rules::refine(environment.runtime, finding)).collect();
        policy.refuse(&mut findings, &environment);
        let mut unsafe_values = rules::check(&environment, &tree, &self.sources);
        policy.apply(&mut unsafe_values, &environment);
        findings.extend(unsafe_values);
        let mut objects = Vec::new();
        if diagnostic::is_sound(&findings) {
            let lowered = lower::lower(&environment);
            let mut unsound = verify::verify(&lowered.objects, &lowered.external);
            policy.apply(&mut unsound, &environment);
            findings.extend(unsound);
            objects = lowered.objects;
        }
        // Only now is it known of every entry of `allow` whether it was needed.
        if diagnostic::is_sound(&findings) {
            findings.extend(rules::idle(&environment, &findings, &tree, &self.sources));
        }
        redact::findings(&mut findings, &self.sources);
        diagnostic::arrange(&mut findings, &self.sources);
        if policy.rejects_any(&findings) {
            objects.clear();
        }
        Outcome { findings, tree: Some(tree), environment: Some(environment), objects }
    }

    /// What a file is for, by its text alone.
    pub fn role(world: &dyn World, entry: &Entry) -> Role {
        stacker::grow(STACK, || evaluate::role(world, entry))
    }

    /// What has evaluated the last environment.
    pub fn answered(&self) -> Option<evaluate::Method> {
        self.evaluator.answered()
    }

    /// Has Nickel evaluate everything from now on: to hold the ways to evaluate against each other.
    pub fn without_native(&mut self) {
        self.evaluator.without_native();
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
