//! What the threads of a server share: what waits for an answer, what was found last, and what the client was told.

use super::analysis::Findings;
use super::client::Client;
use super::features::manifest::Manifest;
use super::publish;
use super::texts::Texts;
use crate::policy::Policy;
use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long findings may stay behind the text while it is written without a pause.
const BEHIND: Duration = Duration::from_millis(300);

/// How often it is asked whether the server ends, while findings are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What all threads share.
pub struct Shared {
    /// What the client can do.
    pub client: Client,
    send: Box<dyn Fn(Message) + Send + Sync>,
    pending: Mutex<HashSet<RequestId>>,
    found: Mutex<Arc<Findings>>,
    /// Wakes those who wait for the newest texts to be looked at.
    looked: Condvar,
    /// How strict it is.
    pub policy: Policy,
    /// What environments compiled to when they last did.
    manifests: Mutex<BTreeMap<PathBuf, Manifest>>,
    /// The pieces of open texts, by address: the name that they were given, and what they are.
    pieces: Mutex<BTreeMap<String, (String, Vec<lsp::SemanticToken>)>>,
    /// How many names were given, to pieces and to requests.
    names: AtomicU64,
    /// The newest revision of the texts.
    newest: AtomicU64,
    published: Mutex<Published>,
    library: LazyLock<Option<PathBuf>, fn() -> Option<PathBuf>>,
}

/// What the client was told last.
struct Published {
    /// The findings at each address.
    findings: BTreeMap<String, Vec<lsp::Diagnostic>>,
    at: Instant,
    /// Whether it was told that the evaluator is waited for.
    is_waiting: bool,
}

impl Shared {
    /// What was last found.
    pub fn found(&self) -> Arc<Findings> {
        Arc::clone(&locked(&self.found))
    }

    /// What an environment compiled to when it last did.
    pub fn kept_manifest(&self, file: &Path) -> Option<Manifest> {
        locked(&self.manifests).get(file).cloned()
    }

    /// Keeps what an environment compiles to.
    pub fn keep_manifest(&self, file: PathBuf, manifest: Manifest) {
        locked(&self.manifests).insert(file, manifest);
    }

    /// What the threads of a server share; `send` sends to the client, `library` writes the library's files.
    pub fn new(
        client: Client,
        policy: Policy,
        library: fn() -> Option<PathBuf>,
        send: impl Fn(Message) + Send + Sync + 'static,
    ) -> Shared {
        let published = Published { findings: BTreeMap::new(), at: Instant::now(), is_waiting: false };
        Shared {
            client,
            send: Box::new(send),
            pending: Mutex::default(),
            found: Mutex::default(),
            looked: Condvar::new(),
            policy,
            manifests: Mutex::default(),
            pieces: Mutex::default(),
            names: AtomicU64::new(0),
            newest: AtomicU64::new(0),
            published: Mutex::new(published),
            library: LazyLock::new(library),
        }
    }

    /// The newest revision of the texts.
    pub fn newest(&self) -> u64 {
        self.newest.load(Ordering::Acquire)
    }

