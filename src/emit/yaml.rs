//! Objects as a YAML stream.

use super::EmitError;
use crate::characters;
use crate::objects::object::Object;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use serde_saphyr::{DoubleQuoted, LitStr};
use std::borrow::Cow;

/// How long an object's document usually is at most, in bytes.
const USUAL_LENGTH: usize = 4096;

/// The objects as one stream, each behind `---`.
pub fn stream(objects: &[Object]) -> Result<String, EmitError> {
    let mut out = String::with_capacity(objects.len() * USUAL_LENGTH);
    for object in objects {
        let text = document(&object.body).map_err(|reason| EmitError {
            kind: object.kind.clone(),
            name: object.name.clone(),
            reason,
        })?;
        out.push_str("---\n");
        out.push_str(&text);
    }
    Ok(out)
}

/// One document.
pub fn document(value: &Json) -> Result<String, String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false, min_fold_chars: 0 };
    let text = match has_unseen_name(value) {
        // JSON is YAML, too, and has all names between double quotes.
        true => serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(|error| error.to_string()),
        false => serde_saphyr::to_string_with_options(&Styled(value), options).map_err(|error| error.to_string()),
    }?;
    Ok(match characters::yaml(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(escaped) => escaped,
    })
}

/// Whether the name of any field has characters that can't be seen. They can be escaped between double quotes only, and
/// the writer of YAML decides by itself where names have them.
fn has_unseen_name(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
        Json::Array(items) => items.iter().any(has_unseen_name),
        Json::Object(fields) => fields.iter().any(|(name, value)| characters::has_any(name) || has_unseen_name(value)),
    }
}

/// A value in which plain text of several lines is written as a block, and all other text in one line; text that has
/// characters that can't be seen between double quotes, where they can be escaped.
struct Styled<'a>(&'a Json);

impl Serialize for Styled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::String(text) if characters::has_any(text) => DoubleQuoted(text).serialize(serializer),
            Json::String(text) if is_plain_block(text) => LitStr(text).serialize(serializer),
            Json::Array(items) => serializer.collect_seq(items.iter().map(Styled)),
            Json::Object(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, Styled(value)))),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => self.0.serialize(serializer),
        }
    }
}

/// Whether a text is printable ASCII and line breaks. Bytes are looked at many at a time.
fn is_plain_ascii(text: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    text.as_bytes().chunks(64).all(|bytes| bytes.iter().fold(true, |plain, byte| plain & is_plain(byte)))
}

/// Whether a text reads the same from a block in every reader: several lines of printable text that end with one line
/// break. Blocks can't escape anything, and readers differ on tabs and on space at their edges.
fn is_plain_block(text: &str) -> bool {
    let Some(body) = text.strip_suffix('\n') else { return false };
    let plain =
        |c: char| c == '\n' || c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric() || matches!(c, '…' | '–');
    body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with([' ', '\n'])
        && !body.contains(" \n")
        && (is_plain_ascii(body) || body.chars().all(plain))
}
