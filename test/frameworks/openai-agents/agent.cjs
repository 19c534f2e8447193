// An agent of CommonJS.
const { Agent, run, setTracingDisabled, tool, Usage } = require("@openai/agents");
const { z } = require("zod");

setTracingDisabled(true);

const message = (text) => ({
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text }],
});
const answers = [
  [{ type: "function_call", callId: "call-1", name: "add", status: "completed", arguments: '{"a":1,"b":2}' }],
  [message("Three.")],
];
const model = { getResponse: async () => ({ usage: new Usage(), output: answers.shift() }) };
const add = tool({
  name: "add",
  description: "Adds",
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

async function main() {
  const { finalOutput } = await run(new Agent({ name: "calculator", model, tools: [add] }), "1 + 2?");
  console.log(finalOutput);
}

void main();
