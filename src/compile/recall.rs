//! What came of an environment in an earlier run, where it and its peers are as they were.

use super::{Outcome, Part, Text};
use crate::cache::Cache;
use crate::policy::Policy;

/// Compiles an environment, or takes from the cache what came of it when it and its peers were as they are now. What
/// other environments have to say of it is never kept.
pub(super) fn compile_or_recall(
    mut part: Part,
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
        let linked = part.environment().filter(|_| undisputed)?;
        cache.question(&part.member, linked, &part.across.judged, policy)
    };
    let Some((cache, question)) = cache.and_then(|cache| Some((cache, ask(cache)?))) else {
        return compile(part);
    };
    let relocation = part.relocation;
    if let Some(known) = cache.answer(&question) {
        let findings = known.findings.into_iter().map(|finding| finding.relocated(relocation)).collect();
        let environment = part.take_environment();
        let (name, manifests) = (environment.as_ref().map(|known| known.name.clone()), known.manifests.map(Text::from));
        return Outcome { name, findings, tree: None, environment, objects: Vec::new(), manifests, crashed: false };
    }
    let outcome = compile(part);
    if !outcome.crashed {
        let manifests = outcome.manifests.as_ref().map(Text::read);
        cache.keep_answer(&question, &outcome.findings, manifests.as_deref(), relocation);
    }
    outcome
}
