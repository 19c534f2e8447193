import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
import * as Sentry from "sentry-10";
import { work } from "./agent.mjs";

const processor = new AgentActionSpanProcessor();
Sentry.init({
  dsn: "http://key@127.0.0.1:9/1",
  tracesSampleRate: 1,
  openTelemetrySpanProcessors: [processor],
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});
await work();
await processor.shutdown();
