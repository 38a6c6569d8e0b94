//! Gives what was loaded to Nickel: parses it, and finds what has to be known before it is evaluated.

use super::load::{self, File, Loaded};
use super::mistakes::{self, Explained, Mended, Origins};
use super::outline::{Kind, Outline};
use super::{Role, SpanMap, syntax};
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{Sources, Span};
use nickel_lang_core::ast::typ::Type;
use nickel_lang_core::ast::{Ast, Node};
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::position::RawSpan;
use std::rc::Rc;

/// What was given to Nickel.
pub(super) struct Given {
    /// The entry, where it could be read and parsed, or mended.
    pub file: Option<NickelFile>,
    /// What keeps any of the files from being evaluated.
    pub refused: Vec<Diagnostic>,
    /// Mistakes in files that were mended, and are evaluated nevertheless.
    pub mistakes: Vec<Diagnostic>,
    /// Where values are broken by mistakes.
    broken: Vec<Span>,
    /// Whether any file of the user has static type annotations.
    pub statically_typed: bool,
    /// Whether the entry itself says that it is an environment: `| agentos.Environment`.
    pub annotated: bool,
    /// What the entry is for.
    pub role: Role,
}

/// What files are given to Nickel for.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'t> {
    /// To compute their values, if nothing is wrong with them: the text of the entry may be another than was loaded.
    Values(Option<Instead<'t>>),
    /// To find all that is wrong with them.
    Findings,
}

/// A text in the place of the entry's.
#[derive(Clone, Copy)]
pub(super) struct Instead<'t> {
    /// The entry's, without what makes it an environment.
    pub written: &'t str,
    /// That without its mistakes, and where each byte of it is written.
    pub mended: Option<(&'t str, &'t Origins)>,
}

/// Parses the files that were loaded.
pub(super) fn give(
    hub: &mut CacheHub,
    spans: &mut SpanMap,
    loaded: &Loaded,
    purpose: Purpose<'_>,
    sources: &Sources,
) -> Given {
    let mut given = Given {
        file: None,
        refused: Vec::new(),
        mistakes: Vec::new(),
        broken: Vec::new(),
        statically_typed: false,
        annotated: false,
        role: Role::Unreadable,
    };
    let entry = if let Purpose::Values(entry) = purpose { entry } else { None };
    let texts = loaded.files.iter().map(|file| sources.get(file.ours).map_or("", |text| &text.text));
    let written = entry.map(|entry| entry.written);
    let texts: Vec<&str> = written.into_iter().chain(texts.skip(usize::from(entry.is_some()))).collect();
    let mut mended = entry.and_then(|entry| entry.mended);
    let is_explained = matches!(purpose, Purpose::Findings);
    let files = loaded.files.iter().zip(&texts);
    let parsed: Vec<Option<NickelFile>> =
        files.map(|(file, text)| parse(hub, spans, file, (text, mended.take()), is_explained, &mut given)).collect();
    for ((file, text), parsed) in loaded.files.iter().zip(&texts).zip(&parsed) {
        if let Some(ast) = parsed.and_then(|parsed| hub.asts.get(parsed)) {
            let found = scan(ast);
            let shown: Vec<Span> = found.imports.iter().filter_map(|import| spans.span(*import)).collect();
            given.statically_typed |= found.statically_typed;
            given.refused.extend(hidden_imports(file, text, &shown));
        }
    }
    let is_whole = is_explained || parsed.iter().all(Option::is_some);
    given.file = parsed.first().copied().flatten().filter(|_| is_whole);
    given.annotated = given.file.is_some_and(|file| syntax::is_environment(hub, file));
    let is_mended = given.file.is_some_and(|file| spans.mended.contains_key(&file));
    let is_read = given.file.is_some() && !is_mended;
    given.role = if is_read { loaded.role(given.annotated) } else { Role::Unreadable };
    given
}

