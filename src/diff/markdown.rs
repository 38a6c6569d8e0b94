//! Differences for a pull request: a table of what they mean, and every object folded up below it.

use super::human::plain_lines;
use super::{EnvironmentChange, Fate, ObjectChange, Report, words};
use crate::{catalogue, characters};

/// The report; one line where nothing differs.
pub(super) fn render(report: &Report) -> String {
    characters::printable(&page(report)).into_owned()
}

fn page(report: &Report) -> String {
    let sides = format!("{} → {}", code(&report.old), code(&report.new));
    let notes: String = report.notes.iter().map(|note| format!("\n> {}\n", cell(note))).collect();
    if report.is_empty() {
        return format!("No differences: {sides}\n{notes}");
    }
    let mut page = format!("**{}**: {sides}\n", words::objects(report));
    page += &table(report);
    for environment in &report.environments {
        page += &of_environment(environment);
    }
    page + &notes
}

fn table(report: &Report) -> String {
    let mut rows = Vec::new();
    for object in report.objects() {
        for meaning in &object.meanings {
            let class = match meaning.class.code() {
                Some(code) => format!("{} ([{code}]({}))", meaning.class.as_str(), catalogue::url(code)),
                None => meaning.class.as_str().to_owned(),
            };
            let row = format!("| {class} | {} | {} |\n", code(&object.identity.to_string()), cell(&meaning.text));
            rows.push((Some(meaning.class), row));
        }
        let note =
            |note: &String| (None, format!("| note | {} | {} |\n", code(&object.identity.to_string()), cell(note)));
        rows.extend(object.notes.iter().map(note));
    }
    if rows.is_empty() {
        return "\nNothing of it restarts, exposes or loses anything.\n".to_owned();
    }
    // Sorting is stable: within a class, objects stay in their order.
    rows.sort_by_key(|(class, _)| (class.is_none(), *class));
    let rows: String = rows.into_iter().map(|(_, row)| row).collect();
    format!("\n| class | object | what it means |\n|---|---|---|\n{rows}")
}

fn of_environment(environment: &EnvironmentChange) -> String {
    let title = match (environment.name.as_deref(), environment.fate) {
        (Some(name), Fate::Changed) => format!("\n### Environment {}\n", code(name)),
        (Some(name), fate) => format!("\n### Environment {} is {}\n", code(name), fate.as_str()),
        (None, _) => String::new(),
    };
    let whole = |object: &&ObjectChange| object.fields.is_empty();
    let names: Vec<&ObjectChange> = environment.objects.iter().filter(whole).collect();
    let list: String = names
        .iter()
        .map(|object| format!("- {}: {}\n", object.fate.as_str(), code(&object.identity.to_string())))
        .collect();
    let list = if list.is_empty() { list } else { format!("\n{list}") };
    let changed = environment.objects.iter().filter(|object| !whole(object));
    title + &list + &changed.map(details).collect::<String>()
}

/// An object, folded up, with its fields as a diff.
fn details(object: &ObjectChange) -> String {
    let lines: Vec<String> = object.fields.iter().flat_map(plain_lines).collect();
    // In a block of this kind a line is coloured by its first character; `!` is the one for what changed.
    let lines: String =
        lines.iter().map(|line| line.replacen('~', "!", usize::from(line.starts_with('~'))) + "\n").collect();
    let fence = fence(&lines);
    let count = object.fields.len();
    let fields = if count == 1 { "1 field".to_owned() } else { format!("{count} fields") };
    let identity = html(&object.identity.to_string());
    format!("\n<details>\n<summary>{identity}: {fields}</summary>\n\n{fence}diff\n{lines}{fence}\n\n</details>\n")
}

/// A fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// A name as code, also inside of a table.
fn code(text: &str) -> String {
    format!("`{}`", characters::printable_line(text).replace('`', "'").replace('|', "\\|"))
}

/// A sentence inside of a table. What stands between its quotes is code already, and all else is text of ours.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn html(text: &str) -> String {
    characters::printable_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_block_or_a_cell() {
        assert_eq!(fence("a\n````\n"), "`````");
        assert_eq!(fence("plain"), "```");
        assert_eq!(code("a|`b"), "`a\\|'b`");
        assert_eq!(html("<b>"), "&lt;b&gt;");
    }
}
