//! Environments that compute: their values are held against the contracts as plain data is, and the tree is the one that
//! Nickel makes of the contracts, places and the order of fields included.

mod common;

use agentos_cfg::evaluate::Evaluator;
use agentos_cfg::source::{Disk, Entry, Sources, Span, World};
use agentos_cfg::tree::{Node, Value};
use common::numbers::Numbers;
use common::{Memory, environment, root, shipped};
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

    /// Whether the values can be judged by themselves. If so, the contracts say the same.
    fn agree(&mut self, world: &dyn World, entry: &Entry) -> bool {
        stacker::grow(agentos_cfg::STACK, || self.agree_here(world, entry))
    }

    fn agree_here(&mut self, world: &dyn World, entry: &Entry) -> bool {
        let (evaluator, sources) = &mut self.values;
        let Some(values) = evaluator.by_values(world, entry, sources) else { return false };
        let (evaluator, sources) = &mut self.contracts;
        let contracts = evaluator.thoroughly(world, entry, sources);
        assert_eq!(format!("{:#?}", values.findings), format!("{:#?}", contracts.findings), "{}", entry.name);
        assert_eq!(values.role, contracts.role, "{}", entry.name);
        match (values.tree, contracts.tree) {
            (Some(values), Some(contracts)) => same(&values, &contracts, sources, &entry.name),
            (values, contracts) => assert_eq!(values, contracts, "{}", entry.name),
        }
        true
    }
}

/// The same values in the same order; where the contracts know but a place in the library, the values may know a better one.
fn same(values: &Node, contracts: &Node, sources: &Sources, path: &str) {
    let place = |ours: Option<Span>, theirs: Option<Span>, what: &str| {
        let is_better = theirs.is_none_or(|span| sources.is_library(span.file)) && ours.is_some();
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
        assert_eq!(pair.agree(&Disk, &Entry::file(Path::new(name), root())), !merges, "{name}");
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
        if !pair.agree(&Memory::of([("main.ncl", &text)]), &main()) {
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
        assert_eq!(Pair::new().agree(&Memory::of([("main.ncl", text)]), &main()), *judged, "{text}");
    }
    let main_text = "let agentos = import \"agentos/lib.ncl\" in let base = import \"base.ncl\" in base \"x\" & { labels = import \"labels.json\" } | agentos.Environment";
    let base = "fun n => { name = n, profile = 'Dev, storage | default = 'Ephemeral, federation.stack = \"stk_a\" }";
    let files = [("main.ncl", main_text), ("base.ncl", base), ("labels.json", "{\"a\": \"b\"}")];
    assert!(Pair::new().agree(&Memory::of(files), &main()));
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

#[test]
fn mutated_environments_that_compute_are_judged_alike() {
    let mut pair = Pair::new();
    let mut judged = 0;
    for round in 0..200 {
        let mut numbers = Numbers::of_round(round);
        let [first, second] = [(); 2].map(|()| COMPUTED[numbers.below(COMPUTED.len())]);
        let text = environment(&format!("  {first}\n  {second}"));
        let mut words: Vec<&str> = text.split_inclusive(' ').collect();
        let values: Vec<usize> = (1..words.len()).filter(|at| words[at - 1] == "= ").collect();
        let value = format!("{} ", VALUES[numbers.below(VALUES.len())]);
        let priority = ["| default = ", "| force = ", "| priority 2 = ", "= {} & "][numbers.below(4)];
        let at = values[numbers.below(values.len())];
        match numbers.below(3) {
            0 => words[at - 1] = priority,
            1 if words[at].ends_with(", ") => words.insert(at, &value),
            _ => {}
        }
        let text = words.concat();
        let agrees = std::panic::AssertUnwindSafe(|| pair.agree(&Memory::of([("main.ncl", &text)]), &main()));
        let Ok(answer) = std::panic::catch_unwind(agrees) else { panic!("{text}") };
        judged += usize::from(answer);
    }
    println!("{judged} of 200 are judged by their values");
    assert!(judged > 40, "{judged}");
}
