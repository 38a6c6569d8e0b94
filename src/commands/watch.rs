//! Ends an evaluation that has no end, or that takes all memory there is.
//!
//! Nickel's evaluator can't be interrupted from inside. So a thread looks at the clock and at the memory of the process
//! while environments are evaluated; where one passes a limit, it prints what was found so far, and the finding on that
//! environment, in the command's own format, and ends the process. An ordinary build is over before the thread has looked
//! twice.
//!
//! Time is each environment's own. Memory is the whole process's: where several are evaluated at once, the one that has
//! been at it for the longest while the process grew is taken for the one that made it grow.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::Path;
use crate::fleet::{Jobs, Member, Observer};
use crate::policy::Policy;
use crate::render::Checked;
use crate::source::{Entry, Origin, Sources, Span};
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// How often the thread looks. At a gibibyte a second, which is as fast as memory is given out, the limit is passed by
/// ten mebibytes at most.
const INTERVAL: Duration = Duration::from_millis(10);

/// What an evaluation may take.
#[derive(clap::Args, Clone, Copy)]
pub(super) struct Limits {
    /// End the evaluation of an environment after this many seconds, with a finding.
    #[arg(long, value_name = "SECONDS", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    eval_timeout: u64,

    /// End the evaluation of an environment when it has taken this much memory, with a finding (on Linux).
    #[arg(long, value_name = "MIB", default_value_t = 512, value_parser = clap::value_parser!(u64).range(16..=65_536))]
    eval_memory: u64,

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
        usize::try_from(self.eval_memory.saturating_mul(1 << 20)).unwrap_or(usize::MAX)
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
    since: Instant,
    /// The memory of the process when it was first looked at. Asking for it at the start of each would cost more than an
    /// ordinary environment can spare.
    memory_before: Option<usize>,
}

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
            eprintln!("agentos-cfg: evaluation can't be watched over: {error}");
            std::process::exit(2);
        }
    }
}

impl Watch {
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
        let running = Running { entry: entry.clone(), since: Instant::now(), memory_before: None };
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
        running.into_iter().find_map(|running| Some((running.entry.clone(), passed(running, memory, limits)?)))
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
    environments.insert(entry.path, Checked { name: entry.name, findings: vec![finding] });
    let environments: Vec<Checked> = environments.values().cloned().collect();
    let status = match report(&environments, sources) {
        Ok(()) => 1,
        Err(_) => 2,
    };
    std::process::exit(status);
}

fn passed(running: &Running, memory: Option<usize>, limits: Limits) -> Option<Diagnostic> {
    let Limits { eval_timeout, eval_memory, jobs: _, no_cache: _ } = limits;
    let name = &running.entry.name;
    let finding = |code, message| Some(Diagnostic::new(code, Path::root(), message));
    let help = "look for a function that calls itself, or a value that contains itself, without an end";
    if running.since.elapsed() >= Duration::from_secs(eval_timeout) {
        let message = format!("evaluating `{name}` takes more than {eval_timeout} s");
        let finding = finding(catalogue::EVALUATION_TOO_LONG, message)?;
        return Some(finding.help(help).help("if it only needs longer, allow it with `--eval-timeout`"));
    }
    let grown = memory.zip(running.memory_before).map(|(now, before)| now.saturating_sub(before));
    if grown.is_some_and(|grown| grown >= limits.memory()) {
        let message = format!("evaluating `{name}` takes more than {eval_memory} MiB of memory");
        let finding = finding(catalogue::EVALUATION_TOO_LARGE, message)?;
        return Some(finding.help(help).help("if it only needs more, allow it with `--eval-memory`"));
    }
    None
}

/// The memory of this process that is in use, its stacks included, in bytes; none where the system does not say.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes.saturating_mul(1024))
}
