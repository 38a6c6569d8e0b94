//! What is known of environments from the last looks, in memory.

use crate::cache::{Digest, Shelf};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A shelf that keeps what was touched since it last forgot the rest.
#[derive(Debug, Default)]
pub struct Memory {
    entries: Mutex<HashMap<Digest, Kept>>,
}

#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    is_used: bool,
}

impl Memory {
    /// Forgets what was not asked for since the last time.
    pub fn forget_unused(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, kept| std::mem::take(&mut kept.is_used));
    }
}

impl Shelf for Memory {
    fn get(&self, key: &Digest) -> Option<Vec<u8>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = entries.get_mut(key)?;
        kept.is_used = true;
        Some(kept.bytes.clone())
    }

    fn put(&self, key: &Digest, bytes: &[u8]) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(*key, Kept { bytes: bytes.to_vec(), is_used: true });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_used_is_forgotten() {
        let (shelf, old, new) = (Memory::default(), [1; 32], [2; 32]);
        shelf.put(&old, b"old");
        shelf.put(&new, b"new");
        shelf.forget_unused();
        assert_eq!(shelf.get(&new).as_deref(), Some(&b"new"[..]));
        shelf.forget_unused();
        assert_eq!((shelf.get(&old), shelf.get(&new).is_some()), (None, true));
    }
}
