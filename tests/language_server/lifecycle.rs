//! From the first message to the last.

use crate::client::{Client, Editor};
use crate::common::root;
use agentos_cfg::language_server::{Program, Setup, serve};
use agentos_cfg::policy::Policy;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use std::path::PathBuf;

#[test]
fn a_server_starts_and_ends() {
    for editor in [Editor::Code, Editor::Neovim] {
        let mut client = Client::new(editor, [("a.ncl", "{}")]);
        client.settled();
        client.shut_down();
    }
}

#[test]
fn a_client_that_vanishes_ends_the_server() {
    let mut client = Client::new(Editor::Code, []);
    client.settled();
    assert!(!client.vanish());
}

#[test]
fn nothing_is_answered_before_the_start_and_after_the_end() {
    let (server, client) = Connection::memory();
    let program = Program { path: PathBuf::from("/nowhere"), arguments: Vec::new() };
    let setup = Setup { judge: program, policy: Policy::default(), search: |_| Vec::new(), library: || None };
    let thread = std::thread::spawn(move || serve(&server, setup).unwrap());
    let ask = |id: i32, method: &str, params: Value| {
        client.sender.send(Request::new(RequestId::from(id), method.to_owned(), params).into()).unwrap();
        loop {
            if let Message::Response(response) = client.receiver.recv().unwrap() {
                assert_eq!(response.id, RequestId::from(id));
                break response.response_result.map_err(|error| error.code);
            }
        }
    };
    assert_eq!(ask(1, "textDocument/hover", json!({})), Err(-32002));
    assert!(ask(2, "initialize", json!({"capabilities": {}})).is_ok());
    assert_eq!(ask(3, "initialize", json!({"capabilities": {}})), Err(-32600));
    assert_eq!(ask(4, "no/such", json!({})), Err(-32601));
    assert_eq!(ask(5, "textDocument/codeAction", json!({"textDocument": 3})), Err(-32602));
    assert_eq!(ask(6, "shutdown", json!(null)), Ok(Value::Null));
    assert_eq!(ask(7, "textDocument/hover", json!({})), Err(-32600));
    client.sender.send(Notification::new("exit".to_owned(), json!(null)).into()).unwrap();
    assert!(thread.join().unwrap());
}

