//! Nickel → [`tree`]: a value in which every node knows where it was written.
//!
//! Invariant: this module and those below it are the only ones that import nickel-lang-core. A file is evaluated
//! lazily, field by field, each field against its contract, so that one broken field hides no other.

mod borders;
mod data;
mod faults;
mod inspect;
mod load;
mod locate;
mod native;
pub mod schema;
mod stdlib;
mod syntax;
pub mod tree;
mod walk;

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::source::{Entry, FileId, LIBRARY, LIBRARY_FOLDER, LibraryModule, Sources, Span, World};
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use nickel_lang_core::error::NullReporter;
use nickel_lang_core::eval::cache::CacheImpl;
use nickel_lang_core::eval::{VirtualMachine, VmContext, value::NickelValue};
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::label::Label;
use nickel_lang_core::position::{RawSpan, TermPos};
use nickel_lang_core::term::RuntimeContract;
use schema::Schema;
use std::collections::HashMap;
use tree::{Node, Path};

/// Where the library is mounted: a folder that exists in no file system, only among Nickel's sources.
const MOUNT: &str = "/@agentos-cfg";

type Context = VmContext<CacheHub, CacheImpl>;

/// What evaluation found out.
pub struct Evaluated {
    /// The environment as far as it could be evaluated; broken values are marked.
    pub tree: Option<Node>,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
}

/// What can evaluate an environment, from the quickest to the one that has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Data read from the syntax tree, held against a table of the library's contracts.
    Native,
    /// Nickel with the prelude.
    Lean,
    /// Nickel with its whole standard library.
    Full,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says that it is an environment: its value carries the library's contract `Environment`.
    Environment,
    /// It is something that environments import.
    Module,
    /// It can't be read or does not parse, so that nobody can tell.
    Unreadable,
}

/// What a file is for, by its syntax: neither it nor anything that it imports is evaluated.
pub fn role(world: &dyn World, entry: &Entry) -> Role {
    let Some(text) = load::text_of(world, entry) else { return Role::Unreadable };
    let mut hub = CacheHub::new();
    let file = hub.sources.add_string(SourcePath::Path(entry.path.clone(), InputFormat::Nickel), text);
    match hub.parse_to_ast(file) {
        Err(_) => Role::Unreadable,
        Ok(_) if syntax::is_environment(&hub, file) => Role::Environment,
        Ok(_) => Role::Module,
    }
}

/// Nickel with the library loaded; serves any number of environments, one after the other.
pub struct Evaluator {
    /// The texts of the library, in the order of [`LIBRARY`].
    library: Vec<FileId>,
    /// With the prelude, for environments that call nothing of the standard library and have no faults.
    lean: Option<Engine>,
    /// With the whole standard library.
    full: Option<Engine>,
    /// What is tried first.
    first: Method,
    /// What has answered last.
    answered: Option<Method>,
}

/// How much of Nickel's standard library there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standard {
    /// The prelude.
    Lean,
    /// All of it.
    Full,
}

/// One instance of Nickel.
struct Engine {
    context: Context,
    library: Vec<NickelFile>,
    spans: SpanMap,
}

/// Which of our texts a file of Nickel's is.
#[derive(Default)]
struct SpanMap {
    files: HashMap<NickelFile, FileId>,
}

impl SpanMap {
    fn span(&self, raw: RawSpan) -> Option<Span> {
        let file = *self.files.get(&raw.src_id)?;
        Some(Span { file, start: raw.start.to_usize() as u32, end: raw.end.to_usize() as u32 })
    }

    fn position(&self, position: TermPos) -> Option<Span> {
        self.span(position.into_opt()?)
    }
}

impl Evaluator {
    /// Takes the library's texts into `sources`; Nickel itself starts with the first environment.
    pub fn new(sources: &mut Sources) -> Evaluator {
        let add = |module: &LibraryModule| {
            sources.add(format!("{LIBRARY_FOLDER}/{}", module.path), module.text.to_owned(), true)
        };
        let library = LIBRARY.iter().map(add).collect();
        Evaluator { library, lean: None, full: None, first: Method::Native, answered: None }
    }

    /// Evaluates an environment against the contract `Environment`, whether or not the file says so itself.
    pub fn evaluate(&mut self, world: &dyn World, entry: &Entry, sources: &mut Sources) -> Evaluated {
        let mark = sources.mark();
        if self.first == Method::Native {
            if let Some(tree) = native::evaluate(&self.library, world, entry, sources) {
                self.answered = Some(Method::Native);
                return Evaluated { tree: Some(tree), findings: Vec::new() };
            }
            sources.forget_after(mark);
        }
        self.answered = Some(Method::Lean);
        let lean = self.lean.get_or_insert_with(|| Engine::new(Standard::Lean, &self.library));
        if let Some(evaluated) = lean.evaluate(Standard::Lean, world, entry, sources)
            && evaluated.findings.is_empty()
        {
            return evaluated;
        }
        sources.forget_after(mark);
        self.answered = Some(Method::Full);
        let full = self.full.get_or_insert_with(|| Engine::new(Standard::Full, &self.library));
        let evaluated = full.evaluate(Standard::Full, world, entry, sources);
        evaluated.unwrap_or_else(|| Evaluated { tree: None, findings: Vec::new() })
    }

    /// Has Nickel evaluate everything from now on: to hold the ways to evaluate against each other.
    pub fn without_native(&mut self) {
        self.first = Method::Lean;
    }

