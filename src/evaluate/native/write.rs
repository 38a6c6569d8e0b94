//! Writes the table of contracts from the library's syntax trees. What can't be said in it becomes opaque.
//!
//! Contracts that are functions are not understood, but known: by a hash of their text, so that whoever changes one
//! finds it opaque, and has to look at what [`super::leaf`] does in its place. What they say is read ([`words`]).

mod words;

use super::super::syntax::{Expression, Scope, Syntax};
use nickel_lang_core::ast::pattern::PatternData;
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::{FieldDef, Record};
use nickel_lang_core::ast::typ::iter::EnumRowsItem;
use nickel_lang_core::ast::typ::{EnumRows, Type};
use nickel_lang_core::ast::{Ast, MergePriority, Node, StringChunk};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::position::TermPos;
use nickel_lang_core::typ::{RecordRowsF, TypeF};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// A contract that is a function of the library.
#[derive(Clone, Copy)]
enum Known {
    /// `check.Text`.
    Text,
    /// `check.Integer`.
    Integer,
    /// `names.Scalar`.
    Scalar,
    /// `Declared` of the tenants.
    KeyOf,
}

/// The functions that are known, by the first half of the BLAKE3 hash of their text, without line breaks.
const KNOWN: [(&str, Known); 4] = [
    ("46c8b09f27c2ac9e508df423524db603", Known::Text),
    ("fa70ee5b0ea53d2de41be1402ce040d7", Known::Integer),
    ("a48e6f0ac6949bd3de7eff524e6a57a0", Known::Scalar),
    ("c854940c606e2b54b25a465dd1db0483", Known::KeyOf),
];

/// How deep contracts may nest.
const MAX_DEPTH: usize = 32;

/// The table of the library whose front door is the first of `modules`, as a Rust module.
pub(in crate::evaluate) fn table(hub: &CacheHub, modules: &[NickelFile]) -> String {
    let reader = Reader { syntax: Syntax { hub }, modules };
    let environment = modules
        .first()
        .and_then(|file| Some(Expression { ast: hub.asts.get(*file)?, scope: Scope::top(*file) }))
        .and_then(|library| reader.syntax.member(&library, "Environment"))
        .map_or(Contract::Opaque, |(environment, _)| reader.contract(&environment, &Lexical::default()));
    let mut writer = Writer::default();
    let environment = writer.shape(&environment);
    let unknown = writer.unknown.iter().map(|what| format!("// Not known: {what}\n")).collect::<String>();
    format!(
        "//! The library's contracts. Generated from lib/ by `cargo run --example generate`; do not edit.\n\n\
         use super::{{Default, Field, Literal, Pattern, Place, Reference, Shape, Words}};\n\n\
         /// What an environment must be.\n\
         pub(super) static ENVIRONMENT: &Shape = {environment};\n\n{}{unknown}",
        writer.definitions
    )
}

/// What a contract asks for.
#[derive(Clone, PartialEq)]
enum Contract {
    /// One without anything inside, as a Rust expression.
    Leaf(String),
    Text {
        max: String,
        regex: String,
        words: String,
    },
    Record(Vec<Field>),
    Dict(Box<Contract>),
    Array(Box<Contract>),
    Choice(Vec<(String, Option<Contract>)>),
    All(Vec<Contract>),
    Depends(String, Vec<(String, Contract)>),
    /// A function that is not known.
    Unknown(String),
    Opaque,
}

#[derive(Clone, PartialEq)]
struct Field {
    name: String,
    /// Its place, as a Rust expression, as are defaults.
    key: String,
    contracts: Vec<Contract>,
    optional: bool,
    default: Option<String>,
}

/// The record literals around an expression, with how many records there are around each, and around the expression.
#[derive(Clone, Default)]
struct Lexical<'a> {
    records: Vec<(&'a Record<'a>, usize)>,
    level: usize,
    depth: usize,
}

