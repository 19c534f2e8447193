import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { isPlainObject } from "../../event/json.js";

export interface ApiCopy {
  readonly version: string;
  readonly path: string;
}

const API = "@opentelemetry/api";

/**
 * Every copy of the OpenTelemetry API that a program in the folder can come to load: in the `node_modules` of the
 * folder and of those above it, and in the `node_modules` of every package in there, pnpm's store included.
 */
export function apiCopies(folder: string): ApiCopy[] {
  const copies = new Map<string, ApiCopy>();
  for (let at = folder; ; at = dirname(at)) {
    collect(join(at, "node_modules"), copies, new Set());
    if (dirname(at) === at) break;
  }
  return [...copies.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function collect(modules: string, copies: Map<string, ApiCopy>, seen: Set<string>): void {
  const real = realPath(modules);
  if (real === undefined || seen.has(real)) return;
  seen.add(real);
  addCopy(join(modules, API), copies);
  for (const name of names(modules)) {
    if (name === ".pnpm")
      for (const stored of names(join(modules, name))) inside(join(modules, name, stored));
    else if (name.startsWith("@"))
      for (const scoped of names(join(modules, name))) inside(join(modules, name, scoped));
    else if (!name.startsWith(".")) inside(join(modules, name));
  }

  function inside(folder: string): void {
    collect(join(folder, "node_modules"), copies, seen);
  }
}

function addCopy(folder: string, copies: Map<string, ApiCopy>): void {
  const path = realPath(folder);
  if (path === undefined || copies.has(path)) return;
  const manifest = readJson(join(path, "package.json"));
  if (isPlainObject(manifest) && typeof manifest.version === "string") {
    copies.set(path, { version: manifest.version, path });
  }
}

// Folders come and go while a package manager works, and some may not be read: what cannot be looked at is not there.
function names(folder: string): string[] {
  return orUndefined(() => readdirSync(folder)) ?? [];
}

function realPath(path: string): string | undefined {
  return orUndefined(() => realpathSync(path));
}

function readJson(file: string): unknown {
  return orUndefined(() => JSON.parse(readFileSync(file, "utf8")) as unknown);
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
