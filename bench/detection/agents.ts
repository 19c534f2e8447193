/**
 * Agents that go silent, and agents that change to another tool, among agents that do neither: the rules of the service (src/notices/rules, with their
 * SQL) on rows of statistics in a Postgres of its own, asked at every hour of ten days.
 *
 *     npx tsx bench/detection/agents.ts [--agents 60] [--days 10] [--planted 20] [--seed 0]
 *
 * The numbers are of each shape.
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { randomFrom } from "../../src/analysis/series/random.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { NOVELTY_RULE } from "../../src/notices/rules/novelty-rule.js";
import type { RuleInput } from "../../src/notices/rules/periodic-rule.js";
import { SILENCE_RULE } from "../../src/notices/rules/silence-rule.js";
import { type HourRow, insertHours, newDatabase } from "./statistics-rows.js";
import { median, table } from "./tables.js";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "60" },
    days: { type: "string", default: "10" },
    planted: { type: "string", default: "20" },
    seed: { type: "string", default: "0" },
  },
});
const [agents, days, planted, seed] = [values.agents, values.days, values.planted, values.seed].map(
  Number,
) as [number, number, number, number];

const HOUR = 3_600_000;
const BASELINE_DAYS = 28;
/** A Monday, so that weeks are those of people. */
const FIRST = Date.UTC(2026, 8, 28);
const END = (BASELINE_DAYS + days) * 24;

type Random = () => number;
/** Whether an agent of the shape speaks in an hour, counted from a Monday's midnight. */
type Shape = (random: Random) => (hour: number) => boolean;

const isWorkday = (hour: number): boolean => hour % 168 < 120;
const SHAPES: Readonly<Record<string, Shape>> = {
  "every hour": () => () => true,
  "one hour in two": (random) => () => random() < 0.5,
  "one hour in five": (random) => () => random() < 0.2,
  "working hours": (random) => (hour) =>
    isWorkday(hour) && hour % 24 >= 8 && hour % 24 < 18 && random() < 0.9,
  "once a night": (random) => (hour) => hour % 24 === 2 && random() < 0.98,
  // Pauses of some hours, and now and then of days.
  "in bursts": (random) => {
    let until = 0;
    let isOn = false;
    return (hour) => {
      if (hour >= until) {
        isOn = !isOn;
        until = hour + 1 + Math.floor(isOn ? 12 * random() : Math.min(60, 3 / (random() + 0.02)));
      }
      return isOn;
    };
  },
};

interface Silent {
  readonly shape: string;
  readonly agent: string;
  /** The first hour in which it should have spoken and does not; `undefined`: none. */
  readonly from: number | undefined;
}

const inputAt = (now: number): RuleInput => ({
  settings: DEFAULT_RULES,
  pipeline: { lag: 0, problems: [], deadLetters: 0, startedAt: FIRST },
  now,
});

async function silence(client: pg.Client): Promise<void> {
  const all: Silent[] = [];
  const spoken = new Map<number, HourRow[]>();
  Object.entries(SHAPES).forEach(([shape, of], place) => {
    for (let index = 0; index < agents + planted; index++) {
      const random = randomFrom(1_000_003 * seed + 7_919 * place + index);
      const speaks = of(random);
      const agent = `${shape} ${index}`;
      // Somewhere in three days, each at its own time.
      const fault = index < agents ? undefined : BASELINE_DAYS * 24 + Math.floor(72 * random());
      let from: number | undefined;
      for (let hour = 0; hour < END; hour++) {
        if (!speaks(hour)) continue;
        if (fault !== undefined && hour >= fault) {
          from ??= hour;
          continue;
        }
        const rows = spoken.get(hour) ?? [];
        rows.push({ agent, at: FIRST + hour * HOUR, calls: 5 });
        spoken.set(hour, rows);
      }
      all.push({ shape, agent, from });
    }
  });
  const found = new Map<string, number>();
  for (let hour = 0; hour < END; hour++) {
    await insertHours(client, spoken.get(hour) ?? []);
    if (hour === BASELINE_DAYS * 24) await client.query("analyze agent_action_statistics");
    if (hour < BASELINE_DAYS * 24) continue;
    // At the end of the hour: what is in it, is there.
    const notices = await SILENCE_RULE.find(client, inputAt(FIRST + (hour + 1) * HOUR));
    for (const { agentName } of notices)
      if (agentName !== undefined && !found.has(agentName)) found.set(agentName, hour);
  }
  console.log(
    `## Silent agents: of ${planted} each that stop, and of ${agents} each that do not, in ${days} days after ${BASELINE_DAYS}\n`,
  );
  table(
    [
      "agents that speak",
      "found",
      "hours after the first that is missed (median)",
      "false alarms",
      "per 1,000 agent-days",
    ],
    Object.keys(SHAPES).map((shape) => {
      const those = all.filter((each) => each.shape === shape);
      const right = those.filter(({ agent, from }) => from !== undefined && (found.get(agent) ?? -1) >= from);
      const wrong = those.filter(
        ({ agent, from }) => found.has(agent) && (from === undefined || (found.get(agent) ?? 0) < from),
      );
      return [
        shape,
        String(right.length),
        median(right.map(({ agent, from }) => (found.get(agent) ?? 0) - (from ?? 0) + 1)),
        String(wrong.length),
        ((wrong.length / agents / days) * 1_000).toFixed(2),
      ];
    }),
  );
}

