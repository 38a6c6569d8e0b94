//! What mends a value, where that can be told from the schema and from what stands there.

use super::examples::invented;
use super::{Found, Reporter};
use crate::catalogue;
use crate::diagnostic::{Code, Edit, Fix};
use crate::evaluate::schema::{Choice, Shape};
use crate::fix;
use crate::path::Path;
use crate::source::Span;
use crate::{names, quantity};

/// Contracts of texts that may look like a number or a switch.
const TEXTS: [&str; 7] = ["String", "Line", "NonEmpty", "LabelValue", "Quantity", "Duration", "DnsLabel"];

/// What other languages call `true` and `false`.
const SWITCHES: [(&str, &[&str]); 2] = [("true", &["1", "yes", "on", "y"]), ("false", &["0", "no", "off", "n"])];

impl Reporter<'_> {
    /// The name that was meant in the place of one that is not known.
    pub(super) fn renaming(&self, path: &Path, name: Option<Span>, meant: &str) -> Option<Fix> {
        let is_free = fix::is_free(self.root, path, meant, self.sources);
        let edits = fix::renamed(name.filter(|_| is_free)?, &Path::of([meant]).to_string(), self.sources)?;
        fix::fix(format!("rename `{}` to `{meant}`", path.last_field().unwrap_or_default()), edits, true)
    }

    /// A field less.
    pub(super) fn removal(&self, path: &Path, name: Option<Span>) -> Option<Fix> {
        let edits = fix::removed(name?, self.sources)?;
        fix::fix(format!("remove `{}`", path.last_field().unwrap_or_default()), edits, false)
    }

    /// A field more, with a value that is only an example.
    pub(super) fn addition(&self, path: &Path, value: &str) -> Option<Fix> {
        let edits = fix::set(path, value, self.root, self.sources)?;
        fix::fix(format!("add `{path} = {value}`"), edits, false)
    }

    /// Fields more, one for each value that a shape may have.
    pub(super) fn additions(&self, path: &Path, shape: &Shape) -> Vec<Fix> {
        let values = match shape {
            _ if self.is_production() && *path == Path::of(["storage"]) => {
                vec!["'Persistent { class = \"ssd-retain\", size = \"20Gi\" }".to_owned()]
            }
            Shape::Choice(choices) => choices.iter().map(|choice| tagged(choice, self.name())).collect(),
            shape => vec![invented(shape, self.name())],
        };
        values.iter().filter_map(|value| self.addition(path, value)).collect()
    }

    /// The tag that was meant in the place of one that is not known; what comes with it stays.
    pub(super) fn retagging(&self, span: Option<Span>, tag: &str, found: &Found, meant: &Choice) -> Option<Fix> {
        let span = span?;
        let (written, title) = (format!("'{tag}"), format!("write `'{}`", meant.tag));
        if !self.sources.slice(span).starts_with(&written) {
            return None;
        }
        let is_alone = matches!(found, Found::Tag(_));
        match (is_alone, &meant.payload) {
            (true, None) | (false, Some(_)) => {
                let end = span.start.checked_add(u32::try_from(written.len()).ok()?)?;
                let name = Span { end, ..span };
                fix::fix(title, fix::renamed(name, &format!("'{}", meant.tag), self.sources)?, true)
            }
            (true, Some(_)) => self.rewriting(Some(span), &tagged(meant, self.name()), false),
            (false, None) => None,
        }
    }

    /// A choice in the place of what stands there.
    pub(super) fn choosing(&self, span: Option<Span>, choice: &Choice, drops: bool) -> Option<Fix> {
        self.rewriting(span, &tagged(choice, self.name()), choice.payload.is_none() && !drops)
    }

    /// The same value as one of the kind that the field takes: with quotes or without, or as the only item of a list.
    pub(super) fn conversion(&self, span: Option<Span>, found: Option<&Found>, shape: &Shape) -> Option<Fix> {
        let written = self.sources.slice(span?);
        let is_number = |text: &str| text.parse::<f64>().is_ok() && !text.contains(|c: char| c.is_ascii_alphabetic());
        let value = match (found?, shape) {
            (Found::String(_) | Found::Number | Found::Tag(_) | Found::Variant(_) | Found::Record, Shape::Array(_))
                if !written.contains('\n') =>
            {
                format!("[{written}]")
            }
            (Found::String(text), Shape::Scalar { name, .. }) => match name.as_str() {
                "Bool" if ["true", "false"].contains(&text.as_str()) => text.clone(),
                "Bool" => return self.rewriting(span, switch(text)?, false),
                "Number" | "Count" | "Limit" | "Port" | "UnprivilegedPort" if is_number(text) => text.clone(),
                _ => return None,
            },
            (Found::Number | Found::Bool, Shape::Scalar { name, .. }) => match name.as_str() {
                name if !TEXTS.contains(&name) => return None,
                _ if written.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') => format!("\"{written}\""),
                _ => return None,
            },
            _ => return None,
        };
        self.rewriting(span, &value, true)
    }

    /// The nearest text that the contract of a code takes.
    pub(super) fn correction(&self, span: Option<Span>, found: Option<&Found>, code: Code) -> Option<Fix> {
        let Some(Found::String(text)) = found else { return None };
        let (text, safe) = nearest(code, text)?;
        self.rewriting(span, &fix::text(&text), safe)
    }

    fn rewriting(&self, span: Option<Span>, value: &str, safe: bool) -> Option<Fix> {
        fix::fix(format!("write `{value}`"), fix::replaced(span?, value, self.sources)?, safe)
    }

    /// What examples are called after: the environment.
    fn name(&self) -> &str {
        self.root.field("name").and_then(|name| name.value.as_text()).unwrap_or("example")
    }
}

/// The tag that a name without a quote is, where the field offers one of that name that stands alone.
pub(super) fn quoted_tag(place: Option<Span>, name: &str, shape: Option<&Shape>) -> Option<Fix> {
    let Some(Shape::Choice(choices)) = shape else { return None };
    let choice = choices.iter().find(|choice| choice.tag.eq_ignore_ascii_case(name) && choice.payload.is_none())?;
    let tag = format!("'{}", choice.tag);
    fix::fix(format!("write `{tag}`"), vec![Edit { span: place?, text: tag }], true)
}

/// A text that another language takes for a switch, as Nickel writes that.
fn switch(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    SWITCHES.iter().find(|(_, words)| words.contains(&text.as_str())).map(|(switch, _)| *switch)
}

/// The text that is nearest to one that a contract refuses, and whether it says the same.
fn nearest(code: Code, text: &str) -> Option<(String, bool)> {
    let identity = |prefix| Some((names::nearest_identity(text, prefix)?, false));
    match code {
        catalogue::MALFORMED_STACK_ID => identity("stk_"),
        catalogue::MALFORMED_TENANT_ID => identity("tnt_"),
        catalogue::INVALID_NAME => Some((names::nearest_label(text)?, false)),
        catalogue::INVALID_QUANTITY => {
            // `5GiB` and `5Gi` are one amount.
            let amount = text.trim().strip_suffix(['B', 'b'])?;
            quantity::parse(amount).filter(|_| quantity::is_of_bytes(amount)).map(|_| (amount.to_owned(), true))
        }
        _ => None,
    }
}

fn tagged(choice: &Choice, name: &str) -> String {
    match &choice.payload {
        Some(payload) => format!("'{} {}", choice.tag, invented(payload, name)),
        None => format!("'{}", choice.tag),
    }
}
