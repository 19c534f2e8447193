import { type Capture, called, errorDetails, failed, type Row } from "./capture.js";

const DECLINED = "card declined: 4000";
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

/**
 * LangChain's agents. The instrumentation knows neither agents nor sessions, and tools only by what they gave: what failed, was
 * interrupted or was called without a message has no name.
 */
function langChain(): Capture {
  const SERVICE = { agent: "traceloop-app", unknown: ["agent"] };
  const weather = (city: string) => ({ city, tempC: 21, tags: ["sunny"] });
  const asked = (city: string) => ({ city, opts: { units: "C" } });
  const unnamed = { tool_class: "DynamicStructuredTool" };
  const declined = (amount: number) =>
    ({
      ...SERVICE,
      unknown: ["agent", "call"],
      error: ["TypeError", DECLINED],
      details: { ...failed({ amount }, DECLINED), ...unnamed },
    }) as const;
  const BAD_ARGUMENTS =
    "Error invoking tool 'get_weather' with kwargs {\"city\":5} with error: Error: Received tool input did not match expected schema\n\n" +
    "✖ Invalid input: expected string, received number\n  → at city\n✖ Invalid input: expected object, received undefined\n  → at opts";
  const NO_SUCH_TOOL =
    "Error: no_such_tool is not a valid tool, try one of [get_weather, fail_tool, ask_researcher, kb_search].";
  const graph = (id: string): Row => [
    id,
    "success",
    "traceloop-app",
    { ...SERVICE, details: { workflow_class: "CompiledStateGraph" } },
  ];
  return {
    title: "LangChain, by Traceloop",
    file: "traceloop-langchain",
    source: "traceloop",
    rows: [
      [
        "2b3c77",
        "tool_call",
        "get_weather",
        { ...SERVICE, call: "call_1", details: called(asked("Paris"), weather("Paris")) },
      ],
      [
        "349338",
        "tool_call",
        "kb_search",
        { ...SERVICE, call: "call_4", details: called({ q: "refunds" }, "doc about refunds") },
      ],
      [
        "2e5c3a",
        "tool_call",
        "lookup",
        { ...SERVICE, call: "call_sub_1", details: called({ key: "k1" }, { key: "k1", value: 1 }) },
      ],
      graph("e6467a"),
      [
        "1ed10b",
        "tool_call",
        "ask_researcher",
        { ...SERVICE, call: "call_3", details: called({ question: "who?" }, "sub done") },
      ],
      ["37aed3", "tool_call", "unnamed", declined(3)],
      [
        "794f57",
        "tool_call",
        "get_weather",
        {
          ...SERVICE,
          call: "call_8",
          error: ["invalid_tool_call", BAD_ARGUMENTS],
          details: failed({ city: 5 }, BAD_ARGUMENTS),
        },
      ],
      [
        "269965",
        "tool_call",
        "no_such_tool",
        {
          ...SERVICE,
          call: "call_7",
          error: ["invalid_tool_call", NO_SUCH_TOOL],
          details: failed({ x: 1 }, NO_SUCH_TOOL),
        },
      ],
      graph("0eaaa7"),
      [
        "a28754",
        "tool_call",
        "get_weather",
        { ...SERVICE, call: "call_ok", details: called(asked("Oslo"), weather("Oslo")) },
      ],
      graph("2b73e5"),
      [
        "586718",
        "error",
        "Error",
        {
          ...SERVICE,
          error: ["Error", "503 upstream overloaded"],
          details: errorDetails("Error", "503 upstream overloaded", {
            model_call: "chat mock-err",
            model: "mock-err",
            provider: "langchain",
          }),
        },
      ],
      // Tools that the program called itself: without a call's id, with one, and one that fails.
      [
        "72682a",
        "tool_call",
        "unnamed",
        { ...SERVICE, details: called(asked("Rome"), weather("Rome"), unnamed) },
      ],
      [
        "7e1e29",
        "tool_call",
        "get_weather",
        { ...SERVICE, call: "call_direct", details: called(asked("Bern"), weather("Bern")) },
      ],
      ["f9d9a3", "tool_call", "unnamed", declined(1)],
      [
        "db281b",
        "decision",
        "handoff to billing",
        {
          ...SERVICE,
          unknown: ["agent", "call"],
          details: {
            decision_type: "handoff",
            decision_context: {},
            decision_result: { to_agent: "billing" },
            ...unnamed,
          },
        },
      ],
      ...["967755", "b50536", "4b38bb"].map(graph),
      // It waits for a person, who refuses the second time.
      [
        "c2f176",
        "tool_call",
        "unnamed",
        {
          ...SERVICE,
          unknown: ["agent", "call"],
          details: called({ amount: 9 }, null, { ...unnamed, interrupted: true }),
        },
      ],
      graph("c1a92a"),
      [
        "23f05e",
        "tool_call",
        "pay",
        { ...SERVICE, call: "call_pay", details: called({ amount: 9 }, "refused") },
      ],
      graph("c1c983"),
    ],
    others: {
      "workflow RunnableSequence": "a step of LangChain",
      "workflow RunnableLambda": "a step of LangChain",
      ...Object.fromEntries(
        ["main", "sub", "ok", "plain", "triage", "billing", "payer"].map((name) => [
          `chat mock-${name}`,
          GOOD_CALL,
        ]),
      ),
    },
    models: {
      // The instrumentation writes the text of messages, and no calls.
      d8e07f: { requested: [], answered: [] },
      ab1377: {
        requested: [],
        answered: [[undefined, "unknown", weather("Paris")]],
      },
    },
  };
}

