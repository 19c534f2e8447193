import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readMigrationFiles } from "../../../src/store/migration-files.js";

describe("the migrations of this package", () => {
  test("are found, and numbered without a gap", async () => {
    const files = await readMigrationFiles();
    expect(files.length).toBeGreaterThan(0);
    expect(files.map(({ name }) => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  });

  test("are the numbered files of SQL, and nothing else that lies beside them", async ({
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "migrations-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const name of ["0002_b.sql", "0001_a.sql", "README.md", "0003_c.sql~", "4_d.sql"])
      await writeFile(join(folder, name), "select 1");
    const files = await readMigrationFiles(folder);
    expect(files.map(({ name }) => name)).toEqual(["0001_a", "0002_b"]);
    expect(files[0]).toMatchObject({
      sql: "select 1",
      sha256: "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f",
    });
  });
});
