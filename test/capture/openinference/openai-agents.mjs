import { OpenAIAgentsInstrumentation } from "@arizeai/openinference-instrumentation-openai-agents";
import * as sdk from "@openai/agents";
import { z } from "zod";
import { recorded } from "./recorded.mjs";

const { Agent, handoff, run, tool, Usage } = sdk;

/** A model that gives these answers in turn: a text, or a list of calls. */
function scripted(answers) {
  const rest = [...answers];
  const output = (answer) =>
    typeof answer === "string"
      ? [
          {
            type: "message",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: answer }],
          },
        ]
      : answer.map(([callId, name, args]) => ({
          type: "function_call",
          callId,
          name,
          status: "completed",
          arguments: typeof args === "string" ? args : JSON.stringify(args),
        }));
  return {
    getResponse: async () => ({ usage: new Usage(), output: output(rest.shift()) }),
    async *getStreamedResponse() {
      const items = output(rest.shift());
      yield {
        type: "response_done",
        response: { id: "r1", usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 }, output: items },
      };
    },
  };
}

const getWeather = tool({
  name: "get_weather",
  description: "weather",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, tempC: 21 }),
});
const pay = tool({
  name: "pay",
  description: "pays",
  parameters: z.object({ amount: z.number() }),
  needsApproval: true,
  execute: async ({ amount }) => `paid ${amount}`,
});
const list = tool({
  name: "list",
  description: "lists",
  parameters: z.object({}),
  execute: async () => [1, "two"],
});

// Parallel calls, one of a person's approval given, a hand-off, and a stream.
async function runAgents() {
  const billing = new Agent({
    name: "billing",
    model: scripted([[["call_3", "get_weather", { city: "Rome" }]], "paid"]),
    tools: [getWeather],
  });
  const support = new Agent({
    name: "support",
    model: scripted([
      [
        ["call_1", "get_weather", { city: "Paris" }],
        ["call_2", "list", {}],
      ],
      [["call_h", "transfer_to_billing", {}]],
    ]),
    tools: [getWeather, list],
    handoffs: [handoff(billing)],
  });
  await run(support, "hello");

  const payer = new Agent({
    name: "payer",
    model: scripted([[["call_4", "pay", { amount: 100 }]], "done"]),
    tools: [pay],
  });
  const asked = await run(payer, "pay");
  const [question] = asked.interruptions;
  asked.state.approve(question);
  await run(payer, asked.state);

  const streaming = new Agent({
    name: "streaming",
    model: scripted([[["call_5", "get_weather", { city: "Oslo" }]], "sunny"]),
    tools: [getWeather],
  });
  const stream = await run(streaming, "hello", { stream: true });
  for await (const _event of stream);
  await stream.completed;
}

const isHidden = process.argv[2] === "hidden";
await recorded(
  isHidden ? "openinference-openai-agents-hidden" : "openinference-openai-agents-more",
  ["@arizeai/openinference-instrumentation-openai-agents", "@openai/agents"],
  async (provider) => {
    const instrumentation = new OpenAIAgentsInstrumentation({
      tracerProvider: provider,
      ...(isHidden && { traceConfig: { hideInputs: true, hideOutputs: true } }),
    });
    instrumentation.manuallyInstrument(sdk);
    await runAgents();
  },
);
process.exit(0);
