import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type RecordedAction, recordedAction } from "../../../src/recorded/recorded-action.js";
import { atifOf } from "../../../src/run-document/atif.js";
import type { AtifTrajectory } from "../../../src/run-document/atif-types.js";

const FIXTURES = "test/fixtures/run-document";
const lines = (await readFile(`${FIXTURES}/build-7.jsonl`, "utf8")).trimEnd().split("\n");
const recorded = lines.map((line) => recordedAction(JSON.parse(line)) as RecordedAction);

test("a run with a sub-agent is the trajectory that the models of harbor accept", async () => {
  const { trajectory } = atifOf("build-7", recorded);
  await expect(`${JSON.stringify(trajectory, undefined, 2)}\n`).toMatchFileSnapshot(
    `../../fixtures/run-document/build-7.atif.json`,
  );
});

test("the order of the rows makes no difference", () => {
  const { trajectory } = atifOf("build-7", recorded);
  fc.assert(
    fc.property(fc.shuffledSubarray(recorded, { minLength: recorded.length }), (shuffled) => {
      expect(atifOf("build-7", shuffled).trajectory).toEqual({ ...trajectory, extra: expect.anything() });
    }),
    { numRuns: 30 },
  );
});

test("what could not be said is counted", () => {
  const { gaps, trajectory } = atifOf("build-7", recorded);
  const count = (what: string) =>
    gaps.filter((gap) => gap.what === what).reduce((sum, gap) => sum + gap.count, 0);
  // Of `npm test` the arguments are a text, of the running call they are missing.
  expect(count("tool_calls.arguments")).toBe(2);
  // One is hidden, one has not come yet.
  expect(count("observation.results")).toBe(2);
  expect(gaps).toContainEqual({ what: "steps", why: "had not ended", count: 1 });
  expect(gaps).toContainEqual({ what: "agent.version", why: "not recorded", count: 1 });
  expect(trajectory.extra?.completeness).toEqual({ actions: recorded.length, gaps });
});

/** The rules of the models, as far as types do not say them. */
function checkRules(trajectory: AtifTrajectory): void {
  const embedded = trajectory.subagent_trajectories ?? [];
  const ids = embedded.map(({ trajectory_id: id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const referred: string[] = [];
  for (const { steps } of [trajectory, ...embedded]) {
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.map(({ step_id: id }) => id)).toEqual(steps.map((_, index) => index + 1));
    const calls = steps.flatMap(({ tool_calls: found = [] }) => found.map((call) => call.tool_call_id));
    expect(new Set(calls).size).toBe(calls.length);
    for (const step of steps) {
      if (step.source !== "agent")
        for (const name of ["model_name", "reasoning_content", "tool_calls", "metrics"])
          expect(step).not.toHaveProperty(name);
      for (const { source_call_id: id, subagent_trajectory_ref: refs = [] } of step.observation?.results ??
        []) {
        if (id !== undefined) expect(step.tool_calls?.map((call) => call.tool_call_id)).toContain(id);
        referred.push(...refs.map((ref) => ref.trajectory_id));
      }
    }
  }
  expect(referred.sort()).toEqual([...ids].sort());
}

test("any actions make a trajectory by the rules, in which each action is", () => {
  const rows = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 30 }).map(String),
      parent_action_id: fc.option(fc.integer({ min: 1, max: 30 }).map(String)),
      action_type: fc.constantFrom("tool_call", "decision", "error", "success"),
      action_name: fc.string(),
      agent_name: fc.constantFrom("a", "b", "c"),
      tool_call_id: fc.option(fc.constantFrom("1", "x", "x 2", "call 2")),
      started_at: fc.option(fc.date().map(String)),
      created_at: fc.integer({ min: 0, max: 5 }),
      action_details: fc.dictionary(
        fc.constantFrom("tool_parameters", "tool_result", "decision_result", "task", "input_tokens"),
        fc.jsonValue() as fc.Arbitrary<unknown>,
      ),
    }),
    { minLength: 1, selector: ({ id }) => id },
  );
  fc.assert(
    fc.property(rows, (given) => {
      const actions = given.map((row) => recordedAction(row) as RecordedAction);
      const { trajectory } = atifOf("run", actions);
      checkRules(trajectory);
      const found = [trajectory, ...(trajectory.subagent_trajectories ?? [])].flatMap(({ steps }) =>
        steps.map(({ extra }) => extra.action_id),
      );
      expect(new Set(found)).toEqual(new Set(actions.map(({ id }) => id)));
    }),
  );
});

test("agents in agents, however deep, are side by side in the document", () => {
  const deep = Array.from(
    { length: 20_000 },
    (_, number) =>
      recordedAction({
        id: String(number),
        ...(number > 0 && { parent_action_id: String(number - 1) }),
        action_type: "success",
        action_name: "task",
        agent_name: `agent ${number}`,
        started_at: number,
      }) as RecordedAction,
  );
  const { trajectory } = atifOf("run", deep);
  expect(trajectory.subagent_trajectories).toHaveLength(19_999);
  expect(JSON.parse(JSON.stringify(trajectory)).steps).toHaveLength(2);
});
