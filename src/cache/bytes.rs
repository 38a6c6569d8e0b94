//! Plain data ↔ bytes. Reading is total: whatever the bytes are, it answers or says that they are none of ours, never
//! takes more memory than they have, and never recurses deeper than [`DEEPEST`].

use crate::catalogue;
use crate::diagnostic::{Diagnostic, Edit, Label, Permission, Severity};
use crate::evaluate::Role;
use crate::fleet::Reference;
use crate::path::{Path, Segment};
use crate::source::{FileId, Span};
use crate::tree::{Node, Number, Value};
use indexmap::IndexMap;
use std::path::PathBuf;

/// How deep a value may nest that is kept: no environment comes near, and the stack is safe.
const DEEPEST: usize = 128;

/// Bytes that grow. What can't be kept spoils them.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    spoiled: bool,
}

impl Writer {
    /// The bytes; none where something could not be kept.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        (!self.spoiled).then_some(self.bytes)
    }

    pub(super) fn spoil(&mut self) {
        self.spoiled = true;
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Seven bits a byte, the lowest first; the highest bit says that there are more.
    pub(super) fn number(&mut self, number: usize) {
        let mut rest = number;
        while rest >= 0x80 {
            self.byte((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn path(&mut self, path: &std::path::Path) {
        match path.to_str() {
            Some(text) => self.text(text),
            None => self.spoil(),
        }
    }

    pub(super) fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(super) fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut write: impl FnMut(&mut Writer, T)) {
        self.number(items.len());
        items.for_each(|item| write(self, item));
    }

    fn span(&mut self, span: Span) {
        self.number(span.file.index());
        self.number(span.start as usize);
        self.number(span.end as usize);
    }

    fn optional_span(&mut self, span: Option<Span>) {
        self.optional(span, Writer::span);
    }

    pub(super) fn role(&mut self, role: Role) {
        match role {
            Role::Environment => self.byte(0),
            Role::Module => self.byte(1),
            Role::Undeclared => self.byte(2),
            Role::Unreadable => self.spoil(),
        }
    }

    pub(super) fn node(&mut self, node: &Node) {
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
            // Broken values come with faults, and those are not kept.
            Value::Broken => self.spoil(),
        }
    }

    /// A finding; one that knows of credentials is not kept.
    pub(super) fn finding(&mut self, finding: &Diagnostic) {
        let Diagnostic { code, severity, message, path, primary, secondary, notes, help, fix, allowed, sensitive } =
            finding;
        if !sensitive.is_empty() {
            return self.spoil();
        }
        self.text(code.0);
        self.byte(match severity {
            Severity::Error => 0,
            Severity::Warning => 1,
        });
        self.text(message);
        self.list(path.0.iter(), Writer::segment);
        self.optional(primary.as_ref(), Writer::label);
        self.list(secondary.iter(), Writer::label);
        self.list(notes.iter(), |writer, note| writer.text(note));
        self.list(help.iter(), |writer, help| writer.text(help));
        self.list(fix.iter(), |writer, Edit { span, text }| {
            writer.span(*span);
            writer.text(text);
        });
        self.optional(allowed.as_ref(), |writer, permission| match permission {
            Permission::Caller => writer.byte(0),
            Permission::Environment { reason } => {
                writer.byte(1);
                writer.text(reason);
            }
        });
    }

    pub(super) fn segment(&mut self, segment: &Segment) {
        match segment {
            Segment::Field(name) => {
                self.byte(0);
                self.text(name);
            }
            Segment::Index(index) => {
                self.byte(1);
                self.number(*index);
            }
            Segment::Item(name) => {
                self.byte(2);
                self.text(name);
            }
        }
    }

    fn label(&mut self, label: &Label) {
        self.span(label.span);
        self.text(&label.text);
    }

    pub(super) fn reference(&mut self, reference: &Reference) {
        let Reference { stack, path, written, name, obstacle } = reference;
        self.text(stack);
        self.path(path);
        self.text(written);
        self.text(name);
        self.optional(obstacle.as_ref(), |writer, obstacle| writer.text(obstacle));
    }
}

/// Bytes that are read from the front. Every answer is none where they are not what they should be.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
    /// How many texts there are for places to be in.
    texts: usize,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], texts: usize) -> Reader<'b> {
        Reader { rest: bytes, texts }
    }

    /// What was not read.
    pub(super) fn rest(self) -> &'b [u8] {
        self.rest
    }

    /// That nothing is left.
    pub(super) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    pub(super) fn raw(&mut self, length: usize) -> Option<&'b [u8]> {
        let (front, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(front)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<usize> {
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

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        std::str::from_utf8(self.raw(length)?).ok().map(str::to_owned)
    }

    pub(super) fn path(&mut self) -> Option<PathBuf> {
        self.text().map(PathBuf::from)
    }

    pub(super) fn bool(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.bool()? { read(self).map(Some) } else { Some(None) }
    }

    pub(super) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
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

    fn span(&mut self) -> Option<Span> {
        let file = self.number().filter(|file| *file < self.texts)?;
        let (start, end) = (u32::try_from(self.number()?).ok()?, u32::try_from(self.number()?).ok()?);
        (start <= end).then_some(Span { file: FileId::of(file)?, start, end })
    }

    fn optional_span(&mut self) -> Option<Option<Span>> {
        self.optional(Reader::span)
    }

    pub(super) fn role(&mut self) -> Option<Role> {
        match self.byte()? {
            0 => Some(Role::Environment),
            1 => Some(Role::Module),
            2 => Some(Role::Undeclared),
            _ => None,
        }
    }

    pub(super) fn node(&mut self) -> Option<Node> {
        self.nested(0)
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
            _ => return None,
        };
        Some(Node { value, span, key })
    }

    pub(super) fn finding(&mut self) -> Option<Diagnostic> {
        Some(Diagnostic {
            code: catalogue::by_text(&self.text()?)?,
            severity: match self.byte()? {
                0 => Severity::Error,
                1 => Severity::Warning,
                _ => return None,
            },
            message: self.text()?,
            path: Path(self.list(Reader::segment)?),
            primary: self.optional(Reader::label)?,
            secondary: self.list(Reader::label)?,
            notes: self.list(Reader::text)?,
            help: self.list(Reader::text)?,
            fix: self.list(|reader| Some(Edit { span: reader.span()?, text: reader.text()? }))?,
            allowed: self.optional(Reader::permission)?,
            sensitive: Vec::new(),
        })
    }

    fn permission(&mut self) -> Option<Permission> {
        match self.byte()? {
            0 => Some(Permission::Caller),
            1 => Some(Permission::Environment { reason: self.text()? }),
            _ => None,
        }
    }

    fn segment(&mut self) -> Option<Segment> {
        match self.byte()? {
            0 => self.text().map(Segment::Field),
            1 => self.number().map(Segment::Index),
            2 => self.text().map(Segment::Item),
            _ => None,
        }
    }

    fn label(&mut self) -> Option<Label> {
        Some(Label { span: self.span()?, text: self.text()? })
    }

    pub(super) fn reference(&mut self) -> Option<Reference> {
        Some(Reference {
            stack: self.text()?,
            path: self.path()?,
            written: self.text()?,
            name: self.text()?,
            obstacle: self.optional(Reader::text)?,
        })
    }
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
    fn what_nests_too_deep_is_neither_written_nor_read() {
        let leaf = || Node { value: Value::Null, span: None, key: None };
        let around = |inner| Node { value: Value::Array(vec![inner]), span: None, key: None };
        let deep = (0..=DEEPEST).fold(leaf(), |inner, _| around(inner));
        let mut writer = Writer::default();
        writer.node(&deep);
        assert_eq!(writer.finish(), None);
        let bytes: Vec<u8> = std::iter::repeat_n([0, 0, 6, 1], 100_000).flatten().collect();
        assert_eq!(Reader::new(&bytes, 0).node(), None);
    }
}