/** A client of two servers: that of files, and one in the same process. */
function mcp(): Capture {
  const AGENT = { agent: "mcp-client" };
  const FOLDER = "/srv/mcpfs-BtY7i1";
  const ASKED_IN_VAIN = `Access denied - path outside allowed directories: /etc/shadow not in ${FOLDER}`;
  const NO_TOOL = "MCP error -32602: Tool no_such_tool not found";
  const BAD_ARGUMENTS =
    "MCP error -32602: Input validation error: Invalid arguments for tool get_weather: Invalid input: expected string, received number at city";
  const NO_RESOURCE = "MCP error -32602: MCP error -32602: Resource config://nope not found";
  const refused = (id: string, name: string, given: object, said: string): Row => [
    id,
    "tool_call",
    name,
    { ...AGENT, error: ["tool_error", said], details: failed(given, said, said) },
  ];
  return {
    title: "MCP, by Traceloop",
    file: "mcp-traceloop",
    source: "traceloop",
    rows: [
      [
        "08e2ba",
        "tool_call",
        "read_text_file",
        { ...AGENT, details: called({ path: `${FOLDER}/a.txt` }, "hello file") },
      ],
      refused("270169", "read_text_file", { path: "/etc/shadow" }, ASKED_IN_VAIN),
      [
        "e80451",
        "tool_call",
        "get_weather",
        { ...AGENT, details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }) },
      ],
      refused("4947c9", "fail_tool", { amount: 3 }, DECLINED),
      refused("8b3ee1", "no_such_tool", {}, NO_TOOL),
      refused("c22d38", "get_weather", { city: 5 }, BAD_ARGUMENTS),
      [
        "e6d02b",
        "tool_call",
        "resources/read",
        {
          ...AGENT,
          details: called({ uri: "config://app" }, { contents: [{ uri: "config://app", text: "x=1" }] }),
        },
      ],
      [
        "f45d48",
        "tool_call",
        "resources/read",
        { ...AGENT, error: ["-32602", NO_RESOURCE], details: failed({ uri: "config://nope" }, NO_RESOURCE) },
      ],
    ],
    others: {
      "initialize.mcp": "the MCP method initialize is no action",
      "tools/list.mcp": "the MCP method tools/list is no action",
      "prompts/get.mcp": "the MCP method prompts/get is no action",
      "mcp.client.session": "Traceloop's session is a step",
      "agent turn": "no dialect knows this span",
    },
  };
}

export const CAPTURES: readonly Capture[] = [sdk(), langChain(), mcp()];
