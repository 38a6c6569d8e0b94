//! Environments that compute: their values are held against the contracts as plain data is, and the findings and the tree
//! are those that Nickel makes of the contracts, places and the order of fields included.

mod common;

use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::evaluate::Evaluator;
use agentos_cfg::pages::examples;
use agentos_cfg::source::{Disk, Entry, Sources, Span, World};
use agentos_cfg::tree::{Node, Value};
use common::faults::FAULTS;
use common::numbers::Numbers;
use common::{Memory, environment, root, shipped};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The two ways, each with the texts that it has read.
struct Pair {
    values: (Evaluator, Sources),
    contracts: (Evaluator, Sources),
}

impl Pair {
    fn new() -> Pair {
        let start = || {
            let mut sources = Sources::default();
            (Evaluator::new(&mut sources), sources)
        };
        Pair { values: start(), contracts: start() }
    }

    /// What the values say; the contracts have to say the same.
    fn agree(&mut self, world: &dyn World, entry: &Entry) -> Answer {
        stacker::grow(agentos_cfg::STACK, || self.agree_here(world, entry))
    }

    fn agree_here(&mut self, world: &dyn World, entry: &Entry) -> Answer {
        let (evaluator, sources) = &mut self.values;
        let Some(values) = evaluator.by_values(world, entry, sources) else { return Answer::Left };
        let (evaluator, sources) = &mut self.contracts;
        let contracts = evaluator.thoroughly(world, entry, sources);
        let theirs: Vec<Diagnostic> =
            contracts.findings.iter().zip(&values.findings).map(|(theirs, ours)| narrowed(theirs, ours)).collect();
        // A fix is of the text in which a record stands as a whole, and one may know more of that than the other.
        let without_fixes = |finding: &Diagnostic| Diagnostic { fixes: Vec::new(), ..finding.clone() };
        let [ours, theirs] = [&values.findings, &theirs].map(|all| all.iter().map(without_fixes).collect::<Vec<_>>());
        assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"), "{}", entry.name);
        assert_eq!(values.findings.len(), contracts.findings.len(), "{}", entry.name);
        assert_eq!(values.role, contracts.role, "{}", entry.name);
        let answer = if values.findings.is_empty() { Answer::Sound } else { Answer::Faulty };
        match (values.tree, contracts.tree) {
            (Some(values), Some(contracts)) => same(&values, &contracts, sources, &entry.name),
            (values, contracts) => assert_eq!(values, contracts, "{}", entry.name),
        }
        answer
    }
}

/// What values say by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// That nothing is wrong.
    Sound,
    /// What is wrong.
    Faulty,
    /// Nothing: it is left to the contracts.
    Left,
}

/// A finding of the contracts at the place that the values know, if that is part of its own: of a field in a function that
/// was merged, the contracts know but the function's whole result.
fn narrowed(theirs: &Diagnostic, ours: &Diagnostic) -> Diagnostic {
    let mut theirs = theirs.clone();
    if let (Some(label), Some(place)) = (&mut theirs.primary, ours.span())
        && label.span.contains(&place)
    {
        label.span = place;
    }
    theirs
}

