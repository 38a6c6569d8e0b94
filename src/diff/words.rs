//! Words that the formats share.

use super::{Fate, Report};
use crate::characters;

/// How many objects there are of each fate: `2 objects changed, 1 added`.
pub(super) fn objects(report: &Report) -> String {
    let count = |fate: Fate| report.objects().filter(|object| object.fate == fate).count();
    let all = [Fate::Changed, Fate::Added, Fate::Removed].map(|fate| (count(fate), fate));
    let mut words = String::new();
    for (count, fate) in all.into_iter().filter(|(count, _)| *count > 0) {
        let noun = if !words.is_empty() {
            ""
        } else if count == 1 {
            " object"
        } else {
            " objects"
        };
        let comma = if words.is_empty() { "" } else { ", " };
        words += &format!("{comma}{count}{noun} {}", fate.as_str());
    }
    if words.is_empty() { "no objects".to_owned() } else { words }
}

/// A value in quotes for a sentence: no quote in it ends them, and no character is invisible.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c == '`' { '\'' } else { c }).collect();
    let shown = shown.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"");
    format!("`{}`", characters::printable(&shown))
}
