//! Credentials out of what is kept, and back in.
//!
//! Even a placeholder that is plainly none is not kept: where its text stands, in letters or in base64 as Secrets have
//! it, there are zeros, and a note of the place in the environment's own files from which it is taken again.

use super::bytes::{Reader, Writer};
use crate::model::Environment;
use crate::scan::base64;
use crate::source::{FileId, Sources, Span};
use memchr::memmem::Finder;
use std::ops::Range;

/// How many places are noted in one entry. More has only what is too short to be a credential.
const MOST: usize = 1024;

/// A text that is not kept, and where it is written.
#[derive(Clone)]
pub(super) struct Secret {
    text: String,
    written: Span,
}

/// What must not be kept of an environment; none where that can't be told apart: where it is computed, or has
/// characters that other formats write in other ways.
pub(super) fn secrets(environment: &Environment, sources: &Sources) -> Option<Vec<Secret>> {
    let texts = environment.secrets.keys.values().filter_map(|key| key.placeholder.as_ref());
    let secret = |text: &String| {
        let written = *sources.occurrences(text).first()?;
        is_plain(text).then(|| Secret { text: text.clone(), written })
    };
    texts.map(secret).collect()
}

/// Whether a text is written letter for letter in YAML, in JSON and in Nickel.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:/+=@~,".contains(&byte))
}

/// A form in which a secret may stand: letter for letter, or in base64 as Secrets have it.
pub(super) struct Form {
    finder: Finder<'static>,
    written: Span,
    is_base64: bool,
}

/// The forms of secrets.
pub(super) fn forms(secrets: &[Secret]) -> Vec<Form> {
    let form = |Secret { text, written }: &Secret, is_base64| {
        let text = text.as_bytes();
        let finder =
            if is_base64 { Finder::new(&base64::encode(text)).into_owned() } else { Finder::new(text).into_owned() };
        Form { finder, written: *written, is_base64 }
    };
    secrets.iter().flat_map(|secret| [form(secret, false), form(secret, true)]).collect()
}

/// Writes the places of secrets in `body`, and takes them out of it. Of occurrences that overlap the first is a hole, and
/// what is left of the next is not the secret any more.
pub(super) fn cut(writer: &mut Writer, forms: &[Form], body: &mut [u8]) {
    let mut holes: Vec<(Range<usize>, Span, bool)> = Vec::new();
    for Form { finder, written, is_base64 } in forms {
        let there = finder.find_iter(body).take(MOST);
        holes.extend(there.map(|start| (start..start + finder.needle().len(), *written, *is_base64)));
    }
    if holes.len() > MOST {
        writer.spoil();
    }
    for (range, _, _) in &holes {
        body.get_mut(range.clone()).into_iter().for_each(|hole| hole.fill(0));
    }
    writer.list(holes.iter(), |writer, (range, written, is_base64)| {
        writer.number(range.start);
        writer.number(written.file.index());
        writer.number(written.start as usize);
        writer.number(written.end as usize);
        writer.byte(u8::from(*is_base64));
    });
}

/// Whether nothing of the secrets is left.
pub(super) fn is_clean(forms: &[Form], bytes: &[u8]) -> bool {
    forms.iter().all(|form| form.finder.find(bytes).is_none())
}

/// Reads the places, and the body after them with the secrets in it.
pub(super) fn fill(mut reader: Reader<'_>, sources: &Sources) -> Option<Vec<u8>> {
    let holes = reader.list(|reader| {
        let (at, file) = (reader.number()?, FileId::of(reader.number()?)?);
        let (start, end) = (u32::try_from(reader.number()?).ok()?, u32::try_from(reader.number()?).ok()?);
        Some((at, sources.slice(Span { file, start, end }), reader.bool()?))
    })?;
    let mut body = reader.rest().to_owned();
    for (at, written, is_base64) in holes.into_iter().take(MOST) {
        let form =
            if is_base64 { base64::encode(written.as_bytes()).into_bytes() } else { written.as_bytes().to_vec() };
        body.get_mut(at..at.checked_add(form.len())?)?.copy_from_slice(&form);
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_out_comes_back() {
        let mut sources = Sources::default();
        let text = "a = \"fake_one\", b = \"fake_on\"";
        let file = sources.add("a".into(), text.into(), false);
        let secret = |text: &str, start| Secret {
            text: text.into(),
            written: Span { file, start, end: start + text.len() as u32 },
        };
        let secrets = [secret("fake_one", 5), secret("fake_on", 21)];
        let original = format!("x fake_one y {} fake_onfake_on z", base64::encode(b"fake_one")).into_bytes();
        let (mut writer, mut body) = (Writer::default(), original.clone());
        cut(&mut writer, &forms(&secrets), &mut body);
        assert!(is_clean(&forms(&secrets), &body));
        writer.raw(&body);
        let bytes = writer.finish().unwrap();
        assert_eq!(fill(Reader::new(&bytes, 1), &sources), Some(original));
    }

    #[test]
    fn what_overlaps_itself_is_cut_out_as_well() {
        let mut sources = Sources::default();
        let file = sources.add("a".into(), "abab".into(), false);
        let secrets = [Secret { text: "abab".into(), written: Span { file, start: 0, end: 4 } }];
        for original in ["ababab", "abababab", "xababababax", "aabab"] {
            let (mut writer, mut body) = (Writer::default(), original.as_bytes().to_vec());
            cut(&mut writer, &forms(&secrets), &mut body);
            assert!(is_clean(&forms(&secrets), &body), "{original}");
            writer.raw(&body);
            let bytes = writer.finish().unwrap();
            assert_eq!(fill(Reader::new(&bytes, 1), &sources), Some(original.as_bytes().to_vec()));
        }
    }
}
