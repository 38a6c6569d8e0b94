//! `explain`: what a code means, and the pages that belong to it.

use super::{Status, print_all};
use crate::catalogue::{self, CATALOGUE, Rule};
use crate::guides::{self, GUIDES, Guide};
use crate::suggest;
use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value as Json, json};

/// Explain a finding: what it does, why it is bad, an example, how to fix it; or print a page of the documentation.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code, such as `T002`, the name, such as `malformed-tenant-id`, or a page, such as `secrets` or
    /// `docs/secrets.md`; `docs` lists the pages.
    #[arg(value_name = "CODE|PAGE", required_unless_present = "all")]
    code: Option<String>,

    /// Explain every code.
    #[arg(long, conflicts_with = "code")]
    all: bool,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The page, as Markdown.
    Human,
    /// For programs.
    Json,
}

/// What there is to read.
enum Page {
    Rule(&'static Rule),
    Guide(&'static Guide),
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let pages: Vec<Page> = match &arguments.code {
        Some(wanted) => vec![find(wanted)?],
        None => CATALOGUE.iter().map(Page::Rule).collect(),
    };
    let text = match arguments.format {
        Format::Human => pages.iter().map(human).collect::<Vec<_>>().join("\n"),
        Format::Json => format!("{:#}\n", json(&pages)),
    };
    print_all(&text)?;
    Ok(Status::Clean)
}

fn find(wanted: &str) -> Result<Page> {
    let rule = CATALOGUE.iter().find(|rule| is_called(rule, wanted)).map(Page::Rule);
    let page = rule.or_else(|| guides::find(wanted).map(Page::Guide));
    let names = CATALOGUE.iter().flat_map(|rule| [rule.code.0, rule.name]);
    let names: Vec<&str> = names.chain(GUIDES.iter().map(|guide| guide.name)).collect();
    page.ok_or_else(|| match suggest::nearest(wanted, &names) {
        Some(near) => anyhow::anyhow!("there is no code and no page `{wanted}`; did you mean `{near}`?"),
        None => anyhow::anyhow!(
            "there is no code and no page `{wanted}`; `agentos-cfg explain --all` lists the codes, and `agentos-cfg explain \
             docs` the pages"
        ),
    })
}

/// By its code, its name, or the path of its page, as another page or a message writes it.
fn is_called(rule: &Rule, wanted: &str) -> bool {
    let file = wanted.split('#').next().and_then(|path| path.rsplit('/').next()).unwrap_or(wanted);
    let code = file.strip_suffix(".md").unwrap_or(file);
    rule.code.0.eq_ignore_ascii_case(code) || rule.name == wanted
}

impl Page {
    /// The page, with links that lead somewhere from everywhere.
    fn text(&self) -> String {
        match self {
            Page::Rule(rule) => guides::with_addresses(rule.page, &catalogue::path_of(rule.code)),
            Page::Guide(guide) => guides::with_addresses(guide.text, guide.path),
        }
    }

    /// The guides that it refers to.
    fn named(&self) -> Vec<&'static Guide> {
        match self {
            Page::Rule(rule) => guides::named(rule.page, &catalogue::path_of(rule.code)),
            Page::Guide(guide) => guides::named(guide.text, guide.path),
        }
    }
}

/// The page, and how to read those that it refers to.
fn human(page: &Page) -> String {
    let named: Vec<String> = page.named().iter().map(|guide| format!("`agentos-cfg explain {}`", guide.name)).collect();
    if named.is_empty() { page.text() } else { format!("{}\n## See also\n{}\n", page.text(), named.join(", ")) }
}

fn json(pages: &[Page]) -> Json {
    let rules: Vec<Json> = pages.iter().filter_map(rule).collect();
    let guides: Vec<Json> = pages.iter().filter_map(guide).collect();
    match guides.is_empty() {
        true => json!({ "version": 1, "rules": rules }),
        false => json!({ "version": 1, "rules": rules, "pages": guides }),
    }
}

fn rule(page: &Page) -> Option<Json> {
    let Page::Rule(rule) = page else { return None };
    Some(json!({
        "code": rule.code.0,
        "name": rule.name,
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "url": catalogue::url(rule.code),
        "page": page.text(),
    }))
}

fn guide(page: &Page) -> Option<Json> {
    let Page::Guide(guide) = page else { return None };
    Some(json!({ "name": guide.name, "title": guide.title(), "url": guide.url(), "page": page.text() }))
}
