//! Reads an entry and everything it imports, before Nickel sees any of it.
//!
//! Nickel resolves imports by itself, from the disk. Here they are found in the syntax tree, read through the
//! [`World`], and put where Nickel will look first, so that every missing file is reported, at its import, and the
//! compiler knows every input.

use super::borders::{self, Judged, Obstacle};
use super::{MOUNT, Role, SpanMap, data, faults, inspect, syntax};
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{
    Entry, FileId, LIBRARY, LIBRARY_DOOR, LIBRARY_FOLDER, Origin, Sources, Span, Spot, World, display, normal,
};
use crate::{catalogue, words};
use nickel_lang_core::ast::pattern::PatternData;
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::typ::Type;
use nickel_lang_core::ast::{Annotation, Ast, Import, Node};
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::traverse::{TraverseAlloc, TraverseControl};
use std::collections::BTreeSet;
use std::path::{Path as FilePath, PathBuf};

/// How many bytes a file may have. The largest environment that was measured has a thousandth of this.
const MAX_FILE: usize = 16 << 20;

/// What is said of a larger one.
const TOO_LARGE: &str = "it has more than 16 MiB";

/// How many bytes all files of an environment may have together.
const MAX_TOTAL: usize = 64 << 20;

/// What was loaded.
pub(super) struct Loaded {
    /// The entry, where it could be read and parsed.
    pub file: Option<NickelFile>,
    /// All that can't be loaded.
    pub findings: Vec<Diagnostic>,
    /// Whether any file of the user has static type annotations.
    pub statically_typed: bool,
    /// Whether the entry itself says that it is an environment: `| agentos.Environment`.
    pub annotated: bool,
    /// Whether the entry imports `agentos/lib.ncl`, itself or by another file.
    pub reaches_library: bool,
    /// Whether any file of the user may call the standard library.
    pub needs_standard_library: bool,
    /// Whether nothing in the user's files is computed or annotated, but for what makes the entry an environment.
    pub plain_data: bool,
}

impl Loaded {
    /// What the entry is for.
    pub(super) fn role(&self) -> Role {
        match self.file {
            None => Role::Unreadable,
            Some(_) if self.annotated => Role::Environment,
            Some(_) if self.reaches_library => Role::Undeclared,
            Some(_) => Role::Module,
        }
    }
}

/// A file to read: its place, how findings call it, and where it was imported.
struct Wanted {
    path: PathBuf,
    name: String,
    format: InputFormat,
    imported_at: Option<Span>,
    text: Option<String>,
}

/// A file that was read, and given to Nickel.
struct Read {
    file: NickelFile,
    ours: FileId,
    /// Where its text says `import`.
    imports: Vec<(usize, usize)>,
}

struct Loader<'a> {
    hub: &'a mut CacheHub,
    spans: &'a mut SpanMap,
    world: &'a dyn World,
    sources: &'a mut Sources,
    findings: Vec<Diagnostic>,
    /// The folder that imports may not leave.
    project: PathBuf,
    /// Who wants the entry compiled.
    origin: Origin,
    /// How many bytes were read.
    total: usize,
    statically_typed: bool,
    reaches_library: bool,
    needs_standard_library: bool,
    /// Whether there is anything that is not data.
    computes: bool,
    /// How many annotations there are.
    annotations: usize,
}

