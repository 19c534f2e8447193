import * as Sentry from "@sentry/node";
import { AgentActionSpanProcessor, readSentrySpans } from "otel-agent-actions/exporter";
import { work } from "./agent.mjs";

Sentry.init({
  dsn: "http://key@127.0.0.1:9/1",
  tracesSampleRate: 1,
  enableOpenTelemetrySetup: true,
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});
const processor = new AgentActionSpanProcessor();
readSentrySpans(Sentry, processor);
await work();
await processor.shutdown();
