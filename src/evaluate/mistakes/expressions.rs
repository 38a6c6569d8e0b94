//! Expressions that end too early, and names that are none.

use super::scene::{Scene, is_word};
use super::{Mistake, Repair};
use crate::evaluate::outline::Kind;
use nickel_lang_core::error::ParseError;

/// A text of blanks and comments.
pub(super) fn empty(scene: &Scene<'_>) -> Option<Mistake> {
    let is_empty = scene.outline.complete && scene.outline.tokens.is_empty();
    let mistake = Mistake::new("the file is empty", scene.text.len()..scene.text.len(), "no environment here");
    is_empty.then(|| mistake.help("`agentos-cfg init` writes an environment to begin with").repair(Repair::Stop))
}

/// `a = b ++,`, `… in` at the end.
pub(super) fn unfinished(scene: &Scene<'_>) -> Option<Mistake> {
    let before = scene.before(scene.at)?;
    let (word, kind) = (scene.word(before), scene.kind(before)?);
    let ends = matches!(
        scene.kind(scene.at),
        None | Some(Kind::Comma | Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParenthesis)
    );
    let is_operator = match kind {
        Kind::In | Kind::Pipe | Kind::Ampersand | Kind::Minus | Kind::Operator | Kind::Let | Kind::Import => true,
        Kind::Other => matches!(word, "if" | "fun"),
        _ => false,
    };
    if !ends || !is_operator || scene.at >= scene.outline.tokens.len() && !scene.outline.complete {
        return None;
    }
    let mistake =
        Mistake::new(format!("nothing follows this `{word}`"), scene.range(before), "an expression has to follow");
    Some(mistake.help("write what is missing, or remove it").repair(broken_value(scene, before)))
}

/// `a = ++ b`.
pub(super) fn leading(scene: &Scene<'_>) -> Option<Mistake> {
    let is_operator =
        matches!(scene.kind(scene.at), Some(Kind::Operator | Kind::Ampersand | Kind::Pipe | Kind::Dot | Kind::Colon));
    let sign = scene.before(scene.at).filter(|sign| is_operator && scene.word(*sign) == "=")?;
    let (_, last) = scene.item(scene.at);
    let word = scene.word(scene.at);
    let mistake =
        Mistake::new(format!("no value begins with `{word}`"), scene.range(scene.at), "a value has to begin here");
    Some(
        mistake
            .help("put a text in double quotes, or write what is to stand before it")
            .repair(Repair::Broken(scene.across(sign + 1, last))),
    )
}

/// `if a then b` without `else`.
pub(super) fn no_else(scene: &Scene<'_>) -> Option<Mistake> {
    let ParseError::UnexpectedToken(_, _) = scene.error else { return None };
    let before = std::iter::successors(scene.previous(scene.at), |token| scene.previous(*token));
    let words: Vec<usize> = before.take_while(|token| scene.word(*token) != ",").collect();
    let condition = words.iter().copied().find(|token| matches!(scene.word(*token), "if" | "else"))?;
    let has_then = words.iter().any(|token| scene.word(*token) == "then");
    if scene.word(condition) == "else" || !has_then {
        return None;
    }
    let mistake = Mistake::new("this `if` has no `else`", scene.range(condition), "a value for each case is needed");
    Some(mistake.help("write `if … then … else …`").repair(broken_value(scene, condition)))
}

/// `fun x -> x`.
pub(super) fn arrow(scene: &Scene<'_>) -> Option<Mistake> {
    let before = std::iter::successors(scene.previous(scene.at), |token| scene.previous(*token));
    let is_function = before.take_while(|token| scene.word(*token) != "=").any(|token| scene.word(token) == "fun");
    let mistake = Mistake::new(
        "a function has `=>` behind its parameters, not `->`",
        scene.range(scene.at),
        "`=>` has to stand here",
    );
    (is_function && scene.word(scene.at) == "->")
        .then(|| mistake.help("write `fun x => …`").fix(scene.range(scene.at), "=>"))
}

