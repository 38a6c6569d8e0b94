//! A compiler with the library loaded, for any number of environments.

use super::{Jobs, Outcome, conclude};
use crate::cache::{Cache, Need};
use crate::diagnostic::Diagnostic;
use crate::evaluate::schema::Schema;
use crate::evaluate::{self, Evaluator};
use crate::fleet::{self, Member};
use crate::policy::Policy;
use crate::redact;
use crate::source::{Entry, FileId, Sources, World};

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
        conclude(need, members, policy, &mut self.sources, jobs, cache)
    }

    /// Takes in a text that Nickel takes, without evaluating it; else, what is wrong with it.
    pub fn read(&mut self, world: &dyn World, entry: &Entry) -> Result<FileId, Vec<Diagnostic>> {
        let sources = &mut self.sources;
        let read = stacker::grow(self.stack, || evaluate::parsed(world, entry, sources));
        read.map_err(|findings| redact::arranged(findings, &self.sources))
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

    /// Evaluates one environment by itself and without Nickel; none where Nickel is to decide.
    pub(crate) fn examine_quickly(&mut self, world: &dyn World, entry: Entry) -> Option<Member> {
        stacker::grow(self.stack, || {
            let mut sources = self.sources.library();
            let evaluated = self.evaluator.quickly(world, &entry, &mut sources)?;
            Some(fleet::member(world, entry, sources, evaluated))
        })
    }

    /// Evaluates one environment by Nickel, contracts included, also where it is plain data.
    pub(crate) fn examine_thoroughly(&mut self, world: &dyn World, entry: Entry) -> Member {
        stacker::grow(self.stack, || {
            let mut sources = self.sources.library();
            let evaluated = self.evaluator.thoroughly(world, &entry, &mut sources);
            fleet::member(world, entry, sources, evaluated)
        })
    }

    /// Starts anew after a panic.
    pub(crate) fn restart(&mut self) {
        let evaluator = &mut self.evaluator;
        stacker::grow(self.stack, || *evaluator = Evaluator::new(&mut Sources::default()));
    }

    /// The library's contracts as a table in Rust, for `src/evaluate/native/table.rs`.
    pub fn native_table(&mut self) -> String {
        stacker::grow(self.stack, || self.evaluator.native_table())
    }

    /// The language's description of itself.
    pub fn schema(&mut self) -> Schema {
        self.evaluator.schema()
    }
}
