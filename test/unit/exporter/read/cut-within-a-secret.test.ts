/** No part of a credential is shown where a text is cut, wherever the cut is, and however much shorter hiding has made the text before it. */
import { expect, test } from "vitest";
import { withLargeTexts } from "../../../../exporter/read/large-contents.js";
import { largeTextsOf } from "../../../../exporter/read/large-text.js";
import { createPlainRedactor, type Redactor } from "../../../../exporter/read/redaction/redactor.js";
import { createTransform } from "../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../src/event/index.js";
import { spanOf } from "../spans.js";

const redact = createPlainRedactor();
const PART = `ghp_${"aB3dE6gH9j".repeat(3)}`;
const LINE = `a line ${PART}aB3dE6\n`;
const SECRETS = LINE.repeat(4_000);
/** The cuts of one period of the text. */
const SHIFTS = Array.from({ length: LINE.length }, (_, shift) => shift);

function largeEvent(result: string, redactor: Redactor = redact) {
  const event = {
    action_details: { tool_result: result, tool_parameters: { path: "a" } },
  } as unknown as ActionEvent;
  const span = spanOf({ attributes: { result } });
  return withLargeTexts(event, span, { above: 131_072, redact: redactor, isForeign: true });
}

const textIn = (event: object | undefined) => [...(largeTextsOf(event ?? {})?.values() ?? [])][0];

test("the beginning of a large content", () => {
  for (const shift of SHIFTS) {
    const shown = textIn(largeEvent("x".repeat(shift) + SECRETS))?.shown;
    expect(shown).toMatch(/^x*a line \[redacted\]\n/);
    expect(shown).not.toContain("ghp_");
  }
});

test("a message of an error", () => {
  for (const shift of SHIFTS) {
    const failed = spanOf({
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
      status: { code: 2, message: "x".repeat(shift) + SECRETS },
    });
    const transformed = createTransform()(failed);
    if (transformed.outcome !== "event") throw new Error(transformed.reason);
    expect(JSON.stringify(transformed.event)).toContain("a line [redacted]");
    expect(JSON.stringify(transformed.event)).not.toContain("ghp_");
  }
});

test("a message of an error that is searched whole is shown as far as it may be", () => {
  const message = "word ".repeat(8_000);
  const failed = spanOf({
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
    status: { code: 2, message },
  });
  const transformed = createTransform()(failed);
  expect(transformed).toMatchObject({ event: { error_message: `${message.slice(0, 32_768)}…` } });
});

test("a text of more characters than are searched", () => {
  const short = createPlainRedactor({}, 100_000);
  for (const shift of SHIFTS) {
    const { text } = short({ text: `${"x".repeat(shift)}${SECRETS}` });
    expect(text).toMatch(/^x*a line \[redacted\]\n.*…\[trimmed: \d+ bytes, sha256 [0-9a-f]{64}\]$/s);
    expect(text).not.toContain("ghp_");
  }
  const { text } = short({ text: "word ".repeat(30_000) });
  expect(text.length).toBeGreaterThan(49_900);
});

test("arguments or results that a rule hides by their name stay hidden, however large they are", () => {
  const byName = createPlainRedactor({ keys: ["tool_result"] });
  const event = largeEvent("a page ".repeat(30_000), byName);
  expect(textIn(event)).toBeUndefined();
  expect(event).toBeUndefined();
  expect(byName({ action_details: { tool_result: "a page" } })).toEqual({
    action_details: { tool_result: "[redacted]" },
  });
});

test("a rule for another name than its own hides no large content", () => {
  const event = largeEvent("a page ".repeat(30_000), createPlainRedactor({ keys: ["content"] }));
  expect(textIn(event)?.recorded()).toBe("a page ".repeat(30_000));
});
