/** Runs the agent on a recorded run: no booking service, no Kafka, no Postgres. */
import { finishReplay, loadRun, replayTools, summaryOf } from "otel-agent-actions/replay";
import { scriptedModel } from "../ai-sdk/scripted-model.js";
import { travelAgent, travelTools } from "./agent.js";

const RUN = new URL("recorded-run.jsonl", import.meta.url).pathname;
// Nobody listens there: a tool that was called after all would fail.
const NOWHERE = "http://127.0.0.1:1";

type Turn = Parameters<typeof scriptedModel>[0][number];

async function replay(what: string, turns: readonly Turn[]) {
  const run = await loadRun(RUN);
  const tools = replayTools(travelTools(NOWHERE), { run });
  const { text } = await travelAgent(scriptedModel([...turns]), tools).generate({
    prompt: "Get me to Oslo today.",
  });
  const report = await finishReplay(run);
  console.log(`${what}: ${text}\n  ${summaryOf(report)}`);
  if (report.divergedAt?.why !== undefined) console.log(`  ${report.divergedAt.why}`);
  for (const { number, tool, input } of report.unused)
    console.log(`  recorded, not called: #${number} ${tool} ${JSON.stringify(input)}`);
}

await replay("as it was recorded", [
  { tool: "findTrains", input: { to: "Oslo" } },
  { tool: "bookSeat", input: { train: "R 10" } },
  { tool: "bookSeat", input: { train: "R 12" } },
  "R 10 was full, so you travel in R 12.",
]);

// After a change of its instructions the agent tries a train that nobody offered.
await replay("after a change", [
  { tool: "findTrains", input: { to: "Oslo" } },
  { tool: "bookSeat", input: { train: "R 14" } },
  "I could not book a train.",
]);
