//! Reads an entry and everything it imports, before anything is parsed.
//!
//! Nickel resolves imports by itself, from the disk. Here they are found among the tokens, read through the [`World`],
//! and later put where Nickel will look first, so that every missing file is reported, at its import, and the compiler
//! knows every input.

use super::borders::{self, Judged, Obstacle};
use super::outline::{Kind, Outline, Token, lone_carriage_return};
use super::{MOUNT, Role, data, inspect};
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{
    Entry, FileId, LIBRARY, LIBRARY_DOOR, LIBRARY_FOLDER, Origin, Sources, Span, Spot, World, display, normal,
};
use crate::{catalogue, words};
use nickel_lang_core::cache::InputFormat;
use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

/// How many bytes a file may have. The largest environment that was measured has a thousandth of this.
const MAX_FILE: usize = 16 << 20;

/// What is said of a larger one.
const TOO_LARGE: &str = "it has more than 16 MiB";

/// How many bytes all files of an environment may have together.
const MAX_TOTAL: usize = 64 << 20;

/// What was loaded.
pub(super) struct Loaded {
    /// The entry, where it could be read, and everything it imports.
    pub files: Vec<File>,
    /// All that can't be loaded.
    pub findings: Vec<Diagnostic>,
    /// Whether the entry imports `agentos/lib.ncl`, itself or by another file.
    pub reaches_library: bool,
    /// Whether any file of the user may call the standard library.
    pub names_standard_library: bool,
    /// Whether any file of the user may print something while it is evaluated.
    pub traces: bool,
}

impl Loaded {
    /// What an entry that parses is for.
    pub(super) fn role(&self, is_environment: bool) -> Role {
        match (is_environment, self.reaches_library) {
            (true, _) => Role::Environment,
            (false, true) => Role::Undeclared,
            (false, false) => Role::Module,
        }
    }
}

/// A file that was read.
pub(super) struct File {
    pub path: PathBuf,
    pub format: InputFormat,
    pub ours: FileId,
    /// Whether another file imports it.
    pub imported: bool,
    /// The tokens of a Nickel file.
    pub outline: Option<Outline>,
    pub imports: Vec<Import>,
}

/// An import in a file.
pub(super) struct Import {
    /// From `import` to its end.
    pub at: Span,
    pub target: Target,
}

/// What an import leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The front door of the library.
    Library,
    /// One of the files that were loaded.
    File(usize),
    /// Nothing that could be loaded, or another module of the library.
    Nothing,
}

/// A file to read: its place, how findings call it, and where it was imported.
struct Wanted {
    path: PathBuf,
    name: String,
    format: InputFormat,
    imported_at: Option<Span>,
    text: Option<String>,
}

/// An import as it is written.
struct Written {
    path: String,
    format: InputFormat,
    package: bool,
    at: Span,
}

struct Loader<'a> {
    world: &'a dyn World,
    sources: &'a mut Sources,
    findings: Vec<Diagnostic>,
    /// The folder that imports may not leave.
    project: PathBuf,
    /// Who wants the entry compiled.
    origin: Origin,
    /// How many bytes were read.
    total: usize,
    reaches_library: bool,
    names_standard_library: bool,
    traces: bool,
}

/// Loads the entry and its imports, and reports all that can't be loaded.
pub(super) fn load(world: &dyn World, entry: &Entry, sources: &mut Sources) -> Loaded {
    let mut loader = Loader::new(world, entry, sources);
    let mut files: Vec<File> = Vec::new();
    let mut known: BTreeMap<(PathBuf, &str), Option<usize>> = BTreeMap::new();
    let mut leading = Vec::new();
    let mut queue = vec![Wanted::entry(entry)];
    while let Some(wanted) = queue.pop() {
        let key = (wanted.path.clone(), wanted.format.to_str());
        if known.contains_key(&key) {
            continue;
        }
        let Some(mut file) = loader.read(&wanted) else {
            known.insert(key, None);
            continue;
        };
        known.insert(key, Some(files.len()));
        for (import, target) in loader.imports_of(&file, &wanted) {
            if let Some(target) = target {
                leading.push((files.len(), file.imports.len(), (target.path.clone(), target.format.to_str())));
                queue.push(target);
            }
            file.imports.push(import);
        }
        files.push(file);
    }
    for (file, import, key) in leading {
        let target = known.get(&key).copied().flatten().map_or(Target::Nothing, Target::File);
        if let Some(import) = files.get_mut(file).and_then(|file| file.imports.get_mut(import)) {
            import.target = target;
        }
    }
    let Loader { findings, reaches_library, names_standard_library, traces, .. } = loader;
    Loaded { files, findings, reaches_library, names_standard_library, traces }
}

