# What a change must pass.
ready:
    .ci/run

# What CI checks besides, and what takes longer.
deep:
    .ci/deep

# Build the command.
build:
    cargo build --release

# Build what is released for this platform, below target/dist (docs/install.md), and try it.
dist:
    dist/build
    dist/check

# Run the tests.
test:
    cargo test

# Hold the compiled environments against kubernetes-validate, checkov and kubectl.
gates:
    .ci/gates

# Write everything that is generated: the settings module, the reference pages, the compiled environments.
#
# Twice, because the language reference is written from the library as it was compiled in.
generate:
    cargo run --example generate
    cargo run --example generate
    cargo run -- build {{ environments }} --output deploy/k8s

environments := "environments/demo.ncl environments/local-dev.ncl environments/next.ncl environments/platforms/existing-namespaces.ncl environments/platforms/gke.ncl environments/platforms/openshift.ncl environments/platforms/private-registry.ncl environments/prod/eu.ncl environments/prod/us.ncl environments/two-node/node-a.ncl environments/two-node/node-b.ncl"

# Accept the snapshots of the tests as they are now.
accept:
    INSTA_UPDATE=always cargo test

# Time each stage of a build by itself.
bench:
    cargo bench --bench stages

# Time the command against other tools that write the same stack; writes target/bench/report.md (docs/performance.md).
bench-peers *options:
    cargo build --release --bin agentos-cfg --example measure
    python3 benches/peers/run.py {{ options }}
