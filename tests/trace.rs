//! `std.trace` says the same at each run, and neither shows a credential nor acts on a terminal.

mod common;

use common::environment;
use std::path::Path;

/// What a check of `main.ncl` prints on standard error, with a cache of its own.
fn traced(folder: &Path) -> Vec<String> {
    let output = common::binary()
        .args(["check", "main.ncl"])
        .current_dir(folder)
        .env("AGENTOS_CFG_CACHE_DIR", folder.join("cache"))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    stderr.lines().filter(|line| line.starts_with("std.trace")).map(str::to_owned).collect()
}

#[test]
fn what_is_traced_is_printed_at_every_run_without_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let token = format!("ghp_{}", "aB3dE5fG7hJ9".repeat(3));
    let escapes = "\\u{1b}[2J\\u{9b}2K\\u{202e}\\n::error::forged";
    let traces = [format!("std.trace \"now {token} {escapes}\" \"x\""), "%trace% \"by itself\" \"y\"".to_owned()];
    for (index, trace) in traces.iter().enumerate() {
        let text = environment(&format!("  annotations.a = {trace},"));
        std::fs::write(folder.path().join("main.ncl"), text).unwrap();
        let first = traced(folder.path());
        assert_eq!(first.len(), 1, "{first:?}");
        assert!(!first[0].contains("aB3dE5") && !first[0].contains(char::is_control), "{first:?}");
        assert!(index > 0 || first[0].ends_with("\\u{1b}[2J\\u{9b}2K\\u{202e}\\n::error::forged"), "{first:?}");
        assert_eq!(traced(folder.path()), first, "the second run says something else");
    }
}
