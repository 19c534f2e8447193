/**
 * The OpenAI Agents SDK: runs, agents, function tools, hand-offs, guardrails and refused approvals of `@openai/agents-core`, which
 * `@openai/agents` hands on.
 *
 * Its own tracing knows no ids of calls, gives tools no context to trace in, and is often switched off, so its parts are
 * patched instead of listened to.
 */
import { ActionInstrumentation, type ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { Target } from "./base/target.js";
import { patchGuardrails } from "./openai-agents/patch-guardrails.js";
import { patchRunner } from "./openai-agents/patch-runner.js";
import { patchToolExecution } from "./openai-agents/patch-tool-execution.js";
import { patchToolFactory } from "./openai-agents/patch-tool-factory.js";

export type { ActionInstrumentationConfig };

// Before its first major version each minor may change everything.
const TESTED = { from: "0.4.0", below: "0.21.0" };

const target = (path: string, patch: Target["patch"]): Target => ({
  package: "@openai/agents-core",
  tested: TESTED,
  // Each is built twice, for `import` and for `require`.
  files: [`${path}.mjs`, `${path}.js`],
  patch,
});

const TARGETS: readonly Target[] = [
  target("dist/run", patchRunner),
  target("dist/tool", patchToolFactory),
  target("dist/runner/toolExecution", patchToolExecution),
  target("dist/guardrail", patchGuardrails),
];

export class OpenAiAgentsInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("openai-agents", config);
  }

  protected override targets(): readonly Target[] {
    return TARGETS;
  }
}