impl<'a> Lexical<'a> {
    /// For an expression inside of a record.
    fn within(&self, record: Option<&'a Record<'a>>) -> Lexical<'a> {
        let mut records = self.records.clone();
        records.extend(record.map(|record| (record, self.level)));
        Lexical { records, level: self.level + 1, depth: self.depth + 1 }
    }

    /// For an expression that stands elsewhere, and is used here.
    fn elsewhere(&self) -> Lexical<'a> {
        Lexical { records: Vec::new(), level: self.level, depth: self.depth + 1 }
    }

    /// The field of a record around that a name stands for, as a Rust expression.
    fn reference(&self, name: &str) -> Option<String> {
        let has = |record: &&Record<'a>| {
            record.field_defs.iter().any(|field| field.root_as_ident().is_some_and(|id| id.label() == name))
        };
        let (_, level) = self.records.iter().rev().find(|(record, _)| has(record))?;
        Some(format!("Reference({}, {name:?})", self.level.checked_sub(level + 1)?))
    }
}

struct Reader<'a> {
    syntax: Syntax<'a>,
    modules: &'a [NickelFile],
}

impl<'a> Reader<'a> {
    fn contract(&self, expression: &Expression<'a>, lexical: &Lexical<'a>) -> Contract {
        if lexical.depth > MAX_DEPTH {
            return Contract::Opaque;
        }
        let Expression { ast, scope } = expression;
        let here = |ast: &'a Ast<'a>| Expression { ast, scope: Rc::clone(scope) };
        match &ast.node {
            Node::Record(record) => self.record(record, scope, lexical),
            Node::Type(typ) => self.typ(typ, scope, lexical),
            Node::PrimOpApp { op: PrimOp::Merge(_), args: [left, right] } => {
                merge(self.contract(&here(left), lexical), self.contract(&here(right), lexical))
            }
            Node::App { head, args } => self.applied(ast, &here(head), args, lexical),
            Node::PrimOpApp {
                op: PrimOp::RecordStatAccess(field),
                args: [Ast { node: Node::App { head, args: [Ast { node: Node::Var(id), .. }] }, .. }],
            } => match lexical.reference(id.label()) {
                Some(reference) => self.depends(reference, &here(head), field.label(), lexical),
                None => Contract::Opaque,
            },
            Node::Var(id) if lexical.reference(id.label()).is_some() => Contract::Opaque,
            _ => {
                let resolved = self.syntax.resolve(expression);
                if std::ptr::eq(resolved.ast, *ast) {
                    return Contract::Opaque;
                }
                self.contract(&resolved, &lexical.elsewhere())
            }
        }
    }

    fn typ(&self, typ: &'a Type<'a>, scope: &Rc<Scope<'a>>, lexical: &Lexical<'a>) -> Contract {
        let leaf = |name: &str| Contract::Leaf(format!("Shape::{name}"));
        match &typ.typ {
            TypeF::Contract(ast) => self.contract(&Expression { ast, scope: Rc::clone(scope) }, lexical),
            TypeF::Dict { type_fields, .. } => {
                Contract::Dict(Box::new(self.typ(type_fields, scope, &lexical.within(None))))
            }
            TypeF::Array(element) => Contract::Array(Box::new(self.typ(element, scope, lexical))),
            TypeF::Enum(rows) => self.choice(rows, scope, lexical),
            TypeF::Record(rows) if matches!(rows.0, RecordRowsF::Empty) => Contract::Record(Vec::new()),
            TypeF::Number => leaf("Number"),
            TypeF::String => leaf("String"),
            TypeF::Bool => leaf("Bool"),
            TypeF::Dyn => leaf("Any"),
            _ => Contract::Opaque,
        }
    }

    fn choice(&self, rows: &'a EnumRows<'a>, scope: &Rc<Scope<'a>>, lexical: &Lexical<'a>) -> Contract {
        let row = |item| match item {
            EnumRowsItem::Row(row) => {
                let row: &nickel_lang_core::ast::typ::EnumRow<'a> = row;
                Some((row.id.label().to_owned(), row.typ.map(|typ| self.typ(typ, scope, lexical))))
            }
            EnumRowsItem::TailVar(_) => None,
        };
        rows.iter().map(row).collect::<Option<_>>().map_or(Contract::Opaque, Contract::Choice)
    }

