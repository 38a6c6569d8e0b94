//! How far a long command has come, for whoever watches the terminal. A short one says nothing.

use crate::fleet::{Member, Observer};
use crate::source::Entry;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How long a command works before it says how far it has come.
const PATIENCE: Duration = Duration::from_millis(500);

/// A line on standard error, if that is a terminal. A copy is the same line.
#[derive(Clone)]
pub(super) struct Progress {
    since: Instant,
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn of(total: usize) -> Progress {
        let bar = ProgressBar::with_draw_target(u64::try_from(total).ok(), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{pos} of {len} environments");
        Progress { since: Instant::now(), bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())) }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn begin(&self, _worker: usize, _entry: &Entry) {}

    fn end(&self, _worker: usize, _member: &Member) {
        if self.bar.is_hidden() && self.since.elapsed() >= PATIENCE && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }
}
