//! What an environment becomes, and what that means against the last commit.

use super::Known;
use super::manifest::compiled;
use crate::cache::Need;
use crate::compile::{self, Compiler, Jobs};
use crate::diff::{Side, Stack, compare};
use crate::fleet;
use crate::objects::object::Object;
use crate::policy::Policy;
use crate::source::{Entry, World};
use std::path::Path as FilePath;

/// What there is to say above an environment, in one line; none where something rejects it. `before` has the objects of the last
/// commit, where they are known.
pub fn effects(known: &Known, file: &FilePath, policy: &Policy, before: Option<Vec<Object>>) -> Option<String> {
    let objects = compiled(known, file, policy)?.objects;
    let count = objects.len();
    (count > 0).then_some(())?;
    let plural = if count == 1 { "" } else { "s" };
    let side = |name: &str, objects| Side { name: name.to_owned(), stacks: vec![Stack { name: None, objects }] };
    let against = before.and_then(|before| compare(&side("HEAD", before), &side("the text", objects)).ok());
    let against = against.map(|report| {
        let counts = report.counts().into_iter().map(|(class, count)| format!("{count} {}", class.as_str()));
        let counts: Vec<String> = counts.collect();
        match (report.is_empty(), counts.is_empty()) {
            (true, _) => " · as in HEAD".to_owned(),
            (false, true) => " · against HEAD: nothing of note".to_owned(),
            (false, false) => format!(" · against HEAD: {}", counts.join(", ")),
        }
    });
    Some(format!("{count} object{plural}{}", against.unwrap_or_default()))
}

/// The objects that a file compiles to in another world; none where something rejects it there, and where only Nickel could
/// evaluate it or one of its peers: that is not done for a line of text.
pub fn objects_in(world: &dyn World, file: &FilePath) -> Option<Vec<Object>> {
    let mut compiler = Compiler::new();
    let folder = file.parent()?;
    let entry = Entry::file(FilePath::new(file.file_name()?), folder);
    let mut is_whole = true;
    let mut examine = |entry: Entry| {
        let member = compiler.examine_quickly(world, entry);
        is_whole &= member.is_some();
        member
    };
    let members =
        fleet::gather(vec![entry], &mut |entries| entries.into_iter().filter_map(&mut examine).collect::<Vec<_>>());
    is_whole.then_some(())?;
    let mut sources = compiler.sources().library();
    let policy = Policy::default();
    let outcomes = compile::conclude(Need::Everything, members, &policy, &mut sources, Jobs::Exactly(1), None);
    outcomes.into_iter().next().map(|(_, outcome)| outcome.objects).filter(|objects| !objects.is_empty())
}