/// The same values in the same order; where the contracts know but a place in the library, or where what is broken is part
/// of, the values may know a better one.
fn same(values: &Node, contracts: &Node, sources: &Sources, path: &str) {
    let place = |ours: Option<Span>, theirs: Option<Span>, what: &str| {
        let is_part = |span: Span| values.value == Value::Broken && ours.is_some_and(|ours| span.contains(&ours));
        let is_better = theirs.is_none_or(|span| sources.is_library(span.file) || is_part(span)) && ours.is_some();
        assert!(ours == theirs || is_better, "{path}: {what}: {ours:?} is not {theirs:?}");
    };
    place(values.span, contracts.span, "value");
    place(values.key, contracts.key, "name");
    match (&values.value, &contracts.value) {
        (Value::Record(ours), Value::Record(theirs)) => {
            assert!(ours.keys().eq(theirs.keys()), "{path}: {:?} {:?}", ours.keys(), theirs.keys());
            for ((name, ours), theirs) in ours.iter().zip(theirs.values()) {
                same(ours, theirs, sources, &format!("{path}.{name}"));
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len(), "{path}");
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                same(ours, theirs, sources, &format!("{path}[{index}]"));
            }
        }
        (
            Value::Choice { tag: ours, payload: Some(our_payload) },
            Value::Choice { tag: theirs, payload: Some(their_payload) },
        ) => {
            assert_eq!(ours, theirs, "{path}");
            same(our_payload, their_payload, sources, &format!("{path}.{ours}"));
        }
        (ours, theirs) => assert_eq!(ours, theirs, "{path}"),
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for evaluator in [&mut self.values.0, &mut self.contracts.0] {
            stacker::grow(agentos_cfg::STACK, || evaluator.clear());
        }
    }
}

fn main() -> Entry {
    Entry::file(Path::new("main.ncl"), Path::new("/project"))
}

#[test]
fn shipped_environments() {
    let mut pair = Pair::new();
    for name in shipped() {
        // What the library has of its own is merged with it.
        let merges = std::fs::read_to_string(root().join(name)).unwrap().contains("resolvers");
        assert_eq!(pair.agree(&Disk, &Entry::file(Path::new(name), root())) == Answer::Sound, !merges, "{name}");
    }
}

/// What an environment may have in it that is computed.
const COMPUTED: &[&str] = &[
    "namespace = \"a\" ++ \"-b\",",
    "namespace = (fun x => \"%{x}-b\") \"a\",",
    "namespace = if true then \"a\" else \"b\",",
    "services.federation.replicas = 2 - 1,",
    "labels = let rec a = \"b\", c = a in { x = a, y = c },",
    "labels = std.record.map (fun _ value => \"x-%{value}\") { a = \"1\", b = \"2\" },",
    "labels = { a = \"1\" } & (if name == \"example\" then { b = \"2\" } else {}),",
    "labels.\"%{name}\" = \"a\",",
    "tenancy.tenants = std.record.from_array (std.array.map (fun n => { field = \"tnt_%{n}\", value = { name = n } }) [\"a\", \"b\"]),",
    "secrets.backend = (fun name_of => 'ExternalSecrets { store = name_of }) \"vault\",",
    "federation.peers = let peer = fun where => 'Remote { environment = \"e\", region = where, endpoints = { model-policy = \"https://a\", agent-orchestrator = \"https://b\" } } in { stk_b = peer \"r\", stk_c = peer \"s\" },",
    "allow = [{ rule = \"N006\", reason = \"because\" }] @ [{ rule = \"N007\", reason = \"of this\" }],",
    "services = { agent-orchestrator.quotas | default = { concurrent_runs = 5 } } & { agent-orchestrator.quotas = { run_create_qps = 1 + 1 } },",
    "audit = match { 'A => 'File, 'B => 'Stdout } 'B,",
    "network.callers.federation.gw.pods = { a = \"b\" & \"b\" },",
    "runtime = 'V1_07, services = { federation.env = { AGENTOS_LOG_FORMAT = (fun x => x) 'json } },",
    "labels | { _ : String } = { a = \"b\" },",
    "services.federation.storage = (fun much => 'Persistent { size = much, backup = 'Velero { method = 'Snapshot } }) \"1Gi\",",
    "patches.Deployment.x = { a = [1, null, { b = 1 + 1 }], f = {} & {} },",
    "annotations = { text = std.string.join \"\\n\" [\"a\", \"b\"] },",
];

#[test]
fn what_is_computed_is_held_against_the_contracts() {
    let mut pair = Pair::new();
    let mut left = Vec::new();
    for more in COMPUTED {
        let text = environment(&format!("  {more}"));
        if pair.agree(&Memory::of([("main.ncl", &text)]), &main()) != Answer::Sound {
            left.push(*more);
        }
    }
    insta::assert_snapshot!(left.join("\n"));
}

