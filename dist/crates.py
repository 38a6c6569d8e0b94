"""What a release for a target is made of: the crates, as Cargo.lock has them and as Cargo builds them."""

import dataclasses
import json
import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = "agentos-cfg"


@dataclasses.dataclass(frozen=True)
class Crate:
    """A package in a version, with what it declares."""

    name: str
    version: str
    # An SPDX expression, also where the crate spells it in the old way, `MIT/Apache-2.0`.
    licence: str
    repository: str
    folder: pathlib.Path
    # Of the file that crates.io has; None of the program itself.
    digest: str | None
    # Whether code of it is in the program; otherwise only the build runs it.
    is_linked: bool
    # What it is built from in turn, as `(name, version)`.
    needs: tuple


def cargo(*arguments):
    done = subprocess.run(["cargo", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"dist: cargo {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def listed(target, edges):
    """The packages of the program that Cargo reaches by these edges."""
    tree = ["tree", "--locked", "--target", target, "--edges", edges, "--prefix", "none", "--no-dedupe", "--format", "{p}"]
    lines = {tuple(line.split()[:2]) for line in cargo(*tree).splitlines() if line}
    return {(name, version.removeprefix("v")) for name, version in lines}


def of(target):
    """All crates, sorted by name and version."""
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", target))
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    digests = {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock["package"]}
    built, linked = listed(target, "normal,build"), listed(target, "normal,no-proc-macro")
    key = {package["id"]: (package["name"], package["version"]) for package in metadata["packages"]}
    needs = {
        key[node["id"]]: tuple(sorted({key[needed["pkg"]] for needed in node["deps"]} & built))
        for node in metadata["resolve"]["nodes"]
    }
    return [
        Crate(
            name=package["name"],
            version=package["version"],
            licence=(package["license"] or "NOASSERTION").replace("/", " OR "),
            repository=package["repository"] or "",
            folder=pathlib.Path(package["manifest_path"]).parent,
            digest=digests[key[package["id"]]],
            is_linked=key[package["id"]] in linked,
            needs=needs[key[package["id"]]],
        )
        for package in sorted(metadata["packages"], key=lambda package: (package["name"], package["version"]))
        if key[package["id"]] in built
    ]


def rust():
    """The version of Rust, whose standard library is linked as well."""
    return subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
