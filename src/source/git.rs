//! A revision of a Git repository as a world: `git` reads it, and the work tree is never touched.

use super::{Kind, World, normal};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many symbolic links are followed on the way to a file.
const MAX_LINKS: usize = 40;

/// Why a revision can't be read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git` on this machine.
    #[error("the program `git` can't be run ({0}); it reads what stands behind `git:`")]
    NoGit(io::Error),
    /// The folder is in no repository, or Git refuses to read it.
    #[error("`{folder}` is in no repository that git reads: {said}")]
    NoRepository {
        /// The folder.
        folder: String,
        /// What Git says.
        said: String,
    },
    /// The repository has no such revision.
    #[error("the repository has no revision `{revision}`; in a shallow clone, fetch it first")]
    NoRevision {
        /// The revision.
        revision: String,
    },
    /// Git fails.
    #[error("git can't list the revision: {0}")]
    Failed(String),
}

/// The files of a revision. Their paths are those that they would have in the work tree.
pub struct Revision {
    /// Where `git` is run.
    folder: PathBuf,
    /// The root of the repository.
    root: PathBuf,
    files: BTreeMap<PathBuf, Blob>,
    folders: BTreeSet<PathBuf>,
}

struct Blob {
    id: String,
    is_link: bool,
}

impl Revision {
    /// Lists a revision of the repository that the folder `here` is in.
    pub fn open(revision: &str, here: &Path) -> Result<Revision, GitError> {
        let no_revision = || GitError::NoRevision { revision: revision.to_owned() };
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned();
        let prefix = git(here, ["rev-parse", "--show-prefix"])?
            .map(text)
            .map_err(|said| GitError::NoRepository { folder: super::display(here), said })?;
        // What begins with a hyphen would be an option.
        if revision.is_empty() || revision.starts_with('-') {
            return Err(no_revision());
        }
        let tree = git(here, ["rev-parse", "--verify", "--quiet", &format!("{revision}^{{tree}}")])?;
        let tree = tree.map(text).map_err(|_| no_revision())?;
        let listing = git(here, ["ls-tree", "-r", "-z", "--full-tree", &tree])?.map_err(GitError::Failed)?;
        let above = Path::new(&prefix).components().count();
        let root = here.ancestors().nth(above).unwrap_or(here).to_owned();
        let files: BTreeMap<PathBuf, Blob> =
            listing.split(|byte| *byte == 0).filter_map(|line| entry(&root, line)).collect();
        let folders = files.keys().flat_map(|file| file.ancestors().skip(1)).filter(|folder| folder.starts_with(&root));
        let folders = folders.map(Path::to_owned).collect();
        Ok(Revision { folder: here.to_owned(), root, files, folders })
    }

    /// The files in a folder and below it, sorted by path.
    pub fn files_below(&self, folder: &Path) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path).filter(move |file| file.starts_with(folder))
    }

    fn blob(&self, id: &str) -> io::Result<Vec<u8>> {
        git(&self.folder, ["cat-file", "blob", id]).map_err(io::Error::other)?.map_err(io::Error::other)
    }

    /// The path with its links followed; none where they lead nowhere.
    fn resolve(&self, path: &Path) -> Option<PathBuf> {
        let parts = |path: &Path| path.components().map(|part| part.as_os_str().to_owned()).collect::<VecDeque<_>>();
        let (mut done, mut rest, mut links) = (PathBuf::new(), parts(path), 0);
        while let Some(part) = rest.pop_front() {
            done.push(part);
            let Some(link) = self.files.get(&done).filter(|blob| blob.is_link) else { continue };
            links += 1;
            if links > MAX_LINKS {
                return None;
            }
            let target = String::from_utf8(self.blob(&link.id).ok()?).ok()?;
            done.pop();
            let mut all = parts(&normal(&done.join(target)));
            all.append(&mut rest);
            (done, rest) = (PathBuf::new(), all);
        }
        Some(done)
    }

    fn found(&self, path: &Path) -> io::Result<PathBuf> {
        self.resolve(path).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl World for Revision {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let path = self.found(path)?;
        let blob = self.files.get(&path).ok_or(match self.folders.contains(&path) {
            true => io::ErrorKind::IsADirectory,
            false => io::ErrorKind::NotFound,
        })?;
        let mut bytes = self.blob(&blob.id)?;
        bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    fn exists(&self, path: &Path) -> bool {
        // No revision holds the folder that marks the root of the repository, and so of the project.
        path == self.root.join(".git") || self.kind(path).is_ok()
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let path = self.found(path)?;
        match (self.files.contains_key(&path), self.folders.contains(&path)) {
            (true, _) => Ok(Kind::File),
            (false, true) => Ok(Kind::Folder),
            (false, false) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.found(path)
    }
}

/// The work tree around a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    root: PathBuf,
    here: PathBuf,
}

impl Checkout {
    /// The work tree that a folder is in.
    pub fn around(here: &Path) -> Option<Checkout> {
        let root = here.ancestors().find(|folder| folder.join(".git").exists())?;
        Some(Checkout { root: root.to_owned(), here: here.to_owned() })
    }

    /// The path of a file from the root of the work tree, by its name in the folder. What is elsewhere keeps its name.
    pub fn path_of(&self, name: &str) -> String {
        let path = normal(&self.here.join(name));
        path.strip_prefix(&self.root).map_or_else(|_| name.to_owned(), super::display)
    }
}

/// What Git has written where the commit at hand is told: another one after each commit, checkout and reset. Empty where the
/// folder is in no repository.
pub fn head(folder: &Path) -> Vec<u8> {
    let read = |path: PathBuf| std::fs::read(path).unwrap_or_default();
    let Some(checkout) = Checkout::around(folder) else { return Vec::new() };
    let marker = checkout.root.join(".git");
    // In a further work tree it is a file that says where the folder is.
    let trimmed = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    let linked = trimmed(read(marker.clone()));
    let own = linked.strip_prefix("gitdir: ").map_or(marker.clone(), |linked| marker.with_file_name(linked));
    let shared = match trimmed(read(own.join("commondir"))) {
        none if none.is_empty() => own.clone(),
        shared => own.join(shared),
    };
    let head = read(own.join("HEAD"));
    let branch = trimmed(head.clone());
    let branch = branch.strip_prefix("ref: ").unwrap_or("HEAD");
    [head, read(shared.join(branch)), read(shared.join("packed-refs")), read(shared.join("reftable/tables.list"))]
        .concat()
}

/// A line of `ls-tree`: mode, type and id, a tab, the path. What is no blob is another repository.
fn entry(root: &Path, line: &[u8]) -> Option<(PathBuf, Blob)> {
    let line = String::from_utf8_lossy(line);
    let (what, path) = line.split_once('\t')?;
    let mut words = what.split(' ');
    let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    (kind == "blob").then(|| (root.join(path), Blob { id: id.to_owned(), is_link: mode == "120000" }))
}

/// What `git` prints, or what it says where it fails.
fn git<const N: usize>(folder: &Path, arguments: [&str; N]) -> Result<Result<Vec<u8>, String>, GitError> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments.map(OsStr::new));
    let output = command.env("LC_ALL", "C").output().map_err(GitError::NoGit)?;
    if output.status.success() {
        return Ok(Ok(output.stdout));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it does not say why");
    Ok(Err(said.strip_prefix("fatal: ").unwrap_or(said).to_owned()))
}
