//! kubectl, as a child process.
//!
//! Invariant: no child outlives this process. Where it goes on to its end, fails or panics, dropping a [`Kubectl`] ends
//! its child. Where it is killed or interrupted nothing is dropped, so that each child has a guard: a shell that reads
//! from a pipe whose other end only this process has, and that ends the child when the pipe is closed.

use anyhow::{Context, Result};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long kubectl may take to reach the cluster.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it is waited for what kubectl said last, once its output has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How much of what kubectl says is kept, in bytes.
const LONGEST_MESSAGE: u64 = 16 << 10;

/// How kubectl finds the cluster.
pub(super) struct Cluster<'a> {
    pub kubectl: &'a Path,
    pub context: Option<&'a str>,
    pub kubeconfig: Option<&'a Path>,
    pub namespace: &'a str,
}

/// A kubectl that runs, as long as this lives.
pub(super) struct Kubectl {
    child: Child,
    guard: Option<Child>,
    complaints: Receiver<String>,
    pub since: Instant,
}

fn command(cluster: &Cluster<'_>, arguments: &[&str]) -> Command {
    let mut command = Command::new(cluster.kubectl);
    if let Some(kubeconfig) = cluster.kubeconfig {
        command.arg("--kubeconfig").arg(kubeconfig);
    }
    if let Some(context) = cluster.context {
        command.args(["--context", context]);
    }
    command.args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: the guard ends kubectl together with whatever it has started.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Starts kubectl, and yields its output, which has to be read to the end.
pub(super) fn start(cluster: &Cluster<'_>, arguments: &[&str]) -> Result<(Kubectl, ChildStdout)> {
    let spawned = command(cluster, arguments).spawn();
    let mut child = spawned.map_err(|error| trouble(cluster.kubectl, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let guard = guard(&child);
    let (complaint, complaints) = channel();
    // From here on the child ends with the value, whatever fails.
    let mut kubectl = Kubectl { child, guard: None, complaints, since: Instant::now() };
    kubectl.guard = guard.context("kubectl can't be watched over: `/bin/sh` does not start")?;
    let (out, err) = out.zip(err).context("kubectl has no output")?;
    // It is read to the end, or kubectl would stop at a full pipe.
    std::thread::spawn(move || complaint.send(front(err, LONGEST_MESSAGE)));
    Ok((kubectl, out))
}

fn trouble(kubectl: &Path, error: &std::io::Error) -> anyhow::Error {
    let name = kubectl.display();
    if error.kind() == ErrorKind::NotFound {
        return anyhow::anyhow!(
            "`{name}` is not there: install kubectl, say where it is with `--kubectl PATH`, or give addresses with \
             `--url SERVICE=URL`"
        );
    }
    anyhow::anyhow!("`{name}` can't be run: {error}")
}

/// The front of a stream, which is read to its end.
pub(super) fn front(mut stream: impl Read, longest: u64) -> String {
    let mut bytes = Vec::new();
    let _ = stream.by_ref().take(longest).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The guard is out of reach of what a terminal sends on Ctrl-C, being in a group of its own.
#[cfg(unix)]
fn guard(child: &Child) -> std::io::Result<Option<Child>> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "read -r line; kill -- \"-$1\" 2>/dev/null", "sh", &child.id().to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(Some)
}

#[cfg(not(unix))]
fn guard(_child: &Child) -> std::io::Result<Option<Child>> {
    Ok(None)
}

impl Kubectl {
    /// How long it is waited for, within the time for all.
    pub(super) fn left(&self, deadline: Instant) -> Duration {
        deadline.min(self.since + PATIENCE).saturating_duration_since(Instant::now())
    }

    /// The last line of what kubectl has complained of, once its output has ended.
    pub(super) fn complaint(&self) -> Option<String> {
        let said = self.complaints.recv_timeout(LAST_WORDS).unwrap_or_default();
        said.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
    }
}

impl Drop for Kubectl {
    fn drop(&mut self) {
        // Closing the guard's pipe lets it end the whole group. Only then is the child waited for, so that its number
        // is nobody else's yet.
        if let Some(mut guard) = self.guard.take() {
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
