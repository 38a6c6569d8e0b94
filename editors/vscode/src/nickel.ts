// The extension for Nickel, side by side with this one. Its server reports the import of the embedded library, and no
// extension can disable another one: the user is shown where to.

import * as vscode from "vscode";

const OTHERS = ["nickel-lang.vscode-nickel-lang", "tweag.vscode-nickel"];
const ANSWERED = "agentos.nickelExtensionAnswered";

let offered = false;

/** Offers, until it is answered for a folder, to show where the other extension is disabled for it. */
export async function offerToDisable(state: vscode.Memento): Promise<void> {
  const isInstalled = OTHERS.some((id) => vscode.extensions.getExtension(id) !== undefined);
  if (offered || !isInstalled || state.get<boolean>(ANSWERED, false)) {
    return;
  }
  offered = true;
  const [show, keep] = ["Show It", "Keep Both"] as const;
  const choice = await vscode.window.showInformationMessage(
    "The server of the Nickel extension does not find the library of AgentOS, and reports it. In a folder with environments, disable it: Manage, Disable (Workspace).",
    show,
    keep,
  );
  if (choice === show) {
    await vscode.commands.executeCommand("workbench.extensions.search", "@installed nickel");
  }
  if (choice !== undefined) {
    await state.update(ANSWERED, true);
  }
}
