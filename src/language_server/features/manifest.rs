//! What an environment compiles to, as it is now: its manifests, and its picture.

use super::Known;
use crate::cache::Need;
use crate::compile::{self, Jobs, Outcome};
use crate::emit::yaml;
use crate::fleet::Member;
use crate::graph::{Format, Level, graph};
use crate::objects::object::Object;
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
    conclude(known, evaluated(known, file)?.clone(), policy)
}

/// The objects of the environment of a file, as they are without its patches; none where something rejects them.
pub(super) fn unpatched(known: &Known, file: &FilePath) -> Vec<Object> {
    let without = |member: &Member| {
        let mut environment = member.environment.as_deref()?.clone();
        environment.patches.clear();
        Some(Member { environment: Some(environment.into()), ..member.clone() })
    };
    let member = evaluated(known, file).and_then(without);
    let outcome = member.and_then(|member| conclude(known, member, &Policy::default()));
    outcome.map(|outcome| outcome.objects).unwrap_or_default()
}

/// The environment of a file as it is, or as it was when it could last be evaluated.
fn evaluated<'a>(known: &'a Known, file: &FilePath) -> Option<&'a Member> {
    let newest = known.members.iter().find(|member| member.entry.path == file && member.environment.is_some());
    newest.or_else(|| known.sound.get(file)).map(AsRef::as_ref)
}

fn conclude(known: &Known, wanted: Member, policy: &Policy) -> Option<Outcome> {
    let mut sources = wanted.sources.library();
    let others = known.members.iter().filter(|member| member.entry.path != wanted.entry.path);
    let others: Vec<Member> = others.map(|member| as_peer(member)).collect();
    let members: Vec<Member> = std::iter::once(wanted).chain(others).collect();
    let outcomes = compile::conclude(Need::Everything, members, policy, &mut sources, Jobs::Exactly(1), None);
    outcomes.into_iter().next().map(|(_, outcome)| outcome)
}

/// The same environment, as one that is looked at and not compiled.
fn as_peer(member: &Member) -> Member {
    let entry = Entry { origin: Origin::Peer, ..member.entry.clone() };
    Member { entry, ..member.clone() }
}
