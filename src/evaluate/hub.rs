//! Gives what was loaded to Nickel: parses it, and finds what has to be known before it is evaluated.

use super::load::{File, Loaded};
use super::{Role, SpanMap, faults, syntax};
use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{Sources, Span};
use nickel_lang_core::ast::typ::Type;
use nickel_lang_core::ast::{Ast, Node};
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::traverse::{TraverseAlloc, TraverseControl};
use std::ops::Range;

/// What was given to Nickel.
pub(super) struct Given {
    /// The entry, where it could be read and parsed.
    pub file: Option<NickelFile>,
    /// All that can't be parsed.
    pub findings: Vec<Diagnostic>,
    /// Whether any file of the user has static type annotations.
    pub statically_typed: bool,
    /// Whether the entry itself says that it is an environment: `| agentos.Environment`.
    pub annotated: bool,
    /// What the entry is for.
    pub role: Role,
}

/// Parses the files that were loaded; `entry` is the text of the first of them, where that is another than was loaded.
pub(super) fn give(
    hub: &mut CacheHub,
    spans: &mut SpanMap,
    loaded: &Loaded,
    entry: Option<&str>,
    sources: &Sources,
) -> Given {
    let mut given =
        Given { file: None, findings: Vec::new(), statically_typed: false, annotated: false, role: Role::Unreadable };
    let texts = loaded.files.iter().map(|file| sources.get(file.ours).map_or("", |text| &text.text));
    let texts: Vec<&str> = entry.into_iter().chain(texts.skip(usize::from(entry.is_some()))).collect();
    let parsed: Vec<Option<NickelFile>> = loaded
        .files
        .iter()
        .zip(&texts)
        .map(|(file, text)| parse(hub, spans, file, text, &mut given.findings))
        .collect();
    for ((file, text), parsed) in loaded.files.iter().zip(&texts).zip(&parsed) {
        if let Some(ast) = parsed.and_then(|parsed| hub.asts.get(parsed)) {
            let found = scan(ast);
            given.statically_typed |= found.statically_typed;
            given.findings.extend(hidden_imports(file, text, &found.imports));
        }
    }
    given.file = parsed.first().copied().flatten();
    given.annotated = given.file.is_some_and(|file| syntax::is_environment(hub, file));
    given.role = match given.file {
        None => Role::Unreadable,
        Some(_) if given.annotated => Role::Environment,
        Some(_) if loaded.reaches_library => Role::Undeclared,
        Some(_) => Role::Module,
    };
    given
}

/// Puts one file where Nickel will look for it, and parses it if it is Nickel's.
fn parse(
    hub: &mut CacheHub,
    spans: &mut SpanMap,
    file: &File,
    text: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<NickelFile> {
    let path = SourcePath::Path(file.path.clone(), file.format);
    let theirs = unchanged(hub, file, &path, text).unwrap_or_else(|| hub.replace_string(path, text.to_owned()));
    spans.insert(theirs, file.ours);
    if file.format == InputFormat::Nickel
        && let Err(errors) = hub.parse_to_ast(theirs)
    {
        let mut files = hub.sources.files().clone();
        findings.extend(faults::from_parse_errors(errors, &mut files, spans));
        return None;
    }
    Some(theirs)
}

/// The file as an earlier environment has imported it, parsed and prepared already. Only what imports nothing itself
/// is taken over: of the others nobody knows here whether what they import has changed.
fn unchanged(hub: &CacheHub, file: &File, path: &SourcePath, text: &str) -> Option<NickelFile> {
    let known = hub.sources.id_of(path).filter(|_| file.imported && file.imports.is_empty())?;
    (hub.sources.source(known) == text).then_some(known)
}

/// The imports of a file that its syntax tree does not show: Nickel would read them by itself, from anywhere.
fn hidden_imports(file: &File, text: &str, shown: &[Range<usize>]) -> Vec<Diagnostic> {
    let imports = || file.imports.iter().filter(|import| imports_at(text, import.at.start as usize));
    // Parentheses belong to the place of what they are around, so that the first import in it counts.
    let starts: Vec<usize> = imports().map(|import| import.at.start as usize).collect();
    let first_in = |range: &Range<usize>| starts.iter().copied().find(|start| range.contains(start));
    let shown: Vec<usize> = shown.iter().filter_map(first_in).collect();
    let hidden = imports().filter(|import| !shown.contains(&(import.at.start as usize)));
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
    imports: Vec<Range<usize>>,
    statically_typed: bool,
}

/// Where a syntax tree imports, and whether it is statically typed anywhere.
fn scan(ast: &Ast<'_>) -> Found {
    let mut found = Found::default();
    let _: Option<()> = ast.traverse_ref(&mut |node: &Ast<'_>, _: &()| found.visit(node), &());
    found
}

impl Found {
    fn visit(&mut self, node: &Ast<'_>) -> TraverseControl<(), ()> {
        let typed = |annotation: &Option<Type<'_>>| annotation.is_some();
        match &node.node {
            Node::Import(_) => {
                let range = node.pos.into_opt().map(|span| span.start.to_usize()..span.end.to_usize());
                self.imports.extend(range);
            }
            Node::Annotated { annot, .. } => self.statically_typed |= typed(&annot.typ),
            Node::Let { bindings, .. } => {
                self.statically_typed |= bindings.iter().any(|b| typed(&b.metadata.annotation.typ));
                // Nickel's own traversal leaves out the patterns of `let`, which may have defaults and contracts.
                for binding in *bindings {
                    let _: Option<()> =
                        binding.pattern.traverse_ref(&mut |node: &Ast<'_>, _: &()| self.visit(node), &());
                }
            }
            Node::Record(record) => {
                self.statically_typed |= record.field_defs.iter().any(|f| typed(&f.metadata.annotation.typ));
            }
            _ => {}
        }
        TraverseControl::Continue
    }
}