    fn record(&self, record: &'a Record<'a>, scope: &Rc<Scope<'a>>, lexical: &Lexical<'a>) -> Contract {
        // An empty record contract takes any record, and an open one any field.
        if record.open || !record.includes.is_empty() || record.field_defs.is_empty() {
            return Contract::Opaque;
        }
        let lexical = lexical.within(Some(record));
        let fields = record.field_defs.iter().map(|field| self.field(field, scope, &lexical));
        fields.collect::<Option<_>>().map_or(Contract::Opaque, Contract::Record)
    }

    fn field(&self, field: &'a FieldDef<'a>, scope: &Rc<Scope<'a>>, lexical: &Lexical<'a>) -> Option<Field> {
        let id = field.path_as_ident()?;
        let metadata = &field.metadata;
        if metadata.annotation.typ.is_some() || metadata.not_exported {
            return None;
        }
        let default = match (&field.value, &metadata.priority) {
            (None, _) => None,
            (Some(value), MergePriority::Bottom) => Some(self.default(value, lexical)?),
            (Some(value), MergePriority::Neutral) => return self.named(field, value, scope, lexical),
            (Some(_), MergePriority::Numeral(_) | MergePriority::Top) => return None,
        };
        Some(Field {
            name: id.label().to_owned(),
            key: self.place(id.pos)?,
            contracts: metadata.annotation.contracts.iter().map(|typ| self.typ(typ, scope, lexical)).collect(),
            optional: metadata.opt,
            default,
        })
    }

    /// A field for any names, some of which the library has itself: those are what the table knows, and an environment with
    /// others is left to Nickel.
    fn named(
        &self,
        field: &'a FieldDef<'a>,
        value: &'a Ast<'a>,
        scope: &Rc<Scope<'a>>,
        lexical: &Lexical<'a>,
    ) -> Option<Field> {
        let (id, metadata) = (field.path_as_ident()?, &field.metadata);
        let [typ] = metadata.annotation.contracts else { return None };
        let Contract::Dict(each) = self.typ(typ, scope, lexical) else { return None };
        let Node::Record(record) = &value.node else { return None };
        let inner = lexical.within(Some(record));
        let own = |own: &'a FieldDef<'a>| {
            let id = own.path_as_ident()?;
            let value = own.value.as_ref()?;
            let default = (own.metadata.priority == MergePriority::Bottom).then(|| self.default(value, &inner))??;
            let (name, key) = (id.label().to_owned(), self.place(id.pos)?);
            Some(Field { name, key, contracts: vec![(*each).clone()], optional: false, default: Some(default) })
        };
        let fields: Option<Vec<_>> = record.field_defs.iter().map(own).collect();
        let place = self.place(value.pos)?;
        Some(Field {
            name: id.label().to_owned(),
            key: self.place(id.pos)?,
            contracts: vec![Contract::Record(fields?)],
            optional: false,
            default: Some(format!("Default {{ value: Literal::Base, place: {place} }}")),
        })
    }

    /// A contract that is the value of a function.
    fn applied(&self, ast: &'a Ast<'a>, head: &Expression<'a>, args: &'a [Ast<'a>], lexical: &Lexical<'a>) -> Contract {
        let function = self.syntax.resolve(head);
        let (known, text_of) = match self.known(function.ast) {
            Some(known) => (Some(known), function.ast),
            None => (self.known(ast), ast),
        };
        let words = known.and_then(|_| words::words(text_of, args));
        let (Some(known), Some(words)) = (known, words) else { return self.unknown(function.ast, ast) };
        match (known, args) {
            (Known::Text, [_, max, regex, ..]) => match (number(max), text(regex)) {
                (Some(max), Some(regex)) => Contract::Text { max, regex, words },
                _ => Contract::Opaque,
            },
            (Known::Integer, [_, low, high, ..]) => match (number(low), number(high)) {
                (Some(low), Some(high)) => Contract::Leaf(format!("Shape::Integer({low}, {high}, {words})")),
                _ => Contract::Opaque,
            },
            (Known::KeyOf, [Ast { node: Node::Var(id), .. }]) => match lexical.reference(id.label()) {
                Some(reference) => Contract::Leaf(format!("Shape::KeyOf({reference}, {words})")),
                None => Contract::Opaque,
            },
            (Known::Scalar, _) => Contract::Leaf(format!("Shape::Scalar({words})")),
            (Known::Text | Known::Integer | Known::KeyOf, _) => self.unknown(function.ast, ast),
        }
    }

    fn known(&self, ast: &Ast<'_>) -> Option<Known> {
        let hash = self.hash(ast)?;
        KNOWN.iter().find(|(known, _)| *known == hash).map(|(_, known)| *known)
    }

    fn hash(&self, ast: &Ast<'_>) -> Option<String> {
        let words = self.text_at(ast.pos)?.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(blake3::hash(words.as_bytes()).to_hex().chars().take(32).collect())
    }

    /// What the table says of a function that is not known: enough to make it known.
    fn unknown(&self, function: &Ast<'_>, applied: &Ast<'_>) -> Contract {
        let line = |ast: &Ast<'_>| {
            let first = self.text_at(ast.pos).and_then(|text| text.lines().next()).unwrap_or_default();
            format!("{} {first}", self.hash(ast).unwrap_or_default())
        };
        Contract::Unknown(format!("{}; {}", line(function), line(applied)))
    }

