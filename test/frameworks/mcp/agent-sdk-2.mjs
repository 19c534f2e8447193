// The same with version 2 of the SDK: a server in this process, and one in another that asks back before it answers.
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

const server = new McpServer({ name: "weather", version: "1.0.0" });
server.registerTool("forecast", { inputSchema: z.object({ city: z.string() }) }, async ({ city }) => {
  if (city === "Atlantis") throw new Error("no such city");
  return { content: [{ type: "text", text: `sunny in ${city}` }] };
});
const weather = new Client({ name: "agent", version: "1.0.0" });
const [one, other] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(other), weather.connect(one)]);
const answers = [
  await weather.callTool({ name: "forecast", arguments: { city: "Oslo" } }),
  await weather.callTool({ name: "forecast", arguments: { city: "Atlantis" } }),
];
await weather.close();

const travel = new Client(
  { name: "agent", version: "1.0.0" },
  { capabilities: { elicitation: {} }, versionNegotiation: { mode: "auto" } },
);
travel.setRequestHandler("elicitation/create", async () => ({ action: "accept", content: { sure: true } }));
await travel.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [new URL("server-sdk-2.mjs", import.meta.url).pathname],
    env: process.env,
  }),
);
answers.push(await travel.callTool({ name: "book", arguments: { city: "Rome" } }));
await travel.close();
console.log(JSON.stringify(answers.map(({ content }) => content[0].text)));
