import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import { agentWork } from "./agent-work.js";

export interface CapturedRecord {
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly value: Buffer;
}

/** The record that the span processor would send for one action of the bench. */
export async function captureRecord(payloadBytes: number): Promise<CapturedRecord> {
  const captured: CapturedRecord[] = [];
  const processor = new AgentActionSpanProcessor({
    transport: {
      async send(records) {
        captured.push(...records);
        return { status: "sent" };
      },
      close: () => Promise.resolve(),
    },
  });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  await agentWork(payloadBytes).actRecorded();
  await provider.shutdown();
  return captured[0]!;
}
