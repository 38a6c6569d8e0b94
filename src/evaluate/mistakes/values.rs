//! Texts without quotes, and lists as YAML has them.

use super::scene::{self, Scene};
use super::{Change, Mistake, PLACEHOLDER, Repair, signs};
use crate::evaluate::outline::Kind;
use std::ops::Range;

/// How far before Nickel's place lines of YAML are looked for, in tokens.
const REACH: usize = 40;

/// Characters that no name and no number has, and that texts without quotes have in their middle or at their beginning.
const OF_TEXTS: [char; 12] = ['/', ':', '@', '%', '~', '$', '*', '<', '>', '?', '!', '\\'];

/// `url = http://example.com`, `path = /var/log`, `time = 12:30`.
pub(super) fn bare(scene: &Scene<'_>) -> Option<Mistake> {
    let begin = if scene.at >= scene.outline.tokens.len() { scene.stop() } else { scene.place.start };
    // Nickel may have gone on to what follows the text.
    let last = scene.before(scene.at).map(|before| scene.range(before).start);
    [Some(begin), last].into_iter().flatten().find_map(|byte| bare_at(scene, byte))
}

/// A text without quotes around a byte.
fn bare_at(scene: &Scene<'_>, byte: usize) -> Option<Mistake> {
    let place = scene.bare(byte);
    let (written, before) = (scene.text.get(place.clone())?, scene.text.get(..place.start)?);
    let is_comment = ["//", "/*", "--"].iter().any(|sign| written.starts_with(sign));
    let before = before.trim_end_matches([' ', '\t']);
    let is_in_list =
        || scene.is_in_list(scene.outline.tokens.partition_point(|token| token.range().end <= place.start));
    let is_value = before.ends_with('=') || before.trim_end().ends_with(['[', ',']) && is_in_list();
    // `${name}` and `$(name)` are no texts.
    let is_cut = scene.text.get(place.end..).is_some_and(|rest| rest.starts_with(['{', '(', '[']));
    if !is_value || is_comment || is_cut || !written.contains(OF_TEXTS) || written.ends_with(':') {
        return None;
    }
    let mistake = Mistake::new("a text stands without quotes", place.clone(), "no quotes around this")
        .help("put it in double quotes");
    let quoted = match written.contains('\\') {
        true => mistake,
        false => mistake.fix(place.start..place.start, "\"").fix(place.end..place.end, "\""),
    };
    Some(quoted.repair(Repair::Broken(place)))
}

/// What Nickel takes for types: `image = registry/name:1.0`, and indented fields below `labels:`.
pub(super) fn taken(scene: &Scene<'_>) -> Option<Mistake> {
    let mut colons = (0..scene.outline.tokens.len()).filter(|token| scene.kind(*token) == Some(Kind::Colon));
    colons.find_map(|colon| {
        let text = if is_in_address(scene, colon) { bare_at(scene, scene.range(colon).start) } else { None };
        text.or_else(|| block_at(scene, colon)).or_else(|| signs::type_of_two_lines(scene, colon))
    })
}

/// Whether a colon stands in the middle of an address or a time: no type begins like what follows it.
fn is_in_address(scene: &Scene<'_>, colon: usize) -> bool {
    let is_inside = scene.is_glued(colon) && scene.before(colon).is_some_and(|before| scene.is_glued(before));
    let has_path = || scene.text.get(scene.bare(scene.range(colon).start)).is_some_and(|text| text.contains('/'));
    let is_tag = || scene.word(colon + 1).starts_with(|c: char| c.is_ascii_lowercase()) && has_path();
    is_inside && (matches!(scene.kind(colon + 1), Some(Kind::Decimal | Kind::OtherNumber)) || is_tag())
}

/// `hosts:` with lines of `- item` below.
pub(super) fn dashes(scene: &Scene<'_>) -> Option<Mistake> {
    let is_dash =
        |token: &usize| scene.kind(*token) == Some(Kind::Minus) && scene.begins_line(*token) && !scene.is_glued(*token);
    let before = std::iter::successors(Some(scene.at), |token| scene.previous(*token)).take(REACH);
    let dash = before.filter(is_dash).last()?;
    let sign = scene.before(dash).filter(|sign| matches!(scene.word(*sign), "=" | ":"))?;
    let field = scene.field_of_sign(sign)?;
    let name = scene.text.get(scene.across(field.start, field.name_end))?;
    let lines = scene.range(sign).start..block_end(scene, field.start);
    Some(
        Mistake::new("a list is written in brackets, not as lines with `-`", scene.range(dash), "this begins no item")
            .help(format!("write `{name} = [\"…\", \"…\"]`"))
            .repair(Repair::Change(vec![(lines, format!("= {},", PLACEHOLDER))])),
    )
}

/// `labels:` with indented fields below.
pub(super) fn block(scene: &Scene<'_>) -> Option<Mistake> {
    let before = std::iter::successors(Some(scene.at), |token| scene.previous(*token)).take(REACH);
    before.filter_map(|colon| block_at(scene, colon)).last()
}

