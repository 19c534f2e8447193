import type { Failure } from "../common/failure.js";
import type { Approval } from "../dialect.js";

/** The agent's name, whichever signal tells of it. */
export const COPILOT_CLI = "copilot-cli";

/** What its built-in tools do to files, where their names do not say it. */
export const COPILOT_FILE_OPERATIONS: Readonly<Record<string, string>> = {
  view: "read",
  create: "create",
  edit: "edit",
};

/** How a call ended, by the text that the model was given, and the exit code of a command. */
export function copilotOutcome(
  text: unknown,
  exitCode: number | undefined,
): { readonly result: unknown; readonly failure: Failure | undefined } {
  if (exitCode === undefined) return { result: text, failure: undefined };
  const output = typeof text === "string" ? text.replace(TRAILER, "") : text;
  return {
    result: { output, exit_code: exitCode },
    failure: exitCode === 0 ? undefined : { type: "exit_code", message: `exited with code ${exitCode}` },
  };
}

/** What it writes behind the output of a command. */
const TRAILER = /\n?<shellId: [^<>]{0,40} completed with exit code -?\d+>\s*$/;

/**
 * Who refused a call that nobody made; `undefined` for any other failure.
 *
 * @param code `denied` by a rule or where nobody can be asked, `rejected` by the user
 */
export function copilotRefusal(code: unknown): Approval | undefined {
  if (code === "rejected") return { approvedBy: "user", method: "human" };
  return code === "denied" ? { method: "rule" } : undefined;
}