    /// The revision after a change of the texts, which is now the newest.
    pub fn next_revision(&self) -> u64 {
        self.newest.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Supersedes all that is being looked at, and wakes those who wait for it.
    pub fn end(&self) {
        self.newest.store(u64::MAX, Ordering::Release);
        self.looked.notify_all();
    }

    /// Notes that a request waits for its answer.
    pub fn expect(&self, id: RequestId) {
        locked(&self.pending).insert(id);
    }

    /// Sends a message to the client.
    pub fn send(&self, message: impl Into<Message>) {
        (self.send)(message.into());
    }

    /// Waits until a revision of the texts was looked at, as a whole; none where the server ends before that.
    pub fn settled(&self, revision: u64) -> Option<Arc<Findings>> {
        let mut found = locked(&self.found);
        while found.revision < revision || !found.waiting.is_empty() {
            if self.newest() == u64::MAX {
                return None;
            }
            found = self.looked.wait_timeout(found, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(Arc::clone(&found))
    }

    /// The folder with the files of the library, where there is one.
    pub fn library(&self) -> Option<&Path> {
        self.library.as_deref()
    }

    /// Whether a request waits for its answer.
    pub fn is_pending(&self, id: &RequestId) -> bool {
        locked(&self.pending).contains(id)
    }

    /// Answers a request, if it still waits for its answer.
    pub fn answer(&self, response: Response) {
        if locked(&self.pending).remove(&response.id) {
            self.send(response);
        }
    }

    /// Refuses a request that was not noted.
    pub fn refuse(&self, id: RequestId, code: ErrorCode, message: &str) {
        self.send(Response::new_err(id, code as i32, message.to_owned()));
    }

    /// Has the client ask anew what stands above environments, where it can.
    pub fn refresh_lenses(&self) {
        if self.client.refreshes_lenses {
            let id = RequestId::from(format!("refresh/lenses/{}", self.names.fetch_add(1, Ordering::Relaxed)));
            self.send(Request::new(id, "workspace/codeLens/refresh".to_owned(), serde_json::Value::Null));
        }
    }

    /// The pieces of a text as the client last got them, by the name that they were given.
    pub fn kept_pieces(&self, uri: &str, name: &str) -> Option<Vec<lsp::SemanticToken>> {
        locked(&self.pieces).get(uri).filter(|(kept, _)| kept == name).map(|(_, pieces)| pieces.clone())
    }

    /// Keeps the pieces of a text, and gives them a name.
    pub fn keep_pieces(&self, uri: &str, pieces: Vec<lsp::SemanticToken>) -> String {
        let name = self.names.fetch_add(1, Ordering::Relaxed).to_string();
        locked(&self.pieces).insert(uri.to_owned(), (name.clone(), pieces));
        name
    }

    /// Forgets what is kept of a text that is open no more.
    pub fn forget(&self, uri: &str) {
        locked(&self.pieces).remove(uri);
    }

    fn notify(&self, method: &str, params: impl serde::Serialize) {
        self.send(Notification::new(method.to_owned(), params));
    }

    /// Shows what is known, where the text is not another one by now.
    pub fn publish(&self, found: Findings, texts: &Texts) {
        let mut published = locked(&self.published);
        let is_behind = self.newest() != found.revision;
        if is_behind && published.at.elapsed() < BEHIND {
            return;
        }
        for trouble in &found.troubles {
            self.notify("window/logMessage", json!({"type": 1, "message": trouble}));
        }
        let waiting: Vec<PathBuf> = found.waiting.iter().cloned().collect();
        let by_file = publish::by_file(&found, texts, self.client.encoding);
        let mut findings: BTreeMap<String, Vec<lsp::Diagnostic>> = BTreeMap::new();
        for (path, diagnostics) in by_file {
            findings.insert(texts.uri_of(&path), diagnostics);
        }
        let held: BTreeSet<String> = waiting.iter().map(|path| texts.uri_of(path)).collect();
        let addresses: BTreeSet<String> = published.findings.keys().chain(findings.keys()).cloned().collect();
        for address in addresses.into_iter().filter(|address| !held.contains(address)) {
            let new = findings.remove(&address).unwrap_or_default();
            if published.findings.get(&address).map_or(&[][..], Vec::as_slice) == new {
                continue;
            }
            let version = texts.by_uri(&address).map(|document| document.version);
            let params = lsp::PublishDiagnosticsParams::new(address.as_str().into(), version, new.clone());
            self.notify("textDocument/publishDiagnostics", params);
            match new.is_empty() {
                true => drop(published.findings.remove(&address)),
                false => drop(published.findings.insert(address, new)),
            }
        }
        self.show_waiting(&mut published, !waiting.is_empty());
        published.at = Instant::now();
        // Who waits for it finds that all is said.
        *locked(&self.found) = Arc::new(found);
        self.looked.notify_all();
    }

    /// Shows whether the evaluator is waited for, where the client has a place for that.
    fn show_waiting(&self, published: &mut Published, is_waiting: bool) {
        if published.is_waiting == is_waiting || !self.client.progress {
            return;
        }
        published.is_waiting = is_waiting;
        let token = "agentos-cfg/evaluation";
        if is_waiting {
            let create = Request::new(
                RequestId::from(token.to_owned()),
                "window/workDoneProgress/create".to_owned(),
                json!({"token": token}),
            );
            self.send(create);
            let value = json!({"kind": "begin", "title": "agentos-cfg", "message": "evaluating"});
            self.notify("$/progress", json!({"token": token, "value": value}));
        } else {
            self.notify("$/progress", json!({"token": token, "value": {"kind": "end"}}));
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
