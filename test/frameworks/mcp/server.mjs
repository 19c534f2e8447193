// A tool server over stdio, as somebody else may have written it.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "weather", version: "1.0.0" });
server.registerTool(
  "forecast",
  { inputSchema: { city: z.string(), days: z.number() } },
  async ({ city, days }) => {
    if (city === "Atlantis") throw new Error("no such city");
    return { content: [{ type: "text", text: `${days} days of sun in ${city}` }] };
  },
);
server.registerResource("cities", "weather://cities", {}, async () => ({
  contents: [{ uri: "weather://cities", text: "Oslo, Rome" }],
}));
await server.connect(new StdioServerTransport());
