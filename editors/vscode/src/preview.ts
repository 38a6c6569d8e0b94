// The preview: the manifests of an environment as a read-only document beside it, which follows the text.

import * as path from "node:path";
import * as vscode from "vscode";
import type { Manifest } from "./server";

const SCHEME = "agentos-manifest";

/** How long after a change the server is asked again, in milliseconds. */
const DELAY = 150;
/** How long after that it is asked once more, where the answer was an older one. */
const SECOND_LOOK = 1_000;

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
  return `# ${name} has findings: this is what it was before them.\n${yaml}`;
}

/** Gives the previews their text, anew after each change of the environments that they show. */
export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #stale = new Set<string>();
  readonly #registrations: vscode.Disposable;

  constructor(private readonly manifest: (environment: vscode.Uri) => Promise<Manifest>) {
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "nickel") {
          this.#refreshAll(DELAY);
        }
      }),
      vscode.languages.onDidChangeDiagnostics(() => this.#refreshAll(DELAY)),
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
      this.#lookAgain(uri, manifest.current);
      return textOf(manifest);
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  /** An answer that is older than the text is asked for once more, since the server may have been at work. */
  #lookAgain(uri: vscode.Uri, current: boolean): void {
    const key = uri.toString();
    if (current) {
      this.#stale.delete(key);
    } else if (!this.#stale.has(key)) {
      this.#stale.add(key);
      this.#refresh(uri, SECOND_LOOK);
    }
  }

  /** A change of any file may be one of an environment that imports it. */
  #refreshAll(delay: number): void {
    for (const { uri } of vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === SCHEME)) {
      this.#stale.delete(uri.toString());
      this.#refresh(uri, delay);
    }
  }

  #refresh(uri: vscode.Uri, delay: number): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        this.#changed.fire(uri);
      }, delay),
    );
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    this.#registrations.dispose();
    this.#changed.dispose();
  }
}
