//! A field for people: heads, a description, and the fields inside with a line each, as `kubectl explain` has them.

use super::field::{Found, Step, Value};
use crate::commands::program;
use crate::guides;
use std::fmt::Write as _;

/// Narrower than this nothing is folded.
const NARROWEST: usize = 40;

/// Wider than this lines are hard to read.
const WIDEST: usize = 100;

/// The width of what is no terminal.
const USUAL: usize = 80;

/// How ` { … }` is written where it must not be folded.
const WITH_FIELDS: &str = "\u{a0}{\u{a0}…\u{a0}}";

/// A longer default is not shown in a line.
const LONGEST_DEFAULT: usize = 40;

/// How far the text below a head is indented.
const INDENT: &str = "    ";

/// The page of a value. With `recursive` its fields are the names and types of all that is inside.
pub(super) fn page(found: &Found, recursive: bool, width: Option<usize>) -> String {
    let width = width.unwrap_or(USUAL).clamp(NARROWEST, WIDEST);
    let mut page = String::new();
    let releases: Vec<String> =
        found.releases().iter().map(|release| format!("{} ('{})", release.version(), release.tag())).collect();
    let presence = found.presence().map(|presence| match presence.as_str() {
        "required" => "none: it is required".to_owned(),
        "optional" => "none: it is optional".to_owned(),
        _ => presence,
    });
    let heads = [
        ("FIELD:", Some(found.path().to_owned())),
        ("TYPE:", Some(found.kind())),
        ("DEFAULT:", presence),
        ("RELEASES:", Some(releases.join(", "))),
    ];
    for (head, text) in heads {
        let Some(text) = text else { continue };
        page += &folded(&text, width, &format!("{head:12}"), &" ".repeat(12));
    }
    page += &section("DESCRIPTION", &block(&found.doc(), width, INDENT));
    let constraints: String = found.constraints().iter().map(|text| block(text, width, INDENT)).collect();
    page += &section("CONSTRAINT", &constraints);
    page += &section("VALUES", &values(found, width));
    page += &section("FIELDS", &if recursive { tree(found, width) } else { fields(found, width) });
    let guide = found.outermost().and_then(guides::find);
    let guide = guide.map_or(String::new(), |guide| {
        format!("{INDENT}`{} explain {}`: {}\n", program::name(), guide.name, guide.title())
    });
    page + &section("SEE ALSO", &guide)
}

fn section(head: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\n{head}:\n{text}") }
}

/// The tags of a choice, with what comes with them. What they mean the description says.
fn values(found: &Found, width: usize) -> String {
    let mut text = String::new();
    for Value { tag, found: value, .. } in found.values() {
        let with = match value.kind() {
            none if none == tag => none,
            _ if value.has_fields() => format!("{tag} {{ … }}, with the fields of {}", value.path()),
            kind => format!("{tag} ({kind})"),
        };
        text += &folded(&(with + &only(found, &value)), width, INDENT, &deeper(INDENT));
    }
    text
}

/// The fields, each with its type and what it is.
fn fields(found: &Found, width: usize) -> String {
    let parts = found.parts();
    let widest = parts.iter().map(|inner| inner.label.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for inner in &parts {
        let presence = match inner.found.presence() {
            Some(presence) if ["required", "optional", "its fields have defaults"].contains(&presence.as_str()) => {
                format!(", {presence}")
            }
            Some(default) if default.chars().count() <= LONGEST_DEFAULT => format!(", by default {default}"),
            Some(_) => ", has a default".to_owned(),
            None => String::new(),
        };
        let kind = format!("{}{presence}{}", inner.found.kind(), only(found, &inner.found));
        let label = format!("{INDENT}{:widest$}  ", inner.label);
        text += &folded(&kind, width, &label, &" ".repeat(label.chars().count()));
        text += &block(inner.found.summary(), width, &deeper(INDENT));
    }
    text
}

/// The names and types of all that is inside.
fn tree(found: &Found, width: usize) -> String {
    let mut rows = Vec::new();
    collect(found, 0, &mut rows);
    let widest = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (label, kind) in rows {
        let label = format!("{INDENT}{label:widest$}  ");
        text += &folded(&kind, width, &label, &" ".repeat(label.chars().count()));
    }
    text
}

fn collect(found: &Found, depth: usize, rows: &mut Vec<(String, String)>) {
    for inner in found.inner() {
        // The type of what has no fields inside says it all.
        if inner.step != Step::Field && !inner.found.has_fields() {
            continue;
        }
        let mark = if inner.step == Step::Tag { "'" } else { "" };
        let kind = format!("{}{}", inner.found.kind(), only(found, &inner.found));
        rows.push((format!("{}{mark}{}", "  ".repeat(depth), inner.label), kind));
        collect(&inner.found, depth + 1, rows);
    }
}

/// Which releases have a part, where not all do that have the whole.
fn only(whole: &Found, part: &Found) -> String {
    if part.releases().len() == whole.releases().len() {
        return String::new();
    }
    let releases: Vec<&str> = part.releases().into_iter().map(|release| release.version()).collect();
    format!(" (only {})", releases.join(", "))
}

fn deeper(indent: &str) -> String {
    format!("{indent}{INDENT}")
}

/// A text in lines of a width; the paragraphs of its author stay.
fn block(text: &str, width: usize, indent: &str) -> String {
    text.lines().map(|line| folded(line, width, indent, indent)).collect()
}

/// A line, folded between words: the first one begins so, and the others so.
fn folded(text: &str, width: usize, first: &str, others: &str) -> String {
    let mut folded = String::new();
    let mut line = first.to_owned();
    let mut is_begun = false;
    // A tag and the fields that come with it stay together.
    let text = text.replace(" { … }", WITH_FIELDS);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if is_begun && line.chars().count() + 1 + word.chars().count() > width {
            let _ = writeln!(folded, "{}", line.trim_end());
            line = others.to_owned();
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line += word;
        is_begun = true;
    }
    let _ = writeln!(folded, "{}", line.trim_end());
    folded.replace(WITH_FIELDS, " { … }")
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn lines_are_folded_between_words_and_long_words_stay_whole() {
        assert_eq!(folded("aa bb cc", 8, "T: ", "   "), "T: aa bb\n   cc\n");
        assert_eq!(folded("aaaaaaaaaa b", 4, "", " "), "aaaaaaaaaa\n b\n");
        assert_eq!(folded("a 'B { … } c", 6, "", ""), "a\n'B { … }\nc\n");
        assert_eq!(folded("", 8, "  ", "  "), "\n");
    }
}
