import { createRequire, isBuiltin, register } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { diag } from "@opentelemetry/api";
import { EnvReader } from "../config/env-reader.js";
import { packageAround } from "../instrumentations/base/module-paths.js";
import { isTested, rangeText } from "../instrumentations/base/target.js";
import { chooseInstrumentations } from "../instrumentations/choose-instrumentations.js";
import { INSTRUMENTATIONS } from "../instrumentations/registry.js";
import { describeError } from "../internal/describe-error.js";
import { hookInThread } from "./hook-in-thread.js";
import type { HookOptions } from "./loader-hook.js";

/**
 * Switches on the instrumentations that the environment asks for, for modules that are loaded from now on. One that cannot be
 * switched on costs itself and no other.
 *
 * @returns a sentence for the operator where they cannot be switched on at all
 */
export async function switchOnInstrumentations(
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  const { names, problems } = chooseInstrumentations(INSTRUMENTATIONS, new EnvReader(env));
  for (const problem of problems) log.warn(problem);
  if (names.length === 0) return undefined;
  const base = instrumentationBase();
  if (base === undefined) return MISSING;
  if (!isTested(base.version, SEES_FILES_OF_ES_MODULES)) log.warn(tooOld(base.version));
  const packages = names.flatMap((name) => INSTRUMENTATIONS[name]?.packages ?? []);
  const data: HookOptions = { url: base.hookUrl, include: packages.map(filterFor) };
  for (const name of names) {
    try {
      await INSTRUMENTATIONS[name]?.load();
    } catch (error) {
      log.warn(`The instrumentation ${name} could not be switched on: ${describeError(error).message}`);
    }
  }
  // Afterwards, because what is loaded from here on passes the hook, file by file.
  if (packages.length > 0 && !hookInThread(data)) register("./loader-hook.js", import.meta.url, { data });
  log.info(`Instrumentations that are on: ${names.join(", ")}.`);
  return undefined;
}

const MISSING =
  "otel-agent-actions/register found no @opentelemetry/instrumentation, so frameworks are not instrumented. Install it " +
  "(npm install @opentelemetry/instrumentation), or set AGENT_ACTIONS_INSTRUMENTATIONS=none.";

/** The versions of `@opentelemetry/instrumentation` that see each file of an ES module, and not only the main one. */
const SEES_FILES_OF_ES_MODULES = { from: "0.212.0", below: "1.0.0" };

const tooOld = (version: string | undefined): string =>
  `@opentelemetry/instrumentation ${version ?? "of an unknown version"} sees CommonJS modules, and of ES modules only a few: ` +
  `it takes ${rangeText(SEES_FILES_OF_ES_MODULES)} to instrument them.`;

interface Base {
  /** The hook and the instrumentations have to be of the same copy: they communicate through a module of it. */
  readonly hookUrl: string;
  readonly version: string | undefined;
}

function instrumentationBase(): Base | undefined {
  try {
    const path = createRequire(import.meta.url).resolve("@opentelemetry/instrumentation");
    const hook = createRequire(path).resolve("import-in-the-middle/hook.mjs");
    return { hookUrl: pathToFileURL(hook).href, version: packageAround(dirname(path))?.version };
  } catch {
    return undefined;
  }
}

// A module of Node by its name; a package by where its files lie, also behind the links of pnpm.
const filterFor = (name: string): string | RegExp =>
  isBuiltin(name)
    ? name
    : new RegExp(`/node_modules/${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`);
