//! Commas: missing between fields and between items, and too many.

use super::scene::Scene;
use super::{Mistake, Repair};
use crate::evaluate::outline::Kind;

/// A comma is missing between two fields, two bindings or two items.
pub(super) fn missing(scene: &Scene<'_>) -> Option<Mistake> {
    if let Some(words) = two_words(scene) {
        return Some(words);
    }
    let (what, next) = second_field(scene).or_else(|| second_item(scene))?;
    let last = scene.before(next).filter(|last| scene.ends_value(*last))?;
    let end = scene.range(last).end;
    Some(
        Mistake::new(
            format!("a comma is missing between two {what}"),
            scene.last_character(last),
            "no comma behind this",
        )
        .help("write `,` here")
        .fix(end..end, ","),
    )
}

/// Words by which other languages declare a value.
const DECLARING: [&str; 9] = ["var", "const", "val", "export", "set", "def", "local", "public", "field"];

/// `var name = "a"`, `my name = "a"`.
fn two_words(scene: &Scene<'_>) -> Option<Mistake> {
    let start = field_at(scene).filter(|start| scene.is_in_record(*start) && !scene.begins_line(*start))?;
    let first = scene.before(start).filter(|first| scene.kind(*first) == Some(Kind::Name))?;
    if !(scene.begins_item(first) || scene.begins_line(first)) {
        return None;
    }
    let (word, name_end) = (scene.word(first), scene.name_end(start)?);
    let place = scene.across(first, name_end);
    if DECLARING.contains(&word) {
        let mistake = Mistake::new(
            format!("a field is declared by its name alone, without `{word}`"),
            scene.range(first),
            "not needed",
        );
        return Some(mistake.help("remove it").fix(scene.range(first).start..scene.range(start).start, ""));
    }
    let mistake = Mistake::new("a name has no blank in it", place.clone(), "two words");
    let mistake = mistake.help("write one word, or the name in double quotes; a comma separates two fields");
    Some(mistake.repair(Repair::Stop))
}

/// `("a", "b")`, `[a = "b"]`: what stands in brackets of another kind.
pub(super) fn other_brackets(scene: &Scene<'_>) -> Option<Mistake> {
    let opening = scene.pairs.around(scene.at)?;
    let closing = scene.pairs.partner(opening)?;
    let is_list = scene.kind(scene.at) == Some(Kind::Comma) && scene.kind(opening) == Some(Kind::OpenParenthesis);
    let is_record = scene.word(scene.at) == "="
        && matches!(scene.kind(opening), Some(Kind::OpenBracket | Kind::OpenParenthesis))
        && scene.field_of_sign(scene.at).is_some_and(|field| field.start == opening + 1);
    let (title, pair) = match (is_list, is_record) {
        (true, _) => ("a list stands in brackets, not in parentheses", ["[", "]"]),
        (false, true) => ("the fields of a record stand in braces", ["{", "}"]),
        (false, false) => return None,
    };
    let [open, close] = pair;
    Some(
        Mistake::new(title, scene.range(opening), format!("`{open}` has to stand here"))
            .and(scene.range(closing), format!("and `{close}` here"))
            .help(format!("write `{open}` and `{close}`"))
            .fix(scene.range(opening), open)
            .fix(scene.range(closing), close),
    )
}

/// The first token of a field that follows another one without a comma.
fn second_field(scene: &Scene<'_>) -> Option<(&'static str, usize)> {
    let start = field_at(scene)?;
    let before = scene.before(start)?;
    if !scene.ends_value(before) || scene.pairs.around(start) != scene.pairs.around(before + 1) {
        return None;
    }
    if scene.is_in_record(start) {
        return Some(("fields", start));
    }
    let (first, _) = scene.item(start);
    (scene.kind(first) == Some(Kind::Let)).then_some(("bindings", start))
}

/// Where the field begins at whose name or sign Nickel gave up.
fn field_at(scene: &Scene<'_>) -> Option<usize> {
    let is_sign = |token: usize| matches!(scene.word(token), "=" | ":" | "|");
    let of_sign = |sign: usize| scene.field_of_sign(sign).map(|field| field.start);
    if is_sign(scene.at) {
        return of_sign(scene.at);
    }
    if let Some(pipe) = scene.before(scene.at).filter(|pipe| scene.word(*pipe) == "|") {
        return of_sign(pipe).filter(|start| scene.begins_line(*start));
    }
    scene.name_end(scene.at).filter(|end| is_sign(end + 1)).map(|_| scene.at)
}

/// The first token of an item that follows another one without a comma.
fn second_item(scene: &Scene<'_>) -> Option<(&'static str, usize)> {
    let before = scene.before(scene.at)?;
    let is_item = scene.is_in_list(scene.at) && scene.begins_value(scene.at) && scene.ends_value(before);
    is_item.then_some(("items", scene.at))
}

/// `,,`, a comma before the first field, or one behind the end.
pub(super) fn extra(scene: &Scene<'_>) -> Option<Mistake> {
    let is_comma = scene.kind(scene.at) == Some(Kind::Comma);
    let is_outside = is_comma && scene.pairs.around(scene.at).is_none() && scene.kind(scene.at + 1).is_none();
    if !is_comma || !(scene.begins_item(scene.at) || is_outside && scene.outline.complete) {
        return None;
    }
    let before = scene.before(scene.at).and_then(|before| scene.kind(before));
    let (title, label) = match before {
        Some(Kind::Comma) => ("there are two commas in a row", "the second one"),
        Some(Kind::OpenBrace | Kind::OpenBracket) => {
            ("a comma stands before the first field or item", "nothing is before it")
        }
        _ => ("a comma stands behind the end of the value", "nothing follows it"),
    };
    let place = scene.range(scene.at);
    Some(Mistake::new(title, place.clone(), label).help("remove it").fix(place, ""))
}
