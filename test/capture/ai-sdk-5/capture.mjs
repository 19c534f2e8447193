import * as sdk from "ai";
import { MockLanguageModelV2, simulateReadableStream } from "ai/test";
import { captureAll } from "../ai-sdk-captures.mjs";
import { mockModels } from "../ai-sdk-mocks.mjs";

const { Experimental_Agent: _agent, ...version5 } = sdk;
await captureAll("vercel-ai-5", version5, {
  model: mockModels(MockLanguageModelV2, simulateReadableStream, { nested: false }),
  libraries: ["ai"],
});
