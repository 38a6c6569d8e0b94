//! Mistakes of beginners: what is said of each, where, what mends it, and what else is reported beside it.

mod common;

use agentos_cfg::catalogue::SYNTAX_ERROR;
use agentos_cfg::diagnostic::{Diagnostic, Edit};
use agentos_cfg::objects::yaml::Manifests;
use agentos_cfg::reference::{self, Mistake};
use agentos_cfg::render::human::{Style, render};
use agentos_cfg::source::{Disk, Entry, Sources};
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
        let edits = finding.preferred_edits();
        if edits.is_empty() {
            continue;
        }
        fixed += 1;
        let text = mended(&mistake.text, &edits.iter().collect::<Vec<_>>());
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

#[test]
fn faults_beside_mistakes_are_reported_at_their_places() {
    for text in BESIDE {
        let (compiler, outcome) = compile(text);
        assert_eq!(codes_and_lines(&compiler, &outcome), expected(text), "{text}\n{}", shown(&compiler, &outcome));
        assert!(outcome.objects.is_empty() && outcome.manifests.is_none(), "{text}");
    }
}

#[test]
fn what_nickel_takes_is_no_mistake_however_it_is_laid_out() {
    let text = "let agentos = import \"agentos/lib.ncl\" in
let team
  : String
  = \"a\"
in
let double : Number ->
  Number = fun n => n * 2
in
let tiers : Array
  String = [\"b\"]
in
let Checked =
  agentos.Environment
in
{
  name =
    \"example\" : String,
  profile = 'Dev,
  storage = 'Ephemeral,
  federation = { stack = \"stk_example\" },
  labels : { _ : String }
    = { owner = team, \"in\" = std.array.first tiers, sum = if double (4/2) == 4 then \"x\" else \"y\" },
  annotations.\"a\" = \"
    // no comment, no: key, 'no' tag = \\\"
  \",
} | Checked
";
    let (compiler, outcome) = compile(text);
    assert!(outcome.findings.is_empty(), "{}", shown(&compiler, &outcome));
}

/// Environments with mistakes and other faults; comments say what is to be found in their lines.
const BESIDE: &[&str] = &[
    "let agentos = import \"agentos/lib.ncl\"; # C001
{
  name: \"example\", # C001
  profile = 'Prdo, # C004
  storage = 'Ephemeral # C001
  // all in memory # C001
  federation = { stack = \"stk_example\", colour = 1 }, # C002
} | agentos.Environment
",
    "{ # C003
  name = \"example\",
  profile = \"Dev\", # C005
  storage = , # C001
} | agentos.Environment # C010
",
];

#[test]
fn what_depends_on_a_broken_value_is_not_reported() {
    let text = environment(
        "  namespace = https://example.com,\n  labels.a = namespace,\n  labels.b = \"%{namespace}-b\",\n  \
         network.resolvers.cloud.networks =\n    - \"10.0.0.0/8\"\n  smoke.enabled = 5,",
    );
    assert_snapshot!(findings(&text));
}

#[test]
fn mistakes_of_an_imported_file_are_placed_there() {
    let world = Memory::of([
        (
            "base.ncl",
            "{\n  storage: 'Ephemeral,\n  profile = 'Dev\n  federation.stack = \"stk_a\",\n  colour = 1,\n}\n",
        ),
        ("over.ncl", "(import \"base.ncl\") & { name = \"over\" }"),
    ]);
    let (compiler, outcome) = compile_in(&world, "over.ncl");
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn nothing_is_imported_that_only_a_mended_text_imports() {
    let world = Memory::of([
        ("environment.ncl", "let a = \"x in\nlet b = import \"/etc/passwd\" in\n{ name = a } & b\n"),
        ("agentos/lib.ncl", "{ Environment = Dyn }"),
    ]);
    let (_, outcome) = compile_in(&world, "environment.ncl");
    assert!(outcome.tree.is_none() && outcome.findings.iter().all(|finding| finding.code == SYNTAX_ERROR));
}

#[test]
fn credentials_are_not_repeated() {
    let secret = format!("ghp_{}", "0123456789abcdefghij".repeat(2));
    for line in [format!("labels.a: \"{secret}\""), format!("labels.a = {secret}/x"), format!("labels.a = \"{secret}")]
    {
        let text = environment(&format!("  {line},"));
        assert!(!findings(&text).contains(&secret), "{line}");
        let (_, outcome) = compile(&text);
        assert!(
            outcome.findings.iter().flat_map(Diagnostic::preferred_edits).all(|edit| !edit.text.contains(&secret)),
            "{line}"
        );
    }
}

#[test]
fn an_environment_is_not_verified_and_manifests_are_not_checked() {
    let mut sources = Sources::default();
    let file = sources.add("environment.ncl".to_owned(), environment(""), false);
    let mut manifests = Manifests::default();
    manifests.read(&environment(""), file, true);
    let verified: Vec<Diagnostic> = manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding).collect();
    let manifests = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
    let (compiler, outcome) = compile_in(&Memory::of([("manifests.yaml", manifests)]), "manifests.yaml");
    let verified = render(&verified, &sources, Style { color: false });
    assert_snapshot!(format!("{verified}\n{}", shown(&compiler, &outcome)));
}
