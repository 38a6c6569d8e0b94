//! `explain`: what a code means.

use super::{Status, print_all};
use crate::catalogue::{self, CATALOGUE, Rule};
use crate::suggest;
use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value as Json, json};

/// Explain a finding: what it does, why it is bad, an example, how to fix it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code, such as `T002`, or the name, such as `malformed-tenant-id`.
    #[arg(value_name = "CODE", required_unless_present = "all")]
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

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let rules: Vec<&Rule> = match &arguments.code {
        Some(wanted) => vec![find(wanted)?],
        None => CATALOGUE.iter().collect(),
    };
    let text = match arguments.format {
        Format::Human => rules.iter().map(|rule| rule.page).collect::<Vec<_>>().join("\n"),
        Format::Json => {
            let listed: Vec<Json> = rules.iter().map(|rule| describe(rule)).collect();
            format!("{:#}\n", json!({ "version": 1, "rules": listed }))
        }
    };
    print_all(&text)?;
    Ok(Status::Clean)
}

fn find(wanted: &str) -> Result<&'static Rule> {
    let rule = CATALOGUE.iter().find(|rule| rule.code.0.eq_ignore_ascii_case(wanted) || rule.name == wanted);
    let names: Vec<&str> = CATALOGUE.iter().flat_map(|rule| [rule.code.0, rule.name]).collect();
    rule.ok_or_else(|| match suggest::nearest(wanted, &names) {
        Some(near) => anyhow::anyhow!("there is no code `{wanted}`; did you mean `{near}`?"),
        None => anyhow::anyhow!("there is no code `{wanted}`; `agentos-cfg explain --all` lists them"),
    })
}

fn describe(rule: &Rule) -> Json {
    json!({
        "code": rule.code.0,
        "name": rule.name,
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "url": catalogue::url(rule.code),
        "page": rule.page,
    })
}
