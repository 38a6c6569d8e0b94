//! Ends an evaluation that has no end, or that takes all memory there is. (`--watch` is in [`super::rerun`].)
//!
//! Nickel's evaluator can't be interrupted from inside. So a thread looks at the clock and at the memory of the process
//! while environments are evaluated; where one passes a limit, it prints what was found so far, and the finding on that
//! environment, in the command's own format, and ends the process. An ordinary build is over before the thread has looked
//! twice.
//!
//! Time is each environment's own. Memory is the whole process's: where several are evaluated at once, the one that has
//! been at it for the longest while the process grew is taken for the one that made it grow.

use crate::catalogue;
use crate::compile::Jobs;
use crate::diagnostic::Diagnostic;
use crate::fleet::{Member, Observer};
use crate::path::Path;
use crate::policy::Policy;
use crate::render::Checked;
use crate::source::{Entry, Origin, Sources, Span};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// How often the thread looks. At a gibibyte a second, which is as fast as memory is given out, the limit is passed by
/// ten mebibytes at most.
const INTERVAL: Duration = Duration::from_millis(10);

/// What work on one environment, or on manifests, may take.
#[derive(clap::Args, Clone, Copy)]
pub(super) struct Bounds {
    /// End the evaluation of an environment after this many seconds, with a finding.
    ///
    /// So does work on manifests, which has a second more for each MiB of them.
    #[arg(long, value_name = "SECONDS", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    eval_timeout: u64,

    /// End the evaluation of an environment when it has taken this much memory, with a finding (on Linux).
    ///
    /// So does work on manifests, which has 24 MiB more for each of them.
    #[arg(long, value_name = "MIB", default_value_t = 512, value_parser = clap::value_parser!(u64).range(16..=65_536))]
    eval_memory: u64,
}

impl Bounds {
    /// As much for each of several environments.
    fn times(self, count: usize) -> Bounds {
        let times = |amount: u64| amount.saturating_mul(u64::try_from(count.max(1)).unwrap_or(u64::MAX));
        Bounds { eval_timeout: times(self.eval_timeout), eval_memory: times(self.eval_memory) }
    }

    /// What manifests of so many bytes may take: reading them is not what the limits are about.
    fn with_text(self, bytes: usize) -> Bounds {
        let mebibytes = u64::try_from(bytes >> 20).unwrap_or(u64::MAX);
        Bounds {
            eval_timeout: self.eval_timeout.saturating_add(mebibytes),
            eval_memory: self.eval_memory.saturating_add(mebibytes.saturating_mul(24)),
        }
    }

    /// The same as arguments of a command.
    pub(super) fn arguments(self) -> [String; 2] {
        let Bounds { eval_timeout, eval_memory } = self;
        [format!("--eval-timeout={eval_timeout}"), format!("--eval-memory={eval_memory}")]
    }

    /// Limits of one environment at a time, and nothing kept.
    pub(super) fn alone(self) -> Limits {
        Limits { bounds: self, jobs: Some(1), no_cache: true }
    }

    fn bytes(self) -> usize {
        usize::try_from(self.eval_memory.saturating_mul(1 << 20)).unwrap_or(usize::MAX)
    }
}

/// What an evaluation may take.
#[derive(clap::Args, Clone, Copy)]
pub(super) struct Limits {
    #[command(flatten)]
    bounds: Bounds,

    /// How many environments to work on at once; as many as there are processors where it is left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,

    /// Evaluate all anew, and keep nothing of it: see `agentos-cfg cache`.
    #[arg(long)]
    no_cache: bool,
}

impl Limits {
    /// How many environments are worked on at once.
    pub(super) fn jobs(self) -> Jobs {
        self.jobs.map_or(Jobs::Processors, |jobs| Jobs::Exactly(jobs.into()))
    }

    /// Whether results of earlier runs may be used, and those of this one kept.
    pub(super) fn may_cache(self) -> bool {
        !self.no_cache && !super::store::is_off()
    }

    /// The memory in bytes.
    pub(super) fn memory(self) -> usize {
        self.bounds.bytes()
    }

    /// What work may take that is no evaluation.
    pub(super) fn bounds(self) -> Bounds {
        self.bounds
    }
}

/// Prints what was found in environments, as the command would at its end.
pub(super) type Report = Box<dyn FnMut(&[Checked], &Sources) -> Result<()> + Send>;

