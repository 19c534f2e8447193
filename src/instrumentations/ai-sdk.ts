import type { SpanRecorder } from "../tracing/span-recorder.js";
import { type Members, membersOf } from "../tracing/tool-shapes/members.js";
import { AgentCall } from "./ai-sdk/agent-call.js";
import { patchAgent } from "./ai-sdk/agents.js";
import { type HasOwnTelemetry, ownTelemetryOf } from "./ai-sdk/own-telemetry.js";
import { hasTools, recordedTools } from "./ai-sdk/recorded-tools.js";
import { watchStream } from "./ai-sdk/watch-stream.js";
import { ActionInstrumentation, type ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { HostCall, Patches } from "./base/patches.js";
import type { Target } from "./base/target.js";

/**
 * The AI SDK (`ai`), versions 5 to 7: `generateText`, `streamText`, and its agents. A call with tools is an `invoke_agent` span, each
 * call of a tool an `execute_tool` span inside. A call for which the AI SDK's own telemetry is on is left to that.
 */
export class AiSdkInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("ai-sdk", config);
  }

  protected override targets(): readonly Target[] {
    return [{ package: "ai", tested: { from: "5.0.0", below: "8.0.0" }, patch: patchAiSdk }];
  }
}

/** Version 5 has one agent, whose name was on trial; since 6 it is `ToolLoopAgent`, also under the name before. */
const AGENTS = ["ToolLoopAgent", "Experimental_Agent"];

function patchAiSdk(exports: Members, patches: Patches, recorder: SpanRecorder): unknown {
  const hasOwn = ownTelemetryOf(exports);
  for (const name of AGENTS) patchAgent(exports[name], hasOwn, patches, recorder);
  const generateText = (host: HostCall) => generate(host, hasOwn, recorder);
  const streamText = (host: HostCall) => stream(host, hasOwn, recorder);
  return patches.exported(patches.exported(exports, "generateText", generateText), "streamText", streamText);
}

function generate(host: HostCall, hasOwn: HasOwnTelemetry, recorder: SpanRecorder): unknown {
  const [options, ...others] = [membersOf(host.args[0]), ...host.args.slice(1)];
  const call = openCall(options, hasOwn, recorder);
  return call ? call.run(() => host.proceed([withTools(options, call), ...others])) : host.proceed();
}

function stream(host: HostCall, hasOwn: HasOwnTelemetry, recorder: SpanRecorder): unknown {
  const [options, ...others] = [membersOf(host.args[0]), ...host.args.slice(1)];
  const call = openCall(options, hasOwn, recorder);
  if (call === undefined) return host.proceed();
  const watched = watchStream(withTools(options, call), call);
  return call.start(() => host.proceed([watched, ...others]));
}

const openCall = (options: Members, hasOwn: HasOwnTelemetry, recorder: SpanRecorder) =>
  hasTools(options.tools) && !hasOwn(options) ? AgentCall.open(recorder, options) : undefined;

const withTools = (options: Members, call: AgentCall): Members => ({
  ...options,
  tools: recordedTools(options.tools as object, call),
});
