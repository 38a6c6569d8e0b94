//! Brackets: one that nothing closes, one that closes nothing, and one of another kind.

use super::scene::Scene;
use super::{Mistake, Repair};
use crate::evaluate::outline::Kind;

/// `{ a = [1, 2}`.
pub(super) fn crossed(scene: &Scene<'_>) -> Option<Mistake> {
    let (opening, closing) = *scene.pairs.crossed.iter().find(|(_, closing)| *closing <= scene.at)?;
    let (open, close, wanted) = (scene.word(opening), scene.word(closing), closer(scene, opening)?);
    if !scene.pairs.unclosed.is_empty() {
        // The closing belongs to a bracket further out.
        let end = scene.before(closing).map_or(scene.range(opening).end, |last| scene.range(last).end);
        return Some(
            Mistake::new(format!("this `{open}` is never closed"), scene.range(opening), "opened here")
                .and(scene.range(closing), format!("`{close}` closes what is around it"))
                .help(format!("write `{wanted}` before this `{close}`"))
                .fix(end..end, wanted)
                .repair(Repair::Guessed),
        );
    }
    let place = scene.range(closing);
    Some(
        Mistake::new(format!("`{close}` can't close `{open}`"), place.clone(), format!("`{wanted}` has to stand here"))
            .and(scene.range(opening), "opened here")
            .help(format!("write `{wanted}` in its place"))
            .fix(place, wanted),
    )
}

/// `{ a = { b = 1, c = 2 }`.
pub(super) fn unclosed(scene: &Scene<'_>) -> Option<Mistake> {
    let opening = dedented(scene).or_else(|| scene.pairs.unclosed.last().copied())?;
    let (open, wanted) = (scene.word(opening), closer(scene, opening)?);
    let follower = follower(scene, opening);
    if follower > scene.at || follower <= opening {
        return None;
    }
    let mistake = Mistake::new(format!("this `{open}` is never closed"), scene.range(opening), "opened here")
        .help(format!("write `{wanted}` behind what belongs into it"));
    let last = scene.before(follower).unwrap_or(opening);
    if last == opening {
        // Without indentation nothing says where it ends.
        return Some(mistake.repair(Repair::Stop));
    }
    let is_last = matches!(
        scene.kind(follower),
        None | Some(Kind::CloseBrace | Kind::CloseBracket | Kind::Pipe | Kind::Ampersand)
    ) || matches!(scene.kind(follower), Some(Kind::CloseParenthesis | Kind::In));
    let comma = if is_last { "" } else { "," };
    let (start, end) = (scene.range(opening).start, scene.range(last).end);
    let is_spread = scene.text.get(start..end).is_some_and(|inside| inside.contains('\n'));
    let text = match is_spread {
        true => format!("\n{}{wanted}{comma}", " ".repeat(scene.indent(start))),
        false => format!(" {wanted}{comma}"),
    };
    let mistake = mistake.fix(end..end, text);
    Some(if is_plain(scene, opening, last) { mistake } else { mistake.repair(Repair::Guessed) })
}

/// Whether lines say for certain what an opening holds: all that is further to the right, or all of its own line.
fn is_plain(scene: &Scene<'_>, opening: usize, last: usize) -> bool {
    if scene.ends_line(opening) {
        return true;
    }
    let (start, end) = (scene.range(opening).start, scene.range(last).end);
    let line = scene.text.get(scene.line_start(start)..end).unwrap_or("");
    line.matches(['{', '[', '(']).count() == 1 && !line.contains(['}', ']', ')', '\n'])
}

/// `labels = team = "a" },` and `storage = 'Persistent size = "5Gi" },`: a brace that is not opened.
pub(super) fn unopened(scene: &Scene<'_>) -> Option<Mistake> {
    let field =
        scene.field_of_sign(scene.at).filter(|field| scene.word(scene.at) == "=" && !scene.begins_line(field.start))?;
    let before = scene.before(field.start)?;
    let is_value = scene.word(before) == "=" || scene.kind(before) == Some(Kind::Tag);
    let line = scene.line_start(scene.range(scene.at).start)..scene.line_end(scene.range(scene.at).start);
    let in_line = scene.at..scene.outline.tokens.partition_point(|token| token.range().start < line.end);
    let is_unopened = |token: &usize| {
        let opening = scene.pairs.partner(*token).map(|opening| scene.range(opening).start);
        scene.kind(*token) == Some(Kind::CloseBrace) && opening.is_none_or(|opening| opening < line.start)
    };
    let ends_early =
        !scene.outline.complete && scene.at_end_of(line.end) && scene.text.get(scene.stop()..)?.starts_with('}');
    let closing = in_line.into_iter().find(is_unopened);
    if !is_value || closing.is_none() && !ends_early {
        return None;
    }
    let (place, start) = (scene.across(field.start, field.name_end), scene.range(field.start).start);
    let name = scene.text.get(place.clone())?;
    Some(
        Mistake::new(format!("`{{` is missing before `{name}`"), place, "a field of a record that nothing opens")
            .help("write `{` here")
            .fix(start..start, "{ "),
    )
}

