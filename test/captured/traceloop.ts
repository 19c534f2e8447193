import { type Capture, called, failed, HIDDEN_CALL, type Row } from "./capture.js";

const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

/** withAgent, withTool, withTask and guards of the SDK. A tool that throws leaves no span. */
function sdk(): Capture {
  const SUPPORT = { agent: "support_agent", session: "conv-9" };
  const RESEARCHER = { agent: "researcher", session: "conv-9" };
  const SERVICE = { agent: "traceloop-app", session: "conv-9" };
  const answer = { text: "answer to hi", prompt: "answer to hi", completion: "answer to hi" };
  const verdict = (status: string) => ({
    agent: "guarded_agent",
    details: { decision_type: "guardrail", decision_context: answer, decision_result: { status } },
  });
  return {
    title: "Traceloop's SDK",
    file: "traceloop-sdk",
    source: "traceloop",
    rows: [
      ["4ea37e", "success", "plan", { ...SUPPORT, details: {} }],
      [
        "2348cb",
        "tool_call",
        "get_weather",
        { ...SUPPORT, details: called({ city: "Paris" }, { city: "Paris", tempC: 21, tags: ["sunny"] }) },
      ],
      [
        "d53056",
        "tool_call",
        "lookup",
        { ...RESEARCHER, details: called({ key: "who" }, { key: "who", value: 1 }) },
      ],
      ["09cf13", "success", "researcher", { ...RESEARCHER, details: {} }],
      [
        "763f2d",
        "tool_call",
        "ask_researcher",
        { ...SUPPORT, details: called("who", { key: "who", value: 1 }) },
      ],
      ["937ebc", "tool_call", "add", { ...SUPPORT, details: called([2, 3], 5) }],
      ["3a1f7f", "tool_call", "string_tool", { ...SUPPORT, details: called("x", "result for x") }],
      ["01d2b2", "tool_call", "void_tool", { ...SUPPORT, details: called(null) }],
      ["8efb72", "success", "support_agent", { ...SUPPORT, details: {} }],
      ["1dab93", "success", "support_flow", { ...SERVICE, details: {} }],
      ["25b7fc", "success", "conversation.conv-9", { ...SERVICE, details: {} }],
      ["198ed2", "decision", "guard_0", verdict("PASSED")],
      ["a7a578", "decision", "guard_1", verdict("FAILED")],
      ["aa2650", "success", "guarded_agent", { agent: "guarded_agent", details: {} }],
    ],
    others: { "openai.chat": GOOD_CALL },
    models: { b94e1b: { requested: [], answered: [] } },
  };
}

/** test/capture/traceloop/agent-app.mjs. The tool that throws has no span. */
function agentApp(file: string, title: string): Capture {
  const SUPPORT = { agent: "support_agent", session: "sess-9" };
  const RESEARCHER = { agent: "researcher", session: "sess-9" };
  const tool = (id: string, name: string, given: unknown, result?: unknown): Row => [
    id,
    "tool_call",
    name,
    { ...SUPPORT, details: called(given, result) },
  ];
  const document = {
    id: "doc-1",
    score: 0.5,
    distance: 0.1,
    metadata: { page: 1 },
    vector: [1],
    document: "text",
  };
  return {
    file,
    title,
    source: "traceloop",
    rows: [
      ["d57041", "success", "plan", { ...SUPPORT, details: {} }],
      [
        "c60ecc",
        "tool_call",
        "lookup",
        { ...RESEARCHER, details: called({ key: "one" }, { key: "one", hits: ["a"] }) },
      ],
      [
        "5b5a86",
        "tool_call",
        "lookup",
        { ...RESEARCHER, details: called({ key: "two" }, { key: "two", hits: ["b"] }) },
      ],
      ["5a6173", "success", "researcher", { ...RESEARCHER, details: {} }],
      tool("82ddf6", "countdown", 5, { left: 4 }),
      tool("0ee12b", "greet", ["Bo", "Al"], "hello Bo Al"),
      tool("39d832", "nothing", null),
      tool("8066a8", "list", [1, 2, 3], 3),
      tool("eb83d2", "null_tool", null),
      // Of a map the SDK writes the pairs.
      tool("419c92", "pairs", [["a", 1]], [["size", 1]]),
      tool("3d69b8", "json_text", { b: 2 }, { a: 1 }),
      [
        "4af3c9",
        "tool_call",
        "mcp_weather",
        {
          ...SUPPORT,
          error: ["tool_error", "no such city"],
          details: failed({ city: "Atlantis" }, "no such city", "no such city"),
        },
      ],
      ["ebf24c", "tool_call", "secret", { ...SUPPORT, details: HIDDEN_CALL }],
      tool("cab2a6", "told", { said: true }, 1),
      tool("1ba13b", "acme.query", { vector: [1, 2, 3] }, [document]),
      ["ba33ab", "success", "support_agent", { ...SUPPORT, details: {} }],
      ["5512d0", "success", "help_desk", { agent: "traceloop-app", session: "sess-9", details: {} }],
    ],
    others: { "acme.chat": GOOD_CALL },
    models: { eeef14: { requested: [], answered: [] } },
  };
}

/** The same with `TRACELOOP_TRACE_CONTENT=false`, which does not keep queries for vectors back. */
function hiddenAgentApp(): Capture {
  const { rows, ...capture } = agentApp(
    "traceloop-agent-hidden",
    "An agent by Traceloop's SDK, without content",
  );
  return {
    ...capture,
    rows: rows.map(([id, type, name, { error, ...told }]) =>
      type !== "tool_call" || name === "acme.query"
        ? [id, type, name, told]
        : // That it failed stood in the result.
          [
            id,
            type,
            name,
            { ...told, details: HIDDEN_CALL, unknown: error ? ["error", "error_message", "success"] : [] },
          ],
    ),
  };
}

export const CAPTURES: readonly Capture[] = [
  sdk(),
  agentApp("traceloop-agent", "An agent by Traceloop's SDK"),
  agentApp("traceloop-agent-0.14", "An agent by Traceloop's SDK 0.14"),
  hiddenAgentApp(),
];
