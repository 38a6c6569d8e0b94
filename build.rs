//! How the binary is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    // At a fixed address, as Go's tools are: else the loader writes 37,000 addresses into the tables of the program at each
    // start, which takes a millisecond. Stacks, heap and libraries stay where nobody can foretell.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
