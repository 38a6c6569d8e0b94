//! Findings as workflow commands of GitHub Actions: a line each, which the runner turns into an annotation.

use super::{Item, Report, in_full};
use crate::diagnostic::Severity;
use crate::{catalogue, characters};

/// A command for each finding.
pub fn render(report: &Report<'_>) -> String {
    report.items().into_iter().map(|item| command(item, report) + "\n").collect()
}

fn command(item: Item<'_>, report: &Report<'_>) -> String {
    let finding = item.finding;
    let level = match (&finding.allowed, finding.severity) {
        (Some(_), Severity::Error | Severity::Warning) => "notice",
        (None, Severity::Error) => "error",
        (None, Severity::Warning) => "warning",
    };
    let (file, place) = report.location(item);
    let mut properties = vec![("file", file.to_owned())];
    if let Some(place) = place {
        properties.extend([("line", place.line.to_string()), ("endLine", place.end_line.to_string())]);
        // The runner refuses columns of an annotation that spans lines.
        if place.line == place.end_line {
            properties.extend([("col", place.column.to_string()), ("endColumn", place.end_column.to_string())]);
        }
    }
    properties.push(("title", format!("{} {}", finding.code, catalogue::rule(finding.code).name)));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", escape_property(&value))).collect();
    format!("::{level} {}::{}", properties.join(","), escape_data(&in_full(finding)))
}

/// A text without what the runner would take for the end of the command, or for an escape of its own, and without
/// characters that act on the terminal of a reader of the log.
fn escape_data(text: &str) -> String {
    characters::printable(text).replace('%', "%25").replace('\n', "%0A")
}

/// The same, and what would end a property.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{escape_data, escape_property};

    #[test]
    fn nothing_ends_a_command_or_a_property_early() {
        assert_eq!(escape_data("100%: a,\r\nb\u{9b}"), "100%25: a,\\u{d}%0Ab\\u{9b}");
        assert_eq!(escape_property("100%: a,\nb"), "100%25%3A a%2C%0Ab");
    }
}
