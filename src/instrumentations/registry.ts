import type { ActionInstrumentation, ActionInstrumentationConfig } from "./base/action-instrumentation.js";

/** An instrumentation that `register` can switch on. */
export interface KnownInstrumentation {
  /**
   * What has to pass the loader's hook, so that `import` of it can be seen: a module of Node, a package, or a part of one
   * (`@langchain/core/dist/tools`). The less it is, the less a program's start costs.
   */
  readonly packages: readonly string[];
  /** On where nobody says anything else. */
  readonly onByDefault: boolean;
  load(config?: ActionInstrumentationConfig): Promise<ActionInstrumentation>;
}

/** By the names that the environment calls them. Nothing is loaded before it is asked for. */
export const INSTRUMENTATIONS: Readonly<Record<string, KnownInstrumentation>> = {
  "ai-sdk": {
    packages: ["ai/dist/index"],
    onByDefault: true,
    load: async (config) => new (await import("./ai-sdk.js")).AiSdkInstrumentation(config),
  },
  anthropic: {
    packages: ["@anthropic-ai/sdk/index"],
    onByDefault: true,
    load: async (config) => new (await import("./anthropic.js")).AnthropicInstrumentation(config),
  },
  openai: {
    packages: ["openai/index"],
    onByDefault: true,
    load: async (config) => new (await import("./openai.js")).OpenAiInstrumentation(config),
  },
  mcp: {
    packages: [
      "@modelcontextprotocol/sdk/dist/esm/shared/protocol",
      "@modelcontextprotocol/client/dist/index",
      "@modelcontextprotocol/server/dist/index",
    ],
    onByDefault: true,
    load: async (config) => new (await import("./mcp.js")).McpInstrumentation(config),
  },
  langchain: {
    packages: [
      "@langchain/core/dist/tools/index",
      "@langchain/langgraph/dist/pregel/index",
      "@langchain/langgraph/dist/prebuilt/tool_node",
      "langchain/dist/agents/nodes/ToolNode",
    ],
    onByDefault: true,
    load: async (config) => new (await import("./langchain.js")).LangChainInstrumentation(config),
  },
  "openai-agents": {
    packages: [
      "@openai/agents-core/dist/run",
      "@openai/agents-core/dist/tool",
      "@openai/agents-core/dist/runner/toolExecution",
      "@openai/agents-core/dist/guardrail",
    ],
    onByDefault: true,
    load: async (config) => new (await import("./openai-agents.js")).OpenAiAgentsInstrumentation(config),
  },
  fs: {
    packages: [],
    onByDefault: false,
    load: async (config) => new (await import("./fs.js")).FsInstrumentation(config),
  },
  "child-process": {
    packages: [],
    onByDefault: false,
    load: async (config) => new (await import("./child-process.js")).ChildProcessInstrumentation(config),
  },
};