/// What is known so far.
struct State {
    /// What was found in the environments that were evaluated, by path.
    environments: BTreeMap<PathBuf, Checked>,
    /// The texts that the findings point into.
    sources: Sources,
    /// How many environments were begun.
    begun: usize,
    /// How many there are.
    total: usize,
    /// The environments at hand, by worker.
    running: BTreeMap<usize, Running>,
    report: Report,
}

struct Running {
    entry: Entry,
    work: Work,
    since: Instant,
    /// The memory of the process when it was first looked at. Asking for it at the start of each would cost more than an
    /// ordinary environment can spare.
    memory_before: Option<usize>,
}

/// What is being done.
#[derive(Clone, Copy)]
enum Work {
    /// An environment is evaluated.
    Evaluation,
    /// So many environments are compiled that were evaluated.
    Compilation(usize),
    /// Manifests of so many bytes are read.
    Reading(usize),
}

impl Work {
    /// What it may take.
    fn bounds(self, bounds: Bounds) -> Bounds {
        match self {
            Work::Evaluation => bounds,
            Work::Compilation(environments) => bounds.times(environments),
            Work::Reading(bytes) => bounds.with_text(bytes),
        }
    }

    /// What messages call it.
    fn called(self, name: &str) -> String {
        match self {
            Work::Evaluation => format!("evaluating `{name}`"),
            Work::Compilation(..=1) => format!("compiling `{name}`"),
            Work::Compilation(environments) => format!("compiling {environments} environments"),
            Work::Reading(_) => format!("work on `{name}`"),
        }
    }

    /// What to look for.
    fn help(self) -> &'static str {
        match self {
            Work::Evaluation => {
                "look for a function that calls itself, or a value that contains itself, without an end"
            }
            Work::Compilation(_) => "look for a list or a record of many thousands of entries",
            Work::Reading(_) => "check that these are the manifests that are meant, and give fewer of them at once",
        }
    }
}

/// The worker of what is done with all environments.
const EVERYONE: usize = usize::MAX;

/// Watches over the evaluation of environments.
pub(super) struct Watch {
    state: Arc<Mutex<State>>,
    policy: Policy,
    limits: Limits,
    /// The thread that looks, once there is something to look at: where all is known from earlier runs, nothing is.
    thread: Once,
}

impl Watch {
    /// Gets ready to watch. `sources` has the library's texts.
    pub(super) fn over(limits: Limits, total: usize, sources: Sources, policy: &Policy, report: Report) -> Watch {
        let (environments, running) = (BTreeMap::new(), BTreeMap::new());
        let state = State { environments, sources, begun: 0, total, running, report };
        Watch { state: Arc::new(Mutex::new(state)), policy: policy.clone(), limits, thread: Once::new() }
    }

    /// Begins to look, now and then; without that nothing may be evaluated.
    fn look_on(&self) {
        let (watched, limits) = (Arc::clone(&self.state), self.limits);
        let thread = std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(INTERVAL);
                look(&watched, limits);
            }
        });
        if let Err(error) = thread {
            eprintln!("{}: evaluation can't be watched over: {error}", super::program::name());
            std::process::exit(2);
        }
    }
}

impl Watch {
    /// Watches over what is done with environments once they are evaluated.
    pub(super) fn over_all<T>(&self, entry: Option<Entry>, count: usize, work: impl FnOnce() -> T) -> T {
        let Some(entry) = entry else { return work() };
        self.thread.call_once(|| self.look_on());
        let running = Running { entry, work: Work::Compilation(count), since: Instant::now(), memory_before: None };
        self.state.lock().unwrap_or_else(PoisonError::into_inner).running.insert(EVERYONE, running);
        let done = work();
        self.state.lock().unwrap_or_else(PoisonError::into_inner).running.remove(&EVERYONE);
        done
    }

    /// Takes in what is known of an environment that need not be evaluated.
    pub(super) fn recalled(&self, member: &Member) {
        self.take_in(member, |state| state.begun += usize::from(is_counted(&member.entry)));
    }

    /// Takes in what was found in an environment, in one step with another change.
    fn take_in(&self, member: &Member, change: impl FnOnce(&mut State)) {
        let findings = member.alone(&self.policy);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let relocation = if findings.is_empty() { None } else { Some(state.sources.absorb(&member.sources)) };
        let moved = |finding: Diagnostic| match relocation {
            Some(relocation) => finding.relocated(relocation),
            None => finding,
        };
        let findings = findings.into_iter().map(moved).collect();
        let checked = Checked { name: member.entry.name.clone(), findings };
        state.environments.insert(member.entry.path.clone(), checked);
    }
}