/// Whole files, and whether their values can be judged by themselves.
const FILES: &[(&str, bool)] = &[
    (
        "let agentos = import \"agentos/lib.ncl\" in let make = fun n => { name = n, profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } in make \"a\" | agentos.Environment",
        true,
    ),
    (
        "let agentos = import \"agentos/lib.ncl\" in (fun n => { name = n, profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" }) \"a\" | agentos.Environment",
        true,
    ),
    (
        "let make = fun n => { name = n, profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } in make \"a\"",
        true,
    ),
    (
        "let agentos = import \"agentos/lib.ncl\" in if true then { name = \"a\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } else {} | agentos.Environment",
        false,
    ),
    (
        "let agentos = import \"agentos/lib.ncl\" in let base = { name | default = \"b\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } | agentos.Environment in base & { namespace = \"n\" }",
        false,
    ),
    (
        "let agentos = import \"agentos/lib.ncl\" in let keep = agentos in { name = \"a\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } | agentos.Environment",
        false,
    ),
    (
        "let { Environment, .. } = import \"agentos/lib.ncl\" in { name = \"a\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } | Environment",
        false,
    ),
    (
        "let agentos = import \"agentos/lib.ncl\" in let agentos = { Environment = Dyn } in { name = \"a\", profile = 'Dev, storage = 'Ephemeral, federation.stack = \"stk_a\" } | agentos.Environment",
        true,
    ),
    ("fun n => { name = n }", false),
    ("let agentos = import \"agentos/lib.ncl\" in fun n => { name = n } | agentos.Environment", false),
];

#[test]
fn files_that_compute() {
    for (text, judged) in FILES {
        let answer = Pair::new().agree(&Memory::of([("main.ncl", text)]), &main());
        assert_eq!(answer == Answer::Sound, *judged, "{text}");
    }
    let main_text = "let agentos = import \"agentos/lib.ncl\" in let base = import \"base.ncl\" in base \"x\" & { labels = import \"labels.json\" } | agentos.Environment";
    let base = "fun n => { name = n, profile = 'Dev, storage | default = 'Ephemeral, federation.stack = \"stk_a\" }";
    let files = [("main.ncl", main_text), ("base.ncl", base), ("labels.json", "{\"a\": \"b\"}")];
    assert_eq!(Pair::new().agree(&Memory::of(files), &main()), Answer::Sound);
}

/// What is put in the place of values: everything else that computes, and faults.
const VALUES: &[&str] = &[
    "(fun x => x) \"a\"",
    "1 + 1",
    "name",
    "nowhere",
    "\"A b\"",
    "{}",
    "[]",
    "'None",
    "if name == \"x\" then 1 else \"a\"",
    "std.string.lowercase \"AB\"",
    "\"%{name}-x\"",
    "{ a = \"x\" } & { a = \"x\" }",
    "{ a = \"x\", b | default = a }",
    "null",
    "(fun x => 'Persistent { size = x }) \"1Gi\"",
    "[\"v1\"] @ [\"v2\"]",
    "(\"a\" | String)",
    "({ a = \"b\" } | { _ : String })",
];