/** From some hour on the agent calls another tool in the place of one that it always called. */
async function otherTool(client: pg.Client): Promise<void> {
  const TOOLS = ["read", "search", "edit", "seldom"];
  const from = new Map<string, number>();
  const ofDay = new Map<string, HourRow>();
  const byHour = new Map<number, HourRow[]>();
  for (let index = 0; index < agents + planted; index++) {
    const random = randomFrom(1_000_003 * seed + 31 * index + 5);
    const agent = `agent ${index}`;
    const fault = index < agents ? undefined : BASELINE_DAYS * 24 + Math.floor(72 * random());
    for (let hour = 0; hour < END; hour++)
      for (const tool of TOOLS) {
        // A tool that is called seldom, the first time in the first hour.
        if (random() > (tool !== "seldom" ? 0.5 : hour === 0 ? 1 : 0.005)) continue;
        const isOther = fault !== undefined && hour >= fault && tool === "search";
        if (isOther && !from.has(agent)) from.set(agent, hour);
        const row = { agent, tool: isOther ? "web_search" : tool, at: FIRST + hour * HOUR, calls: 5 };
        byHour.set(hour, [...(byHour.get(hour) ?? []), row]);
      }
  }
  const found = new Map<string, number>();
  const wrong: string[] = [];
  for (let hour = 0; hour < END; hour++) {
    const rows = byHour.get(hour) ?? [];
    await insertHours(client, rows);
    for (const row of rows) {
      const day = FIRST + Math.floor(hour / 24) * 24 * HOUR;
      ofDay.set(`${row.agent} ${row.tool} ${day}`, { ...row, at: day, resolution: "day" });
    }
    // Days of the statistics are there when they are over, and before.
    if (hour % 24 === 23) {
      await insertHours(client, [...ofDay.values()]);
      ofDay.clear();
    }
    if (hour === BASELINE_DAYS * 24) await client.query("analyze agent_action_statistics");
    if (hour < BASELINE_DAYS * 24) continue;
    for (const { kind, agentName, evidence } of await NOVELTY_RULE.find(
      client,
      inputAt(FIRST + (hour + 1) * HOUR),
    )) {
      if (kind !== "new_tool" || agentName === undefined) continue;
      const isRight = (evidence as { readonly tool?: string }).tool === "web_search" && from.has(agentName);
      if (!isRight) wrong.push(`${agentName} ${hour}`);
      else if (!found.has(agentName)) found.set(agentName, hour);
    }
  }
  console.log(
    `## Another tool in the place of one: of ${planted} agents that change, and ${agents} that do not and have one tool that they seldom call\n`,
  );
  table(
    ["", "found", "hours after the first call (median)", "false alarms", "per 1,000 agent-days"],
    [
      [
        "a tool that it never called",
        String(found.size),
        median([...found].map(([agent, hour]) => hour - (from.get(agent) ?? 0) + 1)),
        String(new Set(wrong).size),
        ((new Set(wrong).size / agents / days) * 1_000).toFixed(2),
      ],
    ],
  );
}

const stack = await startDevStack({ only: "postgres", onProgress: console.error });
try {
  for (const of of [silence, otherTool]) {
    const client = new pg.Client({ connectionString: await newDatabase(stack.postgres?.url ?? "") });
    await client.connect();
    try {
      await of(client);
    } finally {
      await client.end();
    }
  }
} finally {
  await stack.stop();
}
