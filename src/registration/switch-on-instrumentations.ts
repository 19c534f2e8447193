import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { diag } from "@opentelemetry/api";
import { isTested, rangeText } from "../instrumentations/base/target.js";
import { INSTRUMENTATIONS, type InstrumentationName } from "../instrumentations/registry.js";
import { describeError } from "../internal/describe-error.js";
import { onFirstLoad } from "./first-load.js";
import { canHookInThread, hookInThread } from "./hook-in-thread.js";
import type { WantedInstrumentations } from "./wanted-instrumentations.js";

/**
 * Has instrumentations switched on, for modules that are loaded from now on. They are loaded with the first file of a package that one of
 * them looks at, because most programs load none; where one of Node's own modules is wanted, here. One that cannot be switched on
 * costs itself and no other. ES modules have to pass the hook of the loader's thread where there is none for this thread.
 *
 * @returns a sentence for the operator where they cannot be switched on at all
 */
export function switchOnInstrumentations(wanted: WantedInstrumentations): string | undefined {
  const log = logger();
  const { names, problems, packages, base, hook } = wanted;
  for (const problem of problems) log.warn(problem);
  if (base === undefined) return undefined;
  if (base === "missing") return MISSING;
  if (!isTested(base.version, SEES_FILES_OF_ES_MODULES)) log.warn(tooOld(base.version));
  const switchOn = onFirstLoad(fileFilter(packages), () => makeAll(names));
  if (names.some((name) => INSTRUMENTATIONS[name].packages.length === 0)) switchOn();
  if (hook !== undefined && canHookInThread(hook.url)) hookInThread(hook, switchOn);
  log.info(`Instrumentations that are on: ${names.join(", ")}.`);
  return undefined;
}

const logger = () => diag.createComponentLogger({ namespace: "otel-agent-actions" });

function makeAll(names: readonly InstrumentationName[]): void {
  for (const name of names) {
    try {
      loadInstrumentations().makeInstrumentation(name);
    } catch (error) {
      logger().warn(`The instrumentation ${name} could not be switched on: ${describeError(error).message}`);
    }
  }
}

/** In the turn in which a module is required, so they are a file of CommonJS. */
function loadInstrumentations(): typeof import("../instrumentations/make-instrumentation.js") {
  const file = fileURLToPath(new URL("../instrumentations/make-instrumentation.cjs", import.meta.url));
  return createRequire(import.meta.url)(file);
}

/** Whether a file belongs to one of the packages, whichever part of them is meant. */
function fileFilter(packages: readonly string[]): (file: string) => boolean {
  const folders = new Set(packages.map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name));
  const parts = [...folders].map((name) => name.replace("/", String.raw`[\\/]`).replaceAll(".", "\\."));
  const pattern = new RegExp(String.raw`[\\/]node_modules[\\/](?:${parts.join("|")})[\\/]`);
  return folders.size === 0 ? () => false : (file) => pattern.test(file);
}

const MISSING =
  "otel-agent-actions/register found no @opentelemetry/instrumentation, so frameworks are not instrumented. Install it " +
  "(npm install @opentelemetry/instrumentation), or set AGENT_ACTIONS_INSTRUMENTATIONS=none.";

/** The versions of `@opentelemetry/instrumentation` that see each file of an ES module, and not only the main one. */
const SEES_FILES_OF_ES_MODULES = { from: "0.212.0", below: "1.0.0" };

const tooOld = (version: string | undefined): string =>
  `@opentelemetry/instrumentation ${version ?? "of an unknown version"} sees CommonJS modules, and of ES modules only a few: ` +
  `it takes ${rangeText(SEES_FILES_OF_ES_MODULES)} to instrument them.`;