impl Observer for Watch {
    fn begin(&self, worker: usize, entry: &Entry) {
        self.thread.call_once(|| self.look_on());
        let running =
            Running { entry: entry.clone(), work: Work::Evaluation, since: Instant::now(), memory_before: None };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun += usize::from(is_counted(entry));
        state.running.insert(worker, running);
    }

    fn end(&self, worker: usize, member: &Member) {
        self.take_in(member, |state| drop(state.running.remove(&worker)));
    }
}

/// Whether an entry is among those that the command began with, and looked at for the first time.
fn is_counted(entry: &Entry) -> bool {
    match entry.origin {
        Origin::Named | Origin::Found { .. } => true,
        Origin::Presumed { .. } | Origin::Peer => false,
    }
}

/// Ends the process if an environment at hand has passed a limit. The lock is held to the end, so that the command can't
/// print, too.
fn look(state: &Mutex<State>, limits: Limits) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let memory = resident();
    for running in state.running.values_mut() {
        running.memory_before = running.memory_before.or(memory);
    }
    let mut running: Vec<&Running> = state.running.values().collect();
    running.sort_by_key(|running| running.since);
    let Some((entry, finding)) =
        running.into_iter().find_map(|running| Some((running.entry.clone(), passed(running, memory, limits.bounds)?)))
    else {
        return;
    };
    let State { environments, sources, begun, total, report, .. } = &mut *state;
    // Where in the file evaluation is, nobody knows; that it is this file has to do.
    let file = sources.add(entry.name.clone(), String::new(), false);
    let mut finding = finding.at(Some(Span { file, start: 0, end: 0 }), "");
    if begun < total {
        finding = finding.note(format!("{} more of the files were not looked at", *total - *begun));
    }
    let checked = environments.entry(entry.path);
    checked.or_insert(Checked { name: entry.name, findings: Vec::new() }).findings.push(finding);
    let environments: Vec<Checked> = environments.values().cloned().collect();
    let status = match report(&environments, sources) {
        Ok(()) => 1,
        Err(_) => 2,
    };
    std::process::exit(status);
}

fn passed(running: &Running, memory: Option<usize>, bounds: Bounds) -> Option<Diagnostic> {
    let bounds = running.work.bounds(bounds);
    let Bounds { eval_timeout, eval_memory } = bounds;
    let what = running.work.called(&running.entry.name);
    let finding = |code, message: String| catalogue::finding(code, Path::root(), message).help(running.work.help());
    if running.since.elapsed() >= Duration::from_secs(eval_timeout) {
        let finding = finding(catalogue::EVALUATION_TOO_LONG, format!("{what} takes more than {eval_timeout} s"));
        return Some(finding.help("if it only needs longer, allow it with `--eval-timeout`"));
    }
    let grown = memory.zip(running.memory_before).map(|(now, before)| now.saturating_sub(before));
    if grown.is_some_and(|grown| grown >= bounds.bytes()) {
        let message = format!("{what} takes more than {eval_memory} MiB of memory");
        let finding = finding(catalogue::EVALUATION_TOO_LARGE, message);
        return Some(finding.help("if it only needs more, allow it with `--eval-memory`"));
    }
    None
}

/// Does work on manifests of so many bytes within bounds. Where it passes one, the finding is reported, and the process
/// ends.
pub(super) fn within<T>(
    bounds: Bounds,
    name: &str,
    bytes: usize,
    mut report: impl FnMut(Diagnostic) -> Result<()> + Send + 'static,
    work: impl FnOnce() -> T,
) -> Result<T> {
    let entry = Entry::text(name, String::new(), std::path::Path::new(""));
    let running = Running { entry, work: Work::Reading(bytes), since: Instant::now(), memory_before: resident() };
    // None once the work is done. The lock is held while a finding is reported, so that nothing else is.
    let state = Arc::new(Mutex::new(Some(running)));
    let watched = Arc::clone(&state);
    let look_on = move || {
        loop {
            std::thread::sleep(INTERVAL);
            let running = watched.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(running) = running.as_ref() else { return };
            if let Some(finding) = passed(running, resident(), bounds) {
                std::process::exit(if report(finding).is_ok() { 1 } else { 2 });
            }
        }
    };
    std::thread::Builder::new().name("watch".to_owned()).spawn(look_on).context("no thread can be started")?;
    let done = work();
    *state.lock().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(done)
}

/// The memory of this process that is in use, its stacks included, in bytes; none where the system does not say.
pub(super) fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes.saturating_mul(1024))
}
