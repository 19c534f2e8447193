/** Lets agents end in all ways, and finds out what became of every event that they were told was accepted. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentActionSpanProcessor } from "../../exporter/index.js";
import type { TopicNames } from "../../src/event/index.js";
import { readTopic } from "../helpers/kafka-records.js";
import { type NodeEnd, startNode } from "../helpers/run-node.js";
import type { ProcessEnd } from "./process-ends.js";

export type SpoolMode = "off" | "overflow" | "always";

export interface Scene {
  readonly end: ProcessEnd;
  readonly spool: SpoolMode;
  readonly isKafkaAway: boolean;
}

export interface SceneResult extends Scene {
  readonly ended: NodeEnd;
  /** Events whose receipt was `true`. */
  readonly accepted: number;
  /** Of these, in Kafka when the process was over. */
  readonly sent: number;
  /** In Kafka after another process has found the spool. */
  readonly fromSpool: number;
  /** Of the accepted ones, nowhere. */
  readonly lost: number;
  /** By the lines on stderr, events that were dropped or left. Those that were under way may have arrived. */
  readonly counted: number;
  /** Of those that are lost, in no count. */
  readonly uncounted: number;
  /** In Kafka more than once; they are one row. */
  readonly twice: number;
  /** Lines on stderr that say what was delivered. */
  readonly lines: number;
  /** For how long it worked on after it was told to end, in ms. */
  readonly workedOn: number;
}

interface Stack {
  readonly brokers: string;
  readonly topics: TopicNames;
}

const NOBODY = "127.0.0.1:1";
const AT_A_TIME = 4;
/** It works for so long before something is done to it. */
const CONNECT_MILLIS = 300;

interface Run extends Scene {
  readonly ended: NodeEnd;
  readonly folder: string;
  readonly toldAt: number;
}

/** Lets the agents of all scenes end, some at a time, and then sends what they left. */
export async function playScenes(scenes: readonly Scene[], stack: Stack): Promise<SceneResult[]> {
  const root = mkdtempSync(join(tmpdir(), "agent-actions-ends-"));
  try {
    const runs: Run[] = [];
    const queue = scenes.map((scene, index) => ({ scene, folder: join(root, String(index)) }));
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        runs.push(await play(next.scene, next.folder, stack));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    const before = await namesIn(stack);
    for (const { folder } of runs) await sendWhatIsLeft(folder, stack);
    const after = await namesIn(stack);
    return scenes.map((scene) => {
      const run = runs.find(
        ({ end, spool, isKafkaAway }) =>
          end === scene.end && spool === scene.spool && isKafkaAway === scene.isKafkaAway,
      );
      if (run === undefined) throw new Error(`${scene.end.name} was not played.`);
      return resultOf(run, before, after);
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function play(scene: Scene, folder: string, { brokers, topics }: Stack): Promise<Run> {
  const { end, spool, isKafkaAway } = scene;
  const run = startNode(
    [...(end.node ?? []), "--import", "otel-agent-actions/register", "test/fixtures/exit/ends.mjs", end.way],
    {
      KAFKA_BOOTSTRAP_SERVERS: isKafkaAway ? NOBODY : brokers,
      AGENT: "agent",
      AGENT_ACTIONS_TOPIC_ACTION: topics.action,
      AGENT_ACTIONS_TOPIC_PRODUCER_HEARTBEAT: topics.producer_heartbeat,
      AGENT_ACTIONS_EXPORTER_SPOOL: spool,
      AGENT_ACTIONS_INSTRUMENTATIONS: "none",
      ...(spool === "off" ? {} : { AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: folder }),
    },
  );
  let toldAt = Number.POSITIVE_INFINITY;
  if (end.drive !== undefined) {
    await run.said("ready");
    await sleep(CONNECT_MILLIS);
    toldAt = Date.now();
    await end.drive(run);
  }
  return { ...scene, ended: await run.ended, folder, toldAt };
}

/** As the next process on that machine does. */
async function sendWhatIsLeft(spoolDirectory: string, { brokers, topics }: Stack): Promise<void> {
  const isEmpty = () =>
    !existsSync(spoolDirectory) || readdirSync(spoolDirectory).every((file) => !file.endsWith(".spool"));
  if (isEmpty()) return;
  const processor = new AgentActionSpanProcessor({ brokers, topics, spoolDirectory, flushOnExit: false });
  while (!isEmpty()) await sleep(20);
  await processor.shutdown();
}

async function namesIn({ brokers, topics }: Stack): Promise<Map<unknown, number>> {
  const counts = new Map<unknown, number>();
  for (const { event } of await readTopic(brokers, topics.action))
    counts.set(event.action_name, (counts.get(event.action_name) ?? 0) + 1);
  return counts;
}

function resultOf(
  { folder: _, toldAt, ...run }: Run,
  before: ReadonlyMap<unknown, number>,
  after: ReadonlyMap<unknown, number>,
): SceneResult {
  const { stdout, stderr } = run.ended;
  const accepted = [...stdout.matchAll(/^accepted (\S+)$/gm)].map(([, name]) => name);
  const sent = accepted.filter((name) => before.has(name)).length;
  const arrived = accepted.filter((name) => after.has(name)).length;
  const counted = countedIn(stderr);
  const lastAt = Math.max(0, ...[...stdout.matchAll(/^made \S+ (\d+)$/gm)].map(([, at]) => Number(at)));
  return {
    ...run,
    accepted: accepted.length,
    sent,
    fromSpool: arrived - sent,
    lost: accepted.length - arrived,
    counted,
    uncounted: Math.max(0, accepted.length - arrived - counted),
    twice: accepted.filter((name) => (after.get(name) ?? 0) > 1).length,
    lines: [...stderr.matchAll(/events delivered to Kafka/g)].length,
    workedOn: Math.max(0, lastAt - toldAt),
  };
}

const HEADS = [
  "the end",
  "Kafka",
  "spool",
  "accepted",
  "sent",
  "from the spool",
  "lost, counted",
  "lost, uncounted",
  "worked on, ms",
];

/** As the table of docs/delivery.md. */
export function tableOf(results: readonly SceneResult[]): string {
  const rows = results.map(
    ({ end, isKafkaAway, spool, accepted, sent, fromSpool, lost, uncounted, workedOn }) => [
      end.name,
      isKafkaAway ? "away" : "there",
      spool,
      accepted,
      sent,
      fromSpool,
      lost - uncounted,
      uncounted,
      end.isTold ? workedOn : "",
    ],
  );
  const line = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
  return [line(HEADS), line(HEADS.map(() => "---")), ...rows.map(line)].join("\n");
}

/** What the last lines say that was lost: `Dropped: 9 queue_full, 2 refused. Left: 4 (being sent: 4).` */
function countedIn(stderr: string): number {
  let sum = 0;
  for (const [, rest = ""] of stderr.matchAll(/events delivered to Kafka\.(.*)$/gm)) {
    const [, dropped = ""] = /Dropped: ([^.]*)\./.exec(rest) ?? [];
    for (const [, count] of dropped.matchAll(/(\d+) \w+/g)) sum += Number(count);
    sum += Number(/Left: (\d+)/.exec(rest)?.[1] ?? 0);
  }
  return sum;
}
