// The language server: started where the workspace has environments, and asked for manifests and drawings.

import * as vscode from "vscode";
import { LanguageClient, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { find, reportMissing } from "./program";

/** What the status item shows. */
export type Condition = "idle" | "missing" | "starting" | "running" | "stopped";

/** The answer of `agentos.manifest`: the manifests of an environment, and whether they are those of the text as it is now. */
export interface Manifest {
  readonly yaml: string;
  readonly current: boolean;
  readonly name: string;
}

/** Commands of the server that only answer, and what shows the answer: a code lens names the former. */
const SHOWS = new Map([
  ["agentos.manifest", "agentos.showManifest"],
  ["agentos.graph", "agentos.showGraph"],
  ["agentos.explain", "agentos.explainFinding"],
]);

/** The answer of `agentos.graph`. */
export interface Graph {
  readonly svg: string;
}

/** One server for all folders of the window. */
export class Server implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel("AgentOS", { log: true });
  readonly #changed = new vscode.EventEmitter<Condition>();
  readonly onDidChange = this.#changed.event;
  #client: LanguageClient | undefined;
  #starting: Promise<void> | undefined;
  #wanted = false;

  /** Starts the server, unless it runs or is about to. */
  start(): Promise<void> {
    this.#wanted = true;
    this.#starting ??= this.#launch().finally(() => {
      if (this.#client === undefined) {
        this.#starting = undefined;
      }
    });
    return this.#starting;
  }

  async #launch(): Promise<void> {
    const program = await find();
    if (program === undefined) {
      this.#changed.fire("missing");
      void reportMissing();
      return;
    }
    this.#changed.fire("starting");
    const further = vscode.workspace.getConfiguration("agentos").get<string[]>("server.arguments", []);
    const executable = { command: program, args: ["lsp", ...further, "--stdio"] };
    const client = new LanguageClient("agentos", "AgentOS", executable, this.#options());
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Starting) {
        this.#changed.fire(newState === State.Running ? "running" : "stopped");
      }
    });
    this.#client = client;
    await client.start();
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file", language: "nickel" }],
      // As the owner of the problem matcher: what a task finds in a closed file replaces what the server said, not doubles it.
      diagnosticCollectionName: "agentos-cfg",
      outputChannel: this.output,
      middleware: {
        executeCommand: async (command, args, next) => {
          const shows = SHOWS.get(command);
          return shows === undefined ? next(command, args) : vscode.commands.executeCommand(shows, ...args);
        },
      },
    };
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#starting = undefined;
    await client?.dispose();
  }

  /** Starts the server anew, if it was ever asked for: the settings that it was started with have changed. */
  async applySettings(): Promise<void> {
    if (this.#wanted) {
      await this.restart();
    }
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The version that the server says of itself. */
  get version(): string | undefined {
    return this.#client?.initializeResult?.serverInfo?.version;
  }

  /** The manifests of an environment. */
  manifest(document: vscode.Uri): Promise<Manifest> {
    return this.#execute<Manifest>("agentos.manifest", document);
  }

  /** A drawing of an environment. */
  graph(document: vscode.Uri): Promise<Graph> {
    return this.#execute<Graph>("agentos.graph", document);
  }

  async #execute<Answer>(command: string, document: vscode.Uri): Promise<Answer> {
    await this.start();
    if (this.#client === undefined) {
      throw new Error("The server does not run.");
    }
    const params = { command, arguments: [this.#client.code2ProtocolConverter.asUri(document)] };
    return this.#client.sendRequest<Answer>("workspace/executeCommand", params);
  }

  dispose(): void {
    void this.stop();
    this.#changed.dispose();
    this.output.dispose();
  }
}
