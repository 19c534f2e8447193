import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/devstack/fetch-kafka.js";
import { pathExists } from "../../src/devstack/stack-home.js";

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, "../..");

/**
 * A program with libraries of its own: a folder with `package.json`, `package-lock.json` and scripts, of which the answer is a copy with
 * `node_modules`, and with this package as it is built now among them. Not among the devDependencies: the libraries that
 * agents are instrumented with contradict each other in their versions.
 *
 * The installed packages stay in the cache folder, one copy for each lock file; scripts and this package are copied anew.
 */
export async function installTree(source: string): Promise<string> {
  const lock = await readFile(join(source, "package-lock.json"));
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const folder = join(
    cacheFolder(process.env),
    "trees",
    `${basename(source)}-${key}-node${process.versions.modules}`,
  );
  if (!(await pathExists(folder))) await installInto(folder, source);
  else await copyProgram(source, folder);
  await copyThisPackage(join(folder, "node_modules", "otel-agent-actions"));
  return folder;
}

// Into a sibling and then renamed: what has the right name is complete.
async function installInto(folder: string, source: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const sibling = await mkdtemp(`${folder}.`);
  await copyProgram(source, sibling);
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: sibling,
  });
  await rename(sibling, folder).catch(() => rm(sibling, { recursive: true }));
}

async function copyProgram(source: string, target: string): Promise<void> {
  const filter = (path: string): boolean => basename(path) !== "node_modules";
  await cp(source, target, { recursive: true, filter });
}

// A copy and no link: it is to find the program's own @opentelemetry/api, as an installed package does.
async function copyThisPackage(target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const name of ["package.json", "dist", "migrations"]) {
    await cp(join(ROOT, name), join(target, name), { recursive: true });
  }
}
