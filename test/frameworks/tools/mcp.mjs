import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpServer as McpServer2 } from "@modelcontextprotocol/server";
import { z } from "zod";
import { traceTools } from "./recorded.mjs";

function notes() {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  server.registerTool("read", { inputSchema: { id: z.number() } }, async ({ id }) => {
    if (id === 0) throw new RangeError("there is no note 0");
    return { content: [{ type: "text", text: `note ${id}` }] };
  });
  return server;
}

async function connect(server, client = new Client({ name: "agent", version: "1.0.0" })) {
  const [one, other] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(one), client.connect(other)]);
  return client;
}

/** Only what the client calls is recorded: the server is somebody else's. */
export async function mcpClient() {
  const client = traceTools(new Client({ name: "agent", version: "1.0.0" }));
  await connect(notes(), client);
  const listed = (await client.listTools()).tools.map((tool) => tool.name);
  const read = await client.callTool({ name: "read", arguments: { id: 7 } });
  const failed = await client.callTool({ name: "read", arguments: { id: 0 } });
  const unknown = await client
    .callTool({ name: "erase" })
    .catch((error) => ({ isError: "rejected", message: error.message }));
  await client.close();
  return [listed, read.content[0].text, failed.isError, unknown.isError, client instanceof Client];
}

/** Tools from before and from after the tracing, in both forms of registration. */
export async function mcpServer() {
  const server = traceTools(traceTools(notes()));
  server.tool("ping", async () => ({ content: [{ type: "text", text: "pong" }] }));
  server.registerTool(
    "count",
    { inputSchema: { of: z.string() }, outputSchema: { n: z.number() } },
    ({ of }) => ({
      content: [{ type: "text", text: `{"n":${of.length}}` }],
      structuredContent: { n: of.length },
    }),
  );
  const client = await connect(server);
  await client.callTool({ name: "read", arguments: { id: 7 } });
  const failed = await client.callTool({ name: "read", arguments: { id: 0 } });
  await client.callTool({ name: "ping" });
  const counted = await client.callTool({ name: "count", arguments: { of: "word" } });
  await client.close();
  return [failed.isError, counted.structuredContent, server instanceof McpServer];
}

/** The same with version 2 of the SDK. */
export async function mcpServer2() {
  const untraced = new McpServer2({ name: "notes", version: "1.0.0" });
  untraced.registerTool("read", { inputSchema: z.object({ id: z.number() }) }, async ({ id }) => {
    if (id === 0) throw new RangeError("there is no note 0");
    return { content: [{ type: "text", text: `note ${id}` }] };
  });
  const server = traceTools(traceTools(untraced));
  server.registerTool("ping", {}, async () => ({ content: [{ type: "text", text: "pong" }] }));
  const client = new Client2({ name: "agent", version: "1.0.0" });
  const [one, other] = InMemoryTransport2.createLinkedPair();
  await Promise.all([server.connect(one), client.connect(other)]);
  await client.callTool({ name: "read", arguments: { id: 7 } });
  const failed = await client.callTool({ name: "read", arguments: { id: 0 } });
  await client.callTool({ name: "ping" });
  await client.close();
  return [failed.isError];
}
