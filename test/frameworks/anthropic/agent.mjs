// An agent as its author wrote it: nothing in it knows that anybody records what it does.
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { startModel } from "./mock-server.mjs";

const server = await startModel([
  {
    calls: [
      ["read_note", { id: 7 }],
      ["read_note", { id: 0 }],
    ],
  },
  { calls: [["erase_note", { id: 7 }]] },
  { text: "Note 7 says: six tables." },
]);

const read = betaTool({
  name: "read_note",
  description: "Reads a note",
  inputSchema: { type: "object", properties: { id: { type: "number" } }, required: ["id"] },
  run: async ({ id }) => {
    if (id === 0) throw new RangeError("there is no note 0");
    return "six tables";
  },
});

const client = new Anthropic({ apiKey: "none", baseURL: server.url, maxRetries: 0 });
const answer = await client.beta.messages.toolRunner({
  model: "claude-mock",
  max_tokens: 100,
  messages: [{ role: "user", content: "What does note 7 say?" }],
  tools: [read],
});
console.log(answer.content[0].text);
server.close();
