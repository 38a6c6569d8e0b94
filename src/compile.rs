//! THE pipeline: environments → outcomes.
//!
//! ```text
//!  entries ── evaluate ──► members ── link ──► rules between them ──► lower ──► patch ──► verify ──► policy ──► outcomes
//! ```
//!
//! Invariant: [`conclude`] reads nothing, and gives the same for the same members, whatever thread they come from.

mod causes;
mod compiler;
mod kept;
mod outcome;
mod recall;
mod strangers;
mod workers;

pub use causes::causes;
pub use compiler::{Compiler, STACK};
pub use kept::Text;
pub use outcome::Outcome;
pub(crate) use workers::examine;
pub use workers::{Jobs, Unobserved, Workers, share};

use crate::cache::{Cache, Need};
use crate::catalogue::ENDPOINT_NOT_SERVED;
use crate::diagnostic::{self, Diagnostic};
use crate::emit::yaml;
use crate::fleet::links::{self, Link};
use crate::fleet::{self, Member, Places, rules};
use crate::lower::{Lowered, lower};
use crate::model::Environment;
use crate::objects::object::Object;
use crate::packed::Packed;
use crate::policy::Policy;
use crate::source::{Entry, Relocation, Sources};
use crate::tree::Node;
use crate::{finding, patch, redact, rules as own_rules, verify};
use kept::Keeper;

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

impl Part {
    /// The environment with its peers.
    fn environment(&self) -> Option<&Environment> {
        self.link.environment.as_deref().or(self.member.environment.as_deref())
    }

    /// The same, taken out.
    fn take_environment(&mut self) -> Option<Box<Environment>> {
        self.link.environment.take().or_else(|| self.member.environment.take())
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
    let mut strangers = strangers::of_strangers(&members, &links, &relocations);
    let parts = members.into_iter().zip(relocations).zip(links).enumerate();
    let parts: Vec<Part> = parts
        .map(|(index, ((member, relocation), link))| {
            let (across, strangers) = (across.remove(&index).unwrap_or_default(), strangers.remove(&index));
            Part { member, relocation, link, across, strangers: strangers.unwrap_or_default() }
        })
        .filter(|part| part.member.is_wanted())
        .collect();
    let run = Run { policy, sources, need };
    let (keeper, is_alone) = (Keeper::default(), parts.len() == 1);
    workers::share(jobs, parts, |part| {
        let entry = part.member.entry.clone();
        let outcome = workers::guarded(|| recall::compile_or_recall(part, policy, cache, |part| compile(part, &run)));
        let outcome = outcome.unwrap_or_else(Outcome::crashed);
        // One alone is left to the end of the process.
        (entry, if is_alone { outcome } else { outcome.reduced(need, &keeper) })
    })
}

/// What is the same for all environments of a run.
struct Run<'a> {
    policy: &'a Policy,
    sources: &'a Sources,
    need: Need,
}

/// Compiles an environment.
fn compile(mut part: Part, run: &Run<'_>) -> Outcome {
    let crashed = part.member.crashed;
    let (tree, environment) = (part.member.tree.take().and_then(Packed::into_tree), part.take_environment());
    let (Some(mut tree), Some(environment)) = (tree, environment) else {
        let faults = part.member.faults.into_iter().map(|fault| fault.relocated(part.relocation)).collect();
        let findings = redact::arranged(faults, run.sources);
        return Outcome { findings, crashed, ..Outcome::crashed() };
    };
    tree.relocate(part.relocation);
    let complete = part.link.complete;
    let mut findings = of_values(part, &environment, run);
    let is_sound = |findings: &[Diagnostic]| complete && diagnostic::is_sound(findings);
    let mut compiled = Compiled::default();
    if is_sound(&findings) {
        compiled = of_objects(&environment, &tree, &findings, run);
        findings.append(&mut compiled.findings);
    }
    // Only now is it known of every entry of `allow` whether it was needed.
    if is_sound(&findings) {
        findings.extend(own_rules::idle(&environment, &findings, fleet::judges, &tree, run.sources));
    }
    let findings = redact::arranged(findings, run.sources);
    if run.policy.rejects_any(&findings) {
        compiled = Compiled::default();
    }
    let Compiled { objects, manifests, .. } = compiled;
    let (name, manifests) = (Some(environment.name.clone()), manifests.map(Text::from));
    Outcome { name, findings, tree: Some(tree), environment: Some(environment), objects, manifests, crashed }
}

/// What evaluation, the links and the rules found, with what the policy lets pass marked.
fn of_values(part: Part, environment: &Environment, run: &Run<'_>) -> Vec<Diagnostic> {
    let Part { member, relocation, link, across, strangers } = part;
    let moved = |findings: Vec<Diagnostic>| findings.into_iter().map(move |finding| finding.relocated(relocation));
    let mut findings: Vec<Diagnostic> = moved(member.faults).chain(link.findings).collect();
    run.policy.refuse(&mut findings, environment);
    findings.extend(strangers);
    let known = |finding: &Diagnostic| finding.code != ENDPOINT_NOT_SERVED || !across.judged.contains(&finding.path);
    let mut unsafe_values: Vec<Diagnostic> = moved(member.findings).filter(known).chain(across.findings).collect();
    run.policy.apply(&mut unsafe_values, environment);
    findings.extend(unsafe_values);
    findings
}

/// What an environment is compiled to.
#[derive(Default)]
struct Compiled {
    objects: Vec<Object>,
    manifests: Option<String>,
    findings: Vec<Diagnostic>,
}

/// Lowers, patches, writes and verifies; `said` has been found before.
fn of_objects(environment: &Environment, tree: &Node, said: &[Diagnostic], run: &Run<'_>) -> Compiled {
    let Lowered { objects, external } = lower(environment);
    let patched = patch::apply(environment, objects);
    let mut findings = verify::verify(&patched.objects, &external);
    // Objects that can't be written are reported by who needs them.
    let manifests = if run.need == Need::Manifests { yaml::stream(&patched.objects).ok() } else { None };
    // What a rule has said of the environment is not said again of the objects that it becomes.
    findings.retain(|finding| said.iter().all(|known| known.code != finding.code));
    // To make them anew where they are needed is cheaper than to keep a copy in every build.
    let causes = causes::causes(environment, || lower(environment), &findings);
    finding::attribute(&mut findings, causes, tree, run.sources);
    findings.extend(finding::of_patches(patched.findings, tree, run.sources));
    run.policy.apply(&mut findings, environment);
    Compiled { objects: patched.objects, manifests, findings }
}
