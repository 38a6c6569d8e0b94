//! Quotes: of other kinds, not closed, not opened, and those of tags.

use super::scene::{Scene, is_word};
use super::{Mistake, Repair};
use crate::evaluate::outline::Kind;
use nickel_lang_core::error::ParseError;
use std::ops::Range;

/// Quotes that text processors put in the place of `"`.
const CURLY: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// `“a”` or `` `a` ``.
pub(super) fn foreign(scene: &Scene<'_>) -> Option<Mistake> {
    let start = scene.place.start;
    let quote = scene.text.get(start..)?.chars().next().filter(|quote| *quote == '`' || CURLY.contains(quote))?;
    let after = start + quote.len_utf8();
    let line = scene.text.get(after..scene.line_end(start))?;
    let is_partner = |c: char| if quote == '`' { c == '`' } else { CURLY.contains(&c) || c == '"' };
    let mistake = Mistake::new(
        format!("`{quote}` is no quote of Nickel").replace("```", "a backtick"),
        start..after,
        "`\"` has to stand here",
    )
    .help("put a text in straight double quotes: `\"`");
    Some(match line.char_indices().find(|(_, c)| is_partner(*c)) {
        Some((at, partner)) => {
            let closing = after + at..after + at + partner.len_utf8();
            mistake.fix(start..after, "\"").fix(closing, "\"")
        }
        None => mistake.repair(Repair::Broken(start..scene.value_end(after))),
    })
}

/// `'10.0.0.0/8'`, `import 'a.ncl'`: a text in single quotes.
pub(super) fn single(scene: &Scene<'_>) -> Option<Mistake> {
    let (opening, closing) = single_quotes(scene)?;
    let content = scene.text.get(opening + 1..closing)?;
    let is_escaped = content.contains(['"', '\\']) || content.contains("%{");
    let mistake =
        Mistake::new("a text stands in double quotes, not in single ones", opening..closing + 1, "single quotes")
            .help("write `\"` in the place of both quotes; a single quote begins a tag, as in `'Dev`");
    Some(match is_escaped {
        true => mistake.repair(Repair::Broken(opening..closing + 1)),
        false => mistake.fix(opening..opening + 1, "\"").fix(closing..closing + 1, "\""),
    })
}

/// Where the single quotes of a text stand, in the line where Nickel gave up and around that place.
fn single_quotes(scene: &Scene<'_>) -> Option<(usize, usize)> {
    let begin = if scene.at >= scene.outline.tokens.len() { scene.stop() } else { scene.place.start };
    let line_start = scene.line_start(begin);
    let before = scene.text.get(line_start..begin)?;
    let opens = |at: usize| {
        let before = scene.text.get(line_start..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| c.is_whitespace() || "=([,{:".contains(c))
    };
    let here = scene.text.get(begin..)?.starts_with('\'').then_some(begin).filter(|at| opens(*at));
    let earlier = || before.match_indices('\'').map(|(at, _)| line_start + at).rfind(|at| opens(*at));
    let opening = here.or_else(earlier)?;
    let rest = scene.text.get(opening + 1..scene.line_end(opening))?;
    let closing = rest.find('\'').filter(|at| {
        let after = rest.get(at + 1..).unwrap_or("").trim_start();
        after.is_empty() || after.starts_with([',', ']', '}', ')', '#', ';', '|', '&', '+']) || after.starts_with("in")
    })?;
    let is_around = opening + 1 + closing + 1 > begin;
    // A quote in a comment or in a text is none.
    let is_free = before.matches('"').count() % 2 == 0 && !before.contains('#');
    (is_around && is_free && !rest.get(..closing)?.starts_with(' ')).then_some((opening, opening + 1 + closing))
}

/// `' Prod`, `'`: a quote that no tag follows.
pub(super) fn lone(scene: &Scene<'_>) -> Option<Mistake> {
    let start = scene.place.start;
    let rest = scene.text.get(start..scene.line_end(start))?.strip_prefix('\'')?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if scene.at < scene.outline.tokens.len() {
        return None;
    }
    let after = start + 1 + blanks;
    let tag = rest.get(blanks..)?;
    let word: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
    if blanks > 0 && is_word(&word) {
        let mistake =
            Mistake::new("a blank stands between `'` and its tag", start..after + word.len(), "a blank behind `'`");
        return Some(mistake.help(format!("write `'{word}`")).fix(start + 1..after, ""));
    }
    Some(
        Mistake::new("no tag follows this `'`", start..start + 1, "a tag begins with a letter")
            .help("write a tag as `'Dev`, and a text in double quotes")
            .repair(Repair::Broken(start..scene.value_end(start + 1))),
    )
}

