import { ActionLogger } from "otel-agent-actions";

const PARAMETERS = { file_path: "src/consumer/process-batch.ts", offset: 0, limit: 200 };
const LINE = "  const rows = await store.read({ limit: 200, offset: 0 }); // line of a file\n";
const SEQUENCE_DIGITS = 9;

/** What an action's tool gives: which action it was, and a text. */
export interface WorkResult {
  readonly sequence: string;
  readonly text: string;
}

export interface AgentWork {
  readonly actUnrecorded: () => Promise<unknown>;
  readonly actRecorded: () => Promise<unknown>;
}

/** What the agent's tool does. Next to nothing, so that what recording costs stands out. @param payloadBytes of the text that it gives */
export function agentWork(payloadBytes: number): AgentWork {
  const logger = new ActionLogger({
    agentName: "agent-bench",
    projectName: "bench",
    correlationId: crypto.randomUUID(),
  });
  const text = payloadText(payloadBytes);
  let actions = 0;
  const tool = async (): Promise<WorkResult> => ({ sequence: sequenceText(actions++), text });
  return { actUnrecorded: tool, actRecorded: () => logger.toolCall("Read", PARAMETERS, tool) };
}

/** Of one length for all actions, so that it can be replaced in bytes. */
export const sequenceText = (action: number): string => String(action).padStart(SEQUENCE_DIGITS, "0");

export const payloadText = (bytes: number): string => Buffer.alloc(bytes, LINE).toString("latin1");
