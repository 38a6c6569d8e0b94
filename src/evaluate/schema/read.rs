//! Reads the schema from the library's syntax trees.
//!
//! The library keeps to a small part of Nickel that can be read without evaluation: records, annotations, imports, `let`,
//! field access and `&`.

use super::{Choice, FieldSchema, Place, Presence, Schema, Shape};
use crate::evaluate::syntax::{Expression, Scope, Syntax};
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::{FieldDef, Record};
use nickel_lang_core::ast::typ::iter::EnumRowsItem;
use nickel_lang_core::ast::typ::{EnumRows, Type};
use nickel_lang_core::ast::{Ast, MergePriority, Node};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::position::TermPos;
use nickel_lang_core::typ::{RecordRowsF, TypeF};
use std::rc::Rc;

/// Reads the shape of `Environment` from the library whose front door is the first of `modules`.
pub(in crate::evaluate) fn read(hub: &CacheHub, modules: &[NickelFile]) -> Schema {
    let reader = Reader { syntax: Syntax { hub }, modules };
    let root = modules
        .first()
        .and_then(|file| Some(Expression { ast: hub.asts.get(*file)?, scope: Scope::top(*file) }))
        .and_then(|library| reader.syntax.member(&library, "Environment"))
        .map(|(environment, _)| reader.shape_of(&environment));
    Schema { root: root.unwrap_or(Shape::Record(Vec::new())) }
}

/// The shape of what has no contract.
const ANY: &str = "any value";

struct Reader<'a> {
    syntax: Syntax<'a>,
    modules: &'a [NickelFile],
}

impl<'a> Reader<'a> {
    /// The shape that an expression describes when it is used as a contract.
    fn shape_of(&self, expression: &Expression<'a>) -> Shape {
        if let Some(alternatives) = self.syntax.alternatives(expression) {
            let shapes = alternatives.iter().map(|alternative| self.shape_of(alternative));
            return shapes.reduce(merge).unwrap_or(Shape::Record(Vec::new()));
        }
        let (name, doc) = self.name_of(expression);
        let resolved = self.syntax.resolve(expression);
        let scope = &resolved.scope;
        match &resolved.ast.node {
            Node::Record(record) => Shape::Record(self.fields(record, scope)),
            Node::Type(typ) => self.shape_of_type(typ, scope),
            Node::PrimOpApp { op: PrimOp::Merge(_), args: [left, right] } => {
                let side = |ast: &'a Ast<'a>| self.shape_of(&Expression { ast, scope: Rc::clone(scope) });
                merge(side(left), side(right))
            }
            _ => Shape::Scalar { name, doc },
        }
    }

