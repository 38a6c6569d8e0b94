// Tasks: `agentos-cfg` with arguments, and its findings in the Problems view.

import * as vscode from "vscode";
import { find, findOrReport } from "./program";

const TYPE = "agentos-cfg";

interface Definition extends vscode.TaskDefinition {
  readonly arguments: string[];
}

function isDefinition(definition: vscode.TaskDefinition): definition is Definition {
  const words: unknown = definition["arguments"];
  return definition.type === TYPE && Array.isArray(words) && words.every((word) => typeof word === "string");
}

function task(program: string, definition: Definition, scope: vscode.WorkspaceFolder | vscode.TaskScope): vscode.Task {
  const execution = new vscode.ProcessExecution(program, ["--color", "never", ...definition.arguments]);
  const made = new vscode.Task(definition, scope, definition.arguments.join(" "), TYPE, execution, `$${TYPE}`);
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Never };
  return made;
}

/** The check of a whole folder. */
function checkOf(program: string, folder: vscode.WorkspaceFolder): vscode.Task {
  const made = task(program, { type: TYPE, arguments: ["check", "."] }, folder);
  made.group = vscode.TaskGroup.Build;
  return made;
}

/** Findings end a run with 1 and are in the Problems view; anything above is trouble, which only the terminal shows. */
function reportTrouble({ execution, exitCode }: vscode.TaskProcessEndEvent): void {
  const { definition, name } = execution.task;
  if (definition.type === TYPE && exitCode !== undefined && exitCode > 1) {
    void vscode.window.showErrorMessage(`agentos-cfg ${name} ended with exit status ${exitCode}: see its terminal.`);
  }
}

/** Offers the check of each folder, and runs the tasks of `tasks.json`. */
export function registerTasks(): vscode.Disposable {
  const provider = vscode.tasks.registerTaskProvider(TYPE, {
    async provideTasks() {
      const program = await find();
      return program === undefined ? [] : (vscode.workspace.workspaceFolders ?? []).map((folder) => checkOf(program, folder));
    },
    async resolveTask({ definition, scope }) {
      const program = await find();
      if (program === undefined || !isDefinition(definition)) {
        return undefined;
      }
      return task(program, definition, scope ?? vscode.TaskScope.Workspace);
    },
  });
  return vscode.Disposable.from(provider, vscode.tasks.onDidEndTaskProcess(reportTrouble));
}

/** Checks every folder of the window, and shows the findings. */
export async function checkAll(): Promise<void> {
  const program = await findOrReport();
  if (program === undefined) {
    return;
  }
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    await vscode.tasks.executeTask(checkOf(program, folder));
  }
  await vscode.commands.executeCommand("workbench.actions.view.problems");
}
