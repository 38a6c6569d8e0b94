//! Reads data from a syntax tree: literals, merged as Nickel merges them, with names and imports followed.
//!
//! Everything here follows nickel-lang-core's `eval/merge.rs` and `ast/compat.rs`: the order of fields in what is
//! merged, the places that remain, and those that are lost.

use crate::evaluate::SpanMap;
use crate::evaluate::syntax::Syntax;
use crate::source::Span;
use indexmap::IndexMap;
use indexmap::map::Entry as Slot;
use nickel_lang_core::ast::pattern::PatternData;
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::{FieldDef, Record};
use nickel_lang_core::ast::{Ast, Import, LetBinding, MergePriority, Node, StringChunk};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::identifier::Ident;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

/// How many expressions are read. Names stand for what they are bound to, so that a short text may be long data.
const MAX_EXPRESSIONS: usize = 1_000_000;

/// How deep expressions may nest, across names and imports, which may lead in a circle.
const MAX_DEPTH: usize = 5_000;

/// A value, and where it was written.
pub(super) struct Datum<'a> {
    pub kind: Kind<'a>,
    pub span: Option<Span>,
}

/// What a value is.
pub(super) enum Kind<'a> {
    Null,
    Bool(bool),
    /// As Nickel writes it.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    Tag(&'static str),
    Variant(&'static str, Box<Datum<'a>>),
    Array(Vec<Datum<'a>>),
    Record(Fields<'a>),
    /// The value of a field of a record around, so many records further out; then of fields inside it. What it is
    /// comes to light when all is merged.
    Same(usize, Vec<&'static str>),
    /// Text in pieces, some of which come to light when all is merged.
    Joined(Vec<Datum<'a>>),
}

/// The fields of a record, in Nickel's order.
pub(super) type Fields<'a> = IndexMap<&'static str, Entry<'a>>;

/// A field.
pub(super) struct Entry<'a> {
    /// Where its name was written.
    pub key: Option<Span>,
    pub priority: &'a MergePriority,
    pub value: Datum<'a>,
}

/// The data of a file; none where it is not plain data.
pub(super) fn read<'a>(hub: &'a CacheHub, spans: &'a SpanMap, file: NickelFile) -> Option<Datum<'a>> {
    let mut reader = Reader { syntax: Syntax { hub }, spans, left: MAX_EXPRESSIONS, depth: 0 };
    let mut ast = hub.asts.get(file)?;
    let mut scope = Scope::top(file);
    while let Node::Let { bindings, body, rec: false } = &ast.node {
        scope = scope.with(Names::Let(bindings));
        ast = body;
    }
    // There is at most one annotation in all files: that of the entry, which says that it is an environment.
    if let Node::Annotated { inner, .. } = &ast.node {
        ast = inner;
    }
    reader.read(ast, &scope, 0)
}

/// The names that an expression may use: those of its own place, before those around it.
struct Scope<'a> {
    file: NickelFile,
    names: Names<'a>,
    parent: Option<Rc<Scope<'a>>>,
}

enum Names<'a> {
    None,
    Let(&'a [LetBinding<'a>]),
    /// The fields of a record that has so many records around it.
    Fields {
        record: &'a Record<'a>,
        level: usize,
        index: OnceCell<HashSet<Ident>>,
    },
    /// The fields of a record that is not part of the data, but one of its fields is.
    Elsewhere(&'a Record<'a>),
}

/// What a name stands for.
enum Named<'a> {
    Bound(&'a Ast<'a>, Rc<Scope<'a>>),
    /// A field of the record with so many records around it.
    Field(usize),
}

