//! Differences as a person reads them: each object, what its change means, its fields.

use super::classes::Class;
use super::{EnvironmentChange, Fate, Field, ObjectChange, Report, Shown, words};
use crate::characters::{printable, printable_line};
use crate::emit::yaml;
use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

/// How differences are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
}

/// The longest value that is shown in the line of its field, in characters.
const MAX_INLINE: usize = 100;

/// How many equal lines are shown around those that differ.
const CONTEXT: usize = 2;

/// What a line is, and so which colour it has.
#[derive(Clone, Copy)]
enum Look {
    Plain,
    Title,
    Added,
    Removed,
    Grave,
    Mild,
}

impl Look {
    fn of(fate: Fate) -> Look {
        match fate {
            Fate::Added => Look::Added,
            Fate::Removed => Look::Removed,
            Fate::Changed => Look::Plain,
        }
    }

    fn of_class(class: Class) -> Look {
        match class {
            Class::DataLoss | Class::Immutable | Class::Exposure => Look::Grave,
            Class::Surface | Class::Federation | Class::Secret | Class::Tenant | Class::Restart => Look::Mild,
        }
    }

    /// The sequence of ECMA-48 that turns it on.
    fn code(self) -> Option<&'static str> {
        match self {
            Look::Plain => None,
            Look::Title => Some("1"),
            Look::Added => Some("32"),
            Look::Removed => Some("31"),
            Look::Grave => Some("1;31"),
            Look::Mild => Some("33"),
        }
    }
}

impl Style {
    fn paint(self, look: Look, text: &str) -> String {
        match look.code().filter(|_| self.color) {
            Some(code) => format!("\u{1b}[{code}m{}\u{1b}[0m", printable_line(text)),
            None => printable_line(text),
        }
    }
}

/// The report; nothing where nothing differs.
pub(super) fn render(report: &Report, style: Style) -> String {
    report.environments.iter().map(|environment| of_environment(environment, style)).collect()
}

fn of_environment(environment: &EnvironmentChange, style: Style) -> String {
    let name = environment.name.as_deref().map(words::quoted);
    let title = match (name, environment.fate) {
        (Some(name), Fate::Changed) => format!("environment {name}"),
        (Some(name), fate) => format!("environment {name} is {}", fate.as_str()),
        (None, _) => String::new(),
    };
    let title = if title.is_empty() { title } else { style.paint(Look::Title, &title) + "\n\n" };
    title + &environment.objects.iter().map(|object| of_object(object, style)).collect::<String>()
}

fn of_object(object: &ObjectChange, style: Style) -> String {
    let head = format!("{} {}", object.fate.sign(), object.identity);
    let mut shown = match object.fate {
        Fate::Changed => style.paint(Look::Title, &head),
        Fate::Added | Fate::Removed => style.paint(Look::of(object.fate), &head),
    } + "\n";
    for meaning in &object.meanings {
        let class = style.paint(Look::of_class(meaning.class), meaning.class.as_str());
        let code = meaning.class.code().map_or(String::new(), |code| format!(" [{code}]"));
        shown += &format!("    {class}{code}: {}\n", printable_line(&meaning.text));
    }
    for note in &object.notes {
        shown += &format!("    note: {}\n", printable_line(note));
    }
    for field in &object.fields {
        shown += &lines_of(field)
            .into_iter()
            .map(|(look, line)| format!("  {}\n", style.paint(look, &line)))
            .collect::<String>();
    }
    shown + "\n"
}

/// The lines of a field, for people and for pull requests.
pub(super) fn plain_lines(field: &Field) -> Vec<String> {
    lines_of(field).into_iter().map(|(_, line)| printable_line(&line)).collect()
}

fn lines_of(field: &Field) -> Vec<(Look, String)> {
    let path = &field.path;
    match &field.change {
        Shown::Added(value) => of_value(path, Fate::Added, value),
        Shown::Removed(value) => of_value(path, Fate::Removed, value),
        Shown::Changed(Json::String(old), Json::String(new)) if old.contains('\n') || new.contains('\n') => {
            of_texts(path, old, new)
        }
        Shown::Changed(old, new) => match (inline(old), inline(new)) {
            (Some(old), Some(new)) => vec![(Look::Plain, format!("~ {path}: {old} → {new}"))],
            _ => of_value(path, Fate::Removed, old).into_iter().chain(of_value(path, Fate::Added, new)).collect(),
        },
        Shown::Reordered => vec![(Look::Plain, format!("~ {path}: the same items in another order"))],
        Shown::Hidden(fate) => {
            vec![(Look::of(*fate), format!("{} {path}: {}; the value is not shown", fate.sign(), fate.as_str()))]
        }
    }
}

/// A value in one line, if it is short enough.
fn inline(value: &Json) -> Option<String> {
    let text = visible(&value.to_string());
    (text.chars().count() <= MAX_INLINE).then_some(text)
}

fn of_value(path: &str, fate: Fate, value: &Json) -> Vec<(Look, String)> {
    let (look, sign) = (Look::of(fate), fate.sign());
    if let Some(text) = inline(value) {
        return vec![(look, format!("{sign} {path}: {text}"))];
    }
    // A text is shown as it is, anything else as it would stand in a manifest.
    let block = match value {
        Json::String(text) => text.clone(),
        _ => yaml::document(value).unwrap_or_else(|_| value.to_string()),
    };
    let block = block.lines().map(|line| (look, format!("{sign}     {}", visible(line))));
    [(look, format!("{sign} {path}:"))].into_iter().chain(block).collect()
}

/// Two texts of several lines, by line.
fn of_texts(path: &str, old: &str, new: &str) -> Vec<(Look, String)> {
    let mut lines = vec![(Look::Plain, format!("~ {path}:"))];
    let diff = TextDiff::from_lines(old, new);
    for (position, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if position > 0 {
            lines.push((Look::Plain, "      …".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (look, sign) = match change.tag() {
                ChangeTag::Delete => (Look::Removed, '-'),
                ChangeTag::Insert => (Look::Added, '+'),
                ChangeTag::Equal => (Look::Plain, ' '),
            };
            let ending = if change.missing_newline() { " (no line break at its end)" } else { "" };
            let text = visible(change.value().trim_end_matches('\n'));
            lines.push((look, format!("{sign}     {text}{ending}").trim_end().to_owned()));
        }
    }
    lines
}

/// A text in which no character acts on the terminal, and none hides.
fn visible(text: &str) -> String {
    printable(text).replace('\t', "\\t")
}

/// The last lines for a person: how much differs, what that means, and what could not be compared.
pub fn closing(report: &Report) -> String {
    let counts = report.counts().into_iter().map(|(class, count)| format!("{} {count}", class.as_str()));
    let counts: Vec<String> = counts.collect();
    let meaning = if counts.is_empty() { String::new() } else { format!("; {}", counts.join(", ")) };
    let notes: String = report.notes.iter().map(|note| format!("note: {note}\n")).collect();
    let differences = if report.is_empty() { "no differences".to_owned() } else { words::objects(report) + &meaning };
    format!("{differences}\n{notes}")
}
