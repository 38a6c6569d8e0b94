//! A text that is mended step by step, and where each byte of it stood before.

use super::Change;
use std::ops::Range;
use std::rc::Rc;

/// For each byte of a mended text, and for its end, the byte of the text as it is written.
pub(in crate::evaluate) type Origins = Rc<Vec<u32>>;

/// A text that is being mended.
pub(super) struct Draft {
    pub text: String,
    origins: Vec<u32>,
}

impl Draft {
    pub(super) fn new(text: &str) -> Draft {
        Draft { text: text.to_owned(), origins: (0..=offset(text.len())).collect() }
    }

    /// Where a place of the draft is in the text as it is written.
    pub(super) fn written(&self, place: &Range<usize>) -> Range<u32> {
        let at = |byte: usize| self.origins.get(byte).or(self.origins.last()).copied().unwrap_or(0);
        at(place.start)..at(place.end).max(at(place.start))
    }

    /// Makes changes, all at once; none where they overlap or end inside of characters.
    pub(super) fn change(&mut self, changes: &[Change]) -> bool {
        let mut sorted: Vec<&Change> = changes.iter().collect();
        sorted.sort_by_key(|change| (change.0.start, change.0.end));
        let apart = sorted.windows(2).all(|pair| matches!(pair, [one, other] if one.0.end <= other.0.start));
        let inside = sorted.iter().all(|change| self.text.get(change.0.clone()).is_some());
        if !apart || !inside {
            return false;
        }
        for (place, text) in sorted.into_iter().rev() {
            let origin = self.written(place).start;
            self.text.replace_range(place.clone(), text);
            self.origins.splice(place.clone(), std::iter::repeat_n(origin, text.len()));
        }
        true
    }

    pub(super) fn into_parts(self) -> (String, Origins) {
        (self.text, Rc::new(self.origins))
    }
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_those_of_the_text_as_it_is_written() {
        let mut draft = Draft::new("a : 1\nb = 2");
        assert!(draft.change(&[(2..3, "=".to_owned()), (5..5, ",".to_owned())]));
        assert_eq!(draft.text, "a = 1,\nb = 2");
        assert_eq!(draft.written(&(7..8)), 6..7);
        assert!(draft.change(&[(11..12, "three".to_owned())]));
        assert_eq!((draft.text.as_str(), draft.written(&(11..16))), ("a = 1,\nb = three", 10..11));
        assert!(!draft.change(&[(0..3, String::new()), (2..4, String::new())]));
    }
}
