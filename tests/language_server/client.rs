//! A client of the server, with what real editors say that they can do.

use crate::common::root;
use agentos_cfg::language_server::{Program, Setup, serve};
use agentos_cfg::policy::Policy;
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What an editor says that it can do; captured from real ones, and cut to what the server reads.
#[derive(Clone, Copy, Debug)]
pub enum Editor {
    /// VS Code 1.100: UTF-16 alone, watches files.
    Code,
    /// Neovim 0.11 on Linux: UTF-8 first, watches no files.
    Neovim,
}

impl Editor {
    fn capabilities(self) -> Value {
        match self {
            Editor::Code => json!({
                "general": {"positionEncodings": ["utf-16"]},
                "window": {"workDoneProgress": true},
                "workspace": {
                    "didChangeWatchedFiles": {"dynamicRegistration": true},
                    "workspaceFolders": true,
                    "codeLens": {"refreshSupport": true},
                },
                "textDocument": {"completion": {"completionItem": {"snippetSupport": true}}},
            }),
            Editor::Neovim => json!({
                "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
                "window": {"workDoneProgress": true},
                "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": false}, "workspaceFolders": true},
                "textDocument": {"completion": {"completionItem": {"snippetSupport": true}}},
            }),
        }
    }
}

/// A finding as the editor shows it: its code, its first line from 1, and its title.
pub type Shown = (String, u64, String);

/// A client with a workspace of its own.
pub struct Client {
    pub folder: TempDir,
    connection: Connection,
    thread: Option<JoinHandle<bool>>,
    next: i32,
    versions: BTreeMap<String, i32>,
    /// What was last published for each file, by its path in the workspace.
    pub published: BTreeMap<String, Vec<Value>>,
    /// What else the server said.
    pub notes: Vec<Notification>,
    /// What the server asked for, by method.
    pub asked: Vec<String>,
}

