//! Explains what Nickel's parser refuses: what the mistake is, where it is, and what to write.
//!
//! Nickel decides what is Nickel. Where it refuses a text, the tokens around the place say what was meant; then the text is
//! mended there, and Nickel is asked again, so that one text shows all its mistakes, and what stands beside them can be
//! evaluated. Invariant: places are those of the text as it is written.

mod brackets;
mod comments;
mod contracts;
mod documents;
mod draft;
mod expressions;
mod lets;
mod quotes;
mod scene;
mod separators;
mod signs;
mod values;

pub(super) use draft::Origins;
pub(super) use values::{Bare, without_quotes};

use super::outline::Outline;
use super::{MOUNT, SpanMap, faults};
use crate::catalogue;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::fix;
use crate::path::Path;
use crate::source::{FileId, LIBRARY_DOOR, LIBRARY_FOLDER, Span, whole};
use draft::Draft;
use nickel_lang_core::ast::AstAlloc;
use nickel_lang_core::error::{ParseError, ParseErrors};
use nickel_lang_core::files::{FileId as NickelFile, Files};
use nickel_lang_core::parser::lexer::{Lexer, SpannedToken};
use nickel_lang_core::parser::{ErrorTolerantParser, TermParser};
use nickel_lang_parser::error::LexicalError;
use scene::Scene;
use std::ops::Range;

/// A name that nothing binds: what depends on a broken value fails at its place.
pub(super) const PLACEHOLDER: &str = "broken'by'a'mistake";

/// How many mistakes of one text are explained.
const MAX_MISTAKES: usize = 20;

/// How many bytes a text may have that is explained and mended: each mistake costs another parse. Environments have a
/// hundredth.
const MAX_MENDED: usize = 1 << 20;

/// The library by the place where it is mounted, for texts that are mended: a file of the project that hides it is not
/// read by this name.
pub(super) fn mounted_library() -> String {
    format!("{MOUNT}/{LIBRARY_FOLDER}/{LIBRARY_DOOR}")
}

/// How many bytes are parsed for the mistakes of one text.
const MAX_PARSED: usize = 1 << 20;

/// A stretch of a text, and what to put in its place.
type Change = (Range<usize>, String);

/// A mistake, with places in the text that was looked at.
struct Mistake {
    title: String,
    fault: Range<usize>,
    label: String,
    others: Vec<(Range<usize>, String)>,
    notes: Vec<String>,
    help: Vec<String>,
    fix: Vec<Change>,
    repair: Repair,
}

/// How to go on behind a mistake.
enum Repair {
    /// With the fix: what was meant is certain.
    AsFixed,
    /// With these changes, behind which a placeholder stands for what is broken.
    Change(Vec<Change>),
    /// With the fix, to find further mistakes; what was meant is not certain enough to evaluate the text.
    Guessed,
    /// With a placeholder for this value.
    Broken(Range<usize>),
    /// Not at all: nothing says what was meant.
    Stop,
}

impl Mistake {
    fn new(title: impl Into<String>, fault: Range<usize>, label: impl Into<String>) -> Mistake {
        Mistake {
            title: title.into(),
            fault,
            label: label.into(),
            others: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fix: Vec::new(),
            repair: Repair::AsFixed,
        }
    }

    /// Adds another place.
    fn and(mut self, place: Range<usize>, label: impl Into<String>) -> Mistake {
        self.others.push((place, label.into()));
        self
    }

    /// Adds a fact, if it is one.
    fn note(mut self, note: &str) -> Mistake {
        self.notes.extend((!note.is_empty()).then(|| note.to_owned()));
        self
    }

    /// Says what to write.
    fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help.push(help.into());
        self
    }

    /// Adds a change that belongs to the fix.
    fn fix(mut self, place: Range<usize>, text: impl Into<String>) -> Mistake {
        self.fix.push((place, text.into()));
        self
    }

    /// Goes on otherwise than with the fix.
    fn repair(mut self, repair: Repair) -> Mistake {
        self.repair = repair;
        self
    }

    /// What to change to go on; none where that is not known.
    fn changes(&self) -> Option<Vec<Change>> {
        let changes = match &self.repair {
            Repair::AsFixed | Repair::Guessed => self.fix.clone(),
            Repair::Change(changes) => changes.clone(),
            Repair::Broken(place) => vec![(place.clone(), format!(" {} ", PLACEHOLDER))],
            Repair::Stop => Vec::new(),
        };
        (!changes.is_empty()).then_some(changes)
    }
}

