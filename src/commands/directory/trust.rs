//! Whether what is at a place can only be what the user, or root, has put there.
//!
//! Each folder on the way counts, because its owner can put another in the place of what is in it. The rule is that of
//! `sshd` and `sudo` for their own files. A group counts as others: that it has no other members can't be told from here.

use rustix::fs::{FileType, Mode};
use std::fmt::{Display, Formatter};

/// What the system says of something that was opened.
pub(super) struct Facts {
    pub kind: FileType,
    pub owner: u32,
    pub mode: Mode,
    /// Whether it has one name only.
    pub sole: bool,
}

/// What something is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A folder that leads to others. One that all can write to may be sticky, as `/tmp` is: then each can replace only
    /// what is their own, and the next part has to be the user's or root's.
    Way,
    /// A folder in which every name is believed.
    Folder,
    /// A file.
    File,
    /// A symbolic link on the way. Its mode says nothing.
    Link,
}

/// What is wrong with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It is not what it is to be.
    Kind,
    /// It belongs to another user.
    Owner(u32),
    /// Others can write to it.
    Others(Mode),
    /// Its group can write to it.
    Group(Mode),
    /// It has other names, maybe in a folder of others.
    Links,
}

/// What is wrong, for a process of this user; none where all is well.
pub(super) fn doubt(part: Part, facts: &Facts, user: u32) -> Option<Doubt> {
    let kind = match part {
        Part::Way | Part::Folder => FileType::Directory,
        Part::File => FileType::RegularFile,
        Part::Link => FileType::Symlink,
    };
    if facts.kind != kind {
        return Some(Doubt::Kind);
    }
    if facts.owner != user && facts.owner != 0 {
        return Some(Doubt::Owner(facts.owner));
    }
    if part == Part::File && !facts.sole {
        return Some(Doubt::Links);
    }
    let mode = facts.mode;
    match part {
        Part::Link => None,
        Part::Way if mode.contains(Mode::SVTX) => None,
        _ if mode.contains(Mode::WOTH) => Some(Doubt::Others(mode)),
        _ if mode.contains(Mode::WGRP) => Some(Doubt::Group(mode)),
        _ => None,
    }
}

impl Display for Doubt {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Doubt::Kind => formatter.write_str("is not a folder; links are not followed there"),
            Doubt::Owner(owner) => write!(formatter, "belongs to another user (uid {owner})"),
            Doubt::Others(mode) => {
                write!(formatter, "can be written to by others (mode {:04o}): `chmod go-w` it", mode.as_raw_mode())
            }
            Doubt::Group(mode) => {
                write!(formatter, "can be written to by its group (mode {:04o}): `chmod g-w` it", mode.as_raw_mode())
            }
            Doubt::Links => formatter.write_str("has other names"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::RawMode;

    const USER: u32 = 1000;

    fn facts(kind: FileType, owner: u32, mode: RawMode) -> Facts {
        Facts { kind, owner, mode: Mode::from_bits_retain(mode), sole: true }
    }

    fn others(mode: RawMode) -> Option<Doubt> {
        Some(Doubt::Others(Mode::from_bits_retain(mode)))
    }

    fn group(mode: RawMode) -> Option<Doubt> {
        Some(Doubt::Group(Mode::from_bits_retain(mode)))
    }

    #[test]
    fn folders_of_the_user_and_of_root_are_believed() {
        for owner in [0, USER] {
            for mode in [0o700, 0o755, 0o555, 0o2755] {
                let facts = facts(FileType::Directory, owner, mode);
                assert_eq!(doubt(Part::Way, &facts, USER), None, "{owner} {mode:o}");
                assert_eq!(doubt(Part::Folder, &facts, USER), None, "{owner} {mode:o}");
            }
        }
    }

    #[test]
    fn what_belongs_to_another_user_is_not() {
        for (part, kind) in
            [(Part::Way, FileType::Directory), (Part::Folder, FileType::Directory), (Part::File, FileType::RegularFile)]
        {
            assert_eq!(doubt(part, &facts(kind, 1001, 0o700), USER), Some(Doubt::Owner(1001)));
            // Nor is a user's by root.
            assert_eq!(doubt(part, &facts(kind, USER, 0o700), 0), Some(Doubt::Owner(USER)));
        }
        // The sticky bit keeps other users from replacing things, but not the owner of the folder.
        assert_eq!(doubt(Part::Way, &facts(FileType::Directory, 1001, 0o1777), USER), Some(Doubt::Owner(1001)));
        assert_eq!(doubt(Part::Link, &facts(FileType::Symlink, 1001, 0o777), USER), Some(Doubt::Owner(1001)));
        assert_eq!(doubt(Part::Link, &facts(FileType::Symlink, USER, 0o777), USER), None);
    }

    #[test]
    fn what_others_can_write_to_is_not() {
        let folder = |mode| facts(FileType::Directory, 0, mode);
        assert_eq!(doubt(Part::Way, &folder(0o777), USER), others(0o777));
        assert_eq!(doubt(Part::Way, &folder(0o775), USER), group(0o775));
        assert_eq!(doubt(Part::Way, &folder(0o702), USER), others(0o702));
        assert_eq!(doubt(Part::Way, &folder(0o1777), USER), None);
        assert_eq!(doubt(Part::Way, &folder(0o1770), USER), None);
        // In the folder of the entries each name is believed, so that the sticky bit is not enough.
        assert_eq!(doubt(Part::Folder, &folder(0o1777), USER), others(0o1777));
        let file = |mode| facts(FileType::RegularFile, USER, mode);
        assert_eq!(doubt(Part::File, &file(0o600), USER), None);
        assert_eq!(doubt(Part::File, &file(0o644), USER), None);
        assert_eq!(doubt(Part::File, &file(0o666), USER), others(0o666));
        assert_eq!(doubt(Part::File, &file(0o664), USER), group(0o664));
    }

    #[test]
    fn a_file_is_a_regular_one_with_one_name() {
        for kind in
            [FileType::Directory, FileType::Fifo, FileType::Socket, FileType::Symlink, FileType::CharacterDevice]
        {
            assert_eq!(doubt(Part::File, &facts(kind, USER, 0o600), USER), Some(Doubt::Kind), "{kind:?}");
        }
        assert_eq!(doubt(Part::Way, &facts(FileType::RegularFile, USER, 0o700), USER), Some(Doubt::Kind));
        let linked = Facts { sole: false, ..facts(FileType::RegularFile, USER, 0o600) };
        assert_eq!(doubt(Part::File, &linked, USER), Some(Doubt::Links));
    }
}
