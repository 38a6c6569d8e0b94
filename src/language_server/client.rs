//! What the client can do, as it says at the start.

use super::lines::Encoding;
use super::uri;
use gen_lsp_types as lsp;
use serde_json::Value;
use std::path::PathBuf;

/// What the client can do.
#[derive(Clone, Debug)]
pub struct Client {
    /// What positions count.
    pub encoding: Encoding,
    /// Whether a completion may have places to fill in.
    pub snippets: bool,
    /// Whether what is shown may be Markdown.
    pub markdown: bool,
    /// Whether it tells of files that change, once it is asked to.
    pub watches_files: bool,
    /// Whether it asks anew for the lines above environments when it is told to.
    pub refreshes_lenses: bool,
    /// Whether it shows what the server is busy with.
    pub progress: bool,
    /// Whether it wants what is unsaid shown beside the text.
    pub inlay_hints: bool,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
    /// The folder for texts without a file.
    pub here: PathBuf,
}

impl Client {
    /// Reads what a client says of itself; what can't be read counts as not said.
    pub fn new(params: &Value) -> Client {
        let said = |pointer: &str| params.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
        let encodings = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let offers = |name: &str| encodings.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)));
        let encoding = match (offers("utf-8"), offers("utf-32") && !offers("utf-16")) {
            (true, _) => Encoding::Utf8,
            (false, true) => Encoding::Utf32,
            (false, false) => Encoding::Utf16,
        };
        let markdown = params.pointer("/capabilities/textDocument/hover/contentFormat").and_then(Value::as_array);
        let folders = folders(params);
        let here = folders.first().cloned().or_else(|| std::env::current_dir().ok()).unwrap_or_default();
        Client {
            encoding,
            snippets: said("/capabilities/textDocument/completion/completionItem/snippetSupport"),
            markdown: markdown.is_none_or(|formats| formats.iter().any(|format| format == "markdown")),
            watches_files: said("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            refreshes_lenses: said("/capabilities/workspace/codeLens/refreshSupport"),
            progress: said("/capabilities/window/workDoneProgress"),
            inlay_hints: said("/initializationOptions/inlayHints"),
            folders,
            here,
        }
    }

    /// The encoding, as the protocol names it.
    pub fn encoding_kind(&self) -> lsp::PositionEncodingKind {
        match self.encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }
    }
}

/// The folders that a client opens: several, or the one of older clients.
fn folders(params: &Value) -> Vec<PathBuf> {
    let address = |folder: &Value| folder.get("uri").and_then(Value::as_str).and_then(uri::path);
    let several = params.get("workspaceFolders").and_then(Value::as_array);
    let one = params.get("rootUri").and_then(Value::as_str).and_then(uri::path);
    let older = params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
    match several {
        Some(several) => several.iter().filter_map(address).collect(),
        None => one.or(older).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bytes_are_preferred_and_utf_16_is_what_everyone_knows() {
        let of = |encodings: Value| Client::new(&json!({"capabilities": {"general": encodings}})).encoding;
        assert_eq!(of(json!({"positionEncodings": ["utf-16", "utf-8"]})), Encoding::Utf8);
        assert_eq!(of(json!({"positionEncodings": ["utf-32", "utf-16"]})), Encoding::Utf16);
        assert_eq!(of(json!({"positionEncodings": ["utf-32"]})), Encoding::Utf32);
        assert_eq!(of(json!({})), Encoding::Utf16);
    }

    #[test]
    fn folders_are_those_of_new_and_of_old_clients() {
        let of = |params: Value| Client::new(&params).folders;
        let several = json!({"rootUri": "file:///c", "workspaceFolders": [{"uri": "file:///a"}, {"uri": "file:///b"}]});
        assert_eq!(of(several), [PathBuf::from("/a"), PathBuf::from("/b")]);
        assert_eq!(of(json!({"rootUri": "file:///c", "workspaceFolders": null})), [PathBuf::from("/c")]);
        assert_eq!(of(json!({"rootPath": "/d"})), [PathBuf::from("/d")]);
        assert_eq!(of(json!({})), Vec::<PathBuf>::new());
    }
}
