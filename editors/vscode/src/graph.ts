// The drawing of an environment, in a panel of its own. Nothing in it runs: the page allows styles and no scripts.

import * as path from "node:path";
import * as vscode from "vscode";
import type { Server } from "./server";

/** The page around a drawing. */
function page(svg: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body { background: #ffffff; padding: 1em } svg { max-width: 100%; height: auto }</style>
</head>
<body>${svg}</body>
</html>`;
}

/** Draws an environment beside it. */
export async function showGraph(server: Server, environment: vscode.Uri): Promise<void> {
  const { svg } = await server.graph(environment);
  const title = `Graph of ${path.posix.basename(environment.path, ".ncl")}`;
  const panel = vscode.window.createWebviewPanel("agentos.graph", title, vscode.ViewColumn.Beside, { enableScripts: false });
  panel.webview.html = page(svg);
}
