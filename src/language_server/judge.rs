//! Nickel in a process of its own, for what is more than plain data: it can't be interrupted from inside, and keeps all that it
//! has ever seen. It is killed when a newer text supersedes what it works on, and ends by itself before it grows.

use super::texts::Texts;
use super::wire::{self, Request};
use crate::cache::{member_from_bytes, member_to_bytes};
use crate::fleet::Member;
use crate::source::{Entry, Sources};
use std::io::{self, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// How often it is asked whether there is a newer text.
const INTERVAL: Duration = Duration::from_millis(5);

/// The program that judges, with its arguments.
#[derive(Clone, Debug)]
pub struct Program {
    /// The file.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// What came of a question.
pub enum Verdict {
    /// The environment, evaluated.
    Member(Box<Member>),
    /// A newer text was there first.
    Superseded,
    /// The process has ended without an answer, or could not be started.
    Failed(String),
}

/// The process that judges, and one in reserve that has loaded the standard library.
pub struct Judge {
    program: Program,
    running: Option<Running>,
    reserve: Option<Running>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Vec<u8>>,
}

impl Judge {
    /// A judge; its process is started when it is first asked.
    pub fn new(program: Program) -> Judge {
        Judge { program, running: None, reserve: None }
    }

    /// Evaluates an entry by Nickel, unless `is_superseded` says that a newer text is there.
    pub fn ask(
        &mut self,
        entry: &Entry,
        texts: &Texts,
        library: &Sources,
        is_superseded: &dyn Fn() -> bool,
    ) -> Verdict {
        // One that has ended since it last answered, as it does before it grows, is replaced once.
        for _ in 0..2 {
            let mut running = match self.take() {
                Ok(running) => running,
                Err(error) => return Verdict::Failed(format!("the evaluator can't be started: {error}")),
            };
            if wire::write(&mut running.input, &Request { entry, texts }.to_bytes()).is_err() {
                continue;
            }
            loop {
                match running.answers.recv_timeout(INTERVAL) {
                    Ok(bytes) => {
                        self.running = Some(running);
                        return match member_from_bytes(entry.clone(), library.library(), &bytes) {
                            Some(member) => Verdict::Member(Box::new(member)),
                            None => Verdict::Failed("the evaluator's answer can't be read".to_owned()),
                        };
                    }
                    Err(RecvTimeoutError::Timeout) if is_superseded() => return Verdict::Superseded,
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        }
        Verdict::Failed("the evaluator has ended without an answer".to_owned())
    }

    /// The process that is there, or a new one; the next one starts beside it.
    fn take(&mut self) -> io::Result<Running> {
        let is_alive = |running: &mut Running| matches!(running.child.try_wait(), Ok(None));
        let ready = [self.running.take(), self.reserve.take()];
        let mut ready: Vec<Running> =
            ready.into_iter().flatten().filter_map(|mut one| is_alive(&mut one).then_some(one)).collect();
        self.reserve = if ready.len() > 1 { ready.pop() } else { None };
        let running = match ready.pop() {
            Some(running) => running,
            None => Running::start(&self.program)?,
        };
        if self.reserve.is_none() {
            self.reserve = Running::start(&self.program).ok();
        }
        Ok(running)
    }
}

impl Running {
    fn start(program: &Program) -> io::Result<Running> {
        let mut child = Command::new(&program.path)
            .args(&program.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or_else(|| io::Error::other("it has no pipes"))?;
        let (sender, answers) = mpsc::channel();
        let read = move || {
            let mut output = BufReader::new(output);
            while let Ok(Some(frame)) = wire::read(&mut output) {
                if sender.send(frame).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("answers of the judge".to_owned()).spawn(read)?;
        Ok(Running { child, input, answers })
    }
}

/// It has no life of its own.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes what came of an environment, for `Judge::ask` to read.
pub fn answer(output: &mut impl Write, member: &Member) -> io::Result<()> {
    // A path that is no UTF-8 can't be sent; that the process ends is an answer, too.
    let bytes = member_to_bytes(member).ok_or_else(|| io::Error::other("a path is no UTF-8"))?;
    wire::write(output, &bytes)
}
