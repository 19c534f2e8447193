import { expect, test } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { captureOutput, quietContext } from "./captured-output.js";

const explained = async (file: string, ...options: string[]) => {
  const out = captureOutput();
  const path = `test/fixtures/spans/${file}.otlp.json`;
  expect(await runCli(["map", "--explain", ...options, path], quietContext(out))).toBe(0);
  return out.results;
};

const explanations = async (file: string): Promise<Record<string, unknown>[]> =>
  (await explained(file, "--json")).map((line) => JSON.parse(line));

test("a span that went into another one says into which, and that one who else saw it", async () => {
  const lines = await explained("genai-spec-made");
  const merged = lines.filter((line) => line.includes("=>"));
  expect(merged).toHaveLength(3);
  expect(merged[0]).toMatch(/^tools\/call get_forecast +=> the same call as tools\/call get_forecast/);
  expect(lines.join("\n")).toContain("also seen by mcp");
  expect(lines.at(-1)).toMatch(/spans, \d+ events, 3 deduplicated$/);

  const rows = await explanations("genai-spec-made");
  const [first] = rows.filter(({ outcome }) => outcome === "deduplicated");
  const into = rows.find(({ span_id }) => span_id === first?.into);
  expect(first).toMatchObject({ dialect: "mcp", span: "tools/call get_forecast" });
  expect(into).toMatchObject({
    outcome: "event",
    merged_spans: [{ source: "mcp", trace_id: first?.trace_id, span_id: first?.span_id }],
  });
});

test("a call without a span stands below the span of the model that it was reported to", async () => {
  const lines = await explained("vercel-ai-v7");
  const at = lines.findIndex((line) => line.includes("+> tool_call noSuchTool (vercel-ai)"));
  expect(lines[at]).toMatch(/^ +\+> /);
  expect(lines.slice(0, at).join(" ")).toMatch(/a call of a model that went well[^>]*$/);
  expect(lines.at(-1)).toContain("3 calls without a span");

  const rows = await explanations("vercel-ai-v7");
  expect(rows.filter(({ without_span }) => without_span)).toMatchObject([
    { action_type: "tool_call", action_name: "noSuchTool" },
    { action_type: "tool_call", action_name: "getWeather" },
    { action_type: "decision", action_name: "pay" },
  ]);
});

test("an action names the one around it", async () => {
  const rows = await explanations("vercel-ai-v7");
  const ids = new Set(rows.map(({ id }) => id));
  const parents = rows.flatMap(({ parent_action_id }) => parent_action_id ?? []);
  expect(parents.length).toBeGreaterThan(0);
  for (const parent of parents) expect(ids).toContain(parent);
});
