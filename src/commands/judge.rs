//! `judge`: evaluates environments for a language server, one after the other, until its input ends.

use super::Status;
use super::watch::{self, Bounds, Watch};
use crate::compile::{self, Compiler};
use crate::fleet::{Member, Observer};
use crate::language_server::{self, Request};
use crate::policy::Policy;
use crate::render::Checked;
use crate::source::{Entry, Sources};
use anyhow::{Context, Result};
use std::io::{self, BufReader};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// How much memory it may have after an answer, in bytes: Nickel keeps all that it has seen, and another process begins
/// anew.
const LARGEST: usize = 96 << 20;

/// The word that it is started by.
pub(super) const NAME: &str = "judge";

/// Evaluate environments for the language server, which starts this by itself.
#[derive(clap::Parser)]
#[command(name = NAME)]
pub(super) struct Arguments {
    #[command(flatten)]
    bounds: Bounds,
}

pub(super) fn run(arguments: &Arguments, compiler: &mut Compiler) -> Result<Status> {
    let (frames, inbox) = mpsc::sync_channel(1);
    // Where the server goes away, this process ends, in the middle of an evaluation, too.
    let read = move || {
        let mut input = BufReader::new(io::stdin());
        while let Ok(Some(frame)) = language_server::read(&mut input) {
            if frames.send(frame).is_err() {
                break;
            }
        }
        std::process::exit(0);
    };
    std::thread::Builder::new().name("requests".to_owned()).spawn(read).context("no thread can be started")?;
    warm_up(compiler);
    let at_hand = Arc::new(Mutex::new(None));
    let library = compiler.sources().library();
    let limits = arguments.bounds.alone();
    let watch = Watch::over(limits, usize::MAX, library.clone(), &Policy::default(), at_limit(Arc::clone(&at_hand)));
    compiler.outlast(limits.memory());
    for frame in inbox {
        let (entry, texts) = Request::from_bytes(&frame).context("a request can't be read")?;
        *at_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry.clone());
        watch.begin(0, &entry);
        let member = compile::examine(compiler, entry, |compiler, entry| compiler.examine(&texts, entry));
        watch.end(0, &Member::crashed(member.entry.clone(), library.clone()));
        language_server::answer(&mut io::stdout().lock(), &member).context("the server can't be answered")?;
        if watch::resident().is_some_and(|memory| memory > LARGEST) {
            break;
        }
    }
    Ok(Status::Clean)
}

/// Has Nickel load its standard library before the first request comes.
fn warm_up(compiler: &mut Compiler) {
    let text = "let agentos = import \"agentos/lib.ncl\" in {} | agentos.Environment";
    let entry = Entry::text("warm-up.ncl", text.to_owned(), Path::new("/"));
    let world = language_server::Texts::default();
    drop(compile::examine(compiler, entry, |compiler, entry| compiler.examine_thoroughly(&world, entry)));
}

/// Answers with the finding on the limit that was passed; then the process ends.
fn at_limit(at_hand: Arc<Mutex<Option<Entry>>>) -> watch::Report {
    Box::new(move |environments: &[Checked], sources: &Sources| {
        let Some(entry) = at_hand.lock().unwrap_or_else(PoisonError::into_inner).take() else { return Ok(()) };
        let found = environments.iter().filter(|checked| checked.name == entry.name);
        let faults = found.flat_map(|checked| checked.findings.iter().cloned()).collect();
        let member = Member { faults, crashed: false, ..Member::crashed(entry, sources.clone()) };
        language_server::answer(&mut io::stdout().lock(), &member).context("the server can't be answered")
    })
}