    /// What has evaluated the last environment.
    pub fn answered(&self) -> Option<Method> {
        self.answered
    }

    /// The library's contracts as the table of [`Method::Native`], in Rust.
    pub fn native_table(&mut self) -> String {
        let engine = self.lean.get_or_insert_with(|| Engine::new(Standard::Lean, &self.library));
        engine.parse_library();
        native::write::table(&engine.context.import_resolver, &engine.library)
    }

    /// Forgets all that was evaluated.
    pub fn clear(&mut self) {
        self.lean = None;
        self.full = None;
    }

    /// The library's own description of the language: fields, documentation, choices and defaults.
    pub fn schema(&mut self) -> Schema {
        let library = &self.library;
        match &mut self.full {
            Some(full) => full.schema(),
            None => self.lean.get_or_insert_with(|| Engine::new(Standard::Lean, library)).schema(),
        }
    }
}

impl Engine {
    fn new(standard: Standard, library: &[FileId]) -> Engine {
        let mut hub = CacheHub::new();
        stdlib::install(&mut hub, standard);
        let mut spans = SpanMap::default();
        let mut modules = Vec::new();
        for (module, ours) in LIBRARY.iter().zip(library) {
            let path = format!("{MOUNT}/{LIBRARY_FOLDER}/{}", module.path);
            let theirs =
                hub.sources.add_string(SourcePath::Path(path.into(), InputFormat::Nickel), module.text.to_owned());
            spans.files.insert(theirs, *ours);
            modules.push(theirs);
        }
        hub.sources.add_import_paths([MOUNT].into_iter());
        let context = VmContext::new(hub, std::io::stderr(), NullReporter {});
        Engine { context, library: modules, spans }
    }

    /// Evaluates an environment; none where the standard library at hand is not enough for it.
    fn evaluate(
        &mut self,
        standard: Standard,
        world: &dyn World,
        entry: &Entry,
        sources: &mut Sources,
    ) -> Option<Evaluated> {
        let refused = |findings| Some(Evaluated { tree: None, findings });
        let main = match load::load(&mut self.context.import_resolver, &mut self.spans, world, entry, sources) {
            Ok(main) => main,
            Err(findings) => return refused(findings),
        };
        if standard == Standard::Lean && main.needs_standard_library {
            return None;
        }
        let prepared = if main.statically_typed {
            self.context.prepare_eval(main.file)
        } else {
            // What is not annotated with static types has nothing that could be checked before evaluation, and
            // unbound names are found during it, all of them.
            self.context.prepare_eval_only(main.file)
        };
        let value = match prepared {
            Ok(value) => value,
            Err(error) => {
                let mut files = self.context.import_resolver.sources.files().clone();
                return refused(faults::from_error(error, &mut files, &self.spans));
            }
        };
        if let Some(finding) = self.uninvited() {
            return refused(vec![finding]);
        }
        let contract = match self.environment_contract() {
            Ok(contract) => contract,
            Err(finding) => return refused(vec![*finding]),
        };
        let walked = walk::walk(&mut self.context, value, contract, main.annotated);
        let schema = if walked.faults.is_empty() { None } else { Some(self.schema()) };
        Some(faults::report(walked, schema.as_ref(), &self.context, &self.spans, sources, main.file))
    }

    /// The finding on a file that Nickel has read by itself, after imports were resolved and before anything is
    /// evaluated. There is none, as long as `load` sees every import that Nickel sees.
    fn uninvited(&self) -> Option<Diagnostic> {
        let sources = &self.context.import_resolver.sources;
        let ours =
            |file, path: &SourcePath| self.spans.files.contains_key(file) || !matches!(path, SourcePath::Path(..));
        let (_, path) = sources.file_paths.iter().find(|(file, path)| !ours(file, path))?;
        let message = format!("a file was read that was not asked for: {path:?}");
        Some(Diagnostic::new(catalogue::UNRESOLVED_IMPORT, Path::root(), message).help("report this, with the input"))
    }

    fn parse_library(&mut self) {
        for module in &self.library {
            // Evaluation drops syntax trees on the way. Nothing to report: the library parses, or the tests fail.
            let _ = self.context.import_resolver.parse_to_ast(*module);
        }
    }

    fn schema(&mut self) -> Schema {
        self.parse_library();
        schema::read(&self.context.import_resolver, &self.spans, self.library.first().copied())
    }

    fn environment_contract(&mut self) -> Result<RuntimeContract, Box<Diagnostic>> {
        let bug = |what: &str| {
            let message = format!("the embedded library is broken: {what}");
            Box::new(Diagnostic::new(catalogue::FAILED_EVALUATION, Path::root(), message))
        };
        let front_door = *self.library.first().ok_or_else(|| bug("it is empty"))?;
        let library = self.context.prepare_eval_only(front_door).map_err(|_| bug("it does not parse"))?;
        let library = VirtualMachine::new(&mut self.context).eval(library).map_err(|_| bug("it has no value"))?;
        let contract = field_of(&library, "Environment").ok_or_else(|| bug("it has no `Environment`"))?;
        Ok(RuntimeContract::new(contract, Label::default()))
    }
}

fn field_of(value: &NickelValue, name: &str) -> Option<NickelValue> {
    let record = value.as_record()?.into_opt()?;
    let (_, field) = record.fields.iter().find(|(id, _)| id.label() == name)?;
    field.value_with_pending_contracts()
}
