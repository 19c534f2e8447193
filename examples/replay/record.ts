/** Runs the agent once in its world, a booking service, and records the run. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import "otel-agent-actions/register";
import { scriptedModel } from "../ai-sdk/scripted-model.js";
import { travelAgent, travelTools } from "./agent.js";

const service = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://service");
  const train = searchParams.get("train");
  if (pathname === "/trains")
    response.end(JSON.stringify({ to: searchParams.get("to"), trains: ["R 10", "R 12"] }));
  else if (train === "R 10") response.writeHead(409).end("No seat left in R 10");
  else response.end(JSON.stringify({ train, seat: "31A" }));
}).listen(0, "127.0.0.1");
await new Promise((resolve) => service.once("listening", resolve));

const model = scriptedModel([
  { tool: "findTrains", input: { to: "Oslo" } },
  { tool: "bookSeat", input: { train: "R 10" } },
  { tool: "bookSeat", input: { train: "R 12" } },
  "R 10 was full, so you travel in R 12.",
]);
const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
const { text } = await travelAgent(model, travelTools(address)).generate({ prompt: "Get me to Oslo today." });
console.log(text);
service.close();