/// Reads the entry alone, as Nickel, or reports why that can't be done.
pub(super) fn load_alone(world: &dyn World, entry: &Entry, sources: &mut Sources) -> Result<FileId, Vec<Diagnostic>> {
    let mut loader = Loader::new(world, entry, sources);
    let wanted = Wanted { format: InputFormat::Nickel, ..Wanted::entry(entry) };
    loader.read(&wanted).map(|file| file.ours).ok_or(loader.findings)
}

impl Wanted {
    fn entry(entry: &Entry) -> Wanted {
        Wanted {
            path: entry.path.clone(),
            name: entry.name.clone(),
            format: InputFormat::from_path(&entry.path).unwrap_or(InputFormat::Nickel),
            imported_at: None,
            text: entry.text.clone(),
        }
    }
}

impl<'a> Loader<'a> {
    fn new(world: &'a dyn World, entry: &Entry, sources: &'a mut Sources) -> Loader<'a> {
        Loader {
            world,
            sources,
            findings: Vec::new(),
            project: borders::project(world, &entry.path),
            origin: entry.origin.clone(),
            total: 0,
            reaches_library: false,
            names_standard_library: false,
            traces: false,
        }
    }

    /// Reads one file, or reports why that can't be done.
    fn read(&mut self, wanted: &Wanted) -> Option<File> {
        let text = match self.text(wanted) {
            Ok(text) => text,
            Err(finding) => {
                self.findings.push(*finding);
                return None;
            }
        };
        self.names_standard_library |= text.contains("std");
        // What is traced is printed at once, and must not be printed again by another way to evaluate.
        self.traces |= text.contains("trace");
        let ours = self.sources.add_file(wanted.name.clone(), wanted.path.clone(), text);
        let text = &self.sources.get(ours)?.text;
        let (refused, outline) = inspected(text, wanted.format, ours);
        if !refused.is_empty() {
            self.findings.extend(refused);
            return None;
        }
        let (path, imported) = (wanted.path.clone(), wanted.imported_at.is_some());
        Some(File { path, format: wanted.format, ours, imported, outline, imports: Vec::new() })
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

    /// What a file imports, and the files that are to be read for it.
    fn imports_of(&mut self, file: &File, importer: &Wanted) -> Vec<(Import, Option<Wanted>)> {
        let Some(outline) = &file.outline else { return Vec::new() };
        let Some(text) = self.sources.get(file.ours).map(|text| &text.text) else { return Vec::new() };
        let written = written_imports(text, outline, file.ours);
        written.into_iter().map(|written| self.import(written, importer)).collect()
    }

    fn import(&mut self, written: Written, importer: &Wanted) -> (Import, Option<Wanted>) {
        let folder = importer.path.parent().unwrap_or(FilePath::new("/"));
        let shown = FilePath::new(&importer.name).parent().unwrap_or(FilePath::new(""));
        let (path, at) = (FilePath::new(&written.path), Some(written.at));
        let mut import = Import { at: written.at, target: Target::Nothing };
        let refused = if written.package {
            Some(package_import(at))
        } else if let Some(finding) = borders::refuse_absolute(&written.path, at) {
            Some(finding)
        } else if borders::is_hidden(path) {
            Some(borders::refused(Obstacle::Hidden, &written.path, at))
        } else if path.starts_with(LIBRARY_FOLDER) && written.format != InputFormat::Nickel {
            Some(library_as_data(at))
        } else {
            None
        };
        if let Some(finding) = refused {
            self.findings.push(finding);
            return (import, None);
        }
        if let Ok(module) = path.strip_prefix(LIBRARY_FOLDER) {
            // What imports it by another spelling does not say that it is an environment: see `syntax::is_library`.
            let is_door = written.path == format!("{LIBRARY_FOLDER}/{LIBRARY_DOOR}");
            if self.check_library_import(module, folder, at) && is_door {
                import.target = Target::Library;
            }
            return (import, None);
        }
        let wanted = Wanted {
            path: normal(&folder.join(path)),
            name: display(&normal(&shown.join(path))),
            format: written.format,
            imported_at: at,
            text: None,
        };
        (import, Some(wanted))
    }

    /// Reports what is wrong with an import of the library, and says whether it is that of its front door.
    fn check_library_import(&mut self, module: &FilePath, folder: &FilePath, at: Option<Span>) -> bool {
        let name = display(module);
        let is_door = name == LIBRARY_DOOR;
        self.reaches_library |= is_door;
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
        is_door
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

fn carriage_return(at: Span) -> Diagnostic {
    catalogue::finding(catalogue::SYNTAX_ERROR, Path::root(), "a carriage return without a line break after it")
        .at(Some(at), "here")
        .help("end lines with a line break, with or without a carriage return before it; in text write `\\r`")
}

/// What a text has in it that must not reach Nickel, and its tokens.
fn inspected(text: &str, format: InputFormat, file: FileId) -> (Vec<Diagnostic>, Option<Outline>) {
    if format != InputFormat::Nickel {
        let findings = inspect::deceptive_data(text, file);
        if !findings.is_empty() {
            return (findings, None);
        }
    }
    match format {
        InputFormat::Nickel => {
            if let Some(at) = lone_carriage_return(text) {
                // First of all: the lexer stumbles over it.
                return (vec![carriage_return(Span { file, start: at, end: at + 1 })], None);
            }
            let mut findings = inspect::deceptive_characters(text, file);
            let outline = Outline::of(text);
            findings.extend(outline.huge.map(|number| inspect::huge_number(span(file, number, number))));
            findings.extend(outline.too_deep().map(|token| inspect::nesting(span(file, token, token))));
            (findings, Some(outline))
        }
        InputFormat::Json => (data::json(text, file), None),
        InputFormat::Yaml => (data::yaml(text, file), None),
        // TOML's own reader refuses both keys that stand twice and deep nesting.
        InputFormat::Toml => (data::toml(text, file), None),
        _ => (Vec::new(), None),
    }
}

fn span(file: FileId, first: Token, last: Token) -> Span {
    Span { file, start: first.start, end: last.end }
}

/// Where a text imports something.
pub(super) fn imports(text: &str, outline: &Outline, file: FileId) -> impl Iterator<Item = Span> {
    written_imports(text, outline, file).into_iter().map(|written| written.at)
}

/// The imports that a text has, wherever they stand. What is no import for the parser is left out, and the parser's to
/// report.
fn written_imports(text: &str, outline: &Outline, file: FileId) -> Vec<Written> {
    let begins = |(at, token): (usize, &Token)| {
        let rest = outline.tokens.get(at + 1..)?;
        if token.kind == Kind::Import { import(text, *token, rest, file) } else { None }
    };
    outline.tokens.iter().enumerate().filter_map(begins).collect()
}

/// The import that begins with a token, which others follow.
fn import(text: &str, first: Token, rest: &[Token], file: FileId) -> Option<Written> {
    let (next, rest) = rest.split_first()?;
    if next.kind == Kind::Name {
        // What goes on like the name of a file lacks its quotes.
        let is_file = rest
            .first()
            .is_some_and(|after| after.start == next.end && matches!(text.get(after.range()), Some("/" | ".")));
        let path = text.get(next.range()).filter(|_| !is_file)?.to_owned();
        return Some(Written { path, format: InputFormat::Nickel, package: true, at: span(file, first, *next) });
    }
    let (path, last, rest) = (next.kind == Kind::Quote).then(|| quoted(text, rest))??;
    let (format, last) = match explicit_format(text, rest) {
        Some((format, last)) => (format.parse().ok()?, last),
        None => (InputFormat::from_path(&path).unwrap_or_default(), last),
    };
    Some(Written { path, format, package: false, at: span(file, first, last) })
}

/// The format that is written after the name of a file, and where it ends.
fn explicit_format(text: &str, rest: &[Token]) -> Option<(String, Token)> {
    let [word, tag, rest @ ..] = rest else { return None };
    if word.kind != Kind::Name || text.get(word.range()) != Some("as") {
        return None;
    }
    match tag.kind {
        Kind::Tag => Some((text.get(tag.range())?.get(1..)?.to_owned(), *tag)),
        Kind::QuotedTag => quoted(text, rest).map(|(format, last, _)| (format, last)),
        _ => None,
    }
}

/// A text without expressions whose opening quote is behind: what it says, its closing quote, and what follows.
fn quoted<'t>(text: &str, tokens: &'t [Token]) -> Option<(String, Token, &'t [Token])> {
    let mut said = String::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Literal => said.push_str(text.get(token.range())?),
            Kind::Escape(character) => said.push(character),
            Kind::Quote => return Some((said, *token, tokens.get(at + 1..)?)),
            _ => return None,
        }
    }
    None
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
