//! Commas: missing between fields and between items, and too many.

use super::Mistake;
use super::scene::Scene;
use crate::evaluate::outline::Kind;

/// A comma is missing between two fields, two bindings or two items.
pub(super) fn missing(scene: &Scene<'_>) -> Option<Mistake> {
    let (what, next) = second_field(scene).or_else(|| second_item(scene))?;
    let last = scene.before(next).filter(|last| scene.ends_value(*last))?;
    let end = scene.range(last).end;
    Some(
        Mistake::new(format!("a comma is missing between two {what}"), scene.last_character(last), "no comma behind this")
            .help("write `,` here")
            .fix(end..end, ","),
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
    if let Some(pipe) = scene.before(scene.at).filter(|pipe| scene.word(*pipe) == "|" ) {
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
        Some(Kind::OpenBrace | Kind::OpenBracket) => ("a comma stands before the first field or item", "nothing is before it"),
        _ => ("a comma stands behind the end of the value", "nothing follows it"),
    };
    let place = scene.range(scene.at);
    Some(Mistake::new(title, place.clone(), label).help("remove it").fix(place, ""))
}
