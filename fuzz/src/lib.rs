//! What is fuzzed: each function takes any bytes and panics where the compiler breaks a promise.
//!
//! The targets of cargo-fuzz call them, and `tests/fuzz_smoke.rs`, which includes this file as a module.

use agentos_cfg::emit::yaml;
use agentos_cfg::evaluate::Evaluator;
use agentos_cfg::policy::Policy;
use agentos_cfg::render::{Checked, Report, human, json};
use agentos_cfg::source::{Entry, Sources, Span, World, display, normal};
use agentos_cfg::{Compiler, scan};
use arbitrary::{Arbitrary, Unstructured};
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::io;
use std::path::{Component, Path, PathBuf};

/// How many texts one compiler serves: it keeps what it has read.
const TEXTS_A_COMPILER: usize = 64;

/// One file, and nothing else.
struct OneFile<'a>(&'a [u8]);

impl World for OneFile<'_> {
    fn read(&self, path: &Path, _limit: u64) -> io::Result<Vec<u8>> {
        if path == Path::new("/fuzz/input.ncl") { Ok(self.0.to_owned()) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn exists(&self, path: &Path) -> bool {
        path == Path::new("/fuzz/input.ncl")
    }
}

thread_local! {
    static COMPILER: RefCell<(usize, Compiler)> = RefCell::new((0, Compiler::new()));
}

/// Any text compiles or is refused: no panic, every place lies in its text between characters, and both renderers can
/// show what was found.
pub fn compile(bytes: &[u8]) {
    COMPILER.with_borrow_mut(|(served, compiler)| {
        *served += 1;
        if *served > TEXTS_A_COMPILER {
            (*served, *compiler) = (1, Compiler::new());
        }
        let outcome = compiler.compile(&OneFile(bytes), &Entry::file(Path::new("input.ncl"), Path::new("/fuzz")));
        let sources = compiler.sources();
        for finding in &outcome.findings {
            for label in finding.primary.iter().chain(&finding.secondary) {
                lies_in_its_text(label.span, sources, &finding.message);
            }
        }
        for color in [false, true] {
            let _ = human::render(&outcome.findings, sources, human::Style { color });
        }
        let policy = Policy::default();
        let checked = [Checked { name: "fuzzed.ncl".to_owned(), findings: outcome.findings.clone() }];
        let report = Report { environments: &checked, sources, policy: &policy };
        let shown: Json = serde_json::from_str(&json::render(&report)).expect("it is JSON");
        assert_eq!(shown["findings"].as_array().map(Vec::len), Some(outcome.findings.len()));
        for object in &outcome.objects {
            survives(&object.body);
        }
    });
}

/// Each way to evaluate, with the texts that it has read.
struct Ways {
    served: usize,
    quick: (Evaluator, Sources),
    nickel: (Evaluator, Sources),
}

impl Ways {
    fn new() -> Ways {
        let start = || {
            let mut sources = Sources::default();
            (Evaluator::new(&mut sources), sources)
        };
        Ways { served: 0, quick: start(), nickel: start() }
    }
}

thread_local! {
    static WAYS: RefCell<Ways> = RefCell::new(Ways::new());
}

/// What is answered without Nickel is what Nickel answers: the same findings, and the same tree, places and the order of
/// fields included.
pub fn ways(bytes: &[u8]) {
    WAYS.with_borrow_mut(|ways| {
        ways.served += 1;
        if ways.served > TEXTS_A_COMPILER {
            *ways = Ways::new();
        }
        let (world, entry) = (OneFile(bytes), Entry::file(Path::new("input.ncl"), Path::new("/fuzz")));
        let (evaluator, sources) = &mut ways.quick;
        let Some(quick) = evaluator.quickly(&world, &entry, sources) else { return };
        let (evaluator, sources) = &mut ways.nickel;
        let nickel = evaluator.thoroughly(&world, &entry, sources);
        assert_eq!(format!("{:#?}", quick.findings), format!("{:#?}", nickel.findings));
        assert_eq!(quick.role, nickel.role);
        assert_eq!(format!("{:#?}", quick.tree), format!("{:#?}", nickel.tree));
    });
}

fn lies_in_its_text(span: Span, sources: &Sources, message: &str) {
    let text = &sources.get(span.file).unwrap_or_else(|| panic!("{message}: of an unknown text")).text;
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= text.len(), "{message}: {start}..{end} of {}", text.len());
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{message}: {start}..{end} cuts a character");
}

