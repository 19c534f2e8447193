/** An instrumentation that `register` can switch on. */
export interface KnownInstrumentation {
  /**
   * What has to pass the loader's hook, so that `import` of it can be seen: a module of Node, a package, or a part of one
   * (`@langchain/core/dist/tools`). The less it is, the less a program's start costs.
   */
  readonly packages: readonly string[];
  /** On where nobody says anything else. */
  readonly onByDefault: boolean;
}

/** By the names that the environment calls them. What they are made of is loaded when it is needed: see `make-instrumentation.ts`. */
export const INSTRUMENTATIONS = {
  "ai-sdk": {
    packages: ["ai/dist/index"],
    onByDefault: true,
  },
  anthropic: {
    packages: ["@anthropic-ai/sdk/index"],
    onByDefault: true,
  },
  openai: {
    packages: ["openai/index"],
    onByDefault: true,
  },
  mcp: {
    packages: [
      "@modelcontextprotocol/sdk/dist/esm/shared/protocol",
      "@modelcontextprotocol/client/dist/index",
      "@modelcontextprotocol/server/dist/index",
    ],
    onByDefault: true,
  },
  langchain: {
    packages: [
      "@langchain/core/dist/tools/index",
      "@langchain/langgraph/dist/pregel/index",
      "@langchain/langgraph/dist/prebuilt/tool_node",
      "langchain/dist/agents/nodes/ToolNode",
    ],
    onByDefault: true,
  },
  "openai-agents": {
    packages: [
      "@openai/agents-core/dist/run",
      "@openai/agents-core/dist/tool",
      "@openai/agents-core/dist/runner/toolExecution",
      "@openai/agents-core/dist/guardrail",
    ],
    onByDefault: true,
  },
  fs: {
    packages: [],
    onByDefault: false,
  },
  "child-process": {
    packages: [],
    onByDefault: false,
  },
} as const satisfies Readonly<Record<string, KnownInstrumentation>>;

export type InstrumentationName = keyof typeof INSTRUMENTATIONS;
