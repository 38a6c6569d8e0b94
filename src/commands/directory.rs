//! Folders that are held open, and what is in them by name.
//!
//! Invariants: below an open folder no symbolic link is followed, nothing but a regular file is opened, and opening never
//! waits (for the other end of a pipe, say). What is asked of a folder is asked of the folder that was opened, although
//! another may stand at its path by now. [`believed`] opens only folders in which the user and root alone can put anything.
//!
//! On systems other than Linux and macOS paths take the place of open folders, and links alone are looked for.

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[path = "directory/handles.rs"]
mod system;
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
#[path = "directory/paths.rs"]
mod system;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod trust;

use std::ffi::OsString;
use std::fmt::{Display, Formatter};
use std::io;
use std::time::SystemTime;
pub(super) use system::{Directory, believed, open_folder, open_regular};

/// What becomes of folders that are missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// They are made, for the user alone.
    Make,
    /// They stay missing, which is an obstacle.
    Leave,
}

/// What a file is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To be read.
    Read,
    /// To be written at its end; it is made where it is missing.
    Append,
    /// To be written; it is an error if anything has that name.
    New,
}

/// Something in a folder.
pub(super) struct Item {
    pub name: OsString,
    /// Whether it is a regular file.
    pub is_file: bool,
    pub length: u64,
    pub modified: SystemTime,
}

/// Why a folder is not opened.
#[derive(Debug)]
pub(super) enum Obstacle {
    /// It is not there.
    Missing,
    /// Others than the user and root could have put something there: this is where, and what is wrong.
    Doubt(String),
    /// The system refuses.
    Failed(io::Error),
}

impl Display for Obstacle {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Obstacle::Missing => formatter.write_str("the folder is not there"),
            Obstacle::Doubt(reason) => formatter.write_str(reason),
            Obstacle::Failed(error) => write!(formatter, "the folder can't be written to: {}", error.kind()),
        }
    }
}
