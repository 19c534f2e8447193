import type { ActionInstrumentation, ActionInstrumentationConfig } from "./base/action-instrumentation.js";

/** An instrumentation that `register` can switch on. */
export interface KnownInstrumentation {
  /** Packages whose modules have to pass the loader's hook, so that `import` of them can be seen. */
  readonly packages: readonly string[];
  /** On where nobody says anything else. */
  readonly onByDefault: boolean;
  load(config?: ActionInstrumentationConfig): Promise<ActionInstrumentation>;
}

/** By the names that the environment calls them. Nothing is loaded before it is asked for. */
export const INSTRUMENTATIONS: Readonly<Record<string, KnownInstrumentation>> = {
  mcp: {
    packages: ["@modelcontextprotocol/sdk", "@modelcontextprotocol/client", "@modelcontextprotocol/server"],
    onByDefault: true,
    load: async (config) => new (await import("./mcp.js")).McpInstrumentation(config),
  },
};
