//! Writes every generated file of the repository: `cargo run --example generate`, from its root.

use agentos_cfg::reference;
use agentos_cfg::source::Disk;

fn main() -> std::io::Result<()> {
    for file in reference::files().into_iter().chain(reference::pictures(&Disk, &std::env::current_dir()?)) {
        if let Some(folder) = std::path::Path::new(&file.path).parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file.path, file.text)?;
    }
    Ok(())
}
