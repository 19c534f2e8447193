import "otel-agent-actions/register";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ActionLogger } from "otel-agent-actions";
import { tracedClient } from "./traced-client.js";

const client = new Client({ name: "librarian", version: "1.0.0" });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: ["--import", "tsx", fileURLToPath(new URL("server.ts", import.meta.url))],
    // By itself the transport hands on next to nothing of the environment, and the server would not find Kafka.
    env: process.env as Record<string, string>,
  }),
);

const logger = new ActionLogger({ agentName: "agent-librarian", propagateCorrelation: true });
const callTool = tracedClient(client, logger);

await logger.task("answer_question", { question: "How many tables are there?" }, async (action) => {
  console.log(await callTool("list_notes"));
  console.log(await callTool("read_note", { title: "mysql" }));
  const answer = await callTool("read_note", { title: "postgres" });
  console.log(answer);
  action.setResult(answer);
});
await client.close();
