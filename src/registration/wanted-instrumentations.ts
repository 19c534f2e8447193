import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { EnvReader } from "../config/env-reader.js";
import { packageAround } from "../instrumentations/base/module-paths.js";
import { type Chosen, chooseInstrumentations } from "../instrumentations/choose-instrumentations.js";
import { INSTRUMENTATIONS, type InstrumentationName } from "../instrumentations/registry.js";
import type { HookOptions } from "./loader-hook.js";

export interface WantedInstrumentations extends Chosen<InstrumentationName> {
  /** What they look at: packages and parts of packages. */
  readonly packages: readonly string[];
  /** Absent where none is wanted. */
  readonly base: InstrumentationBase | "missing" | undefined;
  /** For `import` of the packages. Absent where there is nothing to hook, or nothing to hook with. */
  readonly hook: HookOptions | undefined;
}

/** The installed `@opentelemetry/instrumentation`. */
export interface InstrumentationBase {
  /** The hook and the instrumentations have to be of the same copy: they communicate through a module of it. */
  readonly hookUrl: string;
  readonly version: string | undefined;
}

/** The instrumentations that the environment asks for, and what there is to switch them on with. It loads none of them. */
export function wantedInstrumentations(env: EnvReader): WantedInstrumentations {
  const chosen = chooseInstrumentations(INSTRUMENTATIONS, env);
  const packages = chosen.names.flatMap((name) => INSTRUMENTATIONS[name].packages);
  const base = chosen.names.length === 0 ? undefined : (instrumentationBase() ?? "missing");
  const hook =
    typeof base === "object" && packages.length > 0
      ? { url: base.hookUrl, include: packages.map(filterFor) }
      : undefined;
  return { ...chosen, packages, base, hook };
}

function instrumentationBase(): InstrumentationBase | undefined {
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
