//! Nickel → [`tree`]: a value in which every node knows where it was written.
//!
//! Invariant: this module and those below it are the only ones that import nickel-lang-core. A file is evaluated
//! lazily, field by field, each field against its contract, so that one broken field hides no other.

mod faults;
mod load;
mod locate;
pub mod schema;
mod syntax;
pub mod tree;
mod walk;

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::source::{Entry, FileId, LIBRARY, LIBRARY_FOLDER, Sources, Span, World};
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

/// Nickel with the library loaded; serves any number of environments, one after the other.
pub struct Evaluator {
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
    /// Loads the library and takes its texts into `sources`.
    pub fn new(sources: &mut Sources) -> Evaluator {
        let mut hub = CacheHub::new();
        let mut spans = SpanMap::default();
        let mut library = Vec::new();
        for module in LIBRARY {
            let name = format!("{LIBRARY_FOLDER}/{}", module.path);
            let path = SourcePath::Path(format!("{MOUNT}/{name}").into(), InputFormat::Nickel);
            let id = hub.sources.add_string(path, module.text.to_owned());
            spans.files.insert(id, sources.add(name, module.text.to_owned(), true));
            library.push(id);
        }
        hub.sources.add_import_paths([MOUNT].into_iter());
        Evaluator { context: VmContext::new(hub, std::io::stderr(), NullReporter {}), library, spans }
    }

    /// Evaluates an environment against the contract `Environment`, whether or not the file says so itself.
    pub fn evaluate(&mut self, world: &dyn World, entry: &Entry, sources: &mut Sources) -> Evaluated {
        let loaded = load::load(&mut self.context.import_resolver, &mut self.spans, world, entry, sources);
        let main = match loaded {
            Ok(main) => main,
            Err(findings) => return Evaluated { tree: None, findings },
        };
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
                return Evaluated { tree: None, findings: faults::from_error(error, &mut files, &self.spans) };
            }
        };
        let contract = match self.environment_contract() {
            Ok(contract) => contract,
            Err(finding) => return Evaluated { tree: None, findings: vec![*finding] },
        };
        let walked = walk::walk(&mut self.context, value, contract);
        let schema = if walked.faults.is_empty() { None } else { Some(self.schema()) };
        faults::report(walked, schema.as_ref(), &self.context, &self.spans, sources, main.file)
    }

    /// The library's own description of the language: fields, documentation, choices and defaults.
    pub fn schema(&mut self) -> Schema {
        for module in &self.library {
            // Evaluation drops syntax trees on the way. Nothing to report: the library parses, or the tests fail.
            let _ = self.context.import_resolver.parse_to_ast(*module);
        }
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
