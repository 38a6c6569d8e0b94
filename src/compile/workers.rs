//! Work shared over threads. Whatever the schedule, results come in the order of what they are results of.
//!
//! Nickel's values belong to the thread that made them, so that each worker has a compiler of its own, with the library
//! loaded once and kept; only plain data crosses threads.

use super::Compiler;
use crate::fleet::{Member, Observer};
use crate::source::{Entry, World};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError, mpsc};
use std::{io, thread};

/// How many threads share some work at most.
#[derive(Clone, Copy, Debug)]
pub enum Jobs {
    /// As many as there are processors. To ask for their number costs more than a small environment does, so that it is
    /// asked for only where there is anything to share.
    Processors,
    /// So many.
    Exactly(usize),
}

impl Jobs {
    /// How many threads work on so many tasks.
    fn on(self, tasks: usize) -> usize {
        match self {
            Jobs::Processors | Jobs::Exactly(_) if tasks <= 1 => tasks,
            Jobs::Processors => thread::available_parallelism().map_or(1, usize::from).min(tasks),
            Jobs::Exactly(jobs) => jobs.clamp(1, tasks),
        }
    }
}

/// Nobody looks on.
pub struct Unobserved;

impl Observer for Unobserved {
    fn begin(&self, _worker: usize, _entry: &Entry) {}
    fn end(&self, _worker: usize, _member: &Member) {}
}

/// What workers need.
pub struct Workers<'w> {
    /// How many threads there are at most.
    pub jobs: Jobs,
    /// How much stack each has, in bytes.
    pub stack: usize,
    /// Where files are read from.
    pub world: &'w (dyn World + Sync),
    /// Who looks on.
    pub observer: &'w dyn Observer,
}

impl Workers<'_> {
    /// Gives `body` a function that evaluates entries, as many at once as there are workers. They stay, with what they
    /// have loaded, until `body` is done.
    pub fn run<T>(&self, body: impl FnOnce(&mut dyn FnMut(Vec<Entry>) -> Vec<Member>) -> T) -> io::Result<T> {
        let (tasks, inbox) = mpsc::channel::<(usize, Entry)>();
        let (answers, outbox) = mpsc::channel::<(usize, Member)>();
        let inbox = Mutex::new(inbox);
        thread::scope(|scope| {
            let mut count = 0;
            let mut failed = None;
            let mut evaluate = |entries: Vec<Entry>| {
                let mut members: Vec<Option<Member>> = entries.iter().map(|_| None).collect();
                let wanted = self.jobs.on(entries.len());
                while count < wanted && failed.is_none() {
                    let (worker, inbox, answers) = (count, &inbox, answers.clone());
                    let thread = thread::Builder::new().name(format!("worker {worker}")).stack_size(self.stack);
                    match thread.spawn_scoped(scope, move || self.work(worker, inbox, &answers)) {
                        Ok(_) => count += 1,
                        Err(error) => failed = Some(error),
                    }
                }
                if count == 0 {
                    return Vec::new();
                }
                let sent = entries.into_iter().enumerate().filter(|task| tasks.send(task.clone()).is_ok()).count();
                for (index, member) in outbox.iter().take(sent) {
                    if let Some(place) = members.get_mut(index) {
                        *place = Some(member);
                    }
                }
                members.into_iter().flatten().collect()
            };
            let result = body(&mut evaluate);
            // Without tasks the workers end.
            drop(tasks);
            // Fewer workers than wanted do the same work; none do not.
            match failed {
                Some(error) if count == 0 => Err(error),
                Some(_) | None => Ok(result),
            }
        })
    }

    fn work(
        &self,
        worker: usize,
        inbox: &Mutex<mpsc::Receiver<(usize, Entry)>>,
        answers: &mpsc::Sender<(usize, Member)>,
    ) {
        let mut compiler = Compiler::new();
        loop {
            let task = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((index, entry)) = task else { break };
            self.observer.begin(worker, &entry);
            let member = examine(&mut compiler, entry, |compiler, entry| compiler.examine_here(self.world, entry));
            let member = member.smaller();
            self.observer.end(worker, &member);
            if answers.send((index, member)).is_err() {
                break;
            }
        }
    }
}

/// Evaluates an environment. A bug of ours in it is no reason to lose the others: the compiler, of which nobody knows in
/// what state it is, is replaced.
pub(crate) fn examine(
    compiler: &mut Compiler,
    entry: Entry,
    evaluate: impl FnOnce(&mut Compiler, Entry) -> Member,
) -> Member {
    let stumbled = entry.clone();
    guarded(|| evaluate(compiler, entry)).unwrap_or_else(|| {
        // In whatever state it is, dropping it is safe, but may panic once more.
        guarded(|| compiler.restart());
        Member::crashed(stumbled, compiler.sources().library())
    })
}

/// The result of a computation; none where it met a bug of ours, which the panic hook has reported.
pub(crate) fn guarded<T>(compute: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(compute)).ok()
}

/// Applies a function to each item, on so many threads at most. The results are in the order of the items.
pub fn share<T: Send, U: Send>(jobs: Jobs, items: Vec<T>, apply: impl Fn(T) -> U + Sync) -> Vec<U> {
    let jobs = jobs.on(items.len());
    if jobs <= 1 {
        return items.into_iter().map(apply).collect();
    }
    let items = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((index, item)) = next else { break };
            let result = apply(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs {
            // Whoever can't be hired is done without: this thread works, too.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