#[test]
fn a_cancelled_request_is_answered_once() {
    let mut client = Client::with_environments(Editor::Neovim);
    client.open("local-dev.ncl");
    client.settled();
    let uri = client.uri("local-dev.ncl");
    let ids: Vec<RequestId> = (0..20)
        .map(|_| {
            let arguments = json!([uri]);
            client.send("workspace/executeCommand", json!({"command": "agentos.manifest", "arguments": arguments}))
        })
        .collect();
    for id in &ids {
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    // Each answer is either what was asked for, or that it was cancelled; `answer` panics on a second one.
    for id in &ids {
        if let Err(error) = client.answer(id) {
            assert!(error.starts_with("-32800"), "{error}");
        }
    }
    client.settled();
    client.shut_down();
}

#[test]
fn manifests_are_those_of_the_text_and_the_last_good_ones_are_kept() {
    let mut client = Client::with_environments(Editor::Code);
    let text = client.open("local-dev.ncl");
    client.settled();
    let arguments = json!([client.uri("local-dev.ncl")]);
    let ask = |client: &mut Client, command: &str| {
        client.request("workspace/executeCommand", json!({"command": command, "arguments": arguments}))
    };
    let shown = ask(&mut client, "agentos.manifest").unwrap();
    assert_eq!((shown["current"].as_bool(), shown["name"].as_str()), (Some(true), Some("local-dev")));
    assert!(shown["yaml"].as_str().unwrap().contains("kind: Deployment"));
    assert!(ask(&mut client, "agentos.graph").unwrap()["svg"].as_str().unwrap().starts_with("<svg"));
    client.change("local-dev.ncl", &text.replace("profile = 'Dev", "profile = 'Devil"));
    client.settled();
    let old = ask(&mut client, "agentos.manifest").unwrap();
    assert_eq!((old["current"].as_bool(), &old["yaml"]), (Some(false), &shown["yaml"]));
    client.shut_down();
}

#[test]
fn a_line_above_an_environment_says_what_it_becomes_and_what_that_means() {
    let mut client = Client::with_environments(Editor::Code);
    commit(&client, "environments");
    let text = client.open("local-dev.ncl");
    let uri = client.uri("local-dev.ncl");
    let title = |client: &mut Client| {
        client.settled();
        let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
        lenses.as_array().unwrap().first().map(|lens| lens["command"]["title"].as_str().unwrap().to_owned())
    };
    assert_eq!(title(&mut client).as_deref(), Some("17 objects · as in HEAD"));
    client.change("local-dev.ncl", &text.replace("tnt_demo", "tnt_other"));
    let changed = title(&mut client).unwrap();
    assert!(changed.starts_with("17 objects · against HEAD: ") && changed.contains(" restart"), "{changed}");
    client.change("local-dev.ncl", &text.replace("'Dev", "'Devil"));
    assert_eq!(title(&mut client), None);
    client.shut_down();
}

#[test]
fn the_line_above_an_environment_is_asked_for_again_after_a_commit() {
    let mut client = Client::with_environments(Editor::Code);
    commit(&client, "first");
    client.settled();
    client.write("local-dev.ncl", "{}");
    let before = client.asked.len();
    commit(&client, "second");
    client.asked.drain(..before);
    client.wait_for_request("workspace/codeLens/refresh");
    client.shut_down();
}

/// Commits what is in the workspace, in a repository that is made where there is none.
fn commit(client: &Client, message: &str) {
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", message]] {
        let name = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        let folder = client.folder.path();
        let done = std::process::Command::new("git").args(name).args(arguments).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}

#[test]
fn pieces_are_told_by_what_has_changed_since_the_last_answer() {
    let mut client = Client::with_environments(Editor::Code);
    let text = client.open("local-dev.ncl");
    let document = json!({"uri": client.uri("local-dev.ncl")});
    let numbers = |value: &Value| -> Vec<u64> {
        value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
    };
    let full = |client: &mut Client| {
        client.request("textDocument/semanticTokens/full", json!({"textDocument": document})).unwrap()
    };
    let since = |client: &mut Client, name: &Value| {
        let params = json!({"textDocument": document, "previousResultId": name});
        client.request("textDocument/semanticTokens/full/delta", params).unwrap()
    };
    let first = full(&mut client);
    let (mut kept, mut name) = (numbers(&first["data"]), first["resultId"].clone());
    let renamed = text.replacen("name = ", "name=", 1);
    let untagged = renamed.replacen("'Dev", "", 1);
    let longer = format!("{untagged}\n{{ a = 1 }}");
    let changes = [text, renamed, untagged, longer];
    for changed in changes {
        client.change("local-dev.ncl", &changed);
        let delta = since(&mut client, &name);
        for edit in delta["edits"].as_array().unwrap() {
            let at = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
            kept.splice(at("start")..at("start") + at("deleteCount"), numbers(&edit["data"]));
        }
        let whole = full(&mut client);
        assert_eq!(kept, numbers(&whole["data"]));
        assert!(delta["edits"][0]["data"].as_array().is_none_or(|data| data.len() < kept.len() / 2), "{delta}");
        name = whole["resultId"].clone();
    }
    assert_eq!(since(&mut client, &json!("unknown"))["data"].as_array().unwrap().len(), kept.len());
    client.shut_down();
}

#[test]
fn folders_come_and_go() {
    let mut client = Client::new(Editor::Code, [("a.ncl", "{}")]);
    let faulty = std::fs::read_to_string(root().join("environments/local-dev.ncl")).unwrap().replace("'Dev", "'Devil");
    client.settled();
    // Beside the workspace, so that nothing but the second folder leads there.
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("b.ncl"), faulty).unwrap();
    let folder = json!([{"uri": format!("file://{}", other.path().display()), "name": "other"}]);
    let change = |client: &mut Client, added: &Value, removed: &Value| {
        let event = json!({"added": added, "removed": removed});
        client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
        client.settled()
    };
    let both = change(&mut client, &folder, &json!([]));
    let shown: Vec<&String> = both.iter().filter(|(name, _)| name.ends_with("b.ncl")).map(|(name, _)| name).collect();
    assert_eq!(shown.len(), 1, "{both:?}");
    let one = change(&mut client, &json!([]), &folder);
    assert!(one.keys().all(|name| !name.ends_with("b.ncl")), "{one:?}");
    client.shut_down();
}
