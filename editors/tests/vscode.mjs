// Drives a real VS Code through what its user does: CHROMIUM=… node vscode.mjs PROGRAM VSIX WORK
//
// WORK is made anew: a project, the settings and extensions of code-server, and a picture of each step. Each step waits for
// what it is about, and fails where that does not come.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

const [program, vsix, work] = process.argv.slice(2);
const here = dirname(new URL(import.meta.url).pathname);
const codeServer = join(here, "node_modules/code-server/out/node/entry.js");
const project = join(work, "project");
const pictures = join(work, "pictures");
const wrapper = join(work, "agentos-cfg");
const journal = join(work, "journal");
const LIMIT = 30_000;

/** What VS Code asks the network for, and what a picture does not need. */
const SETTINGS = {
  "breadcrumbs.enabled": false,
  "chat.commandCenter.enabled": false,
  "editor.lightbulb.enabled": "off",
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.layoutControl.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** The program, which notes what it is run with, and when a run other than that of the server has ended. */
const WRAPPER = `#!/bin/sh
echo "begun $*" >> '${journal}'
case $1 in lsp) exec '${program}' "$@" ;; esac
'${program}' "$@"
status=$?
echo "ended $*" >> '${journal}'
exit $status
`;

/** The runs of the program so far. */
function runs() {
  return readFileSync(journal, "utf8");
}

function prepare() {
  rmSync(work, { recursive: true, force: true });
  for (const folder of ["project", "plain", "missing/.vscode", "user/User", "user/Machine", "pictures"]) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  cpSync(join(here, "../../environments"), join(project, "environments"), { recursive: true });
  cpSync(join(here, "../../environments/local-dev.ncl"), join(work, "missing/local-dev.ncl"));
  writeFileSync(join(work, "missing/.vscode/settings.json"), JSON.stringify({ "agentos.server.path": "/nowhere/agentos-cfg" }));
  writeFileSync(join(work, "plain/plain.ncl"), "{ a = 1 }\n");
  writeFileSync(join(work, "user/User/settings.json"), JSON.stringify(SETTINGS));
  // A program belongs to the machine: where VS Code is a page, the settings of the user can't name one.
  writeFileSync(join(work, "user/Machine/settings.json"), JSON.stringify({ "agentos.server.path": wrapper }));
  writeFileSync(join(work, "config.yaml"), "");
  writeFileSync(journal, "");
  writeFileSync(wrapper, WRAPPER, { mode: 0o755 });
}

function options() {
  return ["--config", join(work, "config.yaml"), "--user-data-dir", join(work, "user"), "--extensions-dir", join(work, "extensions")];
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function serve() {
  execFileSync(process.execPath, [codeServer, ...options(), "--install-extension", vsix], { stdio: "inherit" });
  const port = await freePort();
  const flags = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  const server = spawn(process.execPath, [codeServer, ...options(), ...flags], { stdio: ["ignore", "ignore", "inherit"] });
  process.once("exit", () => server.kill());
  const address = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${address}/healthz`).catch(() => undefined);
    if (answer?.ok) {
      return address;
    }
    assert.ok(tries < 300, "code-server does not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function browse() {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--lang=en-US", ...quiet],
  });
}

/** A window of VS Code, by what a user does in it. */
class Workbench {
  constructor(page, address) {
    this.page = page;
    this.address = address;
  }

  async open(folder) {
    await this.page.goto(`${this.address}/?folder=${folder}`);
    await this.page.waitForSelector(".monaco-workbench .part.editor", { timeout: LIMIT });
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  async openFile(name) {
    await this.press("Control+P");
    await this.choose(name, name);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, { timeout: LIMIT });
    await this.page.waitForSelector(".editor-group-container.active .monaco-editor .view-line", { timeout: LIMIT });
  }

  /** Types into the quick input, and takes the row with this text. */
  async choose(typed, row) {
    await this.page.waitForSelector(".quick-input-widget .quick-input-box input", { state: "visible", timeout: LIMIT });
    await this.page.keyboard.type(typed);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: row }).first().click({ timeout: LIMIT });
  }

  async command(title) {
    await this.press("F1");
    await this.choose(title, title);
  }

  /** Selects the first occurrence of a text in the active editor. */
  async select(text) {
    await this.press("Control+Home");
    const found = await until(text, async () => (await this.lines()).find(({ content }) => content.includes(text)));
    await this.press("Control+G");
    await this.page.waitForSelector(".quick-input-widget .quick-input-box input", { state: "visible", timeout: LIMIT });
    await this.page.keyboard.type(`${found.number}:${found.content.indexOf(text) + 1}`);
    await this.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden", timeout: LIMIT });
    await this.press(...Array(text.length).fill("Shift+ArrowRight"));
  }

  async replace(text, by) {
    await this.select(text);
    await this.press("Delete");
    await this.page.keyboard.insertText(by);
  }

  /** The lines that an editor group shows, by the numbers in its margin. */
  lines(group = ".editor-group-container.active") {
    return this.page.evaluate((selector) => {
      const within = (part) => [...document.querySelectorAll(`${selector} .monaco-editor ${part}`)];
      const numbers = new Map(within(".margin-view-overlays > div").map((line) => [line.style.top, Number(line.textContent)]));
      const lines = within(".view-lines > .view-line").map((line) => ({
        number: numbers.get(line.style.top) ?? 0,
        content: (line.textContent ?? "").replaceAll("\u00a0", " "),
      }));
      return lines.sort((a, b) => a.number - b.number);
    }, group);
  }

  /** The text that an editor group shows. */
  async text(group) {
    return (await this.lines(group)).map(({ content }) => content).join("\n");
  }

  /** The text of a panel that is a page of its own, such as a preview of Markdown. */
  async pageText() {
    const texts = this.page.frames().map((frame) => frame.evaluate(() => document.body?.innerText ?? "").catch(() => ""));
    return (await Promise.all(texts)).join("\n");
  }

  picture(name) {
    return this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}

async function until(what, holds) {
  const deadline = Date.now() + LIMIT;
  while (Date.now() < deadline) {
    const value = await holds();
    if (value) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it does not come: ${what}`);
}

const has = (read, ...texts) => async () => {
  const text = await read();
  return texts.every((wanted) => text.includes(wanted));
};

/** Steps in order; each begins where the last one ended. */
const STEPS = {
  "a Nickel file without AgentOS starts no server": async (code) => {
    await code.open(join(work, "plain"));
    await code.openFile("plain.ncl");
    await until("the language status", () => languageStatus(code, "No environment in this folder"));
    assert.equal(runs(), "");
  },
  "a missing program is said plainly, with two ways out": async (code) => {
    await code.open(join(work, "missing"));
    await code.openFile("local-dev.ncl");
    const message = code.page.locator(".notifications-toasts .notification-toast", { hasText: "/nowhere/agentos-cfg" });
    await message.waitFor({ timeout: LIMIT });
    assert.match(await message.innerText(), /How to Install/);
    assert.match(await message.innerText(), /Open Settings/);
  },
  "an environment starts the server": async (code) => {
    await code.open(project);
    await code.openFile("local-dev.ncl");
    await until("the language status", () => languageStatus(code, "Running"));
    assert.equal(runs(), "begun lsp --stdio\n");
  },
  "colours are those of the grammar": async (code) => {
    const colours = await code.page.evaluate(() => {
      const line = [...document.querySelectorAll(".view-line")].find((each) => each.textContent?.includes("profile"));
      return [...(line?.querySelectorAll("span > span") ?? [])].map((span) => getComputedStyle(span).color);
    });
    assert.ok(new Set(colours).size >= 3, `${colours}`);
  },
  "a misspelt tag is underlined, and a problem": async (code) => {
    await code.replace("'Ephemeral", "'Ephemerl");
    await code.page.waitForSelector(".squiggly-error", { timeout: LIMIT });
    await code.press("Control+Shift+M");
    await until("the problem", has(() => code.page.locator(".markers-panel").innerText(), "is not a choice", "C004"));
    await code.picture("finding");
  },
  "its fix is applied": async (code) => {
    await code.press("Control+Shift+M");
    await code.page.locator(".markers-panel").waitFor({ state: "hidden", timeout: LIMIT });
    await code.select("'Ephemerl");
    await code.press("Control+.");
    const fix = code.page.locator(".action-widget .action", { hasText: "'Ephemeral" });
    await fix.waitFor({ timeout: LIMIT });
    await code.picture("fix");
    await code.press("Enter");
    await until("the tag", has(() => code.text(), "storage = 'Ephemeral,"));
    await code.page.waitForSelector(".squiggly-error", { state: "detached", timeout: LIMIT });
  },
  "a tag is completed": async (code) => {
    await code.select("'Dev");
    await code.press("Delete");
    await code.page.keyboard.type("'");
    const demo = code.page.locator(".suggest-widget .monaco-list-row", { hasText: "Demo" });
    await demo.waitFor({ timeout: LIMIT });
    await code.picture("completion");
    await code.page.keyboard.type("Dem");
    await code.press("Enter");
    await until("the tag", has(() => code.text(), "profile = 'Demo,"));
    await code.replace("'Demo", "'Dev");
  },
  "hover shows what a field is for": async (code) => {
    await code.select("profile");
    await code.press("Control+K", "Control+I");
    await until("the hover", has(() => code.page.locator(".monaco-hover").allInnerTexts().then((texts) => texts.join()), "guards of the runtime"));
    await code.page.waitForTimeout(500);
    await code.picture("hover");
  },
  "the manifests are shown beside the text": async (code) => {
    await code.press("Escape");
    await code.command("AgentOS: Show Manifests");
    await until("the preview", has(() => preview(code), "apiVersion: v1"));
  },
  "and follow it, the last sound ones marked": async (code) => {
    await code.replace('namespace = "agentos"', 'namespace = "agentos-two"');
    await until("the change", has(() => preview(code), "agentos-two"));
    await code.replace("'Ephemeral", "'Ephemerl");
    await until("the mark", has(() => preview(code), "The last sound state", "agentos-two"));
    await code.press("Escape");
    await code.page.waitForTimeout(300);
    await code.picture("preview");
    await code.replace("'Ephemerl", "'Ephemeral");
    await until("no mark", async () => !(await preview(code)).includes("The last sound state"));
  },
  "a definition is followed into the library": async (code) => {
    await code.select("profile");
    await code.press("F12");
    await code.page.waitForSelector('.tab.active[data-resource-name="environment.ncl"]', { timeout: LIMIT });
    await until("the declaration", has(() => code.text(), "profile"));
  },
  "a finding is explained": async (code) => {
    await code.command("AgentOS: Explain a Finding");
    await code.page.waitForSelector(".quick-input-widget .quick-input-box input", { state: "visible", timeout: LIMIT });
    await code.page.keyboard.type("T002");
    await code.press("Enter");
    await until("the page", has(() => code.pageText(), "a malformed one reads another tenant's data"));
  },
  "the environment is drawn": async (code) => {
    await code.openFile("local-dev.ncl");
    await code.command("AgentOS: Show Graph");
    await until("the drawing", has(() => code.pageText(), "agent-orchestrator"));
  },
  "a check of all fills the problems from the task": async (code) => {
    const file = join(project, "environments/demo.ncl");
    writeFileSync(file, readFileSync(file, "utf8").replace("profile = 'Demo", "profile = 'Dmo"));
    await code.command("AgentOS: Check All Environments");
    await until("the end of the task", () => runs().includes("ended --color never check ."));
    await until("the problem", has(() => code.page.locator(".markers-panel").innerText(), "demo.ncl", "`profile`: `'Dmo` is not a choice"));
    await code.page.waitForTimeout(1_000);
    const problems = await code.page.locator(".markers-panel .monaco-list-row", { hasText: "`'Dmo` is not a choice" }).count();
    assert.equal(problems, 1, "server and task say it once");
  },
};

/** The text of the editor group that is not active. */
function preview(code) {
  return code.text(".editor-group-container:not(.active)");
}

/** Whether the language status of the active editor says this. */
async function languageStatus(code, text) {
  const item = code.page.locator('.statusbar-item[id="status.languageStatus"]');
  return (await item.count()) > 0 && (await item.getAttribute("aria-label")).includes(text);
}

prepare();
const address = await serve();
const browser = await browse();
const page = await browser.newPage({ viewport: { width: 1200, height: 640 }, locale: "en-US" });
const code = new Workbench(page, address);
let passed = 0;
let failed = 0;
for (const [name, step] of Object.entries(STEPS)) {
  const began = Date.now();
  try {
    await step(code);
    passed++;
    console.log(`ok ${name}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await code.picture(`${passed}`.padStart(2, "0"));
  } catch (error) {
    failed++;
    console.error(`FAILED ${name}: ${error instanceof Error ? error.message : error}`);
    await code.picture("failed");
    break;
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed === Object.keys(STEPS).length ? 0 : 1);