/// Says what a mistake is, if it is of one kind.
type Explain = fn(&Scene<'_>) -> Option<Mistake>;

/// What is said of texts that Nickel refuses, the special before the general.
const REFUSED: [Explain; 42] = [
    documents::foreign,
    expressions::empty,
    quotes::escape,
    quotes::indented,
    quotes::foreign,
    quotes::doubled,
    quotes::unclosed,
    quotes::percent,
    comments::block,
    comments::line,
    quotes::single,
    quotes::lone,
    lets::unquoted_import,
    lets::unbound_import,
    brackets::crossed,
    brackets::unopened,
    values::block,
    values::dashes,
    values::folded,
    signs::semicolon,
    lets::keyword,
    signs::doubled,
    values::bare,
    expressions::dollar,
    signs::no_value,
    signs::wrong,
    contracts::no_pipe,
    separators::other_brackets,
    separators::extra,
    brackets::extra,
    brackets::unclosed,
    lets::no_let,
    lets::no_in,
    separators::missing,
    signs::missing,
    expressions::arrow,
    expressions::dot,
    expressions::unfinished,
    expressions::leading,
    expressions::no_else,
    expressions::no_name,
    signs::colon_in_value,
];

/// What is said of texts that Nickel takes, and that are of another language.
const TAKEN: [Explain; 5] =
    [contracts::document, values::taken, contracts::contract_as_type, contracts::no_pipe, contracts::no_dot];

/// What is said of texts that lack the library, or its name.
const UNBOUND: [Explain; 2] = [contracts::no_first_line, contracts::no_library_name];

/// What is wrong with a text, and the text without it.
pub(super) struct Explained {
    pub findings: Vec<Diagnostic>,
    /// None where the text could not be mended.
    pub mended: Option<Mended>,
}

/// A text without its mistakes.
pub(super) struct Mended {
    pub text: String,
    pub origins: Origins,
    /// Where values are broken, for which a placeholder stands.
    pub broken: Vec<Span>,
}

/// Whether a text that Nickel takes can have no value.
pub(super) fn has_no_value(text: &str, file: NickelFile) -> bool {
    text.len() <= MAX_MENDED && of_taken(text, file).is_some()
}

/// Explains what is wrong with a text that Nickel refuses, or that can have no value.
pub(super) fn explain(text: &str, ids: (NickelFile, FileId), files: &Files) -> Explained {
    let mut explainer =
        Explainer { text, draft: Draft::new(text), ids, findings: Vec::new(), broken: Vec::new(), is_certain: true };
    let refused: Vec<usize> = refusals(text, ids.0).iter().map(|error| scene::place(error, text).start).collect();
    let rounds = if text.len() > MAX_MENDED { 0 } else { (MAX_PARSED / text.len().max(1)).clamp(1, MAX_MISTAKES) };
    if rounds == 0 {
        refusals(text, ids.0).into_iter().take(MAX_MISTAKES).for_each(|error| explainer.quote(error, &refused, files));
    }
    for _ in 0..rounds {
        let draft = explainer.draft.text.as_str();
        // It may stand behind what was mended.
        if Outline::has_huge_number(draft) {
            return explainer.finish(false);
        }
        let (code, mistake) = match refusals(draft, ids.0).into_iter().next() {
            Some(error) => match first(&REFUSED, draft, &error) {
                Some(mistake) => (catalogue::SYNTAX_ERROR, mistake),
                None => {
                    explainer.quote(error, &refused, files);
                    return explainer.finish(false);
                }
            },
            None => match of_taken(draft, ids.0) {
                Some(found) => found,
                None => return explainer.finish(true),
            },
        };
        if !explainer.take(code, &mistake) {
            break;
        }
    }
    explainer.finish(false)
}

/// What is wrong with a text that Nickel takes.
fn of_taken(text: &str, file: NickelFile) -> Option<(Code, Mistake)> {
    let end = ParseError::UnexpectedEOF(file, Vec::new());
    let taken = first(&TAKEN, text, &end).map(|mistake| (catalogue::SYNTAX_ERROR, mistake));
    taken.or_else(|| first(&UNBOUND, text, &end).map(|mistake| (catalogue::FAILED_EVALUATION, mistake)))
}

/// What is wrong with a text by itself; nothing where Nickel takes it.
pub(super) fn of_text(text: &str, file: FileId) -> Vec<Diagnostic> {
    of_refused(text, file).map(|explained| explained.findings).unwrap_or_default()
}

/// What is wrong with a text that Nickel refuses; none where it takes it.
pub(super) fn of_refused(text: &str, file: FileId) -> Option<Explained> {
    let mut files = Files::empty();
    let theirs = files.add("", text);
    (!refusals(text, theirs).is_empty()).then(|| explain(text, (theirs, file), &files))
}

/// The finding on a file of manifests that is named as an environment.
pub(super) fn of_data(text: &str, file: FileId) -> Option<Diagnostic> {
    let place = documents::manifests_in(text)?;
    let mistake = documents::manifests(place.clone());
    let span = Span { file, start: offset(place.start), end: offset(place.end) };
    let mut finding =
        catalogue::finding(catalogue::SYNTAX_ERROR, Path::root(), mistake.title).at(Some(span), mistake.label);
    finding.help = mistake.help;
    Some(finding)
}

/// The first kind of mistake that fits.
fn first(kinds: &[Explain], text: &str, error: &ParseError) -> Option<Mistake> {
    let scene = Scene::new(text, error);
    kinds.iter().find_map(|explain| explain(&scene))
}

/// What Nickel refuses a text for, by place; the lexer's error last, behind which it reads nothing.
fn refusals(text: &str, file: NickelFile) -> Vec<ParseError> {
    let mut stopped = None;
    let tokens = Lexer::new(text).map_while(|token| token.map_err(|error| stopped = Some(error)).ok());
    // The parser asks on where there is nothing more, and the lexer has an assertion that it is not asked after an error.
    let mut errors = parse_errors(file, tokens.fuse().map(Ok));
    if let Some(error) = stopped {
        // Where the lexer stops the parser misses the rest.
        errors.retain(|error| !matches!(error, ParseError::UnexpectedEOF(..)));
        errors.extend(parse_errors(file, std::iter::once(Err(error))));
    }
    errors.sort_by_key(|error| scene::place(error, text).start);
    errors
}

fn parse_errors<'t>(
    file: NickelFile,
    tokens: impl Iterator<Item = Result<SpannedToken<'t>, LexicalError>>,
) -> Vec<ParseError> {
    let alloc = AstAlloc::new();
    let parsed = TermParser::new().parse_strict(&alloc, file, tokens).map(|_| ());
    parsed.err().map(|ParseErrors { errors }| errors).unwrap_or_default()
}

