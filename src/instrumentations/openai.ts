import type { SpanRecorder } from "../tracing/span-recorder.js";
import { membersOf } from "../tracing/tool-shapes/members.js";
import { ActionInstrumentation, type ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { HostCall } from "./base/patches.js";
import type { Target } from "./base/target.js";
import { ToolRun } from "./openai/tool-run.js";

/**
 * The tool runner of the OpenAI SDK: `client.chat.completions.runTools()`, in version 4 `client.beta.chat.completions.runTools()`. A
 * run is an `invoke_agent` span, each call of a tool an `execute_tool` span inside.
 */
export class OpenAiInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("openai", config);
  }

  protected override targets(): readonly Target[] {
    return [
      {
        package: "openai",
        tested: { from: "4.104.0", below: "8.0.0" },
        patch(exports, patches, recorder) {
          const client = exports.OpenAI ?? exports.default;
          const completions = staticOf(staticOf(client, "Chat"), "Completions");
          const holders = [prototypeOf(completions), betaCompletions(staticOf(client, "Beta"))];
          for (const holder of holders)
            patches.method(holder, "runTools", (host) => runTools(host, recorder));
        },
      },
    ];
  }
}

const staticOf = (holder: unknown, name: string): unknown =>
  typeof holder === "function" ? Reflect.get(holder, name) : undefined;

const prototypeOf = (holder: unknown): unknown => staticOf(holder, "prototype");

// Version 4 does not export this class, but what it makes leads to it.
function betaCompletions(beta: unknown): unknown {
  if (typeof beta !== "function") return undefined;
  const { chat } = membersOf(Reflect.construct(beta, [{}]));
  const { completions } = membersOf(chat);
  return completions && Object.getPrototypeOf(completions);
}

function runTools(host: HostCall, recorder: SpanRecorder): unknown {
  const [body, ...others] = [membersOf(host.args[0]), ...host.args.slice(1)];
  const run = ToolRun.open(recorder, body);
  return run === undefined ? host.proceed() : run.watch(() => host.proceed([run.withTools(body), ...others]));
}
