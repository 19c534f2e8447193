// An agent that calls the tools of a server in another process. It uses nothing of otel-agent-actions.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const client = new Client({ name: "agent", version: "1.0.0" });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [new URL("server.mjs", import.meta.url).pathname],
    env: process.env,
  }),
);
await client.listTools();
const answers = [
  await client.callTool({ name: "forecast", arguments: { city: "Oslo", days: 2 } }),
  await client.callTool({ name: "forecast", arguments: { city: "Atlantis", days: 1 } }),
  await client.callTool({ name: "forecast", arguments: { city: "Rome" } }),
];
await client.readResource({ uri: "weather://cities" });
await client.close();
console.log(JSON.stringify(answers.map(({ content }) => content[0].text)));
