import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { EXIT_CONFIGURATION } from "../../../src/cli/framework/exit-codes.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { captureOutput, quietContext } from "./captured-output.js";

const folder = mkdtempSync(join(tmpdir(), "map-dialects-"));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const span = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  name: "acme search",
  startTimeUnixNano: "1767225600000000000",
  endTimeUnixNano: "1767225600001000000",
  attributes: [{ key: "acme.q", value: { stringValue: "otters" } }],
};
const spans = written("spans.json", {
  resourceSpans: [{ scopeSpans: [{ scope: { name: "acme" }, spans: [span] }] }],
});
const definition = {
  name: "acme",
  actions: [{ type: "tool_call", where: { scope: "acme" }, arguments: "acme.q" }],
};

test("map asks the dialects of the file first", async () => {
  const out = captureOutput();
  const file = written("acme.json", definition);
  expect(await runCli(["map", "--dialects", file, spans], quietContext(out))).toBe(0);
  expect(JSON.parse(out.results[0] ?? "")).toMatchObject({
    source: "acme",
    action_name: "acme search",
    action_details: { tool_parameters: "otters" },
  });
});

test("map stops where the file cannot be used, and lists what is wrong", async () => {
  const out = captureOutput();
  const file = written("wrong.json", { name: "acme", actions: [{ type: "tool", where: {} }] });
  expect(await runCli(["map", "--dialects", file, spans], quietContext(out))).toBe(EXIT_CONFIGURATION);
  const told = JSON.stringify(out);
  expect(told).toContain("type has to be one of");
  expect(told).toContain("where has to say which spans");
});
