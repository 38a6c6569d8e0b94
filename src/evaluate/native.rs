//! Environments that are plain data, checked without Nickel's evaluator.
//!
//! Nearly all of what an environment costs is Nickel applying the library's contracts to it. Most environments compute
//! nothing: they are records, merged with others. Those are parsed from their tokens ([`parse`]), read ([`read`]) and
//! held against a table of the contracts ([`check`]), which is written from the library ([`write`]) and held fresh by a
//! test.
//!
//! Invariant: what is answered here is what Nickel would answer, with the same findings and the same tree, places included.
//! What is not plain data, and what is not without a doubt sound or at fault, is left to Nickel.

mod check;
mod compute;
mod contract;
mod datum;
mod expression;
mod fault;
mod leaf;
mod parse;
mod read;
mod scalar;
#[rustfmt::skip]
mod table;
mod trail;
pub(super) mod write;

use super::faults::Reporter;
use super::load::{self, Loaded};
use super::schema::{Place, Schema};
use super::syntax::names_any;
use super::walk::MAX_FAULTS;
use super::{Context, Evaluated, SpanMap, locate};
use crate::diagnostic::Diagnostic;
use crate::source::{Entry, FileId, Sources};
use crate::tree::{Node, Value};
pub(super) use compute::{Computed, compute};
pub(crate) use contract::{Contract, Sort};
use fault::Fault;
use nickel_lang_core::files::FileId as NickelFile;
use read::File;
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use std::collections::HashSet;
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
    Scalar(&'static [Words; 1]),
    /// Text that matches a pattern.
    Text(&'static Pattern, &'static [Words; 2]),
    /// A whole number in a range.
    Integer(i64, i64, &'static [Words; 3]),
    /// The name of a field of a record nearby.
    KeyOf(Reference, &'static [Words; 1]),
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

/// What a contract says of a value; `%{}` is the value itself. Those of a contract are in the order in which it asks.
struct Words {
    message: &'static str,
    /// The last one is the code of the finding.
    notes: &'static [&'static str],
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

/// Whether a text matches a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Match {
    Yes,
    No,
    /// Nickel is to decide.
    Unsure,
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

impl Pattern {
    const fn new(max: usize, regex: &'static str, whole: bool) -> Pattern {
        Pattern { max, regex, whole, uses: AtomicUsize::new(0), at_first: OnceLock::new(), at_length: OnceLock::new() }
    }

    /// Whether a text matches.
    fn matches(&self, text: &str) -> Match {
        // Nickel counts what a reader takes for one character, of which there are no more than code points.
        let short = text.len() <= self.max || text.chars().count() <= self.max;
        let regex = match self.uses.fetch_add(1, Ordering::Relaxed) {
            ..FEW => self.at_first.get_or_init(|| machine(self.regex, false)),
            FEW.. => self.at_length.get_or_init(|| machine(self.regex, true)),
        };
        let Some(regex) = regex else { return Match::Unsure };
        let matches = match self.whole {
            true => regex.is_match(text),
            false => regex.find_iter(text).any(|found| stands_apart(text, found.range())),
        };
        let is_plain = text.is_ascii() && !text.contains('\r');
        match (short && matches, is_plain || (!matches && self.is_ascii())) {
            (true, _) => Match::Yes,
            (false, true) => Match::No,
            (false, false) => Match::Unsure,
        }
    }

    /// Whether whole texts of ASCII are all that it matches.
    fn is_ascii(&self) -> bool {
        self.whole && !self.regex.contains("[^")
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

/// The tree of an environment that is plain data, what is wrong with it, and what the file is for; none where Nickel is to
/// decide.
pub(super) fn evaluate(library: &[FileId], loaded: &Loaded, entry: &Entry, sources: &Sources) -> Option<Evaluated> {
    let files: Vec<File<'_>> = loaded.files.iter().map(|file| parsed(file, sources)).collect::<Option<_>>()?;
    let role = loaded.role(read::is_environment(&files)?);
    if role.is_left_out(entry) {
        return Some(Evaluated::without_value(Vec::new(), role));
    }
    let (mut root, faults) = check::check(&read::read(&files)?, table::ENVIRONMENT, library, false)?;
    if root.value == Value::Broken {
        root.span = files.first().map(File::span);
    }
    let findings = findings(faults, library, loaded, sources, &root)?;
    Some(Evaluated { tree: Some(root), findings, role, traced: false })
}

/// The tree of a value that Nickel has computed, and what is wrong with it; none where Nickel is to decide.
pub(super) fn judge(
    computed: &Computed,
    library: &[FileId],
    loaded: &Loaded,
    context: &Context,
    spans: &SpanMap,
    sources: &Sources,
    file: NickelFile,
) -> Option<(Node, Vec<Diagnostic>)> {
    let datum = computed.datum(&context.pos_table, spans);
    let (mut root, faults) = check::check(&datum, table::ENVIRONMENT, library, true)?;
    if root.value == Value::Broken {
        root.span = computed.written(&context.pos_table, spans);
    }
    let hub = &context.import_resolver;
    // What refers to a broken field, or to a record around it, fails under the contracts, or could.
    let broken: HashSet<&str> = faults.iter().flat_map(|fault| fault.path.field_names()).collect();
    if !broken.is_empty() && spans.files_of_user(library).any(|file| names_any(hub, file, &broken)) {
        return None;
    }
    locate::locate(hub, spans, sources, file, &mut root);
    let findings = findings(faults, library, loaded, sources, &root)?;
    Some((root, findings))
}

/// The findings of these faults; none where Nickel is to decide.
fn findings(
    faults: Vec<Fault>,
    library: &[FileId],
    loaded: &Loaded,
    sources: &Sources,
    root: &Node,
) -> Option<Vec<Diagnostic>> {
    match faults.len() {
        0 => Some(Vec::new()),
        // The walk that Nickel's way takes ends there.
        MAX_FAULTS.. => None,
        _ => fault::findings(faults, &Reporter { schema: &Schema::embedded(), library, loaded, sources, root }),
    }
}

fn parsed<'t>(file: &'t load::File, sources: &'t Sources) -> Option<File<'t>> {
    let text = &sources.get(file.ours)?.text;
    if file.imports.iter().any(|import| import.target == load::Target::Nothing) {
        return None;
    }
    let (expression, annotations) = parse::parse(text, file.outline.as_ref()?)?;
    Some(File { ours: file.ours, expression, annotations, imports: &file.imports })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_and_matched_without_a_doubt() {
        let word = Pattern::new(3, "[a-z]", false);
        for text in ["abc", "ä a"] {
            assert_eq!(word.matches(text), Match::Yes, "{text}");
        }
        for text in ["abcd", "A", ""] {
            assert_eq!(word.matches(text), Match::No, "{text}");
        }
        for text in ["äöa", "a\u{301}", "A\r\n", "äöü"] {
            assert_eq!(word.matches(text), Match::Unsure, "{text}");
        }
        let line = Pattern::new(3, "^[a-z]+$", true);
        assert_eq!(
            ["abc", "abcd", "ä", "a\r\n", "aé"].map(|text| line.matches(text)),
            [Match::Yes, Match::No, Match::No, Match::No, Match::No]
        );
    }
}
