/** How processes end, as data: what test/fixtures/exit/ends.mjs is told to do, what is done to it, and how it has to end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { NodeEnd, NodeRun } from "../helpers/run-node.js";

export interface ProcessEnd {
  readonly name: string;
  /** What the agent does: a member of `WAYS` in the fixture. */
  readonly way: string;
  /** Options of Node. */
  readonly node?: readonly string[];
  /** What is done to it once it works. @default nothing */
  readonly drive?: (run: NodeRun) => Promise<void>;
  readonly ends: Partial<Pick<NodeEnd, "code" | "signal">>;
  /** Nobody is left to write or to say anything: what is only in memory is lost, and in no count. */
  readonly isKilled?: boolean;
  /** The agent was told to end, and nobody of its own listens: it may not work on for longer than a signal takes. */
  readonly isTold?: boolean;
  /** It has child processes or threads, each of which says what became of its own events. */
  readonly isFamily?: boolean;
  /** Takes long or differs little from another one: not in the short form. */
  readonly isLong?: boolean;
}

const kill =
  (...signals: readonly NodeJS.Signals[]) =>
  async (run: NodeRun): Promise<void> => {
    for (const signal of signals) {
      run.process.kill(signal);
      await sleep(20);
    }
  };

/** What `docker stop` does. */
const stopLikeDocker =
  (graceMillis: number) =>
  async (run: NodeRun): Promise<void> => {
    run.process.kill("SIGTERM");
    await Promise.race([run.ended, sleep(graceMillis, undefined, { ref: false })]);
    run.process.kill("SIGKILL");
  };

const freeze =
  (millis: number) =>
  async (run: NodeRun): Promise<void> => {
    run.process.kill("SIGSTOP");
    await sleep(millis);
    run.process.kill("SIGCONT");
    await sleep(200);
    run.process.kill("SIGUSR2");
  };

const DIED = (signal: NodeJS.Signals) => ({ code: null, signal });

export const PROCESS_ENDS: readonly ProcessEnd[] = [
  { name: "has nothing left to do", way: "naturally", ends: { code: 0 } },
  { name: "SIGTERM", way: "waiting", drive: kill("SIGTERM"), ends: DIED("SIGTERM"), isTold: true },
  { name: "SIGINT", way: "waiting", drive: kill("SIGINT"), ends: DIED("SIGINT"), isTold: true, isLong: true },
  // Which of them it dies of depends on whether the first was done with.
  {
    name: "SIGINT, then SIGTERM",
    way: "waiting",
    drive: kill("SIGINT", "SIGTERM"),
    ends: { code: null },
    isTold: true,
  },
  {
    name: "SIGTERM with a handler that exits",
    way: "handling",
    drive: kill("SIGTERM"),
    ends: { code: 3 },
    isLong: true,
  },
  { name: "process.exit()", way: "exit", ends: { code: 5 } },
  { name: "an error that nobody catches", way: "error", ends: { code: 1 } },
  { name: "a promise that rejects", way: "rejection", ends: { code: 1 }, isLong: true },
  { name: "a worker thread ends by itself", way: "threads", isFamily: true, ends: { code: 0 }, isLong: true },
  {
    name: "a worker thread is terminated",
    way: "terminate",
    isFamily: true,
    ends: { code: 0 },
    isKilled: true,
  },
  {
    name: "SIGTERM with a worker thread",
    way: "signalled",
    isFamily: true,
    drive: kill("SIGTERM"),
    ends: DIED("SIGTERM"),
    isTold: true,
  },
  {
    name: "SIGTERM to a cluster's primary",
    way: "cluster",
    isFamily: true,
    drive: kill("SIGTERM"),
    ends: DIED("SIGTERM"),
  },
  {
    name: "SIGTERM to parent and forked child",
    way: "fork",
    isFamily: true,
    drive: signalFamily,
    ends: DIED("SIGTERM"),
    isTold: true,
    isLong: true,
  },
  {
    name: "docker stop, nobody listens",
    way: "waiting",
    drive: stopLikeDocker(10_000),
    ends: DIED("SIGTERM"),
    isTold: true,
    isLong: true,
  },
  {
    name: "docker stop, the agent does not end",
    way: "listening",
    drive: stopLikeDocker(10_000),
    ends: DIED("SIGKILL"),
    isKilled: true,
    isLong: true,
  },
  {
    name: "frozen for 20 s, then goes on",
    way: "thaw",
    drive: freeze(20_000),
    ends: { code: 0 },
    isLong: true,
  },
  {
    name: "forceFlush, then frozen and killed",
    way: "serverless",
    drive: kill("SIGSTOP", "SIGKILL"),
    ends: DIED("SIGKILL"),
    isKilled: true,
  },
  { name: "SIGKILL", way: "waiting", drive: kill("SIGKILL"), ends: DIED("SIGKILL"), isKilled: true },
  {
    name: "SIGKILL while the loop is blocked",
    way: "blocked",
    drive: killBlocked,
    ends: DIED("SIGKILL"),
    isKilled: true,
  },
  {
    name: "SIGTERM while the loop is blocked",
    way: "blocked",
    drive: kill("SIGTERM"),
    ends: DIED("SIGTERM"),
    isLong: true,
  },
  {
    name: "out of memory",
    way: "memory",
    node: ["--max-old-space-size=64"],
    ends: DIED("SIGABRT"),
    isKilled: true,
    isLong: true,
  },
];

async function signalFamily(run: NodeRun): Promise<void> {
  await run.said("child ");
  const [, child] = /^child (\d+)$/m.exec(run.stdout()) ?? [];
  process.kill(Number(child), "SIGTERM");
  run.process.kill("SIGTERM");
}

async function killBlocked(run: NodeRun): Promise<void> {
  await run.said("blocked");
  await kill("SIGKILL")(run);
}
