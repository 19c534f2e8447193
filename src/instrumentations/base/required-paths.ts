import { createRequire } from "node:module";
import { join } from "node:path";

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