/// Loads the entry and its imports, and reports all that can't be loaded.
pub(super) fn load(
    hub: &mut CacheHub,
    spans: &mut SpanMap,
    world: &dyn World,
    entry: &Entry,
    sources: &mut Sources,
) -> Loaded {
    let mut loader = Loader {
        hub,
        spans,
        world,
        sources,
        findings: Vec::new(),
        project: borders::project(world, &entry.path),
        origin: entry.origin.clone(),
        total: 0,
        statically_typed: false,
        reaches_library: false,
        needs_standard_library: false,
        computes: false,
        annotations: 0,
    };
    let mut seen = BTreeSet::new();
    let mut queue = vec![Wanted {
        path: entry.path.clone(),
        name: entry.name.clone(),
        format: InputFormat::from_path(&entry.path).unwrap_or(InputFormat::Nickel),
        imported_at: None,
        text: entry.text.clone(),
    }];
    let mut main = None;
    while let Some(wanted) = queue.pop() {
        if !seen.insert((wanted.path.clone(), wanted.format.to_str())) {
            continue;
        }
        let read = loader.read(&wanted);
        if wanted.imported_at.is_none() {
            main = read.as_ref().map(|read| read.file);
        }
        if let (Some(read), InputFormat::Nickel) = (read, wanted.format) {
            queue.extend(loader.imports_of(&read, &wanted));
        }
    }
    let annotated = main.is_some_and(|file| syntax::is_environment(loader.hub, file));
    Loaded {
        annotated,
        reaches_library: loader.reaches_library,
        file: main,
        findings: loader.findings,
        statically_typed: loader.statically_typed,
        needs_standard_library: loader.needs_standard_library,
        plain_data: !loader.computes && loader.annotations == usize::from(annotated),
    }
}