impl<'a> Scope<'a> {
    fn top(file: NickelFile) -> Rc<Scope<'a>> {
        Rc::new(Scope { file, names: Names::None, parent: None })
    }

    fn with(self: &Rc<Scope<'a>>, names: Names<'a>) -> Rc<Scope<'a>> {
        Rc::new(Scope { file: self.file, names, parent: Some(Rc::clone(self)) })
    }

    fn find(self: &Rc<Scope<'a>>, name: Ident) -> Option<Named<'a>> {
        let mut scope = self;
        loop {
            let parent = scope.parent.as_ref()?;
            match &scope.names {
                Names::None => {}
                Names::Let(bindings) => {
                    for binding in *bindings {
                        let PatternData::Any(id) = &binding.pattern.data else { return None };
                        if id.ident() == name {
                            if !binding.metadata.annotation.is_empty() {
                                return None;
                            }
                            return Some(Named::Bound(&binding.value, Rc::clone(parent)));
                        }
                    }
                }
                Names::Fields { record, level, index } => {
                    let names = index.get_or_init(|| roots(record).collect());
                    if names.contains(&name) {
                        return Some(Named::Field(*level));
                    }
                }
                Names::Elsewhere(record) => {
                    if roots(record).any(|root| root == name) {
                        return None;
                    }
                }
            }
            scope = parent;
        }
    }
}

/// The names of a record's fields.
fn roots<'a>(record: &'a Record<'a>) -> impl Iterator<Item = Ident> + 'a {
    record.field_defs.iter().filter_map(|field| Some(field.root_as_ident()?.ident()))
}

