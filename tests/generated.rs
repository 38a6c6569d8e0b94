//! What is generated is current: run `just generate` where this fails.

use agentos_cfg::reference;
use std::path::Path;

#[test]
fn generated_files_match_their_sources() {
    for file in reference::files() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file.path);
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == file.text, "{} is out of date; run `cargo run --example generate`", file.path);
    }
}
