//! Finds where the fields of an evaluated tree were written, in the syntax trees of the user's files.
//!
//! Evaluation keeps the place of most values, but loses that of names when records are merged, and contracts lose the
//! place of choices. The syntax says where each field is defined: directly, in pieces (`a.b.c = 1`), in an imported
//! file, on either side of `&`. What is computed has no place here, and keeps what evaluation knows.

use super::SpanMap;
use super::syntax::{Expression, Scope, Syntax};
use crate::source::{Sources, Span};
use crate::tree::{Node as TreeNode, Value};
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::FieldDef;
use nickel_lang_core::ast::{MergePriority, Node};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::files::FileId as NickelFile;
use std::collections::HashMap;
use std::rc::Rc;

/// Puts names and values of `root` where the file says them.
pub(super) fn locate(hub: &CacheHub, spans: &SpanMap, sources: &Sources, file: NickelFile, root: &mut TreeNode) {
    let Some(ast) = hub.asts.get(file) else { return };
    let locator = Locator { syntax: Syntax { hub }, spans, sources };
    let entry = Definition::Whole(Expression { ast, scope: Scope::top(file) });
    locator.descend(root, vec![entry]);
}

struct Locator<'a> {
    syntax: Syntax<'a>,
    spans: &'a SpanMap,
    sources: &'a Sources,
}

/// What defines a value.
#[derive(Clone)]
enum Definition<'a> {
    /// An expression.
    Whole(Expression<'a>),
    /// The rest of a field's path: of `a.b.c = 1`, for the value of `a`, what starts at 1.
    Piece { field: &'a FieldDef<'a>, from: usize, scope: Rc<Scope<'a>> },
}

/// One place that defines a field: its name, and its value.
struct Site<'a> {
    key: Option<Span>,
    priority: &'a MergePriority,
    definition: Option<Definition<'a>>,
}

impl<'a> Locator<'a> {
    /// Places what is inside a node that these definitions define.
    fn descend(&self, node: &mut TreeNode, definitions: Vec<Definition<'a>>) {
        match &mut node.value {
            Value::Record(fields) => {
                let mut sites = self.sites(definitions);
                for (name, field) in fields {
                    if let Some(mut sites) = sites.remove(name.as_str()) {
                        // What has a lower priority has no part in the value.
                        let highest = sites.iter().map(|site| site.priority).max();
                        sites.retain(|site| Some(site.priority) == highest);
                        self.place(field, sites);
                    }
                }
            }
            Value::Choice { payload: Some(payload), .. } => {
                let inner = definitions.iter().filter_map(|definition| self.payload(definition)).collect();
                self.descend(payload, inner);
            }
            Value::Array(items) => {
                let elements = definitions.iter().find_map(|definition| self.elements(definition)).unwrap_or_default();
                for (item, element) in items.iter_mut().zip(elements) {
                    let priority = &MergePriority::Neutral;
                    self.place(item, vec![Site { key: None, priority, definition: Some(element) }]);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Broken => {}
            Value::Choice { payload: None, .. } => {}
        }
    }

    fn place(&self, node: &mut TreeNode, sites: Vec<Site<'a>>) {
        let evaluated = node.span.filter(|span| !self.sources.is_library(span.file));
        let value_of = |site: &Site<'a>| site.definition.as_ref().and_then(|definition| self.span_of(definition));
        // Of several definitions the one that holds the value counts, else the last: an overlay's.
        let holder = sites
            .iter()
            .rev()
            .find(|site| value_of(site).zip(evaluated).is_some_and(|(outer, inner)| outer.contains(&inner)));
        if let Some(site) = holder.or(sites.last()) {
            node.key = site.key.or(node.key);
            node.span = evaluated.or_else(|| value_of(site));
        }
        self.descend(node, sites.into_iter().filter_map(|site| site.definition).collect());
    }

    /// The fields that definitions define, with every site of each.
    fn sites(&self, definitions: Vec<Definition<'a>>) -> HashMap<&'static str, Vec<Site<'a>>> {
        let mut sites: HashMap<&'static str, Vec<Site<'a>>> = HashMap::new();
        for definition in definitions {
            match definition {
                Definition::Piece { field, from, scope } => self.add_field(field, from, &scope, &mut sites),
                Definition::Whole(expression) => self.add_expression(&expression, &mut sites),
            }
        }
        sites
    }

    fn add_expression(&self, expression: &Expression<'a>, sites: &mut HashMap<&'static str, Vec<Site<'a>>>) {
        let Expression { ast, scope } = self.syntax.resolve(expression);
        match &ast.node {
            Node::Record(record) => {
                for field in record.field_defs {
                    self.add_field(field, 0, &scope, sites);
                }
            }
            Node::PrimOpApp { op: PrimOp::Merge(_), args } => {
                for ast in args.iter() {
                    self.add_expression(&Expression { ast, scope: Rc::clone(&scope) }, sites);
                }
            }
            _ => {}
        }
    }

    fn add_field(
        &self,
        field: &'a FieldDef<'a>,
        from: usize,
        scope: &Rc<Scope<'a>>,
        sites: &mut HashMap<&'static str, Vec<Site<'a>>>,
    ) {
        let Some(id) = field.path.get(from).and_then(|element| element.try_as_ident()) else { return };
        let scope = Rc::clone(scope);
        let (priority, definition) = if from + 1 < field.path.len() {
            (&MergePriority::Neutral, Some(Definition::Piece { field, from: from + 1, scope }))
        } else {
            let whole = |ast| Definition::Whole(Expression { ast, scope });
            (&field.metadata.priority, field.value.as_ref().map(whole))
        };
        let key = self.spans.position(id.pos).filter(|span| !self.sources.is_library(span.file));
        sites.entry(id.ident().label()).or_default().push(Site { key, priority, definition });
    }

    fn payload(&self, definition: &Definition<'a>) -> Option<Definition<'a>> {
        let Definition::Whole(expression) = definition else { return None };
        let Expression { ast, scope } = self.syntax.resolve(expression);
        match &ast.node {
            Node::EnumVariant { arg: Some(ast), .. } => Some(Definition::Whole(Expression { ast, scope })),
            _ => None,
        }
    }

    fn elements(&self, definition: &Definition<'a>) -> Option<Vec<Definition<'a>>> {
        let Definition::Whole(expression) = definition else { return None };
        let Expression { ast, scope } = self.syntax.resolve(expression);
        let Node::Array(items) = &ast.node else { return None };
        let whole = |ast| Definition::Whole(Expression { ast, scope: Rc::clone(&scope) });
        Some(items.iter().map(whole).collect())
    }

    fn span_of(&self, definition: &Definition<'a>) -> Option<Span> {
        match definition {
            Definition::Whole(expression) => self.spans.position(expression.ast.pos),
            Definition::Piece { .. } => None,
        }
    }
}
