/** What a figure is held to: its own value, or its relation to another one of the same run. */
export type Bound = { readonly atMost: number } | { readonly below: number } | { readonly atLeast: number };

/** One line of the summary: which row of which part it is, and what it has to be. */
export interface Target {
  readonly group: string;
  readonly name: string;
  readonly part: string;
  /** Name of the row; where several match, the worst of them counts. */
  readonly row: string | RegExp;
  /** What is judged then is ours divided by the peer's, or how much more it is. */
  readonly peer?: Comparison;
  /** Without one the line is told for comparison, and nothing is held against it. */
  readonly bound?: Bound;
  /** Beyond the target, for the table only. */
  readonly stretch?: number;
  /** It is what remains of two measurements, and cannot be below 0: then it is less than they differ by themselves. */
  readonly isAdded?: boolean;
  /** The size that the target speaks of. A row that was measured at less holds only there. */
  readonly size?: number;
}

export interface Comparison {
  readonly name: string;
  readonly row: string;
  readonly by: "ratio" | "difference";
  /** The row that says how much the peer lost: what was not done costs nothing, so the table names it. */
  readonly lost?: string;
}

const CONNECT = "Kafka Connect";
const AGENT = { group: "Agent, 5,000 actions/s", part: "agent" };
const SLOW = { group: "Agent", part: "agent-slow" };
const START = { group: "Quiet is cheap", part: "agent-start" };
const CONSUMER = { group: "Consumer, one process", part: "consumer" };
const LATENCY = { group: "Latency, end to visible row", part: "latency" };

const GROWTH = { group: "Growth", part: "growth", size: 20_000_000 };
const QUESTIONS = { group: "Questions to the API, p95", part: "growth", size: 20_000_000 };

