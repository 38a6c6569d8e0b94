//! Findings while a text is written: what `check` says, in every file that it concerns.

use crate::client::{Client, Editor};
use crate::common::root;
use serde_json::json;

#[test]
fn faults_are_shown_and_go_away() {
    for editor in [Editor::Code, Editor::Neovim] {
        let mut client = Client::with_environments(editor);
        assert_eq!(client.settled(), [].into());
        let text = client.open("local-dev.ncl");
        let broken = text.replace("profile = 'Dev", "profil = 'Dev");
        client.change("local-dev.ncl", &broken);
        let shown = client.settled();
        let codes: Vec<&str> = shown["local-dev.ncl"].iter().map(|(code, _, _)| code.as_str()).collect();
        assert_eq!(codes, ["C002"], "{shown:?}");
        client.change("local-dev.ncl", &text);
        assert_eq!(client.settled(), [].into());
        client.shut_down();
    }
}

#[test]
fn faults_stand_beside_a_syntax_error() {
    let mut client = Client::with_environments(Editor::Code);
    let text = client.open("local-dev.ncl");
    let broken = text.replace("profile = 'Dev", "profile: 'Dev").replace("namespace = \"", "namespace = \"_");
    client.change("local-dev.ncl", &broken);
    let shown = client.settled();
    let codes: Vec<&str> = shown["local-dev.ncl"].iter().map(|(code, _, _)| code.as_str()).collect();
    assert!(codes.contains(&"C001") && codes.contains(&"K001"), "{shown:?}");
    client.shut_down();
}

#[test]
fn a_change_in_one_environment_is_a_fault_of_another() {
    let mut client = Client::with_environments(Editor::Neovim);
    let text = client.open("two-node/node-a.ncl");
    assert_eq!(client.settled(), [].into());
    client.change("two-node/node-a.ncl", &text.replace("stack = \"stk_local_node_a\"", "stack = \"stk_other\""));
    let shown = client.settled();
    assert!(shown.keys().any(|name| name != "two-node/node-a.ncl"), "{shown:?}");
    client.shut_down();
}

#[test]
fn a_module_is_checked_through_the_environments_that_import_it() {
    let mut client = Client::with_environments(Editor::Code);
    let text = client.open("prod/common.ncl");
    client.change("prod/common.ncl", &text.replacen("profile = 'Prod", "profile = 'Produce", 1));
    let shown = client.settled();
    assert_eq!(shown.keys().collect::<Vec<_>>(), ["prod/common.ncl"], "{shown:?}");
    assert_eq!(shown["prod/common.ncl"].len(), 1, "once, however many import it: {shown:?}");
    client.shut_down();
}

#[test]
fn what_computes_is_judged_by_nickel() {
    let text = std::fs::read_to_string(root().join("environments/local-dev.ncl")).unwrap();
    let file = text.replacen("in\n", "in\nlet named = fun n => n in\n", 1).replace("\"local-dev\"", "named %%");
    let mut client = Client::new(Editor::Code, []);
    client.open_as("computed.ncl", &file.replace("%%", "\"fine\""));
    assert_eq!(client.settled(), [].into());
    client.change("computed.ncl", &file.replace("%%", "3"));
    let shown = client.settled();
    assert_eq!(shown["computed.ncl"].len(), 1, "{shown:?}");
    // It is not where it was: the answer is of the newest text.
    client.change("computed.ncl", &format!("\n\n{}", file.replace("%%", "\"fine\"")));
    assert_eq!(client.settled(), [].into());
    client.shut_down();
}

