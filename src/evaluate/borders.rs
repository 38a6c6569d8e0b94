//! Which files an environment may import: those of its project, and the embedded library.
//!
//! An environment is often somebody else's, and is built where secrets lie about: what it imports ends up in its
//! manifests.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::path::Path as Where;
use crate::source::{Kind, Span, Spot, World};
use std::io;
use std::path::{Component, Path, PathBuf};

/// What marks the folder of a project.
const MARKERS: [&str; 2] = ["agentos.toml", ".git"];

/// Folders of Unix in which files are not texts, but ways to talk to the kernel.
const MACHINE: [&str; 3] = ["/proc", "/sys", "/dev"];

/// The folder that imports may not leave: the nearest one above the entry with a marker, else the entry's own.
pub(crate) fn project(world: &dyn World, entry: &Path) -> PathBuf {
    let folder = entry.parent().unwrap_or(Path::new("/"));
    let marked = |folder: &&Path| MARKERS.iter().any(|marker| world.exists(&folder.join(marker)));
    folder.ancestors().find(marked).unwrap_or(folder).to_owned()
}

/// Why a file may not take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// It is outside the project, by its path.
    Outside,
    /// It is outside the project, by a link.
    LinkedOutside,
    /// It is hidden, or below a folder that is: its name begins with a dot.
    Hidden,
    /// It has other names (hard links), which may be outside the project.
    Shared,
    /// It is no file, but this.
    NotAFile(&'static str),
}

impl Obstacle {
    /// The obstacle as the rest of a sentence on a file.
    pub(crate) fn in_words(self) -> String {
        match self {
            Obstacle::Outside => "it leads out of the project".to_owned(),
            Obstacle::LinkedOutside => "a symbolic link on the way leads out of the project".to_owned(),
            Obstacle::Hidden => "it is hidden, or in a hidden folder".to_owned(),
            Obstacle::Shared => "it has other names (hard links), which may be outside the project".to_owned(),
            Obstacle::NotAFile(what) => format!("it is {what}"),
        }
    }
}

/// What was found out of a file before it is read.
pub(crate) enum Judged {
    /// It may be read, if it is still there.
    Admitted(Spot),
    /// It may not.
    Refused(Obstacle),
    /// It can't be looked at, as where it is not there.
    Unreadable(io::Error),
}

/// Whether a path has a step that begins with a dot: folders like `.git` and `.ssh` hold tokens and keys, and no
/// environment has a reason to read them.
pub(crate) fn is_hidden(path: &Path) -> bool {
    path.components().any(|step| matches!(step, Component::Normal(name) if name.as_encoded_bytes().starts_with(b".")))
}

/// Whether a path says where on the machine a file is.
pub(crate) fn is_absolute(written: &str) -> bool {
    // A path of Windows is as absolute on other systems, where it would be taken for a name.
    let drive = written.get(1..3).is_some_and(|rest| rest == ":\\" || rest == ":/");
    Path::new(written).has_root() || written.starts_with('\\') || drive
}

/// What stands against reading a file of a project.
pub(crate) fn judge(world: &dyn World, project: &Path, path: &Path) -> Judged {
    // By its text first, so that nothing is told of files outside, not even whether they exist.
    let Ok(below) = path.strip_prefix(project) else { return Judged::Refused(Obstacle::Outside) };
    if is_hidden(below) {
        return Judged::Refused(Obstacle::Hidden);
    }
    look(world, project, path).unwrap_or_else(Judged::Unreadable)
}

/// What stands against reading a file that is inside the project by its path.
fn look(world: &dyn World, project: &Path, path: &Path) -> io::Result<Judged> {
    let kind = world.kind(path)?;
    let target = world.canonical(path)?;
    let folder = world.canonical(project).unwrap_or_else(|_| project.to_owned());
    let Ok(below) = target.strip_prefix(&folder) else { return Ok(Judged::Refused(Obstacle::LinkedOutside)) };
    let machine = MACHINE.iter().any(|folder| target.starts_with(folder));
    let obstacle = match (kind, machine) {
        (Kind::Folder, _) => Some(Obstacle::NotAFile("a folder")),
        (Kind::Special, _) => Some(Obstacle::NotAFile("a pipe, a socket or a device")),
        (Kind::File, true) => Some(Obstacle::NotAFile("a file of the kernel's")),
        (Kind::File, false) if is_hidden(below) => Some(Obstacle::Hidden),
        (Kind::File, false) => world.is_shared(path)?.then_some(Obstacle::Shared),
    };
    let below = below.to_owned();
    Ok(match obstacle {
        Some(obstacle) => Judged::Refused(obstacle),
        None => Judged::Admitted(Spot { folder, below, may_be_shared: false }),
    })
}

/// Refuses an import that says where on the machine a file is.
pub(super) fn refuse_absolute(written: &str, at: Option<Span>) -> Option<Diagnostic> {
    is_absolute(written).then(|| {
        catalogue::finding(
            catalogue::IMPORT_OUTSIDE_PROJECT,
            Where::root(),
            format!("`{written}` is an absolute path; imports are relative to the file that says them"),
        )
        .at(at, "imported here")
        .help("copy the file into the project, and import it by its path from this file")
    })
}

/// The finding on an import of what may not take part; `name` is how findings call it.
pub(super) fn refused(obstacle: Obstacle, name: &str, at: Option<Span>) -> Diagnostic {
    let code = match obstacle {
        Obstacle::Outside | Obstacle::LinkedOutside | Obstacle::Hidden | Obstacle::Shared => {
            catalogue::IMPORT_OUTSIDE_PROJECT
        }
        Obstacle::NotAFile(_) => catalogue::IMPORT_NOT_A_FILE,
    };
    let title = format!("`{name}` can't be imported: {}", obstacle.in_words());
    let finding = catalogue::finding(code, Where::root(), title).at(at, "imported here");
    match obstacle {
        Obstacle::Outside | Obstacle::LinkedOutside => finding
            .note("the project is the nearest folder above the environment with an `agentos.toml` or a `.git`, else the environment's own")
            .help("copy the file into the project; or, if the project starts further up, put an empty `agentos.toml` there"),
        Obstacle::Hidden => finding
            .note("hidden files hold what is not meant for manifests: a checkout in CI keeps its token in `.git/config`")
            .help("move what the environment needs into a file and a folder whose names do not begin with a dot"),
        Obstacle::Shared => finding
            .note("what is imported ends up in manifests, and a hard link can lead to any file of the disk, such as a key")
            .help("give the project a copy of its own: `cp FILE COPY && mv COPY FILE`"),
        Obstacle::NotAFile(_) => finding.help("import a plain file of the project"),
    }
}
