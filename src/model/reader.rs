//! A node of the tree that may not be there, read without failing.

use super::Texts;
use crate::tree::{Node, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A node that may not be there.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) Option<&'a Node>);

impl<'a> Reader<'a> {
    pub(super) fn get(self, name: &str) -> Reader<'a> {
        Reader(self.0.and_then(|node| node.field(name)))
    }

    pub(super) fn value(self) -> Option<&'a Value> {
        self.0.map(|node| &node.value)
    }

    pub(super) fn is_set(self) -> bool {
        self.0.is_some()
    }

    pub(super) fn optional_text(self) -> Option<String> {
        self.value()?.as_text().map(str::to_owned)
    }

    pub(super) fn text(self) -> String {
        self.optional_text().unwrap_or_default()
    }

    pub(super) fn integer(self) -> Option<i64> {
        self.value()?.as_number()?.as_i64()
    }

    pub(super) fn boolean(self) -> Option<bool> {
        self.value()?.as_bool()
    }

    pub(super) fn tag(self) -> Option<&'a str> {
        Some(self.value()?.as_choice()?.0)
    }

    /// What its tag stands for.
    pub(super) fn one_of<T, const N: usize>(self, choices: [(&str, T); N]) -> Option<T> {
        let written = self.tag()?;
        choices.into_iter().find(|(tag, _)| *tag == written).map(|(_, meaning)| meaning)
    }

    /// The value where it has this tag.
    pub(super) fn tagged(self, tag: &str) -> Option<Reader<'a>> {
        (self.tag() == Some(tag)).then_some(self)
    }

    pub(super) fn payload(self) -> Reader<'a> {
        Reader(self.value().and_then(Value::as_choice).and_then(|(_, payload)| payload))
    }

    pub(super) fn json(self) -> Json {
        self.0.map_or(Json::Null, Node::to_json)
    }

    pub(super) fn entries(self) -> impl Iterator<Item = (String, Reader<'a>)> {
        let fields = self.value().and_then(Value::as_record);
        let sound = fields.into_iter().flatten().filter(|(_, node)| node.value != Value::Broken);
        sound.map(|(name, node)| (name.clone(), Reader(Some(node))))
    }

    pub(super) fn names(self) -> BTreeSet<String> {
        self.entries().map(|(name, _)| name).collect()
    }

    pub(super) fn broken(self) -> impl Iterator<Item = String> {
        let fields = self.value().and_then(Value::as_record).into_iter().flatten();
        fields.filter(|(_, node)| node.value == Value::Broken).map(|(name, _)| name.clone())
    }

    pub(super) fn items(self) -> impl Iterator<Item = Reader<'a>> {
        let items = self.value().and_then(Value::as_array);
        items.into_iter().flatten().map(|node| Reader(Some(node)))
    }

    pub(super) fn texts(self) -> Texts {
        self.entries().filter_map(|(name, value)| Some((name, value.optional_text()?))).collect()
    }
}
