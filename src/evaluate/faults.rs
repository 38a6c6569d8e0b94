//! Turns Nickel's errors into findings that an operator of AgentOS can act on.

use super::schema::{Choice, FieldSchema, Presence, Schema, Shape};
use super::walk::{Fault, FaultKind, MAX_FAULTS, RawNode, RawValue, Walked};
use super::{Context, SpanMap, locate};
use crate::diagnostic::{Code, Diagnostic};
use crate::path::{Path, Segment};
use crate::source::{FileId, Sources, Span};
use crate::tree::{Node, Number, Value};
use crate::{catalogue, suggest, words};
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::error::{Error, EvalError, EvalErrorKind, IntoDiagnostics, ParseErrors};
use nickel_lang_core::eval::value::NickelValue;
use nickel_lang_core::files::{FileId as NickelFile, Files};
use nickel_lang_core::label::Label;
use nickel_lang_core::position::{PosIdx, PosTable};
use std::collections::BTreeSet;

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

/// Whether the contract that complains belongs to another field than the one that was evaluated.
fn is_of_another_field(fault: &Fault) -> bool {
    let FaultKind::Failed(error) = &fault.kind else { return false };
    let EvalErrorKind::BlameError { label, .. } = &error.error else { return false };
    label.field_name.is_some_and(|name| Some(name.label()) != fault.path.last_field())
}

/// Where a field can't be evaluated because another one is broken, as every `env` is by a broken `runtime`, the finding on
/// that other field says it all.
fn drop_borrowed(findings: &mut Vec<(bool, Diagnostic)>) {
    let own: BTreeSet<Span> =
        findings.iter().filter(|(borrowed, _)| !borrowed).filter_map(|(_, finding)| finding.span()).collect();
    findings.retain(|(borrowed, finding)| !borrowed || finding.span().is_none_or(|span| !own.contains(&span)));
}

/// One mistake, one finding. What depends on a broken value fails with it, at the same place; what needs a missing field
/// fails for want of it; and a misspelt field is not missing as well.
fn drop_echoes(findings: &mut Vec<Diagnostic>) {
    // Of several findings at one place the one with the shortest path is about the value itself.
    findings.sort_by_key(|finding| finding.path.0.len());
    let mut places = BTreeSet::new();
    let mut missing = BTreeSet::new();
    let meant: BTreeSet<Path> = findings.iter().filter_map(meant).collect();
    findings.retain(|finding| match finding.code {
        catalogue::UNKNOWN_FIELD => true,
        catalogue::MISSING_FIELD => {
            !meant.contains(&finding.path) && missing.insert((finding.path.clone(), finding.span()))
        }
        code => finding.span().is_none_or(|span| places.insert((code, span))),
    });
}