/// The entry without the mistakes that Nickel refuses it for, and what they are; none where there are none, and where it is
/// not certain what was meant.
pub(super) fn mended(loaded: &Loaded, sources: &Sources) -> Option<(Vec<Diagnostic>, Mended)> {
    let entry = loaded.files.first().filter(|entry| entry.format == InputFormat::Nickel)?;
    let text = &sources.get(entry.ours)?.text;
    let Explained { findings, mended } = mistakes::of_refused(text, entry.ours)?;
    Some((findings, mended.filter(|mended| imports_as_before(entry, text, mended))?))
}

/// Whether a finding of evaluation may be there only because a value is broken by a mistake.
pub(super) fn follows_from(broken: &[Span], finding: &Diagnostic) -> bool {
    let touches = |span: &Span| {
        broken.iter().any(|broken| broken.file == span.file && broken.start <= span.end && span.start <= broken.end)
    };
    finding.primary.iter().chain(&finding.secondary).any(|label| touches(&label.span))
}

impl Given {
    /// Whether a mistake in the text explains a finding of loading, as one in the name of an import does.
    pub(super) fn explains(&self, finding: &Diagnostic) -> bool {
        let inside = |mistake: &Diagnostic| {
            finding.span().zip(mistake.span()).is_some_and(|(outer, inner)| outer.contains(&inner))
        };
        self.refused.iter().chain(&self.mistakes).any(inside)
    }

    /// Whether a finding of evaluation may be there only because a text was mended.
    pub(super) fn follows_from_mending(&self, finding: &Diagnostic) -> bool {
        follows_from(&self.broken, finding)
    }
}

/// Puts one file where Nickel will look for it, and parses it if it is Nickel's; where that fails, as it could be mended.
fn parse(
    hub: &mut CacheHub,
    spans: &mut SpanMap,
    file: &File,
    (text, mended): (&str, Option<(&str, &Origins)>),
    is_explained: bool,
    given: &mut Given,
) -> Option<NickelFile> {
    let path = SourcePath::Path(file.path.clone(), file.format);
    if let Some((text, origins)) = mended {
        let theirs = hub.replace_string(path, text.to_owned());
        spans.insert(theirs, file.ours);
        spans.mended.insert(theirs, Rc::clone(origins));
        return hub.parse_to_ast(theirs).is_ok().then_some(theirs);
    }
    let theirs = unchanged(hub, file, &path, text).unwrap_or_else(|| hub.replace_string(path.clone(), text.to_owned()));
    spans.insert(theirs, file.ours);
    if !is_explained {
        return (file.format != InputFormat::Nickel || hub.parse_to_ast(theirs).is_ok()).then_some(theirs);
    }
    let ids = (theirs, file.ours);
    let explained = if file.format != InputFormat::Nickel {
        let manifests = if file.imported { None } else { mistakes::of_data(text, file.ours) };
        manifests.map(|finding| Explained { findings: vec![finding], mended: None })
    } else if hub.parse_to_ast(theirs).is_err() || !file.imported && mistakes::has_no_value(text, theirs) {
        Some(mistakes::explain(text, ids, hub.sources.files()))
    } else {
        None
    };
    let Some(Explained { findings, mended }) = explained else { return Some(theirs) };
    let Some(Mended { text: mended, origins, broken }) = mended.filter(|mended| imports_as_before(file, text, mended))
    else {
        given.refused.extend(findings);
        return None;
    };
    let theirs = hub.replace_string(path, mended);
    spans.insert(theirs, file.ours);
    spans.mended.insert(theirs, origins);
    given.broken.extend(broken);
    let is_parsed = hub.parse_to_ast(theirs).is_ok();
    let kept = if is_parsed { &mut given.mistakes } else { &mut given.refused };
    kept.extend(findings);
    is_parsed.then_some(theirs)
}

