//! A member as bytes, with its texts and faults: for another process of the same program, never for a disk.

use super::bytes::{Reader, Writer};
use crate::fleet::Member;
use crate::model;
use crate::source::{Entry, Sources};

/// A member as bytes; none where a path of it is no UTF-8.
pub(crate) fn member_to_bytes(member: &Member) -> Option<Vec<u8>> {
    let mut writer = Writer::default();
    let texts: Vec<_> = member.sources.own().collect();
    writer.list(texts.into_iter(), |writer, text| {
        writer.text(&text.name);
        writer.optional(text.path.as_ref(), |writer, path| writer.path(path));
        writer.text(&text.text);
    });
    writer.role(member.role);
    writer.optional(member.tree.as_ref(), |writer, tree| tree.write(writer));
    writer.list(member.faults.iter(), Writer::finding);
    writer.list(member.findings.iter(), Writer::finding);
    writer.list(member.references.iter(), Writer::reference);
    writer.byte(u8::from(member.crashed));
    writer.byte(u8::from(member.traced));
    writer.finish()
}

/// The member of an entry that bytes stand for; `library` has the library's texts. None where they stand for none.
pub(crate) fn member_from_bytes(entry: Entry, library: Sources, bytes: &[u8]) -> Option<Member> {
    let mut sources = library;
    let mut reader = Reader::new(bytes, 0);
    for (name, path, text) in
        reader.list(|reader| Some((reader.text()?, reader.optional(Reader::path)?, reader.text()?)))?
    {
        match path {
            Some(path) => sources.add_file(name, path, text),
            None => sources.add(name, text, false),
        };
    }
    let rest = reader.rest();
    let mut reader = Reader::new(rest, sources.mark());
    let role = reader.role()?;
    let (tree, packed) = reader.optional(Reader::tree)?.unzip();
    let faults = reader.list(Reader::finding)?;
    let findings = reader.list(Reader::finding)?;
    let references = reader.list(Reader::reference)?;
    let (crashed, traced) = (reader.byte()? != 0, reader.byte()? != 0);
    reader.end()?;
    let environment = tree.as_ref().map(|tree| model::decode(tree).into());
    Some(Member { entry, role, sources, tree: packed, environment, faults, findings, references, crashed, traced })
}
