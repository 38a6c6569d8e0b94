//! `kubectl port-forward`, one child process a service.

use super::kubectl::{self, Cluster, Kubectl};
use anyhow::Result;
use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

/// A port of this machine that leads to a service, as long as this lives.
pub(super) struct Forward {
    kubectl: Kubectl,
    ports: Receiver<u16>,
}

/// Starts forwarding to a port of a Service.
pub(super) fn start(cluster: &Cluster<'_>, service: &str, port: u16) -> Result<Forward> {
    // Any port of this machine that is free.
    let (service, port) = (format!("service/{service}"), format!(":{port}"));
    let to = ["--namespace", cluster.namespace, "port-forward", "--address", "127.0.0.1", &service, &port];
    let (kubectl, out) = kubectl::start(cluster, &to)?;
    let (port, ports) = channel();
    std::thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        for found in lines.filter_map(|line| local_port(&line)) {
            let _ = port.send(found);
        }
    });
    Ok(Forward { kubectl, ports })
}

/// The port that kubectl says it listens on: `Forwarding from 127.0.0.1:40123 -> 8081`.
fn local_port(line: &str) -> Option<u16> {
    line.strip_prefix("Forwarding from 127.0.0.1:")?.split(' ').next()?.parse().ok()
}

impl Forward {
    /// The port, once kubectl has it; or why there is none.
    pub(super) fn port(&self, deadline: Instant) -> std::result::Result<u16, String> {
        match self.ports.recv_timeout(self.kubectl.left(deadline)) {
            Ok(port) => Ok(port),
            Err(RecvTimeoutError::Timeout) => {
                let seconds = self.kubectl.since.elapsed().as_secs();
                Err(format!("kubectl did not reach its pod within {seconds} s"))
            }
            // Its output has ended, and so has kubectl.
            Err(RecvTimeoutError::Disconnected) => Err(match self.kubectl.complaint() {
                Some(line) => format!("kubectl says: {line}"),
                None => "kubectl ended without a word".to_owned(),
            }),
        }
    }
}
