//! What an environment compiles to, as it is now: its manifests, and its picture.

use super::Known;
use crate::cache::Need;
use crate::compile::{self, Jobs, Outcome};
use crate::emit::yaml;
use crate::fleet::Member;
use crate::graph::{Format, Level, graph};
use crate::policy::Policy;
use crate::redact;
use crate::source::{Entry, Origin};
use std::path::Path as FilePath;

/// What an environment compiles to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The name of the environment.
    pub name: String,
    /// The objects as YAML, without what looks like a credential; none where something rejects them.
    pub yaml: Option<String>,
    /// A picture of it, as SVG, where there are objects.
    pub picture: Option<String>,
}

/// What an environment compiles to; none where the file is none that could ever be evaluated.
pub fn manifest(known: &Known, file: &FilePath, policy: &Policy) -> Option<Manifest> {
    let outcome = compiled(known, file, policy)?;
    let objects = Some(&outcome.objects).filter(|objects| !objects.is_empty());
    let yaml = objects.and_then(|objects| yaml::stream(objects).ok()).map(|yaml| redact::text(&yaml));
    let environment = outcome.environment.filter(|_| yaml.is_some());
    let picture = environment.map(|environment| Format::Svg.render(&graph(&[&environment], Level::Environment)));
    Some(Manifest { name: outcome.name.unwrap_or_default(), yaml, picture })
}

/// Compiles the environment of a file, among all others; none where the file is none that could ever be evaluated.
pub(super) fn compiled(known: &Known, file: &FilePath, policy: &Policy) -> Option<Outcome> {
    let is_it = |member: &Member| member.entry.path == file;
    let newest = known.members.iter().find(|member| is_it(member) && member.environment.is_some());
    let wanted = newest.or_else(|| known.sound.get(file))?;
    let others = known.members.iter().filter(|member| !is_it(member)).map(|member| as_peer(member));
    let members: Vec<Member> = std::iter::once(Member::clone(wanted)).chain(others).collect();
    let mut sources = wanted.sources.library();
    let outcomes = compile::conclude(Need::Everything, members, policy, &mut sources, Jobs::Exactly(1), None);
    outcomes.into_iter().next().map(|(_, outcome)| outcome)
}

/// The same environment, as one that is looked at and not compiled.
fn as_peer(member: &Member) -> Member {
    let entry = Entry { origin: Origin::Peer, ..member.entry.clone() };
    Member { entry, ..member.clone() }
}
