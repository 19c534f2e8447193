import "otel-agent-actions/register";
import { travelAgent } from "./agent.js";
import { scriptedModel } from "./scripted-model.js";

const agent = travelAgent(
  scriptedModel([
    { tool: "findTrains", input: { to: "Oslo" } },
    { tool: "bookSeat", input: { train: "R 10" } },
    { tool: "bookSeat", input: { train: "R 12" } },
    "R 10 was full, so you travel in R 12.",
  ]),
);

const { text, steps } = await agent.generate({ prompt: "Get me to Oslo today." });
console.log(`${text} (${steps.length} steps)`);
