import * as sdk from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { captureEnds } from "../ai-sdk-ends.mjs";

await captureEnds("vercel-ai-6-ends", sdk, {
  Model: MockLanguageModelV3,
  nested: true,
  libraries: ["ai"],
  settings: (functionId) => ({
    experimental_telemetry: { isEnabled: true, functionId, metadata: { sessionId: "sess-42" } },
  }),
});
