import { type Capture, called, failed, type Row } from "./capture.js";

const DECLINED = "card declined: 4000";
const GOOD_CALL = 'a call of a model that went well, and llmCalls is "none"';

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

/** test/capture/traceloop/openai.mjs. A call that fails leaves no span; before the conventions, calls had no ids. */
function openAi(file: string, title: string, others: Capture["others"], models: Capture["models"]): Capture {
  return {
    file,
    title,
    source: "traceloop",
    rows: [["1084c6", "success", "support_agent", { agent: "support_agent", details: {} }]],
    others,
    ...(models && { models }),
  };
}

export const CAPTURES: readonly Capture[] = [
  mcp(),
  openAi(
    "traceloop-openai",
    "OpenAI, by Traceloop",
    { "chat gpt-mock": GOOD_CALL },
    {
      "75dab6": {
        requested: [
          ["get_weather", "call_1", { city: "Paris" }],
          ["charge", "call_2", { amount: 3 }],
        ],
        answered: [],
      },
      d683c7: {
        requested: [],
        answered: [
          ["call_1", "unknown", { tempC: 21 }],
          ["call_2", "error", `Error: ${DECLINED}`],
        ],
      },
    },
  ),
  openAi(
    "traceloop-openai-0.14",
    "OpenAI, by Traceloop 0.14",
    { "openai.chat": GOOD_CALL },
    {
      b1b9ee: {
        requested: [
          ["get_weather", undefined, { city: "Paris" }],
          ["charge", undefined, { amount: 3 }],
        ],
        answered: [],
      },
      e96a94: {
        requested: [],
        answered: [
          [undefined, "unknown", { tempC: 21 }],
          [undefined, "error", `Error: ${DECLINED}`],
        ],
      },
    },
  ),
];
