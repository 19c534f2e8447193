import type { JsonObject } from "../event/json.js";
import { type RecordedAction, runNameOf } from "../recorded/recorded-action.js";
import { byStart, treePlaces } from "../recorded/tree-places.js";
import { type AtifMoment, delegationStep, endStep, type NoteGap, stepOf, taskStep } from "./atif-steps.js";
import type { AtifGap, AtifTrajectory } from "./atif-types.js";

export interface AtifDocument {
  /** Its `extra.completeness` has the gaps as well. */
  readonly trajectory: AtifTrajectory;
  /** What it could not say, by place in the format. */
  readonly gaps: readonly AtifGap[];
}

/** The trajectory of one agent while its actions are read. */
interface Part {
  readonly id: string;
  readonly agent: string;
  version: string | null;
  model: string | null;
  readonly callIds: Set<string>;
  readonly moments: { readonly time: number; readonly step: AtifMoment }[];
}

/**
 * A run as a trajectory. The task of an agent is its first step, its calls, decisions and errors follow by their time, what came of it is the last.
 * An agent within another one's run has a trajectory of its own, embedded in the outermost and referred to where it was called.
 *
 * @param run what the run is called
 * @param recorded its actions, at least one, in any order
 */
export function atifOf(run: string, recorded: readonly RecordedAction[]): AtifDocument {
  const gaps = new Map<string, { what: string; why: string; count: number }>();
  const note: NoteGap = (what, why) => {
    const known = gaps.get(`${what}\n${why}`);
    if (known === undefined) gaps.set(`${what}\n${why}`, { what, why, count: 1 });
    else known.count++;
  };
  const parts = partsOf(run, recorded, note);
  const [outermost, ...others] = parts.map((part) => trajectoryOf(run, part, note)) as [
    AtifTrajectory,
    ...AtifTrajectory[],
  ];
  // Of any run: this is not what actions are.
  note("agent.tool_definitions", "not recorded with actions");
  note(
    "steps",
    "messages of models are recorded only where calls of models are (AGENT_ACTIONS_EXPORTER_LLM_CALLS)",
  );
  const listed = [...gaps.values()];
  const completeness: JsonObject = {
    actions: recorded.length,
    gaps: listed.map(({ what, why, count }) => ({ what, why, count })),
  };
  const trajectory: AtifTrajectory = {
    ...outermost,
    extra: { completeness },
    ...(others.length > 0 && { subagent_trajectories: others }),
  };
  return { trajectory, gaps: listed };
}

/** The outermost agent's part first. */
function partsOf(run: string, recorded: readonly RecordedAction[], note: NoteGap): readonly Part[] {
  const sorted = [...recorded].sort(byStart);
  const { order, parents } = treePlaces(sorted);
  const parts: Part[] = [];
  const owners: Part[] = [];
  let lastTime = Number.NEGATIVE_INFINITY;
  order.forEach((node, place) => {
    const action = sorted[node] as RecordedAction;
    // One without a time stays where the tree has it.
    const time = Number.isNaN(action.start) ? lastTime : action.start;
    lastTime = time;
    const around = owners[parents[place] as number] ?? parts[0];
    const isRun = runNameOf(action) !== undefined;
    const isOther = around === undefined || (isRun && action.agent !== around.agent);
    const owner = isOther
      ? newPart(around === undefined ? run : action.id || `${run} ${place}`, action)
      : around;
    if (isOther) parts.push(owner);
    owners[place] = owner;
    if (isOther && around !== undefined)
      around.moments.push({ time, step: delegationStep(action, owner.id, note) });
    add(action, owner, time, isRun, note);
  });
  return parts;
}

const newPart = (id: string, { agent, version }: RecordedAction): Part => ({
  id,
  agent,
  version,
  model: null,
  callIds: new Set(),
  moments: [],
});

function add(action: RecordedAction, part: Part, time: number, isRun: boolean, note: NoteGap): void {
  const { model } = action.details;
  if (part.agent === action.agent) part.version ??= action.version;
  if (typeof model === "string") part.model ??= model;
  if (!isRun) {
    part.moments.push({ time, step: stepOf(action, callIdOf(action, part), note) });
    return;
  }
  part.moments.push({ time, step: taskStep(action, note) });
  const end = endStep(action, note);
  if (end !== undefined) part.moments.push({ time: action.end, step: end });
}

/** The model's id of the call, unless another call of the trajectory has it. */
function callIdOf({ id, callId }: RecordedAction, { callIds }: Part): string {
  const wanted = [callId ?? id, id].find((one) => one !== "" && !callIds.has(one));
  let own = wanted ?? "call";
  for (let number = 2; callIds.has(own); number++) own = `${id || "call"} ${number}`;
  callIds.add(own);
  return own;
}

function trajectoryOf(run: string, part: Part, note: NoteGap): AtifTrajectory {
  if (part.version === null) note("agent.version", "not recorded");
  const steps = part.moments
    .sort((one, other) => one.time - other.time || 0)
    .map(({ step }, index) => ({ step_id: index + 1, ...step }));
  const totals = { prompt_tokens: 0, completion_tokens: 0 };
  let isCounted = false;
  for (const { metrics } of steps) {
    if (metrics === undefined) continue;
    isCounted = true;
    totals.prompt_tokens += metrics.prompt_tokens ?? 0;
    totals.completion_tokens += metrics.completion_tokens ?? 0;
  }
  if (!isCounted) note("final_metrics", "tokens are recorded only where calls of models are");
  return {
    schema_version: "ATIF-v1.7",
    session_id: run,
    trajectory_id: part.id,
    agent: {
      name: part.agent || "unknown",
      version: part.version ?? "unknown",
      ...(part.model !== null && { model_name: part.model }),
    },
    steps,
    final_metrics: {
      ...(isCounted && {
        total_prompt_tokens: totals.prompt_tokens,
        total_completion_tokens: totals.completion_tokens,
      }),
      total_steps: steps.length,
    },
  };
}
