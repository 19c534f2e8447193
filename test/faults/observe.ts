/** Runs one fault under load against services that may be processes of their own, and says what it cost. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../helpers/until.js";
import { type ConsumerHarness, startLoad } from "../integration/consumer-harness.js";
import { countRows, type Outcome } from "./outcome.js";

export interface ObservedFault {
  readonly fault: string;
  readonly harness: ConsumerHarness;
  begin(): Promise<unknown>;
  /** What is waited for before it ends. */
  during(): Promise<unknown>;
  end(): Promise<unknown>;
  /** Where health and readiness are asked for; a service that lives through it. */
  readonly url: string;
  /** Whether it lasts so long that it has to be told. */
  readonly isTold: boolean;
}

const BEFORE_AND_AFTER_MILLIS = 500;

export async function observe(given: ObservedFault): Promise<Outcome> {
  const { fault, harness, url, isTold } = given;
  const load = startLoad(harness);
  // Some of it is stored before anything happens.
  await until(async () => load.acknowledged > 100 && (await harness.count("agent_actions")) > 0);
  const began = performance.now();
  await given.begin();
  let toldSeconds: number | undefined;
  if (isTold) {
    await until(async () => !(await isWell(url)));
    toldSeconds = (performance.now() - began) / 1_000;
  }
  await given.during();
  await given.end();
  const ended = performance.now();
  await sleep(BEFORE_AND_AFTER_MILLIS);
  const names = await load.stop();
  await until(async () => (await countRows(harness, names)).stored >= names.length, {
    seen: async () => ({
      sent: names.length,
      ...(await countRows(harness, names)),
      ...(await healthOf(url)),
    }),
  });
  const stuckSeconds = (performance.now() - ended) / 1_000;
  await until(() => isWell(url), { seen: () => healthOf(url) });
  const quiet = (performance.now() - ended) / 1_000 < 30;
  const { stored, doubled } = await countRows(harness, names);
  return {
    fault,
    sent: names.length,
    stored,
    lost: names.length - stored,
    doubled,
    stuckSeconds,
    toldSeconds,
    quiet,
  };
}

async function isWell(url: string): Promise<boolean> {
  const answers = await Promise.all(["health", "ready"].map((path) => fetch(`${url}/${path}`)));
  for (const answer of answers) await answer.arrayBuffer();
  return answers.every(({ status }) => status === 200);
}

async function healthOf(url: string): Promise<object> {
  return (await fetch(`${url}/health`)).json() as Promise<object>;
}
