import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** One import of one file. `to` is a path from the project's root for our own files, a package's name for others. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** `import type`: erased by the compiler, so nothing is loaded. `import { type X }` is not erased. */
  readonly typeOnly: boolean;
}

// The formatter writes every import in one of these forms, so no parser is needed.
const STATEMENT =
  /^(?:import|export)\s+(?:(?<type>type)\s+)?(?:[\w*{][^"';]*?\sfrom\s+)?"(?<specifier>[^"]+)";$/gm;
const DYNAMIC = /\bimport\(\s*"(?<specifier>[^"]+)"/g;

/** Every import of every source file under the folder. */
export function importsUnder(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => importsOf(posix.join(folder, name.replaceAll("\\", "/"))));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(STATEMENT), ...text.matchAll(DYNAMIC)].map(({ groups }) => ({
    from: file,
    to: target(file, groups?.specifier ?? ""),
    typeOnly: groups?.type !== undefined,
  }));
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier).replace(/\.js$/, ".ts");
  if (specifier.startsWith("node:")) return "node";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
