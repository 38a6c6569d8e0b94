//! `lib export` replaces an earlier export as one, and writes over nothing else.

mod common;

use agentos_cfg::source::LIBRARY;
use std::collections::BTreeMap;
use std::path::Path;

fn export(folder: &Path) -> (Option<i32>, String) {
    let output = common::binary().args(["lib", "export", "out"]).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// All files below a folder by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().display().to_string();
                    files.insert(name, std::fs::read_to_string(path).unwrap());
                }
            }
        }
    }
    files
}

#[test]
fn an_export_is_repeated_and_repaired() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(export(folder.path()), (Some(0), String::new()));
    let out = folder.path().join("out");
    let written = files(&out);
    assert_eq!(written.len(), LIBRARY.len() + 1, "{:?}", written.keys());
    assert_eq!(export(folder.path()), (Some(0), String::new()));
    std::fs::remove_file(out.join("agentos/lib/check.ncl")).unwrap();
    // What stands beside the library is not of it.
    std::fs::write(out.join("lib.ncl"), "mine").unwrap();
    assert_eq!(export(folder.path()), (Some(0), String::new()));
    let mut again = files(&out);
    assert_eq!(again.remove("lib.ncl").as_deref(), Some("mine"));
    assert_eq!(again, written);
}

#[test]
fn an_export_of_another_version_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let out = folder.path().join("out");
    let written = files(&out);
    // As another version would have written it: a module with another text, and one that there is no more.
    let list = out.join("agentos/.export");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex();
    let (current, old) = (hash(&written["agentos/lib/check.ncl"]), "{ old = 1 }");
    let mut text = written["agentos/.export"].replace(current.as_str(), hash(old).as_str());
    text += &format!("{}  lib/gone/away.ncl\n", hash(old));
    std::fs::write(&list, text).unwrap();
    std::fs::write(out.join("agentos/lib/check.ncl"), old).unwrap();
    std::fs::create_dir(out.join("agentos/lib/gone")).unwrap();
    std::fs::write(out.join("agentos/lib/gone/away.ncl"), old).unwrap();
    assert_eq!(export(folder.path()), (Some(0), String::new()));
    assert_eq!(files(&out), written);
    assert!(!out.join("agentos/lib/gone").exists());
}

#[test]
fn what_is_of_no_export_is_not_written_over() {
    let refused = |name: &str, why: &str, prepare: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let before = files(folder.path());
        let (status, said) = export(folder.path());
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains(&format!("`out/agentos{name}` {why}")) && said.contains("another folder"), "{said}");
        assert_eq!(files(folder.path()), before);
    };
    let write = |folder: &Path, name: &str| {
        let path = folder.join("out/agentos").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "mine").unwrap();
    };
    refused("/lib.ncl", "is of no export", &|folder| write(folder, "lib.ncl"));
    refused("/a.txt", "is of no export", &|folder| ["b.txt", "a.txt"].iter().for_each(|name| write(folder, name)));
    refused("/.export", "is of no export", &|folder| write(folder, ".export"));
    refused("/lib/names.ncl", "was changed since", &|folder| {
        export(folder);
        write(folder, "lib/names.ncl");
    });
    refused("/lib/sub/mine.ncl", "is of no export", &|folder| {
        export(folder);
        write(folder, "lib/sub/mine.ncl");
    });
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        refused("", "is a symbolic link", &|folder| {
            std::fs::create_dir_all(folder.join("out")).unwrap();
            std::fs::create_dir(folder.join("elsewhere")).unwrap();
            symlink("../elsewhere", folder.join("out/agentos")).unwrap();
        });
        refused("/lib.ncl", "is a symbolic link", &|folder| {
            std::fs::create_dir_all(folder.join("out/agentos")).unwrap();
            std::fs::write(folder.join("mine"), "mine").unwrap();
            symlink("../../mine", folder.join("out/agentos/lib.ncl")).unwrap();
        });
    }
}
