//! Turns Nickel's errors into findings that an operator of AgentOS can act on.

mod choices;
mod conflicts;
mod echoes;
mod examples;
mod nickel;
mod unquoted;

pub(crate) use echoes::meant;
pub(super) use nickel::{from_error, from_parse_errors};

use super::schema::{Schema, Shape};
use super::walk::{Fault, FaultKind, MAX_FAULTS, RawNode, RawValue, Walked};
use super::{Context, SpanMap, locate};
use crate::diagnostic::Diagnostic;
use crate::path::{Path, Segment};
use crate::source::{Sources, Span};
use crate::tree::{Node, Number, Value};
use crate::{catalogue, suggest};
use choices::is_choice_message;
use echoes::{drop_borrowed, drop_echoes, is_of_another_field};
use examples::{choice_example, example};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::error::{EvalError, EvalErrorKind};
use nickel_lang_core::eval::value::NickelValue;
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::label::Label;
use nickel_lang_core::position::{PosIdx, PosTable};

/// The tree and the findings of a walk.
pub(super) fn report(
    walked: Walked,
    schema: Option<&Schema>,
    context: &Context,
    spans: &SpanMap,
    sources: &Sources,
    file: NickelFile,
) -> (Node, Vec<Diagnostic>) {
    let table = &context.pos_table;
    let mut root = place(walked.root, table, spans);
    locate::locate(&context.import_resolver, spans, sources, file, &mut root);
    let hub = &context.import_resolver;
    let reporter = Reporter { schema, root: &root, table, spans, sources, hub };
    let faults = walked.faults.into_iter();
    let mut findings: Vec<(bool, Diagnostic)> =
        faults.map(|fault| (is_of_another_field(&fault), reporter.finding(fault))).collect();
    drop_borrowed(&mut findings);
    let mut findings: Vec<Diagnostic> = findings.into_iter().map(|(_, finding)| finding).collect();
    drop_echoes(&mut findings);
    if walked.capped {
        let message = format!("more than {MAX_FAULTS} faults; the rest of the file was not read");
        findings.push(catalogue::finding(catalogue::FAILED_EVALUATION, Path::root(), message));
    }
    (root, findings)
}

fn place(raw: RawNode, table: &PosTable, spans: &SpanMap) -> Node {
    let value = match raw.value {
        RawValue::Null => Value::Null,
        RawValue::Bool(value) => Value::Bool(value),
        RawValue::Number(text) => Value::Number(Number::from_fraction(text)),
        RawValue::String(text) => Value::String(text),
        RawValue::Choice { tag, payload } => {
            Value::Choice { tag, payload: payload.map(|payload| Box::new(place(*payload, table, spans))) }
        }
        RawValue::Array(items) => Value::Array(items.into_iter().map(|item| place(item, table, spans)).collect()),
        RawValue::Record(fields) => {
            Value::Record(fields.into_iter().map(|(name, node)| (name, place(node, table, spans))).collect())
        }
        RawValue::Broken => Value::Broken,
    };
    Node { value, span: spans.position(table.get(raw.position)), key: spans.position(raw.key) }
}

/// What storage is in production: neither `'Ephemeral` nor a class that deletes its volumes is let pass there.
const DURABLE: &str = "'Persistent { class = \"…\", size = \"20Gi\" }";

struct Reporter<'a> {
    schema: Option<&'a Schema>,
    root: &'a Node,
    table: &'a PosTable,
    spans: &'a SpanMap,
    sources: &'a Sources,
    hub: &'a CacheHub,
}

