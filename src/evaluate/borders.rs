//! Which files an environment may import: those of its project, and the embedded library.
//!
//! An environment is often somebody else's, and is built where secrets lie about: what it imports ends up in its
//! manifests.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::Path as Where;
use crate::source::{Kind, Span, World};
use std::path::{Path, PathBuf};

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
    /// It is no file, but this.
    NotAFile(&'static str),
}

/// Whether a path says where on the machine a file is.
pub(crate) fn is_absolute(written: &str) -> bool {
    // A path of Windows is as absolute on other systems, where it would be taken for a name.
    let drive = written.get(1..3).is_some_and(|rest| rest == ":\\" || rest == ":/");
    Path::new(written).has_root() || written.starts_with('\\') || drive
}

/// What stands against reading a file. What is not there is no concern of this function.
pub(crate) fn obstacle(world: &dyn World, project: &Path, path: &Path) -> Option<Obstacle> {
    // By its text first, so that nothing is told of files outside, not even whether they exist.
    if !path.starts_with(project) {
        return Some(Obstacle::Outside);
    }
    let kind = world.kind(path).ok()?;
    let target = world.canonical(path).ok()?;
    let real_project = world.canonical(project).unwrap_or_else(|_| project.to_owned());
    if !target.starts_with(&real_project) {
        return Some(Obstacle::LinkedOutside);
    }
    let machine = MACHINE.iter().any(|folder| target.starts_with(folder));
    match (kind, machine) {
        (Kind::File, false) => None,
        (Kind::Folder, _) => Some(Obstacle::NotAFile("a folder")),
        (Kind::Special, _) => Some(Obstacle::NotAFile("a pipe, a socket or a device")),
        (Kind::File, true) => Some(Obstacle::NotAFile("a file of the kernel's")),
    }
}

/// Refuses an import that says where on the machine a file is.
pub(super) fn refuse_absolute(written: &str, at: Option<Span>) -> Option<Diagnostic> {
    is_absolute(written).then(|| {
        Diagnostic::new(
            catalogue::IMPORT_OUTSIDE_PROJECT,
            Where::root(),
            format!("`{written}` is an absolute path; imports are relative to the file that says them"),
        )
        .at(at, "imported here")
        .help("copy the file into the project, and import it by its path from this file")
    })
}

/// Refuses an import that leaves the project, or leads to something that is no file. What is not there is no concern
/// of this function.
pub(super) fn refuse(
    world: &dyn World,
    project: &Path,
    path: &Path,
    name: &str,
    at: Option<Span>,
) -> Option<Diagnostic> {
    let what = match obstacle(world, project, path)? {
        Obstacle::Outside => return Some(outside(name, "it leads out of", at)),
        Obstacle::LinkedOutside => return Some(outside(name, "a symbolic link on the way leads out of", at)),
        Obstacle::NotAFile(what) => what,
    };
    let finding = Diagnostic::new(
        catalogue::IMPORT_NOT_A_FILE,
        Where::root(),
        format!("`{name}` can't be imported: it is {what}"),
    );
    Some(finding.at(at, "imported here").help("import a plain file of the project"))
}

fn outside(name: &str, how: &str, at: Option<Span>) -> Diagnostic {
    Diagnostic::new(
        catalogue::IMPORT_OUTSIDE_PROJECT,
        Where::root(),
        format!("`{name}` can't be imported: {how} the project"),
    )
    .at(at, "imported here")
    .note("the project is the nearest folder above the environment with an `agentos.toml` or a `.git`, else the environment's own")
    .help("copy the file into the project; or, if the project starts further up, put an empty `agentos.toml` there")
}