/// Any value is read back as it was written: the bytes as one text, and as the seed of a nested value.
pub fn emission(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    survives(&serde_json::json!({ "value": text, (text.as_ref()): "key", "list": [text, [text]] }));
    if let Ok(value) = value(&mut Unstructured::new(bytes), 6) {
        survives(&value);
    }
}

fn survives(value: &Json) {
    let written = yaml::document(value).unwrap_or_else(|error| panic!("{value}: {error}"));
    let back: Json = serde_yaml::from_str(&written).unwrap_or_else(|error| panic!("{value}: {error}\n{written}"));
    assert_eq!(&back, value, "{written}");
}

fn value(seed: &mut Unstructured<'_>, depth: u32) -> arbitrary::Result<Json> {
    let last = if depth == 0 { 4 } else { 6 };
    Ok(match seed.int_in_range(0..=last)? {
        0 => Json::Null,
        1 => bool::arbitrary(seed)?.into(),
        2 => i64::arbitrary(seed)?.into(),
        3 => u64::arbitrary(seed)?.into(),
        4 => String::arbitrary(seed)?.into(),
        5 => {
            let mut items = Vec::new();
            for _ in 0..seed.int_in_range(0..=6)? {
                items.push(value(seed, depth - 1)?);
            }
            items.into()
        }
        _ => {
            let mut fields = Map::new();
            for _ in 0..seed.int_in_range(0..=6)? {
                fields.insert(String::arbitrary(seed)?, value(seed, depth - 1)?);
            }
            fields.into()
        }
    })
}

/// Any text as the path of an import or an environment: the result stays below the root, without dots, and doing it
/// again changes nothing.
pub fn paths(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let path = Path::new(text.as_ref());
    let once = normal(path);
    assert_eq!(normal(&once), once, "{text:?}");
    let climbs = once.components().skip_while(|part| *part == Component::ParentDir);
    assert!(climbs.clone().all(|part| part != Component::ParentDir && part != Component::CurDir), "{text:?}: {once:?}");

    let entry = Entry::file(path, Path::new("/project/environments"));
    assert!(entry.path.starts_with("/"), "{text:?}: {:?}", entry.path);
    let inside = |part: Component<'_>| matches!(part, Component::RootDir | Component::Normal(_));
    assert!(entry.path.components().all(inside), "{text:?}: {:?}", entry.path);
    assert_eq!(normal(&entry.path), entry.path, "{text:?}");
    assert!(!entry.name.contains('\\'), "{text:?}: {}", entry.name);
    assert_eq!(entry.name, display(path));
    let shown = PathBuf::from(display(&once));
    assert_eq!(display(&shown), display(&once), "{text:?}");
}

/// Any text is searched for credentials: each stretch lies in the text between characters, both ways to ask agree, and
/// a token is found whatever stands around it.
pub fn scanner(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let found = scan::find_all(&text);
    for range in &found {
        assert!(text.get(range.clone()).is_some_and(|hidden| !hidden.is_empty()), "{text:?}: {range:?}");
    }
    assert_eq!(scan::find(None, &text).is_some(), !found.is_empty(), "{text:?}");

    // Put together here, so that no credential stands in this file, not even a false one.
    let token = ["gh", "p_", &"a1B2c3D4e5F6".repeat(3)].concat();
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(middle);
    let planted = format!("{before} {token} {after}");
    let at = before.len() + 1..before.len() + 1 + token.len();
    let is_hidden = |byte: usize| scan::find_all(&planted).iter().any(|range| range.contains(&byte));
    assert!(is_hidden(at.start) && is_hidden(at.end - 1), "{planted:?}");
}
