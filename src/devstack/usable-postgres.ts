import { chmod, cp, lstat, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type Account, barrierFor } from "./server-account.js";

interface Link {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE = 0o111;

/**
 * A folder with PostgreSQL that can be run as it stands: `installed`, or else a copy of it in `scratch`.
 *
 * A copy is made when npm was told to run no install scripts, so that the links between libraries are missing and files
 * may not be executable, or when the account that Postgres runs as cannot reach the folder, as in root's home.
 */
export async function usablePostgres(installed: string, scratch: string, account?: Account): Promise<string> {
  const links = await declaredLinks(installed);
  if (await isUsable(installed, links, account)) return installed;
  const copy = join(scratch, "postgres-binaries");
  await mkdir(scratch, { recursive: true });
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  for (const name of ["postgres", "initdb"]) await chmod(postgresProgram(copy, name), 0o755);
  for (const link of links) await makeLink(copy, link);
  return copy;
}

export function postgresProgram(folder: string, name: string): string {
  return join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

async function isUsable(
  folder: string,
  links: readonly Link[],
  account: Account | undefined,
): Promise<boolean> {
  for (const { target } of links) {
    if (!(await isThere(join(folder, target)))) return false;
  }
  if (process.platform === "win32") return true;
  const { mode } = await stat(postgresProgram(folder, "postgres"));
  if ((mode & EXECUTABLE) !== EXECUTABLE) return false;
  return !account || (await barrierFor(account, folder)) === undefined;
}

/** npm packages cannot hold symbolic links, so these packages list theirs in a file, with paths from the package's root. */
async function declaredLinks(folder: string): Promise<readonly Link[]> {
  const text = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: readonly Link[] = JSON.parse(text);
  return links.map(({ source, target }) => ({
    source: relative("native", source),
    target: relative("native", target),
  }));
}

async function makeLink(folder: string, { source, target }: Link): Promise<void> {
  const path = join(folder, target);
  if (!(await isThere(path))) await symlink(relative(dirname(target), source), path);
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
