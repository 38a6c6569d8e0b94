// The program `agentos-cfg`: where it is, what it prints, and what to do where it is missing.

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";

const INSTALLATION = "https://github.com/nexixai/agentos-cfg/blob/main/docs/editors.md";

/** The program by the setting, else the first on `PATH`; nothing where there is none. */
export async function find(): Promise<string | undefined> {
  const configured = vscode.workspace.getConfiguration("agentos").get<string>("server.path", "");
  if (configured !== "") {
    return (await isExecutable(configured)) ? configured : undefined;
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const candidate = path.join(folder, `agentos-cfg${suffix}`);
    if (folder !== "" && (await isExecutable(candidate))) {
      return candidate;
    }
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Says that the program is missing, with the two ways out. */
export async function reportMissing(): Promise<void> {
  const configured = vscode.workspace.getConfiguration("agentos").get<string>("server.path", "");
  const message =
    configured === ""
      ? "agentos-cfg is not on PATH: environments are not checked. Install it, or name it in `agentos.server.path`."
      : `There is no program ${configured}, which \`agentos.server.path\` names: environments are not checked.`;
  const [install, settings] = ["How to Install", "Open Settings"] as const;
  const choice = await vscode.window.showErrorMessage(message, install, settings);
  if (choice === install) {
    await vscode.env.openExternal(vscode.Uri.parse(INSTALLATION));
  } else if (choice === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "agentos.server.path");
  }
}

/** The program, or nothing after saying that it is missing. */
export async function findOrReport(): Promise<string | undefined> {
  const program = await find();
  if (program === undefined) {
    void reportMissing();
  }
  return program;
}

/** What a run prints; rejected with the program's own message where it fails. */
export function run(program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 30_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
      } else {
        reject(new Error(stderr.trim() || error.message));
      }
    });
  });
}
