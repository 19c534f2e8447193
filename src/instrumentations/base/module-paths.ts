import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isPlainObject } from "../../event/json.js";

export interface PackageIdentity {
  readonly name: string;
  readonly version: string;
}

/** The package that a folder belongs to. Folders of builds have a package.json of their own, without a name. */
export function packageAround(folder: string): PackageIdentity | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const { name, version } = readPackage(at);
    if (typeof name === "string" && typeof version === "string") return { name, version };
    if (dirname(at) === at) return undefined;
  }
}

function readPackage(folder: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return isPlainObject(read) ? read : {};
  } catch {
    // None here, or one that nobody could read: the next folder may have one.
    return {};
  }
}

/** Where `require` of these would lead from the program's file and from the working directory. What is not installed is left out. */
export function requiredPaths(specifiers: readonly string[] = []): readonly string[] {
  const paths = [process.argv[1], join(process.cwd(), "index.js")]
    .filter((file) => file !== undefined)
    .flatMap((file) => specifiers.flatMap((specifier) => resolved(file, specifier) ?? []));
  return [...new Set(paths)];
}

function resolved(file: string, specifier: string): string | undefined {
  try {
    return createRequire(file).resolve(specifier);
  } catch {
    // Not installed there.
    return undefined;
  }
}