impl Loader<'_> {
    /// Reads one file and gives it to Nickel, or reports why that can't be done.
    fn read(&mut self, wanted: &Wanted) -> Option<Read> {
        let text = match self.text(wanted) {
            Ok(text) => text,
            Err(finding) => {
                self.findings.push(*finding);
                return None;
            }
        };
        // What is traced is printed at once, and must not be printed again by another way to evaluate.
        self.needs_standard_library |= text.contains("std") || text.contains("%trace%");
        self.computes |= wanted.format != InputFormat::Nickel;
        let ours = self.sources.add_file(wanted.name.clone(), wanted.path.clone(), text.clone());
        if wanted.format == InputFormat::Nickel
            && let Some(at) = lone_carriage_return(&text)
        {
            // First of all: the lexer that looks for imports stumbles over it.
            self.findings.push(carriage_return(Span { file: ours, start: at, end: at + 1 }));
            return None;
        }
        let (refused, imports) = inspected(&text, wanted.format, ours);
        if !refused.is_empty() {
            self.findings.extend(refused);
            return None;
        }
        let path = SourcePath::Path(wanted.path.clone(), wanted.format);
        let theirs = match self.unchanged(wanted, &path, &text, &imports) {
            Some(known) => known,
            None => self.hub.replace_string(path, text),
        };
        self.spans.insert(theirs, ours);
        if wanted.format == InputFormat::Nickel
            && let Err(errors) = self.hub.parse_to_ast(theirs)
        {
            let mut files = self.hub.sources.files().clone();
            self.findings.extend(faults::from_parse_errors(errors, &mut files, self.spans));
            return None;
        }
        Some(Read { file: theirs, ours, imports })
    }

    /// The text of a file, which is not larger than is allowed.
    fn text(&mut self, wanted: &Wanted) -> Result<String, Box<Diagnostic>> {
        let text = match &wanted.text {
            Some(text) => text.clone(),
            None => {
                // One byte more than is allowed shows that there are more.
                let bytes = self.bytes(wanted, MAX_FILE as u64 + 1)?;
                if bytes.len() > MAX_FILE {
                    return Err(Box::new(self.too_large(wanted, TOO_LARGE)));
                }
                String::from_utf8(bytes).map_err(|error| Box::new(self.not_text(wanted, &error)))?
            }
        };
        self.total += text.len();
        let what = match (text.len() > MAX_FILE, self.total > MAX_TOTAL) {
            (true, _) => TOO_LARGE,
            (false, true) => "all files have more than 64 MiB",
            (false, false) => return Ok(text),
        };
        Err(Box::new(self.too_large(wanted, what)))
    }

    /// The bytes of a file. The user names entries, wherever they are; what a file of the project names has to be one of
    /// the project.
    fn bytes(&self, wanted: &Wanted, limit: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
        let read = match self.spot(wanted) {
            None => self.world.read(&wanted.path, limit),
            Some(Judged::Admitted(spot)) => self.world.read_at(&wanted.path, &spot, limit),
            Some(Judged::Unreadable(error)) => Err(error),
            Some(Judged::Refused(obstacle)) => {
                return Err(Box::new(borders::refused(obstacle, &wanted.name, wanted.imported_at)));
            }
        };
        read.map_err(|error| Box::new(unreadable(wanted, &error)))
    }

    /// Where a file has to be; none where the user says so.
    fn spot(&self, wanted: &Wanted) -> Option<Judged> {
        match (wanted.imported_at, &self.origin) {
            (Some(_), _) | (None, Origin::Peer) => Some(borders::judge(self.world, &self.project, &wanted.path)),
            (None, Origin::Found { .. } | Origin::Presumed { .. }) => Spot::found(&wanted.path).map(Judged::Admitted),
            (None, Origin::Named) => None,
        }
    }

    /// The file as an earlier environment has imported it, parsed and prepared already. Only what imports nothing itself
    /// is taken over: of the others nobody knows here whether what they import has changed.
    fn unchanged(
        &self,
        wanted: &Wanted,
        path: &SourcePath,
        text: &str,
        imports: &[(usize, usize)],
    ) -> Option<NickelFile> {
        let known = self.hub.sources.id_of(path).filter(|_| wanted.imported_at.is_some() && imports.is_empty())?;
        (self.hub.sources.source(known) == text).then_some(known)
    }

    /// The finding on a file that is larger than any environment: at its import, else at its start.
    fn too_large(&mut self, wanted: &Wanted, what: &str) -> Diagnostic {
        let at = wanted.imported_at.unwrap_or_else(|| {
            let ours = self.sources.add(wanted.name.clone(), String::new(), false);
            Span { file: ours, start: 0, end: 0 }
        });
        let message = format!("`{}` is too large: {what}", wanted.name);
        catalogue::finding(catalogue::FILE_TOO_LARGE, Path::root(), message)
            .at(Some(at), if wanted.imported_at.is_some() { "imported here" } else { "" })
            .help("check that the name is right; an environment says what to deploy, data belongs into volumes")
    }

    /// The finding on a file that is not text, at the first byte that is none.
    fn not_text(&mut self, wanted: &Wanted, error: &std::string::FromUtf8Error) -> Diagnostic {
        let valid = error.utf8_error().valid_up_to();
        let ours = self.sources.add(wanted.name.clone(), String::from_utf8_lossy(error.as_bytes()).into_owned(), false);
        let start = u32::try_from(valid).unwrap_or(u32::MAX);
        let message = format!("`{}` is not UTF-8 text: byte {} is the first that is none", wanted.name, valid + 1);
        catalogue::finding(catalogue::UNREADABLE_TEXT, Path::root(), message)
            .at(Some(Span { file: ours, start, end: start + 3 }), "not UTF-8 from here")
            .and(wanted.imported_at, "imported here")
            .help("save the file as UTF-8")
    }

    /// The files that a file imports, other than the library's.
    fn imports_of(&mut self, read: &Read, importer: &Wanted) -> Vec<Wanted> {
        let Some(ast) = self.hub.asts.get(read.file) else { return Vec::new() };
        let found = scan(ast);
        self.statically_typed |= found.statically_typed;
        self.computes |= found.computes;
        self.annotations += found.annotations;
        // An import that the tree does not show is one that Nickel would read by itself, from anywhere. Parentheses
        // belong to the place of what they are around, so that the first token in it counts.
        let first_in = |import: &FoundImport| {
            let (start, end) = (import.span.start.to_usize(), import.span.end.to_usize());
            read.imports.iter().map(|(token, _)| *token).find(|token| (start..end).contains(token))
        };
        let shown: BTreeSet<usize> = found.imports.iter().filter_map(first_in).collect();
        for (start, end) in read.imports.iter().filter(|(start, _)| !shown.contains(start)) {
            self.findings.push(hidden_import(span(read.ours, (*start, *end))));
        }
        let folder = importer.path.parent().unwrap_or(FilePath::new("/"));
        let shown = FilePath::new(&importer.name).parent().unwrap_or(FilePath::new(""));
        let mut wanted = Vec::new();
        for import in found.imports {
            let at = self.spans.span(import.span);
            if import.package {
                self.findings.push(package_import(at));
            } else if let Some(finding) = borders::refuse_absolute(&import.path, at) {
                self.findings.push(finding);
            } else if borders::is_hidden(FilePath::new(&import.path)) {
                self.findings.push(borders::refused(Obstacle::Hidden, &import.path, at));
            } else if FilePath::new(&import.path).starts_with(LIBRARY_FOLDER) && import.format != InputFormat::Nickel {
                self.findings.push(library_as_data(at));
            } else if let Ok(module) = FilePath::new(&import.path).strip_prefix(LIBRARY_FOLDER) {
                self.check_library_import(module, folder, at);
            } else {
                wanted.push(Wanted {
                    path: normal(&folder.join(&import.path)),
                    name: display(&normal(&shown.join(&import.path))),
                    format: import.format,
                    imported_at: at,
                    text: None,
                });
            }
        }
        wanted
    }

    fn check_library_import(&mut self, module: &FilePath, folder: &FilePath, at: Option<Span>) {
        let name = display(module);
        self.reaches_library |= name == LIBRARY_DOOR;
        if !LIBRARY.iter().any(|known| known.path == name) {
            let finding = catalogue::finding(
                catalogue::UNRESOLVED_IMPORT,
                Path::root(),
                format!("the library has no module `{LIBRARY_FOLDER}/{name}`"),
            );
            self.findings.push(finding.at(at, "imported here").help(format!(
                "import the library by its front door: `let agentos = import \"{LIBRARY_FOLDER}/lib.ncl\" in`"
            )));
        }
        let shadow = folder.join(LIBRARY_FOLDER).join(module);
        if !folder.starts_with(MOUNT) && self.world.exists(&shadow) {
            let finding = catalogue::finding(
                catalogue::SHADOWED_LIBRARY,
                Path::root(),
                format!("`{LIBRARY_FOLDER}/{name}` beside this file hides the embedded library"),
            );
            self.findings.push(
                finding
                    .at(at, "this import would read the file instead")
                    .note("contracts from another version of the library would be checked, silently")
                    .help(format!(
                        "move the folder `{LIBRARY_FOLDER}` elsewhere; editors find an exported library by \
                         `NICKEL_IMPORT_PATH`"
                    )),
            );
        }
    }
}

