//! What the tests share: a world in memory, and short ways to compile and to look at findings.
#![allow(dead_code)]

pub mod faults;
pub mod numbers;
pub mod pair;
pub mod reach;

use agentos_cfg::catalogue::PATCH_BREAKS_SCHEMA;
use agentos_cfg::objects::object::Object;
use agentos_cfg::patch::{self, Patched};
use agentos_cfg::render::Format;
use agentos_cfg::render::human::{Style, render};
use agentos_cfg::source::{Disk, Entry, World};
use agentos_cfg::{Compiler, Outcome};
use clap::ValueEnum;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Files that exist only here, below the folder `/project`.
#[derive(Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    pub fn of<const N: usize>(files: [(&str, &str); N]) -> Memory {
        let mut memory = Memory::default();
        for (name, text) in files {
            memory.add(name, text.as_bytes());
        }
        memory
    }

    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        self.files.insert(Path::new("/project").join(name), bytes.to_owned());
    }
}

impl World for Memory {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let bytes = self.files.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(bytes.iter().copied().take(usize::try_from(limit).unwrap()).collect())
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}

/// Compiles a file of a world.
pub fn compile_in(world: &Memory, name: &str) -> (Compiler, Outcome) {
    let mut compiler = Compiler::new();
    let outcome = compiler.compile(world, &Entry::file(Path::new(name), Path::new("/project")));
    (compiler, outcome)
}

/// Compiles a text that imports nothing but the library.
pub fn compile(text: &str) -> (Compiler, Outcome) {
    compile_in(&Memory::of([("environment.ncl", text)]), "environment.ncl")
}

/// The findings of a text as a person sees them.
pub fn findings(text: &str) -> String {
    let (compiler, outcome) = compile(text);
    shown(&compiler, &outcome)
}

/// Findings as a person sees them.
pub fn shown(compiler: &Compiler, outcome: &Outcome) -> String {
    render(&outcome.findings, compiler.sources(), Style { color: false })
}

/// The code and line of each finding.
pub fn codes_and_lines(compiler: &Compiler, outcome: &Outcome) -> Vec<(String, usize)> {
    let line = |span| compiler.sources().place(span).line;
    outcome.findings.iter().map(|finding| (finding.code.to_string(), finding.span().map_or(0, line))).collect()
}

/// The names of the formats of findings.
pub fn formats() -> Vec<String> {
    names(Format::value_variants())
}

/// The names under which the command line knows values.
pub fn names(values: &[impl ValueEnum]) -> Vec<String> {
    let named = values.iter().filter_map(ValueEnum::to_possible_value);
    named.map(|value| value.get_name().to_owned()).collect()
}

/// The codes that comments at the end of lines expect: `# C005`, or several.
pub fn expected(text: &str) -> Vec<(String, usize)> {
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, comment)) = line.rsplit_once("# ") else { continue };
        let is_code = |word: &&str| {
            word.len() == 4
                && word.starts_with(|c: char| c.is_ascii_uppercase())
                && word[1..].chars().all(|c| c.is_ascii_digit())
        };
        if comment.split_whitespace().all(|word| is_code(&word)) {
            expected.extend(comment.split_whitespace().map(|code| (code.to_owned(), index + 1)));
        }
    }
    expected
}

/// An environment without faults, with `more` in it.
pub fn environment(more: &str) -> String {
    format!(
        "let agentos = import \"agentos/lib.ncl\" in\n{{\n  name = \"example\",\n  profile = 'Dev,\n  storage = 'Ephemeral,\n  \
         federation = {{ stack = \"stk_example\" }},\n{more}\n}} | agentos.Environment\n"
    )
}

/// An environment for production without faults, with `more` in it.
pub fn production(more: &str) -> String {
    let digest = "0123456789abcdef".repeat(4);
    format!(
        "let agentos = import \"agentos/lib.ncl\" in\n{{\n  name = \"example\",\n  profile = 'Prod,\n  \
         image = \"ghcr.io/nexixai/agentos:1.0.2@sha256:{digest}\",\n  \
         tenancy.tenants.tnt_acme = {{ name = \"Acme\" }},\n  secrets.inject = 'File,\n  \
         storage = 'Persistent {{ class = \"ssd-retain\" }},\n  \
         federation = {{ stack = \"stk_example\", jwt.secret = \"agentos-federation-jwt\" }},\n{more}\n}} | agentos.Environment\n"
    )
}

/// The binary, with a cache of the tests' own: none of them touches the user's.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agentos-cfg"));
    command.env("AGENTOS_CFG_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command.env_remove("AGENTOS_CFG_CACHE_LIMIT").env_remove("AGENTOS_CFG_NO_CACHE");
    command
}

/// What a command does that reads a text from standard input to its end.
pub fn output_with(command: &mut Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every environment that ships with the project, by its path from the root.
pub fn shipped() -> Vec<&'static str> {
    vec![
        "environments/demo.ncl",
        "environments/local-dev.ncl",
        "environments/next.ncl",
        "environments/platforms/existing-namespaces.ncl",
        "environments/platforms/gke.ncl",
        "environments/platforms/openshift.ncl",
        "environments/platforms/private-registry.ncl",
        "environments/prod/eu.ncl",
        "environments/prod/us.ncl",
        "environments/two-node/node-a.ncl",
        "environments/two-node/node-b.ncl",
    ]
}

/// Compiles a shipped environment.
pub fn compile_shipped(name: &str) -> (Compiler, Outcome) {
    let mut compiler = Compiler::new();
    let outcome = compiler.compile(&Disk, &Entry::file(Path::new(name), root()));
    (compiler, outcome)
}

/// What comes of one patch on an object of an environment that has no other.
pub fn patch_object(outcome: &Outcome, object: &Object, patch: Json) -> Patched {
    let mut environment = outcome.environment.clone().unwrap();
    let name = match &object.namespace {
        Some(namespace) if *namespace != environment.namespace => format!("{namespace}/{}", object.name),
        _ => object.name.clone(),
    };
    environment.patches = [(object.kind.clone(), [(name, patch)].into())].into();
    patch::apply(&environment, outcome.objects.clone())
}

/// How often a patch breaks the schema of its kind.
pub fn schema_faults(patched: &Patched) -> usize {
    patched.findings.iter().filter(|(code, _)| *code == PATCH_BREAKS_SCHEMA).count()
}

/// What comes of a command that has to end soon: one that waits for the other end of a pipe never does.
pub fn output_within(command: &mut Command, limit: Duration) -> Output {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // What it prints has to be read meanwhile, else it would wait for that.
    let mut out = child.stdout.take().unwrap();
    let mut err = child.stderr.take().unwrap();
    let read = |pipe: &mut dyn io::Read| {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).map(|_| bytes).unwrap()
    };
    std::thread::scope(|scope| {
        let (stdout, stderr) = (scope.spawn(move || read(&mut out)), scope.spawn(move || read(&mut err)));
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if start.elapsed() > limit => break None,
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        if status.is_none() {
            child.kill().unwrap();
        }
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
        Output { status: status.unwrap_or_else(|| panic!("{command:?} hangs")), stdout, stderr }
    })
}
