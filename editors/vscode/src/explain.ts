// The page of a finding, as `agentos-cfg explain` prints it.

import * as vscode from "vscode";
import { findOrReport, run } from "./program";

const SCHEME = "agentos-explain";

/** The code of a diagnostic of the server, where it has one. */
function codeOf(diagnostic: vscode.Diagnostic): string | undefined {
  const code = typeof diagnostic.code === "object" ? diagnostic.code.value : diagnostic.code;
  return diagnostic.source === "agentos-cfg" && code !== undefined ? String(code) : undefined;
}

/** The codes of the findings at the cursor. */
function codesAtCursor(editor: vscode.TextEditor | undefined): string[] {
  if (editor === undefined) {
    return [];
  }
  const here = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter(({ range }) => range.intersection(editor.selection) !== undefined);
  return [...new Set(here.map(codeOf).filter((code) => code !== undefined))];
}

/** One code at the cursor is taken; else the user is asked. */
async function choose(): Promise<string | undefined> {
  const codes = codesAtCursor(vscode.window.activeTextEditor);
  if (codes.length > 1) {
    return vscode.window.showQuickPick(codes, { title: "Findings at the cursor" });
  }
  return codes[0] ?? vscode.window.showInputBox({ title: "Explain a finding", prompt: "A code, such as T002, or a name" });
}

/** Shows the page of a finding; which one is asked for unless it is given. */
export async function explain(given?: string): Promise<void> {
  const code = given ?? (await choose());
  if (code !== undefined && code !== "") {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` });
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }
}

/** Gives the pages their text. */
export function registerPages(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri) {
      const program = await findOrReport();
      if (program === undefined) {
        return "agentos-cfg is not installed.";
      }
      return run(program, "explain", "--color", "never", uri.path.slice(1).replace(/\.md$/, ""));
    },
  });
}
