//! THE pipeline: environments → outcomes.
//!
//! ```text
//!  entries ── evaluate ──► members ── link ──► rules between them ──► lower ──► patch ──► verify ──► policy ──► outcomes
//! ```
//!
//! Invariant: [`conclude`] reads nothing, and gives the same for the same members, whatever thread they come from.

mod causes;
mod workers;

pub use causes::causes;
pub(crate) use workers::examine;
pub use workers::{Jobs, Unobserved, Workers, share};

use crate::cache::{Cache, Need};
use crate::catalogue::{self, ENDPOINT_NOT_SERVED};
use crate::diagnostic::{self, Diagnostic};
use crate::emit::yaml;
use crate::evaluate::Evaluator;
use crate::evaluate::schema::Schema;
use crate::fleet::links::{self, Link};
use crate::fleet::{self, Member, Places, rules};
use crate::lower::{Lowered, lower};
use crate::model::Environment;
use crate::objects::object::Object;
use crate::policy::Policy;
use crate::source::{Entry, Relocation, Sources, World};
use crate::tree::Node;
use crate::{finding, patch, redact, rules as own_rules, verify};
use std::collections::{BTreeMap, BTreeSet};

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
        conclude(need, members, policy, &mut self.sources, jobs, cache)
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
    pub fn schema(&mut self) -> Schema {
        self.evaluator.schema()
    }
}

/// Links the members, holds them against each other, and compiles those that somebody wants, in their order. `sources`
/// takes in the texts that findings point into; it has the library already.
pub fn conclude(
    need: Need,
    members: Vec<Member>,
    policy: &Policy,
    sources: &mut Sources,
    jobs: Jobs,
    cache: Option<&Cache<'_>>,
) -> Vec<(Entry, Outcome)> {
    let relocations: Vec<Relocation> = members.iter().map(|member| sources.absorb(&member.sources)).collect();
    let by_path = members.iter().enumerate().map(|(index, member)| (member.entry.path.as_path(), index)).collect();
    let places = Places { members: &members, relocations: &relocations, by_path: &by_path };
    let links = links::all(&places);
    let mut across = rules::check(&places, &links);
    let mut strangers = of_strangers(&members, &links, &relocations);
    let parts = members.into_iter().zip(relocations).zip(links).enumerate();
    let parts: Vec<Part> = parts
        .map(|(index, ((member, relocation), link))| {
            let (across, strangers) = (across.remove(&index).unwrap_or_default(), strangers.remove(&index));
            Part { member, relocation, link, across, strangers: strangers.unwrap_or_default() }
        })
        .filter(|part| part.member.is_wanted())
        .collect();
    let sources: &Sources = sources;
    let alone = parts.len() == 1;
    workers::share(jobs, parts, |part| {
        let entry = part.member.entry.clone();
        let compile = |part| compile(part, policy, sources, need, alone);
        let outcome = workers::guarded(|| compile_or_recall(part, policy, cache, compile));
        (entry, outcome.unwrap_or_else(Outcome::crashed))
    })
}

/// All that is known of one environment before it is compiled.
struct Part {
    member: Member,
    relocation: Relocation,
    link: Link,
    /// What rules across files found.
    across: rules::Across,
    /// Faults of environments that nobody wants compiled, and that this one leads to.
    strangers: Vec<Diagnostic>,
}

/// Compiles an environment, or takes from the cache what came of it when it and its peers were as they are now. What
/// other environments have to say of it is never kept.
fn compile_or_recall(
    part: Part,
    policy: &Policy,
    cache: Option<&Cache<'_>>,
    compile: impl FnOnce(Part) -> Outcome,
) -> Outcome {
    let undisputed = part.member.is_sound()
        && part.link.complete
        && part.link.findings.is_empty()
        && part.across.findings.is_empty()
        && part.strangers.is_empty();
    let ask = |cache: &Cache<'_>| {
        let linked = part.link.environment.as_ref().filter(|_| undisputed)?;
        cache.question(&part.member, linked, &part.across.judged, policy)
    };
    let Some((cache, question)) = cache.and_then(|cache| Some((cache, ask(cache)?))) else {
        return compile(part);
    };
    let relocation = part.relocation;
    if let Some(known) = cache.answer(&question) {
        let findings = known.findings.into_iter().map(|finding| finding.relocated(relocation)).collect();
        let environment = part.link.environment;
        let manifests = known.manifests;
        return Outcome { findings, tree: None, environment, objects: Vec::new(), manifests, crashed: false };
    }
    let outcome = compile(part);
    if !outcome.crashed {
        cache.keep_answer(&question, &outcome.findings, outcome.manifests.as_deref(), relocation);
    }
    outcome
}

