//! What the server and the process that judges say to each other: frames, each with its length before it.

use super::texts::Texts;
use super::uri;
use crate::packed::{Reader, Writer};
use crate::source::{Entry, Origin};
use std::io::{self, Read, Write};
use std::path::Path;

/// How many bytes a frame may have; environments have at most a quarter of it.
const LARGEST: u32 = 256 << 20;

/// An entry to evaluate, in the world as the editor shows it.
pub struct Request<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What is open.
    pub texts: &'a Texts,
}

impl Request<'_> {
    /// The request as bytes; a path that is no UTF-8 is left out with its text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        let Entry { name, path, text, origin } = self.entry;
        writer.text(name);
        writer.text(&path.to_string_lossy());
        writer.optional(text.as_ref(), |writer, text| writer.text(text));
        let (kind, folder) = match origin {
            Origin::Named => (0, ""),
            Origin::Found { folder } => (1, folder.as_str()),
            Origin::Presumed { folder } => (2, folder.as_str()),
            Origin::Peer => (3, ""),
        };
        writer.byte(kind);
        writer.text(folder);
        let open = self.texts.iter().filter_map(|document| Some((document.path.to_str()?, &*document.text)));
        let open: Vec<(&str, &str)> = open.collect();
        writer.list(open.into_iter(), |writer, (path, text)| {
            writer.text(path);
            writer.text(text);
        });
        writer.finish().unwrap_or_default()
    }

    /// The entry and the open texts that bytes stand for; none where they stand for none.
    pub fn from_bytes(bytes: &[u8]) -> Option<(Entry, Texts)> {
        let mut reader = Reader::new(bytes, 0);
        let (name, path, text) = (reader.text()?, reader.path()?, reader.optional(Reader::text)?);
        let (kind, folder) = (reader.byte()?, reader.text()?);
        let origin = match kind {
            0 => Origin::Named,
            1 => Origin::Found { folder },
            2 => Origin::Presumed { folder },
            3 => Origin::Peer,
            _ => return None,
        };
        let mut texts = Texts::default();
        for (path, text) in reader.list(|reader| Some((reader.path()?, reader.text()?)))? {
            texts.open(uri::uri(&path), 0, text, Path::new("/"));
        }
        reader.end()?;
        Some((Entry { name, path, text, origin }, texts))
    }
}

/// Writes a frame, all of it.
///
/// # Errors
/// The other side has gone away, or the frame is too long.
pub fn write(output: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).ok().filter(|length| *length <= LARGEST);
    let length = length.ok_or_else(|| io::Error::other("too long a frame"))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(frame)?;
    output.flush()
}

/// The next frame; none where there are no more.
///
/// # Errors
/// The input ends within a frame, or is none.
pub fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length);
    if length > LARGEST {
        return Err(io::Error::other("too long a frame"));
    }
    let mut frame = vec![0; length as usize];
    input.read_exact(&mut frame)?;
    Ok(Some(frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_come_back() {
        let mut texts = Texts::default();
        texts.open("file:///somewhere/a%20b.ncl".to_owned(), 7, "text".to_owned(), Path::new("/"));
        let found = Origin::Found { folder: "there".to_owned() };
        for origin in [Origin::Named, found, Origin::Presumed { folder: String::new() }, Origin::Peer] {
            let entry = Entry::file(Path::new("x.ncl"), Path::new("/somewhere")).wanted_by(origin);
            let bytes = Request { entry: &entry, texts: &texts }.to_bytes();
            let (again, open) = Request::from_bytes(&bytes).unwrap();
            assert_eq!((again.name, again.path, again.origin), (entry.name, entry.path, entry.origin));
            assert_eq!(&*open.by_path(Path::new("/somewhere/a b.ncl")).unwrap().text, "text");
            assert!((0..bytes.len()).all(|end| Request::from_bytes(bytes.get(..end).unwrap()).is_none()));
        }
    }

    #[test]
    fn frames_come_back_and_their_end_is_seen() {
        let mut bytes = Vec::new();
        for frame in [&b"one"[..], b"", b"three"] {
            write(&mut bytes, frame).unwrap();
        }
        let mut input = bytes.as_slice();
        let frames: Vec<Vec<u8>> = std::iter::from_fn(|| read(&mut input).unwrap()).collect();
        assert_eq!(frames, [&b"one"[..], b"", b"three"]);
        assert!(read(&mut &bytes[..5]).is_err());
        assert!(read(&mut &u32::MAX.to_le_bytes()[..]).is_err());
    }
}
