//! Plain data ↔ bytes, which take a fraction of the memory and can be kept. Reading is total: of any bytes it makes data or
//! refuses them, never takes more memory than they have, and has a limit of depth.

use crate::path::{Path, Segment};
use crate::source::{FileId, Span};
use crate::tree::{Node, Number, Value};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::path::PathBuf;

/// How deep a value may nest that is kept: no environment comes near, and the stack is safe.
const DEEPEST: usize = 128;

/// Bytes that grow. What can't be kept spoils them.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    spoiled: bool,
}

impl Writer {
    /// The bytes; none where something could not be kept.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        (!self.spoiled).then_some(self.bytes)
    }

    pub(crate) fn spoil(&mut self) {
        self.spoiled = true;
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Seven bits a byte, the lowest first; the highest bit says that there are more.
    pub(crate) fn number(&mut self, number: usize) {
        let mut rest = number;
        while rest >= 0x80 {
            self.byte((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.raw(text.as_bytes());
    }

    pub(crate) fn path(&mut self, path: &std::path::Path) {
        match path.to_str() {
            Some(text) => self.text(text),
            None => self.spoil(),
        }
    }

    pub(crate) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(crate) fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut write: impl FnMut(&mut Writer, T)) {
        self.number(items.len());
        items.for_each(|item| write(self, item));
    }

    pub(crate) fn span(&mut self, span: Span) {
        self.number(span.file.index());
        self.number(span.start as usize);
        self.number(span.end as usize);
    }

    fn optional_span(&mut self, span: Option<Span>) {
        self.optional(span, Writer::span);
    }

    fn node(&mut self, node: &Node) {
        self.nested(node, 0);
    }

    fn nested(&mut self, node: &Node, depth: usize) {
        if depth > DEEPEST {
            return self.spoil();
        }
        self.optional_span(node.span);
        self.optional_span(node.key);
        match &node.value {
            Value::Null => self.byte(0),
            Value::Bool(value) => self.byte(1 + u8::from(*value)),
            Value::Number(number) => {
                self.byte(3);
                self.text(number.as_fraction());
            }
            Value::String(text) => {
                self.byte(4);
                self.text(text);
            }
            Value::Choice { tag, payload } => {
                self.byte(5);
                self.text(tag);
                self.optional(payload.as_deref(), |writer, payload| writer.nested(payload, depth + 1));
            }
            Value::Array(items) => {
                self.byte(6);
                self.list(items.iter(), |writer, item| writer.nested(item, depth + 1));
            }
            Value::Record(fields) => {
                self.byte(7);
                self.list(fields.iter(), |writer, (name, field)| {
                    writer.text(name);
                    writer.nested(field, depth + 1);
                });
            }
            Value::Broken => self.byte(8),
        }
    }
}

/// Bytes that are read from the front. Every answer is none where they are not what they should be.
pub(crate) struct Reader<'b> {
    rest: &'b [u8],
    /// How many texts there are for places to be in.
    texts: usize,
}

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8], texts: usize) -> Reader<'b> {
        Reader { rest: bytes, texts }
    }

    /// What was not read.
    pub(crate) fn rest(self) -> &'b [u8] {
        self.rest
    }

    /// That nothing is left.
    pub(crate) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    pub(crate) fn raw(&mut self, length: usize) -> Option<&'b [u8]> {
        let (front, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(front)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = usize::from(byte & 0x7f);
            if bits.checked_shl(shift)? >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        std::str::from_utf8(self.bytes()?).ok().map(str::to_owned)
    }

    /// The bytes of a text.
    fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.number()?;
        self.raw(length)
    }

    pub(crate) fn path(&mut self) -> Option<PathBuf> {
        self.text().map(PathBuf::from)
    }

    pub(crate) fn bool(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(crate) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.bool()? { read(self).map(Some) } else { Some(None) }
    }

    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        // Room for a few only: the count may lie, and each item has a byte at least.
        let mut items = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Some(items)
    }

    fn count(&mut self) -> Option<usize> {
        self.number().filter(|count| *count <= self.rest.len())
    }

    pub(crate) fn span(&mut self) -> Option<Span> {
        let file = self.number().filter(|file| *file < self.texts)?;
        let (start, end) = (u32::try_from(self.number()?).ok()?, u32::try_from(self.number()?).ok()?);
        (start <= end).then_some(Span { file: FileId::of(file)?, start, end })
    }

    fn optional_span(&mut self) -> Option<Option<Span>> {
        self.optional(Reader::span)
    }

    fn node(&mut self) -> Option<Node> {
        self.nested(0)
    }

    /// A tree, and the bytes that it is read from.
    pub(crate) fn tree(&mut self) -> Option<(Node, Packed)> {
        let before = self.rest;
        let tree = self.node()?;
        let bytes = before.get(..before.len() - self.rest.len())?;
        Some((tree, Packed::Bytes(bytes.into())))
    }

    /// Goes on to the value at a path, and passes over the rest of the tree; whether it is there.
    fn go_to(&mut self, path: &[Segment]) -> Option<bool> {
        let Some((first, rest)) = path.split_first() else { return Some(true) };
        self.places()?;
        match (self.byte()?, first) {
            // The fields of a choice are those of its payload.
            (5, Segment::Field(_)) => {
                self.bytes()?;
                if self.bool()? { self.go_to(path) } else { Some(false) }
            }
            (6, Segment::Index(index)) => {
                if *index >= self.count()? {
                    return Some(false);
                }
                (0..*index).try_for_each(|_| self.pass(0))?;
                self.go_to(rest)
            }
            (7, Segment::Field(name)) => {
                for _ in 0..self.count()? {
                    if self.bytes()? == name.as_bytes() {
                        return self.go_to(rest);
                    }
                    self.pass(0)?;
                }
                Some(false)
            }
            _ => Some(false),
        }
    }

    /// The fields of the record at hand, without what is in them.
    fn fields(&mut self) -> Option<Vec<Named>> {
        self.places()?;
        if self.byte()? != 7 {
            return Some(Vec::new());
        }
        self.list(|reader| {
            let name = reader.text()?;
            let before = reader.rest;
            let (_, key) = reader.places()?;
            let is_record = reader.byte()? == 7;
            reader.rest = before;
            reader.pass(0)?;
            Some(Named { name, key, is_record })
        })
    }

    /// Passes over a value.
    fn pass(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.places()?;
        match self.byte()? {
            0..=2 | 8 => {}
            3 | 4 => drop(self.bytes()?),
            5 => {
                self.bytes()?;
                self.optional(|reader| reader.pass(depth + 1))?;
            }
            6 => (0..self.count()?).try_for_each(|_| self.pass(depth + 1))?,
            7 => {
                for _ in 0..self.count()? {
                    self.bytes()?;
                    self.pass(depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Where a value is, and where its name is.
    fn places(&mut self) -> Option<(Option<Span>, Option<Span>)> {
        Some((self.optional_span()?, self.optional_span()?))
    }

    fn nested(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let (span, key) = self.places()?;
        let value = match self.byte()? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Number(Number::from_fraction(self.text()?)),
            4 => Value::String(self.text()?),
            5 => {
                let tag = self.text()?;
                Value::Choice { tag, payload: self.optional(|reader| reader.nested(depth + 1))?.map(Box::new) }
            }
            6 => Value::Array(self.list(|reader| reader.nested(depth + 1))?),
            7 => {
                let count = self.count()?;
                let mut fields = IndexMap::with_capacity(count.min(64));
                for _ in 0..count {
                    fields.insert(self.text()?, self.nested(depth + 1)?);
                }
                Value::Record(fields)
            }
            8 => Value::Broken,
            _ => return None,
        };
        Some(Node { value, span, key })
    }
}

/// A field, without what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub key: Option<Span>,
    /// Whether its value is a record.
    pub is_record: bool,
}

/// A tree that waits: as it is, or as bytes, which take a sixth of the memory.
#[derive(Clone, Debug)]
pub enum Packed {
    /// As it is.
    Tree(Node),
    /// As bytes.
    Bytes(Box<[u8]>),
}

impl Packed {
    /// The tree as bytes, unless it nests too deep for that.
    #[must_use]
    pub fn smaller(self) -> Packed {
        let Packed::Tree(tree) = &self else { return self };
        let mut writer = Writer::default();
        writer.node(tree);
        writer.finish().map_or(self, |bytes| Packed::Bytes(bytes.into()))
    }

    /// The tree; none where the bytes are none of a tree.
    pub fn tree(&self) -> Option<Cow<'_, Node>> {
        match self {
            Packed::Tree(tree) => Some(Cow::Borrowed(tree)),
            Packed::Bytes(bytes) => unpacked(bytes).map(Cow::Owned),
        }
    }

    /// The node at a path, as [`Node::nearest`] reaches it. Of a tree that waits as bytes only that is read.
    pub fn at(&self, path: &Path) -> Option<Cow<'_, Node>> {
        match self {
            Packed::Tree(tree) => {
                let (node, reached) = tree.nearest(path);
                reached.then_some(Cow::Borrowed(node))
            }
            Packed::Bytes(bytes) => {
                let mut reader = Reader::new(bytes, usize::MAX);
                reader.go_to(&path.0)?.then(|| reader.node())?.map(Cow::Owned)
            }
        }
    }

    /// The fields of the record at a path, in order and without what is in them; none where there is no record.
    pub fn fields(&self, path: &Path) -> Vec<Named> {
        match self {
            Packed::Tree(tree) => {
                let (node, reached) = tree.nearest(path);
                let fields = node.value.as_record().filter(|_| reached);
                let named = |(name, node): (&String, &Node)| {
                    let is_record = node.value.as_record().is_some();
                    Named { name: name.clone(), key: node.key, is_record }
                };
                fields.into_iter().flatten().map(named).collect()
            }
            Packed::Bytes(bytes) => {
                let mut reader = Reader::new(bytes, usize::MAX);
                let is_there = reader.go_to(&path.0).unwrap_or_default();
                is_there.then(|| reader.fields()).flatten().unwrap_or_default()
            }
        }
    }

    /// The same, taken out.
    pub fn into_tree(self) -> Option<Node> {
        match self {
            Packed::Tree(tree) => Some(tree),
            Packed::Bytes(bytes) => unpacked(&bytes),
        }
    }

    /// Writes the tree.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Packed::Tree(tree) => writer.node(tree),
            Packed::Bytes(bytes) => writer.raw(bytes),
        }
    }
}

