import { DiagLogLevel, diag } from "@opentelemetry/api";
import * as ai from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { AiSdkInstrumentation } from "../../../src/instrumentations/ai-sdk.js";
import { loadInto, recording } from "./recording.js";

const recorded = recording();
const { generate, stream } = ai.ToolLoopAgent.prototype;

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

/** Asks for the tool `now` in its first turn, and is done in its second. */
function model(): MockLanguageModelV3 {
  const call = { type: "tool-call", toolCallId: "call_1", toolName: "now", input: "{}" } as const;
  const turns = [
    { content: [call], finishReason: { unified: "tool-calls" as const, raw: undefined } },
    {
      content: [{ type: "text" as const, text: "done" }],
      finishReason: { unified: "stop" as const, raw: undefined },
    },
  ];
  return new MockLanguageModelV3({ doGenerate: async () => ({ ...turns.shift()!, usage, warnings: [] }) });
}

const now = ai.tool({ inputSchema: ai.jsonSchema({ type: "object" }), execute: async () => "noon" });
const names = () => recorded.spans().map(({ name }) => name);

describe("the AI SDK, instrumented", () => {
  const instrumentation = new AiSdkInstrumentation();
  afterAll(() => instrumentation.disable());

  const warnings: string[] = [];
  afterEach(() => {
    warnings.length = 0;
    diag.disable();
  });

  test.each(["4.3.19", "8.0.0", "not a version"])(
    "is left alone in version %s, which is said once",
    async (version) => {
      const told = () => {};
      const logger = {
        error: told,
        info: told,
        debug: told,
        verbose: told,
        warn: (_name: string, text: unknown) => void warnings.push(String(text)),
      };
      diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
      for (let times = 0; times < 2; times++) expect(loadInto(instrumentation, "ai", ai, version)).toBe(ai);
      expect(ai.ToolLoopAgent.prototype.generate).toBe(generate);
      expect(warnings).toEqual([
        `ai ${version} is left alone: this instrumentation is tested with >=5.0.0 <8.0.0`,
      ]);
    },
  );

  test("records by what stands in for its exports, and leaves the exports alone", async () => {
    const patched = loadInto(instrumentation, "ai", ai, "6.0.0") as typeof ai;
    const options = { tools: { now }, prompt: "?", stopWhen: ai.stepCountIs(2) };
    await ai.generateText({ ...options, model: model() });
    expect(names()).toEqual([]);
    await patched.generateText({ ...options, model: model() });
    expect(names()).toEqual(["invoke_agent", "execute_tool now"]);
    expect(patched.tool).toBe(ai.tool);
  });

  test("hides arguments and results where the content is not to be captured", async () => {
    instrumentation.setConfig({ captureContent: false });
    const patched = loadInto(instrumentation, "ai", ai, "6.0.0") as typeof ai;
    await patched.generateText({ tools: { now }, prompt: "?", stopWhen: ai.stepCountIs(2), model: model() });
    instrumentation.setConfig({ captureContent: true });
    const { attributes } = recorded.named("execute_tool now");
    expect(attributes).toMatchObject({ "gen_ai.tool.name": "now", "gen_ai.tool.call.id": "call_1" });
    expect(attributes).not.toHaveProperty("gen_ai.tool.call.arguments");
    expect(attributes).not.toHaveProperty("gen_ai.tool.call.result");
  });

  test("changes neither the host's tools nor its agent, and puts back the agent's methods when it is disabled", async () => {
    const patched = loadInto(instrumentation, "ai", ai, "6.0.0") as typeof ai;
    const { execute } = now;
    const agent = new patched.ToolLoopAgent({ id: "clock", model: model(), tools: { now } });
    const settings = Reflect.get(agent, "settings");
    await agent.generate({ prompt: "?" });
    expect(names()).toEqual(["invoke_agent clock", "execute_tool now"]);
    expect([now.execute, Reflect.get(agent, "settings")]).toEqual([execute, settings]);
    instrumentation.disable();
    expect([ai.ToolLoopAgent.prototype.generate, ai.ToolLoopAgent.prototype.stream]).toEqual([
      generate,
      stream,
    ]);
    expect(ai.ToolLoopAgent.prototype.generate).toBe(generate);
  });
});
