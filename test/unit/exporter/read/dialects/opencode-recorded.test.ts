/** What OpenCode 1.18.33 sent while a scripted model told it what to do, with `experimental.openTelemetry`; its call graph is shortened. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withAncestors } from "../../../../../exporter/correlate/span-ancestors.js";
import { SpanCorrelator } from "../../../../../exporter/correlate/span-correlator.js";
import { type ActionEvent, correlationId, keyedActionId } from "../../../../../src/event/index.js";
import { readRequest, TRACE_REQUEST } from "../../../../../src/otlp/read-request.js";
import { logOutcomes, recording, spanActions } from "../../../../helpers/coding-agents.js";
import { eventsOf } from "../../transcripts/read-transcript.js";

const SESSION = "ses_dd880a2baffeAidL2RZs2S97fe";
const requests = recording("opencode/traces");
/** One event a call: what is told twice has the same id, and is merged where the rows are. */
const actions = await spanActions(requests);
const called = (id: string): ActionEvent => {
  const told = actions.filter(({ call_key: key }) => key === id);
  return told.at(-1) as ActionEvent;
};

/** What the program was told to do, and what came of it. */
const CALLS = {
  call_jAGoASiUVEqv47GjXP0Q3T5a: {
    action_name: "write",
    status: "ok",
    action_details: {
      tool_parameters: { filePath: "/home/ada/project/hello.txt", content: "one\ntwo\n" },
      tool_result: "Wrote file successfully.",
    },
  },
  call_3b5Xnecz9cVnmU1gjGqXDKep: { action_name: "read", status: "ok" },
  call_fNAQe1PMAaAJR22stW1TpstY: { action_name: "edit", status: "ok" },
  call_Q1343f86opgDHd6a67NdMt6C: {
    action_name: "bash",
    status: "ok",
    action_details: {
      tool_parameters: { command: "echo $((6*7))" },
      tool_result: { output: "42\n", exit_code: 0 },
    },
  },
  call_xTjFejBHL9n2YwrqH64A505E: { action_name: "bash", status: "ok" },
  call_VP0pTz2yQsprPSH2T9o9JMr8: {
    action_name: "bash",
    status: "error",
    error_type: "exit_code",
    action_details: { success: false, tool_result: { exit_code: 2 } },
  },
  call_RKU3YATxLJnFezWmtgQN80Tw: {
    action_type: "decision",
    action_name: "bash",
    approval_method: "rule",
    action_details: {
      decision_type: "approval",
      decision_context: { command: "curl http://127.0.0.1:9/never" },
      decision_result: { approved: false },
    },
  },
  call_BYRvZHbtYiRvSiuW8TJYCnH8: {
    action_name: "read",
    status: "error",
    error_type: "tool_error",
    error_message: "File not found: /home/ada/project/missing.txt",
  },
  call_H1GBRh65UKANkgom9qaYncbh: { action_name: "bash", status: "ok" },
  call_BVu7iG8sDWSGk34J65tAXTXh: {
    action_name: "task",
    status: "ok",
    action_details: { tool_parameters: { subagent_type: "general" } },
  },
} as const;

test("every call is told with its arguments, its outcome and the id that its session has of it", () => {
  for (const [id, expected] of Object.entries(CALLS))
    expect(called(id), id).toMatchObject({
      action_type: "tool_call",
      agent_name: "opencode",
      session_id: SESSION,
      correlation_text: SESSION,
      id: keyedActionId("default", SESSION, id),
      tool_call_id: id,
      ...expected,
    });
});

test("a sub-agent's call is under the call that began it, in the run of the session around", () => {
  expect(called("call_TfpDFqyE6pbHoxTU0HY1dPWC")).toMatchObject({
    action_name: "bash",
    session_id: "ses_dd88073d4ffe4o7coBrizt2Sk5",
    correlation_id: correlationId(SESSION).uuid,
    parent_action_id: keyedActionId("default", SESSION, "call_BVu7iG8sDWSGk34J65tAXTXh"),
  });
});

test("its exported sessions say the same of every call, under the same id", () => {
  const callsOfAgents = new Map<string, string>();
  const told = ["session", "subagent"].flatMap((name) => {
    const text = readFileSync(`test/fixtures/coding-agents/opencode/${name}.json`, "utf8");
    return eventsOf(text, { callsOfAgents }).events as unknown as readonly ActionEvent[];
  });
  const calls = told.filter(({ call_key: key }) => key?.startsWith("call_") && !key.includes(":"));
  expect(calls).toHaveLength(Object.keys(CALLS).length + 1);
  for (const { call_key: key = "", ...call } of calls) {
    const { action_details: details = {}, ...span } = called(key);
    expect(call, key).toMatchObject({
      id: span.id,
      status: span.status,
      correlation_id: span.correlation_id,
      ...(span.parent_action_id !== undefined && { parent_action_id: span.parent_action_id }),
    });
    expect(call.action_details, key).toMatchObject(details);
  }
});

test("beside the calls there is no row, and every other span says why it is none", async () => {
  expect(new Set(actions.map(({ call_key: key }) => key))).toEqual(
    new Set([...Object.keys(CALLS), "call_TfpDFqyE6pbHoxTU0HY1dPWC"]),
  );
  const reasons = new Map<string, number>();
  const correlator = new SpanCorrelator({ captureContent: true });
  for (const { path, body } of requests.filter(({ path: one }) => one === "/v1/traces")) {
    const bytes = Buffer.from(JSON.stringify(body));
    const reading = await readRequest(TRACE_REQUEST, bytes, "json", 100_000);
    if (!reading.ok) throw new Error(path);
    const plan = correlator.prepare(withAncestors(reading.items));
    correlator.commit(plan);
    for (const { transformed } of plan.spans)
      if (transformed.outcome === "ignored") {
        const reason = transformed.reason.replace(/^.*(step of the program|AI SDK's span).*$/, "$1");
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
  }
  expect([...reasons.keys()].sort()).toMatchInlineSnapshot(`
    [
      "AI SDK's span",
      "a call of a model that went well, and llmCalls is "none"",
      "step of the program",
    ]
  `);
  expect(reasons.get("AI SDK's span")).toBe(10);
});

test("its log records are those of the program, and no events", async () => {
  const outcomes = await logOutcomes(requests);
  expect(outcomes.length).toBeGreaterThan(0);
  expect(outcomes.filter(({ outcome }) => outcome !== "unknown")).toEqual([]);
});