#[test]
fn an_evaluation_without_an_end_is_left_when_the_text_changes() {
    let endless = "let agentos = import \"agentos/lib.ncl\" in\nlet rec f = fun n => f (n + 1) in\n{ name = f 0 } | agentos.Environment\n";
    let mut client = Client::with_environments(Editor::Neovim);
    let text = client.open("local-dev.ncl");
    client.open_as("endless.ncl", endless);
    std::thread::sleep(std::time::Duration::from_millis(200));
    client.close("endless.ncl");
    client.change("local-dev.ncl", &text.replace("profile = 'Dev", "profil = 'Dev"));
    let begin = std::time::Instant::now();
    let shown = client.settled();
    assert_eq!(shown["local-dev.ncl"].len(), 1);
    assert!(begin.elapsed() < std::time::Duration::from_secs(7), "the limit was waited for");
    client.shut_down();
}

#[test]
fn files_that_change_outside_the_editor_are_seen() {
    for editor in [Editor::Code, Editor::Neovim] {
        let mut client = Client::with_environments(editor);
        assert_eq!(client.settled(), [].into());
        let text = std::fs::read_to_string(client.folder.path().join("prod/common.ncl")).unwrap();
        let watched = |client: &mut Client| {
            if let Editor::Code = editor {
                client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
            }
        };
        client.write("prod/common.ncl", &text.replacen("profile = 'Prod", "profile = 'Produce", 1));
        watched(&mut client);
        client.wait_until(|shown| shown.contains_key("prod/common.ncl"));
        std::fs::remove_file(client.folder.path().join("prod/common.ncl")).unwrap();
        watched(&mut client);
        client.wait_until(|shown| !shown.contains_key("prod/common.ncl") && !shown.is_empty());
        client.write("prod/common.ncl", &text);
        watched(&mut client);
        client.wait_until(|shown| shown.is_empty());
        client.shut_down();
    }
}

#[test]
fn positions_count_what_was_agreed_on() {
    let text =
        "let agentos = import \"agentos/lib.ncl\" in\n# ü🙂\n{ \"é🙂\" = 1, profil = 2 } | agentos.Environment\n";
    let column = |editor| {
        let mut client = Client::new(editor, [("a.ncl", text)]);
        client.settled();
        let found = client.published["a.ncl"]
            .iter()
            .find(|found| found["message"].as_str().unwrap().contains("no field `profil`"));
        let column = found.unwrap()["range"]["start"]["character"].as_u64().unwrap();
        client.shut_down();
        column
    };
    let before = text.lines().nth(2).unwrap().split("profil").next().unwrap();
    assert_eq!(column(Editor::Neovim), before.len() as u64);
    assert_eq!(column(Editor::Code), before.encode_utf16().count() as u64);
}

#[test]
fn a_finding_has_related_places_a_link_and_tags() {
    let mut client = Client::with_environments(Editor::Code);
    let text = client.open("two-node/node-a.ncl");
    client.change("two-node/node-a.ncl", &text.replace("stack = \"stk_local_node_a\"", "stack = \"stk_other\""));
    client.settled();
    let all: Vec<&serde_json::Value> = client.published.values().flatten().collect();
    assert!(all.iter().all(|found| found["codeDescription"]["href"].as_str().unwrap().contains("docs/rules/")));
    assert!(
        all.iter().any(|found| { found["relatedInformation"].as_array().is_some_and(|related| !related.is_empty()) })
    );
    client.shut_down();
}

#[test]
fn what_has_no_place_is_shown_where_its_environment_begins() {
    let text = std::fs::read_to_string(root().join("environments/local-dev.ncl")).unwrap();
    let peer = |n: usize| {
        format!(
            "stk_{n} = 'Remote {{ environment = \"dev\", region = \"r\", endpoints = {{ agent-orchestrator = \
             \"http://a{n}.example\", model-policy = \"http://m{n}.example\" }} }}, "
        )
    };
    let peers: String = (0..1_000).map(peer).collect();
    let text = text.replace("region = \"local\"", &format!("region = \"local\", peers = {{ {peers} }}"));
    let mut client = Client::new(Editor::Code, [("a.ncl", text.as_str())]);
    let shown = client.settled();
    assert!(shown["a.ncl"].iter().any(|(code, line, _)| code == "K008" && *line == 1), "{shown:?}");
    client.shut_down();
}
