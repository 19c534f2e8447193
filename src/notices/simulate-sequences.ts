/** Which sequences of calls would have been told. A run that did its last step a moment ago counts as ended here. */
import type pg from "pg";
import { markerOf } from "../analysis/call-pattern.js";
import { SequenceState } from "../analysis/call-sequence.js";
import { identityOf } from "../analysis/loop-tracker.js";
import type { SequenceRule } from "../config/sequence-rules.js";
import { inTransaction } from "../store/on-connection.js";
import { type AgentDeed, readRuns } from "./read-deeds.js";
import { noticeOf } from "./sequence-watch.js";
import type { OnSimulated } from "./simulate.js";

const RUNS_AT_A_TIME = 20;

export async function simulateSequences(
  pool: pg.Pool,
  since: number,
  sequences: readonly SequenceRule[],
  onSimulated: OnSimulated,
): Promise<void> {
  const rules = sequences.filter(({ enabled }) => enabled);
  if (rules.length === 0) return;
  const mark = markerOf(rules);
  const { rows } = await inTransaction(pool, (client) =>
    client.query<{ run: string }>(RUNS, [new Date(since)]),
  );
  for (let from = 0; from < rows.length; from += RUNS_AT_A_TIME) {
    const some = rows.slice(from, from + RUNS_AT_A_TIME).map(({ run }) => run);
    const runs = await inTransaction(pool, (client) => readRuns(client, some, since));
    for (const [run, deeds] of runs) simulateRun(run, deeds, rules, mark, onSimulated);
  }
}

function simulateRun(
  run: string,
  deeds: readonly AgentDeed[],
  rules: readonly SequenceRule[],
  mark: ReturnType<typeof markerOf>,
  onSimulated: OnSimulated,
): void {
  const states = rules.map((rule) => new SequenceState(rule));
  const firstAt = new Map<SequenceState, number>();
  for (const { agent, deed, call } of deeds) {
    const marks = call && mark(call);
    if (marks === undefined || call === undefined) continue;
    const { id, doneAt } = identityOf(deed);
    const startedAt = deed.type === "call" ? deed.step.startedAt : doneAt;
    states.forEach((state, index) => {
      const isFound = state.add({ id, tool: call.tool, agent, startedAt, doneAt }, marks[index] ?? 0);
      if (isFound && !firstAt.has(state)) firstAt.set(state, doneAt);
    });
  }
  rules.forEach((rule, index) => {
    const state = states[index];
    if (state?.found)
      onSimulated(noticeOf(run, rule, state.found), firstAt.get(state) ?? state.found.last.doneAt);
  });
}

const RUNS = `
  select correlation_id::text as run from agent_actions
  where created_at >= $1 and action_type = 'tool_call' and state = 'ended' group by 1 order by min(created_at)`;