/// A text whose closing or opening quote is missing.
pub(super) fn unclosed(scene: &Scene<'_>) -> Option<Mistake> {
    let opening = suspect(scene)?;
    let place = scene.range(opening);
    if let Some(start) = unopened(scene, place.start) {
        return Some(unopened_text(scene, start, place.end));
    }
    let mistake = Mistake::new("this quote is never closed", place.clone(), "the text begins here")
        .help("write `\"` at the end of the text");
    if let Some(quote) = other_end(scene, place.end) {
        return Some(mistake.fix(quote, "\""));
    }
    let end = match scene.pairs.partner(opening).map(|closing| scene.range(closing).start) {
        // The next text is in the same line.
        Some(closing) if closing < scene.line_end(place.end) => {
            let inside = scene.text.get(place.end..closing)?;
            place.end + inside.find(',').or_else(|| inside.rfind(" =")).unwrap_or(inside.len())
        }
        Some(_) | None => scene.value_end(place.end),
    };
    let last = scene.text.get(place.end..end).and_then(|inside| inside.chars().next_back());
    let other = last.filter(|last| *last == '\'' || CURLY.contains(last)).map_or(0, char::len_utf8);
    Some(mistake.fix(end - other..end, "\""))
}

/// The quote of another kind that ends a text in its line.
fn other_end(scene: &Scene<'_>, start: usize) -> Option<Range<usize>> {
    let line = scene.text.get(start..scene.line_end(start))?;
    let ends = |(at, quote): &(usize, char)| {
        let after = line.get(at + quote.len_utf8()..).unwrap_or("").trim_start();
        let is_end =
            after.is_empty() || after.starts_with([',', ']', '}', ')', ';', '|', '&']) || after.starts_with("in");
        (*quote == '\'' || CURLY.contains(quote)) && is_end
    };
    let (at, quote) = line.char_indices().take_while(|(_, c)| *c != '"').find(ends)?;
    Some(start + at..start + at + quote.len_utf8())
}

fn unopened_text(scene: &Scene<'_>, start: usize, end: usize) -> Mistake {
    let rest = scene.text.get(start..).unwrap_or("");
    let single = if rest.starts_with('\'') { start + 1 } else { start };
    let mistake = Mistake::new("the text has no quote at its beginning", start..end, "only a quote at its end")
        .help("write `\"` at both ends of a text")
        .fix(start..single, "\"");
    // Behind a tag it may be a part of the text.
    let is_behind_tag = scene.text.get(scene.line_start(start)..start).is_some_and(|before| before.contains('\''));
    if is_behind_tag { mistake.repair(Repair::Guessed) } else { mistake }
}

/// `""a"` and `"a""`.
pub(super) fn doubled(scene: &Scene<'_>) -> Option<Mistake> {
    let here = scene.line_end(scene.place.start);
    let is_quote = |token: usize| scene.kind(token) == Some(Kind::Quote);
    let is_doubled = |first: &usize| {
        let second = first + 1;
        let is_empty = scene.pairs.partner(*first) == Some(second);
        let is_pair = is_quote(*first) && is_quote(second) && scene.is_glued(*first);
        let goes_on = is_empty && scene.is_glued(second) && (scene.begins_value(second + 1) && !is_quote(second + 1));
        is_pair && (goes_on || !is_empty)
    };
    let first =
        (0..scene.outline.tokens.len()).take_while(|token| scene.range(*token).start < here).find(is_doubled)?;
    let mistake = Mistake::new("there are two quotes in a row", scene.across(first, first + 1), "one too many");
    Some(mistake.help("remove one of them").fix(scene.range(first + 1), ""))
}

/// The quote that is most likely not closed in its line: the first one whose text runs into the next text's quote, else the
/// one that is open at the end.
fn suspect(scene: &Scene<'_>) -> Option<usize> {
    let here = scene.line_end(scene.place.start);
    let tokens = 0..scene.outline.tokens.len();
    let runs_on = |opening: &usize| {
        let closing = scene.pairs.partner(*opening).filter(|closing| closing > opening);
        closing.is_some_and(|closing| runs_into_text(scene, *opening, closing))
    };
    let is_opening = |token: &usize| matches!(scene.kind(*token), Some(Kind::Quote | Kind::QuotedTag));
    let open = || scene.pairs.unclosed.iter().copied().find(is_opening);
    tokens.filter(is_opening).find(runs_on).filter(|opening| scene.range(*opening).start < here).or_else(open)
}

/// Whether the quote that ends a text of several lines looks like one that begins a text.
fn runs_into_text(scene: &Scene<'_>, opening: usize, closing: usize) -> bool {
    let (start, end) = (scene.range(opening).start, scene.range(closing).start);
    let inside = scene.text.get(start..end).unwrap_or("");
    let begins = inside.ends_with("= ") || inside.ends_with('=') || inside.ends_with('[') || inside.ends_with(", ");
    let is_apart = scene.is_glued(closing) && scene.begins_value(closing + 1);
    let is_spread = inside.contains('\n') && (begins || is_apart || inside.ends_with("import "));
    is_spread || begins && is_apart
}

