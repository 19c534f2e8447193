import "otel-agent-actions/register";
import { randomUUID } from "node:crypto";
import { ActionLogger } from "otel-agent-actions";
import { decisionsAndOutcomes } from "./decisions-and-outcomes.js";
import { manyActions } from "./many-actions.js";
import { nestedActions } from "./nested-actions.js";
import { otherKinds } from "./other-kinds.js";
import { toolCalls } from "./tool-calls.js";
import { wrappedTools } from "./wrapped-tools.js";

// Whatever has this id belongs to this run. Any text will do; a UUID is stored as it is.
const correlationId = process.env.CORRELATION_ID ?? randomUUID();

const logger = new ActionLogger({
  agentName: "agent-researcher",
  correlationId,
  projectName: "all-patterns",
});

console.log("tool calls");
await toolCalls(logger, correlationId);
console.log("decisions, errors, successes");
await decisionsAndOutcomes(logger);
console.log("nested actions and a sub-agent");
await nestedActions(logger);
console.log("wrapped tools");
wrappedTools(logger);
console.log("the other five kinds of event");
await otherKinds(logger);
console.log("many actions");
await manyActions(logger);
console.log(`Everything has the correlation id ${correlationId}.`);
