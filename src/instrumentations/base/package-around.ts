import { readFileSync } from "node:fs";
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
