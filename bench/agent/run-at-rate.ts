import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Variant } from "./variants.js";

export interface AtRate {
  readonly bootstrapServers: string;
  readonly topic: string;
  /** Of the text that each action's tool gives. */
  readonly payloadBytes: number;
  /** 0: the agent does nothing after its first action. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface AtRateReport {
  /** Processor time of all threads while it was watched, of one core. */
  readonly corePercent: number;
  readonly actions: number;
  /** The first one included; `undefined` for a subject that sends nothing. */
  readonly arrived: number | undefined;
}

export interface AtRateOrder extends AtRate {
  readonly variant: Variant;
}

const PROGRAM = fileURLToPath(new URL("at-rate-subject.ts", import.meta.url));

/** An agent in a process of its own, at a low rate. */
export async function runAtRate(variant: Variant, settings: AtRate): Promise<AtRateReport> {
  const agent = fork(PROGRAM, { execArgv: ["--import", "tsx"] });
  const ended = once(agent, "exit");
  agent.send({ ...settings, variant } satisfies AtRateOrder);
  const [report] = await Promise.race([
    once(agent, "message"),
    ended.then(([code]) => Promise.reject(new Error(`The agent of "${variant}" ended with ${code}.`))),
  ]);
  await ended;
  return report;
}
