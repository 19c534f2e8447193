// Switches the instrumentation on, off and on again, and says each time what of the library is patched.
import { register } from "node:module";
import { types } from "node:util";
import { OpenAiAgentsInstrumentation } from "otel-agent-actions/instrumentations/openai-agents";

// As `otel-agent-actions/register` does it: where every module passes the hook, each that hands an export on keeps a copy of it.
const include = [/\/agents-core\/dist\/(run|tool|guardrail)\.mjs/];
register("@opentelemetry/instrumentation/hook.mjs", import.meta.url, { data: { include } });
const instrumentation = new OpenAiAgentsInstrumentation();
const library = await import("@openai/agents");

const { Runner } = library;
const patched = () => [
  types.isProxy(Runner.prototype.run),
  Object.hasOwn(Runner.prototype, "emit"),
  types.isProxy(library.tool),
  types.isProxy(library.defineOutputGuardrail),
];
const seen = [patched()];
instrumentation.disable();
seen.push(patched());
instrumentation.enable();
seen.push(patched());
console.log(JSON.stringify(seen));