    /// A field of what a function makes of the tag of a field nearby.
    fn depends(&self, reference: String, head: &Expression<'a>, field: &str, lexical: &Lexical<'a>) -> Contract {
        let function = self.syntax.resolve(head);
        let Node::Match(cases) = &function.ast.node else { return Contract::Opaque };
        let case = |branch: &'a nickel_lang_core::ast::MatchBranch<'a>| {
            let PatternData::Enum(tag) = &branch.pattern.data else { return None };
            if tag.pattern.is_some() || branch.guard.is_some() {
                return None;
            }
            let body = Expression { ast: &branch.body, scope: Rc::clone(&function.scope) };
            let (contract, _) = self.syntax.member(&body, field)?;
            Some((tag.tag.label().to_owned(), self.contract(&contract, &lexical.elsewhere())))
        };
        let cases: Option<Vec<_>> = cases.branches.iter().map(case).collect();
        cases.map_or(Contract::Opaque, |cases| Contract::Depends(reference, cases))
    }

    /// A default, as a Rust expression.
    fn default(&self, ast: &'a Ast<'a>, lexical: &Lexical<'a>) -> Option<String> {
        let value = match &ast.node {
            Node::Bool(value) => format!("Literal::Bool({value})"),
            Node::Number(_) => format!("Literal::Number({:?})", number(ast)?),
            Node::String(_) | Node::StringChunks(_) => format!("Literal::Text({:?})", text(ast)?),
            Node::EnumVariant { tag, arg: None } => format!("Literal::Tag({:?})", tag.label()),
            Node::Var(id) => format!("Literal::Same({})", lexical.reference(id.label())?),
            Node::Array(items) => {
                let items: Option<Vec<_>> = items.iter().map(|item| self.default(item, lexical)).collect();
                format!("Literal::Array(&[{}])", items?.join(", "))
            }
            Node::Record(record) => {
                if record.open || !record.includes.is_empty() {
                    return None;
                }
                let inner = lexical.within(Some(record));
                let field = |field: &'a FieldDef<'a>| {
                    let id = field.path_as_ident().filter(|_| field.metadata.is_empty())?;
                    let value = self.default(field.value.as_ref()?, &inner)?;
                    Some(format!("({:?}, {}, {value})", id.label(), self.place(id.pos)?))
                };
                let fields: Option<Vec<_>> = record.field_defs.iter().map(field).collect();
                format!("Literal::Record(&[{}])", fields?.join(", "))
            }
            _ => return None,
        };
        Some(format!("Default {{ value: {value}, place: {} }}", self.place(ast.pos)?))
    }

    fn place(&self, position: TermPos) -> Option<String> {
        let span = position.into_opt()?;
        let module = self.modules.iter().position(|module| *module == span.src_id)?;
        Some(format!("Place({module}, {}, {})", span.start.to_usize(), span.end.to_usize()))
    }

    fn text_at(&self, position: TermPos) -> Option<&str> {
        let span = position.into_opt()?;
        self.syntax.hub.sources.source(span.src_id).get(span.start.to_usize()..span.end.to_usize())
    }
}

