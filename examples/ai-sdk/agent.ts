import { type LanguageModel, ToolLoopAgent, tool } from "ai";
import { z } from "zod";

const freeSeats = new Map([
  ["R 10", 0],
  ["R 12", 31],
]);

/** An AI SDK agent as anybody writes it; `experimental_telemetry` is the only line that is about observing it. */
export const travelAgent = (model: LanguageModel) =>
  new ToolLoopAgent({
    model,
    instructions: "You book train journeys. When a train is full, take the next one.",
    tools: {
      findTrains: tool({
        description: "Trains of today to a city",
        inputSchema: z.object({ to: z.string() }),
        execute: async ({ to }) => ({ to, trains: [...freeSeats.keys()] }),
      }),
      bookSeat: tool({
        description: "Books one seat",
        inputSchema: z.object({ train: z.string() }),
        execute: async ({ train }) => {
          const free = freeSeats.get(train) ?? 0;
          if (free === 0) throw new RangeError(`No seat left in ${train}`);
          freeSeats.set(train, free - 1);
          return { train, seat: `${free}A` };
        },
      }),
    },
    experimental_telemetry: { isEnabled: true, functionId: "travel-agent" },
  });
