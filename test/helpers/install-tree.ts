import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/devstack/fetch-kafka.js";
import { pathExists } from "../../src/devstack/stack-home.js";

const run = promisify(execFile);

const THIS_PACKAGE = "otel-agent-actions";
const ROOT = join(import.meta.dirname, "../..");

/**
 * A program with libraries of its own: a folder with `package.json`, `package-lock.json` and scripts, of which the answer is a copy with
 * `node_modules`, and with this package as it is built now among them. Not among the devDependencies: the libraries that
 * agents are instrumented with contradict each other in their versions.
 *
 * The installed packages stay in the cache folder, one copy for each lock file, and are linked to. Scripts and this package are copied
 * anew for every call: other files, and other checkouts, run programs of the same tree at the same time.
 */
export async function installTree(source: string): Promise<string> {
  const lock = await readFile(join(source, "package-lock.json"));
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const trees = join(cacheFolder(process.env), "trees");
  const installed = join(trees, `${basename(source)}-${key}-node${process.versions.modules}`);
  if (!(await pathExists(installed))) await installInto(installed, source);
  await removeLeft(trees);
  const folder = await mkdtemp(join(trees, `run-${process.pid}-`));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await copyProgram(source, folder);
  await linkPackages(join(installed, "node_modules"), join(folder, "node_modules"));
  await copyThisPackage(join(folder, "node_modules", THIS_PACKAGE));
  return folder;
}

/** Programs of processes that were killed. */
async function removeLeft(trees: string): Promise<void> {
  for (const name of await readdir(trees)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(trees, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (name !== THIS_PACKAGE) await symlink(join(from, name), join(to, name));
  }
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
  await mkdir(target);
  for (const name of ["package.json", "dist", "migrations"]) {
    await cp(join(ROOT, name), join(target, name), { recursive: true });
  }
}
