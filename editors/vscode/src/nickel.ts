// The extension for Nickel, side by side with this one. Its server reports the import of the embedded library, and no
// extension can turn another one off: the user is shown where to.

import * as vscode from "vscode";

const OTHERS = ["nickel-lang.vscode-nickel-lang", "tweag.vscode-nickel"];
const ANSWERED = "agentos.nickelExtensionAnswered";

/** Offers, once a folder, to show where the other extension is turned off for it. */
export async function offerToTurnOff(state: vscode.Memento): Promise<void> {
  const other = OTHERS.find((id) => vscode.extensions.getExtension(id) !== undefined);
  if (other === undefined || state.get<boolean>(ANSWERED, false)) {
    return;
  }
  const [show, keep] = ["Show It", "Keep Both"] as const;
  const choice = await vscode.window.showInformationMessage(
    "The server of the Nickel extension does not find the library of AgentOS, and reports it. In a folder with environments, choose Disable (Workspace) on its page.",
    show,
    keep,
  );
  if (choice === show) {
    await vscode.commands.executeCommand("extension.open", other);
  }
  if (choice !== undefined) {
    await state.update(ANSWERED, true);
  }
}
