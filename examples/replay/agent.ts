import { type LanguageModel, stepCountIs, ToolLoopAgent, type ToolSet, tool } from "ai";
import { z } from "zod";

/** The tools of the agent. Their world is a booking service, at the address that they are given. */
export const travelTools = (service: string) => ({
  findTrains: tool({
    description: "Trains of today to a city",
    inputSchema: z.object({ to: z.string() }),
    execute: async ({ to }) => ask(`${service}/trains?to=${encodeURIComponent(to)}`),
  }),
  bookSeat: tool({
    description: "Books one seat",
    inputSchema: z.object({ train: z.string() }),
    execute: async ({ train }) => ask(`${service}/book?train=${encodeURIComponent(train)}`),
  }),
});

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new RangeError(await response.text());
  return response.json();
}

export const travelAgent = (model: LanguageModel, tools: ToolSet) =>
  new ToolLoopAgent({
    model,
    tools,
    instructions: "You book train journeys. When a train is full, take the next one.",
    stopWhen: stepCountIs(10),
    experimental_telemetry: { isEnabled: true, functionId: "travel-agent" },
  });
