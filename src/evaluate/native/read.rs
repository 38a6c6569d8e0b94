//! Reads data from expressions, with names and imports followed.
//!
//! What it makes is what Nickel's evaluation would: places, and the order of fields, included.

use super::datum::{Datum, Entry, Fields, Item, Kind, Site, merge, merge_entries};
use super::expression::{Binding, Definition, Expression, Node, Piece};
use crate::evaluate::load::{Import, Target};
use crate::source::{FileId, Span};
use indexmap::map::Entry as Slot;
use nickel_lang_core::ast::MergePriority;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

/// How many expressions are read. Names stand for what they are bound to, so that a short text may be long data.
const MAX_EXPRESSIONS: usize = 1_000_000;

/// How deep expressions may nest, across names and imports, which may lead in a circle.
const MAX_DEPTH: usize = 5_000;

/// A file that was parsed.
pub(super) struct File<'t> {
    pub ours: FileId,
    pub expression: Expression<'t>,
    /// How many annotations are in it.
    pub annotations: usize,
    pub imports: &'t [Import],
}

impl File<'_> {
    /// The place of all of it.
    pub(super) fn span(&self) -> Span {
        Span { file: self.ours, start: self.expression.start, end: self.expression.end }
    }
}

/// Whether the first of the files says that it is an environment; none where anything else is annotated.
pub(super) fn is_environment(files: &[File<'_>]) -> Option<bool> {
    let (inner, scope) = body(files, 0)?;
    let says_so = match &inner.node {
        Node::Annotated(_, contract) => names_environment(files, contract, &scope),
        _ => false,
    };
    let annotations: usize = files.iter().map(|file| file.annotations).sum();
    (annotations == usize::from(says_so)).then_some(says_so)
}

/// The data of the first of the files; none where it is not plain data.
pub(super) fn read<'a>(files: &'a [File<'a>]) -> Option<Datum<'a>> {
    let mut reader = Reader { files, left: MAX_EXPRESSIONS, depth: 0 };
    let (mut expression, scope) = body(files, 0)?;
    // There is at most one annotation in all files: that of the entry, which says that it is an environment.
    if let Node::Annotated(inner, _) = &expression.node {
        expression = inner;
    }
    reader.read(expression, &scope, 0)
}

/// What a file is, below the names that it binds first.
fn body<'a>(files: &'a [File<'a>], file: usize) -> Option<(&'a Expression<'a>, Rc<Scope<'a>>)> {
    let mut expression = &files.get(file)?.expression;
    let mut scope = Scope::top(file);
    while let Node::Let(bindings, inner) = &expression.node {
        scope = scope.with(Names::Let(bindings));
        expression = inner;
    }
    Some((expression, scope))
}

/// Whether a contract is `Environment` of the library, whatever name that was given.
fn names_environment<'a>(files: &'a [File<'a>], contract: &'a Expression<'a>, scope: &Rc<Scope<'a>>) -> bool {
    match &contract.node {
        Node::Name(name) => match scope.find(name) {
            Some(Named::Bound(value, scope)) => names_environment(files, value, &scope),
            Some(Named::Field(_)) | None => false,
        },
        Node::Access(library, name) => name == "Environment" && is_library(files, library, scope),
        _ => false,
    }
}

fn is_library<'a>(files: &'a [File<'a>], library: &'a Expression<'a>, scope: &Rc<Scope<'a>>) -> bool {
    match &library.node {
        Node::Name(name) => match scope.find(name) {
            Some(Named::Bound(value, scope)) => is_library(files, value, &scope),
            Some(Named::Field(_)) | None => false,
        },
        Node::Import(at) => target(files, scope.file, *at) == Some(Target::Library),
        _ => false,
    }
}

fn target(files: &[File<'_>], file: usize, at: u32) -> Option<Target> {
    files.get(file)?.imports.iter().find(|import| import.at.start == at).map(|import| import.target)
}

/// The names that an expression may use: those of its own place, before those around it.
struct Scope<'a> {
    file: usize,
    names: Names<'a>,
    parent: Option<Rc<Scope<'a>>>,
}

enum Names<'a> {
    None,
    Let(&'a [Binding<'a>]),
    /// The fields of a record that has so many records around it.
    Fields {
        record: &'a [Definition<'a>],
        level: usize,
        index: OnceCell<HashSet<&'a str>>,
    },
    /// The fields of a record that is not part of the data, but one of its fields is.
    Elsewhere(&'a [Definition<'a>]),
}

/// What a name stands for.
enum Named<'a> {
    Bound(&'a Expression<'a>, Rc<Scope<'a>>),
    /// A field of the record with so many records around it.
    Field(usize),
}

