import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A copy of `@opentelemetry/api` that a program may load. */
export interface ApiCopy {
  readonly folder: string;
  readonly version: string;
}

/** The most package folders that are looked into: more have not been seen, and the host's disk is not ours. */
const MAX_FOLDERS = 5_000;

/**
 * The copies among the packages that are installed for a program, as npm, Yarn and pnpm lay them out: in the `node_modules` folders
 * from `start` up to the root, in those one level below, and in pnpm's store. Each folder once. Never rejects.
 */
export async function findApiCopies(start: string): Promise<readonly ApiCopy[]> {
  const copies = new Map<string, ApiCopy>();
  for (const modules of moduleFolders(start)) {
    const folders = [modules, ...(await packageFolders(modules))].slice(0, MAX_FOLDERS);
    for (const copy of await Promise.all(folders.map(copyIn))) if (copy) copies.set(copy.folder, copy);
  }
  return [...copies.values()];
}

function moduleFolders(start: string): readonly string[] {
  const folders = [join(start, "node_modules")];
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder))
    folders.push(join(dirname(folder), "node_modules"));
  return folders;
}

// Where the packages of a `node_modules` keep packages of their own.
async function packageFolders(modules: string): Promise<readonly string[]> {
  const names = await list(modules);
  const nested = await Promise.all(
    names.map(async (name) => {
      if (name === ".pnpm")
        return (await list(join(modules, name))).filter(isApiOfPnpm).map((each) => join(name, each));
      if (name.startsWith(".")) return [];
      return name.startsWith("@")
        ? (await list(join(modules, name))).map((each) => join(name, each))
        : [name];
    }),
  );
  return nested.flat().map((name) => join(modules, name, "node_modules"));
}

const isApiOfPnpm = (name: string): boolean => name.startsWith("@opentelemetry+api@");

async function copyIn(modules: string): Promise<ApiCopy | undefined> {
  const folder = join(modules, "@opentelemetry", "api");
  try {
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
      version?: unknown;
    };
    return typeof version === "string" ? { folder, version } : undefined;
  } catch {
    return undefined;
  }
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
