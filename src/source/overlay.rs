//! A world in which some files have other texts than below.

use super::{Kind, Spot, World};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// A world, and texts that stand in the place of files of it.
pub struct Overlay<'w> {
    /// The world below.
    pub world: &'w (dyn World + Sync),
    /// The texts, by the absolute paths of their files.
    pub texts: BTreeMap<PathBuf, String>,
}

impl Overlay<'_> {
    fn text(&self, path: &Path, limit: u64) -> Option<Vec<u8>> {
        let bytes = self.texts.get(path)?.as_bytes();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Some(bytes.get(..limit).unwrap_or(bytes).to_owned())
    }
}

impl World for Overlay<'_> {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.text(path, limit).map_or_else(|| self.world.read(path, limit), Ok)
    }

    fn read_at(&self, path: &Path, spot: &Spot, limit: u64) -> io::Result<Vec<u8>> {
        self.text(path, limit).map_or_else(|| self.world.read_at(path, spot, limit), Ok)
    }

    fn is_shared(&self, path: &Path) -> io::Result<bool> {
        self.world.is_shared(path)
    }

    fn exists(&self, path: &Path) -> bool {
        self.world.exists(path)
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        self.world.kind(path)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.world.canonical(path)
    }
}