/** What is wanted, in the order of the table. */
export const TARGETS: readonly Target[] = [
  ...[
    { variant: "own-kafka", way: "" },
    { variant: "thread-kafka", way: ", with spanThread" },
  ].flatMap(({ variant, way }): Target[] => [
    {
      ...AGENT,
      name: `main thread, CPU added${way}`,
      row: `${variant} 200 B: CPU of the main thread, added`,
      peer: {
        name: "OTLP http/protobuf",
        row: "batch-otlp 200 B: CPU of the main thread, added",
        by: "ratio",
        lost: "batch-otlp 200 B: lost",
      },
      bound: { atMost: 1 },
      stretch: 0.8,
    },
    {
      ...AGENT,
      name: `whole process, CPU added${way}`,
      row: `${variant} 200 B: CPU of all threads, added`,
      bound: { atMost: 100 },
    },
    {
      ...AGENT,
      name: `delay of the loop, p99${way}`,
      row: `${variant} 200 B: delay of the loop, p99`,
      peer: { name: "no processor", row: "sdk 200 B: delay of the loop, p99", by: "difference" },
      bound: { atMost: 2 },
    },
    { ...AGENT, name: `lost${way}`, row: `${variant} 200 B: lost`, bound: { atMost: 0 } },
  ]),
  { ...SLOW, name: "burst of 10,000, lost", row: "burst of 10000: lost", bound: { atMost: 0 } },
  {
    ...SLOW,
    name: "10 actions/s, CPU added",
    isAdded: true,
    row: "10 actions a second: CPU added",
    bound: { below: 0.8 },
  },
  {
    group: "Agent",
    part: "longest-block",
    name: "longest turn of the loop, any value up to 50 MB",
    row: /./,
    bound: { atMost: 10 },
  },
  { ...CONSUMER, name: "rows", row: "consumer: rows", bound: { atLeast: 43_000 } },
  {
    ...CONSUMER,
    name: "rows",
    row: "consumer: rows",
    peer: { name: CONNECT, row: `${CONNECT}: rows`, by: "ratio" },
    bound: { atLeast: 1.7 },
    stretch: 2,
  },
  {
    ...CONSUMER,
    name: "rows, with file operations",
    row: "consumer, files: rows",
    peer: { name: CONNECT, row: `${CONNECT}: rows`, by: "ratio" },
    bound: { atLeast: 1.3 },
  },
  {
    ...CONSUMER,
    name: "rows, with file operations",
    row: "consumer, files: rows",
    peer: { name: "predecessor", row: "predecessor: rows", by: "ratio" },
    bound: { atLeast: 12 },
  },
  {
    ...CONSUMER,
    name: "rows",
    row: "consumer: rows",
    peer: {
      name: "predecessor, without file operations",
      row: "predecessor, without file operations: rows",
      by: "ratio",
    },
  },
  {
    ...CONSUMER,
    name: "rows",
    row: "consumer: rows",
    peer: { name: "bare loop", row: "bare loop: rows", by: "ratio" },
    bound: { atLeast: 0.75 },
  },
  { ...CONSUMER, name: "own CPU", row: "consumer: own CPU", bound: { atMost: 16 } },
  {
    ...CONSUMER,
    name: "own CPU, with file operations",
    row: "consumer, files: own CPU",
    bound: { atMost: 22 },
  },
  { ...CONSUMER, name: "Postgres's CPU", row: "consumer: Postgres's CPU", bound: { atMost: 20 } },
  {
    ...CONSUMER,
    name: "Postgres's CPU, with file operations",
    row: "consumer, files: Postgres's CPU",
    bound: { atMost: 26 },
  },
  {
    ...CONSUMER,
    name: "memory at full speed, peak",
    row: /^consumer(, files)?: peak memory$/,
    bound: { atMost: 250 },
  },
  ...[200, 1_000].flatMap((rate): Target[] => [
    {
      ...LATENCY,
      name: `${rate.toLocaleString("en")}/s, p50`,
      row: `end to row at ${rate}/s, p50`,
      bound: { below: 12 },
    },
    {
      ...LATENCY,
      name: `${rate.toLocaleString("en")}/s, p99`,
      row: `end to row at ${rate}/s, p99`,
      bound: { below: 30 },
    },
  ]),
  { ...LATENCY, name: "5,000/s, p99", row: "end to row at 5000/s, p99", bound: { below: 100 } },
  {
    group: "Quiet is cheap",
    part: "latency",
    name: "consumer, idle",
    row: "consumer, idle",
    bound: { below: 1 },
  },
  {
    group: "Quiet is cheap",
    part: "latency",
    name: "consumer at 200/s",
    row: "consumer at 200/s",
    bound: { below: 10 },
  },
  {
    ...START,
    name: "idle agent, CPU added",
    isAdded: true,
    row: "idle agent that has sent an action: CPU",
    bound: { below: 0.2 },
  },
  {
    ...START,
    isAdded: true,
    name: "register, added to a start",
    row: "register: clock added",
    bound: { below: 80 },
  },
  {
    group: "Quiet is cheap",
    part: "install",
    name: "production install",
    row: "production install",
    bound: { below: 12 },
  },
  {
    ...GROWTH,
    name: "inserts into a large table",
    row: "inserts, filled table",
    peer: { name: "an empty one", row: "inserts, empty table", by: "ratio" },
    bound: { atLeast: 0.9 },
  },
  { ...GROWTH, name: "a week goes for its age", row: "a week of actions goes", bound: { below: 1 } },
  {
    ...GROWTH,
    name: "longest write meanwhile",
    row: "longest write while a week goes",
    bound: { below: 1_000 },
  },
  {
    ...QUESTIONS,
    name: "lookups",
    row: /^(last 50 of an agent|last 50 of a tool|last 50 failed|the largest run: (skeleton|60 actions by ids)): p95$/,
    bound: { below: 50 },
  },
  {
    ...QUESTIONS,
    name: "runs of a day",
    row: /^runs of a day(, the first 50| that failed)/,
    bound: { below: 100 },
  },
  {
    ...QUESTIONS,
    name: "statistics over 90 days",
    row: /^(tools of|agents of|tools by day,) 90 days: p95$/,
    bound: { below: 200 },
  },
  {
    ...QUESTIONS,
    name: "a text in 7 days",
    row: /^a text (in details|that is not there), 7 days: p95$/,
    bound: { below: 1_000 },
  },
];