struct Reader<'a> {
    syntax: Syntax<'a>,
    spans: &'a SpanMap,
    /// How many expressions may still be read.
    left: usize,
    /// How many are being read.
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Reads an expression that has so many records around it.
    fn read(&mut self, ast: &'a Ast<'a>, scope: &Rc<Scope<'a>>, level: usize) -> Option<Datum<'a>> {
        self.left = self.left.checked_sub(1)?;
        self.depth += 1;
        let datum = if self.depth > MAX_DEPTH { None } else { self.expression(ast, scope, level) };
        self.depth -= 1;
        datum
    }

    fn expression(&mut self, ast: &'a Ast<'a>, scope: &Rc<Scope<'a>>, level: usize) -> Option<Datum<'a>> {
        let kind = match &ast.node {
            Node::Null => Kind::Null,
            Node::Bool(value) => Kind::Bool(*value),
            Node::Number(number) => Kind::Number(Cow::Owned(number.to_string())),
            Node::String(text) => Kind::Text(Cow::Borrowed(text)),
            Node::StringChunks(chunks) => self.text(chunks, scope, level)?,
            Node::EnumVariant { tag, arg: None } => Kind::Tag(tag.label()),
            Node::EnumVariant { tag, arg: Some(arg) } => {
                Kind::Variant(tag.label(), Box::new(self.read(arg, scope, level)?))
            }
            Node::Array(items) => {
                Kind::Array(items.iter().map(|item| self.read(item, scope, level)).collect::<Option<_>>()?)
            }
            Node::Record(record) => Kind::Record(self.record(record, scope, level)?),
            Node::Let { bindings, body, rec: false } => {
                return self.read(body, &scope.with(Names::Let(bindings)), level);
            }
            Node::Var(id) => {
                return match scope.find(id.ident())? {
                    Named::Bound(value, scope) => self.read(value, &scope, level),
                    Named::Field(around) => Some(same(around, level, id.label())),
                };
            }
            Node::Import(import) => {
                let (ast, scope) = self.imported(import, scope.file)?;
                return self.read(ast, &scope, level);
            }
            Node::PrimOpApp { op: PrimOp::Merge(_), args: [left, right] } => {
                let (left, right) = (self.read(left, scope, level)?, self.read(right, scope, level)?);
                return merge(left, right, self.spans.position(ast.pos));
            }
            Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [record] } => {
                return self.access(record, field.ident(), scope, level);
            }
            _ => return None,
        };
        Some(Datum { kind, span: self.spans.position(ast.pos) })
    }

    fn text(&mut self, chunks: &'a [StringChunk<Ast<'a>>], scope: &Rc<Scope<'a>>, level: usize) -> Option<Kind<'a>> {
        match chunks {
            [] => return Some(Kind::Text(Cow::Borrowed(""))),
            [StringChunk::Literal(text)] => return Some(Kind::Text(Cow::Borrowed(text))),
            _ => {}
        }
        let piece = |chunk: &'a StringChunk<Ast<'a>>| match chunk {
            StringChunk::Literal(text) => Some(Datum { kind: Kind::Text(Cow::Borrowed(text)), span: None }),
            StringChunk::Expr(ast, _) => {
                let datum = self.read(ast, scope, level)?;
                // Lines that are put into indented text are indented, too.
                let single_line = !matches!(&datum.kind, Kind::Text(text) if text.contains('\n'));
                single_line.then_some(datum)
            }
        };
        Some(Kind::Joined(chunks.iter().map(piece).collect::<Option<_>>()?))
    }

    fn record(&mut self, record: &'a Record<'a>, scope: &Rc<Scope<'a>>, level: usize) -> Option<Fields<'a>> {
        let scope = scope.with(Names::Fields { record, level, index: OnceCell::new() });
        let mut fields = Fields::with_capacity(record.field_defs.len());
        for field in record.field_defs {
            let (name, entry) = self.field(field, &scope, level)?;
            match fields.entry(name) {
                Slot::Vacant(slot) => {
                    slot.insert(entry);
                }
                Slot::Occupied(mut slot) => {
                    let key = slot.get().key;
                    let known = slot.insert(Entry { key, priority: entry.priority, value: nothing() });
                    let merged = merge_entries(known, entry, key)?;
                    slot.insert(merged);
                }
            }
        }
        Some(fields)
    }

    /// Reads a field of a record; one that is a piece, as `b.c = 1` is of `a`, becomes a record.
    fn field(
        &mut self,
        field: &'a FieldDef<'a>,
        scope: &Rc<Scope<'a>>,
        level: usize,
    ) -> Option<(&'static str, Entry<'a>)> {
        let ast = field.value.as_ref()?;
        let mut value = self.read(ast, scope, level + field.path.len())?;
        let mut priority = &field.metadata.priority;
        let mut position = ast.pos;
        let (first, inner) = field.path.split_first()?;
        for element in inner.iter().rev() {
            let id = element.try_as_ident()?;
            position = position.fuse(element.pos());
            let entry = Entry { key: self.spans.position(id.pos), priority, value };
            let kind = Kind::Record(Fields::from_iter([(id.label(), entry)]));
            value = Datum { kind, span: self.spans.position(position) };
            priority = &MergePriority::Neutral;
        }
        let id = first.try_as_ident()?;
        Some((id.label(), Entry { key: self.spans.position(id.pos), priority, value }))
    }

    fn imported(&self, import: &'a Import<'a>, importer: NickelFile) -> Option<(&'a Ast<'a>, Rc<Scope<'a>>)> {
        let Import::Path { path, .. } = import else { return None };
        let (ast, file) = self.syntax.imported_file(importer, Path::new(path))?;
        Some((ast, Scope::top(file)))
    }

    fn access(&mut self, record: &'a Ast<'a>, name: Ident, scope: &Rc<Scope<'a>>, level: usize) -> Option<Datum<'a>> {
        self.left = self.left.checked_sub(1)?;
        if let Some((around, mut names)) = around(record, scope) {
            names.push(name.label());
            return Some(Datum { kind: Kind::Same(level.checked_sub(around + 1)?, names), span: None });
        }
        let (value, scope) = self.member(record, name, scope)?;
        self.read(value, &scope, level)
    }

    /// The field of a record that is bound to a name or imported, and is written as one.
    fn member(
        &mut self,
        record: &'a Ast<'a>,
        name: Ident,
        scope: &Rc<Scope<'a>>,
    ) -> Option<(&'a Ast<'a>, Rc<Scope<'a>>)> {
        let (mut ast, mut scope) = (record, Rc::clone(scope));
        loop {
            self.left = self.left.checked_sub(1)?;
            (ast, scope) = match &ast.node {
                Node::Record(record) => {
                    let mut found = record
                        .field_defs
                        .iter()
                        .filter(|field| field.root_as_ident().is_some_and(|id| id.ident() == name));
                    let (field, None) = (found.next()?, found.next()) else { return None };
                    let value = field.value.as_ref().filter(|_| field.path.len() == 1)?;
                    return Some((value, scope.with(Names::Elsewhere(record))));
                }
                Node::Let { bindings, body, rec: false } => {
                    let scope = scope.with(Names::Let(bindings));
                    (*body, scope)
                }
                Node::Var(id) => match scope.find(id.ident())? {
                    Named::Bound(value, scope) => (value, scope),
                    Named::Field(_) => return None,
                },
                Node::Import(import) => self.imported(import, scope.file)?,
                Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [record] } => {
                    self.member(record, field.ident(), &scope)?
                }
                _ => return None,
            };
        }
    }
}

/// The field of a record around that an expression like `a.b.c` starts from, and the names so far.
fn around<'a>(ast: &'a Ast<'a>, scope: &Rc<Scope<'a>>) -> Option<(usize, Vec<&'static str>)> {
    match &ast.node {
        Node::Var(id) => match scope.find(id.ident())? {
            Named::Field(level) => Some((level, vec![id.label()])),
            Named::Bound(..) => None,
        },
        Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [record] } => {
            let (level, mut names) = around(record, scope)?;
            names.push(field.label());
            Some((level, names))
        }
        _ => None,
    }
}

