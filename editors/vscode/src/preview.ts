// The preview: the manifests of an environment as a read-only document beside it, which follows the text.

import * as path from "node:path";
import * as vscode from "vscode";
import type { Manifest } from "./server";

const SCHEME = "agentos-manifest";

/** How long after a change the server is asked, in milliseconds, and again after each answer that is older than the text. */
const DELAYS = [150, 500, 1_500, 4_000] as const;

/** The document that previews an environment. */
export function previewOf(environment: vscode.Uri): vscode.Uri {
  const name = path.posix.basename(environment.path, ".ncl");
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}.yaml`, query: environment.toString() });
}

/** The text of the preview. */
export function textOf({ yaml, current, name }: Manifest): string {
  if (current) {
    return yaml;
  }
  return `# The last sound state: ${name} has findings, or is still being checked.\n${yaml}`;
}

/** Gives the previews their text, anew after each change of the environments that they show. */
export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #tries = new Map<string, number>();
  readonly #registrations: vscode.Disposable;

  constructor(private readonly manifest: (environment: vscode.Uri) => Promise<Manifest>) {
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "nickel") {
          this.#refreshAll();
        }
      }),
      vscode.languages.onDidChangeDiagnostics(() => this.#refreshAll()),
    );
  }

  /** Opens the preview of an environment beside it. */
  async open(environment: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(previewOf(environment));
    await vscode.languages.setTextDocumentLanguage(document, "yaml");
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      const manifest = await this.manifest(vscode.Uri.parse(uri.query));
      if (!manifest.current) {
        this.#refresh(uri);
      }
      return textOf(manifest);
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  /** A change of any file may be one of an environment that imports it. */
  #refreshAll(): void {
    for (const { uri } of vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === SCHEME)) {
      this.#tries.delete(uri.toString());
      this.#refresh(uri);
    }
  }

  /** Asks later than the time before, and no more after the last delay: then the text has findings. */
  #refresh(uri: vscode.Uri): void {
    const key = uri.toString();
    const tries = this.#tries.get(key) ?? 0;
    const delay = DELAYS[tries];
    if (delay === undefined) {
      return;
    }
    this.#tries.set(key, tries + 1);
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.#changed.fire(uri), delay));
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    this.#registrations.dispose();
    this.#changed.dispose();
  }
}