impl Reporter<'_> {
    fn finding(&self, fault: Fault) -> Diagnostic {
        let Fault { path, key, kind } = fault;
        let key = self.spans.position(key);
        match kind {
            FaultKind::Unknown => self.unknown(path, key),
            FaultKind::Missing { record } => self.missing(path, self.at(record)),
            FaultKind::NotData { what, position } => catalogue::finding(
                catalogue::WRONG_TYPE,
                path,
                format!("expected data, found a {}", what.to_lowercase()),
            )
            .at(self.user(self.at(position)).or(key), "this has no value that could be compiled")
            .help("write the value itself, or apply the function"),
            FaultKind::TooDeep { position } => {
                catalogue::finding(catalogue::FAILED_EVALUATION, path, "values nest too deep")
                    .at(self.user(self.at(position)).or(key), "too deep here")
                    .help("no field of an environment needs such depth; check what is generated here")
            }
            FaultKind::Failed(error) => self.failed(path, key, error),
        }
    }

    fn unknown(&self, path: Path, key: Option<Span>) -> Diagnostic {
        let name = path.last_field().unwrap_or("").to_owned();
        let parent = path.parent();
        let known = self.schema.and_then(|schema| schema.shape(&parent)).map(Shape::member_names).unwrap_or_default();
        let owner = if parent.0.is_empty() { "an environment".to_owned() } else { format!("`{parent}`") };
        let finding = catalogue::finding(catalogue::UNKNOWN_FIELD, path, format!("{owner} has no field `{name}`"))
            .at(key, "unknown field");
        match suggest::nearest(&name, &known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).note(known_fields(&known)),
            None if known.is_empty() => finding.help("remove it"),
            None => finding.help(format!("remove it, or choose a known one; {}", known_fields(&known))),
        }
    }

    fn missing(&self, path: Path, record: Option<Span>) -> Diagnostic {
        let name = path.last_field().unwrap_or("").to_owned();
        let parent = path.parent();
        let owner = if parent.0.is_empty() { "the environment".to_owned() } else { format!("`{parent}`") };
        let field = self.schema.and_then(|schema| schema.field(&path));
        let span = self.user(record).or_else(|| self.owner_of(&parent));
        let mut finding =
            catalogue::finding(catalogue::MISSING_FIELD, path, format!("{owner} lacks the field `{name}`"))
                .at(span.map(|span| self.sources.opening(span)), format!("`{name}` is missing here"));
        if let Some(field) = field {
            finding = finding.note(format!("`{name}`: {}", field.doc));
        }
        let values = match field.map(|field| &field.shape) {
            Some(_) if self.is_production() && finding.path == Path::of(["storage"]) => vec![DURABLE.to_owned()],
            Some(Shape::Choice(choices)) => choices.iter().map(choice_example).collect(),
            shape => vec![shape.map_or("…".to_owned(), example)],
        };
        let help = self.assignments("add", &finding.path, &values);
        finding.help(help)
    }

    fn is_production(&self) -> bool {
        let profile = self.root.field("profile").and_then(|profile| profile.value.as_choice());
        profile.is_some_and(|(tag, _)| tag == "Prod")
    }

    /// What to write so that a field has one of these values: its whole path, as far as one can be written.
    fn assignments(&self, verb: &str, path: &Path, values: &[String]) -> String {
        let (around, inner) = self.written(path);
        let begin = if inner.0.is_empty() { String::new() } else { format!("{inner} = ") };
        let lines: Vec<String> = values.iter().map(|value| format!("`{begin}{value}`")).collect();
        let place = match (inner.0.is_empty(), around.0.is_empty()) {
            (true, _) => format!(" as `{around}`"),
            (false, true) => String::new(),
            (false, false) => format!(" in the record of `{around}`"),
        };
        format!("{verb} {}{place}", lines.join(" or "))
    }

    /// A path in two parts: the second is the one that can be written as `a.b.c = …`. What comes with a choice, and the
    /// items of an array, are reached by no path.
    fn written(&self, path: &Path) -> (Path, Path) {
        let is_closed = |length: &usize| {
            let (before, here) = (Path(path.0.iter().take(length - 1).cloned().collect()), path.0.get(length - 1));
            let is_choice = self
                .schema
                .and_then(|schema| schema.shape(&before))
                .is_some_and(|shape| matches!(shape, Shape::Choice(_)));
            is_choice || matches!(here, Some(Segment::Index(_)))
        };
        // An index belongs to the first part, a field of what comes with a choice to the second.
        let split = (1..=path.0.len()).rev().find(is_closed).map_or(0, |length| match path.0.get(length - 1) {
            Some(Segment::Index(_)) => length,
            _ => length - 1,
        });
        let (around, inner) = path.0.split_at(split);
        (Path(around.to_vec()), Path(inner.to_vec()))
    }

    /// The nearest place in the user's files that a path goes through.
    fn owner_of(&self, path: &Path) -> Option<Span> {
        let mut path = path.clone();
        loop {
            let (node, reached) = self.root.nearest(&path);
            if reached && let Some(span) = self.user(node.key).or(self.user(node.span)) {
                return Some(span);
            }
            path.0.pop()?;
        }
    }

    fn failed(&self, path: Path, key: Option<Span>, error: EvalError) -> Diagnostic {
        let at = |position: PosIdx| self.user(self.spans.position(error.ctxt.pos_table.get(position)));
        match &error.error {
            // A function of the standard library or of the user's complains about its argument, not a field about its
            // value: only the contracts of fields know a name.
            EvalErrorKind::BlameError { label, .. } if label.field_name.is_none() && !path.0.is_empty() => {
                self.translated(path, key, error)
            }
            EvalErrorKind::BlameError { evaluated_arg, label } => {
                let argument = evaluated_arg.as_ref().and_then(|value| at(value.pos_idx()));
                let span = argument.or_else(|| at(label.arg_pos)).or(self.user(key)).or_else(|| self.owner_of(&path));
                self.blame(path, span, evaluated_arg.as_ref(), label)
            }
            EvalErrorKind::MissingFieldDef { id, pos_record, .. } => {
                let record = self.spans.position(error.ctxt.pos_table.get(*pos_record));
                self.missing_elsewhere(path, id.label(), record)
            }
            EvalErrorKind::MergeIncompatibleArgs { left_arg, right_arg, .. } => {
                self.conflict(path, key, [at(left_arg.pos_idx()), at(right_arg.pos_idx())])
            }
            EvalErrorKind::UnboundIdentifier(name, position) => {
                let place = self.spans.position(name.pos).or(self.spans.position(*position));
                if let Some(finding) = unquoted::unquoted(&path, place, self.sources, self.schema) {
                    return finding;
                }
                let help = unquoted::help(&path, name.label(), self.schema);
                let title = format!("nothing is called `{}` here", name.label());
                let finding = catalogue::finding(catalogue::FAILED_EVALUATION, path, title);
                finding.at(place.or(key), "unbound name").help(help)
            }
            EvalErrorKind::FieldMissing { id, field_names, pos_record, pos_op, .. } => {
                let names: Vec<&str> = field_names.iter().map(|name| name.ident().label()).collect();
                let finding = catalogue::finding(
                    catalogue::FAILED_EVALUATION,
                    path,
                    format!("the record has no field `{}`", id.label()),
                )
                .at(at(*pos_op).or(self.spans.position(id.pos)).or(key), "this field is not there")
                .and(at(*pos_record), "in this record");
                match suggest::nearest(id.label(), &names) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("check the name"),
                }
            }
            EvalErrorKind::InfiniteRecursion(_, position) => {
                let message = format!("{} is defined by itself", named(&path));
                catalogue::finding(catalogue::FAILED_EVALUATION, path, message)
                    .at(at(*position).or(key), "its value needs its value")
                    .help("break the circle: write one of the values out")
            }
            _ => self.translated(path, key, error),
        }
    }

    /// Nickel's own words, placed in the user's files.
    fn translated(&self, path: Path, key: Option<Span>, error: EvalError) -> Diagnostic {
        let is_applied = matches!(error.error, EvalErrorKind::NotAFunc(..));
        let mut finding =
            nickel::translated(catalogue::FAILED_EVALUATION, error, &mut self.hub.sources.files().clone(), self.spans);
        if is_applied {
            if let Some(finding) = unquoted::unquoted(&path, finding.span(), self.sources, self.schema) {
                return finding;
            }
            finding.help.insert(0, "put a comma between the items of a list, and `++` between texts".to_owned());
        }
        if finding.span().is_none_or(|span| self.sources.is_library(span.file)) {
            finding = finding.at(self.user(key).or_else(|| self.owner_of(&path)), "while evaluating this");
        }
        finding.path = path;
        finding
    }

    /// A field that something needed while the value at `path` was evaluated.
    fn missing_elsewhere(&self, path: Path, name: &str, record: Option<Span>) -> Diagnostic {
        let span = self.user(record).map(|span| self.sources.opening(span)).or_else(|| self.owner_of(&path));
        catalogue::finding(catalogue::MISSING_FIELD, path, format!("the field `{name}` is needed, but has no value"))
            .at(span, format!("`{name}` is missing here"))
            .help(format!("add `{name} = …`"))
    }

    fn blame(&self, path: Path, span: Option<Span>, value: Option<&NickelValue>, label: &Label) -> Diagnostic {
        let said = label.diagnostics.iter().rev().find(|diagnostic| diagnostic.message.is_some());
        let (message, mut notes) = said
            .map_or((String::new(), Vec::new()), |said| (said.message.clone().unwrap_or_default(), said.notes.clone()));
        let code = notes.last().and_then(|note| catalogue::by_text(note));
        if code.is_some() {
            notes.pop();
        }
        if path.0.is_empty() && value.and_then(NickelValue::type_of).is_some_and(|kind| kind != "Record") {
            return catalogue::finding(catalogue::NOT_AN_ENVIRONMENT, path, "the file is not an environment")
                .at(span, found(value))
                .help("write a record, and `| agentos.Environment` after it");
        }
        let mut finding = match (code, self.schema.and_then(|schema| schema.shape(&path))) {
            (Some(code), _) => {
                let label = if code == catalogue::WRONG_TYPE { found(value) } else { "not allowed".to_owned() };
                let title = format!("`{path}`: {message}");
                let finding = catalogue::finding(code, path.clone(), title).at(span, label);
                notes.into_iter().fold(finding, Diagnostic::help)
            }
            (None, Some(Shape::Choice(choices))) if is_choice_message(&message) => {
                self.wrong_choice(path.clone(), span, value, choices)
            }
            (None, Some(shape)) if is_of_another_type(value, shape) => {
                self.wrong_type(path.clone(), span, value, shape)
            }
            (None, _) => {
                let title = if message.is_empty() { "the value breaks its contract".to_owned() } else { message };
                let finding =
                    catalogue::finding(catalogue::BROKEN_CONTRACT, path.clone(), format!("{}: {title}", named(&path)));
                let finding = finding.help("change the value, or what is demanded of it");
                notes.into_iter().fold(finding.at(span, "breaks its contract"), Diagnostic::help)
            }
        };
        if let Some(note) = self.declared(&path) {
            finding = finding.note(note);
        }
        finding
    }

    fn wrong_type(&self, path: Path, span: Option<Span>, value: Option<&NickelValue>, shape: &Shape) -> Diagnostic {
        let help = self.assignments("write", &path, &[example(shape)]);
        catalogue::finding(catalogue::WRONG_TYPE, path.clone(), format!("`{path}`: expected {}", shape.kind()))
            .at(span, found(value))
            .help(help)
    }

    /// Where the library declares a field, and what it says of it.
    fn declared(&self, path: &Path) -> Option<String> {
        let field = self.schema?.field(path)?;
        let span = field.span?;
        let place = self.sources.place(span);
        let doc = field.doc.split("\n\n").next().unwrap_or("");
        Some(format!("{doc} ({}:{})", self.sources.name(span.file), place.line))
    }

    fn at(&self, position: PosIdx) -> Option<Span> {
        self.spans.position(self.table.get(position))
    }

    /// The span where it is in a file of the user.
    fn user(&self, span: Option<Span>) -> Option<Span> {
        span.filter(|span| !self.sources.is_library(span.file))
    }
}

