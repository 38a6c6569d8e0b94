//! Requests as a client sends them, and the places in their answers.

use crate::language_server::{Program, Setup, serve};
use crate::policy::Policy;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

const COMMON: &str = "{ profile = 'Dev, storage = 'Ephemeral,\n  tenancy.tenants.tnt_a.name = \"é\" }\n";
const ENTRY: &str = "let agentos = import \"agentos/lib.ncl\" in\n(import \"common.ncl\") & {\n  name = \"a\",\n  \
                     tenancy.default = \"tnt_a\", # é\n  federation.stack = \"stk_a\",\n} | agentos.Environment\n";

struct Client {
    folder: tempfile::TempDir,
    connection: Connection,
    thread: JoinHandle<bool>,
    next: i32,
}

impl Client {
    /// A client with the two files, the first environment open.
    fn new(options: Value) -> Client {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("common.ncl"), COMMON).unwrap();
        std::fs::write(folder.path().join("a.ncl"), ENTRY).unwrap();
        let (server, connection) = Connection::memory();
        let setup = Setup {
            judge: Program { path: PathBuf::from("/nowhere/judge"), arguments: Vec::new() },
            policy: Policy::default(),
            search: |folder| ["a.ncl", "common.ncl"].map(|name| folder.join(name)).to_vec(),
            library: || Some(PathBuf::from("/library")),
        };
        let thread = std::thread::spawn(move || serve(&server, setup).unwrap());
        let mut client = Client { folder, connection, thread, next: 0 };
        let root = json!([{"uri": client.uri("").trim_end_matches('/'), "name": "workspace"}]);
        let params = json!({"capabilities": {}, "workspaceFolders": root, "initializationOptions": options});
        client.ask("initialize", params).unwrap();
        let document = json!({"uri": client.uri("a.ncl"), "languageId": "nickel", "version": 1, "text": ENTRY});
        client.tell("textDocument/didOpen", json!({"textDocument": document}));
        // Until the environment was looked at.
        while client.ask("workspace/symbol", json!({"query": "tnt_a"})).unwrap() == json!([]) {}
        client
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", Path::new(self.folder.path()).display())
    }

    fn tell(&self, method: &str, params: Value) {
        self.connection.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).unwrap();
        loop {
            match self.connection.receiver.recv_timeout(std::time::Duration::from_secs(60)).unwrap() {
                Message::Response(response) if response.id == id => {
                    return response.response_result.map_err(|error| error.message);
                }
                _ => {}
            }
        }
    }

    /// Asks about the place behind a piece of the text.
    fn ask_at(&mut self, method: &str, before: &str, more: Value) -> Result<Value, String> {
        let end = ENTRY.find(before).unwrap() + before.len();
        let line = ENTRY[..end].matches('\n').count();
        let character = ENTRY[..end].rsplit('\n').next().unwrap().encode_utf16().count();
        let mut params = json!({
            "textDocument": {"uri": self.uri("a.ncl")},
            "position": {"line": line, "character": character},
        });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ask(method, params)
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null).unwrap();
        self.tell("exit", Value::Null);
        assert!(self.thread.join().unwrap());
    }
}

/// Places as their file, with from where to where.
fn places(answer: &Value) -> Vec<String> {
    let shown = |place: &Value| {
        let file = place["uri"].as_str().unwrap().rsplit('/').next().unwrap();
        let at = |end: &str| format!("{}:{}", place["range"][end]["line"], place["range"][end]["character"]);
        format!("{file} {}-{}", at("start"), at("end"))
    };
    answer.as_array().unwrap().iter().map(shown).collect()
}

#[test]
fn places_are_those_of_the_files_that_they_are_in() {
    let mut client = Client::new(json!({}));
    let found = client.ask_at("textDocument/definition", "default = \"tnt", json!({})).unwrap();
    assert_eq!(places(&found), ["common.ncl 1:18-1:23"]);
    let found = client.ask_at("textDocument/definition", "federation.sta", json!({})).unwrap();
    assert_eq!(found[0]["uri"], "file:///library/agentos/lib/federation.ncl");
    let found = client.ask_at("textDocument/declaration", "  na", json!({})).unwrap();
    assert_eq!(found[0]["uri"], "file:///library/agentos/lib/environment.ncl");
    let context = json!({"context": {"includeDeclaration": true}});
    let found = client.ask_at("textDocument/references", "default = \"tnt", context).unwrap();
    assert_eq!(places(&found), ["a.ncl 3:21-3:26", "common.ncl 1:18-1:23"]);
    let found = client.ask("workspace/symbol", json!({"query": "tnt_a"})).unwrap();
    assert_eq!(found[0]["containerName"], "a");
    client.end();
}

#[test]
fn a_rename_edits_files_that_are_not_open() {
    let mut client = Client::new(json!({}));
    let found = client.ask_at("textDocument/prepareRename", "\"tnt_", json!({})).unwrap();
    assert_eq!(found["placeholder"], "tnt_a");
    let edits = client.ask_at("textDocument/rename", "\"tnt_", json!({"newName": "tnt_b"})).unwrap();
    let range =
        |line, from, to| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    let edit = |range| json!([{"range": range, "newText": "tnt_b"}]);
    let expected =
        json!({client.uri("a.ncl"): edit(range(3, 21, 26)), client.uri("common.ncl"): edit(range(1, 18, 23))});
    assert_eq!(edits["changes"], expected);
    let why = client.ask_at("textDocument/rename", "  na", json!({"newName": "tnt_b"})).unwrap_err();
    assert_eq!(why, "`name` is a field of the library, which gives it its name");
    client.end();
}

#[test]
fn what_is_asked_of_a_whole_text_is_answered() {
    let mut client = Client::new(json!({"inlayHints": true}));
    let text = json!({"textDocument": {"uri": client.uri("a.ncl")}});
    let count = |client: &mut Client, method: &str, pointer: &str| {
        let answer = client.ask(method, text.clone()).unwrap();
        answer.pointer(pointer).unwrap().as_array().unwrap().len()
    };
    assert_eq!(count(&mut client, "textDocument/documentSymbol", ""), 3);
    assert_eq!(count(&mut client, "textDocument/foldingRange", ""), 1);
    assert_eq!(count(&mut client, "textDocument/documentLink", ""), 2);
    assert_eq!(count(&mut client, "textDocument/semanticTokens/full", "/data"), 5 * 18);
    let found = client.ask_at("textDocument/documentHighlight", "\"tnt_", json!({})).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1);
    let line = json!({"range": {"start": {"line": 3, "character": 0}, "end": {"line": 4, "character": 0}}});
    let tokens = client.ask_at("textDocument/semanticTokens/range", "\"tnt_", line.clone()).unwrap();
    assert_eq!(tokens["data"].as_array().unwrap().len(), 5 * 4);
    client.ask_at("textDocument/inlayHint", "\"tnt_", line).unwrap();
    let positions = json!({"positions": [{"line": 3, "character": 22}, {"line": 99, "character": 0}]});
    let chains = client.ask_at("textDocument/selectionRange", "\"tnt_", positions).unwrap();
    assert_eq!(chains.as_array().unwrap().len(), 2);
    assert_eq!(chains[0]["range"]["start"], json!({"line": 3, "character": 21}));
    client.end();
}
