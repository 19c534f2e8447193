/** LangChain's runs have no spans of their own: they write on the span of the `traceable` around them, one over the other. */
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { withLangSmith } from "./capture.mjs";

class Model extends BaseChatModel {
  _llmType() {
    return "mock";
  }
  async _generate() {
    const message = new AIMessage({
      content: "",
      tool_calls: [{ id: "call_1", name: "get_weather", args: { city: "Paris" } }],
      usage_metadata: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    });
    return { generations: [{ text: "", message }] };
  }
}

const weather = tool(async ({ city }) => ({ city, tempC: 21 }), {
  name: "get_weather",
  description: "weather",
  schema: z.object({ city: z.string() }),
});
const charge = tool(
  async () => {
    throw new TypeError("card declined: 4000");
  },
  { name: "charge", description: "charges", schema: z.object({ amount: z.number() }) },
);

async function run(traceable, config) {
  const { RunnableLambda } = await import("@langchain/core/runnables");
  const inside = (name, fn, more = {}) => traceable(fn, { name, ...config, ...more });
  // A model and a tool in one function each, and a function that only calls others.
  await inside("answer", async (question) => {
    await inside("ask_model", async (text) => (await new Model({}).invoke(text)).tool_calls)(question);
    await inside("use_tool", async (city) => weather.invoke({ city }))("Paris");
    await inside(
      "use_tool_by_message",
      async (call) => (await weather.invoke(call)).content,
    )({
      name: "get_weather",
      args: { city: "Rome" },
      id: "call_1",
      type: "tool_call",
    });
    await inside("use_charge", async () => charge.invoke({ amount: 3 }).catch(() => "sorry"))("now");
    await inside("wrapped", async (city) => weather.invoke({ city }), { run_type: "tool" })("Oslo");
    await inside("lambda", async (text) => RunnableLambda.from((value) => value).invoke(text))("x");
    return "done";
  })("weather?");
}

await withLangSmith("langsmith", "langsmith-langchain", {}, run, ["langsmith", "@langchain/core"]);
process.exit(0);
