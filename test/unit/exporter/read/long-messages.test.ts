import { expect, test } from "vitest";
import { createTransform } from "../../../../exporter/read/transform.js";
import { spanOf } from "../spans.js";

const TOKEN = `ghp_${"aB3dE6gH9j".repeat(3)}aB3dE6`;

test("an error's message is cut behind what is hidden in it, and never through it", () => {
  const before = "a line of a log\n".repeat(2_047);
  const message = `${before}${TOKEN} ${"and so on ".repeat(200_000)}`;
  const failed = spanOf({
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
    status: { code: 2, message },
  });
  const transformed = createTransform()(failed);
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  const { error_message, action_details } = transformed.event as {
    error_message: string;
    action_details: { error_message: string };
  };
  for (const said of [error_message, action_details.error_message]) {
    expect(said).toHaveLength(32_769);
    expect(said).toMatch(/a line of a log\n\[redact.*…$/s);
    expect(said).not.toContain("ghp_");
  }
});
