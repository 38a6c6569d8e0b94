//! What a value may look like before its author has decided: enough to be accepted, with stops for what has to be chosen.

use crate::evaluate::Spot;
use crate::evaluate::schema::{FieldSchema, Presence, Shape};
use crate::path::Path;
use std::fmt::Write as _;

/// A text that is to be inserted, as it is and as a snippet with tab stops.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub plain: String,
    pub snippet: String,
    stops: usize,
}

/// From so many characters on a record with fields that have to be set is written with a line for each.
const WIDE: usize = 72;

impl Draft {
    /// A text without stops.
    pub(super) fn text(text: &str) -> Draft {
        let mut draft = Draft::default();
        draft.push(text);
        draft
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        self.plain += text;
        self.snippet += &escaped(text);
    }

    /// Adds a text that is to be replaced.
    pub(super) fn stop(&mut self, text: &str) {
        self.plain += text;
        self.stops += 1;
        let _ = write!(self.snippet, "${{{}:{}}}", self.stops, escaped(text));
    }

    /// Adds one of some texts, the first one where there is no choice.
    fn choose(&mut self, texts: &[String]) {
        let Some(first) = texts.first() else { return };
        self.plain += first;
        self.stops += 1;
        let choices: Vec<String> =
            texts.iter().map(|text| escaped(text).replace(',', "\\,").replace('|', "\\|")).collect();
        let _ = write!(self.snippet, "${{{}|{}|}}", self.stops, choices.join(","));
    }

    /// Adds a field with its value.
    pub(super) fn field(&mut self, spot: Spot<'_>, field: &FieldSchema, indent: &str) {
        self.push(&format!("{} = ", name(&field.name)));
        self.value(spot.of(field), indent);
    }

    /// Adds a value, in a line that is indented so far.
    pub(super) fn value(&mut self, spot: Spot<'_>, indent: &str) {
        match spot.shape {
            Shape::Record(_) => self.record(spot, indent),
            Shape::Dict(_) => self.around("{", "}"),
            Shape::Array(_) => self.around("[", "]"),
            Shape::Choice(_) => self.choice(spot, indent),
            Shape::Scalar { .. } => self.scalar(spot),
        }
    }

    /// Adds a record with the fields that have to be set.
    pub(super) fn record(&mut self, spot: Spot<'_>, indent: &str) {
        let required: Vec<_> = spot.fields().into_iter().filter(|field| field.presence == Presence::Required).collect();
        if required.is_empty() {
            return self.around("{", "}");
        }
        let mut line = Draft { stops: self.stops, ..Draft::default() };
        line.push("{ ");
        line.fields(spot, &required, ", ", indent);
        line.push(" }");
        if line.plain.len() > WIDE || line.plain.contains('\n') {
            let inner = format!("{indent}  ");
            line = Draft { stops: self.stops, ..Draft::default() };
            line.push(&format!("{{\n{inner}"));
            line.fields(spot, &required, &format!(",\n{inner}"), &inner);
            line.push(&format!(",\n{indent}}}"));
        }
        self.plain += &line.plain;
        self.snippet += &line.snippet;
        self.stops = line.stops;
    }

    /// Adds fields with their values.
    pub(super) fn fields(&mut self, spot: Spot<'_>, fields: &[&FieldSchema], between: &str, indent: &str) {
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.push(between);
            }
            self.field(spot, field, indent);
        }
    }

    fn choice(&mut self, spot: Spot<'_>, indent: &str) {
        let choices = spot.choices();
        if choices.iter().all(|choice| choice.payload.is_none()) {
            let default = default(spot.field);
            let mut tags: Vec<String> = choices.iter().map(|choice| tag(&choice.tag)).collect();
            // What holds without the field is no reason to set it.
            tags.sort_by_key(|tag| default == Some(tag.as_str()));
            return self.choose(&tags);
        }
        let Some(first) = choices.first() else { return };
        self.push(&tag(&first.tag));
        if let Some(payload) = spot.payload(first) {
            self.push(" ");
            self.value(payload, indent);
        }
    }

    fn scalar(&mut self, spot: Spot<'_>) {
        match spot.scalar() {
            Some("Bool") => self.choose(&match default(spot.field) {
                Some("true") => ["false".to_owned(), "true".to_owned()],
                _ => ["true".to_owned(), "false".to_owned()],
            }),
            _ => match number(spot) {
                Some(number) => self.stop(&number),
                None => self.quoted(&example(spot)),
            },
        }
    }

    /// Adds a text between quotes.
    fn quoted(&mut self, text: &str) {
        self.push("\"");
        self.stop(text);
        self.push("\"");
    }

    /// Adds brackets with a stop between them.
    fn around(&mut self, open: &str, close: &str) {
        self.push(open);
        self.plain += close;
        self.stops += 1;
        let _ = write!(self.snippet, "${{{}}}{}", self.stops, escaped(close));
    }
}

/// A tag as it is written.
pub(super) fn tag(tag: &str) -> String {
    let is_name = tag.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_name { format!("'{tag}") } else { format!("'\"{tag}\"") }
}

/// The name of a field as it is written.
pub(super) fn name(name: &str) -> String {
    Path::of([name]).to_string()
}

/// The expression that holds where a field is left out.
pub(super) fn default(field: Option<&FieldSchema>) -> Option<&str> {
    field?.default()
}

/// A number that a place takes, if it takes numbers.
pub(super) fn number(spot: Spot<'_>) -> Option<String> {
    let (low, _) = spot.contract.and_then(|contract| contract.range())?;
    Some(known_default(spot).unwrap_or_else(|| low.to_string()))
}

/// The text or number that holds where a place is left out.
pub(super) fn known_default(spot: Spot<'_>) -> Option<String> {
    spot.around?.default_of(&spot.field?.name)
}

/// A text that a place takes.
fn example(spot: Spot<'_>) -> String {
    let own = [known_default(spot)].into_iter().flatten();
    own.chain(examples(spot)).find(|text| accepts(spot, text)).unwrap_or_default()
}

/// Texts that stand for what a place takes: what its documentation shows, and what its contract does.
pub(super) fn examples(spot: Spot<'_>) -> Vec<String> {
    let doc = spot.field.map_or("", |field| field.doc.as_str());
    let contract = if let Shape::Scalar { doc: Some(doc), .. } = spot.shape { doc.as_str() } else { "" };
    let help = spot.contract.and_then(|contract| contract.help()).unwrap_or_default();
    let shown = [doc, contract, help].into_iter().flat_map(shown);
    let name = spot.field.map(|field| field.name.replace('_', "-"));
    let plain = ["name", "stk_name", "tnt_name", "v1", "30s", "1Gi", "N006"].into_iter().map(str::to_owned);
    shown.chain(name).chain(plain).filter(|text| accepts(spot, text)).collect()
}

/// Whether a place surely takes a text.
pub(super) fn accepts(spot: Spot<'_>, text: &str) -> bool {
    !text.is_empty() && spot.contract.is_some_and(|contract| contract.accepts_text(text))
}

/// What a description shows as an example, between ticks; an ellipsis in it is a part to fill in.
fn shown(doc: &str) -> impl Iterator<Item = String> + '_ {
    ["for example `", "such as `", "as in `", "(`"].into_iter().filter_map(move |introduced| {
        let (_, rest) = doc.split_once(introduced)?;
        Some(rest.split_once('`')?.0.replace('…', "value"))
    })
}

/// A text as snippets write it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
