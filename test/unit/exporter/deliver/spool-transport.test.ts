import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openTransport } from "../../../../exporter/deliver/open-transport.js";
import { Pipeline } from "../../../../exporter/deliver/pipeline.js";
import { resolveExporterOptions } from "../../../../exporter/resolve-exporter-options.js";
import { ConfigError } from "../../../../src/errors.js";
import { segmentRecords } from "../../../../src/spool/segment-records.js";
import { SpoolFolder } from "../../../../src/spool/spool-folder.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spool-transport-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const record = (text: string) => ({
  kind: "action" as const,
  key: "run",
  value: Buffer.from(text),
  headers: {},
});

function pipelineTo(given: { spool?: "always" | "overflow"; spoolMaxBytes?: number } = {}): Pipeline {
  const options = resolveExporterOptions(
    { transport: "spool", spoolDirectory: directory, flushOnExit: false, lingerMillis: 0, ...given },
    {},
  );
  return new Pipeline(options, openTransport(options));
}

async function written(): Promise<string[]> {
  const texts: string[] = [];
  for (const { path } of await new SpoolFolder(directory).list())
    for await (const { record: found } of segmentRecords(path)) texts.push(found.value.toString());
  return texts;
}

const freeFiles = () => readdirSync(directory).filter((file) => file.includes(".free."));

test("an event is in a file before it is accepted, counts as acknowledged, and is handed over", async () => {
  const pipeline = pipelineTo();
  const settle = vi.fn();
  pipeline.offer(record("one"), settle);
  expect(settle).toHaveBeenCalledExactlyOnceWith({ delivered: true });
  expect(pipeline.stats()).toMatchObject({ ended: 1, acked: 1, buffered: 0, spooled: 0 });
  pipeline.offer(record("two"));
  expect(await written()).toEqual(["one", "two"]);
  await vi.waitFor(() => expect(freeFiles()).toHaveLength(1), 60_000);
  pipeline.offer(record("three"));
  await pipeline.shutdown();
  expect(freeFiles()).toHaveLength(2);
  expect(await written()).toEqual(["one", "two", "three"]);
});

test("in the mode overflow events are written in the background, and at the end of the process", async () => {
  const pipeline = pipelineTo({ spool: "overflow" });
  pipeline.offer(record("one"));
  expect(pipeline.stats()).toMatchObject({ acked: 0, buffered: 1 });
  expect(await pipeline.flush()).toBe(true);
  expect(pipeline.stats()).toMatchObject({ acked: 1, buffered: 0 });
  pipeline.offer(record("two"));
  pipeline.keepLeft();
  expect(pipeline.stats()).toMatchObject({ ended: 2, acked: 1, spooled: 1, buffered: 0 });
  expect(await written()).toEqual(["one", "two"]);
});

test("what the disk does not take waits in memory, is said, and is counted at the end", async () => {
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "no folder");
  const pipeline = pipelineTo();
  expect(pipeline.offer(record("one"))).toBeDefined();
  expect(pipeline.memoryOnly).toBe(1);
  expect(pipeline.stats()).toMatchObject({ ended: 1, acked: 0, buffered: 1 });
  await vi.waitFor(() => expect(pipeline.isAway("action")).toBe(true), 60_000);
  await pipeline.shutdown(50);
  expect(pipeline.stats()).toMatchObject({ ended: 1, acked: 0, dropped: { shutdown_deadline: 1 } });
});

test("a spool without a folder, or that is off, is no way out", () => {
  expect(() => resolveExporterOptions({ transport: "spool" }, {})).toThrow(ConfigError);
  expect(() =>
    resolveExporterOptions({ transport: "spool", spoolDirectory: "/spool", spool: "off" }, {}),
  ).toThrow(ConfigError);
  expect(resolveExporterOptions({}, { AGENT_ACTIONS_EXPORTER_TRANSPORT: "spool" }).transport).toBe("kafka");
});
