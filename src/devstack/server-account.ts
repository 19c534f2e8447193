import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { DevStackError } from "../errors.js";

/** An unprivileged account of this system. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Every Unix has `nobody`; where Postgres is installed it has an account of its own. None is ever made. */
const CANDIDATES = ["postgres", "nobody"];

/**
 * The account that Postgres is to run as: `undefined` is the one that this process has. Only for root it is another,
 * since Postgres refuses to run as root.
 */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([idOf("-u", name), idOf("-g", name)]);
    if (uid && gid) return { name, uid, gid };
  }
  throw new DevStackError(
    `Postgres refuses to run as root, and this system has none of the accounts ${CANDIDATES.join(", ")} to run it as. Run as an ordinary user.`,
  );
}

/** The first of `path` and its parents that `account` may not pass through; `undefined` when it can reach the path. */
export async function barrierFor(account: Account, path: string): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await barrierFor(account, parent);
  if (above) return above;
  const { mode, uid, gid } = await stat(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return (mode >> shift) & 0o1 ? undefined : path;
}

async function idOf(flag: string, name: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)("id", [flag, name]);
    return Number(stdout);
  } catch {
    return undefined;
  }
}
