import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { segmentRecords } from "../../../../src/spool/segment-records.js";
import { SpoolFolder } from "../../../../src/spool/spool-folder.js";
import { temporaryFolder } from "../../spool/records.js";
import { away, sent } from "../fake-transport.js";
import { InFlightAgent, withFakeIntervals } from "./in-flight-agent.js";

withFakeIntervals();

/** What would be sent of the files, whoever has them: the records' values with their numbers. */
async function spooled(folder: string): Promise<Record<string, unknown>[]> {
  const found = [];
  for (const { path } of await new SpoolFolder(folder).list())
    for await (const { record } of segmentRecords(path))
      found.push({ ...JSON.parse(record.value.toString()), number: record.headers["producer-sequence"] });
  return found;
}

const kinds = (records: readonly Record<string, unknown>[]) =>
  records.map(({ action_name: name, status }) => `${name ?? "process"} ${status}`).sort();

test("what is open while Kafka is away is on the disk in the mode always, with the end of its process", async () => {
  const folder = temporaryFolder();
  const agent = new InFlightAgent({ spool: "always", spoolDirectory: folder });
  agent.transport.answer = away;
  const span = agent.startCall("deploy");
  await agent.pass(1_500);
  const left = await spooled(folder);
  expect(kinds(left)).toEqual(["deploy running", "process ended"]);
  expect(left.find(({ status }) => status === "ended")).toMatchObject({
    last_sequence: 1,
    process_pid: process.pid,
  });
  expect(left.find(({ status }) => status === "running")).toMatchObject({ number: "1" });

  span.end();
  expect(kinds(await spooled(folder))).toEqual(["deploy ok", "deploy running", "process ended"]);
  agent.transport.answer = sent;
  expect((await agent.events()).map(({ status }) => status)).toEqual(["running", "ok"]);
  await expect.poll(async () => kinds(await spooled(folder))).toEqual(["process ended"]);
  await agent.processor.shutdown();
  expect(readdirSync(folder)).toEqual([]);
  expect((await agent.heartbeats()).at(-1)).toMatchObject({ status: "ended" });
});

test("in the mode overflow it is kept at an orderly end, and nothing before", async () => {
  const folder = temporaryFolder();
  const agent = new InFlightAgent({ spool: "overflow", spoolDirectory: folder, shutdownTimeoutMillis: 50 });
  agent.transport.answer = away;
  agent.startCall("deploy");
  await agent.pass(1_500);
  expect(readdirSync(folder)).toEqual([]);
  await agent.processor.shutdown();
  expect(kinds(await spooled(folder))).toEqual(["deploy running", "process ended"]);
});

test("where Kafka is there, nothing of it is left", async () => {
  const folder = temporaryFolder();
  const agent = new InFlightAgent({ spool: "always", spoolDirectory: folder });
  agent.startCall("deploy");
  await agent.pass(1_500);
  expect(await agent.events()).toMatchObject([{ status: "running" }]);
  expect(kinds(await spooled(folder))).toEqual(["process ended"]);
  await agent.processor.shutdown();
  expect(readdirSync(folder)).toEqual([]);
});
