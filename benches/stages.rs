//! The stages of a build, each by itself, in one process: `cargo bench`.

use agentos_cfg::diagnostic::Diagnostic;
use agentos_cfg::emit::yaml;
use agentos_cfg::lower::{self, Lowered};
use agentos_cfg::source::{Disk, Entry, Sources};
use agentos_cfg::{Compiler, Outcome, format, rules, scan, verify};
use divan::{Bencher, Divan, black_box};
use serde_json::Value as Json;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Environments of this repository, and those that are all peers.
const ENVIRONMENTS: [&str; 4] = ["local-dev", "prod/eu", "peers-100", "peers-1000"];

fn main() {
    // The largest take a quarter of a second each time.
    Divan::default().max_time(Duration::from_secs(3)).config_with_args().main();
}

#[divan::bench(args = ENVIRONMENTS)]
fn evaluate(bencher: Bencher, name: &str) {
    let entry = entry(name);
    let mut compiler = Compiler::new();
    bencher.bench_local(|| compiler.examine(&Disk, entry.clone()));
}

#[divan::bench(args = ENVIRONMENTS)]
fn rules(bencher: Bencher, name: &str) {
    let built = built(name);
    let (Some(environment), Some(tree)) = (&built.outcome.environment, &built.outcome.tree) else { return };
    bencher.bench_local(|| rules::check(environment, tree, &built.sources));
}

#[divan::bench(args = ENVIRONMENTS)]
fn lower(bencher: Bencher, name: &str) {
    let built = built(name);
    let Some(environment) = &built.outcome.environment else { return };
    bencher.bench_local(|| lower::lower(environment));
}

#[divan::bench(args = ENVIRONMENTS)]
fn verify(bencher: Bencher, name: &str) {
    let Lowered { objects, external } = lowered(name);
    bencher.bench_local(|| verify::verify(&objects, &external));
}

#[divan::bench(args = ENVIRONMENTS)]
fn emit_yaml(bencher: Bencher, name: &str) {
    let objects = lowered(name).objects;
    bencher.bench_local(|| yaml::stream(&objects));
}

#[divan::bench(args = ENVIRONMENTS)]
fn scan_for_credentials(bencher: Bencher, name: &str) {
    let objects = lowered(name).objects;
    let mut texts = Vec::new();
    for object in &objects {
        collect(None, &object.body, &mut texts);
    }
    bencher.bench_local(|| texts.iter().filter_map(|(name, text)| scan::find(*name, text)).count());
}

#[divan::bench(args = ENVIRONMENTS)]
fn compile(bencher: Bencher, name: &str) {
    let entry = entry(name);
    let mut compiler = Compiler::new();
    bencher.bench_local(|| compiler.compile(&Disk, &entry));
}

/// What a process does that compiles one environment, without starting and ending.
#[divan::bench(args = ENVIRONMENTS)]
fn compile_with_a_new_compiler(bencher: Bencher, name: &str) {
    let entry = entry(name);
    bencher.with_inputs(Compiler::new).bench_local_refs(|compiler| black_box(compiler.compile(&Disk, &entry)));
}

/// Peers of eight lines each.
#[divan::bench(args = [25, 1000])]
fn lay_out(bencher: Bencher, peers: usize) {
    let text = with_peers(peers);
    bencher.bench_local(|| format::format(&text));
}

/// What `fmt` does with the same texts but for writing them.
#[divan::bench(args = [25, 1000])]
fn read_and_lay_out(bencher: Bencher, peers: usize) {
    let entry = Entry::text("peers.ncl", with_peers(peers), Path::new("/"));
    bencher.with_inputs(Compiler::new).bench_local_refs(|compiler| {
        let file = compiler.read(&Disk, &entry).ok()?;
        format::format(&compiler.sources().get(file)?.text).ok()
    });
}

struct Built {
    outcome: Outcome,
    sources: Sources,
}

fn built(name: &str) -> Built {
    let mut compiler = Compiler::new();
    let outcome = compiler.compile(&Disk, &entry(name));
    let objections: Vec<&Diagnostic> = outcome.findings.iter().collect();
    assert!(!outcome.objects.is_empty(), "`{name}` is rejected: {objections:#?}");
    Built { outcome, sources: compiler.sources().clone() }
}

fn lowered(name: &str) -> Lowered {
    let lowered = built(name).outcome.environment.map(|environment| lower::lower(&environment));
    lowered.expect("what was built has an environment")
}

fn entry(name: &str) -> Entry {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("environments");
    match name.strip_prefix("peers-").and_then(|count| count.parse().ok()) {
        Some(count) => Entry::text("peers.ncl", with_peers(count), &folder),
        None => Entry::file(Path::new(&format!("{name}.ncl")), &folder),
    }
}

/// An environment with this many peers.
fn with_peers(count: usize) -> String {
    let mut text = String::from("(import \"local-dev.ncl\") & { federation.peers = {\n");
    for peer in 0..count {
        let written = write!(
            text,
            "  stk_peer_{peer:05} = 'Remote {{
    environment = \"production\",
    region = \"eu-west-1\",
    endpoints = {{
      agent-orchestrator = \"https://agents-{peer:05}.example.com\",
      model-policy = \"https://models-{peer:05}.example.com\",
    }},
  }},\n"
        );
        written.expect("a string takes in all that is written");
    }
    text + "} }\n"
}

/// Every text below a value, with the name of its field.
fn collect<'a>(name: Option<&'a str>, value: &'a Json, texts: &mut Vec<(Option<&'a str>, &'a str)>) {
    match value {
        Json::String(text) => texts.push((name, text)),
        Json::Array(items) => items.iter().for_each(|item| collect(name, item, texts)),
        Json::Object(fields) => fields.iter().for_each(|(name, value)| collect(Some(name), value, texts)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
