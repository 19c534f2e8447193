import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readExpectations } from "../../../src/expect/read-expectations.js";
import { type RecordedAction, recordedAction } from "../../../src/recorded/recorded-action.js";
import { adkOf } from "../../../src/run-document/adk.js";

const FIXTURES = "test/fixtures/run-document";
const lines = (await readFile(`${FIXTURES}/build-7.jsonl`, "utf8")).trimEnd().split("\n");
const recorded = lines.map((line) => recordedAction(JSON.parse(line)) as RecordedAction);

test("a run with a sub-agent is the eval set that the models of google-adk accept", async () => {
  const { evalSet } = adkOf("build-7", [...recorded].reverse());
  await expect(`${JSON.stringify(evalSet, undefined, 2)}\n`).toMatchFileSnapshot(
    `../../fixtures/run-document/build-7.evalset.json`,
  );
});

test("its own run is as the eval set expects", () => {
  const { evalSet } = adkOf("build-7", recorded);
  const [expectation] = readExpectations(evalSet);
  const calls = recorded.filter(({ type }) => type === "tool_call").map(({ name }) => name);
  expect(expectation?.calls?.map(({ tool }) => tool).sort()).toEqual(calls.sort());
});

test("what could not be said is counted, and a run without a task is one turn", () => {
  const { gaps } = adkOf("build-7", recorded);
  const decisions = recorded.filter(({ type }) => type === "decision").length;
  expect(gaps).toContainEqual({
    what: "decisions",
    why: "an eval set has no place for them",
    count: decisions,
  });
  const call = { id: "1", action_type: "tool_call", action_name: "Read", status: "ok" };
  const bare = adkOf("bare", [
    recordedAction({ ...call, action_details: { tool_parameters: "a", tool_result: ["b"] } }),
    recordedAction({ ...call, id: "2", status: "error", error_message: "gone" }),
  ] as RecordedAction[]);
  expect(bare.evalSet.eval_cases).toMatchObject([
    {
      conversation: [
        {
          user_content: { role: "user", parts: [{ text: "" }] },
          intermediate_data: {
            tool_uses: [
              { id: "1", name: "Read", args: { value: "a" } },
              { id: "2", name: "Read", args: {} },
            ],
            tool_responses: [{ response: { result: ["b"] } }, { response: { error: "gone" } }],
          },
        },
      ],
    },
  ]);
  expect(bare.gaps.map(({ what }) => what).sort()).toEqual([
    "final_response",
    "tool_uses.args",
    "user_content",
  ]);
});
