import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ACTIONS, type TestAction } from "./actions.js";
import { type StoredRow, storedRows } from "./stored-rows.js";

const WAIT_MILLIS = Number(process.env.WAIT_MILLIS ?? 15_000);
const run = { agentName: "agent-end-to-end", correlationId: randomUUID() };

const began = performance.now();
const taken = await Promise.all(ACTIONS.map(({ publish }) => publish(run)));
console.log(`${taken.filter(Boolean).length} of ${ACTIONS.length} actions acknowledged by Kafka`);

const rows = await storedRows(run.correlationId, ACTIONS.length, WAIT_MILLIS);
const findings = ACTIONS.map((action) => finding(action, rows));
console.log(findings.join("\n"));

const passed = rows.length === ACTIONS.length && findings.every((text) => text.startsWith("ok"));
console.log(
  passed
    ? `All rows are there, ${Math.round(performance.now() - began)} ms after the first was published.`
    : `${rows.length} rows with the correlation id ${run.correlationId}; wanted ${ACTIONS.length}. Is a consumer running?`,
);
process.exitCode = passed ? 0 : 1;

function finding({ row: wanted }: TestAction, found: readonly StoredRow[]): string {
  const what = `${wanted.action_type} ${wanted.action_name}`;
  const row = found.find(({ action_type, action_name }) => `${action_type} ${action_name}` === what);
  if (!row) return `MISSING  ${what}`;
  if (row.agent_name !== run.agentName) return `WRONG    ${what}: agent ${row.agent_name}`;
  if (isDeepStrictEqual(row.action_details, wanted.action_details)) return `ok       ${what}`;
  return `WRONG    ${what}: ${JSON.stringify(row.action_details)}`;
}
