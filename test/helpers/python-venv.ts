import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/devstack/fetch-kafka.js";
import { pathExists } from "../../src/devstack/stack-home.js";

const run = promisify(execFile);

/**
 * The interpreter of a Python environment with the packages of `requirements.txt` in this folder. It stays in the cache folder,
 * one for each list of packages and version of Python. Rejects where there is no python3 with venv: what a test is to show
 * cannot be shown then.
 */
export async function pythonVenv(source: string): Promise<string> {
  const requirements = join(source, "requirements.txt");
  const { stdout: version } = await run("python3", ["--version"]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error("There is no python3 on the path. Install Python 3.9 or newer with its module venv.", {
      cause: error,
    });
  });
  const key = createHash("sha256")
    .update(await readFile(requirements))
    .update(version)
    .digest("hex")
    .slice(0, 12);
  const folder = join(cacheFolder(process.env), "venvs", key);
  if (!(await pathExists(folder))) await installInto(folder, requirements);
  return join(folder, "bin", "python");
}

// Into a sibling and then renamed: what has the right name is complete. Its scripts would be lost; its interpreter is not.
async function installInto(folder: string, requirements: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const sibling = await mkdtemp(`${folder}.`);
  await run("python3", ["-m", "venv", sibling]);
  const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"];
  await run(join(sibling, "bin", "python"), [...pip, "--requirement", requirements]);
  await rename(sibling, folder).catch(() => rm(sibling, { recursive: true }));
}
