// A server of version 2 of the SDK, over stdio; before it books it asks the person at the other end.
import { acceptedContent, inputRequired, McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

const server = () => {
  const mcp = new McpServer({ name: "travel", version: "1.0.0" });
  mcp.registerTool("book", { inputSchema: z.object({ city: z.string() }) }, async ({ city }, context) => {
    const answer = acceptedContent(context.mcpReq.inputResponses, "confirm");
    if (answer !== undefined) return { content: [{ type: "text", text: `booked ${city}: ${answer.sure}` }] };
    const requestedSchema = { type: "object", properties: { sure: { type: "boolean" } } };
    return inputRequired({
      inputRequests: { confirm: inputRequired.elicit({ message: `To ${city}?`, requestedSchema }) },
    });
  });
  return mcp;
};
serveStdio(server);
