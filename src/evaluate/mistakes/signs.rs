//! The sign between a field's name and its value: another one than `=`, two of them, none; and a value that is missing.

use super::scene::{Field, Scene};
use super::{Mistake, PLACEHOLDER, Repair};
use crate::evaluate::outline::Kind;

/// How far before Nickel's place a wrong sign is looked for, in tokens.
const REACH: usize = 4;

/// How many tokens a type has at most, of those that are read as a mistake.
const LONGEST_TYPE: usize = 200;

/// Signs of other languages that stand between a name and a value.
const SIGNS: [&str; 9] = [":", ":=", "=>", "==", "->", "<-", "?=", "+=", "~"];

/// `name: "a"`, `name => "a"`, `name := "a"`, `name == "a"`.
pub(super) fn wrong(scene: &Scene<'_>) -> Option<Mistake> {
    (0..REACH).find_map(|back| wrong_at(scene, scene.at.checked_sub(back)?))
}

/// The mistake whose sign is a token, or begins with it.
fn wrong_at(scene: &Scene<'_>, sign: usize) -> Option<Mistake> {
    let last = last_of_sign(scene, sign)?;
    let field = wrongly_set(scene, sign, last)?;
    let written = scene.text.get(scene.across(sign, last))?;
    let name = scene.text.get(scene.across(field.start, field.name_end))?;
    let note = match written {
        ":" => "`:` declares the type of a value",
        "==" => "`==` compares two values",
        "=>" => "`=>` stands in functions, behind their parameters",
        _ => "",
    };
    let place = scene.across(sign, last);
    let before = if scene.is_glued(field.name_end) { " " } else { "" };
    let after = if scene.is_glued(last) { " " } else { "" };
    Some(
        Mistake::new(format!("a field is set with `=`, not with `{written}`"), place.clone(), "`=` has to stand here")
            .note(note)
            .help(format!("write `{name} = …`"))
            .fix(place, format!("{before}={after}")),
    )
}

/// The last token of a sign of another language: some are two tokens of Nickel's.
fn last_of_sign(scene: &Scene<'_>, sign: usize) -> Option<usize> {
    let is_sign =
        |last: usize| scene.text.get(scene.across(sign, last)).is_some_and(|written| SIGNS.contains(&written));
    let is_double = scene.is_glued(sign) && is_sign(sign + 1);
    if is_double { Some(sign + 1) } else { Some(sign).filter(|sign| is_sign(*sign)) }
}

/// The field that a wrong sign stands in.
fn wrongly_set(scene: &Scene<'_>, sign: usize, last: usize) -> Option<Field> {
    let field = scene.field_of_sign(sign)?;
    let is_field = scene.is_in_record(sign) && (scene.begins_item(field.start) || scene.begins_line(field.start));
    let is_binding = scene.before(field.start).is_some_and(|before| matches!(scene.word(before), "let" | "rec"));
    // What has both a type and a value is as it should be.
    let is_typed = scene.word(last) == ":" && is_set(scene, sign) == Some(true);
    ((is_field || is_binding) && !is_typed).then_some(field)
}

/// Whether the `=` that follows a type is its field's, or the next field's, which has a line of its own; none where there is
/// no `=`.
fn is_set(scene: &Scene<'_>, colon: usize) -> Option<bool> {
    let behind = std::iter::successors(scene.next(colon), |token| scene.next(*token)).take(LONGEST_TYPE);
    let sign =
        behind.take_while(|token| !matches!(scene.word(*token), "," | ";")).find(|token| scene.word(*token) == "=")?;
    let follows_value = |start: usize| scene.before(start).is_some_and(|before| scene.ends_value(before));
    let is_type = |start: usize| scene.kind(start) == Some(Kind::Type);
    let is_next = |field: Field| {
        let start = field.start;
        start != colon + 1 && scene.begins_line(start) && follows_value(start) && !is_type(start)
    };
    Some(!scene.field_of_sign(sign).is_some_and(is_next))
}

/// `name: "a"` with the next field in the line below, which Nickel takes for a part of the type.
pub(super) fn type_of_two_lines(scene: &Scene<'_>, colon: usize) -> Option<Mistake> {
    if is_set(scene, colon) == Some(false) { wrong_at(scene, colon) } else { None }
}

/// `labels = "a": "b"`.
pub(super) fn colon_in_value(scene: &Scene<'_>) -> Option<Mistake> {
    let colon = (0..REACH).filter_map(|back| scene.at.checked_sub(back)).find(|token| scene.word(*token) == ":")?;
    let before = std::iter::successors(scene.previous(colon), |token| scene.previous(*token));
    let sign = before.take_while(|token| scene.word(*token) != ",").find(|token| scene.word(*token) == "=")?;
    let (_, last) = scene.item(colon);
    Some(
        Mistake::new("there is a `:` in a value", scene.range(colon), "no value has this")
            .help("put a text with `:` in it in double quotes; write a record as `{ name = … }`")
            .repair(Repair::Broken(scene.across(sign + 1, last))),
    )
}

