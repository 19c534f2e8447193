import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { traceTools } from "./recorded.mjs";

const answering = (answers) => async () =>
  new Response(JSON.stringify(answers.shift()), { headers: { "content-type": "application/json" } });

const message = (stop_reason, ...content) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "mock",
  content,
  stop_reason,
  usage: { input_tokens: 1, output_tokens: 1 },
});

export async function anthropic() {
  const weather = betaZodTool({
    name: "weather",
    description: "Weather of a city",
    inputSchema: z.object({ city: z.string() }),
    run: async ({ city }) => {
      if (city === "Atlantis") throw new TypeError("no such city");
      return `sun in ${city}`;
    },
  });
  const fetch = answering([
    message(
      "tool_use",
      { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Bonn" } },
      { type: "tool_use", id: "toolu_2", name: "weather", input: { city: "Atlantis" } },
    ),
    message("end_turn", { type: "text", text: "sunny" }),
  ]);
  // Its own spans are off: here the traced tools are to speak.
  const client = new Anthropic({ apiKey: "none", fetch, openTelemetry: false });
  const final = await client.beta.messages.toolRunner({
    model: "mock",
    max_tokens: 10,
    messages: [{ role: "user", content: "?" }],
    tools: traceTools([weather]),
  });
  return [final.content[0].text];
}

const completion = (message, finish_reason = "stop") => ({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "mock",
  choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
});
const call = (id, name, args) => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});

export async function openai() {
  const add = {
    type: "function",
    function: { name: "add", parse: JSON.parse, parameters: {}, function: ({ a, b }) => a + b },
  };
  const shout = {
    type: "function",
    function: { name: "shout", parameters: {}, function: (json) => json.toUpperCase() },
  };
  const weather = zodFunction({
    name: "weather",
    parameters: z.object({ city: z.string() }),
    function: ({ city }) => ({ city }),
  });
  const fetch = answering([
    completion(
      {
        tool_calls: [
          call("call_1", "add", { a: 1, b: 2 }),
          call("call_2", "shout", "hi"),
          call("call_3", "weather", { city: "Bonn" }),
        ],
      },
      "tool_calls",
    ),
    completion({ content: "done" }),
  ]);
  const client = new OpenAI({ apiKey: "none", fetch });
  const runner = client.chat.completions.runTools({
    model: "mock",
    messages: [{ role: "user", content: "?" }],
    tools: traceTools(traceTools([add, shout, weather])),
  });
  return [await runner.finalContent()];
}
