//! Nickel → [`crate::tree`]: a value in which every node knows where it was written.
//!
//! Invariant: this module and those below it are the only ones that import nickel-lang-core. A file is evaluated
//! lazily, field by field, each field against its contract, so that one broken field hides no other.

mod bare;
pub(crate) mod borders;
mod data;
mod faults;
mod hub;
mod inspect;
mod load;
mod locate;
mod mistakes;
mod native;
pub(crate) mod outline;
pub mod schema;
mod spelling;
mod spot;
mod stdlib;
mod syntax;
mod trace;
mod walk;

pub(crate) use faults::meant;
pub(crate) use native::Contract;
pub use spelling::spelled;
pub(crate) use spot::Spot;

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{Entry, FileId, LIBRARY, LIBRARY_FOLDER, LibraryModule, Origin, Sources, Span, World};
use crate::tree::Node;
use hub::{Instead, Purpose};
use load::Loaded;
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use nickel_lang_core::error::{Error, NullReporter};
use nickel_lang_core::eval::cache::CacheImpl;
use nickel_lang_core::eval::{VirtualMachine, VmContext, value::NickelValue};
use nickel_lang_core::files::FileId as NickelFile;
use nickel_lang_core::label::Label;
use nickel_lang_core::position::{RawSpan, TermPos};
use nickel_lang_core::term::RuntimeContract;
use schema::Schema;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;
use trace::Trace;

/// Where the library is mounted: a folder that exists in no file system, only among Nickel's sources.
const MOUNT: &str = "/@agentos-cfg";

type Context = VmContext<CacheHub, CacheImpl>;

/// What evaluation found out.
pub struct Evaluated {
    /// The environment as far as it could be evaluated; broken values are marked.
    pub tree: Option<Node>,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
    /// What the file is for, by its syntax.
    pub role: Role,
    /// Whether it has printed something by `std.trace`.
    pub traced: bool,
}

impl Evaluated {
    /// What was found out of a file that has no value.
    fn without_value(findings: Vec<Diagnostic>, role: Role) -> Evaluated {
        Evaluated { tree: None, findings, role, traced: false }
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says that it is an environment: its value carries the library's contract `Environment`.
    Environment,
    /// It reaches the library by its imports, and does not say that it is an environment: what it is depends on whether
    /// other files import it.
    Undeclared,
    /// It is something that environments import.
    Module,
    /// It can't be read or does not parse, so that nobody can tell.
    Unreadable,
}

impl Role {
    /// Whether what was found in a folder is not evaluated: what is wrong with a module is said where an environment imports
    /// it.
    fn is_left_out(self, entry: &Entry) -> bool {
        matches!(self, Role::Module | Role::Undeclared) && matches!(entry.origin, Origin::Found { .. })
    }
}

/// Reads a text that Nickel takes, without what it imports and without evaluating it; else, what is wrong with it.
pub fn parsed(world: &dyn World, entry: &Entry, sources: &mut Sources) -> Result<FileId, Vec<Diagnostic>> {
    let file = load::load_alone(world, entry, sources)?;
    let refused = sources.get(file).map_or_else(Vec::new, |source| mistakes::of_text(&source.text, file));
    if refused.is_empty() { Ok(file) } else { Err(refused) }
}

/// Nickel with the library loaded; serves any number of environments, one after the other.
pub struct Evaluator {
    /// The texts of the library, in the order of [`LIBRARY`].
    library: Vec<FileId>,
    /// Without the standard library, for environments that call nothing of it.
    bare: Option<Engine>,
    /// With the standard library.
    full: Option<Engine>,
}

/// How much of Nickel's standard library there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standard {
    /// Nothing of it.
    None,
    /// All of it.
    Full,
}

/// One instance of Nickel.
struct Engine {
    context: Context,
    library: Vec<NickelFile>,
    spans: SpanMap,
    /// Whether the environment at hand has printed something.
    traced: Rc<Cell<bool>>,
}

/// Which of our texts a file of Nickel's is, for the environment at hand.
#[derive(Default)]
struct SpanMap {
    files: HashMap<NickelFile, FileId>,
    /// Every file that we have given to Nickel, for whatever environment.
    given: HashSet<NickelFile>,
    /// Files that Nickel has as they were mended, and where each byte of them is written.
    mended: HashMap<NickelFile, mistakes::Origins>,
}

