//! `explain`: what a code means, what a field is, and the pages that belong to them.

mod draw;
mod field;

use super::{Status, print_all, program};
use crate::catalogue::{self, CATALOGUE, Rule};
use crate::guides::{self, GUIDES, Guide};
use crate::suggest;
use anyhow::Result;
use clap::ValueEnum;
use field::Found;
use serde_json::{Map, Value as Json, json};

/// Explain a finding (what it does, why it is bad, an example, how to fix it) or a field of an environment, or print a page of
/// the documentation.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code, such as `T002`, or its name, such as `malformed-tenant-id`; a field, such as `services.federation.port`; or
    /// a page, such as `secrets` or `docs/secrets.md`: `docs` lists them.
    ///
    /// A tag with fields of its own is a part of the path, as in `storage.Persistent.size`. Any name stands for one of those
    /// that the environment chooses, as in `tenancy.tenants.NAME.name`; `allow.rule` is a field of each element. A dot in
    /// front asks for the field where a page has the same name, as in `.secrets`; `.` is the environment as a whole.
    #[arg(value_name = "CODE|FIELD|PAGE", required_unless_present = "all")]
    code: Option<String>,

    /// Print the names and types of all fields inside of a field.
    #[arg(long, conflicts_with = "all")]
    recursive: bool,

    /// Explain every code.
    #[arg(long, conflicts_with = "code")]
    all: bool,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A field as `kubectl explain` shows one, anything else as Markdown.
    Human,
    /// For programs.
    Json,
}

/// What there is to read.
enum Page {
    Rule(&'static Rule),
    Guide(&'static Guide),
    Field(Box<Found>),
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let pages: Vec<Page> = match &arguments.code {
        Some(wanted) => find(wanted, arguments.recursive)?,
        None => CATALOGUE.iter().map(Page::Rule).collect(),
    };
    let recursive = arguments.recursive;
    anyhow::ensure!(
        !recursive || pages.iter().all(|page| matches!(page, Page::Field(_))),
        "`--recursive` is for fields; `{} explain . --recursive` lists all of them",
        program::name()
    );
    let text = match arguments.format {
        Format::Human => pages.iter().map(|page| human(page, recursive)).collect::<Vec<_>>().join("\n"),
        Format::Json => format!("{:#}\n", json(&pages, recursive)),
    };
    print_all(&text)?;
    Ok(Status::Clean)
}

/// What a word stands for. Pages go before fields of the same name, as messages name pages so, but where all that is inside of
/// a field is wanted.
fn find(wanted: &str, recursive: bool) -> Result<Vec<Page>> {
    let rule = CATALOGUE.iter().find(|rule| is_called(rule, wanted)).map(Page::Rule);
    let page = rule.or_else(|| guides::find(wanted).map(Page::Guide));
    let is_field = field::is_path(wanted) || recursive && field::is_outermost(wanted);
    if let Some(page) = page.filter(|_| !is_field) {
        return Ok(vec![page]);
    }
    let fields = field::find(wanted);
    anyhow::ensure!(!fields.is_empty(), unknown(wanted));
    Ok(fields.into_iter().map(|found| Page::Field(Box::new(found))).collect())
}

/// What there is instead of something that is not.
fn unknown(wanted: &str) -> String {
    let is_field = wanted.contains(['.', '[']) && !wanted.contains('/');
    let what = if is_field { "no field" } else { "no code, no field and no page" };
    let names = CATALOGUE.iter().flat_map(|rule| [rule.code.0, rule.name]);
    let names = names.chain(GUIDES.iter().map(|guide| guide.name)).chain(field::outermost());
    let names: Vec<&str> = names.collect();
    let near = match (is_field, field::elsewhere(wanted)) {
        // The name of a field that stands further inside is no slip.
        (false, elsewhere) if !elsewhere.is_empty() => elsewhere,
        (false, _) => {
            suggest::nearest(wanted, &names).map_or_else(|| field::near(wanted), |near| vec![near.to_owned()])
        }
        (true, _) => field::near(wanted),
    };
    let near: Vec<String> = near.iter().map(|near| format!("`{near}`")).collect();
    let name = program::name();
    match near.split_last() {
        Some((last, [])) => format!("there is {what} `{wanted}`; did you mean {last}?"),
        Some((last, others)) => format!("there is {what} `{wanted}`; did you mean {} or {last}?", others.join(", ")),
        None if is_field => {
            format!("there is {what} `{wanted}`; `{name} explain . --recursive` lists the fields of an environment")
        }
        None => format!(
            "there is {what} `{wanted}`; `{name} explain --all` lists the codes, `{name} explain .` the fields, and `{name} \
             explain docs` the pages"
        ),
    }
}

/// The paths of all fields, for shells.
pub(super) fn fields() -> Vec<String> {
    field::offered()
}

/// By its code, its name, or the path of its page, as another page or a message writes it.
fn is_called(rule: &Rule, wanted: &str) -> bool {
    let file = wanted.split('#').next().and_then(|path| path.rsplit('/').next()).unwrap_or(wanted);
    let code = file.strip_suffix(".md").unwrap_or(file);
    rule.code.0.eq_ignore_ascii_case(code) || rule.name == wanted
}

/// The page, with links that lead somewhere from everywhere, and how to read what it refers to.
fn human(page: &Page, recursive: bool) -> String {
    let (path, page, own) = match page {
        Page::Rule(rule) => (catalogue::path_of(rule.code), rule.page, None),
        Page::Guide(guide) => (guide.path.to_owned(), guide.text, Some(guide.name)),
        Page::Field(found) => return draw::page(found, recursive, width()),
    };
    let field = own.filter(|name| field::is_outermost(name)).map(|name| format!(".{name}"));
    let named = guides::named(page, &path).into_iter().map(|guide| guide.name.to_owned());
    let named: Vec<String> = named.chain(field).map(|name| format!("`{} explain {name}`", program::name())).collect();
    let text = guides::with_addresses(page, &path);
    if named.is_empty() { text } else { format!("{text}\n## See also\n{}\n", named.join(", ")) }
}

/// The width of the terminal that is written to, if it is one.
fn width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}

fn json(pages: &[Page], recursive: bool) -> Json {
    let rules: Vec<Json> = pages.iter().filter_map(rule).collect();
    let mut json = Map::from_iter([("version".to_owned(), 1.into()), ("rules".to_owned(), rules.into())]);
    let guides: Vec<Json> = pages.iter().filter_map(guide).collect();
    let field = |page: &Page| if let Page::Field(found) = page { Some(found.json(recursive)) } else { None };
    let fields: Vec<Json> = pages.iter().filter_map(field).collect();
    for (key, pages) in [("pages", guides), ("fields", fields)] {
        if !pages.is_empty() {
            json.insert(key.to_owned(), pages.into());
        }
    }
    json.into()
}

fn rule(page: &Page) -> Option<Json> {
    let Page::Rule(rule) = page else { return None };
    Some(json!({
        "code": rule.code.0,
        "name": rule.name,
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "url": catalogue::url(rule.code),
        "page": guides::with_addresses(rule.page, &catalogue::path_of(rule.code)),
    }))
}

fn guide(page: &Page) -> Option<Json> {
    let Page::Guide(guide) = page else { return None };
    Some(
        json!({ "name": guide.name, "title": guide.title(), "url": guide.url(), "page": guides::with_addresses(guide.text, guide.path) }),
    )
}
