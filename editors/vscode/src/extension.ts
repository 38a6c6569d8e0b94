// Nickel files in general get colours and snippets; the server starts with the first environment of AgentOS.

import * as vscode from "vscode";
import { isEnvironment, workspaceHasEnvironment } from "./environment";
import { explain, registerPages } from "./explain";
import { showGraph } from "./graph";
import { init } from "./init";
import { offerToDisable } from "./nickel";
import { Preview } from "./preview";
import { Server } from "./server";
import { showStatus } from "./status";
import { checkAll, registerTasks } from "./tasks";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = new Server();
  const preview = new Preview((environment) => server.manifest(environment));
  context.subscriptions.push(server, preview, showStatus(server), registerPages(), registerTasks());

  command(context, "agentos.showManifest", (given) => onEnvironment(given, (environment) => preview.open(environment)));
  command(context, "agentos.showGraph", (given) => onEnvironment(given, (environment) => showGraph(server, environment)));
  command(context, "agentos.explainFinding", (given) => explain(typeof given === "string" ? given : undefined));
  command(context, "agentos.checkAll", checkAll);
  command(context, "agentos.init", init);
  command(context, "agentos.restartServer", () => server.restart());

  const begin = (): void => {
    server.start().catch((error: unknown) => server.output.error(String(error)));
    void offerToDisable(context.workspaceState);
  };
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isOpenEnvironment(document)) {
        begin();
      }
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("agentos.server")) {
        void server.applySettings();
      }
    }),
  );
  if (vscode.workspace.textDocuments.some(isOpenEnvironment) || (await workspaceHasEnvironment())) {
    begin();
  }
}

/** The server is stopped with the subscriptions. */
export function deactivate(): void {}

function isOpenEnvironment(document: vscode.TextDocument): boolean {
  return document.languageId === "nickel" && document.uri.scheme === "file" && isEnvironment(document.getText());
}

/** Registers a command whose failure is shown. */
function command(context: vscode.ExtensionContext, name: string, run: (given: unknown) => Promise<void>): void {
  const shown = async (given: unknown): Promise<void> => {
    try {
      await run(given);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
  context.subscriptions.push(vscode.commands.registerCommand(name, shown));
}

/** The environment that a menu or a code lens names, else the one in the active editor. */
async function onEnvironment(given: unknown, run: (environment: vscode.Uri) => Promise<void>): Promise<void> {
  const named = typeof given === "string" ? vscode.Uri.parse(given) : given;
  const environment = named instanceof vscode.Uri ? named : vscode.window.activeTextEditor?.document.uri;
  if (environment !== undefined) {
    await run(environment);
  }
}