impl SpanMap {
    fn insert(&mut self, theirs: NickelFile, ours: FileId) {
        self.files.insert(theirs, ours);
        self.given.insert(theirs);
    }

    /// Forgets the texts of the last environment: each has its own.
    fn keep(&mut self, library: &[NickelFile]) {
        self.files.retain(|file, _| library.contains(file));
        self.mended.clear();
    }

    fn span(&self, raw: RawSpan) -> Option<Span> {
        self.place(raw.src_id, raw.start.to_usize()..raw.end.to_usize())
    }

    /// Where bytes of a file of Nickel's are written.
    fn place(&self, theirs: NickelFile, range: Range<usize>) -> Option<Span> {
        let file = *self.files.get(&theirs)?;
        let written = |byte: usize| match self.mended.get(&theirs) {
            Some(origins) => origins.get(byte).or(origins.last()).copied().unwrap_or(0),
            None => u32::try_from(byte).unwrap_or(u32::MAX),
        };
        Some(Span { file, start: written(range.start), end: written(range.end) })
    }

    fn position(&self, position: TermPos) -> Option<Span> {
        self.span(position.into_opt()?)
    }

    /// The files of the environment at hand that are not the library's.
    fn files_of_user(&self, library: &[FileId]) -> impl Iterator<Item = NickelFile> {
        self.files.iter().filter(|(_, ours)| !library.contains(ours)).map(|(theirs, _)| *theirs)
    }
}

impl Evaluator {
    /// Takes the library's texts into `sources`; Nickel itself starts with the first environment.
    pub fn new(sources: &mut Sources) -> Evaluator {
        let add = |module: &LibraryModule| {
            sources.add(format!("{LIBRARY_FOLDER}/{}", module.path), module.text.to_owned(), true)
        };
        Evaluator { library: LIBRARY.iter().map(add).collect(), bare: None, full: None }
    }

    /// Evaluates an environment against the contract `Environment`, whether or not the file says so itself. What was
    /// found in a folder, and does not say so, is a module, and is not evaluated.
    pub fn evaluate(&mut self, world: &dyn World, entry: &Entry, sources: &mut Sources) -> Evaluated {
        let loaded = load::load(world, entry, sources);
        self.natively(&loaded, entry, sources)
            .or_else(|| self.values(&loaded, entry, sources))
            .unwrap_or_else(|| self.by_nickel(&loaded, entry, sources))
    }

    /// Evaluates an environment without Nickel; none where it is not plain data, and where Nickel is to decide what is wrong.
    pub fn quickly(&mut self, world: &dyn World, entry: &Entry, sources: &mut Sources) -> Option<Evaluated> {
        self.alone(Self::natively, world, entry, sources)
    }

    /// Evaluates an environment by Nickel without the library's contracts, and holds the values against them, also those that
    /// stand beside mistakes in its syntax; none where that is not possible, and where Nickel is to decide what is wrong.
    pub fn by_values(&mut self, world: &dyn World, entry: &Entry, sources: &mut Sources) -> Option<Evaluated> {
        self.alone(Self::values, world, entry, sources)
    }

    /// Loads an environment for one way alone, and forgets its texts where that has no answer.
    fn alone(
        &mut self,
        way: fn(&mut Self, &Loaded, &Entry, &Sources) -> Option<Evaluated>,
        world: &dyn World,
        entry: &Entry,
        sources: &mut Sources,
    ) -> Option<Evaluated> {
        let mark = sources.mark();
        let loaded = load::load(world, entry, sources);
        let evaluated = way(self, &loaded, entry, sources);
        if evaluated.is_none() {
            sources.forget_after(mark);
        }
        evaluated
    }

    /// Evaluates an environment by Nickel, contracts included.
    pub fn thoroughly(&mut self, world: &dyn World, entry: &Entry, sources: &mut Sources) -> Evaluated {
        let loaded = load::load(world, entry, sources);
        self.by_nickel(&loaded, entry, sources)
    }

    fn natively(&mut self, loaded: &Loaded, entry: &Entry, sources: &Sources) -> Option<Evaluated> {
        if loaded.findings.is_empty() { native::evaluate(&self.library, loaded, entry, sources) } else { None }
    }

    fn values(&mut self, loaded: &Loaded, entry: &Entry, sources: &Sources) -> Option<Evaluated> {
        self.computed(loaded, entry, sources).or_else(|| self.mended(loaded, entry, sources))
    }

