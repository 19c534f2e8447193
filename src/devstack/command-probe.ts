import { execFile } from "node:child_process";

/** Runs a command and tells whether it exited with 0, with all that it wrote. Never rejects. */
export type CommandProbe = (
  command: string,
  args: readonly string[],
) => Promise<{ readonly ok: boolean; readonly output: string }>;

const PROBE_MILLIS = 20_000;

export function commandProbe(env: NodeJS.ProcessEnv): CommandProbe {
  return (command, args) =>
    new Promise((resolve) => {
      // A script of the command interpreter, which only that can run.
      const shell = command.endsWith(".cmd");
      execFile(command, [...args], { env, shell, timeout: PROBE_MILLIS }, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        resolve({ ok: error === null, output: output || (error?.message ?? "") });
      });
    });
}
