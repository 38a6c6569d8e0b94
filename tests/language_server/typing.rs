//! Whatever is typed: every request is answered, nothing crashes, and in the end the server says what `check` says.

use crate::client::{Client, Editor, Shown};
use crate::common::root;
use agentos_cfg::Compiler;
use agentos_cfg::policy::Policy;
use agentos_cfg::source::{Disk, Entry};
use std::path::Path;

/// What `check` says of one file of a folder.
fn checked(folder: &Path, name: &str) -> Vec<Shown> {
    let mut compiler = Compiler::new();
    let outcomes = compiler.compile_all(&Disk, vec![Entry::file(Path::new(name), folder)], &Policy::default());
    let findings = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings);
    let shown = |finding: &agentos_cfg::Diagnostic| {
        let place = compiler.sources().place(finding.span()?);
        Some((finding.code.0.to_owned(), place.line as u64, finding.message.clone()))
    };
    findings.filter_map(shown).collect()
}

#[test]
fn an_environment_typed_letter_by_letter_ends_in_what_check_says() {
    let text = std::fs::read_to_string(root().join("environments/local-dev.ncl")).unwrap();
    for text in [text.clone(), text.replace("'Dev", "'Prod")] {
        let mut client = Client::new(Editor::Code, [("a.ncl", "")]);
        client.open_as("a.ncl", "");
        let mut line = 0;
        let mut character = 0;
        for letter in text.chars() {
            let at = serde_json::json!({"line": line, "character": character});
            client.edit("a.ncl", serde_json::json!({"range": {"start": at, "end": at}, "text": letter}));
            (line, character) = if letter == '\n' { (line + 1, 0) } else { (line, character + letter.len_utf16()) };
        }
        let shown = client.settled();
        client.write("a.ncl", &text);
        let expected = checked(client.folder.path(), "a.ncl");
        assert_eq!(shown.get("a.ncl").cloned().unwrap_or_default(), expected);
        client.shut_down();
    }
}