/// Where a text begins whose only quote is at its end.
fn unopened(scene: &Scene<'_>, quote: usize) -> Option<usize> {
    let line = scene.text.get(scene.line_start(quote)..quote)?;
    let begins =
        line.rfind(['=', '[', '(', '"']).filter(|at| !line.get(*at..).is_some_and(|rest| rest.starts_with('"')))? + 1;
    let words = line.get(begins..)?.trim_start().trim_start_matches("import ");
    // What comes with a tag stands behind it.
    let words = words.strip_prefix('\'').and_then(|tagged| tagged.split_once(' ')).map_or(words, |(_, text)| text);
    let start = quote - words.len();
    let after = scene.text.get(quote + 1..scene.line_end(quote))?.trim();
    if after.starts_with('=') {
        let name = scene.text.get(..quote)?.rfind([' ', '\n', '{', '}', ',', '"']).map_or(0, |at| at + 1);
        return (name < quote).then_some(name);
    }
    let is_last = after.is_empty() || after.starts_with([',', ']', '}', ')']) || after == "in";
    (start < quote && !words.ends_with(' ') && !words.contains(['{', '}', '(', ')', ',']) && is_last).then_some(start)
}

/// `m%"` and what closes it.
pub(super) fn indented(scene: &Scene<'_>) -> Option<Mistake> {
    if let ParseError::StringDelimiterMismatch { opening_delimiter, .. } = scene.error {
        let opening = opening_delimiter.start.to_usize()..opening_delimiter.end.to_usize();
        let percents = scene.text.get(opening.clone())?.matches('%').count();
        let closing = format!("\"{}", "%".repeat(percents));
        let mistake = Mistake::new(
            "the quote at the end has more `%` than the one at the beginning",
            scene.place.clone(),
            "too many `%`",
        );
        return Some(
            mistake
                .and(opening, "the text begins here")
                .help(format!("write `{closing}`"))
                .fix(scene.place.clone(), closing),
        );
    }
    let opening = scene
        .pairs
        .unclosed
        .iter()
        .copied()
        .find(|open| matches!(scene.kind(*open), Some(Kind::Indented | Kind::Symbolic)))?;
    let place = scene.range(opening);
    let percents = scene.word(opening).matches('%').count();
    let closing = format!("\"{}", "%".repeat(percents));
    let mistake = Mistake::new("this text of several lines is never closed", place.clone(), "the text begins here")
        .help(format!("write `{closing}` at its end"));
    let rest = scene.text.get(place.end..)?;
    let alone = rest.match_indices('"').find(|(at, _)| {
        let before = rest.get(..*at).and_then(|before| before.rsplit('\n').next()).unwrap_or("x");
        let after = rest.get(at + 1..).unwrap_or("");
        before.trim().is_empty() && (after.is_empty() || after.starts_with([',', '\n', '\r', '}']))
    });
    Some(match alone {
        Some((at, quote)) => mistake.fix(place.end + at..place.end + at + quote.len(), closing),
        None => mistake.repair(Repair::Stop),
    })
}

/// `"a"%`.
pub(super) fn percent(scene: &Scene<'_>) -> Option<Mistake> {
    let percent = (0..3).filter_map(|back| scene.at.checked_sub(back)).find(|token| {
        let before = scene.before(*token).filter(|before| scene.ends_value(*before) && scene.is_glued(*before));
        scene.word(*token) == "%" && before.is_some_and(|before| scene.kind(before) == Some(Kind::Quote))
    })?;
    let place = scene.across(percent - 1, percent);
    let mistake = Mistake::new("`\"%` closes only a text that `m%\"` begins", place, "this text begins with `\"`");
    Some(mistake.help("write `\"`").fix(scene.range(percent), ""))
}

/// `"\d"`.
pub(super) fn escape(scene: &Scene<'_>) -> Option<Mistake> {
    let is_escape = matches!(
        scene.error,
        ParseError::InvalidEscapeSequence(_)
            | ParseError::InvalidAsciiEscapeCode(_)
            | ParseError::InvalidUnicodeEscapeCode(_)
    );
    // Nickel's place is the backslash, or what follows it.
    let start = scene.text.get(..=scene.place.start).filter(|_| is_escape)?.rfind('\\')?;
    let end = start + 1 + scene.text.get(start + 1..)?.chars().next().map_or(0, char::len_utf8);
    Some(
        Mistake::new("this is no escape sequence", start..end, "no such escape sequence")
            .help("write `\\\\` for a backslash")
            .fix(start..start + 1, "\\\\"),
    )
}

impl Scene<'_> {
    /// Where a value ends that begins before a byte of a line: before what closes the line.
    pub(super) fn value_end(&self, byte: usize) -> usize {
        let line: Range<usize> = byte..self.line_end(byte);
        let written = self.text.get(line).unwrap_or("");
        let open = written.matches(['{', '[', '(']).count();
        let written = written.trim_end().strip_suffix(" in").unwrap_or(written);
        let mut kept = written.trim_end().trim_end_matches([',', ';']).trim_end();
        let closing = kept.chars().rev().take_while(|c| "}]) ,".contains(*c)).filter(|c| "}])".contains(*c)).count();
        for _ in open..closing {
            kept = kept.strip_suffix(['}', ']', ')']).unwrap_or(kept).trim_end().trim_end_matches(',').trim_end();
        }
        byte + kept.len()
    }
}
