import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { type ActionLogger, outgoingHeaders } from "otel-agent-actions";

/** Calls tools of an MCP server, each as one action of the agent. */
export function tracedClient(client: Client, logger: ActionLogger) {
  return (name: string, args: Record<string, unknown> = {}): Promise<string> =>
    logger.toolCall(name, args, async (action) => {
      const request = { name, arguments: args, _meta: outgoingHeaders() };
      const { content, isError } = CallToolResultSchema.parse(await client.callTool(request));
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
      // MCP tells a tool's failure in an ordinary answer: nothing is thrown that could be noticed.
      if (isError) action.setError(new Error(text));
      return text;
    });
}
