import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { KafkaActionExporter } from "../../../exporter/kafka-action-exporter.js";
import { readOtlpJson } from "../../../exporter/span-files/otlp-spans.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { FakeTransport } from "../exporter/fake-transport.js";
import { captureOutput, quietContext } from "./captured-output.js";

const FOLDER = "test/fixtures/spans";

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith(".otlp.json")))("map %s", (name) => {
  const file = join(FOLDER, name);

  test("writes byte for byte what the exporter sends", async () => {
    const transport = new FakeTransport();
    const exporter = new KafkaActionExporter({ transport, flushOnExit: false });
    const spans = readOtlpJson(readFileSync(file, "utf8")).map(({ span }) => span);
    await new Promise<void>((resolve) => exporter.export(spans, () => resolve()));
    await exporter.shutdown();
    const events = transport.landed.filter(({ kind }) => kind !== "span_attribution");
    const sent = events.map(({ value }) => withoutWaiting(value.toString("utf8")));

    const out = captureOutput();
    expect(await runCli(["map", file], quietContext(out))).toBe(0);
    // The exporter keeps the order within a topic only.
    expect([...out.results].sort()).toEqual([...sent].sort());
    expect(out.progressLines).toEqual([]);
  });
});

// An exporter says which span an action still waits for. In a file nobody waits: what is not there will not come.
function withoutWaiting(event: string): string {
  const { unresolved_parent_span_id: _, inferred_fields: __, ...said } = JSON.parse(event);
  return JSON.stringify(said);
}