/// The innermost bracket whose partner begins a line less far to the right: it belongs to another one.
fn dedented(scene: &Scene<'_>) -> Option<usize> {
    if scene.pairs.unclosed.is_empty() {
        return None;
    }
    (0..scene.outline.tokens.len()).rfind(|opening| {
        let closing = scene.pairs.partner(*opening).filter(|closing| closing > opening);
        closing.is_some_and(|closing| {
            let of = |token: usize| scene.indent(scene.range(token).start);
            closer(scene, *opening).is_some() && scene.begins_line(closing) && of(closing) < of(*opening)
        })
    })
}

/// The first token behind an opening that begins a line, not further to the right than the line of the opening.
fn follower(scene: &Scene<'_>, opening: usize) -> usize {
    let indent = scene.indent(scene.range(opening).start);
    let is_behind = |token: &usize| scene.begins_line(*token) && scene.indent(scene.range(*token).start) <= indent;
    let tokens = opening + 1..scene.outline.tokens.len();
    // Lines of a text may begin anywhere.
    let is_of_text =
        |token: &usize| matches!(scene.kind(*token), Some(Kind::Literal | Kind::Escape(_) | Kind::IndentedEnd));
    tokens.filter(|token| !is_of_text(token)).find(is_behind).unwrap_or(scene.outline.tokens.len())
}

/// A closing that nothing opens.
pub(super) fn extra(scene: &Scene<'_>) -> Option<Mistake> {
    let place = closing_too_many(scene)?;
    let closing = scene.text.get(place.clone())?;
    let mistake = Mistake::new(format!("this `{closing}` closes nothing"), place.clone(), "nothing is open here")
        .help("remove it, or open what it is to close")
        .fix(place.clone(), "");
    // Of two in a row it does not matter which one is too many.
    let is_doubled = scene.text.get(..place.start).is_some_and(|before| before.trim_end().ends_with(closing));
    Some(if is_doubled { mistake } else { mistake.repair(Repair::Guessed) })
}

fn closing_too_many(scene: &Scene<'_>) -> Option<std::ops::Range<usize>> {
    let is_stop = |at: usize| scene.text.get(at..).is_some_and(|rest| rest.starts_with('}'));
    let ends_early = !scene.outline.complete && is_stop(scene.stop());
    let is_behind = scene.pairs.unopened.contains(&scene.at) || scene.pairs.around(scene.at).is_none();
    if let Some(early) = early(scene).filter(|_| is_behind && (ends_early || !scene.pairs.unopened.is_empty())) {
        return Some(scene.range(early));
    }
    if scene.pairs.unopened.contains(&scene.at) {
        return Some(scene.range(scene.at));
    }
    if scene.at >= scene.outline.tokens.len() && ends_early {
        return Some(scene.stop()..scene.stop() + 1);
    }
    // Something follows the end of the value, and later a closing that nothing opens: the value ended too early.
    let before = scene.before(scene.at).filter(|_| scene.pairs.around(scene.at).is_none())?;
    let is_early_end =
        matches!(scene.kind(before), Some(Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParenthesis));
    (is_early_end && (ends_early || !scene.pairs.unopened.is_empty())).then(|| scene.range(before))
}

/// The first closing inside of a line that closes what a line further to the left has opened for the lines below.
fn early(scene: &Scene<'_>) -> Option<usize> {
    (0..scene.outline.tokens.len()).find(|closing| {
        let opening = scene.pairs.partner(*closing).filter(|opening| opening < closing && scene.ends_line(*opening));
        let of = |token: usize| scene.indent(scene.range(token).start);
        closer(scene, opening.unwrap_or(*closing)).is_some()
            && opening.is_some_and(|opening| !scene.begins_line(*closing) && of(*closing) > of(opening))
    })
}

/// What closes an opening bracket.
fn closer(scene: &Scene<'_>, opening: usize) -> Option<&'static str> {
    match scene.kind(opening)? {
        Kind::OpenBrace => Some("}"),
        Kind::OpenBracket => Some("]"),
        Kind::OpenParenthesis => Some(")"),
        _ => None,
    }
}
