/**
 * `tsx bench/agent/span-cost.ts`: what turning a span into a record costs the agent, without a transport, in a minute. Each subject is a
 * process that stays; they take turns, so that a machine that becomes slower becomes so for all of them.
 *
 *     tsx bench/agent/span-cost.ts --rounds 15 --against ../other-checkout/dist
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { spreadOf } from "./median.js";
import type { SpanCostOrder } from "./span-cost-subject.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    actions: { type: "string", default: "5000" },
    rate: { type: "string", default: "5000" },
    /** Other builds of this package. */
    against: { type: "string", multiple: true, default: [] },
  },
});
const load = { actions: Number(values.actions), perSecond: Number(values.rate) };
const own = fileURLToPath(new URL("../../dist", import.meta.url));
const builds = [own, ...values.against];

for (const work of ["own-api", "gen-ai-in-run"] as const) {
  const orders: SpanCostOrder[] = [
    { dist: own, work, processor: false },
    ...builds.map((dist) => ({ dist, work, processor: true })),
  ];
  const subjects = await Promise.all(orders.map(start));
  const micros: number[][] = orders.map(() => []);
  await Promise.all(subjects.map((subject) => measure(subject)));
  for (let round = 0; round < Number(values.rounds); round++)
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (turn + round) % subjects.length;
      micros[index]!.push(await measure(subjects[index]!));
    }
  for (const subject of subjects) subject.disconnect();
  print(work, orders, micros);
}

async function start(order: SpanCostOrder): Promise<ChildProcess> {
  const program = fileURLToPath(new URL("span-cost-subject.ts", import.meta.url));
  const subject = fork(program, { execArgv: ["--import", "tsx"] });
  subject.send(order);
  await once(subject, "message");
  return subject;
}

async function measure(subject: ChildProcess): Promise<number> {
  subject.send(load);
  const [micros] = await once(subject, "message");
  return micros;
}

function print(work: string, orders: readonly SpanCostOrder[], micros: readonly (readonly number[])[]): void {
  const base = spreadOf(micros[0]!).median;
  const first = spreadOf(micros[1]!).median - base;
  console.log(
    `\n${work}: CPU in microseconds an action, medians of ${values.rounds} rounds (lowest..highest)`,
  );
  orders.forEach(({ dist, processor }, index) => {
    const { median, lowest, highest } = spreadOf(micros[index]!);
    const added = median - base;
    const ratio = processor ? `added ${added.toFixed(1)}, x ${(added / first).toFixed(2)}` : "";
    const name = processor
      ? `transport that drops all, ${dist === own ? "this build" : dist}`
      : "provider only";
    console.log(
      `${median.toFixed(1).padStart(7)} (${lowest.toFixed(1)}..${highest.toFixed(1)})  ${ratio}  ${name}`,
    );
  });
}
