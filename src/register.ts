/**
 * The whole set-up without a line of code: `node --import otel-agent-actions/register app.js`, for ESM and CommonJS.
 *
 * Actions go to the Kafka that `KAFKA_BOOTSTRAP_SERVERS` names. A host with an OpenTelemetry SDK of its own keeps it, and its
 * spans are read; for one without there is an SDK here (version 2 or 3, optional peers). Frameworks that are known are
 * instrumented. What cannot be delivered is kept in a folder below `~/.local/state`. All settings come from the environment, and `OTEL_SDK_DISABLED=true` switches everything off. It never keeps the
 * host from running.
 */
import { AgentActionSpanProcessor } from "../exporter/index.js";
import { type OwnSetup, registerProcessor } from "../exporter/registration/register-processor.js";
import { isRegistered, setRegistered } from "../exporter/registration/registered-processor.js";
import { showDiagOnStderr } from "../exporter/registration/stderr-diag.js";
import { EnvReader } from "./config/env-reader.js";
import { describeError } from "./internal/describe-error.js";
import { ownSetup } from "./registration/own-setup.js";
import { spoolByDefault } from "./registration/spool-by-default.js";
import { switchOnInstrumentations } from "./registration/switch-on-instrumentations.js";

try {
  if (new EnvReader(process.env).boolean("OTEL_SDK_DISABLED") !== true && !isRegistered()) {
    setRegistered();
    showDiagOnStderr();
    const processor = new AgentActionSpanProcessor(spoolByDefault(process.env));
    setRegistered(processor);
    registerProcessor(processor, await ownSetupOrWarning());
    const problem = await switchOnInstrumentations();
    if (problem !== undefined) warn(problem);
  }
} catch (error) {
  warn(
    `otel-agent-actions/register failed, and the program runs without it: ${describeError(error).message}`,
  );
}

async function ownSetupOrWarning(): Promise<OwnSetup | undefined> {
  const setup = await ownSetup();
  if (setup === undefined)
    warn(
      "otel-agent-actions/register found no OpenTelemetry SDK. Install one (npm install @opentelemetry/sdk-trace-node), or set one up in " +
        "the program; until then no action is recorded.",
    );
  return setup;
}

// A warning of Node's own kind: it shows once, on stderr, and hosts know how to silence it.
function warn(message: string): void {
  process.emitWarning(message, { code: "AGENT_ACTIONS_REGISTER" });
}
