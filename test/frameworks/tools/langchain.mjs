import { StructuredTool, tool } from "@langchain/core/tools";
import { z } from "zod";
import { traceTools } from "./recorded.mjs";

const schema = z.object({ city: z.string() });

class Forecast extends StructuredTool {
  name = "forecast";
  description = "Weather of tomorrow";
  schema = schema;
  async _call({ city }) {
    return `rain in ${city}`;
  }
}

export async function langchain() {
  const weather = tool(
    async ({ city }) => {
      if (city === "Atlantis") throw new TypeError("no such city");
      return `sun in ${city}`;
    },
    { name: "weather", description: "Weather of today", schema },
  );
  const [today, tomorrow] = traceTools([weather, new Forecast()]);
  const message = await today.invoke({
    type: "tool_call",
    id: "call_1",
    name: "weather",
    args: { city: "Bonn" },
  });
  const plain = await traceTools([today])[0].invoke({ city: "Kiel" });
  const failed = await today
    .invoke({ type: "tool_call", id: "call_2", name: "weather", args: { city: "Atlantis" } })
    .catch(String);
  const later = await tomorrow.invoke({
    type: "tool_call",
    id: "call_3",
    name: "forecast",
    args: { city: "Ulm" },
  });
  return [
    message.constructor.name,
    message.tool_call_id,
    plain,
    failed,
    later.content,
    today instanceof StructuredTool,
  ];
}