/// The mistake whose colon a token is.
fn block_at(scene: &Scene<'_>, colon: usize) -> Option<Mistake> {
    let sign = scene.word(colon);
    let field = scene.field_of_sign(colon).filter(|_| matches!(sign, ":" | "=") && scene.ends_line(colon))?;
    let inner = scene.name_end(colon + 1).map(|end| scene.word(end + 1));
    let of = |token: usize| scene.indent(scene.range(token).start);
    let is_field = scene.begins_line(field.start) && scene.is_in_record(field.start);
    // A value on a line of its own may have a type.
    let is_key = || scene.name_end(colon + 1).is_some_and(|end| scene.is_glued(end) && !scene.is_glued(end + 1));
    if !(inner == Some(sign) || inner == Some(":") && is_key()) || !is_field || of(colon + 1) <= of(field.start) {
        return None;
    }
    let name = scene.text.get(scene.across(field.start, field.name_end))?;
    let lines = scene.range(colon).start..block_end(scene, field.start);
    Some(
        Mistake::new(
            "a record is written in braces, not as indented lines",
            scene.range(colon),
            "`= {` has to stand here",
        )
        .help(format!("write `{name} = {{ … }}`, with a comma behind each field"))
        .repair(Repair::Change(vec![(lines, format!("= {},", PLACEHOLDER))])),
    )
}

/// `text = |` or `text = >` with the text in the lines below.
pub(super) fn folded(scene: &Scene<'_>) -> Option<Mistake> {
    let is_style = |token: &usize| matches!(scene.word(*token), "|" | ">" | ">-" | "|-") && scene.ends_line(*token);
    let before = std::iter::successors(Some(scene.at), |token| scene.previous(*token)).take(REACH);
    let style = before
        .filter(is_style)
        .find(|style| scene.before(*style).is_some_and(|sign| matches!(scene.word(sign), "=" | ":")))?;
    let field = scene.field_of_sign(style - 1)?;
    let name = scene.text.get(scene.across(field.start, field.name_end))?;
    let lines = scene.range(style - 1).start..block_end(scene, field.start);
    Some(
        Mistake::new("a text of several lines begins with `m%\"`, and ends with `\"%`", scene.range(style), "YAML")
            .help(format!("write `{name} = m%\"`, the lines of the text, and `\"%`"))
            .repair(Repair::Change(vec![(lines, format!("= {},", PLACEHOLDER))])),
    )
}

/// Where the lines end that are indented further than the line of a token, or that begin with `-`.
fn block_end(scene: &Scene<'_>, token: usize) -> usize {
    let start = scene.range(token).start;
    let indent = scene.indent(start);
    let mut end = scene.line_end(start);
    loop {
        let next = scene.text.get(end..).and_then(|rest| rest.find('\n')).map(|newline| end + newline + 1);
        let Some(next) = next else { return end };
        let line = scene.text.get(next..scene.line_end(next)).unwrap_or("");
        let is_inside = scene.indent(next) > indent || line.trim_start().starts_with("- ");
        if line.trim().is_empty() || !is_inside {
            return end;
        }
        end = scene.line_end(next);
    }
}

/// What to say of a name that nothing binds, or of a number that is applied like a function, where a text without quotes
/// stands there.
pub(in crate::evaluate) struct Bare {
    pub title: &'static str,
    pub label: &'static str,
    pub help: String,
    /// All of the text.
    pub place: Range<usize>,
    /// What to change, where that is known.
    pub fix: Vec<Change>,
}

/// Spellings of other languages, and what Nickel calls them.
const CONSTANTS: [(&[&str], &str); 3] = [
    (&["True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"], "true"),
    (&["False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"], "false"),
    (&["None", "NULL", "Null", "nil", "undefined", "nothing"], "null"),
];

/// Reads a value at a byte of a text as one that was written without quotes.
pub(in crate::evaluate) fn without_quotes(text: &str, byte: usize) -> Option<Bare> {
    let place = scene::bare(text, byte);
    let written = text.get(place.clone())?;
    if let Some((_, known)) = CONSTANTS.iter().find(|(spellings, _)| spellings.contains(&written)) {
        let is_null = *known == "null";
        let help = if is_null { "write `null`, or leave the field out".to_owned() } else { format!("write `{known}`") };
        let fix = if is_null { Vec::new() } else { vec![(place.clone(), (*known).to_owned())] };
        let title = "a constant is spelt as in another language";
        return Some(Bare { title, label: "nothing is called this", help, place, fix });
    }
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    let (digits, unit) = written.split_at(digits);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit());
    let has_unit = is_number && !unit.is_empty() && unit.chars().all(|c| c.is_ascii_alphanumeric());
    let is_text = written.contains(['/', ':', '@']) || is_number && digits.matches('.').count() > 1;
    let (title, help) = match (has_unit, is_text && !written.contains('\\')) {
        (true, _) => ("a number with a unit stands without quotes", "put it in double quotes, as in `\"5Gi\"`"),
        (false, true) => ("a text stands without quotes", "put it in double quotes"),
        (false, false) => return None,
    };
    let quote = |at: usize| (at..at, "\"".to_owned());
    let fix = vec![quote(place.start), quote(place.end)];
    Some(Bare { title, label: "no quotes around this", help: help.to_owned(), place, fix })
}
