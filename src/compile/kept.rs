//! Manifests that wait until all environments are judged. The first of them wait as they are; in a large fleet those that
//! come later wait as what they have in common with an earlier text, and what is their own.
//!
//! Invariant: a text is read as it was kept, whatever it was compared with. Nothing goes to a disk.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes of a run wait as they are: more than ordinary runs have, so that nothing is compared in them.
const PLAIN: usize = 16 << 20;

/// With how many texts others are compared. The environments of a fleet are of a few kinds.
const MODELS: usize = 8;

/// Fewer bytes in common take more to note than to repeat.
const WORTHWHILE: usize = 16;

/// A text that waits.
#[derive(Clone, Debug)]
pub struct Text(Form);

#[derive(Clone, Debug)]
enum Form {
    Plain(String),
    Compared { model: Arc<Model>, pieces: Box<[Piece]>, own: Box<[u8]> },
}

/// Some bytes of the model from a place on, and then some of the text's own.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u32,
    common: u32,
    own: u32,
}

/// A text that others are compared with, and where its lines begin, by their hashes.
#[derive(Debug)]
struct Model {
    text: String,
    lines: HashMap<u64, usize>,
}

impl Text {
    /// The text.
    pub fn read(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Plain(text) => Cow::Borrowed(text),
            Form::Compared { model, pieces, own } => Cow::Owned(joined(model.text.as_bytes(), pieces, own)),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(Form::Plain(text))
    }
}

/// Has texts wait, from any thread.
pub(super) struct Keeper {
    /// How many bytes may still wait as they are.
    plain: AtomicUsize,
    models: Mutex<Vec<Arc<Model>>>,
}

impl Default for Keeper {
    fn default() -> Keeper {
        Keeper::with(PLAIN)
    }
}

impl Keeper {
    fn with(plain: usize) -> Keeper {
        Keeper { plain: AtomicUsize::new(plain), models: Mutex::default() }
    }

    /// Has a text wait in as little memory as it needs.
    pub(super) fn keep(&self, text: Text) -> Text {
        match text.0 {
            Form::Plain(text) if !self.is_plain(&text) => self.compared(text),
            form => Text(form),
        }
    }

    /// Whether a text is one of those that wait as they are.
    fn is_plain(&self, text: &str) -> bool {
        let left = |left: usize| left.checked_sub(text.len());
        self.plain.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    fn compared(&self, text: String) -> Text {
        // Places are noted in four bytes.
        if u32::try_from(text.len()).is_err() {
            return Text(Form::Plain(text));
        }
        let models = self.models.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(form) = models.iter().find_map(|model| compare(model, text.as_bytes())) {
            return Text(form);
        }
        if models.len() >= MODELS {
            return Text(Form::Plain(text));
        }
        let model = Arc::new(Model::new(text));
        self.models.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&model));
        let all = Piece::new(0, model.text.len(), 0);
        Text(Form::Compared { model, pieces: all.into_iter().collect(), own: Box::default() })
    }
}

impl Piece {
    fn new(start: usize, common: usize, own: usize) -> Option<Piece> {
        let number = |number: usize| u32::try_from(number).ok();
        Some(Piece { start: number(start)?, common: number(common)?, own: number(own)? })
    }
}

impl Model {
    fn new(text: String) -> Model {
        let mut lines = HashMap::new();
        let mut start = 0;
        while let Some(line) = text.as_bytes().get(start..).map(first_line).filter(|line| !line.is_empty()) {
            lines.entry(hash(line)).or_insert(start);
            start += line.len();
        }
        Model { text, lines }
    }

    fn from(&self, start: usize) -> &[u8] {
        self.text.as_bytes().get(start..).unwrap_or_default()
    }

    /// Where the model has most in common with a text that begins with a line: where the text was last, or else where
    /// that line stands.
    fn nearest(&self, text: &[u8], expected: usize) -> (usize, usize) {
        let here = in_common(text, self.from(expected));
        let line = first_line(text);
        if here >= line.len() {
            return (expected, here);
        }
        let there = self.lines.get(&hash(line)).map(|start| (*start, in_common(text, self.from(*start))));
        match there.filter(|(_, common)| *common > here) {
            Some(there) => there,
            None => (expected, here),
        }
    }
}

