//! Messages of the client → texts, snapshots for the analysis, tasks for the answers. Computes nothing.

use super::analysis::{Analysis, Search, Snapshot};
use super::answers::{self, Task};
use super::client::Client;
use super::judge::Program;
use super::lines::Position;
use super::requests::execute_command::CHECK;
use super::shared::Shared;
use super::texts::{Change, Texts};
use super::{protocol, requests, uri};
use crate::evaluate::schema::Schema;
use crate::policy::Policy;
use crate::render::Summary;
use crate::source::{Origin, git};
use gen_lsp_types as lsp;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// How often files are looked at that are not open: another program may change them.
const LOOK: Duration = Duration::from_secs(2);

/// How much stack the answers have, in bytes.
const STACK: usize = 64 << 20;

/// How the server is set up.
pub struct Setup {
    /// The program that judges.
    pub judge: Program,
    /// How strict it is.
    pub policy: Policy,
    /// How files are found.
    pub search: Search,
    /// Writes the library where editors can open it, and says where the folder is.
    pub library: fn() -> Option<PathBuf>,
}

/// Serves a client until it says that it is done, or goes away. Whether it went as the protocol wants it.
///
/// # Errors
/// No thread can be started.
pub fn serve(connection: &Connection, setup: Setup) -> io::Result<bool> {
    let Some(client) = initialized(connection) else { return Ok(false) };
    let sender = connection.sender.clone();
    // A client that has gone away reads nothing; that it has is seen when the next message is read.
    let send = move |message| drop(sender.send(message));
    let shared = Arc::new(Shared::new(client, setup.policy.clone(), setup.library, send));
    let (tasks, inbox) = mpsc::channel();
    let answering = Arc::clone(&shared);
    let answers = thread::Builder::new().name("answers".to_owned()).stack_size(STACK);
    let answers = answers.spawn(move || answers::run(&inbox, &answering))?;
    let (snapshots, inbox) = mpsc::channel();
    let analysing = Arc::clone(&shared);
    let analysis = thread::Builder::new().name("analysis".to_owned());
    let analysis = analysis.spawn(move || analyse(setup, &inbox, &analysing))?;
    let folders = shared.client.folders.clone();
    let mut transport =
        Transport { shared: Arc::clone(&shared), tasks, snapshots, texts: Texts::default(), folders, is_done: false };
    transport.register();
    transport.look(true);
    let went_well = transport.run(connection);
    // What is being looked at is of no use any more.
    shared.end();
    drop(transport);
    let _ = (answers.join(), analysis.join());
    Ok(went_well)
}

