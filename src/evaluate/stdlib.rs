//! Nickel's standard library: without its documentation, which is most of its text and would be parsed at every start,
//! or nothing in its place.

use super::Standard;
use nickel_lang_core::cache::CacheHub;
use nickel_lang_core::stdlib::StdlibModule;

/// Gives Nickel the standard library that is wanted, before it parses its own.
pub(super) fn install(hub: &mut CacheHub, standard: Standard) {
    let modules: Vec<_> = hub.sources.stdlib_modules().collect();
    for (module, file) in modules {
        let text = match (standard, module) {
            (Standard::None, StdlibModule::Std) => "{}".to_owned(),
            (Standard::None | Standard::Full, _) => strip_docs(hub.sources.source(file)),
        };
        hub.sources.files.update(file, text);
    }
}

/// The text without `| doc` annotations. What they leave is as long in lines and does the same.
fn strip_docs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() / 2);
    let mut rest = text;
    while let Some(start) = rest.find("| doc ") {
        let (before, annotation) = rest.split_at(start);
        let Some(length) = annotation_length(annotation) else { break };
        out.push_str(before);
        rest = annotation.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// How long the annotation is that a text starts with: up to the end of its string.
fn annotation_length(text: &str) -> Option<usize> {
    let opening = text.find('"')?;
    let prefix = text.get(..opening)?.strip_prefix("| doc ")?;
    let percents = prefix.trim().strip_prefix('m').map_or(0, str::len);
    let closing = format!("\"{}", "%".repeat(percents));
    let body = text.get(opening + 1..)?;
    Some(opening + 1 + body.find(&closing)? + closing.len())
}
