import { expect, test } from "vitest";
import { ocsfEvent, ocsfRemoval } from "../../../../src/cli/export/ocsf-rows.js";

const ROW = {
  id: "019b8d99-6900-706b-b540-2ac52b6f207f",
  correlation_id: "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
  correlation_text: null,
  agent_name: "coder",
  action_type: "tool_call",
  action_name: "Bash",
  status: "error",
  failed: true,
  state: "ended",
  started_at: "2026-01-05T09:00:00.123456Z",
  ended_at: "2026-01-05T09:00:01.000000Z",
  duration_ms: 877,
  error_type: "exit",
  error_message: "2 tests failed",
  session_id: "monday",
  user_id: "u1",
  trigger: "cron",
  service_name: "shop",
  service_version: null,
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  span_id: "00f067aa0ba902b7",
  parent_span_id: null,
  project_name: "shop",
  tool_call_id: "call_1",
};
const DETAILS =
  '{"tool_parameters":{"command":"npm test","exact":12345678901234567890},"success":false,"tool_result":"out"}';
const rowOf = (more: object = {}, details = DETAILS): string =>
  `${JSON.stringify({ ...ROW, ...more }).slice(0, -1)},"action_details":${details}}`;

test("an action is API Activity, and what OCSF has no attribute for is unmapped", () => {
  const event = ocsfEvent(rowOf());
  expect(JSON.parse(event)).toMatchObject({
    class_uid: 6003,
    category_uid: 6,
    activity_id: 99,
    activity_name: "tool_call",
    type_uid: 600_399,
    time: Date.parse("2026-01-05T09:00:00.123Z"),
    end_time: Date.parse("2026-01-05T09:00:01Z"),
    duration: 877,
    severity_id: 2,
    status_id: 2,
    status: "Failure",
    status_code: "exit",
    status_detail: "2 tests failed",
    message: "coder: Bash",
    metadata: {
      version: "1.8.0",
      uid: ROW.id,
      correlation_uid: ROW.correlation_id,
      profiles: ["trace"],
      product: { name: "otel-agent-actions" },
    },
    actor: { app_name: "coder", invoked_by: "cron", session: { uid: "monday" }, user: { uid: "u1" } },
    api: {
      operation: "Bash",
      service: { name: "shop" },
      request: { uid: "call_1" },
      response: { error: "exit", data: "out" },
    },
    src_endpoint: { svc_name: "shop" },
    trace: { uid: ROW.trace_id, span: { uid: ROW.span_id } },
    unmapped: { state: "ended", project_name: "shop", action_details: { success: false } },
  });
  expect(event).toContain('"exact":12345678901234567890');
  expect(event).not.toContain(":null");
});

test.each([
  [
    { status: "ok", failed: false },
    { status_id: 1, severity_id: 1 },
  ],
  [
    { status: "running", failed: false, ended_at: null },
    { status_id: 99, status: "running" },
  ],
  [
    { status: null, failed: false, trace_id: null },
    { status_id: 0, status: "Unknown" },
  ],
])("%j", (row, expected) => {
  expect(JSON.parse(ocsfEvent(rowOf(row)))).toMatchObject(expected);
});

test("an action without details, service and trace has what OCSF requires", () => {
  const event = JSON.parse(
    ocsfEvent(
      rowOf({ service_name: null, service_version: "1", trace_id: null, tool_call_id: null }, "null"),
    ),
  );
  expect(event).toMatchObject({ src_endpoint: { svc_name: "coder" }, api: { request: { uid: ROW.id } } });
  expect(event.trace).toBeUndefined();
  expect(event.api.service).toBeUndefined();
  expect(event.metadata.profiles).toBeUndefined();
  expect(JSON.parse(ocsfRemoval(ROW.id))).toMatchObject({
    metadata: { uid: ROW.id },
    activity_name: "removed",
    status_id: 99,
  });
});