/// `name "a"`.
pub(super) fn missing(scene: &Scene<'_>) -> Option<Mistake> {
    let name_end = scene.before(scene.at).filter(|_| scene.begins_value(scene.at))?;
    let start = scene.name_start(name_end)?;
    let is_field = scene.is_in_record(scene.at) && (scene.begins_item(start) || scene.begins_line(start));
    let is_binding = scene.before(start).is_some_and(|before| matches!(scene.word(before), "let" | "rec"));
    if scene.begins_line(scene.at) || !(is_field || is_binding) {
        return None;
    }
    if let Some(index) = index(scene, name_end) {
        return Some(index);
    }
    let (place, name) = (scene.across(start, name_end), scene.text.get(scene.across(start, name_end))?);
    Some(
        Mistake::new(format!("`=` is missing between `{name}` and its value"), place.clone(), "no `=` behind this")
            .help(format!("write `{name} = …`"))
            .fix(place.end..place.end, " ="),
    )
}

/// `labels["a"] = "b"`.
fn index(scene: &Scene<'_>, name_end: usize) -> Option<Mistake> {
    let (opening, closing) = (scene.at, scene.pairs.partner(scene.at)?);
    let is_index =
        scene.word(opening) == "[" && scene.is_glued(name_end) && matches!(scene.word(closing + 1), "=" | "." | ":");
    let mistake = Mistake::new(
        "a field in a record is named with `.`, not in brackets",
        scene.across(opening, closing),
        "brackets",
    )
    .help("write `name.inner = …`, and names with other characters in double quotes");
    is_index.then(|| mistake.fix(scene.range(opening), ".").fix(scene.range(closing), ""))
}

/// `name = ,`, or `name =` with the next field behind it.
pub(super) fn no_value(scene: &Scene<'_>) -> Option<Mistake> {
    let sign = unvalued(scene)?;
    let field = scene.field_of_sign(sign)?;
    let name = scene.text.get(scene.across(field.start, field.name_end))?;
    let end = scene.range(sign).end;
    Some(
        Mistake::new(format!("`{name}` has no value"), scene.range(sign), "nothing follows this")
            .help(format!("write the value behind `=`, or remove `{name}`"))
            .repair(if scene.begins_value(sign + 1) {
                Repair::Change(vec![(end..end, format!(" {},", PLACEHOLDER))])
            } else {
                Repair::Broken(end..end)
            }),
    )
}

/// The sign that no value follows.
fn unvalued(scene: &Scene<'_>) -> Option<usize> {
    let before = scene.before(scene.at)?;
    let ends = matches!(scene.kind(scene.at), None | Some(Kind::Comma | Kind::CloseBrace | Kind::In | Kind::Semicolon));
    if scene.kind(before) == Some(Kind::Equals) && ends {
        return Some(before);
    }
    // The name of the next field was taken for the value, so that the sign behind that is one too many.
    let next = scene.field_of_sign(scene.at).filter(|next| scene.begins_line(next.start))?;
    let sign = scene.before(next.start)?;
    (scene.kind(sign) == Some(Kind::Equals)).then_some(sign)
}

/// `name = = "a"`, `name = other = "a"`.
pub(super) fn doubled(scene: &Scene<'_>) -> Option<Mistake> {
    let before = scene.before(scene.at).filter(|_| scene.word(scene.at) == "=")?;
    if scene.word(before) == "=" {
        let place = scene.range(scene.at);
        return Some(
            Mistake::new("there are two `=` in a row", place.clone(), "the second one")
                .help("remove one of them")
                .fix(place, ""),
        );
    }
    // On a line of its own it is the next field, which has a comma too few.
    let inner = scene.field_of_sign(scene.at).filter(|inner| !scene.begins_line(inner.start))?;
    let sign = scene.before(inner.start).filter(|sign| scene.word(*sign) == "=")?;
    let (_, last) = scene.item(scene.at);
    let _ = scene.field_of_sign(sign)?;
    Some(
        Mistake::new("one field has two `=`", scene.range(scene.at), "the second one")
            .help("set each field by itself; two texts are compared with `==`")
            .repair(Repair::Broken(scene.across(inner.start, last))),
    )
}

/// `name = "a";`.
pub(super) fn semicolon(scene: &Scene<'_>) -> Option<Mistake> {
    let semicolon = std::iter::successors(Some(scene.at), |token| scene.previous(*token))
        .take(REACH)
        .find(|token| scene.kind(*token) == Some(Kind::Semicolon))?;
    let place = scene.range(semicolon);
    let is_let = binds(scene, semicolon);
    let next = scene.kind(semicolon + 1);
    let is_item = scene.is_in_record(semicolon) || scene.is_in_list(semicolon);
    let after_comma = scene.before(semicolon).is_some_and(|before| scene.kind(before) == Some(Kind::Comma));
    let (title, help, text) = match (is_let, is_item) {
        (true, _) if next == Some(Kind::In) => ("`;` stands before `in`", "remove it", ""),
        (true, _) => ("a `let` ends with `in`, not with `;`", "write `in` in its place", " in"),
        (false, true) if after_comma => ("`;` stands behind a comma", "remove it", ""),
        (false, true) => ("fields and items are separated by commas, not by `;`", "write `,` in its place", ","),
        (false, false) => ("`;` ends nothing here", "remove it", ""),
    };
    Some(Mistake::new(title, place.clone(), "this `;`").help(help).fix(place, text))
}

/// Whether a token stands in a binding of `let`, before its `in`.
fn binds(scene: &Scene<'_>, token: usize) -> bool {
    let before = std::iter::successors(scene.previous(token), |token| scene.previous(*token));
    let mut words = before.filter(|token| matches!(scene.kind(*token), Some(Kind::Let | Kind::In)));
    words.next().is_some_and(|word| scene.kind(word) == Some(Kind::Let))
}