/// What may be wrong with what is computed.
const FAULTY: &[&str] = &[
    "namespace = (fun x => \"%{x}_B\") \"a\",",
    "namespace = std.string.uppercase name,",
    "namespace = name ++ \"_B\",",
    "labels = std.record.map (fun _ value => value + 1) { a = 1, b = 2 },",
    "labels = { a = 1 } & (if name == \"example\" then { b = 2 } else {}),",
    "labels.\"%{name}\" = 5,",
    "labels.a = namespace, namespace = \"A\" ++ \"B\",",
    "annotations = let rec a = 5, c = a in { x = a, y = c },",
    "tenancy.tenants = std.record.from_array (std.array.map (fun n => { field = n, value = { nam = n } }) [\"a\", \"tnt_b\"]),",
    "tenancy = (fun x => x) 5,",
    "federation.peers = let peer = fun where => 'Remote { environment = \"e\", region = where, endpoint = {} } in { stk_b = peer \"r\", stk_c = peer \"S\" },",
    "federation.peers = let peer = fun where => 'Remote { environment = \"e\", region = where } in { stk_b = peer 5, stk_c = peer (\"S\" ++ \"T\") },",
    "federation.api_versions = std.array.map (fun n => \"v%{std.to_string n}x\") [1, 2],",
    "allow = [{ rule = \"N006\" }] @ [{ rule = \"N007\", reason = 5 }, 1 + 1],",
    "services = let service = fun n => { replicas = n, prot = 80 } in { federation = service 0, agent-orchestrator = service \"x\" },",
    "services.federation.storage = (fun much => 'Persistent { size = much, backup = 'Velero { methd = 'Snapshot } }) \"lots\",",
    "services.federation.exposure = (fun x => 'Gateway x) (1 + 1),",
    "services.federation.exposure = (fun x => 'Gateway { host = x, gateway.name = x ++ \"!\" }) (\"A\" ++ \"b\"),",
    "secrets.backend = (fun s => 'ExternalSecrets { stor = s }) \"vault\",",
    "audit = match { 'A => 'Filee, 'B => 'Stdou } 'B,",
    "audit | default = (fun x => x) 'Stdout,",
    "runtime = (fun x => x) \"V1_08\", services.federation.env.A = 5,",
    "labels = let x = std.string.uppercase \"-\" in { a = x, b = x },",
    "tenancy = { default = \"tnt_\" ++ \"x\", tenants = {} },",
];

#[test]
fn faults_are_reported_as_the_contracts_do() {
    let mut pair = Pair::new();
    let mut left = Vec::new();
    for more in FAULTS {
        let text = by_a_function(&environment(&format!("  {more}")));
        if pair.agree(&Memory::of([("main.ncl", &text)]), &main()) != Answer::Faulty {
            left.push(*more);
        }
    }
    for more in FAULTY {
        for text in [environment(&format!("  {more}")), by_a_function(&environment(&format!("  {more}")))] {
            if pair.agree(&Memory::of([("main.ncl", &text)]), &main()) != Answer::Faulty {
                left.push(*more);
            }
        }
    }
    insta::assert_snapshot!(left.join("\n"));
}

#[test]
fn examples_on_the_pages_of_rules() {
    let mut pair = Pair::new();
    let mut left = BTreeSet::new();
    for rule in CATALOGUE {
        for example in examples(rule.page).iter().filter(|example| example.language == "nickel") {
            let mut world = Memory::default();
            for (name, text) in example.texts.iter().chain(&example.files) {
                world.add(name, text.as_bytes());
            }
            for (name, _) in &example.texts {
                let answer = pair.agree(&world, &Entry::file(Path::new(name), Path::new("/project")));
                if example.fails && answer == Answer::Left {
                    left.insert(rule.code.0);
                }
            }
        }
    }
    insta::assert_snapshot!(Vec::from_iter(left).join(" "));
}

/// An environment as the result of a function.
fn by_a_function(text: &str) -> String {
    text.replacen(" in\n{", " in\n(fun nothing => {", 1).replacen("\n} |", "\n}) null |", 1)
}

