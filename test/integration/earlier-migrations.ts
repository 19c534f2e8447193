import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { TestLifetime } from "../helpers/stack.js";

/** The migrations up to the one of this name, or up to the one before it, in a folder of their own. */
export async function migrationsUpTo(
  name: string,
  t: TestLifetime,
  { included = true }: { readonly included?: boolean } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  const files = (await readdir("migrations")).sort();
  const last = files.findIndex((file) => file.replace(/^\d+_/, "") === `${name}.sql`);
  expect(last).toBeGreaterThan(0);
  for (const file of files.slice(0, included ? last + 1 : last))
    await copyFile(join("migrations", file), join(folder, file));
  return folder;
}
