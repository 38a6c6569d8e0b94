//! What the language says of a place, and what is known of its value: the ground of completion and hover.

use super::{Known, View};
use crate::evaluate::Contract;
use crate::evaluate::schema::{Choice, FieldSchema, Shape};
use crate::fleet::Member;
use crate::language_server::cursor::{Layout, Part, Place};
use crate::packed::Named;
use crate::path::{Path, Segment};
use crate::source::FileId;
use crate::tree::Node;
use std::borrow::Cow;

/// What the language says of a place.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub shape: &'a Shape,
    /// The last field on the way.
    pub field: Option<&'a FieldSchema>,
    pub contract: Option<Contract<'a>>,
    /// The contract of the record that has that field.
    pub around: Option<Contract<'a>>,
}

impl<'a> Spot<'a> {
    /// What is said of an environment as a whole, under the release of this tag.
    pub(super) fn root(view: &View<'a>, release: Option<&'a str>) -> Spot<'a> {
        let contract = Some(Contract::environment(release));
        Spot { shape: &view.schema.root, field: None, contract, around: None }
    }

    /// What is said of a place. Payloads are those of the tags that are written.
    pub(super) fn at(self, place: &Place<'_>) -> Option<Spot<'a>> {
        let mut spot = self;
        for (tag, part) in &place.steps {
            spot = spot.behind(*tag)?.step(*part)?;
        }
        spot.behind(place.tag)
    }

    /// What is said of a field of a record.
    pub(super) fn of(self, field: &'a FieldSchema) -> Spot<'a> {
        let contract = self.contract.and_then(|contract| contract.field(&field.name));
        Spot { shape: &field.shape, field: Some(field), contract, around: self.contract }
    }

    /// What is said of the payload of a choice.
    pub(super) fn payload(self, choice: &'a Choice) -> Option<Spot<'a>> {
        let contract = self.contract.and_then(|contract| contract.payload(&choice.tag));
        Some(Spot { shape: choice.payload.as_ref()?, contract, around: None, ..self })
    }

    /// The fields of a record, those of the release alone.
    pub(super) fn fields(self) -> Vec<&'a FieldSchema> {
        let Shape::Record(fields) = self.shape else { return Vec::new() };
        let exists = |field: &&FieldSchema| self.contract.is_none_or(|contract| contract.has_field(&field.name));
        fields.iter().filter(exists).collect()
    }

    /// The tags of a choice.
    pub(super) fn choices(self) -> Vec<&'a Choice> {
        let Shape::Choice(choices) = self.shape else { return Vec::new() };
        let exists = |choice: &&Choice| self.contract.is_none_or(|contract| contract.has_tag(&choice.tag));
        choices.iter().filter(exists).collect()
    }

    /// The name of the contract of a scalar.
    pub(super) fn scalar(self) -> Option<&'a str> {
        if let Shape::Scalar { name, .. } = self.shape { Some(name) } else { None }
    }

    fn behind(self, tag: Option<&str>) -> Option<Spot<'a>> {
        let Some(tag) = tag else { return Some(self) };
        self.choices().into_iter().find(|choice| choice.tag == tag).and_then(|choice| self.payload(choice))
    }

    fn step(self, part: Part<'_>) -> Option<Spot<'a>> {
        match (self.shape, part) {
            (Shape::Record(_), Part::Field(name)) => {
                self.fields().into_iter().find(|field| field.name == name).map(|field| self.of(field))
            }
            (Shape::Dict(inner), Part::Field(name)) => {
                let contract = self.contract.and_then(|contract| contract.field(name));
                Some(Spot { shape: inner, contract, around: None, ..self })
            }
            (Shape::Array(inner), Part::Element(_)) => {
                let contract = self.contract.and_then(Contract::element);
                Some(Spot { shape: inner, contract, around: None, ..self })
            }
            _ => None,
        }
    }
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
    let is_here = |node: &Node| {
        node.key
            .is_some_and(|key| member.sources.get(key.file).and_then(|text| text.path.as_deref()) == Some(view.path))
    };
    let mut level: Vec<(Path, &Node)> = vec![(Path::root(), tree)];
    while !level.is_empty() {
        let mut next = Vec::new();
        for (path, node) in &level {
            for (segment, child) in children(node) {
                if is_here(child) {
                    return Some(path.clone());
                }
                let mut below = path.clone();
                below.0.push(segment);
                next.push((below, child));
            }
        }
        level = next;
    }
    None
}

/// The values inside of another one.
fn children(node: &Node) -> Vec<(Segment, &Node)> {
    if let Some(fields) = node.value.as_record() {
        return fields.iter().map(|(name, node)| (Segment::Field(name.clone()), node)).collect();
    }
    if let Some(items) = node.value.as_array() {
        return items.iter().enumerate().map(|(index, node)| (Segment::Index(index), node)).collect();
    }
    node.value.as_choice().and_then(|(_, payload)| payload).map(children).unwrap_or_default()
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
