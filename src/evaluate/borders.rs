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
pub(super) fn project(world: &dyn World, entry: &Path) -> PathBuf {
    let folder = entry.parent().unwrap_or(Path::new("/"));
    let marked = |folder: &&Path| MARKERS.iter().any(|marker| world.exists(&folder.join(marker)));
    folder.ancestors().find(marked).unwrap_or(folder).to_owned()
}

/// Refuses an import that says where on the machine a file is.
pub(super) fn refuse_absolute(written: &str, at: Option<Span>) -> Option<Diagnostic> {
    // A path of Windows is as absolute on other systems, where it would be taken for a name.
    let drive = written.get(1..3).is_some_and(|rest| rest == ":\\" || rest == ":/");
    (Path::new(written).has_root() || written.starts_with('\\') || drive).then(|| {
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
    // By its text first, so that nothing is told of files outside, not even whether they exist.
    if !path.starts_with(project) {
        return Some(outside(name, "it leads out of", at));
    }
    let kind = world.kind(path).ok()?;
    let target = world.canonical(path).ok()?;
    let real_project = world.canonical(project).unwrap_or_else(|_| project.to_owned());
    if !target.starts_with(&real_project) {
        return Some(outside(name, "a symbolic link on the way leads out of", at));
    }
    let machine = MACHINE.iter().any(|folder| target.starts_with(folder));
    let what = match (kind, machine) {
        (Kind::File, false) => return None,
        (Kind::Folder, _) => "a folder",
        (Kind::Special, _) => "a pipe, a socket or a device",
        (Kind::File, true) => "a file of the kernel's",
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
