import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTransform, DIALECTS, type Dialect } from "../../../../../exporter/index.js";
import { readDialects } from "../../../../../exporter/read/dialects/custom/resolve-dialects.js";
import { DIALECT_SCHEMA } from "../../../../../scripts/dialect-schema.js";
import { type SpanParts, spanOf } from "../../spans.js";

// What docs/own-dialect.md shows is what runs here.
const page = readFileSync("docs/own-dialect.md", "utf8");
const example = (name: string): string => {
  const found = new RegExp(`<!-- example: ${name} -->\n\`\`\`\\w+\n([^]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/own-dialect.md has no example ${name}`);
  return found;
};

const folder = mkdtempSync(join(tmpdir(), "own-dialect-"));
afterAll(() => rmSync(folder, { recursive: true }));

const eventOf = (dialects: readonly Dialect[], parts: SpanParts, around: readonly SpanParts[] = []) => {
  const transform = createTransform({ captureContent: true, dialects: [...dialects, ...DIALECTS] });
  const transformed = transform(spanOf(parts), { ancestors: around.map(spanOf) });
  return transformed.outcome === "event" ? transformed.event : transformed.reason;
};

describe("the JSON example of the page", () => {
  const file = join(folder, "acme.json");
  writeFileSync(file, example("file"));
  const dialects = readDialects(file);

  test("reads the span that the page shows, inside of an agent's", () => {
    const attributes = {
      "acme.kind": "tool",
      "acme.in": '{"args":{"to":"Paris"},"call":"c-17"}',
      "acme.out": "3 flights",
      "acme.conversation": "conv-4",
    };
    const agent = { attributes: { "acme.kind": "crew", "acme.name": "Planner" } };
    expect(
      eventOf(dialects, { scope: "acme-agents", name: "tool search_flights", attributes }, [agent]),
    ).toMatchObject({
      source: "acme",
      action_type: "tool_call",
      action_name: "search_flights",
      agent_name: "Planner",
      session_id: "conv-4",
      tool_call_id: "c-17",
      action_details: { tool_parameters: { to: "Paris" }, tool_result: "3 flights", success: true },
    });
  });

  test("reads the others that it defines", () => {
    expect(
      eventOf(dialects, { attributes: { "acme.next": "Billing", "acme.why": "a refund" } }),
    ).toMatchObject({
      action_type: "decision",
      action_name: "hand over",
      action_details: { decision_type: "handoff", decision_context: "a refund", decision_result: "Billing" },
    });
    expect(eventOf(dialects, { attributes: { "acme.kind": "agent", "acme.name": "Ada" } })).toMatchObject({
      action_type: "success",
      action_name: "Ada",
    });
    expect(eventOf(dialects, { attributes: { "acme.kind": "internal.step" } })).toContain("no action");
  });

  test("keeps the schema for editors", () => {
    expect(new Ajv2020({ strict: false }).validate(DIALECT_SCHEMA, JSON.parse(example("file")))).toBe(true);
  });
});

describe("the code example of the page", () => {
  let given: readonly Dialect[] = [];

  // The processor is not what is tried here, and its place is taken by what it is given.
  beforeAll(async () => {
    const exporter = JSON.stringify(resolve("exporter/index.ts"));
    const code = example("code")
      .replace('"otel-agent-actions/exporter"', exporter)
      .replace("AgentActionSpanProcessor, ", "")
      .replace("new AgentActionSpanProcessor(", "(");
    const file = join(folder, "example.ts");
    writeFileSync(file, code);
    const { processor } = (await import(pathToFileURL(file).href)) as {
      processor: { dialects: readonly Dialect[] };
    };
    given = processor.dialects;
  });

  test("reads spans of both dialects, and of the built-in ones", () => {
    const acme = { "acme.tool": "search", "acme.in": '{"q":1}', "acme.out": "x", "acme.agent": "Ada" };
    expect(eventOf(given, { scope: "acme-agents", attributes: acme })).toMatchObject({
      source: "acme",
      action_name: "search",
      agent_name: "Ada",
      action_details: { tool_parameters: { q: 1 }, tool_result: "x" },
    });
    const robot = { "robot.move": "grasp", "robot.result": '{"held":true}', "robot.id": "r2" };
    expect(eventOf(given, { attributes: robot })).toMatchObject({
      source: "robots",
      agent_name: "r2",
      action_details: { tool_parameters_hidden: true, tool_result: { held: true } },
    });
    const other = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t" };
    expect(eventOf(given, { attributes: other })).toMatchObject({ source: "gen-ai" });
  });
});

test("docs/schemas/dialect.json is what the program says; run `npm run generate`", () => {
  expect(JSON.parse(readFileSync("docs/schemas/dialect.json", "utf8"))).toEqual(
    JSON.parse(JSON.stringify(DIALECT_SCHEMA)),
  );
});
