import type { SpanRecorder } from "../tracing/span-recorder.js";
import { type Members, membersOf } from "../tracing/tool-shapes/members.js";
import { DescribedTools } from "./anthropic/described-tools.js";
import { RunnerCall } from "./anthropic/runner-call.js";
import { watchRunner } from "./anthropic/watch-runner.js";
import { ActionInstrumentation, type ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { HostCall } from "./base/patches.js";
import type { Target } from "./base/target.js";

/**
 * The tool runner of the Anthropic SDK, `client.beta.messages.toolRunner()`. A run is an `invoke_agent` span, each call of a tool an
 * `execute_tool` span inside. Since version 0.134 the SDK writes such spans itself unless that is switched off, without
 * arguments and results: then these are added to its spans, and only calls of tools that do not exist get spans of ours.
 */
export class AnthropicInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("anthropic", config);
  }

  protected override targets(): readonly Target[] {
    return [
      {
        package: "@anthropic-ai/sdk",
        tested: { from: "0.68.0", below: "2.0.0" },
        patch(exports, patches, recorder) {
          const client = exports.Anthropic ?? exports.default;
          const messages = staticOf(staticOf(client, "Beta"), "Messages");
          const { prototype } = messages as { readonly prototype?: unknown };
          patches.method(prototype, "toolRunner", (host) => runTools(host, recorder));
        },
      },
    ];
  }
}

const staticOf = (holder: unknown, name: string): unknown =>
  typeof holder === "function" ? Reflect.get(holder, name) : {};

function runTools(host: HostCall, recorder: SpanRecorder): unknown {
  if (!recorder.enabled) return host.proceed();
  const [body, ...others] = [membersOf(host.args[0]), ...host.args.slice(1)];
  const call = hasOwnSpans(host.receiver) ? new DescribedTools(recorder) : new RunnerCall(recorder, body);
  const runner = host.proceed([call.withTools(body), ...others]);
  watchRunner(membersOf(runner), call);
  return runner;
}

// A client whose spans are switched off, and one from before it had any, has no tracer.
const hasOwnSpans = (messages: unknown): boolean =>
  membersOf(membersOf(messages)._client as Members)._tracer !== undefined;
