//! `let`, `in`, `import`, and keywords where a name has to be.

use super::scene::Scene;
use super::{Mistake, Repair, mounted_library};
use crate::evaluate::outline::Kind;

/// `let a = import "b.ncl"` without `in`.
pub(super) fn no_in(scene: &Scene<'_>) -> Option<Mistake> {
    let binding = open_let(scene)?;
    let body = body(scene, binding)?;
    let last = scene.before(body)?;
    let end = scene.range(last).end;
    let is_comma = scene.kind(last) == Some(Kind::Comma);
    // `In` and `IN` are names.
    if is_comma || scene.word(body).eq_ignore_ascii_case("in") {
        let place = scene.range(if is_comma { last } else { body });
        let text = if is_comma { " in" } else { "in" };
        let mistake = Mistake::new("a `let` ends with `in`", place.clone(), "`in` has to stand here");
        return Some(mistake.and(scene.range(binding), "this `let`").help("write `in` in its place").fix(place, text));
    }
    if !scene.ends_value(last) {
        return None;
    }
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
        let is_in = scene.word(*token).eq_ignore_ascii_case("in");
        let is_value = scene.begins_value(*token) && (scene.begins_line(*token) || *token == scene.at || is_in);
        // A name that `=` follows is another binding.
        is_value && scene.name_end(*token).is_none_or(|end| scene.word(end + 1) != "=")
    };
    let sign = std::iter::successors(scene.next(binding), |token| scene.next(*token))
        .find(|token| scene.word(*token) == "=")?;
    let behind = std::iter::successors(scene.next(sign), |token| scene.next(*token)).skip(1);
    behind.take_while(|token| *token <= scene.at).find(begins)
}

/// `agentos = import "agentos/lib.ncl" in`.
pub(super) fn no_let(scene: &Scene<'_>) -> Option<Mistake> {
    let field = scene.field_of_sign(scene.at).filter(|_| scene.word(scene.at) == "=")?;
    if let Some(word) = scene.before(field.start).filter(|word| declares(scene, *word)) {
        let mistake = Mistake::new("a name is bound with `let`", scene.range(word), "`let` has to stand here");
        return Some(mistake.help("write `let name = … in`").fix(scene.range(word), "let"));
    }
    let is_first = match scene.before(field.start) {
        None => true,
        Some(before) => matches!(scene.kind(before), Some(Kind::In | Kind::Ampersand)),
    };
    if !is_first || scene.pairs.around(scene.at).is_some() {
        return None;
    }
    let ends = std::iter::successors(Some(scene.at), |token| scene.next(*token))
        .any(|token| scene.kind(token) == Some(Kind::In));
    let (place, name) = (scene.across(field.start, field.name_end), scene.word(field.start));
    let start = place.start;
    let closes =
        !scene.pairs.unopened.is_empty() || scene.text.get(scene.stop()..).is_some_and(|rest| rest.starts_with('}'));
    if closes && scene.kind(scene.at + 1) != Some(Kind::Import) {
        let mistake =
            Mistake::new(format!("`{{` is missing before `{name}`"), place, "a field of a record that nothing opens");
        return Some(mistake.help("write `{` before the first field").fix(start..start, "{ "));
    }
    if ends || scene.kind(scene.at + 1) == Some(Kind::Import) {
        let mistake = Mistake::new("`let` is missing before the name", place, "no `let` before this");
        return Some(mistake.help(format!("write `let {name} = … in`")).fix(start..start, "let "));
    }
    Some(
        Mistake::new("a field stands outside of a record", place, "no `{` is open here")
            .help("put the fields of an environment in one pair of braces: `{ name = \"…\", … }`")
            .repair(Repair::Stop),
    )
}

/// Whether a token is a word by which other languages bind a name, and begins the text or follows `in`.
fn declares(scene: &Scene<'_>, token: usize) -> bool {
    let is_first = scene.before(token).is_none_or(|before| scene.kind(before) == Some(Kind::In));
    is_first
        && ["let", "var", "const", "val", "def", "local"].contains(&scene.word(token).to_ascii_lowercase().as_str())
}

/// `import "agentos/lib.ncl"` without `let`, and `import("agentos/lib.ncl")`.
pub(super) fn unbound_import(scene: &Scene<'_>) -> Option<Mistake> {
    let before = scene.before(scene.at)?;
    if scene.kind(before) == Some(Kind::Import) && scene.word(scene.at) == "(" {
        let closing = scene.pairs.partner(scene.at)?;
        let mistake = Mistake::new("`import` takes no parentheses", scene.range(scene.at), "opened here");
        let mistake = mistake.help("write `import \"…\"`");
        return Some(mistake.fix(scene.range(scene.at), " ").fix(scene.range(closing), ""));
    }
    let name = scene.pairs.partner(before).filter(|name| *name == 1 && scene.kind(0) == Some(Kind::Import))?;
    let (start, end) = (scene.range(0).start, scene.range(before).end);
    let bound =
        if scene.text.get(scene.across(name, before)) == Some("\"agentos/lib.ncl\"") { "agentos" } else { "other" };
    Some(
        Mistake::new("an import is bound to a name with `let`", scene.range(0), "no `let` before this")
            .help(format!("write `let {bound} = import \"…\" in`"))
            .fix(start..start, format!("let {bound} = "))
            .fix(end..end, " in"),
    )
}

/// `import agentos/lib.ncl`.
pub(super) fn unquoted_import(scene: &Scene<'_>) -> Option<Mistake> {
    let import =
        (0..4).filter_map(|back| scene.at.checked_sub(back)).find(|token| scene.kind(*token) == Some(Kind::Import))?;
    let first = scene.range(import + 1);
    if scene.kind(import + 1) == Some(Kind::Quote) || !scene.begins_path(import + 1) {
        return None;
    }
    let place = scene.bare(first.start);
    if !scene.text.get(place.clone())?.contains(['/', '.']) {
        return None;
    }
    let mistake =
        Mistake::new("the name of an imported file stands in double quotes", place.clone(), "no quotes around this")
            .help("write `import \"…\"`, as in `import \"agentos/lib.ncl\"`")
            .fix(place.start..place.start, "\"")
            .fix(place.end..place.end, "\"");
    Some(match scene.text.get(place.clone()) {
        Some("agentos/lib.ncl") => mistake.repair(Repair::Change(vec![(place, format!("\"{}\"", mounted_library()))])),
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
    "if", "then", "else", "let", "in", "rec", "fun", "import", "match", "forall", "null", "true", "false", "Number",
    "String", "Bool", "Dyn", "Array",
];

/// `if = 1`.
pub(super) fn keyword(scene: &Scene<'_>) -> Option<Mistake> {
    let is_name = |token: &usize| {
        KEYWORDS.contains(&scene.word(*token))
            && matches!(scene.word(token + 1), "=" | ":" | ".")
            && is_at_name(scene, *token)
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
