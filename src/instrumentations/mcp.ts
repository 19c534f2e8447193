/**
 * The Model Context Protocol, client and server: `@modelcontextprotocol/sdk` 1.x, `@modelcontextprotocol/client` and `server` 2.x.
 *
 * Every request is a span by the conventions for MCP, CLIENT where it is sent and SERVER where it is handled, over any transport. The
 * trace goes along in the request's `_meta` (`traceparent`, `tracestate`, `baggage`), so that both sides are one trace.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md
 * @see https://modelcontextprotocol.io/seps/414-request-meta
 */
import { ActionInstrumentation, type ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { Target } from "./base/target.js";
import { patchProtocol } from "./mcp/patch-protocol.js";

export type { ActionInstrumentationConfig };

const TARGETS: readonly Target[] = [
  {
    package: "@modelcontextprotocol/sdk",
    tested: { from: "1.10.0", below: "2.0.0" },
    files: ["dist/esm/shared/protocol.js", "dist/cjs/shared/protocol.js"],
    // The bare name of 1.x leads to a file that is not there.
    requiredAs: ["@modelcontextprotocol/sdk/shared/protocol.js"],
    patch: patchProtocol,
  },
  ...(["@modelcontextprotocol/client", "@modelcontextprotocol/server"].map((name) => ({
    package: name,
    tested: { from: "2.0.0", below: "3.0.0" },
    patch: patchProtocol,
  })) satisfies Target[]),
];

export class McpInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("mcp", config);
  }

  protected override targets(): readonly Target[] {
    return TARGETS;
  }
}
