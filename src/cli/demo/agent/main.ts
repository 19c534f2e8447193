import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { AgentActionSpanProcessor } from "../../../../exporter/agent-action-span-processor.js";
import { ActionLogger } from "../../../tracing/action-logger.js";
import { type AgentMessage, createDeedList } from "./deed-list.js";
import { createDemoAgent } from "./demo-agent.js";
import { repeatItself } from "./repeat-itself.js";
import { surveyFolder } from "./survey-folder.js";

/*
 * The agent of the demo, in a process of its own, as agents are. It is set up as any agent would be: a span processor
 * that sends to Kafka, found by KAFKA_BOOTSTRAP_SERVERS, and a logger. It knows nothing of the consumer or of Postgres.
 */
const [folder = "", reportFolder = "", loop = ""] = process.argv.slice(2);

// The demo's process is gone: the agent has to end by itself, and clean up.
const leave = (): void => {
  rmSync(reportFolder, { recursive: true, force: true });
  process.exit(1);
};
process.once("disconnect", leave);

const processor = new AgentActionSpanProcessor();
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();

const correlationId = randomUUID();
const logger = new ActionLogger({
  agentName: "folder-scout",
  correlationId,
  projectPath: folder,
  projectName: basename(folder),
});
const deeds = createDeedList();
const scout = createDemoAgent("folder-scout", logger, deeds);

const began = performance.now();
const surroundings = { folder, reportFolder, say: (text: string) => tell({ type: "say", text }) };
await surveyFolder(scout, surroundings);
if (loop === "loop") await repeatItself(scout, surroundings);
const durationMillis = performance.now() - began;
await provider.shutdown();
tell({
  type: "done",
  correlationId,
  deeds: deeds.deeds,
  durationMillis,
  delivered: processor.stats().acked,
});
process.off("disconnect", leave);
process.disconnect();

function tell(message: AgentMessage): void {
  // Without a callback a channel that closes under it would end the process before it has cleaned up.
  process.send?.(message, undefined, undefined, () => undefined);
}
