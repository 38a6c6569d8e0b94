//! Places in texts, as answers give them.

use super::{Refusal, Scene};
use crate::language_server::features::Target;
use crate::language_server::lines::Lines;
use crate::language_server::protocol;
use crate::language_server::texts::Document;
use crate::source::{LIBRARY, LIBRARY_FOLDER, World};
use gen_lsp_types as lsp;
use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// How much of a file is read to find a place in it: more than any text that is compiled.
pub(super) const LARGEST: u64 = 64 << 20;

impl<'a> Scene<'a> {
    /// The open text that a request is about, and the byte.
    pub fn at(&self, params: &lsp::TextDocumentPositionParams) -> Result<(&'a Document, usize), Refusal> {
        let document = self.document(&params.text_document.uri)?;
        let position = protocol::from_position(params.position);
        Ok((document, document.lines.offset(&document.text, position, self.client.encoding)))
    }

    /// Bytes of an open text, as a range of the protocol.
    pub fn range(&self, document: &Document, bytes: Range<usize>) -> lsp::Range {
        protocol::range(&document.lines, &document.text, bytes, self.client.encoding)
    }

    /// Bytes of a file, as a place of the protocol. Their text is the open one, else that of the last analysis, else the file's.
    pub fn location(&self, path: &Path, bytes: Range<usize>) -> Option<lsp::Location> {
        let uri = lsp::Uri::from(self.texts.uri_of(path));
        if let Some(document) = self.texts.by_path(path) {
            return Some(lsp::Location { uri, range: self.range(document, bytes) });
        }
        let text = match self.known_text(path) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(String::from_utf8(self.texts.read(path, LARGEST).ok()?).ok()?),
        };
        let range = protocol::range(&Lines::new(&text), &text, bytes, self.client.encoding);
        Some(lsp::Location { uri, range })
    }

    /// The text of a file, as the last analysis has read it.
    pub fn known_text(&self, path: &Path) -> Option<&'a str> {
        let members = self.found.known.members.iter();
        let mut texts = members.flat_map(|member| member.sources.own());
        texts.find(|text| text.path.as_deref() == Some(path)).map(|text| text.text.as_str())
    }

    /// A place that an answer leads to; none in the library where its files can't be written.
    pub fn target(&self, target: &Target) -> Option<lsp::Location> {
        match target {
            Target::File { path, range } => self.location(path, range.clone()),
            Target::Library { module, range } => {
                let module = LIBRARY.get(*module)?;
                let path: PathBuf = self.shared.library()?.join(LIBRARY_FOLDER).join(module.path);
                let range = protocol::range(&Lines::new(module.text), module.text, range.clone(), self.client.encoding);
                Some(lsp::Location { uri: self.texts.uri_of(&path).into(), range })
            }
        }
    }
}
