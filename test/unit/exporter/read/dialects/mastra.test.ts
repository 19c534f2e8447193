import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { createTransform } from "../../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { type SpanParts, spanOf } from "../../spans.js";

function action(parts: SpanParts, ancestors: readonly ReadableSpan[] = []): ActionEvent {
  const transformed = createTransform({ captureContent: true })(spanOf(parts), { ancestors });
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

const typed = (type: string, more: Record<string, unknown> = {}) => ({
  "mastra.span.type": type,
  "gen_ai.operation.name": type,
  ...more,
});

describe("Mastra's spans that no capture has", () => {
  test("while the bridge's span of an agent is open, its name has the agent's id", () => {
    const scope = "@mastra/otel-bridge";
    const open = [
      spanOf({ name: "step: 0", scope }),
      spanOf({ name: "agent run: 'support' (resumed)", scope }),
    ];
    expect(action({ name: "execute_tool t", attributes: typed("tool_call") }, open).agent_name).toBe(
      "support",
    );
    const others = [spanOf({ name: "agent run: 'support'", scope: "somebody" })];
    expect(action({ attributes: typed("tool_call") }, others).agent_name).not.toBe("support");
  });

  test("a request that Mastra's MCP server served is a call of the tool", () => {
    const attributes = typed("mcp_server_request", {
      "mcp.method.name": "tools/call",
      "mastra.mcp_server_request.target_name": "weather",
      "mastra.mcp_server_request.server_name": "city",
      "mastra.mcp_server_request.input": '{"city":"Paris"}',
      "mastra.mcp_server_request.output": '{"content":[{"type":"text","text":"no"}],"isError":true}',
    });
    expect(action({ name: "mcp_server_request weather", attributes })).toMatchObject({
      source: "mastra",
      action_type: "tool_call",
      action_name: "weather",
      status: "error",
      error_message: "no",
      action_details: { tool_parameters: { city: "Paris" }, mcp_server: "city" },
    });
  });

  test("a resource that Mastra's MCP server gave is read by its URI", () => {
    const attributes = typed("mcp_server_request", {
      "mcp.method.name": "resources/read",
      "mastra.mcp_server_request.target_name": "file:///a",
    });
    expect(action({ attributes })).toMatchObject({
      action_name: "resources/read",
      action_details: { tool_parameters: { uri: "file:///a" }, tool_result_hidden: true },
    });
  });

  test("a tool that the provider ran is a tool, and says of which type", () => {
    const attributes = typed("provider_tool_call", {
      "gen_ai.tool.name": "web_search",
      "gen_ai.tool.type": "provider-tool",
      "gen_ai.tool.call.arguments": '{"query":"otters"}',
      "gen_ai.tool.call.result": "three pages",
      "mastra.metadata.toolCallId": "srvtoolu_1",
    });
    expect(action({ attributes })).toMatchObject({
      action_name: "web_search",
      tool_call_id: "srvtoolu_1",
      action_details: { tool_result: "three pages", tool_type: "provider-tool" },
    });
  });

  test("a query of a vector store is a retrieval", () => {
    const attributes = typed("rag_vector_operation", {
      "mastra.rag_vector_operation.input": '{"topK":2}',
      "mastra.rag_vector_operation.output": "[1,2]",
    });
    expect(action({ name: "rag_vector_operation docs", attributes })).toMatchObject({
      action_type: "tool_call",
      action_name: "docs",
      action_details: { tool_parameters: { topK: 2 }, tool_result: [1, 2] },
    });
  });

  test.each(["scorer_run", "scorer_step", "memory_operation", "workflow_parallel", "generic", "model_chunk"])(
    "%s is a step inside, and no action",
    (type) => {
      expect(createTransform()(spanOf({ attributes: typed(type) })).outcome).toBe("ignored");
    },
  );
});
