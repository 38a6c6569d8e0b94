//! `kubectl port-forward`, one child process a service.
//!
//! Invariant: no child outlives this process. Where it goes on to its end, fails or panics, dropping a [`Forward`] ends
//! its child. Where it is killed or interrupted nothing is dropped, so that each child has a guard: a shell that reads
//! from a pipe whose other end only this process has, and that ends the child when the pipe is closed.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long kubectl may take to reach the cluster and its pod.
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

/// A port of this machine that leads to a service, as long as this lives.
pub(super) struct Forward {
    child: Child,
    guard: Option<Child>,
    ports: Receiver<u16>,
    complaints: Receiver<String>,
    since: Instant,
}

fn command(cluster: &Cluster<'_>, service: &str, port: u16) -> Command {
    let mut command = Command::new(cluster.kubectl);
    if let Some(kubeconfig) = cluster.kubeconfig {
        command.arg("--kubeconfig").arg(kubeconfig);
    }
    if let Some(context) = cluster.context {
        command.args(["--context", context]);
    }
    command.args(["--namespace", cluster.namespace, "port-forward", "--address", "127.0.0.1"]);
    // Any port of this machine that is free.
    command.args([format!("service/{service}"), format!(":{port}")]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: the guard ends kubectl together with whatever it has started.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Starts forwarding to a port of a Service.
pub(super) fn start(cluster: &Cluster<'_>, service: &str, port: u16) -> Result<Forward> {
    let spawned = command(cluster, service, port).spawn();
    let mut child = spawned.map_err(|error| trouble(cluster.kubectl, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let guard = guard(&child);
    let ((port, ports), (complaint, complaints)) = (channel(), channel());
    // From here on the child ends with the value, whatever fails.
    let mut forward = Forward { child, guard: None, ports, complaints, since: Instant::now() };
    forward.guard = guard.context("kubectl can't be watched over: `/bin/sh` does not start")?;
    let (out, err) = out.zip(err).context("kubectl has no output")?;
    // Both are read to the end, or kubectl would stop at a full pipe.
    std::thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        for found in lines.filter_map(|line| local_port(&line)) {
            let _ = port.send(found);
        }
    });
    std::thread::spawn(move || complaint.send(front(err)));
    Ok(forward)
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

/// The port that kubectl says it listens on: `Forwarding from 127.0.0.1:40123 -> 8081`.
fn local_port(line: &str) -> Option<u16> {
    line.strip_prefix("Forwarding from 127.0.0.1:")?.split(' ').next()?.parse().ok()
}

/// The front of a stream, which is read to its end.
fn front(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = stream.by_ref().take(LONGEST_MESSAGE).read_to_end(&mut bytes);
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

impl Forward {
    /// The port, once kubectl has it; or why there is none.
    pub(super) fn port(&self, deadline: Instant) -> std::result::Result<u16, String> {
        let until = deadline.min(self.since + PATIENCE);
        match self.ports.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(port) => Ok(port),
            Err(RecvTimeoutError::Timeout) => {
                let seconds = self.since.elapsed().as_secs();
                Err(format!("kubectl did not reach its pod within {seconds} s"))
            }
            // Its output has ended, and so has kubectl.
            Err(RecvTimeoutError::Disconnected) => Err(self.complaint()),
        }
    }

    /// The last thing that kubectl said.
    fn complaint(&self) -> String {
        let said = self.complaints.recv_timeout(LAST_WORDS).unwrap_or_default();
        match said.lines().rev().find(|line| !line.trim().is_empty()) {
            Some(line) => format!("kubectl says: {}", line.trim()),
            None => "kubectl ended without a word".to_owned(),
        }
    }
}

impl Drop for Forward {
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