/// The field that a misspelt name was meant for, where the finding says so.
pub(crate) fn meant(finding: &Diagnostic) -> Option<Path> {
    if ![catalogue::UNKNOWN_FIELD, catalogue::UNKNOWN_SECRET_KEY].contains(&finding.code) {
        return None;
    }
    let near = finding.help.first()?.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    Some(finding.path.parent().field(near))
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

/// Findings of a file that does not parse.
pub(super) fn from_parse_errors(errors: ParseErrors, files: &mut Files, spans: &SpanMap) -> Vec<Diagnostic> {
    errors
        .errors
        .into_iter()
        .take(MAX_FAULTS)
        .map(|error| translated(catalogue::SYNTAX_ERROR, error, files, spans))
        .collect()
}

/// Findings of a file that can't be prepared for evaluation.
pub(super) fn from_error(error: Error, files: &mut Files, spans: &SpanMap) -> Vec<Diagnostic> {
    match error {
        Error::ParseErrors(errors) => from_parse_errors(errors, files, spans),
        Error::TypecheckError(_) => vec![translated(catalogue::WRONG_TYPE, error, files, spans)],
        _ => vec![translated(catalogue::FAILED_EVALUATION, error, files, spans)],
    }
}

/// Nickel's own words, where there are none better.
fn translated(code: Code, error: impl IntoDiagnostics, files: &mut Files, spans: &SpanMap) -> Diagnostic {
    let Some(theirs) = error.into_diagnostics(files).into_iter().next() else {
        return catalogue::finding(code, Path::root(), "the file can't be evaluated");
    };
    let mut labels: Vec<(bool, Span, String)> = theirs
        .labels
        .iter()
        .filter_map(|label| {
            let file = *spans.files.get(&label.file_id)?;
            let (start, end) = (u32::try_from(label.range.start).ok()?, u32::try_from(label.range.end).ok()?);
            let primary = format!("{:?}", label.style) == "Primary";
            Some((!primary, Span { file, start, end }, label.message.clone()))
        })
        .collect();
    labels.sort_by_key(|(secondary, ..)| *secondary);
    // Nickel names the file by its absolute path, and the reader of TOML repeats the line; the place says it better.
    let message = theirs.message.split(" when parsing /").next().unwrap_or_default();
    let message = match message.split_once(": TOML parse error at line ") {
        Some((format, told)) => format!("{format}: {}", told.trim_end().lines().next_back().unwrap_or_default()),
        None => message.to_owned(),
    };
    let (title, unknown) = title_of(code, &message);
    let mut finding = catalogue::finding(code, Path::root(), title);
    let mut labels = labels.into_iter();
    if let Some((_, span, text)) = labels.next() {
        finding = finding.at(Some(span), text);
    }
    for (_, span, text) in labels {
        finding = finding.and(Some(span), text);
    }
    let notes: Vec<String> = unknown.into_iter().chain(theirs.notes).map(|note| one_line(&note)).collect();
    if !notes.is_empty() {
        finding = finding.note(format!("Nickel says: {}", notes.join("; ")));
    }
    finding.help(if code == catalogue::SYNTAX_ERROR {
        "look just before it: a comma, a bracket or a value may be missing"
    } else {
        "change the expression, so that it has a value that the field takes"
    })
}

/// The title for what Nickel says, and its own words where there are none better.
fn title_of(code: Code, message: &str) -> (String, Option<String>) {
    if let Some((format, told)) = message.split_once(" parse error: ") {
        let format = format.to_uppercase();
        let told = match words::yaml(told).filter(|_| format == "YAML") {
            Some(known) => known.title.to_owned(),
            // The place is in a text that only the expression knows.
            None => one_line(told.split(" at line ").next().unwrap_or(told)),
        };
        return (format!("the text is not {format}: {told}"), None);
    }
    match words::nickel(message) {
        // What is wrong with a regular expression stands in the last line, below a picture of it.
        Some(known) if message.contains('\n') => (known.to_owned(), message.lines().next_back().map(str::to_owned)),
        Some(known) => (known.to_owned(), None),
        None if code == catalogue::SYNTAX_ERROR => ("this is not Nickel".to_owned(), Some(message.to_owned())),
        None => ("the expression can't be evaluated".to_owned(), Some(message.to_owned())),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
                let finding = catalogue::finding(
                    catalogue::FAILED_EVALUATION,
                    path,
                    format!("nothing is called `{}` here", name.label()),
                );
                finding
                    .at(self.spans.position(name.pos).or(self.spans.position(*position)).or(key), "unbound name")
                    .help(format!(
                        "write `\"{0}\"` for text, `'{0}` for a choice, or bind the name with `let`",
                        name.label()
                    ))
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

    /// Two values of one field, each at its place; what is not at a place of the user's is the library's.
    fn conflict(&self, path: Path, key: Option<Span>, [left, right]: [Option<Span>; 2]) -> Diagnostic {
        let has_default = self.schema.and_then(|schema| schema.field(&path)).and_then(|field| {
            if let Presence::Default(default) = &field.presence { Some(default.as_str()) } else { None }
        });
        let finding = catalogue::finding(
            catalogue::CONFLICTING_VALUES,
            path.clone(),
            format!("{} is given two values", named(&path)),
        );
        let (around, inner) = self.written(&path);
        let place = if around.0.is_empty() { String::new() } else { format!(" in the record of `{around}`") };
        let shape = self.schema.and_then(|schema| schema.shape(&path));
        if let (Some(only), None) | (None, Some(only)) = (left, right)
            && let Some(shape @ (Shape::Record(_) | Shape::Dict(_))) = shape
        {
            // Records are merged, and what is in them conflicts: this is none.
            return catalogue::finding(
                catalogue::WRONG_TYPE,
                path.clone(),
                format!("`{path}`: expected {}", shape.kind()),
            )
            .at(Some(only), "this is none")
            .help(format!("write `{inner} = {{ … }}`{place}"));
        }
        let (first, second) = match (left, right, has_default) {
            (Some(left), Some(right), _) => self.with_overlay_first(left, right),
            (only, None, Some(default)) | (None, only, Some(default)) => {
                return finding
                    .at(only.or(key), "this default conflicts")
                    .note(format!(
                        "the library has a default for it, `{default}`, and of two defaults neither gives way"
                    ))
                    .help(format!("write `{inner} = …`{place}, without `| default`"))
                    .help(format!("an overlay changes it with `{inner} | force = …`"));
            }
            (only, None, None) | (None, only, None) => {
                return finding.at(only.or(key), "this value conflicts").help("keep one of them");
            }
        };
        let finding = finding.at(Some(first), "this value conflicts").and(Some(second), "with this one");
        let line = |span: Span| format!("line {} of `{}`", self.sources.place(span).line, self.sources.name(span.file));
        let keep = format!("keep one of them: remove `{inner}`{place} from {} or from {}", line(first), line(second));
        if self.imports(first.file, second.file) {
            finding.help(format!(
                "{keep}; or, for the value of this overlay to count, write `{inner} | force = …`{place} in {}",
                line(first)
            ))
        } else {
            finding.help(keep)
        }
    }

    /// The two places, that in the file which imports the other's first; else the later operand.
    fn with_overlay_first(&self, left: Span, right: Span) -> (Span, Span) {
        if self.imports(left.file, right.file) { (left, right) } else { (right, left) }
    }

    /// Whether a file imports another one, itself or by others.
    fn imports(&self, file: FileId, other: FileId) -> bool {
        let theirs = |ours: FileId| self.spans.files.iter().find(|(_, file)| **file == ours).map(|(theirs, _)| *theirs);
        let (Some(from), Some(to)) = (theirs(file), theirs(other)) else { return false };
        let mut reached = BTreeSet::new();
        let mut left: Vec<NickelFile> = self.hub.import_data.imports(from).collect();
        while let Some(next) = left.pop() {
            if next == to {
                return true;
            }
            if reached.insert(next) {
                left.extend(self.hub.import_data.imports(next));
            }
        }
        false
    }

    /// Nickel's own words, placed in the user's files.
    fn translated(&self, path: Path, key: Option<Span>, error: EvalError) -> Diagnostic {
        let mut finding =
            translated(catalogue::FAILED_EVALUATION, error, &mut self.hub.sources.files().clone(), self.spans);
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

    fn wrong_choice(
        &self,
        path: Path,
        span: Option<Span>,
        value: Option<&NickelValue>,
        choices: &[Choice],
    ) -> Diagnostic {
        let listed =
            choices.iter().map(|choice| format!("`{}`", choice_example(choice))).collect::<Vec<_>>().join(", ");
        let all = format!("the choices are {listed}");
        let is_alone = value.is_some_and(|value| value.as_enum_variant().is_none());
        let shown = |tag: &str| {
            let choice = choices.iter().find(|choice| choice.tag == tag && is_alone);
            choice.map_or_else(|| format!("'{tag}"), choice_example)
        };
        let tag = value.and_then(tag_of);
        let known = tag.as_deref().and_then(|tag| choices.iter().find(|choice| choice.tag == tag));
        match (tag, known) {
            (Some(tag), Some(choice)) => {
                let (title, help) = match &choice.payload {
                    Some(_) => (
                        format!("`{path}`: `'{tag}` needs something after it, as in `{}`", choice_example(choice)),
                        self.assignments("write", &path, &[choice_example(choice)]),
                    ),
                    None => {
                        (format!("`{path}`: `'{tag}` stands alone"), format!("write `'{tag}`, with nothing after it"))
                    }
                };
                catalogue::finding(catalogue::WRONG_TYPE, path, title).at(span, "incomplete choice").help(help)
            }
            (Some(tag), None) => {
                let names: Vec<&str> = choices.iter().map(|choice| choice.tag.as_str()).collect();
                let finding = catalogue::finding(
                    catalogue::UNKNOWN_CHOICE,
                    path.clone(),
                    format!("`{path}`: `'{tag}` is not a choice"),
                )
                .at(span, "unknown choice");
                match suggest::nearest(&tag, &names) {
                    Some(near) => finding.help(format!("did you mean `{}`?", shown(near))).note(all),
                    None => finding.help(format!("write one of {listed}")),
                }
            }
            (None, _) => {
                catalogue::finding(catalogue::WRONG_TYPE, path.clone(), format!("`{path}`: expected a choice"))
                    .at(span, found(value))
                    .help(
                        match value
                            .and_then(NickelValue::as_string)
                            .and_then(|text| meant_choice(text.as_ref(), choices))
                        {
                            Some(choice) => self.assignments("write", &path, &[choice_example(choice)]),
                            None => format!("write one of {listed}, with the quote and without double quotes"),
                        },
                    )
            }
        }
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

fn is_choice_message(message: &str) -> bool {
    message == "tag not in the enum type" || message == "expected an enum" || message.starts_with("expected `'")
}

fn tag_of(value: &NickelValue) -> Option<String> {
    let tag = value.as_enum_tag().or_else(|| value.as_enum_variant().map(|variant| variant.tag))?;
    Some(tag.label().to_owned())
}

/// The choice that a text names, as programs write it that know no tags.
fn meant_choice<'a>(text: &str, choices: &'a [Choice]) -> Option<&'a Choice> {
    choices.iter().find(|choice| choice.tag.eq_ignore_ascii_case(text.trim_start_matches('\'')))
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

/// How a value of a shape may look.
fn example(shape: &Shape) -> String {
    match shape {
        Shape::Record(fields) => {
            let required: Vec<String> = fields
                .iter()
                .filter(|field| field.presence == Presence::Required)
                .map(|field| format!("{} = {}", field.name, example(&field.shape)))
                .collect();
            let of_defaults = || fields.iter().find_map(plain_default);
            match required.is_empty().then(of_defaults) {
                None => format!("{{ {} }}", required.join(", ")),
                Some(Some(field)) => format!("{{ {field} }}"),
                Some(None) => "{}".to_owned(),
            }
        }
        Shape::Dict(_) => "{ … }".to_owned(),
        Shape::Array(_) => "[…]".to_owned(),
        Shape::Choice(choices) => choices.first().map_or("…".to_owned(), choice_example),
        Shape::Scalar { name, .. } => match name.as_str() {
            "Number" | "Count" | "Limit" => "1".to_owned(),
            "Port" | "UnprivilegedPort" => "8080".to_owned(),
            "Bool" => "true".to_owned(),
            _ => "\"…\"".to_owned(),
        },
    }
}

/// A tag, with an example of what comes with it.
fn choice_example(choice: &Choice) -> String {
    match &choice.payload {
        Some(payload) => format!("'{} {}", choice.tag, example(payload)),
        None => format!("'{}", choice.tag),
    }
}

/// A field that has a text as its default, with it: a record in which nothing is required may be written so.
fn plain_default(field: &FieldSchema) -> Option<String> {
    let Presence::Default(default) = &field.presence else { return None };
    (default.starts_with('"') && matches!(field.shape, Shape::Scalar { .. }))
        .then(|| format!("{} = {default}", field.name))
}
