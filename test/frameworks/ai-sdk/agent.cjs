// The same by require, as a service of CommonJS writes it.
const { createOpenAICompatible } = require("@ai-sdk/openai-compatible");
const { generateText, stepCountIs, tool } = require("ai");
const { z } = require("zod");

async function main() {
  const { startModel } = await import("./mock-server.mjs");
  const server = await startModel([{ calls: [["add", { a: 1, b: 2 }]] }, { text: "3" }]);
  const model = createOpenAICompatible({ name: "local", baseURL: server.url })("mock-model");
  const add = tool({ inputSchema: z.object({ a: z.number(), b: z.number() }), execute: ({ a, b }) => a + b });
  console.log(
    (await generateText({ model, tools: { add }, prompt: "1 + 2?", stopWhen: stepCountIs(3) })).text,
  );
  server.close();
}

void main();
