// An agent as its author wrote it: nothing in it knows that anybody records what it does.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { stepCountIs, streamText, ToolLoopAgent, tool } from "ai";
import { z } from "zod";
import { startModel } from "./mock-server.mjs";

const server = await startModel([
  { calls: [["findTrains", { to: "Oslo" }]] },
  {
    calls: [
      ["bookSeat", { train: "R 10" }],
      ["bookTaxi", { to: "station" }],
    ],
  },
  { calls: [["bookSeat", { train: "R 12" }]] },
  { text: "You travel in R 12." },
  { calls: [["countdown", { from: 2 }]] },
  { text: "Gone." },
]);
const model = createOpenAICompatible({ name: "local", baseURL: server.url, includeUsage: true })(
  "mock-model",
);

const findTrains = tool({
  description: "Trains to a city",
  inputSchema: z.object({ to: z.string() }),
  execute: async ({ to }) => ({ to, trains: ["R 10", "R 12"] }),
});
const bookSeat = tool({
  description: "Books a seat",
  inputSchema: z.object({ train: z.string() }),
  execute: async ({ train }) => {
    if (train === "R 10") throw new RangeError(`No seat left in ${train}`);
    return { train, seat: "31A" };
  },
});
const countdown = tool({
  description: "Counts down",
  inputSchema: z.object({ from: z.number() }),
  async *execute({ from }) {
    for (let left = from; left >= 0; left--) yield { left };
  },
});

const agent = new ToolLoopAgent({ id: "travel-agent", model, tools: { findTrains, bookSeat } });
console.log((await agent.generate({ prompt: "To Oslo, please." })).text);

const stream = streamText({ model, tools: { countdown }, prompt: "Count!", stopWhen: stepCountIs(3) });
for await (const delta of stream.textStream) console.log(delta);
server.close();
