// The status item beside the language: whether the server runs, and what to do where it does not.

import * as vscode from "vscode";
import type { Condition, Server } from "./server";

const RESTART: vscode.Command = { command: "agentos.restartServer", title: "Restart" };

interface Appearance {
  readonly text: string;
  readonly detail: string;
  readonly severity: vscode.LanguageStatusSeverity;
  readonly command?: vscode.Command;
}

function appearance(condition: Condition, version: string | undefined): Appearance {
  const { Information, Error } = vscode.LanguageStatusSeverity;
  switch (condition) {
    case "idle":
      return { text: "agentos-cfg", detail: "No environment in this folder", severity: Information };
    case "missing":
      return { text: "agentos-cfg is missing", detail: "Not installed", severity: Error, command: RESTART };
    case "starting":
      return { text: "agentos-cfg starts", detail: "", severity: Information };
    case "running":
      return { text: `agentos-cfg ${version ?? ""}`.trim(), detail: "Running", severity: Information, command: RESTART };
    case "stopped":
      return { text: "agentos-cfg has stopped", detail: "See the output", severity: Error, command: RESTART };
  }
}

/** Shows the condition of the server, and sets the context key that menus go by. */
export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("agentos", { language: "nickel" });
  item.name = "AgentOS";
  const show = (condition: Condition): void => {
    const { text, detail, severity, command } = appearance(condition, server.version);
    item.text = text;
    item.detail = detail;
    item.severity = severity;
    item.command = command;
    item.busy = condition === "starting";
    void vscode.commands.executeCommand("setContext", "agentos.serverRuns", condition === "running");
  };
  show("idle");
  return vscode.Disposable.from(item, server.onDidChange(show));
}
