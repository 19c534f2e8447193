/**
 * The whole set-up without a line of code: `node --import otel-agent-actions/register app.js`, for ESM and CommonJS.
 *
 * Actions go to the Kafka that `KAFKA_BOOTSTRAP_SERVERS` names. A host with an OpenTelemetry SDK of its own keeps it, and its
 * spans are read; for one without there is an SDK here (`@opentelemetry/sdk-trace-node`, an optional peer). All settings
 * come from the environment, and `OTEL_SDK_DISABLED=true` switches everything off. It never keeps the host from running.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { AgentActionSpanProcessor } from "../exporter/index.js";
import { withEnvironment } from "../exporter/registration/env-resource.js";
import { type OwnSetup, registerProcessor } from "../exporter/registration/register-processor.js";
import { showDiagOnStderr } from "../exporter/registration/stderr-diag.js";
import { EnvReader } from "./config/env-reader.js";
import { describeError } from "./internal/describe-error.js";

/** Set once a process, so that a second copy of this package does not send everything twice. */
const REGISTERED = Symbol.for("otel-agent-actions.registered");

try {
  if (new EnvReader(process.env).boolean("OTEL_SDK_DISABLED") !== true && !(REGISTERED in globalThis)) {
    Reflect.set(globalThis, REGISTERED, true);
    showDiagOnStderr();
    registerProcessor(new AgentActionSpanProcessor(), await ownSetup());
  }
} catch (error) {
  warn(
    `otel-agent-actions/register failed, and the program runs without it: ${describeError(error).message}`,
  );
}

async function ownSetup(): Promise<OwnSetup | undefined> {
  try {
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    return {
      createProvider: (processor) => {
        // The SDK has no way to make a resource, but every span has one.
        const { resource } = new NodeTracerProvider().getTracer("").startSpan("") as unknown as ReadableSpan;
        return new NodeTracerProvider({ resource: withEnvironment(resource), spanProcessors: [processor] });
      },
    };
  } catch {
    warn(
      "otel-agent-actions/register found no @opentelemetry/sdk-trace-node. Install it (npm install @opentelemetry/sdk-trace-node), " +
        "or set up an OpenTelemetry SDK in the program; until then no action is recorded.",
    );
    return undefined;
  }
}

// A warning of Node's own kind: it shows once, on stderr, and hosts know how to silence it.
function warn(message: string): void {
  process.emitWarning(message, { code: "AGENT_ACTIONS_REGISTER" });
}
