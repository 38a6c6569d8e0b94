//! One compiler serves many environments.

mod common;

use agentos_cfg::Compiler;
use agentos_cfg::source::{Disk, Entry};
use common::{Memory, compile_in, compile_shipped, root, shipped};
use std::path::Path;

#[test]
fn an_environment_may_use_the_standard_library() {
    let text = common::environment(
        "  tenancy.tenants = std.array.range 1 4 |> std.array.map (fun n => { field = \"tnt_%{std.to_string n}\", value = { name = \"T%{std.to_string n}\" } }) |> std.record.from_array,",
    );
    let (compiler, outcome) = common::compile(&text);
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    assert_eq!(outcome.environment.unwrap().tenancy.tenants.len(), 3);
}

#[test]
fn one_compiler_compiles_many_environments() {
    let mut compiler = Compiler::new();
    for name in shipped().into_iter().chain(shipped()) {
        let again = compiler.compile(&Disk, &Entry::file(Path::new(name), root()));
        assert_eq!(again.objects, compile_shipped(name).1.objects, "{name}");
    }
}

#[test]
fn overlays_need_no_force() {
    let base = common::environment("  services.agent-orchestrator.quotas.run_create_qps | default = 5,");
    let world = Memory::of([
        ("base.ncl", base.as_str()),
        (
            "over.ncl",
            "(import \"base.ncl\") & { namespace = \"other\", services.agent-orchestrator.quotas.run_create_qps = 7 }",
        ),
    ]);
    let (compiler, outcome) = compile_in(&world, "over.ncl");
    assert!(outcome.findings.is_empty(), "{}", common::shown(&compiler, &outcome));
    let environment = outcome.environment.unwrap();
    assert_eq!(environment.namespace, "other");
    assert_eq!(environment.services.agent_orchestrator.quotas.run_create_qps, Some(7));
}

#[test]
fn numbers_are_exact() {
    let text = common::environment("  services.model-policy.quotas.invoke_qps = 65537,");
    let (_, outcome) = common::compile(&text);
    assert_eq!(outcome.environment.unwrap().services.model_policy.quotas.invoke_qps, Some(65537));
}
