//! What the language says of a place, and what is known of its value: the ground of completion and hover.

use super::{Known, View};
use crate::evaluate::Spot;
use crate::fleet::Member;
use crate::language_server::cursor::{Layout, Part, Place};
use crate::packed::Named;
use crate::path::Path;
use crate::source::FileId;
use crate::tree::Node;
use std::borrow::Cow;

/// What the language says of a place. Payloads are those of the tags that are written.
pub(super) fn at<'a>(root: Spot<'a>, place: &Place<'_>) -> Option<Spot<'a>> {
    let mut spot = root;
    for (tag, part) in &place.steps {
        let start = behind(spot, *tag)?;
        spot = match part {
            Part::Field(name) => start.named(name)?,
            Part::Element(_) => start.element()?,
        };
    }
    behind(spot, place.tag)
}

/// What comes with a tag; without one, the value itself.
fn behind<'a>(spot: Spot<'a>, tag: Option<&str>) -> Option<Spot<'a>> {
    let Some(tag) = tag else { return Some(spot) };
    spot.tagged(tag)
}

/// The environment that a file is, or is a part of, and the path at which its value ends up there.
pub(super) struct Home<'a> {
    pub member: &'a Member,
    pub root: Path,
}

impl<'a> Home<'a> {
    /// The environment of the file at hand; of a module the first one that imports it.
    pub(super) fn find(view: &View<'a>) -> Option<Home<'a>> {
        let Known { members, sound } = view.known?;
        let newest = members.iter().find(|member| member.entry.path == view.path);
        // One that can't be evaluated now is what it was when it last could be.
        let last = || sound.get(view.path);
        if let Some(member) = newest.filter(|member| member.environment.is_some()).or_else(last).or(newest) {
            return Some(Home { member, root: Path::root() });
        }
        members.iter().find_map(|member| {
            member.sources.own().find(|text| text.path.as_deref() == Some(view.path))?;
            let tree = member.tree.as_ref().and_then(|tree| tree.tree());
            let root = tree.and_then(|tree| root_of(&tree, member, view));
            Some(Home { member, root: root.unwrap_or_default() })
        })
    }

    /// The node at a path.
    pub(super) fn node(&self, path: &Path) -> Option<Cow<'a, Node>> {
        self.member.tree.as_ref()?.at(path)
    }

    /// The fields of the record at a path.
    pub(super) fn fields(&self, path: &Path) -> Vec<Named> {
        self.member.tree.as_ref().map(|tree| tree.fields(path)).unwrap_or_default()
    }

    /// Whether a place is in the file at hand.
    pub(super) fn is_here(&self, file: FileId, view: &View<'_>) -> bool {
        self.member.sources.get(file).is_some_and(|text| text.path.as_deref() == Some(view.path))
    }
}

/// Where the value of a module ends up: around the outermost of its fields.
fn root_of(tree: &Node, member: &Member, view: &View<'_>) -> Option<Path> {
    tree.outermost(|key| member.sources.get(key.file).and_then(|text| text.path.as_deref()) == Some(view.path))
}

/// The tag of the release that an environment names: in the text, or else in what it is known to import.
pub(super) fn release<'a>(layout: &Layout<'a>, home: Option<&Home<'a>>) -> Option<Cow<'a, str>> {
    let known = || Some(home?.node(&Path::of(["runtime"]))?.value.as_choice()?.0.to_owned());
    layout.tag(&[Part::Field("runtime")]).map(Cow::Borrowed).or_else(|| known().map(Cow::Owned))
}

/// Whether a text is the name of a peer's file.
pub(super) fn is_peer_file(place: &Place<'_>) -> bool {
    place.tag == Some("Environment") && place.path().is_below(&["federation", "peers"])
}
