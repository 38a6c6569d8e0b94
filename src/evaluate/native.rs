//! Environments that are plain data, checked without Nickel's evaluator.
//!
//! Nearly all of what an environment costs is Nickel applying the library's contracts to it. Most environments compute
//! nothing: they are records, merged with others. Those are read from the syntax tree ([`read`]) and held against a
//! table of the contracts ([`check`]), which is written from the library ([`write`]) and held fresh by a test.
//!
//! Invariant: no value is judged here. What is not plain data, or not without a doubt as the contracts want it, is left
//! to Nickel. So this may be stricter than the library, and must never be more lenient; and the tree of what it
//! accepts is the one that Nickel would have made, places included.

mod check;
mod read;
#[rustfmt::skip]
mod table;
pub(super) mod write;

use super::{Evaluated, Role, SpanMap, load, locate};
use crate::source::{Entry, FileId, Origin, Sources, World};
use nickel_lang_core::cache::{AstCache, CacheHub, ImportData, SourceCache, TermCache, WildcardsCache};
use nickel_lang_core::files::Files;
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a value must be.
#[allow(dead_code, reason = "the table of the day may do without some of them")]
enum Shape {
    /// Anything.
    Any,
    /// A number.
    Number,
    /// Text.
    String,
    /// `true` or `false`.
    Bool,
    /// A string, a number or a boolean.
    Scalar,
    /// Text that matches a pattern.
    Text(&'static Pattern),
    /// A whole number in a range.
    Integer(i64, i64),
    /// The name of a field of a record nearby.
    KeyOf(Reference),
    /// These fields and no others, in the order in which Nickel has them.
    Record(&'static [Field]),
    /// Any names, each with a value of one shape.
    Dict(&'static Shape),
    /// A list.
    Array(&'static Shape),
    /// One of these tags, with what comes with it.
    Choice(&'static [(&'static str, Option<&'static Shape>)]),
    /// All of these. None of them has anything inside.
    All(&'static [&'static Shape]),
    /// What belongs to the tag of a field nearby.
    Depends(Reference, &'static [(&'static str, &'static Shape)]),
    /// What the table can't say.
    Opaque,
}

/// A contract on text: at most so many characters, and a regular expression.
struct Pattern {
    max: usize,
    regex: &'static str,
    /// Whether it matches whole texts or nothing.
    whole: bool,
    /// How often it was asked.
    uses: AtomicUsize,
    /// What answers at first: made in no time, and slow.
    at_first: OnceLock<Option<Regex>>,
    /// What answers many times: a machine that learns.
    at_length: OnceLock<Option<Regex>>,
}

/// So many texts are matched before it pays to build the faster machine.
const FEW: usize = 100;

/// A field of a record around the value at hand: so many records further out, of this name.
struct Reference(usize, &'static str);

/// A field of a record contract.
struct Field {
    name: &'static str,
    /// Where the library declares it.
    key: Place,
    shape: &'static Shape,
    optional: bool,
    default: Option<Default>,
}

/// A default, and where the library says it.
struct Default {
    value: Literal,
    place: Place,
}

/// A value as the library writes it.
enum Literal {
    Text(&'static str),
    Number(&'static str),
    Bool(bool),
    Tag(&'static str),
    Array(&'static [Default]),
    Record(&'static [(&'static str, Place, Default)]),
    /// A record of the library's, which a record of the user's is merged with: its fields are those of the contract.
    Base,
    /// The value of a field nearby.
    Same(Reference),
}

/// A place in the library: the module by its position in [`crate::source::LIBRARY`], and from where to where.
#[derive(Clone, Copy)]
struct Place(usize, u32, u32);

impl Pattern {
    const fn new(max: usize, regex: &'static str, whole: bool) -> Pattern {
        Pattern { max, regex, whole, uses: AtomicUsize::new(0), at_first: OnceLock::new(), at_length: OnceLock::new() }
    }

    /// Whether a text matches, without a doubt.
    fn matches(&self, text: &str) -> bool {
        // Nickel counts what a reader takes for one character, of which there are no more than code points.
        let short = text.len() <= self.max || text.chars().count() <= self.max;
        let regex = match self.uses.fetch_add(1, Ordering::Relaxed) {
            ..FEW => self.at_first.get_or_init(|| machine(self.regex, false)),
            FEW.. => self.at_length.get_or_init(|| machine(self.regex, true)),
        };
        let matches = |regex: &Regex| match self.whole {
            true => regex.is_match(text),
            false => regex.find_iter(text).any(|found| stands_apart(text, found.range())),
        };
        short && regex.as_ref().is_some_and(matches)
    }
}

/// What matches a regular expression, byte by byte: the contracts have no classes of Unicode, and a class that leaves
/// bytes out has those of all other characters. A machine that learns takes longer to begin with than a small environment
/// takes as a whole.
fn machine(regex: &str, learns: bool) -> Option<Regex> {
    let config = Config::new().which_captures(WhichCaptures::Implicit).onepass(false).hybrid(learns).dfa(false);
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    Regex::builder().configure(config.auto_prefilter(false)).syntax(syntax).build(regex).ok()
}

/// Whether a part of a text begins and ends with characters that are no part of larger ones: such matches count for
/// Nickel.
fn stands_apart(text: &str, part: Range<usize>) -> bool {
    let around = part.start.saturating_sub(1)..text.len().min(part.end + 1);
    text.as_bytes().get(around).is_some_and(|bytes| bytes.is_ascii() && !bytes.contains(&b'\r'))
}

/// The tree of an environment that is plain data and without faults, or why its files can't be loaded; none where Nickel
/// is to decide.
pub(super) fn evaluate(
    library: &[FileId],
    world: &dyn World,
    entry: &Entry,
    sources: &mut Sources,
) -> Option<Evaluated> {
    // One for each environment: what it has read it keeps for ever.
    let mut hub = empty_hub();
    let mut spans = SpanMap::default();
    let main = load::load(&mut hub, &mut spans, world, entry, sources);
    let role = main.role();
    let without_value = |findings| Some(Evaluated::without_value(findings, role));
    let file = match main.file {
        // What is wrong with a module is said where an environment imports it.
        Some(_) if role != Role::Environment && matches!(entry.origin, Origin::Found { .. }) => {
            return without_value(Vec::new());
        }
        Some(file) if main.findings.is_empty() => file,
        // Whoever would evaluate them, files are loaded alike.
        Some(_) | None => return without_value(main.findings),
    };
    if !main.plain_data {
        return None;
    }
    let datum = read::read(&hub, &spans, file)?;
    let mut root = check::check(&datum, table::ENVIRONMENT, library)?;
    locate::locate(&hub, &spans, sources, file, &mut root);
    Some(Evaluated { tree: Some(root), findings: Vec::new(), role, traced: false })
}

/// A hub that has not read the standard library, which takes longer than a small environment.
fn empty_hub() -> CacheHub {
    CacheHub {
        terms: TermCache::new(),
        sources: SourceCache {
            files: Files::new([] as [(&str, &str); 0]),
            file_paths: HashMap::new(),
            file_ids: HashMap::new(),
            import_paths: Vec::new(),
            packages: HashMap::new(),
            package_map: None,
        },
        asts: AstCache::empty(),
        wildcards: WildcardsCache::new(),
        import_data: ImportData::new(),
        #[cfg(debug_assertions)]
        skip_stdlib: true,
    }
}
