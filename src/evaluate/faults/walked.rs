//! What Nickel's evaluator finds wrong.

use super::echoes::is_of_another_field;
use super::{Complaint, Found, Reporter, conclude, fixes, named, nickel, unquoted};
use crate::diagnostic::Diagnostic;
use crate::evaluate::load::Loaded;
use crate::evaluate::schema::Schema;
use crate::evaluate::walk::{Fault, FaultKind, MAX_FAULTS, RawNode, RawValue, Walked};
use crate::evaluate::{Context, SpanMap, locate};
use crate::path::Path;
use crate::source::{FileId, Sources, Span};
use crate::tree::{Node, Number, Value};
use crate::{catalogue, suggest};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::error::{EvalError, EvalErrorKind};
use nickel_lang_core::eval::value::NickelValue;
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::label::Label;
use nickel_lang_core::position::{PosIdx, PosTable};

/// The tree and the findings of a walk.
pub(in crate::evaluate) fn report(
    walked: Walked,
    library: &[FileId],
    loaded: &Loaded,
    context: &Context,
    spans: &SpanMap,
    sources: &Sources,
    file: NickelFile,
) -> (Node, Vec<Diagnostic>) {
    let table = &context.pos_table;
    let hub = &context.import_resolver;
    let mut root = place(walked.root, table, spans);
    locate::locate(hub, spans, sources, file, &mut root);
    if walked.faults.is_empty() {
        return (root, Vec::new());
    }
    let schema = Schema::embedded();
    let words = Reporter { schema: &schema, library, loaded, sources, root: &root };
    let reporter = Translator { words, table, spans, hub };
    let faults = walked.faults.into_iter();
    let mut findings = conclude(faults.map(|fault| (is_of_another_field(&fault), reporter.finding(fault))).collect());
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

/// Translates errors of Nickel's.
struct Translator<'a> {
    words: Reporter<'a>,
    table: &'a PosTable,
    spans: &'a SpanMap,
    hub: &'a CacheHub,
}

impl Translator<'_> {
    fn finding(&self, fault: Fault) -> Diagnostic {
        let Fault { path, key, kind } = fault;
        let key = self.spans.position(key);
        match kind {
            FaultKind::Unknown => self.words.unknown(path, key),
            FaultKind::Missing { record } => self.words.missing(path, self.at(record)),
            FaultKind::NotData { what, position } => catalogue::finding(
                catalogue::WRONG_TYPE,
                path,
                format!("expected data, found a {}", what.to_lowercase()),
            )
            .at(self.words.user(self.at(position)).or(key), "this has no value that could be compiled")
            .help("write the value itself, or apply the function"),
            FaultKind::TooDeep { position } => {
                catalogue::finding(catalogue::FAILED_EVALUATION, path, "values nest too deep")
                    .at(self.words.user(self.at(position)).or(key), "too deep here")
                    .help("no field of an environment needs such depth; check what is generated here")
            }
            FaultKind::Failed(error) => self.failed(path, key, error),
        }
    }

    fn failed(&self, path: Path, key: Option<Span>, error: EvalError) -> Diagnostic {
        let at = |position: PosIdx| self.words.user(self.spans.position(error.ctxt.pos_table.get(position)));
        match &error.error {
            // A function of the standard library or of the user's complains about its argument, not a field about its
            // value: only the contracts of fields know a name.
            EvalErrorKind::BlameError { label, .. } if label.field_name.is_none() && !path.0.is_empty() => {
                self.translated(path, key, error)
            }
            EvalErrorKind::BlameError { evaluated_arg, label } => {
                let argument = evaluated_arg.as_ref().and_then(|value| at(value.pos_idx()));
                let span = argument.or_else(|| at(label.arg_pos));
                self.words.blame(path, key, complaint(span, evaluated_arg.as_ref(), label))
            }
            EvalErrorKind::MissingFieldDef { id, pos_record, .. } => {
                let record = self.spans.position(error.ctxt.pos_table.get(*pos_record));
                self.words.missing_elsewhere(path, id.label(), record)
            }
            EvalErrorKind::MergeIncompatibleArgs { left_arg, right_arg, .. } => {
                self.words.conflict(path, key, [at(left_arg.pos_idx()), at(right_arg.pos_idx())])
            }
            EvalErrorKind::UnboundIdentifier(name, position) => {
                let place = self.spans.position(name.pos).or(self.spans.position(*position));
                if let Some(finding) = unquoted::unquoted(&path, place, self.words.sources, self.words.schema) {
                    return finding;
                }
                let help = unquoted::help(&path, name.label(), self.words.schema);
                let title = format!("nothing is called `{}` here", name.label());
                let finding = catalogue::finding(catalogue::FAILED_EVALUATION, path, title);
                let tag = fixes::quoted_tag(place, name.label(), self.words.schema.shape(&finding.path));
                finding.at(place.or(key), "unbound name").help(help).fix(tag)
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
            let unquoted = unquoted::unquoted(&path, finding.span(), self.words.sources, self.words.schema);
            if let Some(finding) = unquoted {
                return finding;
            }
            finding.help.insert(0, "put a comma between the items of a list, and `++` between texts".to_owned());
        }
        if finding.span().is_none_or(|span| self.words.sources.is_library(span.file)) {
            finding = finding.at(self.words.user(key).or_else(|| self.words.owner_of(&path)), "while evaluating this");
        }
        finding.path = path;
        finding
    }

    fn at(&self, position: PosIdx) -> Option<Span> {
        self.spans.position(self.table.get(position))
    }
}

/// What the last contract to speak says of a value.
fn complaint(span: Option<Span>, value: Option<&NickelValue>, label: &Label) -> Complaint {
    let said = label.diagnostics.iter().rev().find(|diagnostic| diagnostic.message.is_some());
    let message = said.and_then(|said| said.message.clone()).unwrap_or_default();
    let notes = said.map(|said| said.notes.clone()).unwrap_or_default();
    Complaint { span, found: value.and_then(found), message, notes }
}

fn found(value: &NickelValue) -> Option<Found> {
    let text = || value.as_string().map(|text| text.as_ref().to_string()).unwrap_or_default();
    Some(match value.type_of()? {
        "Number" => Found::Number,
        "String" => Found::String(text()),
        "Bool" => Found::Bool,
        "Array" => Found::Array,
        "Record" => Found::Record,
        "EnumTag" | "EnumVariant" => match (value.as_enum_tag(), value.as_enum_variant()) {
            (Some(tag), _) => Found::Tag(tag.label().to_owned()),
            (None, Some(variant)) => Found::Variant(variant.tag.label().to_owned()),
            (None, None) => Found::Other,
        },
        "Function" => Found::Function,
        _ => Found::Other,
    })
}