/// Takes mistakes of one text, one after the other.
struct Explainer<'t> {
    /// The text as it is written.
    text: &'t str,
    draft: Draft,
    ids: (NickelFile, FileId),
    findings: Vec<Diagnostic>,
    broken: Vec<Span>,
    /// Whether nothing was guessed.
    is_certain: bool,
}

impl Explainer<'_> {
    /// Takes a mistake, mends the text, and says whether to go on.
    fn take(&mut self, code: Code, mistake: &Mistake) -> bool {
        let finding = self.finding(code, mistake);
        if self.findings.iter().any(|known| known.span() == finding.span()) {
            return false;
        }
        self.findings.push(finding);
        self.is_certain &= !matches!(mistake.repair, Repair::Guessed);
        let Some(changes) = mistake.changes() else { return false };
        let is_broken = |change: &&Change| change.1.contains(PLACEHOLDER);
        let broken: Vec<Span> = changes.iter().filter(is_broken).map(|(place, _)| self.span(place)).collect();
        self.broken.extend(broken);
        self.draft.change(&changes)
    }

    /// Takes what nothing is known of, in Nickel's words. What only a mended text is refused for may come from mending it.
    fn quote(&mut self, error: ParseError, refused: &[usize], files: &Files) {
        let written = self.span(&scene::place(&error, &self.draft.text));
        if !refused.contains(&(written.start as usize)) {
            return;
        }
        let mut spans = SpanMap::default();
        spans.insert(self.ids.0, self.ids.1);
        let found = faults::from_parse_errors(ParseErrors::new(vec![error]), &mut files.clone(), &spans);
        for mut finding in found {
            for label in finding.primary.iter_mut().chain(&mut finding.secondary) {
                label.span = self.span(&(label.span.start as usize..label.span.end as usize));
            }
            self.findings.push(finding);
        }
    }

    fn finding(&self, code: Code, mistake: &Mistake) -> Diagnostic {
        let place = self.span(&mistake.fault);
        let mut finding =
            catalogue::finding(code, Path::root(), mistake.title.clone()).at(Some(place), mistake.label.clone());
        for (place, label) in &mistake.others {
            finding = finding.and(Some(self.span(place)), label.clone());
        }
        finding.notes.clone_from(&mistake.notes);
        finding.help.clone_from(&mistake.help);
        let edits =
            mistake.fix.iter().map(|(place, text)| Edit { span: self.span(place), text: text.clone() }).collect();
        // What is found behind a guess holds only if that was right.
        let is_certain = self.is_certain && !matches!(mistake.repair, Repair::Guessed);
        finding.fix(fix::fix(advice(&mistake.help), edits, is_certain))
    }

    fn span(&self, place: &Range<usize>) -> Span {
        let written = self.draft.written(place);
        let range = whole(self.text, written.start as usize..written.end as usize);
        Span { file: self.ids.1, start: offset(range.start), end: offset(range.end) }
    }

    fn finish(self, is_mended: bool) -> Explained {
        let Explainer { draft, findings, broken, is_certain, .. } = self;
        let (text, origins) = draft.into_parts();
        Explained { findings, mended: (is_mended && is_certain).then_some(Mended { text, origins, broken }) }
    }
}

/// What a fix does, by the advice that it follows.
pub(super) fn advice(help: &[String]) -> String {
    help.first().cloned().unwrap_or_else(|| "write it as Nickel does".to_owned())
}

/// An offset as spans have it; no text is longer than they can say.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