/// Compiles an environment. Where it is `alone` nobody else has work for a second processor.
fn compile(part: Part, policy: &Policy, sources: &Sources, need: Need, alone: bool) -> Outcome {
    let Part { member, relocation, link, across, strangers } = part;
    let moved = |findings: Vec<Diagnostic>| findings.into_iter().map(move |finding| finding.relocated(relocation));
    let crashed = member.crashed;
    let mut findings: Vec<Diagnostic> = moved(member.faults).collect();
    let (Some(mut tree), Some(environment)) = (member.tree, link.environment) else {
        let findings = redact::arranged(findings, sources);
        return Outcome { findings, tree: None, environment: None, objects: Vec::new(), manifests: None, crashed };
    };
    tree.relocate(relocation);
    findings.extend(link.findings);
    policy.refuse(&mut findings, &environment);
    findings.extend(strangers);
    let known = |finding: &Diagnostic| finding.code != ENDPOINT_NOT_SERVED || !across.judged.contains(&finding.path);
    let own: Vec<Diagnostic> = moved(member.findings).filter(known).collect();
    let mut unsafe_values: Vec<Diagnostic> = own.into_iter().chain(across.findings).collect();
    policy.apply(&mut unsafe_values, &environment);
    findings.extend(unsafe_values);
    let (mut objects, mut manifests) = (Vec::new(), None);
    if diagnostic::is_sound(&findings) && link.complete {
        let Lowered { objects: unpatched, external } = lower(&environment);
        let patched = patch::apply(&environment, unpatched);
        // Objects that can't be written are reported by who needs them.
        let write = || if need == Need::Manifests { yaml::stream(&patched.objects).ok() } else { None };
        let check = || verify::verify(&patched.objects, &external);
        let at_once = alone && need == Need::Manifests && patched.objects.len() > yaml::OBJECTS_AT_ONCE;
        let (mut unsound, text) = if at_once { workers::both(check, write) } else { (check(), write()) };
        manifests = text;
        // What a rule has said of the environment is not said again of the objects that it becomes.
        unsound.retain(|finding| findings.iter().all(|known| known.code != finding.code));
        // To make them anew where they are needed is cheaper than to keep a copy in every build.
        let causes = causes::causes(&environment, || lower(&environment), &unsound);
        finding::attribute(&mut unsound, causes, &tree, sources);
        unsound.extend(finding::of_patches(patched.findings, &tree, sources));
        policy.apply(&mut unsound, &environment);
        findings.extend(unsound);
        objects = patched.objects;
    }
    // Only now is it known of every entry of `allow` whether it was needed.
    if diagnostic::is_sound(&findings) && link.complete {
        findings.extend(own_rules::idle(&environment, &findings, fleet::judges, &tree, sources));
    }
    let findings = redact::arranged(findings, sources);
    if policy.rejects_any(&findings) {
        objects.clear();
        manifests = None;
    }
    Outcome { findings, tree: Some(tree), environment: Some(environment), objects, manifests, crashed }
}

/// The faults of environments that nobody wants compiled, each with the first wanted one that leads to them: no build
/// passes over them, and none repeats them.
fn of_strangers(members: &[Member], links: &[Link], relocations: &[Relocation]) -> BTreeMap<usize, Vec<Diagnostic>> {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    for (index, _) in members.iter().enumerate().filter(|(_, member)| member.is_wanted()) {
        let mut queue = vec![index];
        while let Some(link) = queue.pop().and_then(|next| links.get(next)) {
            for target in &link.targets {
                let stranger = members.get(*target).zip(relocations.get(*target));
                let Some((stranger, relocation)) = stranger.filter(|(member, _)| !member.is_wanted()) else { continue };
                if !seen.insert(*target) {
                    continue;
                }
                queue.push(*target);
                if !links::is_no_environment(stranger) {
                    let faults = stranger.faults.iter().map(|fault| fault.clone().relocated(*relocation));
                    found.entry(index).or_default().extend(faults);
                }
            }
        }
    }
    found
}
