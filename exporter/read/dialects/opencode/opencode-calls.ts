import { isPlainObject } from "../../../../src/event/json.js";
import type { Failure } from "../common/failure.js";
import type { Approval } from "../dialect.js";

/** How a call of OpenCode ended, by what it keeps of every call: `output`, and `metadata.exit` of a command. */
export function openCodeOutcome(
  output: unknown,
  metadata: unknown,
): { readonly result: unknown; readonly failure: Failure | undefined } {
  const exit = isPlainObject(metadata) ? metadata.exit : undefined;
  if (typeof exit !== "number") return { result: output, failure: undefined };
  return {
    result: { output, exit_code: exit },
    failure: exit === 0 ? undefined : { type: "exit_code", message: `exited with code ${exit}` },
  };
}

/** Who refused a call that nobody made, by what the model was told; `undefined` for any other error. */
export function openCodeRefusal(error: string | undefined): Approval | undefined {
  if (error === undefined) return undefined;
  if (/^The user rejected permission/.test(error)) return { approvedBy: "user", method: "human" };
  if (/^The user has specified a rule which prevents you/.test(error)) return { method: "rule" };
  return undefined;
}
