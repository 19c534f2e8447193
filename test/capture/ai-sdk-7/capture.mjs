// Node 22 or later.
import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import * as sdk from "ai";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";
import { captureAll } from "../ai-sdk-captures.mjs";
import { mockModels } from "../ai-sdk-mocks.mjs";

const model = mockModels(MockLanguageModelV4, simulateReadableStream, { nested: true });
const settings = (integration) => (functionId, content, sessionId) => ({
  telemetry: {
    functionId,
    ...content,
    integrations: [integration()],
    includeRuntimeContext: { sessionId: true },
  },
  ...(sessionId && { runtimeContext: { sessionId } }),
});
const libraries = ["ai", "@ai-sdk/otel"];
await captureAll("vercel-ai-7", sdk, {
  model,
  libraries,
  has: { approvals: true },
  settings: settings(() => new OpenTelemetry({ runtimeContext: true })),
});
await captureAll("vercel-ai-7-legacy", sdk, {
  model,
  libraries,
  has: { approvals: true },
  settings: settings(() => new LegacyOpenTelemetry()),
  variants: ["", "-hidden"],
});
