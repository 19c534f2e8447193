/** The dashboard on the HTTP API: what it asks for is there, as Grafana's trace view needs it. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { actionId } from "../../src/event/index.js";
import { apiOn, write } from "./api-harness.js";

interface Target {
  readonly url: string;
  readonly root_selector: string;
  readonly columns: readonly { readonly selector: string; readonly text: string; readonly type: string }[];
}

const dashboard = JSON.parse(await readFile("docs/grafana/infinity/run-waterfall.json", "utf8"));
const targets: readonly Target[] = dashboard.panels.map(
  ({ targets: [target] }: { targets: Target[] }) => target,
);
const { ask } = apiOn();
const root = actionId(Date.now(), "root");

beforeAll(() =>
  write("action", [
    {
      id: root,
      correlation_id: "build-7",
      agent_name: "coder",
      action_type: "success",
      action_name: "build",
      duration_ms: 900,
    },
    {
      correlation_id: "build-7",
      parent_action_id: root,
      agent_name: "coder",
      action_type: "tool_call",
      action_name: "Bash",
      duration_ms: 40,
      status: "error",
      error_message: "no such file",
    },
  ]),
);

/** As Grafana does: variables are filled in, columns are cut from the rows. */
async function frameOf({ url, root_selector: member, columns }: Target): Promise<Record<string, unknown>[]> {
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const values: Readonly<Record<string, string>> = {
    run: "build-7",
    "__from:date:iso": from,
    "__to:date:iso": to,
  };
  const filled = url
    .replace("/api/v1", "")
    .replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => values[name] ?? "");
  const { status, body } = await ask(filled);
  expect([filled, status]).toEqual([filled, 200]);
  const rows = body[member] as Record<string, unknown>[];
  return rows.map((row) => {
    for (const { selector } of columns) expect(row).toHaveProperty(selector);
    return Object.fromEntries(columns.map(({ selector, text }) => [text, row[selector]]));
  });
}

test("runs are listed with what the waterfall asks by", async () => {
  const [list] = targets;
  expect(await frameOf(list as Target)).toMatchObject([
    { Title: "build", Actions: 2, Failed: 1, Took: expect.any(Number), Started: expect.stringMatching(/Z$/) },
  ]);
});

test("a run is a trace: a root, and what is in it", async () => {
  const [, waterfall] = targets;
  const spans = await frameOf(waterfall as Target);
  const trace = spans[0]?.traceID;
  expect(spans.toSorted((one, other) => Number(other.duration) - Number(one.duration))).toMatchObject([
    {
      spanID: root,
      parentSpanID: null,
      traceID: trace,
      operationName: "build",
      serviceName: "coder",
      startTime: expect.stringMatching(/Z$/),
      duration: 900,
    },
    {
      parentSpanID: root,
      traceID: trace,
      operationName: "Bash",
      status: "error",
      statusMessage: "no such file",
    },
  ]);
});