/// How a path is called in a message.
fn named(path: &Path) -> String {
    if path.0.is_empty() { "the environment".to_owned() } else { format!("`{path}`") }
}

/// Whether a value can't be of a shape, whatever it holds.
fn is_of_another_type(value: Option<&NickelValue>, shape: &Shape) -> bool {
    let wanted = match shape {
        Shape::Record(_) | Shape::Dict(_) => "Record",
        Shape::Array(_) => "Array",
        Shape::Choice(_) => "Enum",
        Shape::Scalar { name, .. } if matches!(name.as_str(), "Number" | "String" | "Bool") => name,
        Shape::Scalar { .. } => return false,
    };
    value.and_then(NickelValue::type_of).is_some_and(|found| !found.starts_with(wanted))
}

fn found(value: Option<&NickelValue>) -> String {
    let kind = match value.and_then(NickelValue::type_of) {
        Some("Number") => "a number",
        Some("String") => "a string",
        Some("Bool") => "a boolean",
        Some("Array") => "an array",
        Some("Record") => "a record",
        Some("EnumTag" | "EnumVariant" | "Enum") => "a choice",
        Some("Function" | "Fun") => "a function",
        Some(_) => "something else",
        None => return "of another kind".to_owned(),
    };
    format!("this is {kind}")
}

fn known_fields(known: &[&str]) -> String {
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    format!("the fields are {listed}")
}
