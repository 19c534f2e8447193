import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface NodeRun {
  readonly process: ChildProcess;
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the text has appeared on stdout. */
  readonly said: (text: string) => Promise<void>;
  readonly ended: Promise<NodeEnd>;
}

export interface NodeEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NodeOptions {
  /** @default the project's folder, so that the package's own name leads to its built files */
  readonly cwd?: string;
  /** @default the Node that runs the tests */
  readonly execPath?: string;
}

export function startNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { cwd = process.cwd(), execPath = process.execPath }: NodeOptions = {},
): NodeRun {
  // What a program cannot deliver is kept below this folder, where the next test's program would find it.
  const state = { XDG_STATE_HOME: mkdtempSync(join(tmpdir(), "agent-actions-state-")) };
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _nodeEnv, ...inherited } = process.env;
  const child = spawn(execPath, [...args], {
    cwd,
    env: { ...inherited, ...state, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  const ended = once(child, "close").then(([code, signal]) => {
    rmSync(state.XDG_STATE_HOME, { recursive: true, force: true });
    return { code, signal, ...texts };
  });
  const said = async (text: string) => {
    while (!texts.stdout.includes(text)) {
      const over = await Promise.race([ended, child.stdout && once(child.stdout, "data")]);
      if (over && "code" in over && !texts.stdout.includes(text))
        throw new Error(`it ended without saying "${text}": ${texts.stderr}`);
    }
  };
  return { process: child, stdout: () => texts.stdout, stderr: () => texts.stderr, said, ended };
}

export const runNode = (...given: Parameters<typeof startNode>): Promise<NodeEnd> =>
  startNode(...given).ended;
