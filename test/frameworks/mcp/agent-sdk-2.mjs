// The same with version 2 of the SDK, client and server in one process.
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

const server = new McpServer({ name: "weather", version: "1.0.0" });
server.registerTool("forecast", { inputSchema: z.object({ city: z.string() }) }, async ({ city }) => {
  if (city === "Atlantis") throw new Error("no such city");
  return { content: [{ type: "text", text: `sunny in ${city}` }] };
});
const client = new Client({ name: "agent", version: "1.0.0" });
const [one, other] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(other), client.connect(one)]);
const answers = [
  await client.callTool({ name: "forecast", arguments: { city: "Oslo" } }),
  await client.callTool({ name: "forecast", arguments: { city: "Atlantis" } }),
];
await client.close();
console.log(JSON.stringify(answers.map(({ content }) => content[0].text)));
