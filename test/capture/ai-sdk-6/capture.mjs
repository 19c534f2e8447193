import * as sdk from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { captureAll } from "../ai-sdk-captures.mjs";
import { mockModels } from "../ai-sdk-mocks.mjs";

await captureAll("vercel-ai-6", sdk, {
  model: mockModels(MockLanguageModelV3, simulateReadableStream, { nested: true }),
  libraries: ["ai"],
  has: { approvals: true },
});
