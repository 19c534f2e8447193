import { ActionLogger } from "otel-agent-actions";

const logger = new ActionLogger({
  agentName: "agent-bench",
  projectName: "bench",
  correlationId: crypto.randomUUID(),
});

const PARAMETERS = { file_path: "src/consumer/process-batch.ts", offset: 0, limit: 200 };
const RESULT = {
  line_count: 187,
  first_line: "/** From records to rows, and the promise that goes with it. */",
};

/** What the agent's tool does. Next to nothing, so that what recording costs stands out. */
async function tool(): Promise<typeof RESULT> {
  return RESULT;
}

export const actUnrecorded = (): Promise<unknown> => tool();
export const actRecorded = (): Promise<unknown> => logger.toolCall("Read", PARAMETERS, tool);