/// `a..b`, `a. = 1`.
pub(super) fn dot(scene: &Scene<'_>) -> Option<Mistake> {
    let dot = [Some(scene.at), scene.before(scene.at)]
        .into_iter()
        .flatten()
        .find(|token| scene.word(*token).starts_with('.'))?;
    let is_last = dot < scene.at || scene.word(dot) == "..";
    let is_behind_name =
        scene.before(dot).is_some_and(|before| scene.ends_value(before)) && dot > 0 && scene.is_glued(dot - 1);
    let mistake =
        Mistake::new(format!("no name follows this `{}`", scene.word(dot)), scene.range(dot), "a name has to follow");
    (is_last && is_behind_name).then(|| mistake.help("write one `.` between two names").repair(Repair::Stop))
}

/// `$name`, `${name}`, `$(name)` as a value.
pub(super) fn dollar(scene: &Scene<'_>) -> Option<Mistake> {
    let dollar =
        [Some(scene.at), scene.before(scene.at)].into_iter().flatten().find(|token| scene.word(*token) == "$")?;
    let sign = scene.before(dollar).filter(|sign| scene.word(*sign) == "=")?;
    let (_, last) = scene.item(dollar);
    Some(
        Mistake::new("`$` begins no expression", scene.range(dollar), "no variable of Nickel")
            .help("put a value into a text with `%{…}`, as in `\"%{name}.example.com\"`; a name stands alone")
            .repair(Repair::Broken(scene.across(sign + 1, last.max(scene.at)))),
    )
}

/// `1name = 2`, `a/b = 1`, or what begins no field at all.
pub(super) fn no_name(scene: &Scene<'_>) -> Option<Mistake> {
    let (first, _) = scene.item(scene.at);
    let begins = [scene.at, first]
        .into_iter()
        .find(|token| scene.is_in_record(*token) && (scene.begins_item(*token) || scene.begins_line(*token)))?;
    if scene.at > begins + 4 || scene.at >= scene.outline.tokens.len() {
        return None;
    }
    let place = scene.bare(scene.range(begins).start);
    let written = scene.text.get(place.clone())?;
    let is_set = scene.text.get(place.end..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('='));
    if is_set
        && !is_word(written)
        && !written.is_empty()
        && !written.contains(['\\', '%', '.'])
        && place.start == scene.range(begins).start
    {
        let mistake = Mistake::new(
            "a name with other characters stands in double quotes",
            place.clone(),
            "no name without quotes",
        )
        .help("write letters, digits, `_` and `-`, a letter first; or put the name in double quotes");
        return Some(mistake.fix(place.start..place.start, "\"").fix(place.end..place.end, "\""));
    }
    let word = scene.word(begins);
    if scene.name_end(begins).is_some() && !is_keyword(word) {
        return None;
    }
    let title = match is_keyword(word) {
        true => format!("`{word}` begins an expression, not a field"),
        false => "a field has to begin here, with its name".to_owned(),
    };
    Some(
        Mistake::new(title, scene.range(begins), "no name")
            .help("write `name = …`; an expression stands behind `=`")
            .repair(Repair::Stop),
    )
}

fn is_keyword(word: &str) -> bool {
    is_word(word) && matches!(word, "if" | "then" | "else" | "fun" | "match" | "import" | "let" | "in")
}

/// A placeholder for the value around a token.
fn broken_value(scene: &Scene<'_>, token: usize) -> Repair {
    let before = std::iter::successors(scene.previous(token), |token| scene.previous(*token));
    let sign = before.take_while(|token| scene.word(*token) != ",").find(|token| scene.word(*token) == "=");
    match sign.filter(|sign| scene.is_in_record(*sign)) {
        Some(sign) => Repair::Broken(scene.across(sign + 1, scene.item(token).1)),
        None => Repair::Stop,
    }
}