/// A text by what it has in common with a model; none where that is less than half of it.
fn compare(model: &Arc<Model>, text: &[u8]) -> Option<Form> {
    let (mut pieces, mut own) = (Vec::new(), Vec::new());
    let (mut rest, mut expected) = (text, 0);
    while !rest.is_empty() {
        let (start, common) = model.nearest(rest, expected);
        let common = if common < WORTHWHILE { 0 } else { common };
        let (same, after) = rest.split_at_checked(common)?;
        let differing = if same.ends_with(b"\n") { &[] } else { first_line(after) };
        let whole_lines = same.len() + differing.len();
        pieces.push(Piece::new(start, common, differing.len())?);
        own.extend_from_slice(differing);
        rest = rest.get(whole_lines..)?;
        // What follows in the model where the text differs from it: the next line.
        let skipped = if differing.is_empty() { 0 } else { first_line(model.from(start + common)).len() };
        expected = start + common + skipped;
        if own.len() + size_of_val(pieces.as_slice()) > text.len() / 2 {
            return None;
        }
    }
    Some(Form::Compared { model: Arc::clone(model), pieces: pieces.into(), own: own.into() })
}

fn joined(model: &[u8], pieces: &[Piece], mut own: &[u8]) -> String {
    let length = |piece: &Piece| piece.common as usize + piece.own as usize;
    let mut bytes = Vec::with_capacity(pieces.iter().map(length).sum());
    for piece in pieces {
        let (start, common) = (piece.start as usize, piece.common as usize);
        bytes.extend_from_slice(model.get(start..start + common).unwrap_or_default());
        let (next, rest) = own.split_at_checked(piece.own as usize).unwrap_or_default();
        bytes.extend_from_slice(next);
        own = rest;
    }
    // These are the bytes of a text.
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// How many bytes two texts begin with alike.
fn in_common(one: &[u8], other: &[u8]) -> usize {
    const BLOCK: usize = 32;
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(one, other)| one == other).count();
    let rest = |text| <[u8]>::iter(text).skip(blocks * BLOCK);
    blocks * BLOCK + rest(one).zip(rest(other)).take_while(|(one, other)| one == other).count()
}

/// The first line, with its end.
fn first_line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
    text.get(..end).unwrap_or_default()
}

fn hash(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_compared(text: &Text) -> bool {
        matches!(text.0, Form::Compared { .. })
    }

    fn size(text: &Text) -> usize {
        match &text.0 {
            Form::Plain(text) => text.len(),
            Form::Compared { pieces, own, .. } => size_of_val(&**pieces) + own.len(),
        }
    }

    fn stack(name: &str) -> String {
        let object = |number| {
            format!("---\nkind: Object{number}\nmetadata:\n  namespace: {name}\nspec:\n  a: 1\n  text: é•🙂\n")
        };
        (0..40).map(object).collect()
    }

    #[test]
    fn texts_are_read_as_they_were_kept() {
        let keeper = Keeper::with(0);
        let mut texts: Vec<String> = ["a", "b", "longer", "é", "🙂"].map(stack).into();
        texts.extend(["", "\n", "x", "---\n", "é"].map(str::to_owned));
        texts.extend([stack("a").replace('\n', ""), stack("b").repeat(3), stack("a")[..300].to_owned()]);
        texts.extend((0..2 * MODELS).map(|number| format!("{number} is like no other\n").repeat(number + 1)));
        let kept: Vec<Text> = texts.iter().map(|text| keeper.keep(text.clone().into())).collect();
        for (text, kept) in texts.iter().zip(&kept) {
            assert_eq!(kept.read(), *text);
        }
        assert!(kept[..5].iter().all(is_compared));
        assert!(size(&kept[1]) < stack("b").len() / 4, "{}", size(&kept[1]));
    }

    #[test]
    fn the_first_texts_wait_as_they_are() {
        let text = stack("a");
        let keeper = Keeper::with(2 * text.len());
        let kept: Vec<Text> = (0..4).map(|_| keeper.keep(text.clone().into())).collect();
        assert_eq!(kept.iter().map(is_compared).collect::<Vec<_>>(), [false, false, true, true]);
        assert!(kept.iter().all(|kept| kept.read() == text));
    }
}
