import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import type { HostCall, Patches } from "../base/patches.js";
import { AgentCall } from "./agent-call.js";
import type { HasOwnTelemetry } from "./own-telemetry.js";
import { hasTools, recordedTools } from "./recorded-tools.js";
import { watchStream } from "./watch-stream.js";

type Method = (...args: unknown[]) => unknown;

/**
 * An agent calls `generateText` and `streamText` inside the AI SDK, past what is exported. So its own methods are patched, and
 * run on a stand-in for the agent, which has its settings but for the tools and callbacks.
 */
export function patchAgent(
  agent: unknown,
  hasOwn: HasOwnTelemetry,
  patches: Patches,
  recorder: SpanRecorder,
): void {
  if (typeof agent !== "function") return;
  const { prototype } = agent as unknown as { readonly prototype: Members };
  for (const name of ["generate", "stream"] as const) {
    const original = prototype[name] as Method;
    patches.method(prototype, name, (host) => callAgent(name, original, host, hasOwn, recorder));
  }
}

function callAgent(
  name: "generate" | "stream",
  original: Method,
  host: HostCall,
  hasOwn: HasOwnTelemetry,
  recorder: SpanRecorder,
): unknown {
  const agent = membersOf(host.receiver);
  const settings = membersOf(agent.settings);
  const options = membersOf(host.args[0]);
  // What a call says comes before what its agent was made with.
  const all = { ...settings, ...options };
  const recorded = hasTools(all.tools) && !hasOwn(all);
  const call = recorded ? AgentCall.open(recorder, all, { id: agent.id }) : undefined;
  if (call === undefined) return host.proceed();
  const tools = recordedTools(all.tools as object, call);
  if (name === "generate")
    return call.run(() =>
      Reflect.apply(original, withSettings(agent, { ...settings, tools }), [{ ...options, tools }]),
    );
  const watched = watchStream({ ...settings, tools }, call);
  // A callback of the call may stand in the place of the settings' one.
  const given = { ...options, tools, ...finishOf(options, call) };
  return call.start(() => Reflect.apply(original, withSettings(agent, watched), [given]));
}

function finishOf(options: Members, call: AgentCall): Members {
  const { onFinish, onEnd, onAbort, onError } = watchStream(options, call);
  const watched = { onFinish, onEnd, onAbort, onError };
  return Object.fromEntries(Object.entries(watched).filter(([key]) => options[key] !== undefined));
}

const withSettings = (agent: object, settings: Members): object =>
  Object.create(agent, { settings: { value: settings, configurable: true, writable: true } });
