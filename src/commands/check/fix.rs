//! `check --fix`: findings → files in which their fixes are made.
//!
//! Invariant: nothing is written before all rounds are over, and no file that has changed since it was read.

use crate::cache::Need;
use crate::commands::output::{print_patch, rewrite_behind};
use crate::commands::{Compiled, Limits, Outcomes, Status, Terms, compile_all_with, eprint_all, status, watch};
use crate::fix::{Applied, apply};
use crate::policy::Policy;
use crate::source::{Disk, Entry, Overlay, Sources, display};
use crate::{Compiler, redact};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How often fixes are made and what they come to is looked at again.
const ROUNDS: usize = 10;

/// What is fixed, and how.
pub(super) struct Fixing<'a> {
    pub entries: &'a [Entry],
    pub policy: &'a Policy,
    pub limits: Limits,
    /// Whether fixes that are not safe are made, too.
    pub also_unsafe: bool,
}

/// What came of all rounds.
#[derive(Default)]
struct Fixed {
    /// The files as they were read, and as they are to be.
    files: BTreeMap<PathBuf, [String; 2]>,
    /// How many findings were fixed.
    count: usize,
    /// What is left.
    left: Outcomes,
    /// Credentials as they are written.
    secrets: BTreeSet<String>,
}

/// Makes the fixes, and says how many.
pub(super) fn write(fixing: &Fixing<'_>, report: impl Fn() -> watch::Report) -> Result<()> {
    let fixed = rounds(fixing, report)?;
    for (file, [old, new]) in &fixed.files {
        rewrite_behind(file, &display(file), old, new)?;
    }
    eprint_all(&in_words("fixed", &fixed))
}

/// Shows what would be changed, as a patch, and writes nothing.
pub(super) fn show(fixing: &Fixing<'_>, report: impl Fn() -> watch::Report) -> Result<Status> {
    let fixed = rounds(fixing, report)?;
    let here = std::env::current_dir().context("the current folder can't be read")?;
    for (file, [old, new]) in &fixed.files {
        let name = display(file.strip_prefix(&here).unwrap_or(file));
        print_patch([old, new], &name, "fixed", &fixed.secrets)?;
    }
    eprint_all(&in_words("would fix", &fixed))?;
    Ok(match status(&fixed.left, fixing.policy)? {
        Status::Clean if !fixed.files.is_empty() => Status::Findings,
        status => status,
    })
}

fn in_words(what: &str, fixed: &Fixed) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let files = fixed.files.len();
    format!("{what} {0} finding{1} in {files} file{2}\n", fixed.count, plural(fixed.count), plural(files))
}

/// Makes fixes until none is left to make.
fn rounds(fixing: &Fixing<'_>, report: impl Fn() -> watch::Report) -> Result<Fixed> {
    anyhow::ensure!(
        fixing.entries.iter().all(|entry| entry.text.is_none()),
        "what comes by standard input can't be fixed; name the file"
    );
    let mut fixed = Fixed::default();
    let mut overlay = Overlay { world: &Disk, texts: BTreeMap::new() };
    for round in 0..=ROUNDS {
        let mut compiler = Compiler::new();
        let terms = Terms { need: Need::Findings, policy: fixing.policy, limits: fixing.limits };
        let Compiled { outcomes, .. } =
            compile_all_with(None, &overlay, &mut compiler, fixing.entries.to_vec(), terms, report())?;
        let findings = || outcomes.iter().flat_map(|(_, outcome)| &outcome.findings);
        let sources = compiler.sources();
        fixed.secrets.extend(redact::credentials(findings(), sources));
        let applied = match round {
            ROUNDS => Applied::default(),
            _ => apply(findings(), sources, fixing.also_unsafe),
        };
        if applied.texts.is_empty() {
            fixed.left = outcomes;
            break;
        }
        fixed.take(&applied, sources);
        overlay.texts.extend(applied.texts);
    }
    fixed.files.retain(|_, [old, new]| old != new);
    Ok(fixed)
}

impl Fixed {
    fn take(&mut self, Applied { texts, fixed }: &Applied, sources: &Sources) {
        self.count += fixed;
        for (file, new) in texts {
            let read = || sources.text_of(file).unwrap_or_default().to_owned();
            self.files.entry(file.clone()).or_insert_with(|| [read(), String::new()])[1].clone_from(new);
        }
    }
}
