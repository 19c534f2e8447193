import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
} from "./capture.js";

const DECLINED = "card declined: 4000";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

/** No type of run is an agent: the traceable around a run is. */
function traceables(): Capture {
  const SUPPORT = { agent: "support_agent", session: "sess-42" };
  const RESEARCHER = { agent: "researcher", session: "sess-42" };
  return {
    title: "LangSmith",
    file: "langsmith",
    source: "langsmith",
    rows: [
      [
        "a3b91a",
        "tool_call",
        "get_weather",
        { ...SUPPORT, details: called({ city: "Paris" }, { city: "Paris", tempC: 21, tags: ["sunny"] }) },
      ],
      [
        "bf3207",
        "tool_call",
        "lookup",
        { ...RESEARCHER, details: called({ key: "who" }, { key: "who", value: 1 }) },
      ],
      ["6a0209", "success", "researcher", { ...RESEARCHER, details: {} }],
      [
        "59199d",
        "tool_call",
        "ask_researcher",
        { ...SUPPORT, details: called("who", { key: "who", value: 1 }) },
      ],
      ["dda6db", "tool_call", "add", { ...SUPPORT, details: called([2, 3], 5) }],
      ["6fe5d6", "tool_call", "string_tool", { ...SUPPORT, details: called("x", "result for x") }],
      [
        "4cc012",
        "tool_call",
        "fail_tool",
        {
          ...SUPPORT,
          call: "call_2",
          error: ["TypeError", DECLINED],
          details: failed({ amount: 3 }, DECLINED),
        },
      ],
      [
        "71108a",
        "tool_call",
        "kb",
        { ...SUPPORT, details: called("refunds", [{ page_content: "doc", metadata: {} }]) },
      ],
      ["c2dfac", "success", "support_agent", { ...SUPPORT, details: {} }],
      [
        "d91540",
        "error",
        "Error",
        {
          agent: "bad_agent",
          error: ["Error", "agent blew up"],
          details: errorDetails("Error", "agent blew up", { run: "bad_agent" }),
        },
      ],
    ],
    others: { "gpt-mock": GOOD_CALL },
    models: { "694168": { requested: [["get_weather", "call_1", { city: "Paris" }]], answered: [] } },
  };
}

const SERVICE_9 = { agent: "langsmith-app", session: "thread-9", unknown: ["agent"] };
const UPSTREAM = "503 upstream overloaded";

/**
 * test/capture/langsmith/agent-app.mjs. The run of the generator `letters` is written on the span of the agent around it and ends it, so
 * that the agent's own run is nowhere.
 */
