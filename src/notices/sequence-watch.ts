/**
 * Sequences of calls while they happen. How far each run has come is remembered within a budget of bytes; a run that is not remembered, or in which a call
 * came late or changed, is read from its rows again. So repetition, order and a restart make no difference.
 */
import type pg from "pg";
import { markerOf } from "../analysis/call-pattern.js";
import { type FoundSequence, SequenceState } from "../analysis/call-sequence.js";
import { identityOf } from "../analysis/loop-tracker.js";
import type { SequenceRule } from "../config/sequence-rules.js";
import { type Notice, quoted } from "./notice.js";
import { type AgentDeed, readRuns } from "./read-deeds.js";
import { short } from "./rules/periodic-rule.js";

interface Entry {
  readonly states: readonly SequenceState[];
  /** Ids of calls that were something in a rule. */
  readonly seen: Set<string>;
  lastAt: number;
  lastId: string;
  /** When the run last did anything: it has come to an end when that is long ago. */
  activeAt: number;
  /** Rules that are told at the end of the run, and have been. */
  isTold: boolean;
}

const MAX_SEEN = 64;
const BYTES = { entry: 400, state: 160, call: 200, seen: 90 } as const;

export class SequenceWatch {
  readonly #rules: readonly SequenceRule[];
  readonly #mark: ReturnType<typeof markerOf>;
  readonly #quietMillis: number;
  readonly #maxBytes: number;
  readonly #runs = new Map<string, Entry>();
  #bytes = 0;
  #isNew = true;

  constructor(rules: readonly SequenceRule[], quietMillis: number, maxBytes: number) {
    this.#rules = rules.filter(({ enabled }) => enabled);
    this.#mark = markerOf(this.#rules);
    this.#quietMillis = quietMillis;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  clear(): void {
    this.#runs.clear();
    this.#bytes = 0;
    this.#isNew = true;
  }