fn unreadable(wanted: &Wanted, error: &std::io::Error) -> Diagnostic {
    let what = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => words::file(error),
    };
    let message = format!("`{}` can't be read: {what}", wanted.name);
    catalogue::finding(catalogue::UNRESOLVED_IMPORT, Path::root(), message)
        .at(wanted.imported_at, "imported here")
        .help("imports are relative to the file that says them; check the name and the folder")
}

/// Where a carriage return stands that ends no line. Nickel's lexer refuses it outside of text; inside, it has an
/// assertion that there is none, and without assertions lets it into the value.
fn lone_carriage_return(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    let lone = |at: &usize| bytes.get(*at) == Some(&b'\r') && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).find(lone).and_then(|at| u32::try_from(at).ok())
}

fn carriage_return(at: Span) -> Diagnostic {
    catalogue::finding(catalogue::SYNTAX_ERROR, Path::root(), "a carriage return without a line break after it")
        .at(Some(at), "here")
        .help("end lines with a line break, with or without a carriage return before it; in text write `\\r`")
}

/// What a text has in it that must not reach Nickel, and where it says `import`.
fn inspected(text: &str, format: InputFormat, file: FileId) -> (Vec<Diagnostic>, Vec<(usize, usize)>) {
    if format != InputFormat::Nickel {
        let findings = inspect::deceptive_data(text, file);
        if !findings.is_empty() {
            return (findings, Vec::new());
        }
    }
    match format {
        InputFormat::Nickel => {
            let mut findings = inspect::deceptive_characters(text, file);
            let tokens = inspect::tokens(text);
            findings.extend(tokens.too_deep.map(|place| inspect::nesting(span(file, place))));
            (findings, tokens.imports)
        }
        InputFormat::Json => (data::json(text, file), Vec::new()),
        InputFormat::Yaml => (data::yaml(text, file), Vec::new()),
        // TOML's own reader refuses both keys that stand twice and deep nesting.
        InputFormat::Toml => (data::toml(text, file), Vec::new()),
        _ => (Vec::new(), Vec::new()),
    }
}

