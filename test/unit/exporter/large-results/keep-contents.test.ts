import { expect, test } from "vitest";
import { isUnkept, unkept } from "../../../../exporter/large-results/keep-contents.js";
import type {
  KeptContent,
  LargeResultKeeper,
} from "../../../../exporter/large-results/large-result-keeper.js";
import { LargeText } from "../../../../exporter/read/large-text.js";

function eventAfter(outcome: KeptContent, fileAbove?: number): { event: unknown; redactedHere: number } {
  let redactedHere = 0;
  const text = new LargeText({
    name: "tool_result",
    text: "x".repeat(200_000),
    shown: "the beginning",
    form: "own",
    recorded: () => {
      redactedHere++;
      return "all of it";
    },
  });
  const keeper = {
    takes: () => true,
    keep: (_text: LargeText, _to: unknown, done: (kept: KeptContent) => void) => done(outcome),
  } as unknown as LargeResultKeeper;
  const held = unkept({ action_details: { tool_result: text } }, keeper, {
    fileAbove,
    maxRecordBytes: 1_000_000,
  });
  if (!isUnkept(held)) throw new Error("The event is to be held.");
  let event: unknown;
  held.keep((said) => {
    event = JSON.parse(JSON.stringify(said));
  });
  return { event, redactedHere };
}

test.each([undefined, 150_000])(
  "what a thread is not done with in time is not begun anew by the agent's own, with files above %s",
  (fileAbove) => {
    expect(eventAfter({ notKept: "timed_out" }, fileAbove)).toEqual({
      event: {
        action_details: {
          tool_result: "the beginning…[trimmed: 200000 characters]",
          tool_result_not_kept: "timed_out",
        },
      },
      redactedHere: 0,
    });
  },
);

test("what a thread could not do is done by the agent's own", () => {
  expect(eventAfter({ notKept: "failed" })).toEqual({
    event: { action_details: { tool_result: "all of it" } },
    redactedHere: 1,
  });
});
