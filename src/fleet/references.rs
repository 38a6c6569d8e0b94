//! The environments that an environment names as peers: which files, and what stands against reading them.

use crate::evaluate::borders::{self, Judged, Obstacle};
use crate::model::{Environment, Peer};
use crate::source::{Entry, Origin, Sources, World, display, normal};
use crate::tree::Node;
use std::path::{Path, PathBuf};

/// A peer that is named by its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The stack id under which it is named.
    pub stack: String,
    /// The file.
    pub path: PathBuf,
    /// The file, as the environment writes it.
    pub written: String,
    /// How findings call the file.
    pub name: String,
    /// Why the file can't be read, in words; none where nothing stands against it.
    pub obstacle: Option<String>,
}

impl Reference {
    /// The entry that stands for the file.
    pub(super) fn entry(&self) -> Entry {
        Entry { name: self.name.clone(), path: self.path.clone(), text: None, origin: Origin::Peer }
    }
}

/// The references of an environment, by stack id.
pub(super) fn of(
    world: &dyn World,
    entry: &Entry,
    environment: &Environment,
    tree: &Node,
    sources: &Sources,
) -> Vec<Reference> {
    let named = environment.federation.peers.iter().filter_map(|(stack, peer)| match peer {
        Peer::Environment(file) => Some((stack, file)),
        Peer::Remote(_) => None,
    });
    named.map(|(stack, file)| reference(world, entry, stack, file, tree, sources)).collect()
}

fn reference(world: &dyn World, entry: &Entry, stack: &str, file: &str, tree: &Node, sources: &Sources) -> Reference {
    let (sayer, shown) = sayer(entry, stack, tree, sources);
    let folder = |path: &Path| path.parent().unwrap_or(Path::new("")).to_owned();
    let path = normal(&folder(&sayer).join(file));
    let name = display(&normal(&folder(&shown).join(file)));
    let obstacle = obstacle(world, entry, file, &path);
    Reference { stack: stack.to_owned(), path, written: file.to_owned(), name, obstacle }
}

/// The file that names a peer, with how findings call it: relative paths start there. It is the environment's own where
/// the name is computed.
fn sayer(entry: &Entry, stack: &str, tree: &Node, sources: &Sources) -> (PathBuf, PathBuf) {
    let (node, _) = tree.nearest(&super::peer_path(stack));
    let payload = node.value.as_choice().and_then(|(_, payload)| payload);
    let span = payload.and_then(|payload| payload.span).or(node.span);
    let text = span.and_then(|span| sources.get(span.file));
    match text.and_then(|text| Some((text.path.clone()?, PathBuf::from(&text.name)))) {
        Some(sayer) => sayer,
        None => (entry.path.clone(), PathBuf::from(&entry.name)),
    }
}

fn obstacle(world: &dyn World, entry: &Entry, written: &str, path: &Path) -> Option<String> {
    if borders::is_absolute(written) {
        return Some("its path is absolute".to_owned());
    }
    if borders::is_hidden(Path::new(written)) {
        return Some(Obstacle::Hidden.in_words());
    }
    // It is read as a file of its own project, which may be smaller.
    let projects = [borders::project(world, &entry.path), borders::project(world, path)];
    for project in projects {
        match borders::judge(world, &project, path) {
            Judged::Admitted(_) => {}
            Judged::Refused(obstacle) => return Some(obstacle.in_words()),
            Judged::Unreadable(_) => return (!world.exists(path)).then(|| "there is no such file".to_owned()),
        }
    }
    None
}
