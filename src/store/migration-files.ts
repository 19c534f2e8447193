import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** One numbered file of SQL. Its name without the ending is its name in the database. */
export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
  /** Of the file's text, hex. */
  readonly sha256: string;
}

/**
 * `migrations/` of this package. Found through the package's own name: a path relative to this file would differ
 * between the sources and what is built from them.
 */
export const migrationsFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve("otel-agent-actions/package.json")), "migrations");

/** The migrations of a folder in the order in which they are applied. */
export async function readMigrationFiles(
  folder: string = migrationsFolder(),
): Promise<readonly MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (file) => {
      const sql = await readFile(join(folder, file), "utf8");
      return {
        name: file.slice(0, -".sql".length),
        sql,
        sha256: createHash("sha256").update(sql, "utf8").digest("hex"),
      };
    }),
  );
}