    /// How a contract is called where it is used, and what is said of it where it is declared.
    fn name_of(&self, expression: &Expression<'a>) -> (String, Option<String>) {
        match &expression.ast.node {
            Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), args: [record] } => {
                let record = Expression { ast: record, scope: Rc::clone(&expression.scope) };
                let doc = self.syntax.member(&record, field.label()).and_then(|(_, doc)| doc);
                (field.label().to_owned(), doc.map(tidy))
            }
            Node::Var(id) => {
                let doc = expression.scope.find(id.label()).and_then(|(binding, _)| binding.metadata.doc);
                (id.label().to_owned(), doc.map(tidy))
            }
            Node::App { head, args: [_, _, _, Ast { node: Node::String(what), .. }, ..] } if is_check(head) => {
                ((*what).to_owned(), None)
            }
            _ => ("value".to_owned(), None),
        }
    }

    fn shape_of_type(&self, typ: &'a Type<'a>, scope: &Rc<Scope<'a>>) -> Shape {
        let scalar = |name: &str| Shape::Scalar { name: name.to_owned(), doc: None };
        match &typ.typ {
            TypeF::Contract(ast) => self.shape_of(&Expression { ast, scope: Rc::clone(scope) }),
            TypeF::Dict { type_fields, .. } => Shape::Dict(Box::new(self.shape_of_type(type_fields, scope))),
            TypeF::Array(element) => Shape::Array(Box::new(self.shape_of_type(element, scope))),
            TypeF::Enum(rows) => Shape::Choice(self.choices(rows, scope)),
            TypeF::Record(rows) if matches!(rows.0, RecordRowsF::Empty) => Shape::Record(Vec::new()),
            TypeF::Number => scalar("Number"),
            TypeF::String => scalar("String"),
            TypeF::Bool => scalar("Bool"),
            _ => scalar(ANY),
        }
    }

    fn choices(&self, rows: &'a EnumRows<'a>, scope: &Rc<Scope<'a>>) -> Vec<Choice> {
        rows.iter()
            .filter_map(|item| match item {
                EnumRowsItem::Row(row) => Some(Choice {
                    tag: row.id.label().to_owned(),
                    payload: row.typ.map(|typ| self.shape_of_type(typ, scope)),
                }),
                EnumRowsItem::TailVar(_) => None,
            })
            .collect()
    }

    fn fields(&self, record: &'a Record<'a>, scope: &Rc<Scope<'a>>) -> Vec<FieldSchema> {
        record.field_defs.iter().filter_map(|field| self.field(field, scope)).collect()
    }

    fn field(&self, field: &'a FieldDef<'a>, scope: &Rc<Scope<'a>>) -> Option<FieldSchema> {
        let id = field.name_as_ident()?;
        let metadata = &field.metadata;
        let shape = match metadata.annotation.contracts.first() {
            Some(contract) => self.shape_of_type(contract, scope),
            None => Shape::Scalar { name: ANY.to_owned(), doc: None },
        };
        let presence = match (&field.value, &metadata.priority, metadata.opt) {
            // A value of the library's with defaults inside is merged with the user's.
            (Some(value), MergePriority::Bottom | MergePriority::Neutral, _) => Presence::Default(self.text(value.pos)),
            (_, _, true) => Presence::Optional,
            (_, _, false) => Presence::Required,
        };
        let place = self.place(id.pos);
        let doc = metadata.doc.map(tidy).unwrap_or_default();
        Some(FieldSchema { name: id.label().to_owned(), doc, shape, presence, place })
    }

    fn place(&self, position: TermPos) -> Option<Place> {
        let span = position.into_opt()?;
        let module = self.modules.iter().position(|module| *module == span.src_id)?;
        Some(Place(module, span.start.to_usize() as u32, span.end.to_usize() as u32))
    }

    fn text(&self, position: TermPos) -> String {
        let Some(span) = position.into_opt() else { return String::new() };
        let text = self.syntax.hub.sources.source(span.src_id);
        let text = text.get(span.start.to_usize()..span.end.to_usize()).unwrap_or("");
        // On one line, as the library writes what is short.
        text.split_whitespace().collect::<Vec<_>>().join(" ").replace(", }", " }")
    }
}

fn is_check(head: &Ast<'_>) -> bool {
    matches!(&head.node, Node::PrimOpApp { op: PrimOp::RecordStatAccess(field), .. } if field.label() == "Text" || field.label() == "Integer")
}

/// Two record shapes as one: the second adds fields, and to fields of the first defaults and a shape of its own.
fn merge(left: Shape, right: Shape) -> Shape {
    match (left, right) {
        (Shape::Record(mut fields), Shape::Record(more)) => {
            for field in more {
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => {
                        known.presence = field.presence;
                        if !matches!(&field.shape, Shape::Scalar { name, .. } if name == ANY) {
                            known.shape = field.shape;
                        }
                    }
                    None => fields.push(field),
                }
            }
            Shape::Record(fields)
        }
        (left, _) => left,
    }
}

/// Documentation as one paragraph of one line each: multi-line strings are indented and broken in the library.
fn tidy(doc: &str) -> String {
    doc.split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n\n")
}