/// Whether the entry, though it was read, may be no environment as a whole: it is data, or an expression that can have no
/// value. What is wrong with its values is not to be said then.
pub(super) fn is_mistaken(loaded: &Loaded, sources: &Sources, theirs: NickelFile) -> bool {
    let entry = loaded.files.first().and_then(|entry| Some((entry.format, sources.get(entry.ours)?)));
    let is_mistaken = |text: &str| mistakes::has_no_value(text, theirs);
    entry.is_none_or(|(format, text)| format != InputFormat::Nickel || is_mistaken(&text.text))
}

/// Whether a mended text imports nothing that was not loaded: Nickel would read it by itself, from anywhere.
fn imports_as_before(file: &File, text: &str, mended: &Mended) -> bool {
    let known: Vec<&str> =
        file.imports.iter().filter_map(|import| text.get(import.at.start as usize..import.at.end as usize)).collect();
    let library = format!("import \"{}\"", mistakes::mounted_library());
    let outline = Outline::of(&mended.text);
    let written = load::imports(&mended.text, &outline, file.ours);
    let imports = outline.tokens.iter().filter(|token| token.kind == Kind::Import).count();
    let is_known = |written: &&str| known.contains(written) || *written == library;
    let found: Vec<&str> = written.filter_map(|at| mended.text.get(at.start as usize..at.end as usize)).collect();
    found.len() == imports && found.iter().all(is_known)
}

/// The file as an earlier environment has imported it, parsed and prepared already. Only what imports nothing itself
/// is taken over: of the others nobody knows here whether what they import has changed.
fn unchanged(hub: &CacheHub, file: &File, path: &SourcePath, text: &str) -> Option<NickelFile> {
    let known = hub.sources.id_of(path).filter(|_| file.imported && file.imports.is_empty())?;
    (hub.sources.source(known) == text).then_some(known)
}

/// The imports of a file that its syntax tree does not show: Nickel would read them by itself, from anywhere.
fn hidden_imports(file: &File, text: &str, shown: &[Span]) -> Vec<Diagnostic> {
    let imports = || file.imports.iter().filter(|import| imports_at(text, import.at.start as usize));
    // Parentheses belong to the place of what they are around, so that the first import in it counts.
    let starts: Vec<u32> = imports().map(|import| import.at.start).collect();
    let first_in = |span: &Span| starts.iter().copied().find(|start| (span.start..span.end).contains(start));
    let shown: Vec<u32> = shown.iter().filter_map(first_in).collect();
    let hidden = imports().filter(|import| !shown.contains(&import.at.start));
    hidden.map(|import| hidden_import(import.at)).collect()
}

/// Whether an import is still there: one may have been left out of the text that was loaded.
fn imports_at(text: &str, start: usize) -> bool {
    text.get(start..).is_some_and(|rest| rest.starts_with("import"))
}

fn hidden_import(at: Span) -> Diagnostic {
    catalogue::finding(catalogue::UNRESOLVED_IMPORT, Path::root(), "nothing can be imported in this place")
        .at(Some(at), "this import can't be followed before evaluation")
        .help("bind the import to a name with `let`, and use the name here")
}

#[derive(Default)]
struct Found {
    imports: Vec<RawSpan>,
    statically_typed: bool,
}

/// Where a syntax tree imports, and whether it is statically typed anywhere.
fn scan(ast: &Ast<'_>) -> Found {
    let mut found = Found::default();
    syntax::each_expression(ast, &mut |node| found.see(node));
    found
}

impl Found {
    fn see(&mut self, node: &Ast<'_>) {
        let typed = |annotation: &Option<Type<'_>>| annotation.is_some();
        match &node.node {
            Node::Import(_) => self.imports.extend(node.pos.into_opt()),
            Node::Annotated { annot, .. } => self.statically_typed |= typed(&annot.typ),
            Node::Let { bindings, .. } => {
                self.statically_typed |= bindings.iter().any(|b| typed(&b.metadata.annotation.typ));
            }
            Node::Record(record) => {
                self.statically_typed |= record.field_defs.iter().any(|f| typed(&f.metadata.annotation.typ));
            }
            _ => {}
        }
    }
}
