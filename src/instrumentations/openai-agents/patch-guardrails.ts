import { ATTR_GEN_AI_OPERATION_NAME } from "../../event/semconv.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { SpanTemplate } from "../../tracing/span-template.js";
import type { HostCall, Patches } from "../base/patches.js";

interface Guardrail {
  readonly name?: unknown;
}

/** Guardrails of agents are made ready for each run; each check of one is a verdict. */
export function patchGuardrails(exports: object, patches: Patches, recorder: SpanRecorder): void {
  for (const name of ["defineInputGuardrail", "defineOutputGuardrail"]) {
    patches.method(exports, name, (call) => define(call, patches, recorder));
  }
}

function define({ proceed }: HostCall, patches: Patches, recorder: SpanRecorder): unknown {
  const guardrail = proceed() as Guardrail;
  // Made for one run, and gone with it: there is nothing to put back.
  patches.passing(guardrail, "run", (check) =>
    recorder.run(
      () => templateOf(guardrail),
      () => check.proceed(),
    ),
  );
  return guardrail;
}

const OPERATION = "run_guardrail";

// Proposed for the conventions; the two attributes are those of OpenTelemetry's instrumentation of this SDK for Python.
function templateOf({ name }: Guardrail): SpanTemplate {
  const guardrail = typeof name === "string" && name !== "" ? name : "guardrail";
  return {
    spanName: `${OPERATION} ${guardrail}`,
    attributes: { [ATTR_GEN_AI_OPERATION_NAME]: OPERATION, "gen_ai.guardrail.name": guardrail },
    returned: (result) => {
      const { output } = result as { readonly output?: { readonly tripwireTriggered?: unknown } };
      return { attributes: { "gen_ai.guardrail.triggered": output?.tripwireTriggered === true } };
    },
  };
}
