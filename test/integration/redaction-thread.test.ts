/** Large arguments and results are redacted in a thread of its own: built files, without Kafka. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startNode } from "../helpers/run-node.js";
import { leftInSpool } from "../unit/spool/left-in-spool.js";

const SECRET = `ghp_${"aB3dE6gH9j".repeat(3)}aB3dE6`;
const AGENT = "test/fixtures/redaction-thread/agent.mjs";

test("a thread makes the records that the agent's own thread makes", async () => {
  const { code, stdout, stderr } = await startNode([AGENT], { SECRET }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { alone, beside, without, threads } = JSON.parse(stdout);
  expect(alone.counts).toEqual({ held: 0, ended: 9, acked: 9, notKept: 0 });
  // The answer of MCP is a text within a text, and the longest is one that only the thread decodes.
  expect(beside.counts).toEqual({ held: 9, ended: 9, acked: 9, notKept: 0 });
  expect([alone.secrets, beside.secrets]).toEqual([0, 0]);
  expect(beside.details).toEqual(alone.details);
  expect(beside.largest).toBeLessThanOrEqual(1_000_000);
  expect([without, threads]).toEqual([0, 1]);
});

test("at the end of the process the agent's own thread does what is left, and nothing is cut", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-thread-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { code } = await startNode([AGENT], { SECRET, WAY: "exits", SPOOL: folder }).ended;
  expect(code).toBe(0);
  const left = await leftInSpool(folder);
  const [details] = left.map(({ value }) => JSON.parse(value.toString()).action_details);
  expect(left).toHaveLength(1);
  expect(details.tool_result.length).toBeGreaterThan(390_000);
  expect(details.tool_result).toContain("token [redacted] const rows");
});

test("the thread, which waits for more, keeps no process alive", async () => {
  const { code, stdout } = await startNode([AGENT], { SECRET, WAY: "ends by itself" }).ended;
  expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, acked: 1, live: 1 });
});
