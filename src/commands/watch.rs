//! Ends an evaluation that has no end, or that takes all memory there is.
//!
//! Nickel's evaluator can't be interrupted from inside. So a thread looks at the clock and at the memory of the process
//! while an environment is compiled; where a limit is passed, it prints what was found so far, and the finding on the
//! environment at hand, in the command's own format, and ends the process. An ordinary build is over before the thread
//! has looked twice.

use crate::catalogue;
use crate::diagnostic::Diagnostic;
use crate::evaluate::tree::Path;
use crate::render::Checked;
use crate::source::{Entry, Sources, Span};
use anyhow::Result;
use std::sync::{Arc, Mutex, PoisonError};
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
}

impl Limits {
    /// The memory in bytes.
    pub(super) fn memory(self) -> usize {
        usize::try_from(self.eval_memory.saturating_mul(1 << 20)).unwrap_or(usize::MAX)
    }
}

/// Prints what was found in environments, as the command would at its end.
pub(super) type Report = Box<dyn FnMut(&[Checked], &Sources) -> Result<()> + Send>;

/// What is known so far.
struct State {
    /// What was found in the environments that were compiled.
    environments: Vec<Checked>,
    /// The texts that the findings point into.
    sources: Sources,
    /// How many environments were begun.
    begun: usize,
    /// How many there are.
    total: usize,
    /// The environment at hand.
    running: Option<Running>,
    report: Report,
}

struct Running {
    name: String,
    since: Instant,
    memory_before: usize,
}

/// Watches over the compilation of environments, one after the other.
pub(super) struct Watch {
    state: Arc<Mutex<State>>,
}

impl Watch {
    /// Starts to watch.
    pub(super) fn start(limits: Limits, total: usize, report: Report) -> Result<Watch> {
        let sources = Sources::default();
        let state = State { environments: Vec::new(), sources, begun: 0, total, running: None, report };
        let state = Arc::new(Mutex::new(state));
        let watched = Arc::clone(&state);
        std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(INTERVAL);
                look(&watched, limits);
            }
        })?;
        Ok(Watch { state })
    }

    /// Says that an environment is about to be compiled.
    pub(super) fn begin(&self, entry: &Entry) {
        let running =
            Running { name: entry.name.clone(), since: Instant::now(), memory_before: resident().unwrap_or(0) };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun += 1;
        state.running = Some(running);
    }

    /// Says that it was, and what was found in it.
    pub(super) fn end(&self, entry: &Entry, findings: &[Diagnostic], sources: &Sources) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.running = None;
        state.environments.push(Checked { name: entry.name.clone(), findings: findings.to_vec() });
        if !findings.is_empty() {
            state.sources = sources.clone();
        }
    }
}

/// Ends the process if the environment at hand has passed a limit. The lock is held to the end, so that the command
/// can't print, too.
fn look(state: &Mutex<State>, limits: Limits) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(running) = &state.running else { return };
    let Some(finding) = passed(running, limits) else { return };
    let name = running.name.clone();
    let State { environments, sources, begun, total, report, .. } = &mut *state;
    // Where in the file evaluation is, nobody knows; that it is this file has to do.
    let file = sources.add(name.clone(), String::new(), false);
    let mut finding = finding.at(Some(Span { file, start: 0, end: 0 }), "");
    if begun < total {
        finding = finding.note(format!("{} more of the environments were not looked at", *total - *begun));
    }
    environments.push(Checked { name, findings: vec![finding] });
    let status = match report(environments, sources) {
        Ok(()) => 1,
        Err(_) => 2,
    };
    std::process::exit(status);
}

fn passed(running: &Running, limits: Limits) -> Option<Diagnostic> {
    let Limits { eval_timeout, eval_memory } = limits;
    let name = &running.name;
    let finding = |code, message| Some(Diagnostic::new(code, Path::root(), message));
    let help = "look for a function that calls itself, or a value that contains itself, without an end";
    if running.since.elapsed() >= Duration::from_secs(eval_timeout) {
        let message = format!("evaluating `{name}` takes more than {eval_timeout} s");
        let finding = finding(catalogue::EVALUATION_TOO_LONG, message)?;
        return Some(finding.help(help).help("if it only needs longer, allow it with `--eval-timeout`"));
    }
    if resident().is_some_and(|now| now.saturating_sub(running.memory_before) >= limits.memory()) {
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
