//! What is generated is current: run `just generate` where this fails.

use agentos_cfg::reference;
use agentos_cfg::source::Disk;
use std::path::Path;

#[test]
fn generated_files_match_their_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in reference::files().into_iter().chain(reference::pictures(&Disk, root)) {
        let path = root.join(&file.path);
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == file.text, "{} is out of date; run `cargo run --example generate`", file.path);
    }
}
