import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Library } from "./kafka-libraries.js";

/** What is wrong with the files of `folder` when it should hold `libraries`; an empty list when nothing is. */
export async function checkLibraries(
  folder: string,
  libraries: readonly Library[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const library of libraries) {
    const problem = await checkLibrary(join(folder, library.name), library);
    if (problem) problems.push(`${library.name}: ${problem}`);
  }
  return problems;
}

async function checkLibrary(file: string, { bytes, sha256 }: Library): Promise<string | undefined> {
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return "is missing";
  if (size !== bytes) return `has ${size} bytes, should have ${bytes}`;
  const digest = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  return digest === sha256 ? undefined : `has the SHA-256 ${digest}, should have ${sha256}`;
}
