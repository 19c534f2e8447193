import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { CommandError, UnavailableError } from "../framework/exit-codes.js";
import type { AgentMessage } from "./agent/deed-list.js";

export interface AgentRun {
  readonly folder: string;
  readonly reportFolder: string;
  /** It repeats itself at the end. */
  readonly loop: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly onSay: (text: string) => void;
  readonly signal: AbortSignal;
}

export type AgentOutcome = Extract<AgentMessage, { type: "done" }>;

/** Runs the demo's agent in a process of its own and returns what it says it did. Rejects when it does not get that far. */
export function runAgent({
  folder,
  reportFolder,
  loop,
  env,
  onSay,
  signal,
}: AgentRun): Promise<AgentOutcome> {
  return new Promise((resolve, reject) => {
    const agent = fork(
      fileURLToPath(new URL("./agent/main.js", import.meta.url)),
      [folder, reportFolder, loop ? "loop" : ""],
      {
        env,
        signal,
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      },
    );
    let outcome: AgentOutcome | undefined;
    let complaints = "";
    agent.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints += text;
    });
    agent.on("message", (message: AgentMessage) => {
      if (message.type === "say") onSay(message.text);
      else outcome = message;
    });
    agent.once("error", reject);
    agent.once("close", (code, killedBy) => {
      if (outcome !== undefined && code === 0) resolve(outcome);
      else
        reject(
          new CommandError(
            `The agent ended early (${killedBy ?? `exit code ${code}`}).\n${complaints.trim()}`,
          ),
        );
    });
  });
}

const SDK = "@opentelemetry/sdk-trace-node";

/** The demo's agent records by the OpenTelemetry SDK, an optional peer: said before anything is started for nothing. */
export function requireTracingSdk(): void {
  try {
    createRequire(import.meta.url).resolve(SDK);
  } catch {
    throw new UnavailableError(`The demo's agent needs the OpenTelemetry SDK: npm install --save-dev ${SDK}`);
  }
}