impl<'a> Scope<'a> {
    fn top(file: usize) -> Rc<Scope<'a>> {
        Rc::new(Scope { file, names: Names::None, parent: None })
    }

    fn with(self: &Rc<Scope<'a>>, names: Names<'a>) -> Rc<Scope<'a>> {
        Rc::new(Scope { file: self.file, names, parent: Some(Rc::clone(self)) })
    }

    fn find(self: &Rc<Scope<'a>>, name: &str) -> Option<Named<'a>> {
        let mut scope = self;
        loop {
            let parent = scope.parent.as_ref()?;
            match &scope.names {
                Names::None => {}
                Names::Let(bindings) => {
                    if let Some(binding) = bindings.iter().find(|binding| binding.name == name) {
                        return Some(Named::Bound(&binding.value, Rc::clone(parent)));
                    }
                }
                Names::Fields { record, level, index } => {
                    let names = index.get_or_init(|| roots(record).collect());
                    if names.contains(name) {
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
fn roots<'a>(record: &'a [Definition<'a>]) -> impl Iterator<Item = &'a str> + 'a {
    record.iter().map(|definition| definition.first.text.as_ref())
}

struct Reader<'a> {
    files: &'a [File<'a>],
    /// How many expressions may still be read.
    left: usize,
    /// How many are being read.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn span(&self, file: usize, start: u32, end: u32) -> Option<Span> {
        Some(Span { file: self.files.get(file)?.ours, start, end })
    }

    fn place(&self, expression: &Expression<'_>, scope: &Scope<'_>) -> Option<Span> {
        self.span(scope.file, expression.start, expression.end)
    }

    /// Reads an expression that has so many records around it.
    fn read(&mut self, expression: &'a Expression<'a>, scope: &Rc<Scope<'a>>, level: usize) -> Option<Datum<'a>> {
        self.left = self.left.checked_sub(1)?;
        self.depth += 1;
        let datum = if self.depth > MAX_DEPTH { None } else { self.expression(expression, scope, level) };
        self.depth -= 1;
        datum
    }

    fn expression(&mut self, expression: &'a Expression<'a>, scope: &Rc<Scope<'a>>, level: usize) -> Option<Datum<'a>> {
        let kind = match &expression.node {
            Node::Null => Kind::Null,
            Node::Bool(value) => Kind::Bool(*value),
            Node::Number(number) => Kind::Number(borrowed(number)),
            Node::Text(text) => Kind::Text(borrowed(text)),
            Node::Pieces(pieces) => self.text(pieces, scope, level)?,
            Node::Tag(tag) => Kind::Tag(borrowed(tag)),
            Node::Variant(tag, payload) => Kind::Variant(borrowed(tag), Box::new(self.read(payload, scope, level)?)),
            Node::Array(items) => Kind::Array(self.items(items, scope, level)?),
            Node::Record(record) => Kind::Record(self.record(record, scope, level)?),
            Node::Let(bindings, body) => return self.read(body, &scope.with(Names::Let(bindings)), level),
            Node::Name(name) => {
                return match scope.find(name)? {
                    Named::Bound(value, scope) => self.read(value, &scope, level),
                    Named::Field(around) => Some(same(around, level, vec![Cow::Borrowed(name)])?),
                };
            }
            Node::Import(at) => {
                let (expression, scope) = self.imported(*at, scope.file)?;
                return self.read(expression, &scope, level);
            }
            Node::Merge(left, right) => {
                let (left, right) = (self.read(left, scope, level)?, self.read(right, scope, level)?);
                return merge(left, right, self.place(expression, scope));
            }
            Node::Access(record, name) => return self.access(record, name, scope, level),
            Node::Annotated(..) => return None,
        };
        Some(Datum { kind, span: self.place(expression, scope) })
    }

    fn items(&mut self, items: &'a [Expression<'a>], scope: &Rc<Scope<'a>>, level: usize) -> Option<Vec<Item<'a>>> {
        let item = |item| Some(Item { value: self.read(item, scope, level)?, written: self.place(item, scope) });
        items.iter().map(item).collect()
    }

    fn text(&mut self, pieces: &'a [Piece<'a>], scope: &Rc<Scope<'a>>, level: usize) -> Option<Kind<'a>> {
        let piece = |piece: &'a Piece<'a>| match piece {
            Piece::Literal(text) => Some(Datum { kind: Kind::Text(borrowed(text)), span: None }),
            Piece::Expression(expression) => {
                let datum = self.read(expression, scope, level)?;
                // Lines that are put into indented text are indented, too.
                let single_line = !matches!(&datum.kind, Kind::Text(text) if text.contains('\n'));
                single_line.then_some(datum)
            }
        };
        Some(Kind::Joined(pieces.iter().map(piece).collect::<Option<_>>()?))
    }

    fn record(&mut self, record: &'a [Definition<'a>], scope: &Rc<Scope<'a>>, level: usize) -> Option<Fields<'a>> {
        let scope = scope.with(Names::Fields { record, level, index: OnceCell::new() });
        let mut fields = Fields::with_capacity(record.len());
        for definition in record {
            let entry = self.definition(definition, &scope, level)?;
            match fields.entry(borrowed(&definition.first.text)) {
                Slot::Vacant(slot) => {
                    slot.insert(entry);
                }
                Slot::Occupied(mut slot) => {
                    let known = slot.insert(nothing());
                    slot.insert(merge_entries(known, entry)?);
                }
            }
        }
        Some(fields)
    }

    /// Reads a definition of a field; one that is a piece, as `b.c = 1` is of `a`, becomes a record.
    fn definition(&mut self, definition: &'a Definition<'a>, scope: &Rc<Scope<'a>>, level: usize) -> Option<Entry<'a>> {
        let Definition { first, inner, priority, value: expression } = definition;
        let mut value = self.read(expression, scope, level + 1 + inner.len())?;
        let mut priority = priority;
        let mut written = self.place(expression, scope);
        for name in inner.iter().rev() {
            let key = self.span(scope.file, name.start, name.end);
            let site = Site { key, value: written.take() };
            let entry = Entry { name: key, site, earlier: Vec::new(), priority, value };
            let kind = Kind::Record(Fields::from_iter([(borrowed(&name.text), entry)]));
            value = Datum { kind, span: self.span(scope.file, name.start, expression.end) };
            priority = &MergePriority::Neutral;
        }
        let key = self.span(scope.file, first.start, first.end);
        Some(Entry { name: key, site: Site { key, value: written }, earlier: Vec::new(), priority, value })
    }

    fn imported(&self, at: u32, importer: usize) -> Option<(&'a Expression<'a>, Rc<Scope<'a>>)> {
        match target(self.files, importer, at)? {
            Target::File(file) => Some((&self.files.get(file)?.expression, Scope::top(file))),
            Target::Library | Target::Nothing => None,
        }
    }

    fn access(
        &mut self,
        record: &'a Expression<'a>,
        name: &'a str,
        scope: &Rc<Scope<'a>>,
        level: usize,
    ) -> Option<Datum<'a>> {
        self.left = self.left.checked_sub(1)?;
        if let Some((around, mut names)) = around(record, scope) {
            names.push(Cow::Borrowed(name));
            return same(around, level, names);
        }
        let (value, scope) = self.member(record, name, scope)?;
        self.read(value, &scope, level)
    }

    /// The field of a record that is bound to a name or imported, and is written as one.
    fn member(
        &mut self,
        record: &'a Expression<'a>,
        name: &str,
        scope: &Rc<Scope<'a>>,
    ) -> Option<(&'a Expression<'a>, Rc<Scope<'a>>)> {
        let (mut expression, mut scope) = (record, Rc::clone(scope));
        loop {
            self.left = self.left.checked_sub(1)?;
            (expression, scope) = match &expression.node {
                Node::Record(record) => {
                    let mut found = record.iter().filter(|definition| definition.first.text == name);
                    let (definition, None) = (found.next()?, found.next()) else { return None };
                    let value = Some(&definition.value).filter(|_| definition.inner.is_empty())?;
                    return Some((value, scope.with(Names::Elsewhere(record))));
                }
                Node::Let(bindings, body) => {
                    let scope = scope.with(Names::Let(bindings));
                    (body.as_ref(), scope)
                }
                Node::Name(name) => match scope.find(name)? {
                    Named::Bound(value, scope) => (value, scope),
                    Named::Field(_) => return None,
                },
                Node::Import(at) => self.imported(*at, scope.file)?,
                Node::Access(record, name) => self.member(record, name, &scope)?,
                _ => return None,
            };
        }
    }
}

/// The field of a record around that an expression like `a.b.c` starts from, and the names so far.
fn around<'a>(expression: &'a Expression<'a>, scope: &Rc<Scope<'a>>) -> Option<(usize, Vec<Cow<'a, str>>)> {
    match &expression.node {
        Node::Name(name) => match scope.find(name)? {
            Named::Field(level) => Some((level, vec![Cow::Borrowed(name)])),
            Named::Bound(..) => None,
        },
        Node::Access(record, name) => {
            let (level, mut names) = around(record, scope)?;
            names.push(borrowed(name));
            Some((level, names))
        }
        _ => None,
    }
}

/// The value of a field of the record with `around` records around it, for a value with `level` records around it.
fn same<'a>(around: usize, level: usize, names: Vec<Cow<'a, str>>) -> Option<Datum<'a>> {
    Some(Datum { kind: Kind::Same(level.checked_sub(around + 1)?, names), span: None })
}

/// Holds the place of a field that is being merged.
fn nothing<'a>() -> Entry<'a> {
    let value = Datum { kind: Kind::Null, span: None };
    let site = Site { key: None, value: None };
    Entry { name: None, site, earlier: Vec::new(), priority: &MergePriority::Neutral, value }
}

/// The same text, borrowed for as long as the expression lives.
fn borrowed<'a>(text: &'a Cow<'a, str>) -> Cow<'a, str> {
    Cow::Borrowed(text.as_ref())
}
