//! A short run of every fuzz target, the same each time unless a seed is given: the seeds in `fuzz/corpus`, and mutations of them.
//!
//! It holds what longer runs have found, and keeps the targets compiling. How to run them for longer is in
//! `docs/fuzzing.md`.

mod common;
#[path = "../fuzz/src/lib.rs"]
mod targets;

use common::numbers::Numbers;

/// What mutations put in: tokens of Nickel, of YAML and of paths, and characters of one to four bytes.
const TOKENS: &[&str] = &[
    "let ",
    " in ",
    "import ",
    "\"",
    "m%\"",
    "\"%m",
    "%{",
    "}",
    "{",
    "[",
    "]",
    "'",
    "'Prod",
    "|",
    "&",
    "=",
    ",",
    ".",
    "..",
    "/",
    "\\",
    "./",
    "../",
    "fun x => ",
    "std.",
    "std.fail_with \"x\"",
    "| force",
    "| default",
    "| optional",
    "| priority 1",
    "if true then ",
    " else ",
    "match { _ => 1 }",
    "null",
    "1e999",
    "-1",
    "0.1",
    "é",
    "😀",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{0}",
    "\r\n",
    "\t",
    "\n",
    "#",
    ": ",
    "- ",
    "---\n",
    "~",
    "agentos.Environment",
    "-----BEGIN ",
    " PRIVATE KEY-----",
    "://",
    ":@",
    "eyJ",
    "==",
    "password=",
    "AKIA",
    "ghp_",
    "0123456789abcdef",
    "Zm9v",
];

/// The seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = common::root().join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has no seeds");
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// One seed with one to four changes: a byte, a stretch left out or doubled, a token put in, the end of another seed.
fn mutation(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(24)).min(bytes.len());
        match numbers.below(6) {
            0 if at < bytes.len() => bytes[at] = numbers.next() as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let stretch = bytes[at..end].to_owned();
                bytes.splice(at..at, stretch);
            }
            3 => {
                let other = &seeds[numbers.below(seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[numbers.below(other.len() + 1)..]);
            }
            _ => drop(bytes.splice(at..at, TOKENS[numbers.below(TOKENS.len())].bytes())),
        }
    }
    bytes
}

/// Whether Nickel's parser has panicked over quotes that it has paired itself, after an error: only builds with assertions do.
fn is_nickels(panic: &(dyn std::any::Any + Send)) -> bool {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    said.is_some_and(|said| said.starts_with("Fatal parser error: a string starting with "))
}

fn smoke(name: &str, target: fn(&[u8]), mutations: usize) {
    let seeds = seeds(name);
    let mut numbers = Numbers::of_round(1);
    let mutated = (0..mutations).map(|_| mutation(&seeds, &mut numbers)).collect::<Vec<_>>();
    let fails = |input: &&Vec<u8>| std::panic::catch_unwind(|| target(input)).is_err_and(|panic| !is_nickels(&*panic));
    let failing: Vec<_> = seeds.iter().chain(&mutated).filter(fails).map(|input| input.escape_ascii()).collect();
    // What was fed in, so that it can be kept as a seed.
    let shown: String = failing.iter().take(5).map(|input| format!("\n{input}\n")).collect();
    assert!(failing.is_empty(), "{name} fails on {} inputs, among them:\n{shown}", failing.len());
}

#[test]
fn compile() {
    smoke("compile", targets::compile, 2000);
}

#[test]
fn emission() {
    smoke("emission", targets::emission, 20_000);
}

#[test]
fn paths() {
    smoke("paths", targets::paths, 10_000);
}

#[test]
fn scanner() {
    smoke("scanner", targets::scanner, 10_000);
}

#[test]
fn ways() {
    smoke("ways", targets::ways, 1000);
}
