//! `let`, `in`, `import`, and keywords where a name has to be.

use super::scene::Scene;
use super::{MOUNTED_LIBRARY, Mistake, Repair};
use crate::evaluate::outline::Kind;

/// `let a = import "b.ncl"` without `in`.
pub(super) fn no_in(scene: &Scene<'_>) -> Option<Mistake> {
    let binding = open_let(scene)?;
    let body = body(scene, binding)?;
    let last = scene.before(body).filter(|last| scene.ends_value(*last))?;
    let end = scene.range(last).end;
    Some(
        Mistake::new("`in` is missing behind the `let`", scene.last_character(last), "no `in` behind this")
            .and(scene.range(binding), "this `let`")
            .help("write `in` between the binding and the value that uses it")
            .fix(end..end, " in"),
    )
}

/// The last `let` before the place, at its level, that has no `in` yet.
fn open_let(scene: &Scene<'_>) -> Option<usize> {
    let mut ended = 0_usize;
    for token in std::iter::successors(scene.previous(scene.at), |token| scene.previous(*token)) {
        match scene.kind(token) {
            Some(Kind::In) => ended += 1,
            Some(Kind::Let) if ended == 0 => return Some(token),
            Some(Kind::Let) => ended -= 1,
            _ => {}
        }
    }
    None
}

/// The first token behind a binding that may be the value which uses it: it begins a line, or is where Nickel gave up.
fn body(scene: &Scene<'_>, binding: usize) -> Option<usize> {
    let begins = |token: &usize| {
        let is_value = scene.begins_value(*token) && (scene.begins_line(*token) || *token == scene.at);
        // A name that `=` follows is another binding.
        is_value && scene.name_end(*token).is_none_or(|end| scene.word(end + 1) != "=")
    };
    let sign = std::iter::successors(scene.next(binding), |token| scene.next(*token)).find(|token| scene.word(*token) == "=")?;
    let behind = std::iter::successors(scene.next(sign), |token| scene.next(*token)).skip(1);
    behind.take_while(|token| *token <= scene.at).find(begins)
}

/// `agentos = import "agentos/lib.ncl" in`.
pub(super) fn no_let(scene: &Scene<'_>) -> Option<Mistake> {
    let field = scene.field_of_sign(scene.at).filter(|_| scene.word(scene.at) == "=")?;
    let is_first = match scene.before(field.start) {
        None => true,
        Some(before) => scene.kind(before) == Some(Kind::In),
    };
    if !is_first || scene.pairs.around(scene.at).is_some() {
        return None;
    }
    let ends = std::iter::successors(Some(scene.at), |token| scene.next(*token)).any(|token| scene.kind(token) == Some(Kind::In));
    let (place, name) = (scene.across(field.start, field.name_end), scene.word(field.start));
    let start = place.start;
    if ends {
        let mistake = Mistake::new("`let` is missing before the name", place, "no `let` before this");
        return Some(mistake.help(format!("write `let {name} = … in`")).fix(start..start, "let "));
    }
    Some(
        Mistake::new("a field stands outside of a record", place, "no `{` is open here")
            .help("put the fields of an environment in one pair of braces: `{ name = \"…\", … }`")
            .repair(Repair::Stop),
    )
}

/// `import agentos/lib.ncl`.
pub(super) fn unquoted_import(scene: &Scene<'_>) -> Option<Mistake> {
    let import = (0..4).filter_map(|back| scene.at.checked_sub(back)).find(|token| scene.kind(*token) == Some(Kind::Import))?;
    let first = scene.range(import + 1);
    if scene.kind(import + 1) == Some(Kind::Quote) || !scene.begins_path(import + 1) {
        return None;
    }
    let place = scene.bare(first.start);
    let mistake = Mistake::new("the name of an imported file stands in double quotes", place.clone(), "no quotes around this")
        .help("write `import \"…\"`, as in `import \"agentos/lib.ncl\"`")
        .fix(place.start..place.start, "\"")
        .fix(place.end..place.end, "\"");
    Some(match scene.text.get(place.clone()) {
        Some("agentos/lib.ncl") => mistake.repair(Repair::Change(vec![(place, format!("\"{MOUNTED_LIBRARY}\""))])),
        Some(_) | None => mistake,
    })
}

impl Scene<'_> {
    /// Whether the name of a file may begin with a token.
    fn begins_path(&self, index: usize) -> bool {
        matches!(self.kind(index), Some(Kind::Name | Kind::Dot | Kind::Operator))
    }
}

/// Words that Nickel keeps for itself.
const KEYWORDS: [&str; 18] = [
    "if", "then", "else", "let", "in", "rec", "fun", "import", "match", "forall", "null", "true", "false", "Number", "String",
    "Bool", "Dyn", "Array",
];

/// `if = 1`.
pub(super) fn keyword(scene: &Scene<'_>) -> Option<Mistake> {
    let is_name = |token: &usize| {
        KEYWORDS.contains(&scene.word(*token)) && matches!(scene.word(token + 1), "=" | ":" | ".") && is_at_name(scene, *token)
    };
    let token = (0..3).filter_map(|back| scene.at.checked_sub(back)).find(is_name)?;
    let (place, word) = (scene.range(token), scene.word(token));
    Some(
        Mistake::new(format!("`{word}` is a keyword, and names a field only in quotes"), place.clone(), "a keyword")
            .help(format!("write `\"{word}\"`, or choose another name"))
            .fix(place.start..place.start, "\"")
            .fix(place.end..place.end, "\""),
    )
}

fn is_at_name(scene: &Scene<'_>, token: usize) -> bool {
    let after_dot = scene.before(token).is_some_and(|before| scene.kind(before) == Some(Kind::Dot));
    scene.is_in_record(token) && (scene.begins_item(token) || scene.begins_line(token) || after_dot)
}
