//! Fixes, as actions of the editor.

use crate::client::{Client, Editor};
use serde_json::{Value, json};

/// The actions in a line, by their titles, and the text after each.
fn actions(client: &mut Client, name: &str, text: &str, line: usize) -> Vec<(String, String, String)> {
    client.settled();
    let at = json!({"line": line, "character": 0});
    let uri = client.uri(name);
    let params = json!({
        "textDocument": {"uri": uri},
        "range": {"start": at, "end": at},
        "context": {"diagnostics": []},
    });
    let answer = client.request("textDocument/codeAction", params).unwrap();
    let of = |action: &Value| {
        let edits = action["edit"]["changes"][&uri].as_array().unwrap();
        let (title, kind) = (action["title"].as_str().unwrap(), action["kind"].as_str().unwrap());
        (title.to_owned(), kind.to_owned(), applied(text, edits))
    };
    answer.as_array().unwrap().iter().map(of).collect()
}

/// A text after edits, whose positions count bytes.
fn applied(text: &str, edits: &[Value]) -> String {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let byte = |position: &Value| {
        let number = |name: &str| usize::try_from(position[name].as_u64().unwrap()).unwrap();
        starts.get(number("line")).map_or(text.len(), |start| start + number("character"))
    };
    let range = |edit: &Value| byte(&edit["range"]["start"])..byte(&edit["range"]["end"]);
    let mut edits: Vec<_> = edits.iter().map(|edit| (range(edit), edit["newText"].as_str().unwrap())).collect();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
    edits.into_iter().fold(text.to_owned(), |mut text, (range, with)| {
        text.replace_range(range, with);
        text
    })
}

#[test]
fn each_fix_of_a_line_is_an_action_and_all_safe_ones_are_one() {
    let mut client = Client::with_environments(Editor::Neovim);
    let sound = client.open("local-dev.ncl");
    let text = sound.replace("profile = 'Dev", "profil = 'Dev").replace("storage = 'Ephemeral", "storage = 'Ephemerl");
    assert_ne!(text, sound);
    client.change("local-dev.ncl", &text);
    let line = text.lines().position(|line| line.contains("profil ")).unwrap();
    let found = actions(&mut client, "local-dev.ncl", &text, line);
    let (_, kind, fixed) = found.iter().find(|(title, _, _)| title.contains("rename `profil` to `profile`")).unwrap();
    assert_eq!(kind, "quickfix");
    assert_eq!(*fixed, text.replace("profil =", "profile ="));
    let (_, _, all) = found.iter().find(|(_, kind, _)| kind == "source.fixAll").unwrap();
    assert_eq!(*all, sound);
    client.change("local-dev.ncl", &sound);
    assert_eq!(client.settled(), [].into());
    client.shut_down();
}

#[test]
fn a_rule_is_allowed_with_a_reason_where_it_may_be() {
    let mut client = Client::with_environments(Editor::Neovim);
    let text = client.open("local-dev.ncl").replace("profile = 'Dev", "profile = 'Prod");
    client.change("local-dev.ncl", &text);
    let line = text.lines().position(|line| line.contains("'Prod")).unwrap();
    let found = actions(&mut client, "local-dev.ncl", &text, line);
    let shown: Vec<String> = client.shown()["local-dev.ncl"].iter().map(|(code, _, _)| code.clone()).collect();
    assert!(shown.contains(&"N006".to_owned()) && shown.contains(&"T001".to_owned()), "{shown:?}");
    let allowing: Vec<_> = found.iter().filter(|(title, _, _)| title.starts_with("allow ")).collect();
    let [(title, kind, allowed)] = allowing.as_slice() else { panic!("{found:?}") };
    assert_eq!((title.as_str(), kind.as_str()), ("allow N006, with a reason", "quickfix"));
    client.change("local-dev.ncl", allowed);
    client.settled();
    let pinned = client.published["local-dev.ncl"].iter().find(|found| found["code"] == "N006").unwrap();
    assert_eq!(pinned["severity"], 3, "{pinned}");
    assert!(pinned["message"].as_str().unwrap().contains("allowed: "), "{pinned}");
    client.shut_down();
}
