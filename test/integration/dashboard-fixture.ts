/** Runs that the tests of the dashboard show: one with calls inside calls, a failure, a decision and files, and one with hostile texts. */
export const RUN = "11111111-1111-4111-8111-111111111111";
export const HOSTILE_RUN = "22222222-2222-4222-8222-222222222222";
export const HOSTILE =
  '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202Egnp.exe\u001B[31m\u2066{{7*7}}';
const start = Date.now() - 60_000;
export const at = (offset: number): string => new Date(start + offset).toISOString();
export const id = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;

/** A run with calls inside calls, a failure, a decision with a reason, and files. */
export const ACTIONS = [
  {
    id: id(1),
    action_name: "plan",
    timestamp: at(0),
    duration_ms: 9_000,
    action_type: "decision",
    approved_by: "maria",
    action_details: { reason: "first the tests" },
  },
  {
    id: id(2),
    action_name: "Read",
    timestamp: at(100),
    duration_ms: 400,
    parent_action_id: id(1),
    action_details: {
      tool_parameters: { file_path: "/srv/shop/cart.ts" },
      tool_result: "export const cart = 1",
    },
  },
  {
    id: id(3),
    action_name: "Bash",
    timestamp: at(600),
    duration_ms: 2_000,
    parent_action_id: id(1),
    status: "error",
    status_message: "exit code 1",
    action_details: {
      tool_parameters: { command: "npm test" },
      tool_result_whole: { sha256: "ab".repeat(32), bytes: 12_000_000 },
    },
  },
  { id: id(4), action_name: "grep", timestamp: at(700), duration_ms: 50, parent_action_id: id(3) },
  {
    id: id(5),
    action_name: "Write",
    timestamp: at(8_000),
    duration_ms: 800,
    action_details: {
      tool_parameters: { file_path: "/srv/shop/cart.ts", content: "export const cart = 2" },
    },
  },
].map((action) => ({
  agent_name: "coder",
  action_type: "tool_call",
  correlation_id: RUN,
  project_name: "shop",
  session_id: "session-1",
  status: "ok",
  ...action,
}));

export const HOSTILE_ACTIONS = Array.from({ length: 12 }, (_, number) => ({
  id: id(100 + number),
  correlation_id: HOSTILE_RUN,
  agent_name: HOSTILE,
  action_type: number % 4 === 0 ? "decision" : "tool_call",
  action_name: number === 5 ? "x".repeat(1_000) : HOSTILE,
  timestamp: at(number * 10),
  duration_ms: 5,
  project_name: HOSTILE,
  session_id: HOSTILE,
  status: number % 3 === 0 ? "error" : "ok",
  status_message: `${HOSTILE}\n    at ${HOSTILE}`,
  action_details: {
    tool_parameters: { [HOSTILE]: HOSTILE, file_path: `/tmp/${HOSTILE}`, nested: { constructor: HOSTILE } },
    tool_result: number === 7 ? "y".repeat(500_000) : { list: [HOSTILE, { [HOSTILE]: [HOSTILE] }] },
  },
}));
