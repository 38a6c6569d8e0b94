// The grammar and the snippets on what ships: no text is left open, nothing is taken for a mistake, and what the snippets
// write is accepted.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import textmate from "vscode-textmate";
import oniguruma from "vscode-oniguruma";

const extension = new URL("..", import.meta.url).pathname;
const repository = join(extension, "../..");
const program = process.env.AGENTOS_CFG;
const read = (file) => readFileSync(file, "utf8");

async function grammar() {
  await oniguruma.loadWASM(readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm")).buffer);
  const file = join(extension, "syntaxes/nickel.tmLanguage.json");
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(read(file), file),
  });
  return registry.loadGrammar("source.nickel");
}

/** The tokens of a text, and how deep its last line is nested. */
function tokenize(loaded, text) {
  let state = textmate.INITIAL;
  const tokens = [];
  for (const line of text.split("\n")) {
    const result = loaded.tokenizeLine(line, state);
    tokens.push(...result.tokens.map(({ startIndex, endIndex, scopes }) => ({ text: line.slice(startIndex, endIndex), scopes })));
    state = result.ruleStack;
  }
  return { tokens, depth: state.depth };
}

/** Files below a folder of the repository. */
function files(folder, name) {
  const entries = readdirSync(join(repository, folder), { recursive: true });
  return entries.filter((entry) => name.test(entry)).map((entry) => join(repository, folder, entry));
}

test("environments and library are tokenized to their end", async () => {
  const loaded = await grammar();
  const sound = [...files("environments", /\.ncl$/), ...files("lib", /\.ncl$/)];
  assert.ok(sound.length > 20, `${sound.length} files`);
  for (const file of sound) {
    const { tokens, depth } = tokenize(loaded, read(file));
    assert.equal(depth, 1, `${file} ends inside of something`);
    assert.deepEqual(tokens.filter(({ scopes }) => scopes.some((scope) => scope.startsWith("invalid"))), [], file);
  }
});

test("an open string reaches to the end", async () => {
  const loaded = await grammar();
  assert.notEqual(tokenize(loaded, '{ name = "open }\n').depth, 1);
});

test("the page of the editors is true of them", () => {
  const page = read(join(repository, "docs/editors.md"));
  const block = (language) => page.split(`\n\`\`\`${language}\n`).slice(1).map((rest) => rest.split("\n```")[0]);
  const { contributes } = JSON.parse(read(join(extension, "package.json")));
  for (const { category, title } of contributes.commands) {
    assert.ok(page.includes(`| ${category}: ${title} |`), title);
  }
  for (const setting of Object.keys(contributes.configuration.properties)) {
    assert.ok(page.includes(`| \`${setting}\` |`), setting);
  }
  const [tasks] = block("json").map(JSON.parse);
  assert.equal(tasks.tasks[0].type, contributes.taskDefinitions[0].type);
  assert.equal(tasks.tasks[0].problemMatcher, `$${contributes.problemMatchers[0].name}`);
  const prefixes = new Set(Object.values(JSON.parse(read(join(extension, "snippets/nickel.json")))).map(({ prefix }) => `\`${prefix}\``));
  assert.ok(page.includes(`Snippets: ${[...prefixes].join(", ")}.`));
  const tested = read(join(repository, "editors/tests/neovim-init.lua")).replace('vim.env.AGENTOS_CFG_REPOSITORY .. "/', '"/path/to/agentos-cfg/');
  assert.ok(tested.endsWith(`${block("lua")[0]}\n`), "the lines for Neovim are those of its test");
});

/** What a snippet writes where every default is kept, with the choice of this number where it has one. */
function expand(body, choice) {
  let text = body.join("\n");
  const values = new Map();
  const keep = (number, value) => values.set(number, values.get(number) ?? value).get(number);
  text = text.replace(/\$\{(\d+)\|([^|]*)\|\}/g, (_, number, choices) => keep(number, choices.split(",").at(choice) ?? choices.split(",")[0]));
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\$\{(\d+):([^${}]*(?:\{[^${}]*\}[^${}]*)*)\}/g, (_, number, value) => keep(number, value));
  }
  return text.replace(/\$(?:\{(\d+)\}|(\d+))/g, (_, braced, plain) => values.get(braced ?? plain) ?? "");
}

/** What `check` prints of an environment where it is not accepted. */
function check(text) {
  const folder = mkdtempSync(join(tmpdir(), "agentos-"));
  try {
    writeFileSync(join(folder, "environment.ncl"), text);
    writeFileSync(join(folder, "node-b.ncl"), environment({ name: "node-b", stack: "stk_node_b" }));
    const words = ["--color", "never", "check", "--no-cache", "environment.ncl"];
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: "utf8" });
    return status === 0 ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A sound environment with fields in the place of its own. */
function environment({ name = "local-dev", stack = "stk_local", field = "", without = [] }) {
  const fields = {
    name: `name = "${name}",`,
    rest: `profile = 'Dev,\nnamespace = "${name}",`,
    tenancy: `tenancy = { default = "tnt_demo", tenants.tnt_demo = { name = "Demo" } },`,
    secrets: `secrets = {
      backend = 'Placeholder,
      keys = {
        AGENTOS_SERVICE_TOKEN.placeholder = "fake_service_token_local",
        AGENTOS_FED_SHARED_SECRET.placeholder = "fake_federation_secret_local",
        AGENTOS_SIGNING_KEY.placeholder = "fake_signing_key_material_local",
      },
    },`,
    storage: "storage = 'Ephemeral,",
    federation: `federation = { stack = "${stack}", environment = "k8s", region = "local" },`,
  };
  const kept = Object.entries(fields).filter(([key]) => !without.includes(key)).map(([, text]) => text);
  return `let agentos = import "agentos/lib.ncl" in\n{\n${kept.join("\n")}\n${field}\n} | agentos.Environment\n`;
}

/** The snippets that are a field, and which of the environment's own they stand for. */
const REPLACES = { secrets: ["secrets"], storage: ["storage"] };

const withProgram = { skip: program === undefined && "AGENTOS_CFG names no program" };

test("the problem matcher reads what check prints", withProgram, () => {
  const [matcher] = JSON.parse(read(join(extension, "package.json"))).contributes.problemMatchers;
  const [first, second] = matcher.pattern.map(({ regexp }) => new RegExp(regexp));
  const lines = check(environment({ field: "nonsense = 1,", without: ["storage"] })).split("\n");
  const heads = lines.flatMap((line, at) => (first.test(line) ? [[first.exec(line), second.exec(lines[at + 1])]] : []));
  assert.deepEqual(heads.map(([head]) => head[2]).sort(), ["C002", "C003"]);
  for (const [head, place] of heads) {
    assert.equal(head[1], "error");
    assert.ok(head[3].length > 10);
    assert.equal(place?.[1], "environment.ncl");
    assert.ok(Number(place[2]) > 1 && Number(place[3]) >= 1);
  }
});

test("the snippets write what check accepts", withProgram, () => {
  const snippets = Object.entries(JSON.parse(read(join(extension, "snippets/nickel.json"))));
  assert.equal(snippets.length, 7);
  assert.notEqual(check(environment({ without: ["storage"] })), "", "a fault is found");
  for (const [name, { prefix, body }] of snippets) {
    const choices = body.join("").includes("|") ? [0, 1] : [0];
    for (const choice of choices) {
      const field = expand(body, choice);
      const text = prefix === "environment" ? field : environment({ field, without: REPLACES[prefix] ?? [] });
      assert.equal(check(text), "", `${name}, choice ${choice}:\n${text}`);
    }
  }
});
