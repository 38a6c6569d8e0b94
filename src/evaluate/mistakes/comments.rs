//! Comments of other languages: `//`, `/* */`, `--`.

use super::scene::Scene;
use super::{Mistake, Repair};
use std::ops::Range;

/// `// …` or `-- …`.
pub(super) fn line(scene: &Scene<'_>) -> Option<Mistake> {
    let sign = (0..3).find_map(|back| double(scene, scene.at.checked_sub(back)?))?;
    let place = scene.across(sign, sign + 1);
    let written = scene.text.get(place.clone())?;
    let title = format!("a comment begins with `#`, not with `{written}`");
    let mistake = Mistake::new(title, place.clone(), "write `#` here").help("begin each line of the comment with `#`");
    Some(mistake.fix(place, "#"))
}

/// Whether two signs of a comment begin with a token.
fn double(scene: &Scene<'_>, first: usize) -> Option<usize> {
    let is_double =
        scene.is_glued(first) && matches!((scene.word(first), scene.word(first + 1)), ("/", "/") | ("-", "-"));
    // What is part of an address or an option is no comment.
    let before = scene.text.get(..scene.range(first).start)?.chars().next_back();
    (is_double && before.is_none_or(|c| c.is_whitespace() || ",;{}[]()\"".contains(c))).then_some(first)
}

/// `/* … */`.
pub(super) fn block(scene: &Scene<'_>) -> Option<Mistake> {
    let is_opening =
        |first: usize| scene.is_glued(first) && scene.word(first) == "/" && scene.word(first + 1).starts_with('*');
    let first = (0..3).filter_map(|back| scene.at.checked_sub(back)).find(|first| is_opening(*first))?;
    let start = scene.range(first).start;
    let rest = scene.text.get(start..)?;
    let closing = rest.find("*/").map(|at| start + at + 2);
    let end = closing.unwrap_or_else(|| scene.line_end(start));
    let mistake = Mistake::new("a comment begins with `#`, not with `/*`", start..start + 2, "this begins no comment")
        .help("begin each line of the comment with `#`, and remove `*/`");
    Some(match as_lines(scene, start..end) {
        Some(text) if closing.is_some() => mistake.fix(start..end, text),
        Some(_) | None => mistake.repair(Repair::Change(vec![(start..end, String::new())])),
    })
}

/// A block comment as lines that begin with `#`; none where something follows it on its last line.
fn as_lines(scene: &Scene<'_>, block: Range<usize>) -> Option<String> {
    let written = scene.text.get(block.clone())?;
    let follows = scene.text.get(block.end..scene.line_end(block.end))?;
    if !follows.trim().is_empty() || written.contains('\r') {
        return None;
    }
    let inside = written.strip_prefix("/*")?.strip_suffix("*/")?;
    let line = |line: &str| {
        let words = line.trim().trim_start_matches('*').trim();
        if words.is_empty() { None } else { Some(format!("# {words}")) }
    };
    let lines: Vec<String> = inside.split('\n').filter_map(line).collect();
    Some(lines.join("\n"))
}
