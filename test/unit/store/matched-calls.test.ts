import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type KnownKey,
  matchKeyOf,
  matchRows,
  type ToldCall,
  toldCallOf,
} from "../../../src/store/matched-calls.js";

const SESSION = "87972e9e-b247-428b-a13b-d7e68d93c70a";

/** A call that was really made, and which ways tell of it. */
interface RealCall {
  readonly command: string;
  readonly start: number;
  readonly end: number;
  /** How long before its end the hook runs. */
  readonly hookBefore: number;
  readonly logged: boolean;
  readonly hooked: boolean;
}

type Way = "gemini-cli" | "gemini-cli-hook";

const at = (millis: number): string => new Date(1_795_959_188_000 + millis).toISOString();

function told(real: RealCall, source: Way, id: string): ToldCall {
  const end = source === "gemini-cli" ? real.end : Math.max(real.start, real.end - real.hookBefore);
  const event = {
    id,
    source,
    action_type: "tool_call",
    action_name: "run_shell_command",
    action_details: { tool_parameters: { command: real.command } },
    created_at: at(source === "gemini-cli" ? real.start : end),
    ended_at: at(end),
  };
  return toldCallOf(event, "default", SESSION) as ToldCall;
}

const calls = fc.array(
  fc.record({
    command: fc.constantFrom("ls", "pwd"),
    start: fc.integer({ min: 0, max: 400 }),
    duration: fc.integer({ min: 1, max: 200 }),
    hookBefore: fc.integer({ min: 0, max: 60 }),
    logged: fc.boolean(),
    hooked: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
);

type Drawn = Omit<RealCall, "end"> & { readonly duration: number };
const real = ({ duration, ...call }: Drawn): RealCall => ({ ...call, end: call.start + duration });

/** Decides one event after the other, as batches of one; each as often as it is given. */
function decide(events: readonly ToldCall[]): ReadonlyMap<ToldCall, string> {
  const known: KnownKey[] = [];
  const rows = new Map<ToldCall, string>();
  for (const event of events) {
    const { rows: found, added } = matchRows(known, [event]);
    known.push(...added);
    const id = found.get(event)?.id ?? "";
    expect(rows.get(event) ?? id).toBe(id);
    rows.set(event, id);
  }
  return rows;
}

/** What each way tells, in the order in which it tells it: as the calls end. */
function ways(
  list: readonly RealCall[],
  hasMisses: boolean,
): { readonly logs: ToldCall[]; readonly hooks: ToldCall[]; readonly of: Map<ToldCall, number> } {
  const of = new Map<ToldCall, number>();
  const tell = (source: Way, isTold: (call: RealCall) => boolean): ToldCall[] =>
    list
      .map((call, index) => ({ call, index }))
      .filter(({ call }) => !hasMisses || isTold(call))
      .map(({ call, index }) => {
        const event = told(call, source, `${source} ${index}`);
        of.set(event, index);
        return event;
      })
      .sort((one, other) => one.endMillis - other.endMillis);
  return {
    logs: tell("gemini-cli", ({ logged }) => logged),
    hooks: tell("gemini-cli-hook", ({ hooked }) => hooked),
    of,
  };
}

/** Two lists as one, each in its own order. */
function merged(one: readonly ToldCall[], other: readonly ToldCall[], turns: readonly boolean[]): ToldCall[] {
  const [left, right] = [[...one], [...other]];
  const all: ToldCall[] = [];
  for (let turn = 0; left.length + right.length > 0; turn++) {
    const from = (turns[turn % turns.length] && left.length > 0) || right.length === 0 ? left : right;
    all.push(from.shift() as ToldCall);
  }
  return all;
}

const turns = fc.array(fc.boolean(), { minLength: 1, maxLength: 14 });

test("calls that both ways tell are as many rows, however the ways meet and however often they come", () => {
  fc.assert(
    fc.property(calls, turns, fc.boolean(), (drawn, order, again) => {
      const list = drawn.map(real);
      const { logs, hooks } = ways(list, false);
      const events = merged(logs, hooks, order);
      const rows = decide(again ? [...events, ...events.toReversed()] : events);
      expect(new Set(rows.values()).size).toBe(list.length);
    }),
    { numRuns: 500 },
  );
});

/** Calls one after the other: the next one begins when the one before has ended, and a pause is over. */
const oneAfterTheOther = calls.map((drawn) => {
  let start = 0;
  return drawn.map((one) => {
    const call = real({ ...one, start });
    start = call.end + 11;
    return call;
  });
});

test("calls one after the other are one row each in any order, also where a way misses some, and no two become one", () => {
  fc.assert(
    fc.property(oneAfterTheOther, fc.infiniteStream(fc.nat()), (list, ranks) => {
      const { logs, hooks, of } = ways(list, true);
      const events = [...logs, ...hooks]
        .map((event) => ({ event, rank: ranks.next().value as number }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ event }) => event);
      const rows = decide(events);
      const callsOfRow = new Map<string, Set<number | undefined>>();
      for (const [event, row] of rows)
        callsOfRow.set(row, (callsOfRow.get(row) ?? new Set()).add(of.get(event)));
      expect([...callsOfRow.values()].every((made) => made.size === 1)).toBe(true);
      expect(callsOfRow.size).toBe(new Set(of.values()).size);
    }),
    { numRuns: 1_000 },
  );
});

test("equal calls at the same time of which ways miss some: never two of one way in a row, never another command, never times that do not meet", () => {
  fc.assert(
    fc.property(calls, turns, (drawn, order) => {
      const list = drawn.map(real);
      const { logs, hooks, of } = ways(list, true);
      const rows = decide(merged(logs, hooks, order));
      const events = [...rows.keys()];
      for (const one of events)
        for (const other of events) {
          if (one === other || rows.get(one) !== rows.get(other)) continue;
          expect(one.way).not.toBe(other.way);
          expect(list[of.get(one) ?? -1]?.command).toBe(list[of.get(other) ?? -1]?.command);
          expect(one.startMillis).toBeLessThanOrEqual(other.endMillis + 5);
          expect(other.startMillis).toBeLessThanOrEqual(one.endMillis + 5);
        }
      expect(new Set(rows.values()).size).toBeGreaterThanOrEqual(Math.max(logs.length, hooks.length));
    }),
    { numRuns: 1_000 },
  );
});

const QWEN = {
  action_type: "tool_call",
  action_name: "edit",
  action_details: { tool_parameters: { b: 1, a: [2] } },
};
const qwen = (fields: object): ToldCall =>
  toldCallOf({ ...QWEN, created_at: at(0), ...fields }, "default", SESSION) as ToldCall;

test("what hooks of Qwen Code tell before and after a call is one row with its record, whichever comes first", () => {
  const before = qwen({ source: "qwen-code-hook", call_key: "toolu_1_a", created_at: at(0) });
  const after = qwen({
    source: "qwen-code-hook",
    call_key: "toolu_1_a",
    created_at: at(30),
    ended_at: at(30),
  });
  const log = qwen({
    source: "qwen-code",
    id: "log",
    created_at: at(90),
    ended_at: at(170),
    action_details: { tool_parameters: { a: [2], b: 1 } },
  });
  const orders = [
    [before, after, log],
    [log, before, after],
    [before, log, after],
    [after, before, log],
  ];
  for (const order of orders) expect(new Set(decide(order).values()).size).toBe(1);
});

describe("what nothing is compared with", () => {
  test.each([
    ["no arguments", { action_details: {} }],
    ["hidden arguments", { action_details: { tool_parameters_hidden: true } }],
    ["another kind of action", { action_type: "success", action_name: "compaction" }],
    [
      "an empty prompt",
      { action_type: "success", action_name: "user_prompt", action_details: { prompt: "" } },
    ],
    ["an agent whose ways share ids", { source: "copilot-cli" }],
    ["a call of an agent whose prompts alone have none", { source: "codex" }],
    ["a row that the import has found", { source: "gemini-cli-transcript", call_key: undefined }],
  ])("%s", (_name, fields) => {
    const event = { ...QWEN, id: "x", source: "gemini-cli", created_at: at(0), ...fields };
    expect(toldCallOf(event, "default", SESSION)).toBeUndefined();
  });
});

test("a call of a chat is found by what comes later, and looks for nothing itself", () => {
  const fields = { created_at: at(0), ended_at: at(50) };
  const chat = qwen({ source: "gemini-cli-transcript", call_key: "edit__1", ...fields });
  const log = qwen({ source: "gemini-cli", id: "log", ...fields });
  const hook = qwen({ source: "gemini-cli-hook", id: "hook", ...fields, created_at: at(50) });
  expect(new Set(decide([chat, log, hook]).values()).size).toBe(1);
  expect(new Set(decide([log, chat, hook]).values()).size).toBe(2);
});

test("a compaction of Claude Code is one row by its log event and its transcript, and its calls are not compared", () => {
  const compaction = (fields: object): ToldCall =>
    qwen({ action_type: "success", action_name: "compaction", action_details: {}, ...fields });
  const log = compaction({ source: "claude-code", id: "log", created_at: at(0), ended_at: at(519) });
  const told = { source: "claude-code-transcript", call_key: "compaction:130", created_at: at(396) };
  const later = compaction({ ...told, call_key: "compaction:131", created_at: at(60_000) });
  for (const order of [
    [log, compaction(told), later],
    [later, compaction(told), log],
  ])
    expect(new Set(decide(order).values()).size).toBe(2);
  const call = { ...QWEN, id: "x", source: "claude-code", created_at: at(0) };
  expect(toldCallOf(call, "default", SESSION)).toBeUndefined();
});

test("a key fits into the index whatever its parts are", () => {
  const log = qwen({ source: "gemini-cli", id: "0199c5c5-7c4e-8f3b-9d5e-0123456789ab" });
  expect(Buffer.byteLength(matchKeyOf(log))).toBeLessThan(255);
});
