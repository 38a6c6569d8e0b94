// `agentos-cfg init`: a project to begin with.

import * as vscode from "vscode";
import { findOrReport, run } from "./program";

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: "Start a Project Here",
    ...(vscode.workspace.workspaceFolders?.[0] && { defaultUri: vscode.workspace.workspaceFolders[0].uri }),
  });
  return chosen?.[0];
}

/** Starts a project in a folder that the user chooses, and opens its environment. */
export async function init(): Promise<void> {
  const program = await findOrReport();
  const folder = program === undefined ? undefined : await chooseFolder();
  if (program === undefined || folder === undefined) {
    return;
  }
  await run(program, "init", folder.fsPath);
  const [environment] = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, "**/*.ncl"), undefined, 1);
  if (environment !== undefined) {
    await vscode.window.showTextDocument(environment);
  }
}
