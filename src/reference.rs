//! The reference pages, written from the library's own metadata and the settings table, and the files that go with
//! them. `cargo run --example generate` writes them; a test holds them against their sources.

mod mistakes;

pub use mistakes::{Mistake, mistakes};

use crate::Compiler;
use crate::agentos::settings::process::{self, Unset};
use crate::agentos::settings::{self, Comparison, Kind, SetBy, Setting};
use crate::agentos::vocabulary::{Runtime, ServiceName};
use crate::catalogue::{self, CATALOGUE, FIXES, Fixable};
use crate::diagnostic::Code;
use crate::evaluate::schema::Shape;
use crate::graph::{self, Level};
use crate::objects::yaml::Manifests;
use crate::pages::{self, Example};
use crate::policy::Policy;
use crate::render::human;
use crate::source::{Entry, Sources, World};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use std::path::Path;

/// A file that is generated: its path in the repository, and its text.
pub struct Generated {
    /// The path from the root of the repository, with forward slashes.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Every generated file.
pub fn files() -> Vec<Generated> {
    let file = |path: &str, text| Generated { path: path.to_owned(), text };
    let module = |runtime: Runtime| Generated {
        path: format!("lib/settings/{}.ncl", runtime.tag().to_lowercase()),
        text: settings::nickel_module(runtime),
    };
    let others = [
        file("lib/settings.ncl", settings::nickel_releases()),
        file("src/evaluate/native/table.rs", Compiler::new().native_table()),
        file("src/evaluate/schema.json", Compiler::new().schema().to_json()),
        file("docs/reference/language.md", language()),
        file("docs/reference/settings.md", settings_page()),
        file("docs/rules/README.md", index()),
        file("docs/errors.md", gallery()),
    ];
    Runtime::ALL.map(module).into_iter().chain(others).collect()
}

/// The pictures of the documentation: each with the environments that it shows, and how much of them.
const PICTURES: &[(&str, &[&str], Level)] = &[
    (
        "docs/images/fleet.svg",
        &[
            "environments/demo.ncl",
            "environments/local-dev.ncl",
            "environments/prod/eu.ncl",
            "environments/prod/us.ncl",
            "environments/two-node/node-a.ncl",
            "environments/two-node/node-b.ncl",
        ],
        Level::Fleet,
    ),
    ("docs/images/local-dev.svg", &["environments/local-dev.ncl"], Level::Environment),
    ("docs/images/prod-eu.svg", &["environments/prod/eu.ncl"], Level::Full),
    (
        "docs/images/two-node.svg",
        &["environments/two-node/node-a.ncl", "environments/two-node/node-b.ncl"],
        Level::Environment,
    ),
];

/// Every picture, drawn from the environments below the root of the repository.
pub fn pictures(world: &dyn World, root: &Path) -> Vec<Generated> {
    let picture = |(path, files, level): &(&'static str, &[&str], Level)| {
        let mut compiler = Compiler::new();
        let compiled = files.iter().map(|file| compiler.compile(world, &Entry::file(Path::new(file), root)));
        let environments: Vec<_> = compiled.filter_map(|outcome| outcome.environment).collect();
        let graph = graph::graph(&environments.iter().map(Box::as_ref).collect::<Vec<_>>(), *level);
        Generated { path: (*path).to_owned(), text: graph::Format::Svg.render(&graph) }
    };
    PICTURES.iter().map(picture).collect()
}

/// The language reference: a section for each field of an environment, a row for each field inside it.
fn language() -> String {
    let mut page = String::from(
        "<!-- Generated from lib/ by `cargo run --example generate`; do not edit. -->\n\n\
         # The environment language\n\n\
         An environment is one Nickel file: a record that is checked against `Environment`.\n\n\
         ```nickel\n\
         let agentos = import \"agentos/lib.ncl\" in\n\
         { … } | agentos.Environment\n\
         ```\n\n\
         The fields below are all there are: an unknown one is a finding. A field is *required*, *optional* (left out, there is\n\
         none), or has a default. Written `'Tag`, a choice stands alone; written `'Tag { … }`, it comes with fields of its own,\n\
         which are listed below it. `<name>` stands for any name, `[]` for each element of an array. [Types](#types) says what the\n\
         named types take.\n",
    );
    let schema = Compiler::new().schema();
    let mut types = BTreeMap::new();
    if let Shape::Record(fields) = &schema.root {
        for field in fields {
            let _ = write!(page, "\n## `{}`\n\n{}\n\n", field.name, field.doc);
            let _ = writeln!(page, "{}, {}.", field.shape.in_words(), field.presence_in_a_sentence());
            let mut rows = Vec::new();
            collect(&field.shape, &field.name, &mut rows, &mut types);
            if !rows.is_empty() {
                page.push_str("\n| field | type | default | what it is |\n|---|---|---|---|\n");
                page.extend(rows);
            }
        }
    }
    page.push_str("\n## Types\n\n| type | values |\n|---|---|\n");
    page.extend(types.into_iter().map(|(name, doc)| format!("| {name} | {} |\n", cell(&doc))));
    page
}

/// The rows of all fields inside a shape, and the named types that it uses.
fn collect(shape: &Shape, path: &str, rows: &mut Vec<String>, types: &mut BTreeMap<String, String>) {
    match shape {
        Shape::Record(fields) => {
            for field in fields {
                let path = format!("{path}.{}", field.name);
                let (kind, presence) = (cell(&field.shape.in_words()), cell(&field.presence_in_words()));
                rows.push(format!("| `{path}` | {kind} | {presence} | {} |\n", cell(&field.doc)));
                collect(&field.shape, &path, rows, types);
            }
        }
        Shape::Dict(inner) => collect(inner, &format!("{path}.<name>"), rows, types),
        Shape::Array(inner) => collect(inner, &format!("{path}[]"), rows, types),
        Shape::Choice(choices) => {
            for payload in choices.iter().filter_map(|choice| choice.payload.as_ref()) {
                collect(payload, path, rows, types);
            }
        }
        Shape::Scalar { name, doc: Some(doc) } => {
            types.insert(name.clone(), doc.clone());
        }
        Shape::Scalar { doc: None, .. } => {}
    }
}

/// Text inside a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The index of all codes.
fn index() -> String {
    let mut page = String::from(
        "<!-- Generated from src/catalogue.rs by `cargo run --example generate`; do not edit. -->\n\n\
         # Findings\n\n\
         Every finding has a code, and every code a page: what is checked, what would happen otherwise, an example that fails, the\n\
         same one corrected. `agentos-cfg explain CODE` prints it. An error rejects the build; a warning is reported. Codes are\n\
         never reused. \"(fact 9)\" is number 9 of [what the runtime does](../runtime.md). [Errors](../errors.md) shows what each\n\
         looks like.\n",
    );
    let mut area = None;
    for rule in CATALOGUE {
        let letter = rule.code.0.chars().next().unwrap_or(' ');
        if area != Some(letter) {
            area = Some(letter);
            let title = catalogue::area(letter);
            let _ = write!(page, "\n## {letter}: {title}\n\n| code | name | severity | summary |\n|---|---|---|---|\n");
        }
        let severity = rule.severity.as_str();
        let _ = writeln!(page, "| [{0}]({0}.md) | {1} | {severity} | {2} |", rule.code, rule.name, rule.summary);
    }
    page + &fixes()
}

/// Which codes have fixes, and why the others have none.
fn fixes() -> String {
    let mut page = String::from(
        "\n## Fixes\n\n\
         `agentos-cfg check --fix` makes the fixes that are safe: they change no more than the value that the finding is on. With\n\
         `--unsafe-fixes` it also makes those that invent a value, remove one or decide between several. `--diff` shows what would\n\
         be changed. No fix allows a finding, and none touches a secret's value. Of the findings of one code some may have a fix\n\
         and others none.\n\n| code | fix |\n|---|---|\n",
    );
    for (code, fixable) in FIXES {
        let _ = match fixable {
            Fixable::Safely => writeln!(page, "| [{code}]({code}.md) | safe |"),
            Fixable::Unsafely => writeln!(page, "| [{code}]({code}.md) | unsafe |"),
            Fixable::Not(why) => writeln!(page, "| [{code}]({code}.md) | none: {why} |"),
        };
    }
    page
}

/// What each finding looks like: the failing examples of all pages, compiled.
fn gallery() -> String {
    let mut page = String::from(
        "<!-- Generated from docs/rules/ by `cargo run --example generate`; do not edit. -->\n\n\
         # What findings look like\n\n\
         For each code the failing example of [its page](rules/README.md), and what `agentos-cfg check` or `verify` prints of it.\n",
    );
    for rule in CATALOGUE {
        let examples = pages::examples(rule.page);
        let failing = |language| examples.iter().find(move |example| example.fails && example.language == language);
        let shown = match (failing("nickel"), failing("yaml")) {
            (Some(example), _) => shown(example),
            (None, Some(example)) => shown_of_manifest(rule.code, example.first()),
            (None, None) => continue,
        };
        let _ = write!(page, "\n## {} {}\n\n```text\n{}\n```\n", rule.code, rule.name, shown.trim_end());
    }
    page.push_str(
        "\n## Mistakes of beginners\n\n\
         What `check` says of mistakes in the language itself. The other faults of a file are reported beside them.\n",
    );
    for Mistake { title, text, .. } in mistakes() {
        let file =
            Example { language: "nickel", fails: true, texts: vec![(ENTRY, text)], before: None, files: Vec::new() };
        let _ = write!(page, "\n### {title}\n\n```text\n{}\n```\n", shown(&file).trim_end());
    }
    page
}

/// How the file of a mistake is called.
const ENTRY: &str = "environment.ncl";

/// What is printed of an example.
fn shown(example: &Example<'_>) -> String {
    let mut compiler = Compiler::new();
    let entries = example.texts.iter().map(|(name, _)| Entry::file(Path::new(name), Path::new("/example"))).collect();
    let outcomes = compiler.compile_all(&Beside(example), entries, &Policy::default());
    let findings = outcomes.iter().flat_map(|(_, outcome)| &outcome.findings);
    human::render(findings, compiler.sources(), human::Style { color: false })
}

/// What is printed of a manifest, as far as it is about a code: examples are cut down to what they are about.
fn shown_of_manifest(code: Code, text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("manifests.yaml".to_owned(), text.to_owned(), false);
    let mut manifests = Manifests::default();
    manifests.read(text, file, true);
    let found: Vec<_> = manifests.verify(&[], &sources).into_iter().map(|(_, finding)| finding).collect();
    human::render(found.iter().filter(|finding| finding.code == code), &sources, human::Style { color: false })
}

/// A world that has the files of an example and nothing else.
struct Beside<'a>(&'a Example<'a>);

impl World for Beside<'_> {
    fn read(&self, path: &Path, _limit: u64) -> io::Result<Vec<u8>> {
        let name = path.strip_prefix("/example").ok().and_then(Path::to_str);
        let found = name.and_then(|name| self.0.text(name));
        found.map(|text| text.as_bytes().to_owned()).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn exists(&self, path: &Path) -> bool {
        self.read(path, u64::MAX).is_ok()
    }
}

/// The settings of each release.
fn settings_page() -> String {
    let mut page = String::from(
        "<!-- Generated from src/agentos/settings/ by `cargo run --example generate`; do not edit. -->\n\n\
         # The settings of AgentOS\n\n\
         What the compiler writes into the containers' environment, release by release. Most settings follow from a field of the\n\
         environment; the few others can be set under `services.<service>.env`. Names and spellings are the runtime's.\n\n\
         [Releases](../releases.md) says how to move an environment from one to the next.\n",
    );
    page.push_str(&differences());
    for runtime in Runtime::ALL {
        let _ = writeln!(page, "\n## Release {}\n", runtime.version());
        page.push_str(
            "| variable | read by | values | unset means | set by | what it does |\n|---|---|---|---|---|---|\n",
        );
        for setting in settings::of(runtime) {
            page.push_str(&row(setting));
        }
    }
    page.push_str(&not_set());
    page
}

/// The variables that the process obeys and no field sets.
fn not_set() -> String {
    let mut page = String::from(
        "\n## Read by Go, and not set\n\nEvery service obeys these, and under `env` they are refused ([R002](../rules/R002.md)): what they need besides is\n\
         compiled nowhere.\n\n| variable | what it does | set by itself |\n|---|---|---|\n",
    );
    for Unset { name, in_any_case, role, otherwise } in &process::UNSET {
        let names = if *in_any_case { format!("`{name}`, `{}`", name.to_lowercase()) } else { format!("`{name}`") };
        page.push_str(&format!("| {names} | {role} | {otherwise} |\n"));
    }
    page
}

/// What the releases differ in: how they behave, and the settings that not all of them read alike.
fn differences() -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = Runtime::ALL.iter().map(|runtime| runtime.version().to_owned()).collect();
    let table = |first: &str| {
        let head = line([first.to_owned()].into_iter().chain(heads.clone()).collect());
        format!("\n{head}|{}\n", "---|".repeat(heads.len() + 1))
    };
    let mut page = format!("\n## What differs\n{}", table("what"));
    for (index, topic) in settings::TOPICS.iter().enumerate() {
        let behaviour = Runtime::ALL.iter().filter_map(|runtime| settings::release(*runtime).behaviour.get(index));
        page.push_str(&line([*topic].iter().chain(behaviour).map(|text| (*text).to_owned()).collect()));
    }
    page.push_str(&table("variable"));
    let names: BTreeSet<&str> =
        Runtime::ALL.iter().flat_map(|runtime| settings::of(*runtime)).map(|setting| setting.name).collect();
    for name in names {
        let of_each = Runtime::ALL.map(|runtime| settings::of(runtime).find(|setting| setting.name == name));
        let said: Vec<String> = of_each.map(reading).to_vec();
        if said.windows(2).any(|pair| pair.first() != pair.last()) {
            page.push_str(&line([format!("`{name}`")].into_iter().chain(said).collect()));
        }
    }
    page
}

