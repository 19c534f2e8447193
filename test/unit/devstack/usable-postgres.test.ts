import { chmod, mkdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { usablePostgres } from "../../../src/devstack/postgres-binaries.js";
import type { Account } from "../../../src/devstack/server-account.js";
import { temporaryFolder } from "./temporary-folder.js";

const LINKS = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
const SOMEBODY: Account = { name: "somebody", uid: 4_242, gid: 4_242 };

async function postgresFolder({ mode = 0o755, links = LINKS } = {}): Promise<string> {
  const folder = join(await temporaryFolder(), "native");
  await mkdir(join(folder, "bin"), { recursive: true });
  await mkdir(join(folder, "lib"));
  for (const name of ["postgres", "initdb"]) await writeFile(join(folder, "bin", name), name, { mode });
  await writeFile(join(folder, "lib", "libpq.so.5.18"), "library");
  await writeFile(join(folder, "pg-symlinks.json"), JSON.stringify(links));
  return folder;
}

test("a whole installation is used where it is", async () => {
  const scratch = await temporaryFolder();
  const folder = await postgresFolder({ links: [] });
  expect(await usablePostgres(folder, scratch)).toBe(folder);
});

test("an installation without its links is copied, with them", async () => {
  const scratch = await temporaryFolder();
  const copy = await usablePostgres(await postgresFolder(), scratch);
  expect(copy).toBe(join(scratch, "postgres-binaries"));
  expect(await readlink(join(copy, "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
  expect(await readFile(join(copy, "lib", "libpq.so.5"), "utf8")).toBe("library");
});

test("an installation that is not executable is copied, and the copy is", async () => {
  const copy = await usablePostgres(
    await postgresFolder({ mode: 0o644, links: [] }),
    await temporaryFolder(),
  );
  for (const name of ["postgres", "initdb"]) {
    expect((await stat(join(copy, "bin", name))).mode & 0o777).toBe(0o755);
  }
});

test("an installation that the server's account cannot reach is copied", async () => {
  const folder = await postgresFolder({ links: [] });
  // The folder around it is its owner's alone, as mkdtemp makes them.
  expect(await usablePostgres(folder, await temporaryFolder(), SOMEBODY)).not.toBe(folder);
  await chmod(join(folder, ".."), 0o755);
  expect(await usablePostgres(folder, await temporaryFolder(), SOMEBODY)).toBe(folder);
});
