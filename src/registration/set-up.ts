import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import * as api from "@opentelemetry/api";
import { ActionSpanProcessor } from "../../exporter/action-span-processor.js";
import { registerProcessor } from "../../exporter/registration/register-processor.js";
import { setRegistered } from "../../exporter/registration/registered-processor.js";
import { showDiagOnStderr } from "../../exporter/registration/stderr-diag.js";
import { resolveWith } from "../../exporter/resolve-options-with.js";
import { processingOfThread } from "../../exporter/thread/processing-of-thread.js";
import { setupOfSdk2, setupOfSdk3 } from "./own-setup.js";
import { spoolByDefault } from "./spool-by-default.js";
import { switchOnInstrumentations } from "./switch-on-instrumentations.js";
import type { WantedInstrumentations } from "./wanted-instrumentations.js";
import { warn } from "./warn.js";

/**
 * Sets everything up but the hook for ES modules, in the same turn where version 2 of the SDK is installed, and a version of the API that
 * is the same for `import` and `require`.
 *
 * @param apiUrl where `import` of the API leads
 */
export async function setUp(wanted: WantedInstrumentations, apiUrl: string | undefined): Promise<void> {
  showDiagOnStderr();
  const processor = processorOfEnvironment();
  setRegistered(processor);
  const own = setupOfSdk2() ?? (await setupOfSdk3());
  if (own === undefined) warn(NO_SDK);
  registerProcessor(processor, own, isOtherApi(apiUrl) ? [api, await import(apiUrl)] : [api]);
  const problem = switchOnInstrumentations(wanted);
  if (problem !== undefined) warn(problem);
}

function isOtherApi(url: string | undefined): url is string {
  const required = createRequire(import.meta.url).resolve("@opentelemetry/api");
  return url?.startsWith("file:") === true && fileURLToPath(url) !== required;
}

const NO_SDK =
  "otel-agent-actions/register found no OpenTelemetry SDK. Install one (npm install @opentelemetry/sdk-trace-node), or set one up in " +
  "the program; until then no action is recorded.";

function processorOfEnvironment(): ActionSpanProcessor {
  const options = spoolByDefault(process.env);
  return new ActionSpanProcessor(
    options,
    resolveWith(() => [], options),
    processingOfThread,
  );
}
