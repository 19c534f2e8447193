import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { spreadOf } from "./median.js";
import type { BenchRow } from "./write-json.js";

export interface FirstActionOrder {
  readonly variant: "own-kafka" | "inline-kafka";
  readonly bootstrapServers: string;
  readonly topic: string;
  readonly payloadBytes: number;
}

/** What the first action of a program costs, from its call until a second later. */
export interface FirstAction {
  /** Processor time of the main thread; NaN where the system does not tell it. */
  readonly mainMillis: number;
  /** Of all threads. */
  readonly allMillis: number;
  /** The longest time for which the event loop was held. */
  readonly heldMillis: number;
}

const PROGRAM = fileURLToPath(new URL("first-action-subject.ts", import.meta.url));

/** The first action of programs with a thread for spans, as it is by default, and without one, in turns. */
export async function firstActions(
  rounds: number,
  order: Omit<FirstActionOrder, "variant">,
): Promise<BenchRow[]> {
  const ways = [
    { variant: "own-kafka", name: "first action", found: [] as FirstAction[] },
    { variant: "inline-kafka", name: "first action, without a thread for spans", found: [] as FirstAction[] },
  ] as const;
  for (let round = 0; round < rounds; round++)
    for (const { variant, found } of ways) found.push(await firstAction({ ...order, variant }));
  return ways.flatMap(({ name, found }) => {
    const row = (what: string, of: (one: FirstAction) => number): BenchRow => {
      const { median, lowest, highest } = spreadOf(found.map(of));
      return { name: `${name}: ${what}`, value: median, unit: "ms", lowest, highest };
    };
    return [
      row("the loop was held", ({ heldMillis }) => heldMillis),
      row("CPU of the main thread", ({ mainMillis }) => mainMillis),
      row("CPU of all threads", ({ allMillis }) => allMillis),
    ];
  });
}

async function firstAction(order: FirstActionOrder): Promise<FirstAction> {
  const agent = fork(PROGRAM, { execArgv: ["--import", "tsx"] });
  const ended = once(agent, "exit");
  agent.send(order);
  const [report] = await Promise.race([
    once(agent, "message"),
    ended.then(([code]) => Promise.reject(new Error(`The agent of "${order.variant}" ended with ${code}.`))),
  ]);
  await ended;
  return report;
}