    /// Lets Nickel compute the values, and holds them against the contracts as plain data is; none where that is not
    /// possible, and where Nickel is to decide what is wrong.
    fn computed(&mut self, loaded: &Loaded, entry: &Entry, sources: &Sources) -> Option<Evaluated> {
        if !loaded.findings.is_empty() || loaded.traces {
            return None;
        }
        let bare = bare::without_annotation(loaded, sources);
        let instead = bare.as_deref().map(|written| Instead { written, mended: None });
        let engine = match standard_library_of(loaded, bare.as_deref()) {
            Standard::None => bare_engine(&mut self.bare, &self.library),
            Standard::Full => full_engine(&mut self.full, &self.library),
        };
        engine.compute(&self.library, loaded, instead, entry, sources)
    }

    /// The same of an entry that Nickel refuses, without its mistakes.
    fn mended(&mut self, loaded: &Loaded, entry: &Entry, sources: &Sources) -> Option<Evaluated> {
        if !loaded.findings.is_empty() || loaded.traces {
            return None;
        }
        let written = bare::without_annotation(loaded, sources)?;
        let (mistakes, mended) = hub::mended(loaded, sources)?;
        let text = bare::mended_without_annotation(&mended, loaded, sources)?;
        let engine = match standard_library_of(loaded, Some(&written)) {
            Standard::None => bare_engine(&mut self.bare, &self.library),
            Standard::Full => full_engine(&mut self.full, &self.library),
        };
        let instead = Instead { written: &written, mended: Some((&text, &mended.origins)) };
        let mut evaluated = engine.compute(&self.library, loaded, Some(instead), entry, sources)?;
        evaluated.findings.retain(|finding| !hub::follows_from(&mended.broken, finding));
        evaluated.findings.extend(mistakes);
        Some(Evaluated { role: Role::Unreadable, ..evaluated })
    }

    fn by_nickel(&mut self, loaded: &Loaded, entry: &Entry, sources: &Sources) -> Evaluated {
        full_engine(&mut self.full, &self.library).evaluate(&self.library, loaded, entry, sources)
    }

    /// The library's contracts as a table in Rust, which [`Evaluator::quickly`] holds environments against.
    pub fn native_table(&mut self) -> String {
        let engine = bare_engine(&mut self.bare, &self.library);
        engine.parse_library();
        native::write::table(&engine.context.import_resolver, &engine.library)
    }

    /// Forgets all that was evaluated.
    pub fn clear(&mut self) {
        self.bare = None;
        self.full = None;
    }

    /// The library's own description of the language: fields, documentation, choices and defaults.
    pub fn schema(&mut self) -> Schema {
        bare_engine(&mut self.bare, &self.library).schema()
    }
}

/// How much of it an environment calls; our own library calls it, too.
fn standard_library_of(loaded: &Loaded, bare: Option<&str>) -> Standard {
    match loaded.names_standard_library || bare::needs_library(loaded, bare) {
        true => Standard::Full,
        false => Standard::None,
    }
}

fn full_engine<'e>(engine: &'e mut Option<Engine>, library: &[FileId]) -> &'e mut Engine {
    engine.get_or_insert_with(|| Engine::new(Standard::Full, library))
}

