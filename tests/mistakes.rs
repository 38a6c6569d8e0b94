//! Mistakes of beginners: what is said of each, where, what mends it, and what else is reported beside it.

mod common;

use agentos_cfg::catalogue::SYNTAX_ERROR;
use agentos_cfg::diagnostic::{Diagnostic, Edit};
use agentos_cfg::reference::{self, Mistake};
use agentos_cfg::source::{Disk, Entry};
use agentos_cfg::{Compiler, Outcome};
use common::{Memory, codes_and_lines, compile, compile_in, environment, expected, findings, root, shipped, shown};
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

/// The findings of a text in the place of a shipped environment.
fn of_shipped(compiler: &mut Compiler, name: &str, text: String) -> Outcome {
    compiler.compile(&Disk, &Entry::text(name, text, root()))
}

/// What becomes of a character by a slip; nothing, where it is left out.
const SLIPS: [(&str, &str); 24] = [
    ("{", ""),
    ("}", ""),
    ("[", ""),
    ("]", ""),
    ("(", ""),
    (")", ""),
    ("=", ""),
    (",", ""),
    ("\"", ""),
    ("|", ""),
    (".", ""),
    ("'", ""),
    ("=", ":"),
    ("=", "=="),
    (",", ";"),
    (",", ",,"),
    ("}", "}}"),
    ("}", "]"),
    ("{", "{{"),
    ("\"", "'"),
    ("\"", "”"),
    ("\"", "\"\""),
    ("'", "' "),
    (" in", ""),
];

/// Each slip that a text has room for: its place, and the text with it.
fn slips(text: &str) -> Vec<(usize, &'static str, String)> {
    let of = |(from, to): &(&str, &'static str)| {
        let places = text.match_indices(from).filter(|(at, _)| !text[..*at].rsplit('\n').next().unwrap().contains('#'));
        let slipped = |at: usize| format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        places.map(|(at, _)| (at, *to, slipped(at))).collect::<Vec<_>>()
    };
    SLIPS.iter().flat_map(of).collect()
}

/// Slips in shipped environments, as many as a test has time for, or every one.
#[test]
fn a_slip_is_explained_and_brings_no_false_finding() {
    let every = std::env::var("AGENTOS_CFG_EVERY_SLIP").is_ok();
    let mut compiler = Compiler::new();
    let (mut refused, mut explained, mut near, mut false_findings) = (0, 0, 0, Vec::new());
    for name in shipped() {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let slips = slips(&text);
        let step = if every { 1 } else { slips.len() / 12 };
        for (at, to, slipped) in slips.into_iter().step_by(step) {
            let outcome = of_shipped(&mut compiler, name, slipped);
            let (mistakes, others): (Vec<_>, Vec<_>) =
                outcome.findings.iter().partition(|finding| finding.code == SYNTAX_ERROR);
            assert!(mistakes.is_empty() || outcome.objects.is_empty() && outcome.manifests.is_none());
            let Some(first) = mistakes.first() else { continue };
            refused += 1;
            explained += usize::from(!is_quoted(first));
            let line = |byte: usize| text[..byte].matches('\n').count();
            let span = first.span().unwrap().start as usize;
            near += usize::from(line(span.min(text.len() - 1)).abs_diff(line(at)) <= 1);
            let shown = format!("{name}:{} `{}` → `{to}`", line(at) + 1, &text[at..].lines().next().unwrap());
            if every && (is_quoted(first) || line(span.min(text.len() - 1)).abs_diff(line(at)) > 1) {
                println!("{shown}: {}:{}", line(span.min(text.len() - 1)) + 1, first.message);
            }
            false_findings
                .extend(others.iter().map(|finding| format!("{shown}: {} {}", finding.code, finding.message)));
        }
    }
    println!("{refused} refused, {explained} explained, {near} near\n{}", false_findings.join("\n"));
    assert!(false_findings.is_empty());
    assert!(explained * 100 >= refused * 95 && near * 100 >= refused * 90, "{explained} and {near} of {refused}");
}

/// Whether nothing better than Nickel's words is known of a mistake.
fn is_quoted(finding: &Diagnostic) -> bool {
    finding.help.iter().any(|help| help.starts_with("look just before it"))
}