/// The value of a field of the record with `around` records around it, for a value with `level` records around it.
fn same<'a>(around: usize, level: usize, name: &'static str) -> Datum<'a> {
    Datum { kind: Kind::Same(level.saturating_sub(around + 1), vec![name]), span: None }
}

fn nothing<'a>() -> Datum<'a> {
    Datum { kind: Kind::Null, span: None }
}

/// Two values as one, if they are records. An empty record leaves the other as it is, with its place.
fn merge<'a>(left: Datum<'a>, right: Datum<'a>, span: Option<Span>) -> Option<Datum<'a>> {
    let is_nothing = |datum: &Datum<'_>| matches!(&datum.kind, Kind::Record(fields) if fields.is_empty());
    // Which of two empty records remains depends on their contract.
    if is_nothing(&left) && is_nothing(&right) {
        return None;
    }
    match (left, right) {
        (Datum { kind: Kind::Record(fields), .. }, other @ Datum { kind: Kind::Record(_), .. })
            if fields.is_empty() =>
        {
            Some(other)
        }
        (other @ Datum { kind: Kind::Record(_), .. }, Datum { kind: Kind::Record(fields), .. })
            if fields.is_empty() =>
        {
            Some(other)
        }
        (Datum { kind: Kind::Record(left), .. }, Datum { kind: Kind::Record(right), .. }) => {
            Some(Datum { kind: Kind::Record(merge_fields(left, right)?), span })
        }
        _ => None,
    }
}

/// The fields of two records: first those of the left alone, then of the right alone, then of both. What is taken out
/// of a record leaves its place to the last one.
fn merge_fields<'a>(left: Fields<'a>, right: Fields<'a>) -> Option<Fields<'a>> {
    // Nearly always the pieces of one record: without this, ten thousand of them would be copied ten thousand times.
    if right.keys().all(|name| !left.contains_key(name)) {
        let mut out = left;
        out.extend(right);
        return Some(out);
    }
    let mut both = Vec::new();
    let (mut out, alone) = if left.len() < right.len() {
        let (mut left, mut alone) = (left, Fields::new());
        for (name, entry) in right {
            match left.swap_remove(name) {
                Some(known) => both.push((name, entry.key, known, entry)),
                None => {
                    alone.insert(name, entry);
                }
            }
        }
        (left, alone)
    } else {
        let (mut right, mut alone) = (right, Fields::new());
        for (name, entry) in left {
            match right.swap_remove(name) {
                Some(more) => both.push((name, entry.key, entry, more)),
                None => {
                    alone.insert(name, entry);
                }
            }
        }
        (alone, right)
    };
    out.extend(alone);
    for (name, key, left, right) in both {
        out.insert(name, merge_entries(left, right, key)?);
    }
    Some(out)
}

/// The field of higher priority, or both as one. What is merged so has no place.
fn merge_entries<'a>(left: Entry<'a>, right: Entry<'a>, key: Option<Span>) -> Option<Entry<'a>> {
    if left.priority > right.priority {
        return Some(Entry { key, ..left });
    }
    if right.priority > left.priority {
        return Some(Entry { key, ..right });
    }
    Some(Entry { key, priority: left.priority, value: merge(left.value, right.value, None)? })
}