impl Client {
    /// Starts a server in a folder with these files.
    pub fn new<'f>(editor: Editor, files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Client {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            write(folder.path(), name, text);
        }
        let (server, connection) = Connection::memory();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_agentos-cfg"));
        let setup = Setup {
            judge: Program { path: program, arguments: vec!["judge".to_owned()] },
            policy: Policy::default(),
            search: |folder| {
                let is_nickel = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "ncl");
                let mut files: Vec<PathBuf> = Vec::new();
                let mut folders = vec![folder.to_owned()];
                while let Some(folder) = folders.pop() {
                    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                    let (below, here): (Vec<PathBuf>, Vec<PathBuf>) =
                        entries.map(|entry| entry.path()).partition(|path| path.is_dir());
                    folders.extend(below);
                    files.extend(here.into_iter().filter(is_nickel));
                }
                files
            },
            library: || None,
        };
        let thread = std::thread::spawn(move || serve(&server, setup).unwrap());
        let (versions, published) = (BTreeMap::new(), BTreeMap::new());
        let (notes, asked) = (Vec::new(), Vec::new());
        let mut client =
            Client { folder, connection, thread: Some(thread), next: 0, versions, published, notes, asked };
        let root = client.uri("");
        let folders = json!([{"uri": root.trim_end_matches('/'), "name": "workspace"}]);
        let params = json!({"capabilities": editor.capabilities(), "workspaceFolders": folders});
        client.request("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        client
    }

    /// The same, with the environments that are shipped.
    pub fn with_environments(editor: Editor) -> Client {
        let mut files = Vec::new();
        for folder in ["", "prod", "two-node", "platforms"].map(|folder| Path::new("environments").join(folder)) {
            let entries = std::fs::read_dir(root().join(folder)).unwrap();
            files.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some()));
        }
        let named = |path: PathBuf| {
            let name = path.strip_prefix(root().join("environments")).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        };
        let files: Vec<(String, String)> = files.into_iter().map(named).collect();
        Client::new(editor, files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// The files of the workspace, by their paths in it.
    pub fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => names.push(path.strip_prefix(self.folder.path()).unwrap().to_str().unwrap().to_owned()),
                }
            }
        }
        names.sort();
        names
    }

    pub fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.folder.path().canonicalize().unwrap().display())
    }

    /// Changes a file of the workspace behind the server's back.
    pub fn write(&self, name: &str, text: &str) {
        write(self.folder.path(), name, text);
    }

    pub fn open(&mut self, name: &str) -> String {
        let text = std::fs::read_to_string(self.folder.path().join(name)).unwrap();
        self.open_as(name, &text);
        text
    }

    pub fn open_as(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.versions.insert(name.to_owned(), 1);
        let document = json!({"uri": uri, "languageId": "nickel", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub fn change(&mut self, name: &str, text: &str) {
        self.edit(name, json!({"text": text}));
    }

    pub fn edit(&mut self, name: &str, change: Value) {
        let version = self.versions.get_mut(name).expect("open");
        *version += 1;
        let document = json!({"uri": self.uri(name), "version": self.versions[name]});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    }

    pub fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.connection.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    }

    /// Sends a request without waiting.
    pub fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).unwrap();
        id
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.send(method, params);
        self.answer(&id)
    }

    /// Waits for the answer to a request.
    pub fn answer(&mut self, id: &RequestId) -> Result<Value, String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let response = self.next_message(end).unwrap_or_else(|| panic!("{id} has no answer"));
            match response {
                Some(Response { id: answered, response_result }) if answered == *id => {
                    return response_result.map_err(|error| format!("{}: {}", error.code, error.message));
                }
                Some(other) => panic!("an answer to {} that nobody waits for", other.id),
                None => {}
            }
        }
    }

    /// Waits until the newest texts are looked at, and gives what is then shown.
    pub fn settled(&mut self) -> BTreeMap<String, Vec<Shown>> {
        self.request("workspace/executeCommand", json!({"command": "agentos.check"})).unwrap();
        self.shown()
    }

    /// Waits until what is shown is as it should be.
    pub fn wait_until(&mut self, is_so: impl Fn(&BTreeMap<String, Vec<Shown>>) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(&self.shown()) {
            assert!(self.next_message(end).is_some(), "still {:?}", self.shown());
        }
    }

    /// Waits until the server asks for something.
    pub fn wait_for_request(&mut self, method: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.asked.iter().any(|asked| asked == method) {
            assert!(self.next_message(end).is_some(), "{method} was not asked");
        }
    }

    /// What is shown in each file that has findings.
    pub fn shown(&self) -> BTreeMap<String, Vec<Shown>> {
        let shown = |diagnostic: &Value| {
            let code = diagnostic["code"].as_str().unwrap().to_owned();
            let line = diagnostic["range"]["start"]["line"].as_u64().unwrap() + 1;
            let title = diagnostic["message"].as_str().unwrap().lines().next().unwrap().to_owned();
            (code, line, title)
        };
        let files = self.published.iter().filter(|(_, diagnostics)| !diagnostics.is_empty());
        files.map(|(name, diagnostics)| (name.clone(), diagnostics.iter().map(shown).collect())).collect()
    }

    /// Takes in one message; gives it where it is an answer. None where there is none in time.
    fn next_message(&mut self, end: Instant) -> Option<Option<Response>> {
        let message = self.connection.receiver.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
        match message {
            Message::Response(response) => return Some(Some(response)),
            Message::Request(Request { id, method, .. }) => {
                self.asked.push(method);
                self.connection.sender.send(Response::new_ok(id, Value::Null).into()).unwrap();
            }
            Message::Notification(notification) if notification.method == "textDocument/publishDiagnostics" => {
                let uri = notification.params["uri"].as_str().unwrap();
                let name = uri.strip_prefix(&self.uri("")).unwrap_or(uri).to_owned();
                let diagnostics = notification.params["diagnostics"].as_array().unwrap().clone();
                self.published.insert(name, diagnostics);
            }
            Message::Notification(notification) => self.notes.push(notification),
        }
        Some(None)
    }

    /// Ends the server as the protocol wants it.
    pub fn shut_down(mut self) {
        self.request("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
        assert!(self.thread.take().unwrap().join().unwrap(), "the server did not take the end for a good one");
    }

    /// Goes away without a word; whether the server took that for a good end.
    pub fn vanish(mut self) -> bool {
        let thread = self.thread.take().unwrap();
        drop(self);
        thread.join().unwrap()
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
