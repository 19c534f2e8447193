/**
 * Captures of frameworks in Python, of Genkit and of VoltAgent, mapped as a program would send them: each row is what the program did. What
 * is not right yet is named with its reason; everything else has to stay right.
 */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { summaryOfEvent, summaryOfRow } from "../../../../helpers/captures.js";
import { mapPending, pendingCaptures } from "../../../../helpers/pending-captures.js";

const OF_THIS_FILE =
  /^pending\/(?:ag2|agent-framework|agentscope|agno|autogen|beeai|claude-agent|crewai|desk|dspy|genkit|google-genai|haystack|langgraph-runs|langgraph-shop|llamaindex|openai-agents-openlit|openai-agents-python|semantic-kernel|smolagents|strands-shop|voltagent)\b/;

/** Rows, or spans that give a row too many, by the file. */
const NOT_RIGHT: Readonly<Record<string, readonly (readonly [why: string, ...ids: readonly string[]])[]>> = {
  "pending/agno-openlit": [
    ["the span was cut off and has its name alone; what it was given stands at the model", "d3ca36"],
  ],
  "pending/autogen-openinference": [
    [
      "the layer inside failed, and what the outer one wrote as a result is the error's message",
      "1d9060",
      "7163f4",
    ],
  ],
  "pending/claude-agent-openinference": [["what went wrong is the model's last message", "466ca0"]],
  "pending/crewai-openlit": [
    ["inside of a tool that has a span, where nothing else has one", "call:call_lookup"],
  ],
  "pending/genkit-own": [["the model's id of a call that goes on, which its first span has", "76ce3d"]],
  "pending/llamaindex-openllmetry": [
    ["what waits has no output, and the model's span has no calls", "3ed0aa"],
  ],
  "pending/openai-agents-python-openinference": [["the verdict is on the turn alone", "907901"]],
  "pending/desk-openai-agents-openllmetry": [
    [
      "ids stand in the messages of the next turn only",
      ...["39444a", "d61464", "082731", "1f904d", "e77b05", "779b4f", "c6065a", "25f887"],
    ],
  ],
  "pending/openai-agents-python-openllmetry": [
    ["a call that was seen before it was refused", "call:call_pay"],
    [
      "ids stand in the messages of the next turn only",
      ...["b285c1", "72a9cf", "9eca6b", "98df79", "5adc93", "639f9b", "6fac81"],
    ],
  ],
};

const captures = (await pendingCaptures()).filter(({ file }) => OF_THIS_FILE.test(file));

describe.each(captures.map((capture) => [capture.title, capture] as const))("%s", (_title, capture) => {
  const { actions } = mapPending(capture);
  const notRight = new Set((NOT_RIGHT[capture.file] ?? []).flatMap(([, ...ids]) => ids));

  test("tells of every action as it was", () => {
    const rows = capture.rows.filter(([id]) => !notRight.has(id));
    const found = rows.map(([id]) => actions.find((action) => action.id === id));
    const told = found.map((action) => action && summaryOfEvent(action.event));
    expect(told).toEqual(rows.map((row) => summaryOfRow(row, capture)));
  });

  test("is right in nothing that is named as not right", () => {
    const rows = capture.rows.filter(([id]) => notRight.has(id));
    const right = rows.filter((row) => {
      const found = actions.find(({ id }) => id === row[0]);
      return (
        found !== undefined && isDeepStrictEqual(summaryOfEvent(found.event), summaryOfRow(row, capture))
      );
    });
    expect(right.map(([id]) => id)).toEqual([]);
  });

  test("tells of nothing else", () => {
    const known = new Set([...capture.rows.map(([id]) => id), ...notRight]);
    expect(actions.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
  });
});
