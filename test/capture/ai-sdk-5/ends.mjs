import * as sdk from "ai";
import { MockLanguageModelV2 } from "ai/test";
import { captureEnds } from "../ai-sdk-ends.mjs";

await captureEnds("vercel-ai-5-ends", sdk, {
  Model: MockLanguageModelV2,
  nested: false,
  libraries: ["ai"],
  settings: (functionId) => ({
    experimental_telemetry: { isEnabled: true, functionId, metadata: { sessionId: "sess-42" } },
  }),
});
