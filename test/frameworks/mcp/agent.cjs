// The same from CommonJS, with client and server in one process, over HTTP.
const { createServer } = require("node:http");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StreamableHTTPClientTransport } = require("@modelcontextprotocol/sdk/client/streamableHttp.js");
const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { StreamableHTTPServerTransport } = require("@modelcontextprotocol/sdk/server/streamableHttp.js");
const { z } = require("zod");

const mcp = new McpServer({ name: "weather", version: "1.0.0" });
mcp.registerTool("forecast", { inputSchema: { city: z.string() } }, async ({ city }) => ({
  content: [{ type: "text", text: `sunny in ${city}` }],
}));

async function main() {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => "session-1" });
  await mcp.connect(transport);
  const http = createServer((request, response) => transport.handleRequest(request, response));
  await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
  const client = new Client({ name: "agent", version: "1.0.0" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${http.address().port}/mcp`)),
  );
  const { content } = await client.callTool({ name: "forecast", arguments: { city: "Oslo" } });
  await client.close();
  await mcp.close();
  http.closeAllConnections();
  http.close();
  console.log(content[0].text);
}

void main();