/// How a release reads a setting.
fn reading(setting: Option<&Setting>) -> String {
    match setting {
        None => "not read".to_owned(),
        Some(setting) => format!("{}; unset: {}", values(setting), default(setting)),
    }
}

fn row(setting: &Setting) -> String {
    let services = if setting.services.len() == ServiceName::ALL.len() {
        "all".to_owned()
    } else {
        setting.services.iter().map(|service| service.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (values, default) = (values(setting), default(setting));
    let set_by = match setting.set_by {
        SetBy::Field(field) => format!("`{field}`"),
        SetBy::Secret => "`secrets.keys`, from a Secret".to_owned(),
        SetBy::SecretFor(purpose) => format!("`secrets.keys`, from a Secret, for `{}`", purpose.field()),
        SetBy::User => "`services.<service>.env`".to_owned(),
        SetBy::Never(_) => "never".to_owned(),
    };
    format!("| `{}` | {services} | {values} | {default} | {set_by} | {} |\n", setting.name, setting.doc)
}

/// What a setting may be.
fn values(setting: &Setting) -> String {
    match setting.kind {
        Kind::Text => "text".to_owned(),
        Kind::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Kind::Integer { min, max } => format!("{min} to {max}"),
        Kind::Days { min, max } => format!("{min} to {max}"),
        Kind::Flag { on, comparison: Comparison::Exact } => format!("exactly `{on}` turns it on"),
        Kind::Flag { on, comparison: Comparison::Trimmed } => format!("`{on}` turns it on"),
        Kind::Flag { on, comparison: Comparison::AnyCase } => format!("`{on}` turns it on, in any case of letters"),
        Kind::Guard { off } => format!("`{off}` turns it off"),
        Kind::Path => "absolute path".to_owned(),
        Kind::Duration => "a number and `s` or `m`".to_owned(),
        Kind::Memory => "a number and `MiB` or `GiB`".to_owned(),
        Kind::Switches => "`name=value`, with commas".to_owned(),
        Kind::TimeZone => "a name of the IANA database".to_owned(),
        Kind::Sink => "`stdout`, `stderr`, `file:PATH`".to_owned(),
    }
}

fn default(setting: &Setting) -> String {
    if setting.default.is_empty() { "–".to_owned() } else { format!("`{}`", setting.default) }
}
