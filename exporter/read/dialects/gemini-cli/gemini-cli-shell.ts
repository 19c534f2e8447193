import type { Failure } from "../common/failure.js";

/**
 * How a command ended, by the text that the model was given of it: the program counts a command as a success whatever its exit code is.
 *
 * @returns `undefined` for another tool, and for a command that exited with 0
 */
export function shellFailure(tool: string, output: unknown): Failure | undefined {
  if (tool !== "run_shell_command" || typeof output !== "string") return undefined;
  // Of what the command printed itself, which stands before it, the last line of this form is the program's.
  const code = [...output.matchAll(/^Exit Code: (-?\d+)$/gm)].at(-1)?.[1];
  return code === undefined || code === "0"
    ? undefined
    : { type: "exit_code", message: `exited with code ${code}` };
}