  /** What became of sequences by deeds, in the order of their end. Throws what Postgres throws. */
  async look(client: pg.ClientBase, deeds: readonly AgentDeed[]): Promise<readonly Notice[]> {
    if (this.#rules.length === 0) return [];
    const found: Notice[] = [];
    const missing = new Map<string, number>();
    for (const each of deeds) {
      const from = this.#add(each, found);
      if (from !== undefined) missing.set(each.run, Math.min(missing.get(each.run) ?? from, from));
    }
    if (missing.size > 0)
      found.push(...(await this.#rebuild(client, [...missing.keys()], Math.min(...missing.values()))));
    return found;
  }

  /** Sequences that count at the end of a run, of runs that have come to an end. */
  async ended(client: pg.ClientBase, now: number): Promise<readonly Notice[]> {
    const atEnd = this.#rules.filter((rule) => rule.atEnd);
    if (atEnd.length === 0) return [];
    if (this.#isNew) {
      // What was read by another process, and had not ended when that stopped.
      const { rows } = await client.query<{ run: string }>(RECENT_RUNS, [
        (this.#quietMillis + STOP_MILLIS) / 1_000,
        MAX_RECENT_RUNS,
      ]);
      const unknown = rows.map(({ run }) => run).filter((run) => !this.#runs.has(run));
      await this.#rebuild(client, unknown, now - this.#quietMillis - STOP_MILLIS);
      this.#isNew = false;
    }
    const found: Notice[] = [];
    for (const [run, entry] of this.#runs) {
      if (entry.isTold || entry.activeAt > now - this.#quietMillis) continue;
      entry.isTold = true;
      entry.states.forEach((state, index) => {
        const rule = this.#rules[index] as SequenceRule;
        if (rule.atEnd && state.found) found.push(noticeOf(run, rule, state.found));
      });
    }
    return found;
  }

  /** Returns from when on the run has to be read, where it has to be. */
  #add({ run, agent, deed, call }: AgentDeed, found: Notice[]): number | undefined {
    const entry = this.#runs.get(run);
    const { id, doneAt } = identityOf(deed);
    if (entry && doneAt > entry.activeAt) {
      entry.activeAt = doneAt;
      entry.isTold = false;
    }
    const marks = call && this.#mark(call);
    if (marks === undefined || call === undefined || entry?.seen.has(id)) return undefined;
    const startedAt = deed.type === "call" ? deed.step.startedAt : doneAt;
    if (entry === undefined || doneAt < entry.lastAt || (doneAt === entry.lastAt && id < entry.lastId))
      return startedAt;
    this.#advance(run, entry, { id, tool: call.tool, agent, startedAt, doneAt }, marks, found);
    this.#runs.delete(run);
    this.#runs.set(run, entry);
    this.#shrink();
    return undefined;
  }

  #advance(
    run: string,
    entry: Entry,
    call: FoundSequence["last"],
    marks: readonly number[],
    found: Notice[],
  ): void {
    const before = bytesOf(entry);
    entry.lastAt = call.doneAt;
    entry.lastId = call.id;
    entry.seen.add(call.id);
    if (entry.seen.size > MAX_SEEN) {
      const [oldest] = entry.seen;
      if (oldest !== undefined) entry.seen.delete(oldest);
    }
    entry.states.forEach((state, index) => {
      const rule = this.#rules[index] as SequenceRule;
      if (state.add(call, marks[index] ?? 0) && !rule.atEnd && state.found)
        found.push(noticeOf(run, rule, state.found));
    });
    this.#bytes += bytesOf(entry) - before;
  }

  async #rebuild(client: pg.ClientBase, runs: readonly string[], from: number): Promise<readonly Notice[]> {
    const found: Notice[] = [];
    for (const [run, deeds] of await readRuns(client, runs, from)) {
      const old = this.#runs.get(run);
      if (old) this.#bytes -= bytesOf(old);
      const entry: Entry = {
        states: this.#rules.map((rule) => new SequenceState(rule)),
        seen: new Set(),
        lastAt: Number.NEGATIVE_INFINITY,
        lastId: "",
        activeAt: Number.NEGATIVE_INFINITY,
        isTold: false,
      };
      this.#runs.set(run, entry);
      this.#bytes += bytesOf(entry);
      for (const each of deeds) {
        entry.activeAt = Math.max(entry.activeAt, identityOf(each.deed).doneAt);
        this.#add(each, found);
      }
    }
    this.#shrink();
    return found;
  }

  /** What was used longest ago goes first. The rows are still there. */
  #shrink(): void {
    for (const [run, entry] of this.#runs) {
      if (this.#bytes <= this.#maxBytes || this.#runs.size <= 1) return;
      this.#bytes -= bytesOf(entry);
      this.#runs.delete(run);
    }
  }
}

const bytesOf = ({ states, seen }: Entry): number =>
  BYTES.entry +
  seen.size * BYTES.seen +
  states.reduce((sum, state) => sum + BYTES.state + state.size * BYTES.call, 0);

/** So long a stop of the service loses no end of a run. */
const STOP_MILLIS = 3_600_000;
const MAX_RECENT_RUNS = 1_000;
const RECENT_RUNS = `
  select correlation_id::text as run from agent_actions
  where created_at > now() - $1 * interval '1 second' and action_type = 'tool_call'
  group by correlation_id order by max(created_at) desc limit $2`;

/** One notice of a rule and run. */
export function noticeOf(
  run: string,
  { name, severity }: SequenceRule,
  { calls, times, last }: FoundSequence,
): Notice {
  const ids = [...calls.map(({ id }) => id), ...(times > 1 ? [last.id] : [])];
  const [first = last] = calls;
  const tools = calls.map(({ tool }) => tool);
  return {
    rule: "sequence",
    kind: name,
    severity,
    subjectKey: `${run} ${name}`,
    beginning: first.id,
    title: `${short(last.agent)}: ${name} (${tools.map((tool) => short(tool, 40)).join(", then ")})${times > 1 ? `, ${times} times` : ""}`,
    agentName: last.agent,
    correlationId: run,
    actionIds: ids,
    evidence: {
      tools: tools.map((tool) => tool.slice(0, 200)),
      times,
      agents: [...new Set(calls.map(({ agent }) => agent.slice(0, 200)))],
    },
    query: `select * from agent_actions_v1.actions where correlation_id = ${quoted(run)} and id in (${ids.map(quoted).join(", ")}) order by started_at`,
    beganAt: first.startedAt,
    lastSeenAt: last.doneAt,
    closed: undefined,
  };
}
