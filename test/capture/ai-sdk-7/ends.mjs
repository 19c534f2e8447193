// Node 22 or later.
import { OpenTelemetry } from "@ai-sdk/otel";
import * as sdk from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { captureEnds } from "../ai-sdk-ends.mjs";

await captureEnds("vercel-ai-7-ends", sdk, {
  Model: MockLanguageModelV4,
  nested: true,
  libraries: ["ai", "@ai-sdk/otel"],
  settings: (functionId) => ({
    telemetry: {
      functionId,
      integrations: [new OpenTelemetry()],
      includeRuntimeContext: { sessionId: true },
    },
    runtimeContext: { sessionId: "sess-42" },
  }),
});
