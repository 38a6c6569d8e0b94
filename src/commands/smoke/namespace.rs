//! The labels of a namespace, by `kubectl get namespace`.

use super::kubectl::{self, Cluster};
use crate::smoke::pod_security::{self, Namespace};
use anyhow::Result;
use std::sync::mpsc::channel;
use std::time::Instant;

/// How much of a namespace is read, in bytes: its annotations may be long.
const LONGEST: u64 = 1 << 20;

/// Asks for the labels of the cluster's namespace.
pub(super) fn read(cluster: &Cluster<'_>, deadline: Instant) -> Result<Namespace> {
    let (kubectl, out) = kubectl::start(cluster, &["get", "namespace", cluster.namespace, "--output", "json"])?;
    let (text, texts) = channel();
    std::thread::spawn(move || text.send(kubectl::front(out, LONGEST)));
    let Ok(text) = texts.recv_timeout(kubectl.left(deadline)) else {
        let seconds = kubectl.since.elapsed().as_secs();
        return Ok(Namespace::Unread(format!("kubectl did not answer within {seconds} s")));
    };
    Ok(match pod_security::labels(&text) {
        Some(labels) => Namespace::Labels(labels),
        None => pod_security::unread(kubectl.complaint().as_deref()),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::time::Duration;

    /// What a kubectl that runs these lines makes known, and how it was called.
    fn known(lines: &str) -> (Namespace, String) {
        let folder = tempfile::tempdir().unwrap();
        let (path, calls) = (folder.path().join("kubectl"), folder.path().join("calls"));
        std::fs::write(&path, format!("#!/bin/sh\necho \"$*\" >>'{}'\n{lines}\n", calls.display())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let kubeconfig = Some(Path::new("some/config"));
        let cluster = Cluster { kubectl: &path, context: Some("kind-demo"), kubeconfig, namespace: "agentos" };
        let namespace = read(&cluster, Instant::now() + Duration::from_secs(2)).unwrap();
        (namespace, std::fs::read_to_string(calls).unwrap_or_default())
    }

    #[test]
    fn the_labels_are_those_that_kubectl_has() {
        let json = r#"{"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "baseline"}}}"#;
        let (namespace, calls) = known(&format!("echo 'a warning' >&2; echo '{json}'"));
        let labels = [("pod-security.kubernetes.io/enforce".to_owned(), "baseline".to_owned())];
        assert_eq!(namespace, Namespace::Labels(labels.into()));
        assert_eq!(calls, "--kubeconfig some/config --context kind-demo get namespace agentos --output json\n");
    }

    #[test]
    fn what_kubectl_complains_of_is_told_apart() {
        let says = |text: &str| known(&format!("echo '{text}' >&2; exit 1")).0;
        let forbidden =
            "Error from server (Forbidden): namespaces \"agentos\" is forbidden: User \"dev\" cannot get it";
        assert_eq!(says(forbidden), Namespace::Forbidden);
        assert_eq!(says("Error from server (NotFound): namespaces \"agentos\" not found"), Namespace::Missing);
        let refused = "The connection to the server 127.0.0.1:1 was refused";
        assert_eq!(says(refused), Namespace::Unread(format!("kubectl says: {refused}")));
        assert_eq!(known("exit 1").0, Namespace::Unread("kubectl ended without a word".to_owned()));
    }

    #[test]
    fn a_kubectl_that_hangs_is_given_up() {
        let begun = Instant::now();
        let Namespace::Unread(why) = known("exec sleep 600").0 else { panic!("it was read") };
        assert!(why.starts_with("kubectl did not answer within "), "{why}");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_kubectl_that_is_not_there_is_trouble() {
        let kubectl = Path::new("/nowhere/kubectl");
        let cluster = Cluster { kubectl, context: None, kubeconfig: None, namespace: "agentos" };
        let trouble = read(&cluster, Instant::now()).unwrap_err().to_string();
        assert!(trouble.starts_with("`/nowhere/kubectl` is not there"), "{trouble}");
    }
}
