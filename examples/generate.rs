//! Writes every generated file of the repository: `cargo run --example generate`, from its root.

fn main() -> std::io::Result<()> {
    for file in agentos_cfg::reference::files() {
        if let Some(folder) = std::path::Path::new(file.path).parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file.path, file.text)?;
    }
    Ok(())
}