fn span(file: FileId, (start, end): (usize, usize)) -> Span {
    let offset = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
    Span { file, start: offset(start), end: offset(end) }
}

fn hidden_import(at: Span) -> Diagnostic {
    catalogue::finding(catalogue::UNRESOLVED_IMPORT, Path::root(), "nothing can be imported in this place")
        .at(Some(at), "this import can't be followed before evaluation")
        .help("bind the import to a name with `let`, and use the name here")
}

fn library_as_data(at: Option<Span>) -> Diagnostic {
    catalogue::finding(catalogue::UNRESOLVED_IMPORT, Path::root(), "the library can only be imported as Nickel")
        .at(at, "imported here")
        .help("remove the format after the name")
}

fn package_import(at: Option<Span>) -> Diagnostic {
    catalogue::finding(catalogue::UNRESOLVED_IMPORT, Path::root(), "packages can't be imported")
        .at(at, "this names a package")
        .help("import a file of the project, in double quotes")
}

struct FoundImport {
    path: String,
    format: InputFormat,
    package: bool,
    span: nickel_lang_core::position::RawSpan,
}

#[derive(Default)]
struct Found {
    imports: Vec<FoundImport>,
    statically_typed: bool,
    computes: bool,
    annotations: usize,
}

/// What a syntax tree imports, and whether it is statically typed, computed or annotated anywhere.
fn scan(ast: &Ast<'_>) -> Found {
    let mut found = Found::default();
    let _: Option<()> = ast.traverse_ref(&mut |node: &Ast<'_>, _: &()| found.visit(node), &());
    found
}

impl Found {
    fn visit(&mut self, node: &Ast<'_>) -> TraverseControl<(), ()> {
        let typed = |annotation: &Option<Type<'_>>| annotation.is_some();
        self.count(node);
        match &node.node {
            Node::Import(import) => {
                if let Some(span) = node.pos.into_opt() {
                    self.imports.push(describe(import, span));
                }
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

impl Found {
    /// Notes what makes a text more than data: literals, names, imports and what is merged of them.
    fn count(&mut self, node: &Ast<'_>) {
        let annotated = |annotation: &Annotation<'_>| usize::from(!annotation.is_empty());
        match &node.node {
            Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::String(_)
            | Node::StringChunks(_)
            | Node::Var(_)
            | Node::EnumVariant { .. }
            | Node::Array(_)
            | Node::PrimOpApp { op: PrimOp::Merge(_) | PrimOp::RecordStatAccess(_), .. }
            | Node::Import(_) => {}
            Node::Annotated { annot, .. } => {
                self.annotations += annot.contracts.len() + usize::from(annot.typ.is_some())
            }
            Node::Let { bindings, rec, .. } => {
                self.computes |= *rec || bindings.iter().any(|b| !matches!(b.pattern.data, PatternData::Any(_)));
                self.annotations += bindings.iter().map(|b| annotated(&b.metadata.annotation)).sum::<usize>();
            }
            Node::Record(record) => {
                self.computes |= record.open || !record.includes.is_empty();
                self.computes |= record.field_defs.iter().any(|f| f.metadata.opt || f.metadata.not_exported);
                self.annotations += record.field_defs.iter().map(|f| annotated(&f.metadata.annotation)).sum::<usize>();
            }
            _ => self.computes = true,
        }
    }
}

fn describe(import: &Import<'_>, span: nickel_lang_core::position::RawSpan) -> FoundImport {
    match import {
        Import::Path { path, format } => {
            FoundImport { path: path.to_string_lossy().into_owned(), format: *format, package: false, span }
        }
        Import::Package { id } => {
            FoundImport { path: id.label().to_owned(), format: InputFormat::Nickel, package: true, span }
        }
    }
}