fn number(ast: &Ast<'_>) -> Option<String> {
    match &ast.node {
        Node::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text(ast: &Ast<'_>) -> Option<String> {
    match &ast.node {
        Node::String(text) => Some((*text).to_owned()),
        Node::StringChunks([]) => Some(String::new()),
        Node::StringChunks([StringChunk::Literal(text)]) => Some(text.clone()),
        _ => None,
    }
}

/// Two record contracts as one. Fields come in the order that merging leaves them in: those of the left alone, of the
/// right alone, of both; what is taken out of a record leaves its place to the last one.
fn merge(left: Contract, right: Contract) -> Contract {
    let (Contract::Record(left), Contract::Record(right)) = (left, right) else { return Contract::Opaque };
    let left_is_shorter = left.len() < right.len();
    let (mut kept, walked) = if left_is_shorter { (left, right) } else { (right, left) };
    let (mut alone, mut both) = (Vec::new(), Vec::new());
    for field in walked {
        match kept.iter().position(|known| known.name == field.name) {
            Some(index) => {
                let known = kept.swap_remove(index);
                let key = field.key.clone();
                let pair = if left_is_shorter { (known, field) } else { (field, known) };
                both.push(merge_field(pair.0, pair.1, key));
            }
            None => alone.push(field),
        }
    }
    let (mut fields, right) = if left_is_shorter { (kept, alone) } else { (alone, kept) };
    fields.extend(right);
    match both.into_iter().collect::<Option<Vec<_>>>() {
        Some(both) => fields.extend(both),
        None => return Contract::Opaque,
    }
    Contract::Record(fields)
}

fn merge_field(left: Field, right: Field, key: String) -> Option<Field> {
    let default = match (left.default, right.default) {
        // Of two empty records the right one remains. Other defaults of one field would be merged.
        (Some(left), Some(right)) if is_empty(&left) && is_empty(&right) => Some(right),
        (Some(_), Some(_)) => return None,
        (left, right) => left.or(right),
    };
    let mut contracts = left.contracts;
    contracts.extend(right.contracts);
    contracts.dedup();
    let implied = |contract: &Contract| match contract {
        Contract::Dict(inner) => contracts.iter().any(|other| implies(other, inner)),
        _ => false,
    };
    let contracts = contracts.iter().filter(|contract| !implied(contract)).cloned().collect();
    Some(Field { name: left.name, key, contracts, optional: left.optional && right.optional, default })
}

fn is_empty(default: &str) -> bool {
    default.starts_with("Default { value: Literal::Record(&[]), ")
}

/// Whether what is as a contract wants it is a record, each field of which is as `inner` wants it, and unchanged by it.
fn implies(contract: &Contract, inner: &Contract) -> bool {
    let anything = matches!(inner, Contract::Leaf(leaf) if leaf == "Shape::Any");
    match contract {
        Contract::Record(fields) => {
            let each = fields.iter().all(|field| field.contracts.as_slice() == std::slice::from_ref(inner));
            anything || (each && leaves_alone(inner))
        }
        Contract::Depends(_, cases) => cases.iter().all(|(_, case)| implies(case, inner)),
        Contract::Leaf(_) | Contract::Text { .. } | Contract::Dict(_) | Contract::Array(_) => false,
        Contract::Choice(_) | Contract::All(_) | Contract::Unknown(_) | Contract::Opaque => false,
    }
}

/// Whether a contract that is applied for a second time changes nothing. Defaults would be merged with themselves.
fn leaves_alone(contract: &Contract) -> bool {
    match contract {
        Contract::Leaf(_) | Contract::Text { .. } => true,
        Contract::Record(fields) => {
            fields.iter().all(|field| field.default.is_none() && field.contracts.iter().all(leaves_alone))
        }
        Contract::Dict(inner) | Contract::Array(inner) => leaves_alone(inner),
        Contract::Choice(_) | Contract::All(_) | Contract::Depends(..) | Contract::Unknown(_) | Contract::Opaque => {
            false
        }
    }
}

/// Writes contracts as statics, each once.
#[derive(Default)]
struct Writer {
    definitions: String,
    names: HashMap<String, String>,
    unknown: BTreeSet<String>,
}

impl Writer {
    /// A reference to the static of a contract.
    fn shape(&mut self, contract: &Contract) -> String {
        let value = match contract {
            Contract::Leaf(value) => value.clone(),
            Contract::Text { max, regex, words } => {
                let pattern = format!("Pattern::new({max}, {regex:?}, {})", matches_whole(regex));
                format!("Shape::Text({}, {words})", self.define("Pattern", pattern))
            }
            Contract::Record(fields) => {
                let fields: Vec<String> = fields.iter().map(|field| self.field(field)).collect();
                format!("Shape::Record(&[{}])", list(&fields))
            }
            Contract::Dict(inner) => format!("Shape::Dict({})", self.shape(inner)),
            Contract::Array(inner) => format!("Shape::Array({})", self.shape(inner)),
            Contract::Choice(rows) => {
                let rows: Vec<String> = rows
                    .iter()
                    .map(|(tag, inner)| match inner {
                        Some(inner) => format!("({tag:?}, Some({}))", self.shape(inner)),
                        None => format!("({tag:?}, None)"),
                    })
                    .collect();
                format!("Shape::Choice(&[{}])", list(&rows))
            }
            Contract::All(contracts) => {
                let contracts: Vec<String> = contracts.iter().map(|contract| self.shape(contract)).collect();
                format!("Shape::All(&[{}])", contracts.join(", "))
            }
            Contract::Depends(reference, cases) => {
                let cases: Vec<String> =
                    cases.iter().map(|(tag, case)| format!("({tag:?}, {})", self.shape(case))).collect();
                format!("Shape::Depends({reference}, &[{}])", list(&cases))
            }
            Contract::Unknown(what) => {
                self.unknown.insert(what.clone());
                "Shape::Opaque".to_owned()
            }
            Contract::Opaque => "Shape::Opaque".to_owned(),
        };
        self.define("Shape", value)
    }

    fn field(&mut self, field: &Field) -> String {
        let shape = match field.contracts.as_slice() {
            [] => self.shape(&Contract::Leaf("Shape::Any".to_owned())),
            [contract] => self.shape(contract),
            contracts => match contracts.iter().find(|contract| !is_leaf(contract)) {
                None => self.shape(&Contract::All(contracts.to_vec())),
                Some(unknown @ Contract::Unknown(_)) => self.shape(unknown),
                Some(_) => self.shape(&Contract::Opaque),
            },
        };
        let default = field.default.as_ref().map_or("None".to_owned(), |default| format!("Some({default})"));
        format!(
            "Field {{ name: {:?}, key: {}, shape: {shape}, optional: {}, default: {default} }}",
            field.name, field.key, field.optional
        )
    }

    fn define(&mut self, kind: &str, value: String) -> String {
        if let Some(name) = self.names.get(&value) {
            return name.clone();
        }
        let name = format!("{}{}", kind.chars().next().unwrap_or('S'), self.names.len());
        self.definitions.push_str(&format!("static {name}: {kind} = {value};\n"));
        let reference = format!("&{name}");
        self.names.insert(value, reference.clone());
        reference
    }
}

fn is_leaf(contract: &Contract) -> bool {
    match contract {
        Contract::Leaf(_) | Contract::Text { .. } => true,
        Contract::Record(_)
        | Contract::Dict(_)
        | Contract::Array(_)
        | Contract::Choice(_)
        | Contract::All(_)
        | Contract::Depends(..)
        | Contract::Unknown(_)
        | Contract::Opaque => false,
    }
}

/// The lines of a list, each with its comma.
fn list(items: &[String]) -> String {
    items.iter().map(|item| format!("\n    {item},")).collect::<String>() + "\n"
}

/// Whether a regular expression matches whole texts or nothing: it is anchored at both ends, and no alternative of it
/// is anchored at one alone.
fn matches_whole(regex: &str) -> bool {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    let mut previous = ' ';
    for character in regex.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth = depth.saturating_sub(1),
            '|' if !in_class && depth == 0 => return false,
            // Flags could make the anchors those of lines.
            '?' if !in_class && previous == '(' => return false,
            _ => {}
        }
        previous = character;
    }
    regex.starts_with('^') && regex.ends_with('$') && !regex.ends_with("\\$")
}
