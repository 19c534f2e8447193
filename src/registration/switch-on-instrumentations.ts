import { createRequire, isBuiltin, register } from "node:module";
import { pathToFileURL } from "node:url";
import { diag } from "@opentelemetry/api";
import { EnvReader } from "../config/env-reader.js";
import { chooseInstrumentations } from "../instrumentations/choose-instrumentations.js";
import { INSTRUMENTATIONS } from "../instrumentations/registry.js";
import { describeError } from "../internal/describe-error.js";
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
  const hookUrl = loaderHook();
  if (hookUrl === undefined) return MISSING;
  const packages = names.flatMap((name) => INSTRUMENTATIONS[name]?.packages ?? []);
  const data: HookOptions = { url: hookUrl, include: packages.map(filterFor) };
  register("./loader-hook.js", import.meta.url, { data });
  for (const name of names) {
    try {
      await INSTRUMENTATIONS[name]?.load();
    } catch (error) {
      log.warn(`The instrumentation ${name} could not be switched on: ${describeError(error).message}`);
    }
  }
  log.info(`Instrumentations that are on: ${names.join(", ")}.`);
  return undefined;
}

const MISSING =
  "otel-agent-actions/register found no @opentelemetry/instrumentation, so frameworks are not instrumented. Install it " +
  "(npm install @opentelemetry/instrumentation), or set AGENT_ACTIONS_INSTRUMENTATIONS=none.";

// The hook and the instrumentations have to be of the same copy: one tells the other through a module of it.
function loaderHook(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const instrumentation = createRequire(require.resolve("@opentelemetry/instrumentation"));
    return pathToFileURL(instrumentation.resolve("import-in-the-middle/hook.mjs")).href;
  } catch {
    return undefined;
  }
}

// A module of Node by its name; a package by where its files lie, also behind the links of pnpm.
const filterFor = (name: string): string | RegExp =>
  isBuiltin(name)
    ? name
    : new RegExp(`/node_modules/${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`);