function agentApp(file: string, title: string): Capture {
  const failing = (type: string, message: string) => ({ ...SERVICE_9, error: [type, message] }) as const;
  const RESEARCHER = { agent: "researcher", session: "thread-9" };
  const found = (key: string) => called({ key }, { key, hits: ["a", "b"] });
  return {
    file,
    title,
    source: "langsmith",
    rows: [
      ["5aea9c", "tool_call", "lookup", { ...RESEARCHER, details: found("one") }],
      ["21029b", "tool_call", "lookup", { ...RESEARCHER, details: found("two") }],
      ["d5fdb9", "success", "researcher", { ...RESEARCHER, details: {} }],
      [
        "a38dca",
        "tool_call",
        "charge",
        { ...failing("TypeError", DECLINED), call: "call_2", details: failed({ amount: 3 }, DECLINED) },
      ],
      [
        "30a9a5",
        "tool_call",
        "charge_now",
        { ...failing("RangeError", "too much"), details: failed(7, "too much") },
      ],
      [
        "077031",
        "tool_call",
        "throws_text",
        { ...failing("Error", "out of paper"), details: failed("a4", "out of paper") },
      ],
      ["7c7b83", "tool_call", "countdown", { ...SERVICE_9, details: called(5, { left: 4 }) }],
      ["eb8c75", "tool_call", "greet", { ...SERVICE_9, details: called(["Bo", "Al"], "hello Bo Al") }],
      ["c761a1", "tool_call", "numbers", { ...SERVICE_9, details: called(null, [1, 2]) }],
      ["055a47", "tool_call", "nothing", { ...SERVICE_9, details: called(null) }],
      ["874e4d", "tool_call", "null_tool", { ...SERVICE_9, details: called(null) }],
      [
        "44f73e",
        "tool_call",
        "mcp_weather",
        {
          ...failing("tool_error", "no such city"),
          details: failed({ city: "Atlantis" }, "no such city", "no such city"),
        },
      ],
      ["504993", "tool_call", "json_text", { ...SERVICE_9, details: called({ b: 2 }, { a: 1 }) }],
      ["b24208", "tool_call", "letters", { ...SERVICE_9, details: called(2, ["a", "b"]) }],
      [
        "497e92",
        "tool_call",
        "docs",
        { ...failing("Error", "index is gone"), details: failed("refunds", "index is gone") },
      ],
      [
        "99882b",
        "error",
        "Error",
        {
          ...failing("Error", UPSTREAM),
          details: errorDetails("Error", UPSTREAM, { model_call: "chat mock-main", model: "mock-main" }),
        },
      ],
    ],
    others: {
      chat: GOOD_CALL,
      embed: GOOD_CALL,
      template: "a run of the type prompt is a step",
      parse: "a run of the type parser is a step",
    },
    models: {
      "350e43": {
        requested: [
          ["lookup", "call_1", { key: "one" }],
          ["charge", "call_2", { amount: 3 }],
        ],
        answered: [],
      },
      "36bde8": {
        requested: [],
        answered: [
          ["call_1", "unknown", { key: "one" }],
          ["call_2", "error", `Error: ${DECLINED}`],
        ],
      },
    },
  };
}

/** The same with `hideInputs` and `hideOutputs`. */
function hidden(): Capture {
  const { rows, ...capture } = agentApp("langsmith-hidden", "LangSmith without content");
  return {
    ...capture,
    models: {
      "350e43": { requested: [], answered: [] },
      "36bde8": { requested: [], answered: [] },
    },
    rows: rows.map(([id, type, name, told]) => {
      if (type !== "tool_call") return [id, type, name, told];
      // That it failed stood in the result.
      const { error, ...others } = told;
      if (name === "mcp_weather")
        return [
          id,
          type,
          name,
          { ...others, unknown: ["agent", "error", "error_message", "success"], details: HIDDEN_CALL },
        ];
      return [
        id,
        type,
        name,
        { ...told, details: error === undefined ? HIDDEN_CALL : hiddenFailure(error[1]) },
      ];
    }),
  };
}

/** LangChain inside traceables, on whose spans it writes; which of the two stays depends on which of them is sent first. */
function langChain(): Capture {
  const task = (id: string, name: string): Row => [id, "success", name, { agent: name, details: {} }];
  return {
    file: "langsmith-langchain",
    title: "LangChain inside LangSmith's traceables",
    source: "langsmith",
    rows: [
      [
        "8906b8",
        "tool_call",
        "get_weather",
        { agent: "answer", details: called({ city: "Paris" }, { city: "Paris", tempC: 21 }) },
      ],
      task("0732e9", "use_tool_by_message"),
      task("105701", "use_charge"),
      [
        "eb1d7d",
        "tool_call",
        "wrapped",
        { agent: "answer", details: called("Oslo", { city: "Oslo", tempC: 21 }) },
      ],
      task("97dcc5", "lambda"),
      task("09a12b", "answer"),
    ],
    others: { ask_model: GOOD_CALL },
    models: { "76f0ed": { requested: [["get_weather", "call_1", { city: "Paris" }]], answered: [] } },
  };
}

export const CAPTURES: readonly Capture[] = [
  traceables(),
  agentApp("langsmith-agent", "An agent by LangSmith 0.12"),
  agentApp("langsmith-0.3", "An agent by LangSmith 0.3"),
  hidden(),
  langChain(),
];
