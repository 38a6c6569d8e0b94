//! What is let pass, by whom, and what never is.

mod common;

use agentos_cfg::catalogue::{CATALOGUE, UNLINKED, by_text};
use agentos_cfg::diagnostic::{Code, Permission};
use agentos_cfg::policy::Policy;
use agentos_cfg::source::Entry;
use agentos_cfg::{Compiler, Outcome, fleet};
use common::{Memory, compile, environment, findings, production, shown};
use insta::assert_snapshot;
use std::path::Path;

const MALFORMED: &str = "  tenancy.tenants.\"tnt-acme\" = { name = \"Acme\" },\n";

fn allow(rule: &str) -> String {
    format!("  allow = [{{ rule = \"{rule}\", reason = \"Older than the scheme.\" }}],")
}

fn compile_allowing(text: &str, codes: &[&str]) -> (Compiler, Outcome) {
    let allow: Vec<Code> = codes.iter().filter_map(|code| by_text(code)).collect();
    let mut compiler = Compiler::new();
    let entry = Entry::file(Path::new("environment.ncl"), Path::new("/project"));
    let policy = Policy { allow, deny_warnings: false };
    let outcome = compiler.compile_under(&Memory::of([("environment.ncl", text)]), &entry, &policy);
    (compiler, outcome)
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.findings.iter().map(|finding| finding.code.0).collect()
}

#[test]
fn what_the_environment_allows_is_shown_with_its_reason_and_compiled() {
    let (compiler, outcome) = compile(&environment(&(MALFORMED.to_owned() + &allow("T002"))));
    assert_snapshot!(shown(&compiler, &outcome));
    assert!(!outcome.objects.is_empty());
    let reason = "Older than the scheme.".to_owned();
    assert_eq!(outcome.findings[0].allowed, Some(Permission::Environment { reason }));
}

#[test]
fn what_the_caller_allows_is_shown_and_compiled() {
    let (compiler, outcome) = compile_allowing(&environment(MALFORMED), &["T002"]);
    assert_snapshot!(shown(&compiler, &outcome));
    assert!(!outcome.objects.is_empty());
}

#[test]
fn an_allow_of_one_rule_leaves_the_others() {
    let (_, outcome) = compile_allowing(&environment(MALFORMED), &["F002", "S007"]);
    assert_eq!(codes(&outcome), ["T002"]);
    assert!(outcome.findings[0].allowed.is_none() && outcome.objects.is_empty());
}

#[test]
fn in_production_safety_rules_are_allowed_by_nobody() {
    let text = production(&(MALFORMED.to_owned() + &allow("T002")));
    let (compiler, outcome) = compile_allowing(&text, &["T002"]);
    assert_eq!(codes(&outcome), ["T002", "C014"]);
    assert!(outcome.findings.iter().all(|finding| finding.allowed.is_none()));
    assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn in_production_other_rules_can_be_allowed() {
    let text = production(&allow("K001"));
    let (_, outcome) = compile(&text);
    assert_eq!(codes(&outcome), ["C016"], "it is idle, but not forbidden");
}

#[test]
fn every_rule_of_the_language_is_forbidden_and_every_safety_rule_in_production() {
    for rule in CATALOGUE {
        let text = environment(&allow(rule.code.0));
        let forbidden = rule.code.0.starts_with('C') || UNLINKED.contains(&rule.code);
        // An entry for what is found between environments may be needed where others are at hand.
        let idle: &[&str] = if fleet::judges(rule.code) { &[] } else { &["C016"] };
        let expected: &[&str] = if forbidden { &["C014"] } else { idle };
        assert_eq!(codes(&compile(&text).1), expected, "{}", rule.code);
        let expected: &[&str] = if rule.safety { &["C014"] } else { expected };
        assert_eq!(codes(&compile(&production(&allow(rule.code.0))).1), expected, "{} in production", rule.code);
    }
}

#[test]
fn entries_that_are_forbidden_unknown_idle_or_repeated() {
    let one = |rule: &str| format!("{{ rule = \"{rule}\", reason = \"x\" }}");
    let entries = ["C002", "T020", "Z999"].map(one).join(",\n    ");
    assert_snapshot!("rejected", findings(&environment(&format!("  allow = [\n    {entries}\n  ],"))));
    let entries = ["T002", "T002", "S007"].map(one).join(",\n    ");
    assert_snapshot!("idle", findings(&environment(&format!("{MALFORMED}  allow = [\n    {entries}\n  ],"))));
}

/// A value that breaks its contract is left out of what is compiled; to go on would compile another stack.
#[test]
fn a_broken_contract_is_never_let_pass() {
    let undeclared = "  tenancy = { default = \"tnt_a\", tenants.tnt_b = { name = \"B\" } },\n";
    let (compiler, outcome) = compile_allowing(&environment(&(undeclared.to_owned() + &allow("T003"))), &["T003"]);
    assert!(outcome.objects.is_empty());
    assert_snapshot!(shown(&compiler, &outcome));
}

/// An error beside it hides whether an entry is idle: what comes after the error was not looked at.
#[test]
fn nothing_is_called_idle_where_something_rejects() {
    let (_, outcome) = compile(&environment(&(MALFORMED.to_owned() + &allow("K002"))));
    assert_eq!(codes(&outcome), ["T002"]);
}