fn unpacked(bytes: &[u8]) -> Option<Node> {
    Reader::new(bytes, usize::MAX).node()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_overlong_ones_do_not() {
        for number in [0, 1, 127, 128, 300, usize::MAX] {
            let mut writer = Writer::default();
            writer.number(number);
            let bytes = writer.finish().unwrap();
            assert_eq!(Reader::new(&bytes, 0).number(), Some(number));
            assert_eq!(Reader::new(&bytes[..bytes.len() - 1], 0).number(), None);
        }
        assert_eq!(Reader::new(&[0xff; 11], 0).number(), None);
    }

    #[test]
    fn counts_that_lie_take_no_memory() {
        let mut writer = Writer::default();
        writer.number(usize::MAX);
        let bytes = writer.finish().unwrap();
        assert_eq!(Reader::new(&bytes, 0).list(Reader::text), None);
        assert_eq!(Reader::new(&bytes, 0).text(), None);
    }

    #[test]
    fn trees_come_back_out_of_bytes() {
        let file = FileId::of(3).unwrap();
        let span = |start, end| Some(Span { file, start, end });
        let leaf = |value| Node { value, span: span(1, 2), key: None };
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::Number(Number::from_fraction("3/2".into())),
            Value::String("é".into()),
            Value::Choice { tag: "Tag".into(), payload: Some(Box::new(leaf(Value::Null))) },
            Value::Choice { tag: "Tag".into(), payload: None },
            Value::Record([("a".to_owned(), Node { value: Value::Broken, span: None, key: span(4, 900) })].into()),
        ];
        let tree = leaf(Value::Array(values.map(leaf).into()));
        let packed = Packed::Tree(tree.clone()).smaller();
        assert!(matches!(packed, Packed::Bytes(_)));
        assert_eq!(packed.tree().as_deref(), Some(&tree));
        assert_eq!(packed.into_tree(), Some(tree));
    }

    /// All paths of a tree.
    fn paths(node: &Node, path: &Path, all: &mut Vec<Path>) {
        all.push(path.clone());
        let mut below = |node: &Node, segment: Segment| {
            let mut path = path.clone();
            path.0.push(segment);
            paths(node, &path, all);
        };
        match &node.value {
            Value::Record(fields) => {
                fields.iter().for_each(|(name, node)| below(node, Segment::Field(name.clone())));
            }
            Value::Array(items) => items.iter().enumerate().for_each(|(at, node)| below(node, Segment::Index(at))),
            Value::Choice { payload: Some(payload), .. } => paths(payload, path, all),
            _ => {}
        }
    }

    #[test]
    fn a_path_of_bytes_leads_where_it_leads_in_the_tree() {
        let span = |start, end| Some(Span { file: FileId::of(1).unwrap(), start, end });
        let node = |value| Node { value, span: span(1, 2), key: span(3, 4) };
        let text = |text: &str| node(Value::String(text.into()));
        let record = |fields: Vec<(&str, Node)>| {
            node(Value::Record(fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect()))
        };
        let inner =
            record(vec![("c", text("x")), ("d", node(Value::Array(vec![text("y"), record(vec![("e", text("z"))])])))]);
        let choice = node(Value::Choice { tag: "T".into(), payload: Some(inner.clone().into()) });
        let tree = record(vec![("a", choice), ("b", inner), ("n", node(Value::Null))]);
        let packed = Packed::Tree(tree.clone()).smaller();
        let mut all = Vec::new();
        paths(&tree, &Path::root(), &mut all);
        all.extend(all.clone().into_iter().map(|path| path.field("none")));
        assert!(all.len() > 20);
        for path in all {
            let (node, reached) = tree.nearest(&path);
            assert_eq!(packed.at(&path).as_deref(), reached.then_some(node), "{path}");
            assert_eq!(packed.fields(&path), Packed::Tree(tree.clone()).fields(&path), "{path}");
        }
    }

    #[test]
    fn what_nests_too_deep_is_neither_written_nor_read() {
        let leaf = || Node { value: Value::Null, span: None, key: None };
        let around = |inner| Node { value: Value::Array(vec![inner]), span: None, key: None };
        let deep = (0..=DEEPEST).fold(leaf(), |inner, _| around(inner));
        let mut writer = Writer::default();
        writer.node(&deep);
        assert_eq!(writer.finish(), None);
        assert_eq!(Packed::Tree(deep.clone()).smaller().into_tree(), Some(deep));
        let bytes: Vec<u8> = std::iter::repeat_n([0, 0, 6, 1], 100_000).flatten().collect();
        assert_eq!(Reader::new(&bytes, 0).node(), None);
    }
}