fn bare_engine<'e>(engine: &'e mut Option<Engine>, library: &[FileId]) -> &'e mut Engine {
    engine.get_or_insert_with(|| Engine::new(Standard::None, library))
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
            spans.insert(theirs, *ours);
            modules.push(theirs);
        }
        hub.sources.add_import_paths([MOUNT].into_iter());
        let trace = Trace::default();
        let traced = Rc::clone(&trace.written);
        let context = VmContext::new(hub, trace, NullReporter {});
        Engine { context, library: modules, spans, traced }
    }

    /// Evaluates an environment, contracts included.
    fn evaluate(&mut self, library: &[FileId], loaded: &Loaded, entry: &Entry, sources: &Sources) -> Evaluated {
        self.spans.keep(&self.library);
        self.traced.set(false);
        let main = hub::give(&mut self.context.import_resolver, &mut self.spans, loaded, Purpose::Findings, sources);
        let role = main.role;
        if role.is_left_out(entry) {
            return Evaluated::without_value(Vec::new(), role);
        }
        let refused = |findings: Vec<Diagnostic>| {
            let loading = loaded.findings.iter().filter(|finding| !main.explains(finding));
            let refused = loading.chain(&main.refused).chain(&main.mistakes).cloned();
            Evaluated::without_value(refused.chain(findings).collect(), role)
        };
        // What turns out to be a module may lack anything.
        let found = matches!(entry.origin, Origin::Found { .. });
        let is_whole = loaded.findings.is_empty() && main.refused.is_empty() && (main.annotated || !found);
        let Some(file) = main.file.filter(|_| is_whole) else { return refused(Vec::new()) };
        let value = match self.prepared(&main, file) {
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
        let (tree, mut findings) = faults::report(walked, library, loaded, &self.context, &self.spans, sources, file);
        findings.retain(|finding| !main.follows_from_mending(finding));
        findings.extend(main.mistakes);
        Evaluated { tree: Some(tree), findings, role, traced: self.traced.get() }
    }

    /// Computes an environment without the library's contracts, and holds its values against them; none where that is
    /// not possible, and where Nickel is to decide what is wrong. `instead` is the text of an entry that says that it is an
    /// environment, without that.
    fn compute(
        &mut self,
        library: &[FileId],
        loaded: &Loaded,
        instead: Option<Instead<'_>>,
        entry: &Entry,
        sources: &Sources,
    ) -> Option<Evaluated> {
        self.spans.keep(&self.library);
        self.traced.set(false);
        let main =
            hub::give(&mut self.context.import_resolver, &mut self.spans, loaded, Purpose::Values(instead), sources);
        let file = main.file.filter(|_| main.refused.is_empty())?;
        // Whatever else is annotated applies the contract itself.
        if main.annotated || (instead.is_some() && !syntax::may_be_annotated(&self.context.import_resolver, file)) {
            return None;
        }
        let role = if instead.is_some() { Role::Environment } else { main.role };
        if role.is_left_out(entry) {
            return Some(Evaluated::without_value(Vec::new(), role));
        }
        let value = self.prepared(&main, file).ok()?;
        if self.uninvited().is_some() {
            return None;
        }
        let computed = native::compute(&mut self.context, value)?;
        let (root, findings) = native::judge(&computed, library, loaded, &self.context, &self.spans, sources, file)?;
        let is_mended = instead.is_some_and(|instead| instead.mended.is_some());
        if !findings.is_empty() && !is_mended && hub::is_mistaken(loaded, sources, file) {
            return None;
        }
        Some(Evaluated { tree: Some(root), findings, role, traced: false })
    }

    fn prepared(&mut self, main: &hub::Given, file: NickelFile) -> Result<NickelValue, Error> {
        if main.statically_typed {
            self.context.prepare_eval(file)
        } else {
            // What is not annotated with static types has nothing that could be checked before evaluation, and
            // unbound names are found during it, all of them.
            self.context.prepare_eval_only(file)
        }
    }

    /// The finding on a file that Nickel has read by itself, after imports were resolved and before anything is
    /// evaluated. There is none, as long as `load` sees every import that Nickel sees.
    fn uninvited(&self) -> Option<Diagnostic> {
        let sources = &self.context.import_resolver.sources;
        let ours = |file, path: &SourcePath| self.spans.given.contains(file) || !matches!(path, SourcePath::Path(..));
        let (_, path) = sources.file_paths.iter().find(|(file, path)| !ours(file, path))?;
        let message = format!("a file was read that was not asked for: {path:?}");
        Some(
            catalogue::finding(catalogue::UNRESOLVED_IMPORT, Path::root(), message).help("report this, with the input"),
        )
    }

    fn parse_library(&mut self) {
        for module in &self.library {
            // Evaluation drops syntax trees on the way. Nothing to report: the library parses, or the tests fail.
            let _ = self.context.import_resolver.parse_to_ast(*module);
        }
    }

    fn schema(&mut self) -> Schema {
        self.parse_library();
        schema::read::read(&self.context.import_resolver, &self.library)
    }

    fn environment_contract(&mut self) -> Result<RuntimeContract, Box<Diagnostic>> {
        let bug = |what: &str| {
            let message = format!("the embedded library is broken: {what}");
            Box::new(catalogue::finding(catalogue::FAILED_EVALUATION, Path::root(), message))
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
