//! Findings as JUnit's XML: a test case for each environment, a failure for each finding that rejects it.
//!
//! The format has no standard; this is the part that GitLab, Jenkins and others agree on. It is small enough to be
//! written by hand.

use super::human::{self, Canvas};
use super::{Checked, Report};
use crate::diagnostic::Diagnostic;
use crate::{catalogue, characters};

/// The report as one document.
pub fn render(report: &Report<'_>) -> String {
    let tests = report.environments.len();
    let failures = report.environments.iter().filter(|checked| report.policy.rejects_any(&checked.findings)).count();
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let all: Vec<&Diagnostic> = report.environments.iter().flat_map(|checked| &checked.findings).collect();
    let canvas = Canvas::new(&all, report.sources, human::Style { color: false });
    let cases: String = report.environments.iter().map(|checked| case(checked, report, &canvas)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"agentos-cfg\" {counts}>\n  \
         <testsuite name=\"agentos-cfg check\" {counts} skipped=\"0\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(checked: &Checked, report: &Report<'_>, canvas: &Canvas<'_>) -> String {
    let name = escape(&checked.name);
    let open = format!("    <testcase classname=\"agentos-cfg\" name=\"{name}\" file=\"{name}\"");
    if checked.findings.is_empty() {
        return open + "/>\n";
    }
    let (rejecting, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        checked.findings.iter().partition(|finding| report.policy.rejects(finding));
    let mut text = open + ">\n";
    for finding in rejecting {
        text += &format!(
            "      <failure type=\"{} {}\" message=\"{}\">{}</failure>\n",
            finding.code,
            catalogue::rule(finding.code).name,
            escape(&finding.message),
            body(&drawn(&[finding], canvas))
        );
    }
    // A test case can't be both passed and warned of: what does not reject stands where a test's own output would.
    if !others.is_empty() {
        text += &format!("      <system-out>{}</system-out>\n", body(&drawn(&others, canvas)));
    }
    text + "    </testcase>\n"
}

fn drawn(findings: &[&Diagnostic], canvas: &Canvas<'_>) -> String {
    canvas.render(findings).trim_end().to_owned()
}

/// Text as it may stand in an element, where newlines need no escape and are easier to read without.
fn body(text: &str) -> String {
    escape(text).replace("&#10;", "\n")
}

/// Text as it may stand in an element or an attribute. Control characters, which XML 1.0 can't hold even
/// escaped, and others that can't be seen are written as `\u{1b}`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in characters::printable(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // Readers turn these into spaces in attributes.
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{body, escape};

    #[test]
    fn what_xml_reserves_and_what_it_forbids_is_escaped() {
        assert_eq!(escape("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&apos;");
        assert_eq!(escape("\u{0}\u{1b}\u{ffff}\u{202e}"), "\\u{0}\\u{1b}\\u{ffff}\\u{202e}");
        assert_eq!(escape("a\tb\r\nü\u{7f}"), "a&#9;b\\u{d}&#10;ü\\u{7f}");
        assert_eq!(body("&#10;\n"), "&amp;#10;\n");
    }
}
