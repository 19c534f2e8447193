/**
 * `tsx bench/install/run.ts`: what a production install weighs. The package is packed as it would be published, installed with
 * `@opentelemetry/api` in an empty folder, and its files are counted, links aside.
 *
 *     npm run build && tsx bench/install/run.ts --json FILE
 */
import { execFile } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { writeJson } from "../agent/write-json.js";

const { values } = parseArgs({ options: { json: { type: "string" } } });
const run = promisify(execFile);
const API = "@opentelemetry/api@1.9.1";

const folder = await mkdtemp(join(tmpdir(), "agent-actions-install-"));
try {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder]);
  const [pack] = JSON.parse(stdout) as [{ filename: string }];
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  const quiet = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", join(folder, pack.filename), API, ...quiet], { cwd: folder });
  const lock = JSON.parse(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, unknown>;
  };
  const packages = Object.keys(lock.packages).length;
  const bytes = await sizeOf(join(folder, "node_modules"));
  console.log(`${packages} packages, ${(bytes / 1e6).toFixed(2)} MB`);
  if (values.json !== undefined) {
    const rows = [
      { name: "production install", value: bytes / 1e6, unit: "MB", target: "< 12" },
      { name: "packages", value: packages, unit: "packages" },
    ];
    writeJson(values.json, { name: "install", conditions: { beside: API }, rows });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory()) return found.isFile() ? found.size : 0;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
