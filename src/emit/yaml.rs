//! Objects as a YAML stream.

use super::EmitError;
use crate::lower::Object;
use serde::Serialize;

/// The objects as one stream, each behind `---`.
pub fn stream(objects: &[Object]) -> Result<String, EmitError> {
    let mut out = String::new();
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

/// One document. Text of several lines is written as a block; no other line is ever folded, so that what is long stays
/// as it was written.
pub fn document<T: Serialize>(value: &T) -> Result<String, String> {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(value, options).map_err(|error| error.to_string())
}
