//! Plain data ↔ bytes, which take a fraction of the memory and can be kept. Reading is total: of any bytes it makes data or
//! refuses them, never takes more memory than they have, and has a limit of depth.

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
        let length = self.number()?;
        std::str::from_utf8(self.raw(length)?).ok().map(str::to_owned)
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

    fn nested(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let (span, key) = (self.optional_span()?, self.optional_span()?);
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