/// Answers `initialize`, and nothing before it.
fn initialized(connection: &Connection) -> Option<Client> {
    for message in &connection.receiver {
        match message {
            Message::Request(request) if request.method == "initialize" => {
                let client = Client::new(&request.params);
                let server = json!({"name": "agentos-cfg", "version": env!("CARGO_PKG_VERSION")});
                let result = json!({"capabilities": requests::capabilities(&client), "serverInfo": server});
                connection.sender.send(Response::new_ok(request.id, result).into()).ok()?;
                return Some(client);
            }
            Message::Request(request) => {
                let message = "the first request has to be `initialize`".to_owned();
                let refusal = Response::new_err(request.id, ErrorCode::ServerNotInitialized as i32, message);
                connection.sender.send(refusal.into()).ok()?;
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
    None
}

struct Transport {
    shared: Arc<Shared>,
    tasks: Sender<Task>,
    snapshots: Sender<Snapshot>,
    texts: Texts,
    folders: Vec<PathBuf>,
    /// Whether the client has said that it is done.
    is_done: bool,
}

impl Transport {
    /// Serves until the client goes away; whether it had said so.
    fn run(&mut self, connection: &Connection) -> bool {
        for message in &connection.receiver {
            match message {
                Message::Request(request) => self.request(request),
                Message::Notification(notification) if notification.method == "exit" => return self.is_done,
                Message::Notification(notification) => self.notification(notification),
                Message::Response(_) => {}
            }
        }
        self.is_done
    }

    fn request(&mut self, request: Request) {
        if self.is_done {
            return self.shared.refuse(request.id, ErrorCode::InvalidRequest, "the server was told to shut down");
        }
        if request.method == "initialize" {
            return self.shared.refuse(request.id, ErrorCode::InvalidRequest, "the server is initialized already");
        }
        self.shared.expect(request.id.clone());
        if request.method == "shutdown" {
            self.is_done = true;
            return self.shared.answer(Response::new_ok(request.id, Value::Null));
        }
        if request.params.get("command").and_then(Value::as_str) == Some(CHECK) {
            return self.check(request.id);
        }
        let id = request.id.clone();
        let task = Task { request, texts: self.texts.clone() };
        if task.request.method == requests::CODE_LENS {
            return self.answer_apart(id, task);
        }
        if self.tasks.send(task).is_err() {
            self.shared.answer(Response::new_err(id, ErrorCode::InternalError as i32, "no thread answers".to_owned()));
        }
    }

    /// Answers what takes longer than others should wait for, in a thread of its own.
    fn answer_apart(&self, id: RequestId, task: Task) {
        let shared = Arc::clone(&self.shared);
        let answer = move || answers::answer(task, &shared, &Schema::embedded());
        let thread = thread::Builder::new().name("answer".to_owned()).stack_size(STACK);
        if thread.spawn(answer).is_err() {
            let message = "no thread can be started".to_owned();
            self.shared.answer(Response::new_err(id, ErrorCode::InternalError as i32, message));
        }
    }

    /// Answers when the newest texts are looked at; nothing else waits for that.
    fn check(&self, id: RequestId) {
        let (shared, revision) = (Arc::clone(&self.shared), self.shared.newest());
        let wait = move || {
            let Some(found) = shared.settled(revision) else {
                return shared.answer(Response::new_err(
                    id,
                    ErrorCode::RequestFailed as i32,
                    "the server ends".to_owned(),
                ));
            };
            let Summary { errors, warnings, .. } = Summary::of(found.findings.iter().map(|(_, finding)| finding));
            let wanted = found.known.members.iter().filter(|member| member.entry.origin != Origin::Peer).count();
            let result = json!({"environments": wanted, "errors": errors, "warnings": warnings});
            shared.answer(Response::new_ok(id, result));
        };
        let _ = thread::Builder::new().name("check".to_owned()).spawn(wait);
    }

    fn notification(&mut self, Notification { method, params }: Notification) {
        match method.as_str() {
            "textDocument/didOpen" => {
                let Some(lsp::DidOpenTextDocumentParams { text_document: it }) = read(params) else { return };
                self.texts.open(it.uri.to_string(), it.version, it.text, &self.shared.client.here);
                self.look(false);
            }
            "textDocument/didChange" => {
                let Some(params) = read::<lsp::DidChangeTextDocumentParams>(params) else { return };
                let changes = params.content_changes.into_iter().map(change).collect();
                let document = params.text_document;
                let uri = document.text_document_identifier.uri;
                self.texts.change(uri.as_ref(), document.version, changes, self.shared.client.encoding);
                self.look(false);
            }
            "textDocument/didClose" => {
                let Some(params) = read::<lsp::DidCloseTextDocumentParams>(params) else { return };
                self.texts.close(params.text_document.uri.as_ref());
                self.shared.forget(params.text_document.uri.as_ref());
                self.look(false);
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.look(true),
            "workspace/didChangeWorkspaceFolders" => {
                let Some(params) = read::<lsp::DidChangeWorkspaceFoldersParams>(params) else { return };
                let paths = |folders: Vec<lsp::WorkspaceFolder>| -> Vec<PathBuf> {
                    folders.iter().filter_map(|folder| uri::path(folder.uri.as_ref())).collect()
                };
                let removed = paths(params.event.removed);
                self.folders.retain(|folder| !removed.contains(folder));
                self.folders.extend(paths(params.event.added));
                self.look(true);
            }
            "$/cancelRequest" => {
                let Some(id) = params.get("id").and_then(|id| serde_json::from_value(id.clone()).ok()) else { return };
                let message = "cancelled by the client".to_owned();
                self.shared.answer(Response::new_err(id, ErrorCode::RequestCanceled as i32, message));
            }
            _ => {}
        }
    }

    /// Has all environments looked at.
    fn look(&self, search_again: bool) {
        let revision = self.shared.next_revision();
        let (texts, folders) = (self.texts.clone(), self.folders.clone());
        let _ = self.snapshots.send(Snapshot { revision, texts, folders, search_again });
    }

    /// Asks the client to tell of files that change.
    fn register(&self) {
        if self.shared.client.watches_files {
            let watchers = json!([{"globPattern": "**/*.{ncl,json,yaml,yml,toml,txt}"}]);
            let registration = json!({
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers},
            });
            let params = json!({"registrations": [registration]});
            let id = RequestId::from("register/files".to_owned());
            self.shared.send(Request::new(id, "client/registerCapability".to_owned(), params));
        }
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}

fn change(event: lsp::TextDocumentContentChangeEvent) -> Change {
    use lsp::TextDocumentContentChangeEvent as Event;
    match event {
        Event::TextDocumentContentChangePartial(part) => {
            let position = |position| -> Position { protocol::from_position(position) };
            Change { range: Some((position(part.range.start), position(part.range.end))), text: part.text }
        }
        Event::TextDocumentContentChangeWholeDocument(whole) => Change { range: None, text: whole.text },
    }
}

/// Looks at each snapshot that is not superseded, and now and then at the disk.
fn analyse(setup: Setup, inbox: &Receiver<Snapshot>, shared: &Arc<Shared>) {
    let mut analysis = Analysis::new(setup.judge, setup.policy, setup.search);
    let Ok(mut snapshot) = inbox.recv() else { return };
    let mut heads = heads(&snapshot.folders);
    loop {
        while let Ok(newer) = inbox.try_recv() {
            snapshot = newer.after(&snapshot);
        }
        // What changes while it is looked at is seen the next time.
        let before = Analysis::stamps(&shared.found().known);
        let is_superseded = || shared.newest() > snapshot.revision;
        analysis.look(&snapshot, &is_superseded, &mut |found| shared.publish(found, &snapshot.texts));
        snapshot.search_again = false;
        let mut stamps = Analysis::stamps(&shared.found().known);
        stamps.extend(before.into_iter().filter(|(path, _)| stamps.contains_key(path)).collect::<Vec<_>>());
        loop {
            match inbox.recv_timeout(LOOK) {
                Ok(newer) => {
                    snapshot = newer.after(&snapshot);
                    break;
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let before = std::mem::replace(&mut heads, self::heads(&snapshot.folders));
                    if before != heads {
                        shared.refresh_lenses();
                    }
                    let now = Analysis::stamps(&shared.found().known);
                    let has_changed = now != stamps;
                    stamps = now;
                    if has_changed || !shared.client.watches_files {
                        snapshot.search_again = true;
                        break;
                    }
                }
            }
        }
    }
}

/// Which commit is at hand in each folder.
fn heads(folders: &[PathBuf]) -> Vec<Vec<u8>> {
    folders.iter().map(|folder| git::head(folder)).collect()
}

impl Snapshot {
    /// This snapshot in the place of an older one.
    fn after(self, older: &Snapshot) -> Snapshot {
        Snapshot { search_again: self.search_again || older.search_again, ..self }
    }
}
