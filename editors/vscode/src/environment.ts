// Which files are environments of AgentOS, by their text: the same two signs that `agentos-cfg check` goes by.

import * as vscode from "vscode";

const SIGNS = [/\bimport\s+"agentos\/lib\.ncl"/, /\|\s*agentos\.Environment\s*$/];

/** A workspace with more files than this is searched no further. */
const MOST_FILES = 2_000;

/** Whether a text is an environment, or a part of one that imports the library. */
export function isEnvironment(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}

/** Whether any file of the workspace is an environment. */
export async function workspaceHasEnvironment(): Promise<boolean> {
  const files = await vscode.workspace.findFiles("**/*.ncl", "**/{node_modules,target,.agentos}/**", MOST_FILES);
  for (const file of files) {
    if (isEnvironment(await read(file))) {
      return true;
    }
  }
  return false;
}

/** A file that can't be read is no environment. */
async function read(file: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return "";
  }
}