#[test]
fn mutated_environments_that_compute_are_judged_alike() {
    let mut pair = Pair::new();
    let mut answers = BTreeMap::new();
    let faults = [FAULTS, FAULTY].concat();
    for round in 0..400 {
        let mut numbers = Numbers::of_round(round);
        let [first, second] = [(); 2].map(|()| COMPUTED[numbers.below(COMPUTED.len())]);
        let second = if numbers.below(2) == 0 { second } else { faults[numbers.below(faults.len())] };
        let mut text = environment(&format!("  {first}\n  {second}"));
        if numbers.below(4) == 0 {
            text = by_a_function(&text);
        }
        let mut words: Vec<&str> = text.split_inclusive(' ').collect();
        let values: Vec<usize> = (1..words.len()).filter(|at| words[at - 1] == "= ").collect();
        let value = format!("{} ", VALUES[numbers.below(VALUES.len())]);
        let priority = ["| default = ", "| force = ", "| priority 2 = ", "= {} & "][numbers.below(4)];
        let at = values[numbers.below(values.len())];
        let end = words[at].trim_start_matches(|c: char| c != ',' && c != '\n');
        let whole = format!("{value}{end}");
        match numbers.below(4) {
            0 => words[at - 1] = priority,
            1 if words[at].ends_with(", ") => words.insert(at, &value),
            2 if !end.is_empty() => words[at] = &whole,
            _ => {}
        }
        let text = words.concat();
        let agrees = std::panic::AssertUnwindSafe(|| pair.agree(&Memory::of([("main.ncl", &text)]), &main()));
        let Ok(answer) = std::panic::catch_unwind(agrees) else { panic!("{text}") };
        *answers.entry(answer).or_insert(0) += 1;
    }
    println!("{answers:?} of 400");
    assert!(answers[&Answer::Sound] > 40, "{answers:?}");
    assert!(answers[&Answer::Faulty] > 40, "{answers:?}");
}

/// A text with mistakes in its syntax: characters and words that are left out, put in, or written twice.
fn mistaken(text: &str, numbers: &mut Numbers) -> String {
    let mut text = text.to_owned();
    for _ in 0..=numbers.below(2) {
        const SIGNS: &[char] = &[',', '=', '{', '}', '"', '\'', '|', '.', '[', ']', '(', ')'];
        let signs: Vec<usize> = text.match_indices(SIGNS).map(|(at, _)| at).collect();
        let at = signs[numbers.below(signs.len())];
        match numbers.below(5) {
            0 | 1 => drop(text.remove(at)),
            2 => text.insert(at, SIGNS[numbers.below(SIGNS.len())]),
            3 => text.replace_range(at..=at, [":", ";", ",", "=="][numbers.below(4)]),
            _ => {
                // A value, or what is left of its line.
                let end = text[at..].find(['\n', ',']).map_or(text.len(), |end| at + end);
                text.replace_range(at + 1..end.max(at + 1), "");
            }
        }
    }
    text
}

#[test]
fn mutated_texts_with_mistakes_in_their_syntax_are_judged_alike() {
    let mut pair = Pair::new();
    let mut answers = BTreeMap::new();
    let pieces = [COMPUTED, FAULTS, FAULTY, &[""]].concat();
    for round in 0..300 {
        let mut numbers = Numbers::of_round(round);
        let more = pieces[numbers.below(pieces.len())];
        let text = mistaken(&environment(&format!("  {more}")), &mut numbers);
        // Shown where the two are at odds.
        println!("round {round}:\n{text}");
        *answers.entry(pair.agree(&Memory::of([("main.ncl", &text)]), &main())).or_insert(0) += 1;
    }
    assert!(answers.get(&Answer::Faulty).is_some_and(|faulty| *faulty > 30), "{answers:?}");
}

/// What users write most often on the way to something else, and that values are judged beside it.
#[test]
fn values_are_judged_beside_mistakes() {
    let mut pair = Pair::new();
    for more in [
        "namespace = ,",
        "namespace = \n  image = \"a\",",
        "namespace : \"A B\",",
        "namespace = \"a\" image = \"b:1.0.2\",",
        "federation.peers.stk_b = ,",
        "services.federation = { replicas = , prot = 5 },",
        "labels = { a = 5, b = } ,",
        "labels = { a = , b = \"%{a}-A\", c = [a], d = 5 },",
    ] {
        let text = environment(&format!("  {more}"));
        assert_eq!(pair.agree(&Memory::of([("main.ncl", &text)]), &main()), Answer::Faulty, "{more}");
    }
}
