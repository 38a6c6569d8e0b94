//! Mistakes of beginners: what is said of each, where, what mends it, and what else is reported beside it.

mod common;

use agentos_cfg::diagnostic::{Diagnostic, Edit};
use agentos_cfg::reference::{self, Mistake};
use common::{Memory, codes_and_lines, compile, compile_in, environment, expected, findings, shown};
use insta::assert_snapshot;

#[test]
fn mistakes_of_beginners() {
    let mistakes = reference::mistakes();
    assert!(mistakes.len() >= 40, "only {} mistakes", mistakes.len());
    let shown: Vec<String> = mistakes
        .iter()
        .map(|Mistake { title, text, .. }| format!("## {title}\n\n{text}\n{}\n", findings(text).trim_end()))
        .collect();
    assert_snapshot!(shown.join("\n"));
}

/// The finding on the mistake of a text: the only one.
fn only_finding(mistake: &Mistake) -> Diagnostic {
    let (compiler, mut outcome) = compile(&mistake.text);
    assert!(outcome.findings.len() == 1, "{}: {}", mistake.title, shown(&compiler, &outcome));
    assert!(outcome.objects.is_empty() && outcome.manifests.is_none(), "{}", mistake.title);
    outcome.findings.remove(0)
}

#[test]
fn each_mistake_is_one_finding_at_its_place() {
    for mistake in reference::mistakes() {
        let finding = only_finding(&mistake);
        let span = finding.span().unwrap();
        assert_eq!(
            (span.start as usize, span.end as usize),
            (mistake.fault.start, mistake.fault.end),
            "{}",
            mistake.title
        );
        assert!(!finding.help.is_empty() && !finding.message.contains("this is not Nickel"), "{}", mistake.title);
    }
}

/// A text with edits made.
fn mended(text: &str, edits: &[&Edit]) -> String {
    let mut sorted = edits.to_vec();
    sorted.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    let mut text = text.to_owned();
    for edit in sorted {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

#[test]
fn a_fix_makes_the_text_an_environment() {
    let mut fixed = 0;
    for mistake in reference::mistakes() {
        let finding = only_finding(&mistake);
        if finding.fix.is_empty() {
            continue;
        }
        fixed += 1;
        let text = mended(&mistake.text, &finding.fix.iter().collect::<Vec<_>>());
        let (compiler, outcome) = compile(&text);
        let left: Vec<_> = outcome.findings.iter().filter(|finding| finding.code.is_of_the_language()).collect();
        assert!(left.is_empty(), "{}:\n{text}\n{}", mistake.title, shown(&compiler, &outcome));
    }
    assert!(fixed >= 40, "only {fixed} fixes");
}
